"""Every write is written down before it leaves, and closed after it was confirmed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from kith.connector.api import Written
from kith.merge.delta import delta
from kith.merge.echo import without_edits
from kith.model.contact import Contact
from kith.model.holding import Holding
from kith.model.operation import Action, Operation
from kith.model.record import SourceRecord, place
from kith.store import journal
from kith.store.accept import Queued
from kith.store.cards import (
    Kept,
    add_card,
    card_row,
    card_rows,
    holding_of,
    key_of,
    person,
    plan_again,
    resolve,
    save_card,
)
from kith.store.codec import dump, load
from kith.store.database import Database
from kith.store.gone import ask_of_survivor
from kith.store.journal import CardEntry, Ledger
from kith.store.pairs import about, key_from
from kith.store.staging import save_texts
from kith.store.successor import succeed


def in_doubt(db: Database, account: str) -> list[Queued]:
    """Operations that may or may not have arrived: an earlier run ended between sending and hearing the answer."""
    rows = db.rows("SELECT id, body FROM outbox WHERE state = 'sent' AND account = ? ORDER BY id", (account,))
    return [Queued(row["id"], load(Operation, row["body"])) for row in rows]


def drop(db: Database, queued: Queued) -> None:
    """Close an operation that was not carried out; its person is planned again."""
    with db.transaction():
        db.execute("DELETE FROM outbox WHERE id = ?", (queued.number,))
        if queued.operation.person:
            db.execute("UPDATE person SET dirty = 2 WHERE id = ?", (queued.operation.person,))
        else:  # a list: everyone on any list is planned again
            db.execute("UPDATE person SET dirty = 2 WHERE json_array_length(body, '$.contact.groups') > 0")


def confirmed(ledger: Ledger, queued: Queued, written: Written | None) -> None:
    """Close an operation that was carried out: the card's new baseline, and the history row."""
    all_confirmed(ledger, [(queued, written)])


def all_confirmed(
    ledger: Ledger, answered: Sequence[tuple[Queued, Written | None]], leaving: Iterable[int] = ()
) -> None:
    """Close operations that were carried out, each of another card; a deletion is the first. In the same commit, the
    numbers of `leaving` are about to leave."""
    db = ledger.db
    with db.transaction():
        for queued, _ in answered:
            if queued.operation.action is Action.DELETE:
                _deleted(ledger, queued.operation)
        _all_written(
            ledger, [(queued.operation, written) for queued, written in answered if written is not None]
        )
        db.many("DELETE FROM outbox WHERE id = ?", [(queued.number,) for queued, _ in answered])
        owed = {
            queued.operation.person for queued, written in answered if written is not None and written.owed
        }
        db.many(
            "UPDATE person SET dirty = 0 WHERE id = ?1 AND dirty = 1 AND NOT EXISTS"
            " (SELECT 1 FROM outbox WHERE person = ?1)",
            [(queued.operation.person,) for queued, _ in answered if queued.operation.person not in owed],
        )
        db.many("UPDATE person SET dirty = 2 WHERE id = ?", [(person,) for person in owed])
        db.many("UPDATE outbox SET state = 'sent' WHERE id = ?", [(number,) for number in leaving])


def _deleted(ledger: Ledger, operation: Operation) -> None:
    row = card_row(ledger.db, operation.key)
    if row is not None:
        entry = CardEntry(operation.person, operation.key, "delete", "kith", operation.reason, row["held"])
        journal.card(ledger, replace(entry, before_raw=row["raw"]))
        ledger.db.execute("DELETE FROM card WHERE id = ?", (row["id"],))
        ask_of_survivor(ledger.db, operation.key, operation.person)
        _let_in(ledger.db, operation)


def _let_in(db: Database, operation: Operation) -> None:
    """Whoever was not created in an account because this card was or may have been theirs is planned again."""
    db.execute("UPDATE person SET dirty = 2 WHERE id = ? AND state <> 'deleted'", (operation.person,))
    rows = db.rows("SELECT * FROM card WHERE person = ?", (operation.person,))
    for asked in about(db, "question", [operation.key, *map(key_of, rows)]):
        plan_again(db, [key_from(asked["a"]), key_from(asked["b"])])


