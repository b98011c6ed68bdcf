"""The user's word about two cards. It outranks every score and survives re-imports."""

from dataclasses import dataclass

from kith.model.record import RecordKey


@dataclass(frozen=True, slots=True)
class Decision:
    """`same` True: these cards are one person; False: never."""

    a: RecordKey
    b: RecordKey
    same: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Two cards that may be one person: what `kith review` shows. `evidence` is the JSON that explains it."""

    a: RecordKey
    b: RecordKey
    weight: float
    evidence: str = ""
