"""A record as matching sees it: who it is, whose it is, and what can be compared."""

from dataclasses import dataclass

from kith.model.record import RecordKey
from kith.normalize.features import Features


@dataclass(frozen=True, slots=True)
class Member:
    """`person`: the id of the person it is linked to, None for a newcomer. `curated`: its account is an address book
    in which one entry is one person by its owner's care. `edited`: its person was edited by the user. `uid`: the
    card's UID, "" where it has none that the source itself keeps."""

    key: RecordKey
    features: Features
    person: str | None = None
    curated: bool = True
    edited: bool = False
    uid: str = ""

    @property
    def id(self) -> str:
        return str(self.key)
