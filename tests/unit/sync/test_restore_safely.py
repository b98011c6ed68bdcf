"""A restore takes nothing away that cannot be got back: it is guarded, recorded, and undone like any other run."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kith.connector.api import NewCard, Page, PullRequest, Written
from kith.connector.errors import Rejected, Unreachable
from kith.model.contact import Email, Phone, Text
from kith.model.record import RecordKey, SourceRecord
from kith.store.database import open_database, open_reading
from kith.store.journal import Ledger
from kith.store.people import decide_pair
from kith.store.undo import last_run
from kith.sync.pull import CONFIRMED_ONE_BY_ONE
from kith.sync.request import Request
from kith.sync.restore import STAYS, Restored, Wish, restore, restored_account, take_back
from kith_connectors.memory.connector import MemoryAccount
from taking_back import ask, picture
from world import World, person

HOUR = 3600.0


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two devices in sync an hour ago."""
    made = World(tmp_path, phone={}, cloud={})
    for name in ("Anna", "Leo", "Ida"):
        card = replace(person(name, "Lenz", email=f"{name.lower()}@lenz.example"), uid=f"u-{name.lower()}")
        made.shelves["phone"].put(name, card)
    made.sync(Request(clock=lambda: time.time() - HOUR))
    return made


def back(world: World, **wishes: object) -> Restored:
    moment = time.time() - HOUR / 2
    return restore(world.settings(), world.store, "phone", moment, Wish(**wishes))  # type: ignore[arg-type]


def undo(world: World, run: str = "", **wishes: object) -> Restored:
    with closing(open_reading(world.store)) as db:
        run = run or last_run(db) or ""
        assert restored_account(db, run) == "phone"
    return take_back(world.settings(), world.store, run, Wish(**wishes))  # type: ignore[arg-type]


def steps(found: Restored) -> list[tuple[str, str]]:
    return sorted((str(step.action), step.title) for step in found.steps)


class Jealous(MemoryAccount):
    """Takes no second card of one UID, as many servers do."""

    def create(self, card: NewCard) -> Written:
        if any(held.uid == card.uid for _, held in self.shelf.cards.values()):
            raise Rejected("another card of this book has the same UID")
        return super().create(card)


class Full(MemoryAccount):
    """Takes no new card at all."""

    def create(self, card: NewCard) -> Written:
        raise Rejected("no room for another card")


class Deaf(MemoryAccount):
    """Makes the card, and the answer is lost."""

    def create(self, card: NewCard) -> Written:
        super().create(card)
        raise Unreachable("the connection was cut")


class Stopped(MemoryAccount):
    """The user interrupts the second card."""

    def create(self, card: NewCard) -> Written:
        if len(self.shelf.cards) == 2:
            raise KeyboardInterrupt
        return super().create(card)


class Forgetful(MemoryAccount):
    """Leaves Leo out of what it gives; with `unread` his card is named in the listing all the same."""

    unread = False

    def pull(self, request: PullRequest) -> Iterator[Page]:
        for page in super().pull(request):
            rest = tuple(record for record in page.records if record.key.remote_id != "Leo")
            listed = {book: ids if self.unread else ids - {"Leo"} for book, ids in page.listed.items()}
            yield replace(page, records=rest, listed=listed)


class Unreading(Forgetful):
    unread = True

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        return None if key.remote_id == "Leo" else super().fetch(key)


class Empty(MemoryAccount):
    """Names no card at all, and has them all the same."""

    def pull(self, request: PullRequest) -> Iterator[Page]:
        yield Page()


class Books(MemoryAccount):
    """Every card in the address book that its id begins with."""

    def pull(self, request: PullRequest) -> Iterator[Page]:
        for page in super().pull(request):
            listed = {
                book: frozenset(one for one in ids if self._key(one).book == book)
                for ids in page.listed.values()
                for book in {self._key(one).book for one in ids}
            }
            yield replace(page, listed=listed)

    def _key(self, remote_id: str) -> RecordKey:
        return RecordKey(self.account, remote_id.partition("/")[0], remote_id)


def replaced(world: World, uid: str) -> None:
    """Another program deletes Anna's card and puts it back under another name, with a number."""
    card = world.shelves["phone"].cards["Anna"][1]
    world.shelves["phone"].drop("Anna")
    world.shelves["phone"].put(
        "anna-2", replace(card, uid=uid, phones=(Phone("+49 171 3920012", ("cell",)),))
    )


