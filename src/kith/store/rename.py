"""An account that changed its name only: everything that is known of it moves along."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from kith.model.operation import Operation
from kith.model.person import Person
from kith.store.codec import dump, load
from kith.store.database import Database
from kith.store.pairs import PAIRED


def renamed(db: Database, identities: Mapping[str, str]) -> dict[str, str]:
    """{old name: new name} of accounts that the config calls otherwise now; `identities` are those of the config, by name.
    Two accounts of one place (with other address books each) that are both renamed are not told apart: they start anew."""
    moved: dict[str, str] = {}
    for identity in dict.fromkeys(identities.values()):
        known = {row[0] for row in db.rows("SELECT name FROM account WHERE identity = ?", (identity,))}
        wanted = {name for name, own in identities.items() if own == identity}
        left, new = known - wanted, wanted - known
        if len(left) == len(new) == 1:
            moved[left.pop()] = new.pop()
    return moved


def follow(db: Database, identities: Mapping[str, str]) -> list[str]:
    """Rename the accounts as the config does; returns what was done, in words. Whoever had the new name before and is
    another place keeps what is known of it under a name of its own: two accounts must never become one."""
    said: list[str] = []
    aside: dict[str, str] = {}
    for old, new in renamed(db, identities).items():
        here = aside.pop(old, old)
        if db.value("SELECT 1 FROM card WHERE account = ? LIMIT 1", (new,)):
            aside[new] = _free(db, identities, new)
            rename(db, new, aside[new])
        rename(db, here, new)
        said.append(f"{old} is called {new} now: its cards, decisions and history moved along")
    return said + [f"what was called {old} before is kept as {name}" for old, name in aside.items()]


def enter(db: Database, identities: Mapping[str, str]) -> frozenset[str]:
    """Note the accounts of the config. Returns those that are another place than they were when a run with them last ended
    well: they stay so until `arrived`. What was imported from files is never another place."""
    moved = set()
    for name, identity in identities.items():
        if name.startswith("import:"):
            arrived(db, {name: identity})
        db.execute("INSERT OR IGNORE INTO account (name, identity) VALUES (?, ?)", (name, identity))
        if db.value("SELECT identity FROM account WHERE name = ?", (name,)) != identity:
            moved.add(name)
    return frozenset(moved)


def arrived(db: Database, identities: Mapping[str, str]) -> None:
    """These accounts are where the config says."""
    db.many(
        "UPDATE account SET identity = ? WHERE name = ?", [(own, name) for name, own in identities.items()]
    )


def _free(db: Database, identities: Mapping[str, str], name: str) -> str:
    """A name that no account has."""
    taken = {row[0] for row in db.rows("SELECT name FROM account")} | set(identities)
    return next(found for number in count(1) if (found := f"{name}-former{number}") not in taken)


def rename(db: Database, old: str, new: str) -> None:
    """Cards, decisions, people, open operations and history of the account `old` are those of `new` from now on."""
    with db.transaction():
        db.execute("DELETE FROM account WHERE name = ?", (new,))
        db.execute("UPDATE account SET name = ? WHERE name = ?", (new, old))
        for table in ("card", "card_history", "link_history", "event"):
            db.execute(f"UPDATE {table} SET account = ? WHERE account = ?", (new, old))
        db.execute("UPDATE OR REPLACE meta SET key = 'settled:' || ? WHERE key = 'settled:' || ?", (new, old))
        db.execute("DELETE FROM refused WHERE account = ?", (old,))  # it is asked once more, in its new name
        for side in ("a", "b"):
            for table in PAIRED:
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
