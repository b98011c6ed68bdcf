"""A card belongs to a person: made once and kept."""

from dataclasses import dataclass
from enum import StrEnum

from kith.model.record import RecordKey


class LinkedBy(StrEnum):
    """Who said that a card belongs to a person."""

    UID = "uid"
    RULE = "rule"
    USER = "user"
    CREATION = "creation"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Link:
    """Card -> person, who said so, and the other card whose evidence it rests on (None where there is none).
    `weight` is in bits of match weight, `because` in words, strongest first."""

    key: RecordKey
    person: str
    by: LinkedBy
    other: RecordKey | None = None
    weight: float = 0.0
    because: tuple[str, ...] = ()
