"""Cards and people as rows."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from kith.model.contact import Contact
from kith.model.holding import Holding
from kith.model.person import Person
from kith.model.record import RecordKey, place
from kith.plan.shape import display_name
from kith.store.codec import dump, load
from kith.store.database import Database

IN_BATCH = 500


def key_of(row: sqlite3.Row) -> RecordKey:
    return RecordKey(row["account"], row["book"], row["remote_id"])


def holding_of(row: sqlite3.Row) -> Holding:
    """A row of table card as a Holding."""
    return Holding(
        key_of(row),
        row["person"] or "",
        row["revision"],
        load(Contact, row["held"]),
        load(Contact, row["agreed"]) if row["agreed"] is not None else None,
        row["linked_by"],
        row["linked_at"],
        row["grade"],
        row["modified"],
    )


def holdings_of(db: Database, persons: Iterable[str]) -> list[Holding]:
    """All cards of these people."""
    return [
        holding_of(row) for row in in_batches(db, "SELECT * FROM card WHERE person IN ({})", list(persons))
    ]


def holding(db: Database, key: RecordKey) -> Holding | None:
    row = card_row(db, key)
    return holding_of(row) if row is not None else None


def card_row(db: Database, key: RecordKey) -> sqlite3.Row | None:
    return db.row("SELECT * FROM card WHERE account = ? AND book = ? AND remote_id = ?", place(key))


def card_rows(db: Database, keys: Iterable[RecordKey]) -> dict[RecordKey, sqlite3.Row]:
    """The rows of those of these cards that kith holds."""
    return rows_of(db, "card", keys)


def rows_of(db: Database, table: str, keys: Iterable[RecordKey]) -> dict[RecordKey, sqlite3.Row]:
    """What a table (card, staged) says of those of these cards that it has."""
    books: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        books.setdefault((key.account, key.book), []).append(key.remote_id)
    found: dict[RecordKey, sqlite3.Row] = {}
    for (account, book), ids in books.items():
        for part in in_parts(ids):
            marks = ", ".join("?" * len(part))
            sql = f"SELECT * FROM {table} WHERE account = ? AND book = ? AND remote_id IN ({marks})"
            found |= {key_of(row): row for row in db.rows(sql, (account, book, *part))}
    return found


def owner(db: Database, key: RecordKey) -> str | None:
    """The id of the person a card belongs to; None where kith holds no such card, or it is nobody's."""
    found = db.value("SELECT person FROM card WHERE account = ? AND book = ? AND remote_id = ?", place(key))
    return str(found) if found else None


def plan_again(db: Database, keys: Iterable[RecordKey], dirty: int = 2) -> None:
    """The people these cards belong to are planned anew; `dirty` as in `save_person`, and never lowered."""
    db.many(
        "UPDATE person SET dirty = max(dirty, ?) WHERE id = (SELECT person FROM card WHERE account = ? AND book = ?"
        " AND remote_id = ?)",
        ((dirty, *place(key)) for key in keys),
    )


T = TypeVar("T")


def in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """A few hundred at a time."""
    for start in range(0, len(items), IN_BATCH):
        yield items[start : start + IN_BATCH]


def in_batches(db: Database, sql: str, values: Sequence[Any]) -> list[sqlite3.Row]:
    """Rows of a query with `IN ({})` over any number of values."""
    found: list[sqlite3.Row] = []
    for part in in_parts(values):
        found += db.rows(sql.format(", ".join("?" * len(part))), part)
    return found


def person(db: Database, identity: str) -> Person | None:
    """The person of that id, also under an id that it had before a join."""
    current = resolve(db, identity)
    row = db.row("SELECT * FROM person WHERE id = ?", (current,))
    return person_of(row) if row is not None else None


def resolve(db: Database, identity: str) -> str:
    """The present id of a person whose id may be an older alias."""
    for _ in range(100):
        new = db.value("SELECT new FROM alias WHERE old = ?", (identity,))
        if new is None:
            return identity
        identity = new
    return identity


