"""The human being behind the cards."""

from dataclasses import dataclass

from kith.model.contact import NOTHING, Contact
from kith.model.record import RecordKey

USER = RecordKey("kith", "", "user")
"""The source of values that the user gave to kith itself: it outranks every account."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """Where one value of a person comes from.

    `field` and `key` name the value (key "" for a single-valued field); `sources` assert it, strongest first; `since`
    is in epoch seconds; `rule` says why this value stands: the only one, the richer one, a higher account, an edit.
    """

    field: str
    key: str
    sources: tuple[RecordKey, ...]
    since: float = 0.0
    rule: str = "only"


@dataclass(frozen=True, slots=True)
class Person:
    """One human being or organisation with the contact that all devices shall show.

    `uid` goes into cards that kith creates. `state`: active, inbox (known only from networks and mail), discarded,
    deleted. `removed` are (field, key) that a device removed: no read-only source brings them back.
    `kept_out` are accounts from which the user deleted this person. `edited`: a person the user has decided about.
    """

    id: str
    uid: str = ""
    state: str = "active"
    contact: Contact = NOTHING
    sourced: tuple[Sourced, ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    kept_out: tuple[str, ...] = ()
    edited: bool = False
    generation: int = 0  # cards of this person that are gone: a new card never takes the id of one of them