@pytest.mark.parametrize("read_before", [True, False])
def test_a_card_that_stands_in_anothers_stead_is_changed_in_place(world: World, read_before: bool) -> None:
    world.wrap = Jealous
    before = picture(world)
    replaced(world, "u-anna")
    if read_before:
        world.sync()
    assert steps(back(world, dry_run=True)) == [("update", "Anna Lenz")]
    found = back(world)
    assert (steps(found), found.failed) == ([("update", "Anna Lenz")], [])
    assert picture(world)["phone"] == before["phone"]
    world.sync()
    assert picture(world) == before
    assert not world.sync(full=True).plan.operations


def test_the_one_card_of_a_person_stands_for_the_one_before(tmp_path: Path) -> None:
    world = World(tmp_path, phone={"deletes": "here"}, cloud={})
    world.shelves["phone"].put("leo", person("Leo", "Lenz", email="leo@lenz.example", uid="u-1"))
    world.sync(Request(clock=lambda: time.time() - HOUR))
    world.drop("phone", "Leo Lenz")
    world.sync()
    world.shelves["phone"].put("leo-2", person("Leonhard", "Lenz", email="leo@lenz.example", uid="u-2"))
    world.sync()
    found = back(world)
    assert [(str(step.action), step.key.remote_id, step.title) for step in found.steps] == [
        ("update", "leo-2", "Leo Lenz")
    ]
    assert world.names("phone") == ["Leo Lenz"]


def test_what_replaces_a_card_that_cannot_be_put_back_stays(world: World) -> None:
    world.wrap = Full
    replaced(world, "u-other")
    world.shelves["phone"].put("new", person("Nina", "Neu"))
    found = back(world)
    assert [(step.title, why) for step, why in found.failed] == [
        ("Anna Lenz", "no room for another card"), ("Anna Lenz", STAYS),
    ]  # fmt: skip
    assert world.names("phone") == ["Anna Lenz", "Ida Lenz", "Leo Lenz"], "only Nina has gone"
    rows = "SELECT action || ' ' || remote_id FROM card_history WHERE by = 'kith' AND account = 'phone'"
    assert ask(world, rows) == ["delete new"], "what was refused did not happen"


def test_what_no_sync_had_read_is_recorded_and_comes_back(world: World) -> None:
    world.edit("phone", "Ida Lenz", notes=(Text("typed since the last sync"),))
    world.drop("phone", "Leo Lenz")
    world.shelves["phone"].put("new", person("Nina", "Neu", email="nina@neu.example", uid="u-nina"))
    spoilt = picture(world)
    found = back(world, command="restore phone --to then")
    assert steps(found) == [("create", "Leo Lenz"), ("delete", "Nina Neu"), ("update", "Ida Lenz")]
    restored = picture(world)
    assert ask(world, "SELECT command || ' ' || outcome FROM run ORDER BY rowid DESC") [0] == (
        "restore phone --to then done"
    )  # fmt: skip
    rows = "SELECT action || ' ' || by FROM card_history WHERE run = (SELECT id FROM run ORDER BY rowid DESC) ORDER BY id"
    assert ask(world, rows) == ["create kith", "update kith", "found owner", "delete kith"]
    assert steps(undo(world)) == [("create", "Nina Neu"), ("delete", "Leo Lenz"), ("update", "Ida Lenz")]
    assert picture(world) == spoilt
    undo(world)
    assert picture(world) == restored, "an undo can be undone"
    undo(world)
    assert picture(world) == spoilt


def test_what_was_changed_since_a_restore_stays(world: World) -> None:
    world.edit("phone", "Ida Lenz", notes=(Text("wrong"),), emails=(Email("wrong@lenz.example"),))
    world.drop("phone", "Leo Lenz")
    back(world)
    world.edit("phone", "Ida Lenz", notes=(Text("typed after the restore"),))
    world.edit("phone", "Leo Lenz", notes=(Text("typed after the restore"),))
    found = undo(world)
    assert steps(found) == [("update", "Ida Lenz")]
    assert sorted(found.kept) == [
        "Ida Lenz: notes was changed since and stays",
        "Leo Lenz: the card was changed since and stays",
    ]
    ida = world.shelves["phone"].cards["Ida"][1]
    assert (ida.emails[0].value, ida.notes[0].value) == ("wrong@lenz.example", "typed after the restore")


def test_a_write_whose_answer_was_lost_is_taken_back_all_the_same(world: World) -> None:
    world.drop("phone", "Anna Lenz")
    world.drop("phone", "Leo Lenz")
    world.shelves["phone"].put("new", person("Nina", "Neu"))
    before = picture(world)
    world.wrap = Deaf
    found = back(world)
    assert [(step.title, why) for step, why in found.failed] == [
        ("Anna Lenz", "the connection was cut"), ("Leo Lenz", "was not tried any more"),
        ("Nina Neu", "was not tried any more"),
    ]  # fmt: skip
    assert world.names("phone") == ["Anna Lenz", "Ida Lenz", "Nina Neu"]
    assert steps(undo(world)) == [("delete", "Anna Lenz")]
    assert picture(world) == before


