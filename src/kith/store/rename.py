"""An account that changed its name only: everything that is known of it moves along."""

from dataclasses import replace

from kith.model.operation import Operation
from kith.model.person import Person
from kith.store.codec import dump, load
from kith.store.database import Database


def rename(db: Database, old: str, new: str) -> None:
    """Cards, decisions, people, open operations and history of the account `old` are those of `new` from now on."""
    with db.transaction():
        db.execute("DELETE FROM account WHERE name = ?", (new,))
        db.execute("UPDATE account SET name = ? WHERE name = ?", (new, old))
        for table in ("card", "card_history", "link_history", "event"):
            db.execute(f"UPDATE {table} SET account = ? WHERE account = ?", (new, old))
        for side in ("a", "b"):
            for table in ("decision", "question"):
                db.execute(
                    f"UPDATE {table} SET {side} = ? || substr({side}, ?) WHERE substr({side}, 1, ?) = ?",
                    (new, len(old) + 1, len(old) + 1, old + "\x1f"),
                )
        _people(db, old, new)
        _operations(db, old, new)


def _people(db: Database, old: str, new: str) -> None:
    """Whom the account keeps out, and what it is the source of; in history, too, or an undo would not find it."""
    for table, column in (("person", "body"), ("person_history", "before"), ("person_history", "after")):
        rows = db.rows(
            f"SELECT rowid AS row, {column} AS body FROM {table} WHERE instr({column}, ?)", (f'"{old}"',)
        )
        for row in rows:
            body = dump(_renamed(load(Person, row["body"]), old, new))
            db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (body, row["row"]))


def _renamed(person: Person, old: str, new: str) -> Person:
    sourced = tuple(
        replace(
            item,
            sources=tuple(replace(key, account=new) if key.account == old else key for key in item.sources),
        )
        for item in person.sourced
    )
    out = tuple(sorted(new if name == old else name for name in person.kept_out))
    return replace(person, sourced=sourced, kept_out=out)


def _operations(db: Database, old: str, new: str) -> None:
    for row in db.rows("SELECT id, body FROM outbox WHERE account = ?", (old,)):
        operation = load(Operation, row["body"])
        needs = replace(operation.needs, account=new) if operation.needs is not None else None
        moved = replace(operation, key=replace(operation.key, account=new), needs=needs)
        db.execute("UPDATE outbox SET account = ?, body = ? WHERE id = ?", (new, dump(moved), row["id"]))
