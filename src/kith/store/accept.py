"""Takes a plan in: people, links, baselines, questions, history and the outbox, in one transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kith.decide import fingerprint
from kith.model.contact import Contact
from kith.model.facts import Facts
from kith.model.holding import Holding
from kith.model.operation import Operation
from kith.model.plan import Plan
from kith.model.record import RecordKey, place
from kith.normalize.features import Features, features
from kith.store import index, journal
from kith.store.cards import (
    Kept,
    add_card,
    card_row,
    in_parts,
    key_of,
    owner,
    rows_of,
    save_card,
    save_persons,
)
from kith.store.codec import dump, load
from kith.store.database import Database
from kith.store.gone import ask_of_survivor, index_rest
from kith.store.journal import CardEntry, Ledger
from kith.store.pairs import about, key_from, key_text
from kith.store.staging import close


@dataclass(frozen=True, slots=True)
class Queued:
    """An operation in the outbox under its number."""

    number: int
    operation: Operation


def accept(ledger: Ledger, facts: Facts, plan: Plan) -> list[Queued]:
    """Write everything that the plan says, and queue its operations. Nothing was sent yet."""
    db = ledger.db
    with db.transaction():
        _write_persons(ledger, facts, plan)
        _write_cards(ledger, facts, plan)
        _write_links(db, plan)
        for question in plan.questions:
            a, b = sorted((key_text(question.a), key_text(question.b)))
            db.execute(
                "INSERT OR REPLACE INTO question VALUES (?, ?, ?, ?)", (a, b, question.weight, facts.now)
            )
        _write_gone(ledger, plan, _regions(facts))
        _drop_settled(db, [*(item.key for item in plan.holdings), *plan.gone])
        journal.write(ledger, plan)
        queued = _queue(ledger, plan)
        _drop_refusals(db, facts, plan)
        _close_staging(db, facts, plan)
    return queued


def _write_persons(ledger: Ledger, facts: Facts, plan: Plan) -> None:
    db = ledger.db
    busy = {operation.person for operation in plan.operations} | plan.pending
    known = {person.id: person for person in facts.persons}
    for people in in_parts(plan.persons):
        bodies = [dump(person) for person in people]
        dirty = [2 if person.id in plan.pending else int(person.id in busy) for person in people]
        save_persons(db, zip(people, bodies, dirty, strict=True), facts.now)
        changes = []
        for person, body in zip(people, bodies, strict=True):
            before = known.get(person.id)
            if before != person:
                changes.append((person.id, dump(before) if before else None, body))
        journal.people(ledger, changes)
    for old, new in plan.aliases:
        db.execute("INSERT OR REPLACE INTO alias VALUES (?, ?)", (old, new))


def _regions(facts: Facts) -> Mapping[str, str]:
    return {account.name: account.region or facts.rules.region for account in facts.accounts}


def _write_cards(ledger: Ledger, facts: Facts, plan: Plan) -> None:
    regions = _regions(facts)
    read = {record.key: record.contact for record in facts.pulled}
    numbers = []
    for items in in_parts(plan.holdings):
        found = []
        for item, number in zip(items, _write_some(ledger, items, read), strict=True):
            made = facts.features.get(item.key)
            region = regions.get(item.key.account, "")
            own = made if isinstance(made, Features) else features(item.held, region)
            found.append((number, own))
        numbers += index.add(ledger.db, found)
    index.fill(ledger.db, numbers)


def _write_some(ledger: Ledger, items: Sequence[Holding], read: Mapping[RecordKey, Contact]) -> list[int]:
    """Baselines, and a history row for each card whose owner made or changed it; returns the cards' row ids. What was
    `read` stands in the staging table already, as text."""
    db = ledger.db
    keys = [item.key for item in items]
    rows, staged = rows_of(db, "card", keys), rows_of(db, "staged", keys)
    index.forget(db, [row["id"] for row in rows.values()])
    history, moves, numbers = [], [], []
    for item in items:
        row, new = rows.get(item.key), staged.get(item.key)
        earlier = row["person"] if row is not None else None
        if item.person and earlier != item.person:
            moves.append((item.key, earlier, item.person, "together"))
        held = new["contact"] if new is not None and item.held is read.get(item.key) else dump(item.held)
        raw = new["raw"] if new is not None else None
        before = row["held"] if row is not None else None
        if before != held:
            action = "changed" if before else "found"
            before_raw = row["raw"] if row is not None else None
            entry = CardEntry(item.person, item.key, action, "owner", "", before, held, before_raw, raw)
            history.append(entry)
        kept = Kept(raw=raw, keep_raw=new is None, held=held)
        numbers.append(add_card(db, item, kept) if row is None else save_card(db, item, kept))
    journal.all_moved(ledger, moves)
    journal.cards(ledger, history)
    return numbers


def _write_links(db: Database, plan: Plan) -> None:
    rows = (
        (
            link.by, key_text(link.other) if link.other else "", link.weight, json.dumps(link.because),
            *place(link.key),
        )
        for link in plan.links
    )  # fmt: skip
    db.many(
        "UPDATE card SET linked_by = ?1, linked_from = ?2, weight = ?3, because = ?4 WHERE account = ?5 AND book = ?6 AND"
        " remote_id = ?7 AND (linked_by, linked_from, weight, because) <> (?1, ?2, ?3, ?4)",
        rows,
    )


def _write_gone(ledger: Ledger, plan: Plan, regions: Mapping[str, str]) -> None:
    for key in plan.gone:
        row = card_row(ledger.db, key)
        if row is not None:
            person = row["person"] or ""
            journal.card(
                ledger, CardEntry(person, key, "deleted", "owner", before=row["held"], before_raw=row["raw"])
            )
            ledger.db.execute("DELETE FROM card WHERE id = ?", (row["id"],))
            index_rest(ledger.db, person, regions)
            ask_of_survivor(ledger.db, key, person)


def _drop_settled(db: Database, cards: Iterable[RecordKey]) -> None:
    """A question whose cards are gone, or became one person, needs no answer."""
    for row in about(db, "question", cards):
        people = [owner(db, key_from(row[side])) for side in ("a", "b")]
        if None in people or people[0] == people[1]:
            db.execute("DELETE FROM question WHERE a = ? AND b = ?", (row["a"], row["b"]))


def _queue(ledger: Ledger, plan: Plan) -> list[Queued]:
    db = ledger.db
    db.execute("DELETE FROM outbox WHERE state = 'planned'")
    first = int(db.value("SELECT coalesce(max(id), 0) + 1 FROM outbox"))
    queued = [Queued(number, operation) for number, operation in enumerate(plan.operations, first)]
    db.many(
        "INSERT INTO outbox (id, run, person, account, book, remote_id, action, state, body) VALUES"
        " (?, ?, ?, ?, ?, ?, ?, 'planned', ?)",
        (
            (item.number, ledger.run, item.operation.person, *place(item.operation.key), item.operation.action,
             dump(item.operation))
            for item in queued
        ),
    )  # fmt: skip
    return queued


def _drop_refusals(db: Database, facts: Facts, plan: Plan) -> None:
    """A refusal is over where the person was planned and nothing of it is held back at that account any more; one that is
    met again is written down again."""
    held = {(item.account, item.person) for item in plan.held_back}
    planned = {person.id for person in plan.persons}
    awake = {account.name for account in facts.accounts} - facts.asleep
    for row in db.rows("SELECT fingerprint, account, person FROM refused"):
        if (
            row["person"] in planned
            and row["account"] in awake
            and (row["account"], row["person"]) not in held
        ):
            db.execute("DELETE FROM refused WHERE fingerprint = ?", (row["fingerprint"],))


def _close_staging(db: Database, facts: Facts, plan: Plan) -> None:
    """What was taken in leaves the staging tables; cursors move, but not those of held accounts."""
    taken = {item.key for item in plan.holdings}
    awake = {account.name for account in facts.accounts} - facts.asleep
    for key in map(key_of, db.rows("SELECT account, book, remote_id FROM staged")):
        if key.account in awake and key not in taken:
            _set_aside(db, key)
    close(db, facts, plan.holds)


def _set_aside(db: Database, key: RecordKey) -> None:
    """A card that is nobody's (unreadable, or the owner's own): remembered, so that it is looked at once."""
    row = db.row(
        "SELECT * FROM staged WHERE account = ? AND book = ? AND remote_id = ?",
        (key.account, key.book, key.remote_id),
    )
    assert row is not None
    before = card_row(db, key)
    person = before["person"] if before is not None else ""
    item = Holding(key, person or "", row["revision"], load(Contact, row["contact"]), grade=row["grade"])
    save_card(db, item, Kept(raw=row["raw"]))
    db.execute(
        "UPDATE card SET problems = ? WHERE account = ? AND book = ? AND remote_id = ?",
        (row["problems"], key.account, key.book, key.remote_id),
    )


def refuse(db: Database, operation: Operation, why: str, now: float) -> None:
    """Remember that an account refuses this content, so that it is not sent again until it changes."""
    db.execute(
        "INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?, ?)",
        (fingerprint(operation), operation.key.account, operation.person, operation.title, why, now),
    )