def test_a_restore_that_was_interrupted_counts_what_it_did(world: World) -> None:
    for name in ("Anna", "Leo"):
        world.drop("phone", f"{name} Lenz")
    world.edit("phone", "Ida Lenz", emails=(Email("wrong@lenz.example"),))
    world.wrap = Stopped
    with pytest.raises(KeyboardInterrupt):
        back(world)
    assert ask(world, "SELECT outcome || ' ' || summary FROM run ORDER BY rowid DESC")[0] == (
        'interrupted {"created": 1, "updated": 0, "deleted": 0}'
    )
    assert world.names("phone") == ["Anna Lenz", "Ida Lenz"]


def test_a_restore_that_was_carried_to_the_others_is_taken_back_with_the_next_sync(world: World) -> None:
    world.edit("phone", "Ida Lenz", emails=(Email("wrong@lenz.example"),))
    world.drop("phone", "Leo Lenz")
    world.shelves["phone"].put("new", person("Nina", "Neu", email="nina@neu.example", uid="u-nina"))
    world.sync()
    spoilt = picture(world)
    back(world)
    run = ask(world, "SELECT id FROM run ORDER BY rowid DESC")[0]
    world.sync()
    assert world.names("cloud") == ["Anna Lenz", "Ida Lenz", "Leo Lenz"]
    undo(world, run)
    world.sync()
    assert picture(world) == spoilt
    assert not world.sync(full=True).plan.operations


def test_an_undo_of_one_persons_part(world: World) -> None:
    world.drop("phone", "Leo Lenz")
    world.edit("phone", "Ida Lenz", notes=(Text("x"),))
    back(world)
    run = ask(world, "SELECT id FROM run ORDER BY rowid DESC")[0]
    ida = ask(world, "SELECT id FROM person WHERE title = 'Ida Lenz'")[0]
    take_back(world.settings(), world.store, run, Wish(), ida)
    assert world.names("phone") == ["Anna Lenz", "Ida Lenz", "Leo Lenz"]
    assert world.shelves["phone"].cards["Ida"][1].notes == (Text("x"),)


def test_an_address_book_without_history_then_is_left_alone(world: World, tmp_path: Path) -> None:
    made = World(tmp_path / "books", phone={}, cloud={})
    made.wrap = Books
    made.shelves["phone"].put("private/leo", person("Leo", "Lenz"))
    made.sync(Request(clock=lambda: time.time() - HOUR))
    made.shelves["phone"].put("family/ida", person("Ida", "Lenz"))
    made.shelves["phone"].put("family/nina", person("Nina", "Neu"))
    made.shelves["phone"].put("private/new", person("Nora", "Neu"))
    found = back(made)
    assert (steps(found), found.left) == ([("delete", "Nora Neu")], {"family": 2})
    assert made.names("phone") == ["Ida Lenz", "Leo Lenz", "Nina Neu"]


@pytest.mark.parametrize("read_before", [True, False])
def test_more_than_may_be_removed_is_held_before_anything_is_written(world: World, read_before: bool) -> None:
    world.drop("phone", "Leo Lenz")
    for number in range(6):
        world.shelves["phone"].put(f"new-{number}", person(f"New{number}", "Neu"))
    if read_before:
        world.sync()
    before = picture(world)
    runs = ask(world, "SELECT id FROM run")
    for wishes in ({}, {"dry_run": True}, {"max_delete": 5}):
        found = back(world, command="restore phone --to then", **wishes)
        assert found.hold is not None
        assert "remove 6 of 8 cards" in found.hold.why
        assert found.hold.remedy.endswith("kith restore phone --to then --max-delete 6")
    assert (picture(world), ask(world, "SELECT id FROM run")) == (before, runs)
    assert back(world, max_delete=6).hold is None
    assert len(world.names("phone")) == 3
    held = undo(world, max_delete=0)
    assert held.hold is not None and "kith undo " in held.hold.remedy


@pytest.mark.parametrize("wrap", [Forgetful, Unreading])
def test_a_card_that_an_answer_left_out_is_not_made_twice(world: World, wrap: type[MemoryAccount]) -> None:
    world.wrap = wrap
    assert steps(back(world)) == []
    assert world.names("phone") == ["Anna Lenz", "Ida Lenz", "Leo Lenz"]


