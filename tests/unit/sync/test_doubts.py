"""A doubt never doubles a phone book: also not when one of the cards that it is about goes."""

from dataclasses import replace

import pytest

from kith.model.contact import Email
from kith.store.database import open_reading
from taking_back import undo
from world import World, person

MOBILE = "+49 171 3920013"
OTHER = "+49 171 3920012"


@pytest.fixture
def doubtful(tmp_path):
    """Josef of the archive may be Josef of the cloud, who stands there twice."""
    world = World(tmp_path, phone={}, cloud={}, archive={"mode": "read"})
    full = person("Josef", "Mayr", email="josef@example.org", phone=MOBILE)
    world.shelves["cloud"].put("cloud-0", full)
    world.shelves["cloud"].put("cloud-1", replace(full, phones=()))
    world.shelves["archive"].put("archive-0", person("Josef", "Mayr", phone=OTHER))
    world.sync()
    return world


def questions(world):
    db = open_reading(world.store)
    found = int(db.value("SELECT count(*) FROM question"))
    db.close()
    return found


def test_a_doubt_about_a_second_card_is_one_about_the_first_when_both_become_one(doubtful):
    assert doubtful.names("cloud") == ["Josef Mayr"]
    assert questions(doubtful) == 1
    for full in (False, True, True):
        assert doubtful.sync(full=full).plan.operations == ()
    assert (doubtful.names("cloud"), questions(doubtful)) == (["Josef Mayr"], 1)


def test_a_doubt_ends_with_the_card_it_was_about_and_who_waited_is_let_in(doubtful):
    doubtful.drop("cloud", "Josef Mayr")
    doubtful.sync()
    assert questions(doubtful) == 0
    assert [len(doubtful.cards(name)) for name in ("phone", "cloud")] == [1, 1]
    assert doubtful.cards("cloud")[0].phones[0].value == OTHER
    for full in (False, True):
        assert doubtful.sync(full=full).plan.operations == ()


def test_who_waited_is_let_in_when_kith_takes_the_doubtful_card_away_again(tmp_path):
    """An undo removes the copy that someone else waited for: the one who waited is not forgotten until a full run."""
    world = World(tmp_path, phone={}, cloud={}, third={})
    world.shelves["phone"].put("p0", person("Josef", "Mayr", email="josef@example.org"))
    world.sync()
    world.shelves["cloud"].put("c0", person("Sepp", "Mayr", phone=OTHER))
    undo(world)
    world.sync()
    assert world.sync(full=True).plan.operations == ()


def test_a_doubt_about_a_card_that_an_undo_takes_away_is_one_about_the_person(tmp_path):
    """Whoever came in the run that takes the doubtful card away, and was created elsewhere in it, is not forgotten."""
    world = World(tmp_path, phone={}, tablet={}, poor={}, vain={})
    several = {"emails": (Email("max@example.org"), Email("info@firm.example"))}
    world.shelves["tablet"].put("t0", replace(person("Max", "Mayr"), **several))
    world.shelves["tablet"].put("t1", person("Max", "Schmidt", email="max@example.org", phone=OTHER))
    world.shelves["poor"].put("p0", person("Max", "Mayr", email="max@example.org"))
    world.sync()
    world.shelves["tablet"].put("t2", person("Max", "Huber", phone=OTHER))
    undo(world)
    world.sync()
    assert world.sync(full=True).plan.operations == ()
    assert world.names("phone") == ["Max Huber"]


def test_a_doubt_about_someone_who_is_two_again_is_one_about_both(tmp_path):
    """The undo of a join leaves the copy on the other account to someone else, whom nobody had asked about."""
    world = World(tmp_path, phone={}, poor={}, vain={})
    world.shelves["phone"].put("p0", person("Anna", "Mayr"))
    for name in ("poor", "vain"):
        world.shelves[name].put("c0", person("Anna", "Mayr", email="anna@example.org"))
    world.sync()
    assert questions(world) == 1
    undo(world)
    assert questions(world) == 2
    for full in (False, True):
        assert world.sync(full=full).plan.operations == ()
    assert [len(world.cards(name)) for name in ("phone", "poor", "vain")] == [1, 1, 1]


def test_a_doubt_about_a_card_that_goes_in_the_same_run_is_one_about_its_person(tmp_path):
    """The newcomer waits where the person has another card: it is not forgotten until a full run."""
    world = World(tmp_path, poor={}, phone={"deletes": "never"}, archive={"mode": "read"})
    world.shelves["poor"].put("p0", person("Anna", "Mayr"))
    world.sync()
    world.shelves["archive"].put("a0", person("Anna", "Mayr"))
    world.drop("phone", "Anna Mayr")
    world.sync()
    for full in (False, True):
        assert world.sync(full=full).plan.operations == ()
    assert questions(world) == 1
