"""Cards that are gone: what was in doubt about them, and what they were found by, passes to other cards of their people."""

from collections.abc import Mapping

from kith.model.record import RecordKey
from kith.normalize.features import features
from kith.store import index
from kith.store.cards import holding_of, key_of
from kith.store.database import Database
from kith.store.pairs import key_text


def ask_of_survivor(db: Database, gone: RecordKey, person: str) -> None:
    """A question about a card that is gone is one about another card of its person from now on: the doubt stays."""
    row = db.row(
        "SELECT account, book, remote_id FROM card WHERE person = ? ORDER BY account = ? AND book = ? DESC, linked_at, id",
        (person, gone.account, gone.book),
    )
    state = db.value("SELECT state FROM person WHERE id = ?", (person,))
    if row is None or state == "deleted":
        return
    old, new = key_text(gone), key_text(key_of(row))
    for asked in db.rows("SELECT * FROM question WHERE ? IN (a, b)", (old,)):
        a, b = sorted((new, asked["b"] if asked["a"] == old else asked["a"]))
        db.execute("DELETE FROM question WHERE a = ? AND b = ?", (asked["a"], asked["b"]))
        if a != b:
            db.execute(
                "INSERT OR IGNORE INTO question VALUES (?, ?, ?, ?)", (a, b, asked["weight"], asked["at"])
            )


def index_rest(db: Database, person: str, regions: Mapping[str, str]) -> None:
    """Copies that kith made are not indexed; where the last indexed card of a person goes, one of them must be."""
    rows = db.rows("SELECT * FROM card WHERE person = ? ORDER BY linked_at, id", (person,))
    if rows and not any(index.is_filed(db, row["id"]) for row in rows):
        item = holding_of(rows[0])
        index.write(db, rows[0]["id"], features(item.baseline, regions.get(item.key.account, "")))


def forget(db: Database, account: str, regions: Mapping[str, str]) -> int:
    """Drop an account and its links; its people and their values stay. `regions`: of the accounts, for their numbers.
    Returns how many links there were."""
    cards = [
        (key_of(row), row["person"] or "")
        for row in db.rows("SELECT * FROM card WHERE account = ?", (account,))
    ]
    db.execute("DELETE FROM card WHERE account = ?", (account,))
    for key, person in cards:
        ask_of_survivor(db, key, person)
        db.execute("DELETE FROM question WHERE ? IN (a, b)", (key_text(key),))
    for person in sorted({person for _, person in cards}):
        index_rest(db, person, regions)
    db.execute("DELETE FROM account WHERE name = ?", (account,))
    db.execute("DELETE FROM refused WHERE account = ?", (account,))
    return len(cards)
