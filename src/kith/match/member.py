"""A record as matching sees it: who it is, whose it is, and what can be compared."""

from dataclasses import dataclass, field

from kith.model.record import RecordKey
from kith.normalize.features import Features


@dataclass(frozen=True, slots=True)
class Member:
    """`person`: the id of the person it is linked to, None for a newcomer. `curated`: its account is an address book
    in which one entry is one person by its owner's care. `edited`: its person was edited by the user. `uid`: the
    card's UID, "" where it has none that the source itself keeps. `id` is the key as text, for sorting and looking up."""

    key: RecordKey
    features: Features
    person: str | None = None
    curated: bool = True
    edited: bool = False
    uid: str = ""
    id: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", str(self.key))
