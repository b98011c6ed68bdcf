"""What the tests of the store say about a world."""

import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from kith.model.contact import Contact
from kith.store import journal
from kith.store.database import open_database, open_reading
from kith.store.journal import Ledger
from kith.store.people import Word
from kith.store.undo import invert, last_run
from kith.sync.accounts import describe
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
        return found

    result = world.sync(Request(command=f"undo {target}", prepare=prepare, **more))  # type: ignore[arg-type]
    return result, kept


def ask(world: World, sql: str, *values: object) -> list[str]:
    db = open_reading(world.store)
    try:
        return [row[0] for row in db.rows(sql, values)]
    finally:
        db.close()


def who(world: World, title: str) -> str:
    """The id of the person with that name."""
    return ask(world, "SELECT id FROM person WHERE title = ? AND state <> 'deleted'", title)[0]


def by_hand(world: World, command: str, what: Callable[[Word], object]) -> str:
    """A decision as the command line carries it out: a run of its own, sent with the next sync."""
    db = open_database(world.store)
    try:
        ledger = Ledger(db, uuid.uuid4().hex[:12], time.time())
        journal.start(db, ledger.run, ledger.now, command)
        settings = world.settings()
        what(Word(ledger, [describe(settings, item) for item in settings.accounts.values()]))
        journal.end(db, ledger.run, time.time(), "done", {})
        return ledger.run
    finally:
        db.close()


def quiet(world: World) -> bool:
    """Whether two further runs, one of them full, have nothing to do."""
    return not world.sync().plan.operations and not world.sync(full=True).plan.operations


def back_and_forth(world: World, before: Picture, run: str = "") -> None:
    """Undo brings `before` back, undo of undo what was there; both are quiet afterwards."""
    after = picture(world)
    assert after != before
    result, kept = undo(world, run)
    assert kept == []
    assert not result.failed
    assert picture(world) == before
    assert quiet(world)
    undo(world, result.run)
    assert picture(world) == after
    assert quiet(world)


def bring(world: World, name: str, *cards: Contact) -> str:
    """`kith import` of these cards; returns the run."""
    account = f"import:{name}"
    world.tables[account] = {"mode": "read"}
    world.abilities[account] = world.abilities["phone"]
    world.shelves[account] = type(world.shelves["phone"])()
    for number, card in enumerate(cards):
        world.shelves[account].put(f"i{number}", card)
    run = world.sync(command="import", accounts=(account,)).run
    del world.tables[account]
    return run
