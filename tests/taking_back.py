"""What the tests of the store say about a world."""

from collections import Counter
from dataclasses import replace

from kith.store.database import open_reading
from kith.store.undo import invert, last_run
from kith.sync.request import Request, Result
from world import World

Picture = dict[str, Counter[str]]


def picture(world: World) -> Picture:
    """What every account shows, card by card; the ids of cards do not count."""
    return {name: Counter(repr(replace(card, uid="")) for card in world.cards(name)) for name in world.tables}


def undo(world: World, run: str = "", who: str | None = None, **more: object) -> tuple[Result, list[str]]:
    """`kith undo`: (result, sentences about what stays)."""
    db = open_reading(world.store)
    target = run or last_run(db)
    db.close()
    assert target is not None
    kept: list[str] = []

    def prepare(ledger, accounts):
        found = invert(ledger, target, accounts, who)
        kept.extend(found.kept)
        return frozenset(found.unwanted)

    result = world.sync(Request(command=f"undo {target}", prepare=prepare, **more))  # type: ignore[arg-type]
    return result, kept


def ask(world: World, sql: str, *values: object) -> list[str]:
    db = open_reading(world.store)
    try:
        return [row[0] for row in db.rows(sql, values)]
    finally:
        db.close()
