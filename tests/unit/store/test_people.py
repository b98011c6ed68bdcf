"""What the user said about people holds: against scores, full runs and files imported again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kith.config.settings import Settings
from kith.connector.api import Page, PullRequest
from kith.model.person import Person
from kith.model.record import RecordKey
from kith.store.database import StoreError, open_database
from kith.store.journal import Ledger
from kith.store.people import Word, join, set_state, split
from kith.sync.accounts import describe
from kith_connectors.memory.connector import MemoryAccount
from taking_back import ask
from world import World, person

MOBILE, OTHER = "+49 171 3920012", "+49 171 3920044"
START = 1_790_000_000.0


@pytest.fixture
def world(tmp_path) -> World:
    """Two cards of one name and number on two devices (one person), and two cards without anything in common."""
    made = World(tmp_path, phone={}, cloud={}, archive={"mode": "read"})
    made.shelves["phone"].put("p1", person("Vera", "Sommer", phone=MOBILE))
    made.shelves["cloud"].put("c1", person("Vera", "Sommer", phone=MOBILE))
    made.shelves["phone"].put("p2", person("Ann", "Berg", email="ann@berg.example"))
    made.shelves["archive"].put("a2", person("Annette", "Tal", phone=OTHER))
    made.sync()
    return made


def said(world: World, what) -> Person:
    """Carry out a decision."""
    db = open_database(world.store)
    settings: Settings = world.settings()
    accounts = [describe(settings, item) for item in settings.accounts.values()]
    try:
        return what(Word(Ledger(db, "by hand", START), accounts))
    finally:
        db.close()


def people(world: World) -> dict[str, str]:
    """{card: person} of the cards that people wrote."""
    rows = ask(
        world, "SELECT account || '/' || remote_id || '=' || person FROM card WHERE linked_by <> 'creation'"
    )
    return dict(row.split("=") for row in rows)


def apart(world: World) -> bool:
    found = people(world)
    return found["phone/p1"] != found["cloud/c1"]


def together(world: World) -> bool:
    found = people(world)
    return found["phone/p2"] == found["archive/a2"]


def test_who_was_split_stays_apart(world):
    assert not apart(world)
    identity = people(world)["phone/p1"]
    said(world, lambda word: split(word, identity, [RecordKey("cloud", "", "c1")]))
    assert apart(world)
    world.sync()
    assert apart(world)
    world.sync(full=True)
    assert apart(world)
    world.edit("cloud", "Vera Sommer", nicknames=())
    world.shelves["cloud"].put("c1", person("Vera", "Sommer", phone=MOBILE, email="vera@sommer.example"))
    world.sync()
    world.sync(full=True)
    assert apart(world)


def test_who_was_joined_stays_joined(world):
    found = people(world)
    assert not together(world)
    said(world, lambda word: join(word, found["phone/p2"], found["archive/a2"]))
    world.sync()
    assert together(world)
    world.shelves["archive"].put("a2", person("Annette", "Tal-Moser", phone=OTHER))
    world.sync()
    world.sync(full=True)
    assert together(world)
    assert not world.sync(full=True).plan.operations


def test_the_older_person_keeps_its_id_and_the_other_id_still_leads_there(world):
    found = people(world)
    united = said(world, lambda word: join(word, found["archive/a2"], found["phone/p2"]))
    gone = ({found["archive/a2"], found["phone/p2"]} - {united.id}).pop()
    assert ask(world, "SELECT new FROM alias WHERE old = ?", gone) == [united.id]


def test_nobody_is_joined_with_themselves_or_split_into_nothing(world):
    found = people(world)
    with pytest.raises(StoreError):
        said(world, lambda word: join(word, found["phone/p1"], found["cloud/c1"]))
    with pytest.raises(StoreError):
        said(world, lambda word: split(word, found["phone/p2"], [RecordKey("phone", "", "nobody")]))
    assert people(world) == found


def test_a_discarded_person_is_pushed_nowhere(tmp_path):
    world = World(tmp_path, phone={}, archive={"mode": "read", "role": "enrich"})
    world.shelves["archive"].put("a1", person("Ida", "Kern", phone=OTHER))
    world.sync()
    identity = people(world)["archive/a1"]
    said(world, lambda word: set_state(word, identity, "discarded"))
    world.sync(full=True)
    assert world.names("phone") == []
    said(world, lambda word: set_state(word, identity, "active"))
    world.sync()
    assert world.names("phone") == ["Ida Kern"]


def test_a_join_outlives_that_the_source_is_read_anew(world):
    found = people(world)
    said(world, lambda word: join(word, found["phone/p2"], found["archive/a2"]))
    world.sync()
    card = world.shelves["archive"].cards["a2"][1]
    world.shelves["archive"].drop("a2")
    world.sync()
    world.shelves["archive"].put("a2", card)
    world.sync()
    assert together(world)


def test_who_lost_a_card_that_kith_had_made_gets_a_new_one_under_another_id(tmp_path):
    """The card keeps its id when it becomes someone else's: a new card under the same id is refused for ever."""
    world = World(tmp_path, phone={}, poor={})
    world.shelves["phone"].put("p1", person("Anna", "Kern", phone=OTHER))
    world.sync()
    made = world.find("poor", "Anna Kern")
    identity = people(world)["phone/p1"]
    said(world, lambda word: split(word, identity, [RecordKey("poor", "", made)]))
    world.sync()
    assert not world.sync().plan.operations
    assert len(world.cards("phone")) == len(world.cards("poor")) == 2


class Renaming(MemoryAccount):
    """Calls the card p1 another name than before, and says so."""

    def pull(self, request: PullRequest) -> Iterator[Page]:
        old, new = (RecordKey(self.account, "", name) for name in ("p1", "p1-renamed"))
        for page in super().pull(request):
            yield replace(page, gone=tuple(key for key in page.gone if key != old), moved={old: new})


def test_who_was_split_stays_apart_when_a_card_is_called_otherwise(world):
    said(world, lambda word: split(word, people(world)["phone/p1"], [RecordKey("phone", "", "p1")]))
    world.sync()
    shelf = world.shelves["phone"]
    card = shelf.cards["p1"][1]
    shelf.drop("p1")
    shelf.put("p1-renamed", replace(card, full_name="Vera M. Sommer"))
    world.wrap = lambda name, *more: (Renaming if name == "phone" else MemoryAccount)(name, *more)
    for full in (False, True):
        result = world.sync(full=full)
        assert (result.joined, result.plan.questions) == (0, ())
        assert people(world)["phone/p1-renamed"] != people(world)["cloud/c1"]
