"""Which account is due when. Due times follow from what the store remembers, so a restart never begins an interval anew."""

from collections.abc import Mapping
from dataclasses import dataclass

from kith.config.settings import Settings
from kith.store.database import Database

AUDIT_EVERY = 86400.0
"""Seconds between full listings: what no change feed told is found then."""

TOGETHER = 60.0
"""Accounts that fall due within so many seconds of each other run together."""


@dataclass(frozen=True, slots=True)
class Due:
    """An account's next turn in epoch seconds, and whether it is time for its audit."""

    at: float
    audit: bool


def due_times(settings: Settings, db: Database, now: float) -> dict[str, Due]:
    """{account: next turn}; an account that was never read, or whose turn was missed, is due now."""
    found: dict[str, Due] = {}
    for name, item in settings.accounts.items():
        every = item.common.every or settings.sync.every
        row = db.row("SELECT last_at, full_at, retry_at, status FROM account WHERE name = ?", (name,))
        if row is None or (row["last_at"] is None and not row["retry_at"]):
            found[name] = Due(now, audit=False)
            continue
        failing = row["status"] not in ("", "ok")
        at = row["retry_at"] if failing else row["last_at"] + every
        full = row["full_at"] or row["last_at"] or now
        found[name] = Due(min(max(at, 0.0), now + every), audit=now - full >= AUDIT_EVERY)
    return found


def turn(due: Mapping[str, Due], now: float) -> tuple[tuple[str, ...], bool]:
    """The accounts whose turn it is, and whether this run is an audit."""
    names = tuple(name for name, item in due.items() if item.at <= now + TOGETHER)
    return names, any(due[name].audit for name in names)


def next_turn(due: Mapping[str, Due], now: float) -> float:
    """When to wake up, in epoch seconds: never in the past, never more than a day away."""
    times = [item.at for item in due.values()]
    return min(max(min(times, default=now + AUDIT_EVERY), now), now + AUDIT_EVERY)
