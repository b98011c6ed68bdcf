"""Runs, events, and every card before and after: what `log`, `how`, `show --history` and `undo` read."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kith.model.plan import Plan
from kith.model.record import RecordKey, place
from kith.store.database import Database


@dataclass(frozen=True, slots=True)
class Ledger:
    """The run that a row of history belongs to: the store, the run's id, the time in epoch seconds."""

    db: Database
    run: str
    now: float


def start(db: Database, run: str, now: float, command: str) -> None:
    db.execute("INSERT INTO run (id, started, command) VALUES (?, ?, ?)", (run, now, command))


def end(db: Database, run: str, now: float, outcome: str, summary: Mapping[str, Any]) -> None:
    db.execute(
        "UPDATE run SET ended = ?, outcome = ?, summary = ? WHERE id = ?",
        (now, outcome, json.dumps(summary), run),
    )


def write(ledger: Ledger, plan: Plan) -> None:
    """Events and conflicts of a plan."""
    none = RecordKey("", "", "")
    keyed = ((event, event.key or none) for event in plan.events)
    ledger.db.many(
        "INSERT INTO event (run, at, person, what, account, remote_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (ledger.run, ledger.now, event.person, event.what, key.account, key.remote_id, event.detail)
            for event, key in keyed
        ),
    )
    ledger.db.many(
        "INSERT INTO conflict (run, at, person, field, kept, kept_from, other, other_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                ledger.run, ledger.now, item.person, item.field, item.kept, str(item.kept_from), item.other,
                str(item.other_from),
            )
            for item in plan.conflicts
        ),
    )  # fmt: skip


def note(ledger: Ledger, person: str, what: str, detail: str = "") -> None:
    """One event by hand."""
    ledger.db.execute(
        "INSERT INTO event (run, at, person, what, detail) VALUES (?, ?, ?, ?, ?)",
        (ledger.run, ledger.now, person, what, detail),
    )


@dataclass(frozen=True, slots=True)
class CardEntry:
    """One card before and after: JSON of the contact and the hash of its text. `by`: owner, or kith with a reason."""

    person: str
    key: RecordKey
    action: str
    by: str
    reason: str = ""
    before: str | None = None
    after: str | None = None
    before_raw: str | None = None
    after_raw: str | None = None


def card(ledger: Ledger, entry: CardEntry) -> None:
    """Keep one card's before and after."""
    cards(ledger, [entry])


def cards(ledger: Ledger, entries: Iterable[CardEntry]) -> None:
    """Keep before and after of cards."""
    ledger.db.many(
        "INSERT INTO card_history (run, at, person, account, book, remote_id, action, by, reason, before, after, before_raw,"
        " after_raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                ledger.run, ledger.now, entry.person, entry.key.account, entry.key.book, entry.key.remote_id,
                entry.action, entry.by, entry.reason, entry.before, entry.after, entry.before_raw, entry.after_raw,
            )
            for entry in entries
        ),
    )  # fmt: skip


def ahead(ledger: Ledger, entry: CardEntry) -> int:
    """Keep a card's before and after while the write that leads there has not left yet; returns the row's number."""
    with ledger.db.transaction():
        card(ledger, entry)
        return int(ledger.db.value("SELECT max(id) FROM card_history"))


def arrived(db: Database, number: int, key: RecordKey, after: str | None, after_raw: str | None) -> None:
    """A write that was kept `ahead`, as the account has taken it: where it put the card, and what that says."""
    db.execute(
        "UPDATE card_history SET book = ?, remote_id = ?, after = ?, after_raw = ? WHERE id = ?",
        (key.book, key.remote_id, after, after_raw, number),
    )


def not_done(db: Database, number: int) -> None:
    """A write that was kept `ahead` did not take place."""
    db.execute("DELETE FROM card_history WHERE id = ?", (number,))


def moved(ledger: Ledger, key: RecordKey, before: str | None, after: str, how: str) -> None:
    """A card went to another person: `how` is together or apart."""
    all_moved(ledger, [(key, before, after, how)])


def all_moved(ledger: Ledger, moves: Iterable[tuple[RecordKey, str | None, str, str]]) -> None:
    """Cards that went to other people; see `moved`."""
    ledger.db.many(
        "INSERT INTO link_history (run, account, book, remote_id, before, after, how) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((ledger.run, *place(key), *rest) for key, *rest in moves),
    )


def person(ledger: Ledger, identity: str, before: str | None, after: str | None) -> None:
    """A person before and after, as JSON."""
    people(ledger, [(identity, before, after)])


def people(ledger: Ledger, changes: Iterable[tuple[str, str | None, str | None]]) -> None:
    """People before and after, as JSON."""
    ledger.db.many(
        "INSERT INTO person_history (run, at, person, before, after) VALUES (?, ?, ?, ?, ?)",
        ((ledger.run, ledger.now, *change) for change in changes),
    )


def runs(db: Database, count: int) -> list[sqlite3.Row]:
    """The latest runs, newest first: as they came, whatever the clock showed then."""
    return db.rows("SELECT * FROM run ORDER BY rowid DESC LIMIT ?", (count,))


def number_of(db: Database, run: str) -> int:
    """The place of a run in the order in which they came."""
    return int(db.value("SELECT rowid FROM run WHERE id = ?", (run,)) or 0)


def cards_of_run(db: Database, run: str) -> list[sqlite3.Row]:
    return db.rows("SELECT * FROM card_history WHERE run = ? ORDER BY id", (run,))


def cards_of_account(db: Database, account: str) -> frozenset[RecordKey]:
    """All cards of an account that have a history."""
    rows = db.rows("SELECT DISTINCT book, remote_id FROM card_history WHERE account = ?", (account,))
    return frozenset(RecordKey(account, *row) for row in rows)