def test_where_a_listing_lied_every_card_is_asked_for(tmp_path: Path) -> None:
    world = World(tmp_path, phone={})
    for number in range(CONFIRMED_ONE_BY_ONE + 2):
        world.shelves["phone"].put(f"c{number:03}", person(f"Anna{number}"))
    world.sync(Request(clock=lambda: time.time() - HOUR))
    world.wrap = Empty
    assert steps(back(world)) == []


def test_a_card_that_came_back_and_cannot_be_read_is_not_made_twice(tmp_path: Path) -> None:
    world = World(tmp_path, phone={}, cloud={})
    for name in ("Anna", "Ida"):
        world.shelves["phone"].put(name, person(name, "Lenz"))
    world.sync(Request(clock=lambda: time.time() - HOUR))
    leo = person("Leo", "Lenz")
    world.shelves["phone"].put("Leo", leo)
    assert steps(back(world)) == [("delete", "Leo Lenz")]
    world.shelves["phone"].put("Leo", leo)
    world.wrap = Unreading
    found = undo(world)
    assert (steps(found), found.kept) == ([], ["Leo Lenz: is there again"])
    assert world.names("phone") == ["Anna Lenz", "Ida Lenz", "Leo Lenz"]


def test_a_book_is_not_emptied(tmp_path: Path) -> None:
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("old", person("Otto", "Alt"))
    world.sync(Request(clock=lambda: time.time() - HOUR))
    world.drop("phone", "Otto Alt")
    world.sync(Request(clock=lambda: time.time() - HOUR * 0.9))
    for name in ("Nina", "Nora"):
        world.shelves["phone"].put(name, person(name, "Neu"))
    found = back(world)
    assert found.hold is not None and "remove 2 of 2 cards" in found.hold.why
    assert len(world.names("phone")) == 2
    back(world, max_delete=2)
    assert world.names("phone") == []


def test_nothing_is_written_where_the_user_says_no(world: World) -> None:
    world.drop("phone", "Leo Lenz")
    before, runs = picture(world), ask(world, "SELECT id FROM run")
    assert back(world, confirm=lambda _found: False).declined
    assert (picture(world), ask(world, "SELECT id FROM run")) == (before, runs)


def test_a_card_whose_early_history_is_gone_was_there_all_the_same(world: World) -> None:
    """Of what is older than keep_history only the newest row is kept: that may be from after the date."""
    before = picture(world)["phone"]
    world.edit("phone", "Ida Lenz", emails=(Email("wrong@lenz.example"),))
    world.sync()
    with closing(open_database(world.store)) as db:
        db.execute(
            "DELETE FROM card_history WHERE account = 'phone' AND remote_id = 'Ida' AND action = 'found'"
        )
    assert steps(back(world)) == [("update", "Ida Lenz")]
    assert picture(world)["phone"] == before


def test_the_users_word_about_a_card_goes_to_its_successor(tmp_path: Path) -> None:
    world = World(tmp_path, phone={"deletes": "here"}, cloud={"deletes": "here"})
    world.shelves["phone"].put("leo", person("Leo", "Lenz"))
    world.shelves["cloud"].put("poldi", person("Poldi", "Alt"))
    early = Request(clock=lambda: time.time() - HOUR)
    world.sync(early)
    with closing(open_database(world.store)) as db:
        ledger = Ledger(db, "word", time.time() - HOUR)
        here, there = RecordKey("phone", "", "leo"), RecordKey("cloud", "", "poldi")
        decide_pair(ledger, here, there, same=True)
    world.drop("phone", "Leo Lenz")
    world.sync()
    back(world)
    new = world.find("phone", "Leo Lenz")
    assert new != "leo"
    with closing(open_reading(world.store)) as db:
        sides = db.row("SELECT a, b FROM decision")
    assert sides is not None and {side.split("\x1f")[-1] for side in sides} == {"poldi", new}


def test_a_card_put_back_before_any_sync_stays_the_same_persons(world: World) -> None:
    """Without a UID nothing but its name would tell: the others keep what only they know."""
    world.shelves["phone"].put("bo", person("Bo"))
    world.sync(Request(clock=lambda: time.time() - HOUR * 0.9))
    world.edit("cloud", "Bo", notes=(Text("only in the cloud"),))
    world.sync(Request(clock=lambda: time.time() - HOUR * 0.8))
    owner = ask(world, "SELECT id FROM person WHERE title = 'Bo'")
    world.drop("phone", "Bo")
    back(world)
    world.sync()
    assert ask(world, "SELECT id FROM person WHERE title = 'Bo'") == owner
    assert picture(world)["cloud"] == picture(world)["phone"]
