"""Writes of one account: recorded in groups, and each looked up in the store as if it had been recorded at once."""

from dataclasses import replace
from threading import Event

from kith.connector.errors import Unreachable
from kith.model.contact import Text
from kith.store.database import open_database
from kith.sync.request import Request
from kith_connectors.memory.connector import MemoryAccount
from taking_back import ask
from world import World, person


class Breaking(MemoryAccount):
    """Answers so many new cards and then no more; the one that gets no answer is made."""

    answers = 5

    def create(self, card):
        written = super().create(card)
        if len(self.shelf.cards) > self.answers:
            raise Unreachable("no answer")
        return written


def outbox(world):
    db = open_database(world.store)
    try:
        cards = db.value("SELECT count(*) FROM card WHERE account = 'cloud'")
        return cards, [tuple(row) for row in db.rows("SELECT state FROM outbox")]
    finally:
        db.close()


def test_what_was_answered_is_recorded_when_the_account_goes_away(tmp_path):
    world = World(tmp_path, phone={"mode": "read"}, cloud={})
    for number in range(12):
        world.shelves["phone"].put(
            f"card-{number}", person(f"Anna{number}", "Huber", email=f"a{number}@example.org")
        )
    world.wrap = lambda name, shelf, able: (Breaking if name == "cloud" else MemoryAccount)(name, shelf, able)
    result = world.sync()
    assert result.accounts["cloud"].created == 5
    assert outbox(world) == (5, [("sent",)])
    world.wrap = MemoryAccount
    world.sync()
    assert len(world.cards("cloud")) == 12
    assert outbox(world) == (12, [])


def test_a_run_that_is_stopped_before_its_first_write_goes_on_as_it_began(tmp_path):
    """Else the guard would take the rest of a first sync, which rewrites many cards, for a run gone wrong."""
    world = World(tmp_path, phone={}, cloud={})
    for number in range(30):
        name = (f"Anna{number}", "Huber")
        world.shelves["phone"].put(
            f"p{number}", person(*name, email=f"a{number}@example.org", phone=f"+49 171 39200{number:02}")
        )
        world.shelves["cloud"].put(f"c{number}", person(*name, email=f"a{number}@example.org"))
    stop = Event()
    stopped = world.sync(Request(stop=stop, confirm=lambda _plan: stop.set() or True))
    assert (stopped.interrupted, stopped.accounts["cloud"].updated) == (True, 0)
    rest = world.sync()
    assert (rest.plan.holds, rest.accounts["cloud"].updated) == ((), 30)


def test_an_account_that_does_not_answer_what_became_of_a_write_is_closed(tmp_path):
    left = []

    class Silent(MemoryAccount):
        def __init__(self, *more):
            super().__init__(*more)
            left.append(self)

        def fetch(self, key):
            raise Unreachable("nobody answers")

        def close(self):
            left.remove(self)

    world = World(tmp_path, phone={"mode": "read"}, cloud={})
    for number in range(8):
        world.shelves["phone"].put(f"card-{number}", person(f"Anna{number}", "Huber"))
    world.wrap = lambda name, shelf, able: (Breaking if name == "cloud" else MemoryAccount)(name, shelf, able)
    world.sync()
    assert outbox(world)[1] == [("sent",)]
    world.wrap = Silent
    assert world.sync().accounts["cloud"].problem == "nobody answers"
    assert left == []


def test_two_people_with_one_uid_get_two(tmp_path):
    """Both cards are written in one group; the second must see that the UID of the first is taken."""
    world = World(tmp_path, phone={"mode": "read"}, tablet={"mode": "read"}, cloud={})
    for name, given, family in (("phone", "Anna", "Huber"), ("tablet", "Quirin", "Lindqvist")):
        world.shelves[name].put(
            "one", replace(person(given, family, email=f"{given}@{family}.example"), uid="u-1")
        )
    world.sync()
    uids = [contact.uid for contact in world.cards("cloud")]
    assert len(uids) == len(set(uids))


class Owing(MemoryAccount):
    """Tells of a new card that a field of it is missing yet."""

    def create(self, card):
        return replace(super().create(card), owed=("photo",))


def test_what_a_write_owes_is_planned_again_although_the_answer_holds_the_card(tmp_path):
    world = World(tmp_path, phone={"mode": "read"}, cloud={})
    world.shelves["phone"].put("one", person("Anna", "Huber", phone="0171 39200 11"))
    world.wrap = lambda name, shelf, able: (Owing if name == "cloud" else MemoryAccount)(name, shelf, able)
    world.sync()
    db = open_database(world.store)
    try:
        assert db.value("SELECT dirty FROM person") == 2
    finally:
        db.close()


def test_two_cards_that_are_said_to_be_in_one_place_are_one_card(tmp_path):
    """No server should answer so; the run goes on, and whose card it is then turns out when it is read."""

    class OnePlace(MemoryAccount):
        def create(self, card):
            written = super().create(card)
            return replace(written, key=replace(written.key, remote_id="one"), revision="", record=None)

    world = World(tmp_path, phone={"mode": "read"}, cloud={})
    for name in ("Anna", "Quirin", "Vera"):
        world.shelves["phone"].put(name, person(name, f"{name}berg"))
    world.wrap = lambda name, shelf, able: (OnePlace if name == "cloud" else MemoryAccount)(name, shelf, able)
    result = world.sync()
    assert result.accounts["cloud"].created == 3
    assert outbox(world) == (1, [])


def test_a_card_that_has_another_name_after_a_write_keeps_what_is_known_of_it(tmp_path):
    """Some servers answer a PUT with the place where they have put the card."""

    class Moving(MemoryAccount):
        def update(self, change):
            super().update(change)
            _, contact = self.shelf.cards.pop(change.key.remote_id)
            return self._write("moved", contact, {})

    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("p", person("Ida", "Kern", email="ida@kern.example"))
    world.shelves["cloud"].put("c", person("Ida", "Kern", email="ida@kern.example", phone="+49 171 3920012"))
    known = (
        "SELECT linked_by || ' ' || linked_from || ' ' || weight || because FROM card WHERE account = 'cloud'",
        "SELECT keys FROM filed JOIN card ON card.id = filed.card WHERE account = 'cloud'",
    )
    world.sync()
    before = [ask(world, sql) for sql in known]
    assert all(before)
    world.edit("phone", "Ida Kern", nicknames=(Text("Idchen"),))
    world.wrap = lambda name, shelf, able: (Moving if name == "cloud" else MemoryAccount)(name, shelf, able)
    assert world.sync().accounts["cloud"].updated == 1
    assert ask(world, "SELECT remote_id FROM card WHERE account = 'cloud'") == ["moved"]
    assert [ask(world, sql) for sql in known] == before
