"""Which account is due when. Due times follow from what the store remembers, so a restart never begins an interval anew."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kith.config.settings import Settings
from kith.store.database import Database

AUDIT_EVERY = 86400.0
"""Seconds between full listings: what no change feed told is found then."""

TOGETHER = 60.0
"""Accounts that fall due within so many seconds of each other run together, but none earlier than a tenth of its interval."""

CLOCK_MAY_DIFFER = 60.0
"""A last run so many seconds in the future was noted by a clock that was wrong: it says nothing."""

JUST_BOOTED, FIRST_DELAY = 600.0, 10.0
"""On a machine that started less than so many seconds ago, the first run waits up to so many seconds: many machines come
back at once after a power cut. A restart of the daemon alone waits for nothing."""


@dataclass(frozen=True, slots=True)
class Due:
    """An account's next turn in epoch seconds, whether it is time for its audit, and by how many seconds it may be early."""

    at: float
    audit: bool
    early: float = 0.0


def due_times(settings: Settings, db: Database, now: float) -> dict[str, Due]:
    """{account: next turn}; an account that was never read, or whose turn was missed, is due now. So are all that answer
    where the last run was stopped or killed before its end."""
    found: dict[str, Due] = {}
    last = db.value("SELECT outcome FROM run ORDER BY rowid DESC LIMIT 1")
    unfinished = last in ("", "interrupted")
    for name, item in settings.accounts.items():
        row = db.row(
            "SELECT first_at, last_at, full_at, retry_at, status FROM account WHERE name = ?", (name,)
        )
        due = _due(row, item.common.every or settings.sync.every, now)
        well = row is not None and row["status"] in ("", "ok")
        found[name] = replace(due, at=min(due.at, now)) if unfinished and well else due
    return found


def _due(row: sqlite3.Row | None, every: float, now: float) -> Due:
    if row is None or (row["last_at"] is None and not row["retry_at"]):
        return Due(now, audit=False)
    full = row["full_at"] or row["first_at"] or now
    audit = now - full >= AUDIT_EVERY
    if row["status"] not in ("", "ok"):
        wrong_clock = row["retry_at"] > now + max(every, AUDIT_EVERY) + CLOCK_MAY_DIFFER
        return Due(now if wrong_clock else row["retry_at"], audit)
    last = row["last_at"] or 0.0
    if last > now + CLOCK_MAY_DIFFER:
        return Due(now, audit)
    return Due(last + every, audit, early=min(TOGETHER, every / 10))


def turn(due: Mapping[str, Due], now: float) -> tuple[tuple[str, ...], bool]:
    """The accounts whose turn it is, and whether this run is an audit."""
    if not any(item.at <= now for item in due.values()):
        return (), False
    names = tuple(name for name, item in due.items() if item.at - item.early <= now)
    return names, any(due[name].audit for name in names)


def next_turn(due: Mapping[str, Due], now: float) -> float:
    """When to wake up, in epoch seconds: never in the past, never more than a day away."""
    times = [item.at for item in due.values()]
    return min(max(min(times, default=now + AUDIT_EVERY), now), now + AUDIT_EVERY)


def first_delay(since_boot: float, chance: float) -> float:
    """Seconds until the first run of a daemon; `chance` from 0 to 1."""
    return FIRST_DELAY * chance if since_boot < JUST_BOOTED else 0.0
