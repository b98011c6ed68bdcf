"""What will happen: a value that is shown, saved, compared and applied."""

from dataclasses import dataclass

from kith.model.decision import Question
from kith.model.holding import Holding
from kith.model.link import Link
from kith.model.operation import Operation
from kith.model.person import Person
from kith.model.record import RecordKey


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two accounts changed one value since the last run: which one stands, which one is kept in history."""

    person: str
    field: str
    kept: str
    kept_from: RecordKey
    other: str
    other_from: RecordKey


@dataclass(frozen=True, slots=True)
class Hold:
    """An account that a guard stops: nothing is pushed to it and none of its deletions is carried anywhere."""

    account: str
    why: str
    remedy: str
    command: str = "kith sync"
    """The command that carries out what is held, once the user has approved it."""
    missing: bool = False
    """Whether cards are missing in the account, which are put back there if the user rejects that."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A change that is not sent, and why."""

    account: str
    person: str
    why: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a person: an entry of the history."""

    person: str
    what: str
    key: RecordKey | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations and all that is to be remembered.

    `persons` are new or changed; `holdings` the new baselines of pulled cards; `links` of newly linked cards;
    `gone` cards to forget; `aliases` {younger id: older id} of joined people. `unheld` tells {account: {field: number
    of people}} of which values stay in kith only.
    """

    operations: tuple[Operation, ...] = ()
    persons: tuple[Person, ...] = ()
    holdings: tuple[Holding, ...] = ()
    links: tuple[Link, ...] = ()
    gone: tuple[RecordKey, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    questions: tuple[Question, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    holds: tuple[Hold, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    events: tuple[Event, ...] = ()
    warnings: tuple[str, ...] = ()
    unheld: tuple[tuple[str, str, int], ...] = ()
    pending: frozenset[str] = frozenset()  # persons with operations at accounts that take no part in this run