def person_of(row: sqlite3.Row) -> Person:
    return load(Person, row["body"])


def persons(db: Database, identities: Iterable[str]) -> list[Person]:
    return [
        person_of(row) for row in in_batches(db, "SELECT * FROM person WHERE id IN ({})", list(identities))
    ]


def save_person(db: Database, item: Person, now: float, dirty: int) -> None:
    """Write a person; its title serves searching. `dirty` as in the table: 0, 1 or 2."""
    save_persons(db, [(item, dump(item), dirty)], now)


def save_persons(db: Database, items: Iterable[tuple[Person, str, int]], now: float) -> None:
    """Write people with their JSON; see `save_person`."""
    db.many(
        "INSERT INTO person (id, state, body, title, dirty, changed) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " state = excluded.state, body = excluded.body, title = excluded.title, dirty = excluded.dirty,"
        " changed = CASE WHEN body = excluded.body THEN changed ELSE excluded.changed END",
        ((item.id, item.state, body, display_name(item.contact), dirty, now) for item, body, dirty in items),
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept beside a card's baseline: whether it must be read back (`unread`); the hash of its text (`raw`;
    `keep_raw` leaves the present one); the JSON of the baseline where that is at hand."""

    unread: bool = False
    raw: str | None = None
    keep_raw: bool = False
    held: str = ""


def save_card(db: Database, item: Holding, kept: Kept | None = None) -> int:
    """Write a card's baseline; returns its row id."""
    kept = kept or Kept()
    sql = _SAVE_KEEPING_RAW if kept.keep_raw else _SAVE
    return int(db.rows(sql, _row_of(item, kept))[0][0])


def add_card(db: Database, item: Holding, kept: Kept) -> int:
    """Write the baseline of a card that kith does not hold yet; returns its row id. What `save_card` may have to take back
    SQLite copies first, page by page: this cannot have to."""
    return int(db.execute(_ADD, _row_of(item, kept)).lastrowid or 0)


def _row_of(item: Holding, kept: Kept) -> tuple[Any, ...]:
    agreed = dump(item.agreed) if item.agreed is not None and item.agreed != item.held else None
    return (
        *place(item.key), item.held.uid, item.revision, int(kept.unread), item.grade, item.person or None,
        item.linked_by, item.linked_at, item.modified, kept.held or dump(item.held), agreed, kept.raw,
    )  # fmt: skip


_ADD = (
    "INSERT INTO card (account, book, remote_id, uid, revision, unread, grade, person, linked_by, linked_at, modified,"
    " held, agreed, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SAVE = (
    f"{_ADD} ON CONFLICT (account, book, remote_id) DO UPDATE"
    " SET uid = excluded.uid, revision = excluded.revision, unread = excluded.unread, grade = excluded.grade,"
    " person = excluded.person, linked_by = excluded.linked_by, linked_at = excluded.linked_at,"
    " modified = excluded.modified, held = excluded.held, agreed = excluded.agreed, raw = excluded.raw RETURNING id"
)
_SAVE_KEEPING_RAW = _SAVE.replace("raw = excluded.raw", "raw = raw")


def put_blobs(db: Database, blobs: Iterable[tuple[str, bytes]]) -> None:
    """Store bytes once by content."""
    db.many("INSERT OR IGNORE INTO blob VALUES (?, ?)", blobs)


def blob(db: Database, sha256: str) -> bytes | None:
    found: bytes | None = db.value("SELECT bytes FROM blob WHERE sha256 = ?", (sha256,))
    return found


def media_of(db: Database, contact: Contact) -> dict[str, bytes]:
    """{sha256: bytes} of the picture that a contact names, as connectors take it; empty where there is none."""
    sha256 = contact.photo.sha256 if contact.photo else ""
    data = blob(db, sha256) if sha256 else None
    return {sha256: data} if data is not None else {}


def words(row: sqlite3.Row, column: str) -> tuple[str, ...]:
    """A JSON list of sentences in a row."""
    return tuple(json.loads(row[column]))
