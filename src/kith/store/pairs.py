"""What was decided or asked about two cards."""

import sqlite3
from collections.abc import Iterable

from kith.model.record import RecordKey
from kith.store.cards import in_batches
from kith.store.database import Database

PAIRED = ("decision", "decision_undone", "question")
"""The tables that name two cards, by `key_text`, as `a` and `b`."""


def about(db: Database, table: str, cards: Iterable[RecordKey]) -> list[sqlite3.Row]:
    """The rows of a table of pairs that name one of these cards, each pair once, in a fixed order."""
    if not db.value(f"SELECT 1 FROM {table} LIMIT 1"):
        return []
    texts = [key_text(key) for key in cards]
    found = {}
    for side in ("a", "b"):
        for row in in_batches(db, f"SELECT * FROM {table} WHERE {side} IN ({{}})", texts):
            found[row["a"], row["b"]] = row
    return [row for _, row in sorted(found.items())]


def key_text(key: RecordKey) -> str:
    """A record key as one text, for tables."""
    return "\x1f".join((key.account, key.book, key.remote_id))


def key_from(text: str) -> RecordKey:
    return RecordKey(*text.split("\x1f"))
