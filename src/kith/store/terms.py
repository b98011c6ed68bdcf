"""On which terms an account last took part: when they change, everyone is planned anew."""

import json
from collections.abc import Collection, Iterable

from kith.model.account import Account
from kith.store.database import Database


def compare(db: Database, accounts: Iterable[Account], here: Collection[str]) -> None:
    """Mark all people for planning where an account may be written now and could not before (or the other way round), or
    its config says otherwise for whom it has cards: a run looks at what was changed there, and nothing was. An account that
    is not `here` counts, too: nothing is kept for it while it is only read, and its terms may be the old ones again when it
    is back."""
    for account in accounts:
        now = json.dumps(
            [
                account.writable,
                account.role,
                account.filter,
                account.outside,
                account.duplicates,
                account.create_in,
            ]
        )
        row = db.row("SELECT settings FROM account WHERE name = ?", (account.name,))
        if row is None or row["settings"] == now or (row["settings"] == NEVER and account.name not in here):
            continue
        with db.transaction():
            db.execute("UPDATE account SET settings = ? WHERE name = ?", (now, account.name))
            if row["settings"] != NEVER or account.writable:
                db.execute("UPDATE person SET dirty = 1 WHERE dirty = 0")


def away(db: Database, names: Iterable[str]) -> list[str]:
    """Accounts that left the config: whoever was changed meanwhile is planned when they come back. Returns, in words, those
    that left just now."""
    here, said = set(names), []
    for row in db.rows("SELECT name, settings FROM account WHERE settings LIKE '[%' AND settings <> '[]'"):
        if row["name"] in here or row["name"].startswith("import:"):
            continue
        db.execute("UPDATE account SET settings = '[]' WHERE name = ?", (row["name"],))
        said.append(gone(row["name"]))
    return said


def gone(name: str) -> str:
    """What it means that an account left the config, in words."""
    return (
        f"{name} is not in the config any more: nothing is deleted by that, and what it gave its people stays. Renamed and moved "
        f"at once, it starts anew under its new name and finds its people again; kith forget {name} ends this notice"
    )


NEVER = "{}"
"""The terms of an account that never took part: whatever it brings is new anyway."""


def unsettled(db: Database) -> set[str]:
    """Accounts of which no run was ever carried to its end: an interrupted first run goes on under the rules of a first."""
    rows = db.rows(
        "SELECT name FROM account WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'settled:' || name)"
    )
    return {row[0] for row in rows}


def settle(db: Database, names: Iterable[str]) -> None:
    """Note the accounts with which a run came to its end."""
    db.many("INSERT OR IGNORE INTO meta VALUES ('settled:' || ?, '1')", [(name,) for name in names])
