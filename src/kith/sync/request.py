"""What a caller wants of a run, and what came of it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kith.model.account import Account
from kith.model.facts import Facts
from kith.model.plan import Hold, Plan
from kith.store.journal import Ledger

if TYPE_CHECKING:
    from kith.store.undo import Inverse
    from kith.sync.apply import Applied


@dataclass(frozen=True)
class Request:
    """What the caller wants of a run. `accounts` empty: all. `max_delete`: deletions allowed once, for every account."""

    command: str = "sync"
    dry_run: bool = False
    accounts: tuple[str, ...] = ()
    full: bool = False
    timid: bool = False
    max_delete: int | None = None
    confirm: Callable[[Plan], bool] = lambda _plan: True
    progress: Callable[[str, str, int], None] = lambda _stage, _account, _count: None
    stop: threading.Event = field(default_factory=threading.Event)
    prepare: Callable[[Ledger, list[Account]], "Inverse"] | None = None
    """What an undo puts back in the store before the plan is made; returns the cards to take away and to put back."""
    clock: Callable[[], float] = time.time
    """The time of the run, in epoch seconds: history, the order of links and `keep_history` go by it."""
    id: str = ""
    """The id of the run in the store; empty: one drawn by lot."""
    in_turn: bool = False
    """One account after the other instead of all side by side, so that the same happens in the same order each time."""


def answerable(hold: Hold, request: Request) -> Hold:
    """A write of an undo that is held belongs to that undo and no other run makes it: approving alone would not bring it
    about."""
    if request.prepare is None or hold.missing:
        return hold
    again = f"kith {request.command}"
    remedy = f"if that is what you want: kith approve {hold.account}, then {again}"
    return replace(hold, remedy=remedy, command=again)


@dataclass
class AccountResult:
    """How one account fared: status ok, failed, login, held, waiting (back-off), and what was written there."""

    name: str
    status: str = "ok"
    problem: str = ""
    remedy: str = ""
    cards: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    seconds: float = 0.0


@dataclass
class Result:
    """What a run did or, for a dry run, would do."""

    run: str
    dry_run: bool
    plan: Plan
    facts: Facts
    """What the plan was made from; once that is carried out, only the accounts."""
    accounts: dict[str, AccountResult]
    applied: list["Applied"] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    declined: bool = False
    interrupted: bool = False
    joined: int = 0
    review: int = 0

    @property
    def failed(self) -> list[AccountResult]:
        return [item for item in self.accounts.values() if item.status in ("failed", "login", "waiting")]


def summary(result: Result) -> dict[str, object]:
    """The closing line of `kith sync --json` (interface.md), without its event name."""
    accounts = {
        name: {
            "status": item.status,
            "cards": item.cards,
            "created": item.created,
            "updated": item.updated,
            "deleted": item.deleted,
            **({"problem": item.problem, "remedy": item.remedy} if item.problem else {}),
        }
        for name, item in result.accounts.items()
    }
    refused = sum(len(item.refused) for item in result.applied)
    return {
        "run": result.run,
        "dry_run": result.dry_run,
        "created": sum(item.created for item in result.accounts.values()),
        "updated": sum(item.updated for item in result.accounts.values()),
        "deleted": sum(item.deleted for item in result.accounts.values()),
        "joined": result.joined,
        "review": result.review,
        "held_back": len(result.plan.held_back) + refused,
        "conflicts": len(result.plan.conflicts),
        "accounts": accounts,
    }
