"""What a run carried out although earlier runs had decided it: the user's word (join, split, edit, import), what another
account brought while this one was only read, away or held, and an undo that a guard held."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

from kith.merge.delta import delta
from kith.model.contact import NOTHING, Contact
from kith.model.person import Person
from kith.store.codec import load
from kith.store.database import Database
from kith.store.journal import number_of

BY_ITSELF = ("sync", "daemon", "apply")
"""Commands of runs in which the user decided nothing."""

Slots = set[tuple[str, str]]
"""(field, normal form) of values; (STATE, "") stands for whether the person is there at all."""

STATE = "state"


@dataclass
class Causes:
    """Earlier decisions: `first`, (run, person), newest first, are those that the run was the first to carry out; `before`,
    {person: run}, those that had reached other accounts before it."""

    first: list[tuple[str, str]] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)


def causes(db: Database, run: str, only: str | None) -> Causes:
    """Without taking these back, too, the next sync would only carry out again what an undo of `run` takes back. An undo has
    taken back itself what the run that it undid had carried out: of its own are only the decisions made after that run."""
    here = number_of(db, run)
    undone = db.value(
        "SELECT earlier.rowid FROM run JOIN run AS earlier ON run.command = 'undo ' || earlier.id WHERE run.id = ?",
        (run,),
    )
    found, first = Causes(), list[tuple[int, str, str]]()
    touched = db.rows("SELECT DISTINCT person FROM card_history WHERE run = ? AND by = 'kith'", (run,))
    people = sorted(row[0] for row in touched if only in (None, row[0]))
    for person in people:  # which grows by whoever was joined to one of them
        last = db.value(
            "SELECT max(run.rowid) FROM card_history JOIN run ON run.id = run WHERE person = ? AND by = 'kith' AND run.rowid < ?",
            (person, here),
        )
        since = max(last or 0, undone or 0)
        for row in _causing(db, person, here, since):
            if row["number"] <= since:
                found.before |= {person: row["run"]} if undone is None else {}
            elif not _carried_out(db, row["run"], person, (row["number"], here)):
                first.append((row["number"], row["run"], person))
                people += [other for other in _joined_to(db, row["run"], person) if other not in people]
    found.first = [(earlier, person) for _, earlier, person in sorted(first, reverse=True)]
    for _, person in found.first:
        found.before.pop(person, None)
    return found


def _joined_to(db: Database, run: str, person: str) -> list[str]:
    """Who became a part of that person in a run: what the user had decided about them before is carried out with it."""
    rows = db.rows(
        "SELECT DISTINCT before FROM link_history WHERE run = ? AND after = ? AND how = 'together' AND before IS NOT NULL"
        " ORDER BY before",
        (run, person),
    )
    return [row[0] for row in rows]


def _causing(db: Database, person: str, here: int, since: int) -> Iterator[sqlite3.Row]:
    """The runs before `here` that made of the person what `here` wrote on its cards, newest first: after `since` those in
    which the user decided about it, and those that brought a value which came to one of the cards in `here`; of those up to
    `since` only the newest that did."""
    past = db.rows(
        "SELECT run.rowid AS number, run.id AS run, command, before, after FROM person_history JOIN run ON run.id = run"
        " WHERE person = ? AND run.rowid <= ? ORDER BY run.rowid DESC, person_history.id DESC",
        (person, here),
    )
    unexplained = _written(db, person, here)
    for row in past:
        if row["number"] <= since and not unexplained:
            return
        changed = _changed(row)
        explains = bool(unexplained & changed)
        unexplained -= changed
        by_hand = row["command"] not in BY_ITSELF and not row["command"].startswith("undo")
        if row["number"] < here and (explains or (by_hand and row["number"] > since)):
            yield row
            if row["number"] <= since:
                return


def _written(db: Database, person: str, here: int) -> Slots:
    """The values that a run changed on cards of the person that were there before and belonged to it."""
    rows = db.rows(
        "SELECT action, reason, before, after FROM card_history JOIN run ON run.id = +run WHERE person = ? AND by = 'kith'"
        " AND run.rowid = ?",
        (person, here),
    )
    found: Slots = set()
    for row in rows:
        if row["action"] == "update":
            found |= _slots(load(Contact, row["before"] or "{}"), load(Contact, row["after"] or "{}"))
        elif row["reason"] == "deleted":
            found.add((STATE, ""))
    return found


def _changed(row: sqlite3.Row) -> Slots:
    """The values that a run changed of a person."""
    before = load(Person, row["before"]) if row["before"] else None
    after = load(Person, row["after"]) if row["after"] else None
    state = {(STATE, "")} if before and after and before.state != after.state else set()
    return state | _slots(before.contact if before else NOTHING, after.contact if after else NOTHING)


def _slots(before: Contact, after: Contact) -> Slots:
    return {(change.field, change.key) for change in delta(before, after)}


def _carried_out(db: Database, run: str, person: str, between: tuple[int, int]) -> bool:
    """Whether a join or split in `run` was carried out between two runs by what was written for the other side of it."""
    return bool(
        db.value(
            "SELECT 1 FROM link_history AS moved JOIN card_history AS past ON past.person IN (moved.before, moved.after)"
            " JOIN run ON run.id = past.run WHERE moved.run = ?1 AND ?2 IN (moved.before, moved.after)"
            " AND moved.before IS NOT NULL AND past.by = 'kith' AND run.rowid > ?3 AND run.rowid < ?4 LIMIT 1",
            (run, person, *between),
        )
    )
