"""What kith remembers of a card: the third party of every three-way merge."""

from dataclasses import dataclass

from kith.model.contact import Contact
from kith.model.record import RecordKey


@dataclass(frozen=True, slots=True)
class Holding:
    """A linked card with its baseline.

    `held` is what the account was last seen to hold; `agreed` what that stands for (None: the same). They differ
    where a server dropped or rewrote something right after kith wrote it: comparing with `agreed` keeps that from
    being taken for an edit or written for ever. `linked_at` orders the cards of a person, first one first.
    """

    key: RecordKey
    person: str
    revision: str
    held: Contact
    agreed: Contact | None = None
    linked_by: str = "alone"
    linked_at: int = 0
    grade: str = "accept"
    modified: float = 0.0

    @property
    def baseline(self) -> Contact:
        """What the card stands for: the side to compare wanted values with."""
        return self.agreed if self.agreed is not None else self.held
