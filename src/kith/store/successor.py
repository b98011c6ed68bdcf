"""A card that has another name now, or that stands in another's stead: it is the same card to the user."""

from kith.model.record import RecordKey, place
from kith.store.cards import card_row
from kith.store.database import Database
from kith.store.pairs import PAIRED, about, key_text


def succeed(db: Database, old: RecordKey, new: RecordKey) -> None:
    """The person, the baseline and all that was decided or asked about the card `old` are those of `new`."""
    if old == new:
        return
    with db.transaction():
        if card_row(db, new) is None:
            db.execute(
                "UPDATE card SET book = ?, remote_id = ? WHERE account = ? AND book = ? AND remote_id = ?",
                (new.book, new.remote_id, *place(old)),
            )
        before, after = key_text(old), key_text(new)
        for table in PAIRED:
            for row in about(db, table, [old]):
                a, b = sorted(after if side == before else side for side in (row["a"], row["b"]))
                if a != b:
                    db.execute(
                        f"UPDATE OR IGNORE {table} SET a = ?, b = ? WHERE a = ? AND b = ?",
                        (a, b, row["a"], row["b"]),
                    )
