"""Everything `decide` may know: a frozen value that replays."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kith.model.account import Account
from kith.model.decision import Decision, Question
from kith.model.holding import Holding
from kith.model.person import Person
from kith.model.record import RecordKey, SourceRecord


@dataclass(frozen=True, slots=True)
class Rules:
    """What the config says about deciding. `prefer`: {field: account names in order}; `full`: reconcile everything,
    not only what changed; `allowed`: {account: deletions the user allowed for this run}, -1 for any number."""

    automatic: bool = True
    timid: bool = False
    full: bool = False
    prefer: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    me: frozenset[str] = frozenset()
    allowed: Mapping[str, int] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()  # accounts whose missing cards the user wants back
    region: str = ""
    undoing: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """An address book's size: `cards` that kith holds of it, `seen` cards a complete listing just showed (None where
    the pull was by cursor), `new` on its very first pull."""

    account: str
    book: str
    cards: int = 0
    seen: int | None = None
    new: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the changes of a run touch, and no more: changed cards, their persons with all cards, match candidates.

    `pulled`: cards that are new or changed. `gone`: cards that are certainly deleted. `written`: cards that kith
    wrote and now reads back (an echo, never an edit). `statistics`: {token: cards that carry it}, of `total` cards.
    """

    now: float
    accounts: tuple[Account, ...]
    pulled: tuple[SourceRecord, ...] = ()
    gone: tuple[RecordKey, ...] = ()
    holdings: tuple[Holding, ...] = ()
    features: Mapping[RecordKey, object] = field(
        default_factory=dict
    )  # of pulled cards, where the store made them already
    lists: tuple[Holding, ...] = ()  # cards that are lists (kind group): they belong to no person
    persons: tuple[Person, ...] = ()
    decisions: tuple[Decision, ...] = ()
    questions: tuple[Question, ...] = ()
    books: tuple[Book, ...] = ()
    statistics: Mapping[str, int] = field(default_factory=dict)
    total: int = 0
    learned: Mapping[str, Mapping[str, float]] = field(
        default_factory=dict
    )  # bits learnt from decisions, by comparison, level
    rules: Rules = field(default_factory=Rules)
    refused: Mapping[str, str] = field(
        default_factory=dict
    )  # operation fingerprint -> why the account refused it
    dirty: frozenset[str] = frozenset()  # persons whose cards may differ from what was agreed: planned again
    frozen: frozenset[tuple[str, str]] = frozenset()  # (person, field) that oscillate between accounts
    unwanted: frozenset[RecordKey] = frozenset()  # cards that an undo takes away
    restored: frozenset[tuple[str, str]] = frozenset()  # (person, account) whose card there an undo puts back
    lost: frozenset[tuple[str, str]] = (
        frozenset()
    )  # (account, book) of cards in books that are not in the account any more
    asleep: frozenset[str] = (
        frozenset()
    )  # accounts that take no part in this run (not chosen, failed, dormant)