def _all_written(ledger: Ledger, answered: Sequence[tuple[Operation, Written]]) -> None:
    db = ledger.db
    rows = card_rows(db, {key for operation, written in answered for key in (operation.key, written.key)})
    texts = save_texts(db, [written.record for _, written in answered if written.record is not None])
    known, history = set(rows), []
    for operation, written in answered:
        row, record = rows.get(operation.key), written.record
        item = _baseline(ledger, operation, written, holding_of(row) if row is not None else None)
        held, raw = dump(item.held), texts.get(record.key) if record is not None else None
        before, before_raw = (row["held"], row["raw"]) if row is not None else (None, None)
        what = (operation.person, written.key, operation.action, "kith", operation.reason)
        history.append(CardEntry(*what, before, held, before_raw, raw))
        kept = Kept(record is None, raw, held=held)
        if row is not None and written.key != operation.key:
            succeed(db, operation.key, written.key)
            # it is still there where there was a card of either name
            db.execute(
                "DELETE FROM card WHERE account = ? AND book = ? AND remote_id = ?", place(operation.key)
            )
        (add_card if row is None and written.key not in known else save_card)(db, item, kept)
        known.add(written.key)  # two cards may have been put in one place
    journal.cards(ledger, history)


def _baseline(ledger: Ledger, operation: Operation, written: Written, earlier: Holding | None) -> Holding:
    """The card after our write: as the account gave it back, or as it was sent where that is not known yet."""
    record = written.record
    held = record.contact if record is not None else operation.after or Contact()
    agreed = operation.meant or held
    if written.owed:
        owed: dict[str, Any] = {name: getattr(held, name) for name in written.owed}
        agreed = replace(agreed, **owed)
    return Holding(
        written.key,
        operation.person,
        written.revision,
        held,
        None if not delta(held, agreed, spelling=False) else agreed,
        earlier.linked_by if earlier else "creation" if operation.person else "list",
        earlier.linked_at if earlier else int(ledger.now) * 1_000_000 + 999_999,
        modified=record.modified if record else earlier.modified if earlier else 0.0,
    )


def settle(ledger: Ledger, queued: Queued, found: SourceRecord | None) -> str:
    """Decide an operation in doubt by what the account holds now; returns what it was: done, not done, or changed since.

    The same content as sent: it arrived. Nothing there, or the old revision: it did not. Anything else is the card
    with a later edit, or as the server rewrote it: what it has more than was sent is taken for the owner's, what it
    has less is not taken for a removal.
    """
    db = ledger.db
    queued = _of_today(db, queued)
    operation = queued.operation
    if operation.action is Action.DELETE:
        return _settle_delete(ledger, queued, found)
    if operation.person and person(db, operation.person) is None:  # what arrived is found as a new card
        drop(db, queued)
        return "of nobody any more"
    if found is None or (operation.expected and found.revision == operation.expected):
        drop(db, queued)
        return "not done"
    sent = operation.after or Contact()
    if not delta(found.contact, sent, spelling=False):
        _settled(ledger, queued, Written(found.key, found.revision, found))
        return "done"
    if operation.action is Action.UPDATE and not _arrived(operation, found):
        drop(db, queued)
        return "not done"
    kept, _ = without_edits(sent, found.contact)
    _settled(ledger, queued, Written(found.key, found.revision + "?", replace(found, contact=kept)))
    return "changed since"


def _of_today(db: Database, queued: Queued) -> Queued:
    """The operation in the name of whose card it is now: people may have been joined or split since it was sent."""
    operation = queued.operation
    row = card_row(db, operation.key)
    owner = row["person"] if row is not None and row["person"] else resolve(db, operation.person)
    return replace(queued, operation=replace(operation, person=owner))


def _settled(ledger: Ledger, queued: Queued, written: Written | None) -> None:
    """As `confirmed`, but its person is planned again: the user may have changed it since the operation was planned."""
    with ledger.db.transaction():
        confirmed(ledger, queued, written)
        ledger.db.execute("UPDATE person SET dirty = 2 WHERE id = ?", (queued.operation.person,))


def _settle_delete(ledger: Ledger, queued: Queued, found: SourceRecord | None) -> str:
    if found is None:
        _settled(ledger, queued, None)
        return "done"
    drop(ledger.db, queued)
    return "not done"


def _arrived(operation: Operation, found: SourceRecord) -> bool:
    """Whether what an update added is there, or at least one thing that it changed."""
    changes = delta(operation.before or Contact(), operation.after or Contact(), spelling=False)
    missing = delta(found.contact, operation.after or Contact(), spelling=False)
    lacking = {(change.field, change.key) for change in missing if change.after is not None}
    wanted = {(change.field, change.key) for change in changes if change.after is not None}
    return not wanted or bool(wanted - lacking)
