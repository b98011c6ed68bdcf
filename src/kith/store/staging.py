"""What a pull brings waits here until a plan takes it in: memory does not grow with the book."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kith.connector.api import Page
from kith.merge.delta import delta
from kith.merge.echo import without_edits
from kith.model.contact import Contact
from kith.model.facts import Facts
from kith.model.plan import Hold
from kith.model.record import RecordKey, SourceRecord, place
from kith.store.cards import Kept, card_row, card_rows, holding_of, key_of, put_blobs, save_card
from kith.store.codec import dump, load
from kith.store.database import Database
from kith.store.successor import succeed

JUST_WRITTEN, UNREAD = 1, 2
"""Values of `card.unread`: written in this run; written in an earlier run that could not read it back."""


def begin(db: Database) -> None:
    """A new run: what earlier ones wrote and did not read back may have been edited since."""
    db.execute("UPDATE card SET unread = ? WHERE unread = ?", (UNREAD, JUST_WRITTEN))


@dataclass(frozen=True, slots=True)
class Staged:
    """How much of a page was new: cards staged, cards unchanged, own writes read back, cards gone."""

    changed: int = 0
    same: int = 0
    echoes: int = 0
    gone: int = 0


def clear(db: Database, account: str) -> None:
    """Forget what an earlier, unfinished run had staged for an account."""
    with db.transaction():
        for table in ("staged", "listed", "vanished"):
            db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))
        db.execute("UPDATE account SET next_cursor = NULL WHERE name = ?", (account,))


def known(db: Database, account: str, book: str) -> dict[str, str]:
    """{remote id: revision} of an account's cards in one book; "" for those to be read again."""
    rows = db.rows(
        "SELECT remote_id, CASE WHEN unread > 0 THEN '' ELSE revision END FROM card WHERE account = ? AND book = ?",
        (account, book),
    )
    return {row[0]: row[1] for row in rows}


def stage(db: Database, account: str, page: Page) -> Staged:
    """Take in one page, in one transaction."""
    same = echoes = 0
    with db.transaction():
        for old, new in page.moved.items():
            if card_row(db, new) is None:  # else two cards became one
                succeed(db, old, new)
        held = card_rows(db, [record.key for record in page.records])
        fresh = []
        for record in page.records:
            how = _compared(db, record, held.get(record.key))
            same, echoes = same + (how == "same"), echoes + (how == "echo")
            fresh += [record] if how == "changed" else []
        _stage_records(db, fresh)
        for key in page.gone:
            _vanish(db, key)
        for book, ids in page.listed.items():
            db.many(
                "INSERT OR IGNORE INTO listed VALUES (?, ?, ?)", [(account, book, one) for one in sorted(ids)]
            )
            # a book that is listed as empty is listed all the same
            db.execute("INSERT OR IGNORE INTO listed VALUES (?, ?, '')", (account, book))
        if page.cursor is not None:
            db.execute("UPDATE account SET next_cursor = ? WHERE name = ?", (page.cursor, account))
    return Staged(len(fresh), same, echoes, len(page.gone))


def _vanish(db: Database, key: RecordKey) -> None:
    if card_row(db, key) is not None:
        db.execute("INSERT OR IGNORE INTO vanished VALUES (?, ?, ?)", (key.account, key.book, key.remote_id))
    db.execute(
        "DELETE FROM staged WHERE account = ? AND book = ? AND remote_id = ?",
        (key.account, key.book, key.remote_id),
    )


def _compared(db: Database, record: SourceRecord, row: sqlite3.Row | None) -> str:
    """What a card is that was read: changed, the same, or an echo of kith's own write, which is taken in."""
    if row is not None:
        db.execute(
            "DELETE FROM vanished WHERE account = ? AND book = ? AND remote_id = ?",
            (record.key.account, record.key.book, record.key.remote_id),
        )
        if not row["unread"] and row["revision"] == record.revision:
            return "same"
        if row["unread"] and (_echoes(row, record) or not _owner_edited(db, row, record)):
            read_back(db, record)
            return "echo"
    return "changed"


def _stage_records(db: Database, fresh: Iterable[SourceRecord]) -> None:
    texts = save_texts(db, fresh)
    db.many(
        "INSERT OR REPLACE INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *place(record.key), record.revision, dump(record.contact), texts.get(record.key), record.modified,
                record.grade, json.dumps(record.problems),
            )
            for record in fresh
        ),
    )  # fmt: skip


def _echoes(row: sqlite3.Row, record: SourceRecord) -> bool:
    """Whether this is certainly what kith wrote: the revision that the write was answered with, or, where the server told
    none, the read-back of the same run."""
    return bool(row["revision"] == record.revision or (not row["revision"] and row["unread"] == JUST_WRITTEN))


def _owner_edited(db: Database, row: sqlite3.Row, record: SourceRecord) -> bool:
    """Whether the owner changed a card before kith could read back what it had written there. If so the baseline becomes
    what the server would hold without that edit, so that the edit is carried and what the server dropped is not."""
    item = holding_of(row)
    kept, edited = without_edits(item.held, record.contact)
    if edited:
        save_card(db, replace(item, held=kept, agreed=item.baseline), Kept(keep_raw=True))
    return edited


def save_text(db: Database, record: SourceRecord) -> str | None:
    """Store a card's text and pictures by content; returns the text's hash."""
    return save_texts(db, [record]).get(record.key)


