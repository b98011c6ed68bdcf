"""One write at one account, with the reason for it."""

from dataclasses import dataclass
from enum import StrEnum

from kith.model.contact import Contact
from kith.model.record import RecordKey


class Action(StrEnum):
    """What is done to a card."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


ORDER = {action: place for place, action in enumerate(Action)}
"""In an account nothing goes before what comes in its stead is there."""


class Reason(StrEnum):
    """Why an operation is in a plan: a closed list."""

    MISSING = "missing"  # the person has no card in this account yet
    EDITED = "edited"  # a value was changed on another account
    ENRICHED = "enriched"  # a card of another account adds to this one
    JOINED = "joined"  # two people became one
    SPLIT = "split"  # one person became two again
    DELETED = "deleted"  # the person was deleted on an account
    CONSOLIDATED = "consolidated"  # a second card of one person in one book
    RESTORED = "restored"  # deleted at the account, put back
    OUTSIDE = "outside"  # the account's filter does not let this person in
    DRIFTED = "drifted"  # the account does not hold what was agreed
    UNDONE = "undone"  # the inverse of an earlier run


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value before and after, in words for a person to read; "" where there is none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Create, update or delete one card.

    `before` is the card as the account holds it, `after` as it shall be, `agreed` what `after` stands for (None: the
    same); `expected` the revision of `before`. `needs` names a card whose update must be confirmed first. `fields` tells
    the changes in words; empty where they are all that leads from `before` to `after`: `kith.plan.plan.told` has them.
    """

    action: Action
    key: RecordKey
    person: str
    reason: Reason
    expected: str = ""
    uid: str = ""
    before: Contact | None = None
    after: Contact | None = None
    agreed: Contact | None = None
    fields: tuple[FieldChange, ...] = ()
    because: str = ""
    needs: RecordKey | None = None
    title: str = ""

    @property
    def meant(self) -> Contact | None:
        """What the card stands for once this is done."""
        return self.agreed if self.agreed is not None else self.after
