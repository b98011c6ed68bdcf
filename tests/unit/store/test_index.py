"""The index of the matching core says what the cards say, whatever became of them, also in a store made before."""

import contextlib
import json
import sqlite3
from collections import Counter

import pytest

from kith.match.blocking import keys, tokens
from kith.model.contact import Email
from kith.normalize.features import features
from kith.store.cards import holding_of
from kith.store.database import backups, open_reading
from kith.store.people import own_card
from kith.store.schema import MIGRATIONS
from world import World, person

GROWN = ("blocking", "carried", "filed")
"""Tables of the index: the first version of the schema had the first two, in another form."""


@pytest.fixture
def world(tmp_path) -> World:
    made = World(tmp_path, phone={}, cloud={})
    for number, (given, family) in enumerate((("Vera", "Sommer"), ("Leo", "Lenz"), ("Ida", "Sommer"))):
        card = person(given, family, email=f"{given.lower()}@firm.example", phone=f"+49 171 392000{number}")
        made.shelves["phone" if number else "cloud"].put(f"c{number}", card)
    made.sync()
    return made


def indexed(world: World) -> dict[int, tuple[list[str], list[str]]]:
    """{card: (keys, terms)} as the index has them. What it counts must be what its cards say."""
    db = open_reading(world.store)
    with contextlib.closing(db):
        found = {row[0]: (json.loads(row[1]), json.loads(row[2])) for row in db.rows("SELECT * FROM filed")}
        filed = {(key, card) for card, (told, _) in found.items() for key in told}
        carried = Counter(term for _, terms in found.values() for term in terms)
        assert {tuple(row) for row in db.rows("SELECT key, card FROM blocking")} == filed
        assert {row[0]: row[1] for row in db.rows("SELECT term, cards FROM carried")} == carried
        cards = {row["id"]: row for row in db.rows("SELECT * FROM card")}
        by_owner = {card: own_card(db, holding_of(cards[card])).held for card in found}
    assert found.keys() <= cards.keys()
    assert {cards[card]["person"] for card in found} == {row["person"] for row in cards.values()}
    for card, (told, terms) in found.items():
        own = features(by_owner[card], "DE")
        assert (set(told), set(terms)) == (set(keys(own)), set(tokens(own)))
    return found


def test_a_card_is_filed_under_what_its_owner_wrote_and_copies_are_not(world):
    assert len(indexed(world)) == 3


def test_a_changed_card_is_filed_anew(world):
    world.edit("phone", "Leo Lenz", emails=(Email("leo.lenz@lenz.example"),))
    world.sync()
    told = [key for keys_of_card, _ in indexed(world).values() for key in keys_of_card]
    assert "mail:leo.lenz@lenz.example" in told
    assert "mail:leo@firm.example" not in told


def test_a_deleted_card_leaves_nothing_in_the_index(world):
    world.drop("phone", "Leo Lenz")
    world.sync()
    terms = [term for _, terms_of_card in indexed(world).values() for term in terms_of_card]
    assert "family:lenz" not in terms
    assert terms.count("family:sommer") == 2
    assert terms.count("domain:firm.example") == 2


def made_before(world: World) -> None:
    """The store as the first version of the schema had it."""
    fresh = world.store.with_name("before.db")
    with contextlib.closing(sqlite3.connect(fresh)) as db:
        db.executescript(MIGRATIONS[0])
        db.execute("ATTACH ? AS now", (str(world.store),))
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            if table not in GROWN:
                told = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
                db.execute(f"INSERT INTO main.{table} ({told}) SELECT {told} FROM now.{table}")
        db.execute("INSERT INTO blocking SELECT value, card FROM now.filed, json_each(keys)")
        db.execute("INSERT INTO carried SELECT value, card FROM now.filed, json_each(terms)")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    fresh.replace(world.store)


def test_a_store_made_before_is_taken_over_with_its_index(world):
    before = indexed(world)
    made_before(world)
    assert not world.sync().plan.operations
    assert {card: tuple(map(sorted, told)) for card, told in indexed(world).items()} == {
        card: tuple(map(sorted, told)) for card, told in before.items()
    }
    assert [file.name for file in backups(world.store, "schema")] == ["kith.db.backup-schema-1"]


def test_in_a_store_made_before_a_new_card_finds_its_person(world):
    made_before(world)
    world.shelves["cloud"].put("new", person("Leo", "Lenz", phone="+49 171 3920001"))
    assert world.sync().joined == 1
    world.drop("phone", "Ida Sommer")
    world.sync()
    assert "given:ida" not in {term for _, terms in indexed(world).values() for term in terms}