def save_texts(db: Database, records: Iterable[SourceRecord]) -> dict[RecordKey, str]:
    """Store the texts and pictures of cards by content; returns the hashes of the texts."""
    hashes: dict[RecordKey, str] = {}
    blobs: dict[str, bytes] = {}
    for record in records:
        blobs |= record.media
        if record.raw is not None:
            hashes[record.key] = sha256 = hashlib.sha256(record.raw).hexdigest()
            blobs[sha256] = record.raw
    put_blobs(db, blobs.items())
    return hashes


def read_back(db: Database, record: SourceRecord) -> None:
    """A card that kith wrote, as the server keeps it: the new baseline, whatever the server made of it."""
    row = card_row(db, record.key)
    if row is None:
        return
    item = holding_of(row)
    meant = item.baseline
    same = not delta(record.contact, meant, spelling=False)
    echo = replace(
        item,
        revision=record.revision,
        held=record.contact,
        agreed=None if same else meant,
        modified=record.modified,
        grade=record.grade,
    )
    save_card(db, echo, Kept(raw=save_text(db, record)))


def records(db: Database, accounts: frozenset[str]) -> list[SourceRecord]:
    """The staged cards of these accounts, without their bytes."""
    return [
        SourceRecord(
            key_of(row),
            row["revision"],
            load(Contact, row["contact"]),
            modified=row["modified"],
            grade=row["grade"],
            problems=tuple(json.loads(row["problems"])),
        )
        for row in _in_order(db)
        if row["account"] in accounts
    ]


def _in_order(db: Database) -> Iterator[sqlite3.Row]:
    """The staged rows by key, a few hundred in memory at a time."""
    last = ("", "", "")
    while rows := db.rows(
        "SELECT * FROM staged WHERE (account, book, remote_id) > (?, ?, ?) ORDER BY account, book, remote_id LIMIT 500",
        last,
    ):
        yield from rows
        last = (rows[-1]["account"], rows[-1]["book"], rows[-1]["remote_id"])


def missing(db: Database, account: str) -> list[RecordKey]:
    """Cards that kith holds of completely listed books and that the listing does not have."""
    rows = db.rows(
        "SELECT account, book, remote_id FROM card WHERE account = ?1 AND book IN"
        " (SELECT book FROM listed WHERE account = ?1) AND NOT EXISTS (SELECT 1 FROM listed WHERE listed.account ="
        " card.account AND listed.book = card.book AND listed.remote_id = card.remote_id)",
        (account,),
    )
    return [key_of(row) for row in rows]


def vanish(db: Database, keys: list[RecordKey]) -> None:
    """Note cards that are certainly gone."""
    with db.transaction():
        for key in keys:
            _vanish(db, key)


def gone(db: Database, accounts: frozenset[str]) -> list[RecordKey]:
    return [key_of(row) for row in db.rows("SELECT * FROM vanished") if row["account"] in accounts]


def listed_size(db: Database, account: str, book: str) -> int | None:
    """How many cards a complete listing of this run showed; None where the book was not listed."""
    if not db.value("SELECT count(*) FROM listed WHERE account = ? AND book = ?", (account, book)):
        return None
    return int(
        db.value(
            "SELECT count(*) FROM listed WHERE account = ? AND book = ? AND remote_id <> ''", (account, book)
        )
    )


def lost_books(db: Database, accounts: Iterable[str]) -> frozenset[tuple[str, str]]:
    """(account, book) of cards in address books that these accounts, of which every book was listed, do not have any more."""
    return frozenset(
        (row["account"], row["book"])
        for name in accounts
        for row in db.rows(
            "SELECT DISTINCT account, book FROM card WHERE account = ?1 AND EXISTS (SELECT 1 FROM listed WHERE account = ?1)"
            " AND book NOT IN (SELECT book FROM listed WHERE account = ?1)",
            (name,),
        )
    )


def nothing_new(db: Database, awake: frozenset[str]) -> bool:
    """Whether nothing came and nothing waits: no card, no deletion, no person to be planned again."""
    for table in ("staged", "vanished"):
        if any(row[0] in awake for row in db.rows(f"SELECT DISTINCT account FROM {table}")):
            return False
    return db.value("SELECT 1 FROM person WHERE dirty > 0 LIMIT 1") is None


def close(db: Database, facts: Facts, holds: Iterable[Hold]) -> None:
    """What was taken in leaves the staging tables; cursors move, but not those of held accounts."""
    holds = tuple(holds)
    held = {hold.account for hold in holds}
    awake = {account.name for account in facts.accounts} - facts.asleep
    for name in sorted(awake):
        for table in ("staged", "listed", "vanished"):
            db.execute(f"DELETE FROM {table} WHERE account = ?", (name,))
        if name not in held:
            db.execute(
                "UPDATE account SET cursor = coalesce(next_cursor, cursor), first_at = coalesce(first_at, ?), allowed = NULL,"
                " rejected = 0 WHERE name = ?",
                (facts.now, name),
            )
        db.execute("UPDATE account SET next_cursor = NULL WHERE name = ?", (name,))
    for hold in holds:
        db.execute(
            "UPDATE account SET hold = ?, hold_remedy = ?, hold_command = ?, hold_missing = ? WHERE name = ?",
            (hold.why, hold.remedy, hold.command, hold.missing, hold.account),
        )
    for name in sorted(awake - held):
        db.execute("UPDATE account SET hold = '', hold_remedy = '' WHERE name = ?", (name,))
