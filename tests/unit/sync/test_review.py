"""Sequences of edits, deletions, holds and refusals over several accounts that must not cost anybody a card or a value."""

import time
from dataclasses import replace

import pytest

from kith.connector.api import Page
from kith.connector.errors import Rejected, Unreachable
from kith.model.contact import Date, Organization, Phone, Text
from kith.model.record import RecordKey
from kith.store import people
from kith.store.database import open_database, open_reading
from kith.store.journal import Ledger
from kith.store.lookup import find_person
from kith.store.undo import invert
from kith.sync.accounts import describe
from kith.sync.request import Request
from kith_connectors.memory.connector import CAPABILITIES, MemoryAccount, Shelf
from taking_back import ask
from world import World, person

MOBILE = "+49 171 3920012"
ANNA = person("Anna", "Huber", email="anna@example.org", phone=MOBILE)
READ_ONLY = {"mode": "read", "role": "enrich"}


@pytest.fixture
def three(tmp_path):
    """Three devices that agree about Anna and Max."""
    world = World(tmp_path, phone={}, cloud={}, tablet={})
    world.shelves["phone"].put("anna", ANNA)
    world.shelves["phone"].put("max", person("Max", "Kern", email="max@example.org"))
    world.sync()
    return world


def crowd(world, account, count):
    for number in range(count):
        contact = person(f"Given{number}", f"Unlike{number}x", email=f"p{number}@example.org")
        world.shelves[account].put(f"c{number}", contact)


def quiet(world):
    result = world.sync()
    return result.plan.operations == () and not result.plan.holds


def answer(world, account, column, value):
    """What `kith approve` and `kith reject` note."""
    db = open_database(world.store)
    db.execute(f"UPDATE account SET {column} = ? WHERE name = ?", (value, account))
    db.close()


@pytest.fixture
def bereft(tmp_path):
    """A phone on which 30 of 40 people were deleted, which the cloud has not heard of."""
    world = World(tmp_path, phone={}, cloud={})
    crowd(world, "phone", 40)
    world.sync()
    for key in list(world.shelves["phone"].cards)[10:]:
        world.shelves["phone"].drop(key)
    world.sync(Request(accounts=("phone",), max_delete=30))
    return world


def test_what_is_held_is_not_carried_out_when_it_is_rejected(bereft):
    assert [hold.account for hold in bereft.sync().plan.holds] == ["cloud"]
    answer(bereft, "cloud", "rejected", 1)
    bereft.sync()
    assert len(bereft.cards("cloud")) == 40


def test_a_number_of_allowed_deletions_allows_no_more_than_these(bereft):
    assert [hold.account for hold in bereft.sync(Request(max_delete=7)).plan.holds] == ["cloud"]
    assert len(bereft.cards("cloud")) == 40
    bereft.sync(Request(max_delete=30))
    assert len(bereft.cards("cloud")) == 10


def test_an_edit_of_a_read_only_source_does_not_bring_back_whom_the_owner_deleted(tmp_path):
    world = World(tmp_path, phone={}, cloud={}, net=dict(READ_ONLY))
    world.shelves["phone"].put("a", ANNA)
    world.shelves["net"].put("n", ANNA)
    world.sync()
    world.drop("phone", "Anna Huber")
    world.edit("net", "Anna Huber", organizations=(Organization("Firma"),))
    world.sync()
    assert world.names("cloud") == world.names("phone") == []


def test_an_edit_on_an_account_that_slept_beats_the_deletion(three):
    three.drop("phone", "Anna Huber")
    three.sync(Request(accounts=("phone", "cloud")))
    assert three.names("cloud") == ["Max Kern"]
    three.edit("tablet", "Anna Huber", notes=(Text("still needed"),))
    three.sync()
    for account in ("phone", "cloud", "tablet"):
        assert three.names(account) == ["Anna Huber", "Max Kern"]
    assert quiet(three)


def test_an_edit_beats_a_deletion_on_an_account_that_it_had_not_reached(three):
    """The phone is away while Anna is edited on the tablet, and Anna is deleted on the phone."""
    three.edit("tablet", "Anna Huber", notes=(Text("still needed"),))
    three.sync(Request(accounts=("tablet", "cloud")))
    three.drop("phone", "Anna Huber")
    three.sync()
    for account in ("phone", "cloud", "tablet"):
        assert three.names(account) == ["Anna Huber", "Max Kern"]
        assert [card.notes for card in three.cards(account) if card.notes] == [(Text("still needed"),)]
    assert quiet(three)


def test_a_value_removed_meanwhile_is_an_edit_as_well(three):
    three.edit("tablet", "Max Kern", emails=())
    three.sync(Request(accounts=("tablet", "cloud")))
    three.drop("phone", "Max Kern")
    three.sync()
    for account in ("phone", "cloud", "tablet"):
        assert three.names(account) == ["Anna Huber", "Max Kern"]
    assert quiet(three)


def test_what_a_read_only_source_adds_is_no_edit_that_beats_a_deletion(tmp_path):
    world = World(tmp_path, phone={}, cloud={}, archive={"mode": "read"})
    world.shelves["phone"].put("anna", ANNA)
    world.shelves["archive"].put("a", ANNA)
    world.sync()
    world.edit("archive", "Anna Huber", notes=(Text("from the archive"),))
    world.sync(Request(accounts=("archive", "cloud")))
    assert world.cards("cloud")[0].notes == (Text("from the archive"),)
    world.drop("phone", "Anna Huber")
    world.sync()
    assert (world.names("phone"), world.names("cloud")) == ([], [])
    assert quiet(world)


def test_an_edit_between_reading_and_deleting_beats_the_deletion(three):
    class Late(MemoryAccount):
        edited = False

        def delete(self, key, expected):
            if self.account == "tablet" and not Late.edited:
                Late.edited = True
                three.edit("tablet", "Anna Huber", notes=(Text("still needed"),))
            super().delete(key, expected)

    three.wrap = Late
    three.drop("phone", "Anna Huber")
    three.sync()
    three.sync()
    for account in ("phone", "cloud", "tablet"):
        assert three.names(account) == ["Anna Huber", "Max Kern"]
    assert quiet(three)


def test_a_new_card_is_not_taken_for_someone_deleted_whose_read_only_card_changes(tmp_path):
    world = World(tmp_path, phone={}, cloud={}, net=dict(READ_ONLY))
    world.shelves["phone"].put("a", ANNA)
    world.shelves["net"].put("n", ANNA)
    world.sync()
    world.drop("phone", "Anna Huber")
    world.sync()
    world.shelves["phone"].put("b", ANNA)
    world.edit("net", "Anna Huber", organizations=(Organization("Firma"),))
    world.sync()
    assert world.names("phone") == world.names("cloud") == ["Anna Huber"]
    assert quiet(world)


def test_a_second_card_stays_as_long_as_the_first_cannot_take_its_values(tmp_path):
    class Refuses(MemoryAccount):
        def update(self, change):
            raise Rejected("too large")

    world = World(tmp_path, phone={})
    world.wrap = Refuses
    world.shelves["phone"].put("a", ANNA)
    world.shelves["phone"].put("b", replace(ANNA, birthday=Date("1971-03-04")))
    for _ in range(3):
        world.sync()
        assert len(world.cards("phone")) == 2
        assert ask(world, "SELECT why FROM refused") == ["too large"]
    world.wrap = MemoryAccount
    world.sync(clock=lambda: time.time() + 2 * 86400)  # refused cards are tried again a day later
    assert [card.birthday for card in world.cards("phone")] == [Date("1971-03-04")]
    assert ask(world, "SELECT why FROM refused") == [], "it is over: nothing needs the user any more"


def test_whoever_waits_in_the_inbox_is_not_written_to_a_two_way_network(tmp_path):
    world = World(tmp_path, phone={}, net={"role": "enrich"}, archive=dict(READ_ONLY))
    world.shelves["net"].put("n", replace(ANNA, phones=()))
    world.shelves["archive"].put("m", ANNA)
    world.sync()
    assert len(world.shelves["net"].changes) == 1
    assert world.cards("phone") == []


def test_a_held_account_stays_held_in_the_second_round_of_a_run(tmp_path):
    world = World(tmp_path, phone={}, cloud={}, tablet={})
    crowd(world, "phone", 40)
    world.sync()

    class Late(MemoryAccount):
        edited = False

        def update(self, change):
            if self.account == "cloud" and not Late.edited:
                Late.edited = True
                world.edit("cloud", "Given0 Unlike0x", birthday=Date("1971-03-04"))
            return super().update(change)

    world.wrap = Late
    for key in list(world.shelves["phone"].cards)[1:]:
        world.shelves["phone"].drop(key)
    before = len(world.shelves["phone"].changes)
    world.edit("tablet", "Given0 Unlike0x", notes=(Text("meanwhile"),))
    assert world.sync().plan.holds
    assert Late.edited
    assert len(world.shelves["phone"].changes) == before, "nothing is written there"
    db = open_reading(world.store)
    assert db.value("SELECT hold FROM account WHERE name = 'phone'")
    db.close()


def test_a_write_in_doubt_is_not_repeated_in_the_second_round_of_a_run(three):
    sent = []

    class Shaky(MemoryAccount):
        def update(self, change):
            if self.account == "cloud" and "cloud" not in sent:
                sent.append("cloud")
                three.edit("cloud", "Anna Huber", birthday=Date("1971-03-04"))
            if self.account == "tablet":
                sent.append("tablet")
                super().update(change)
                raise Unreachable("the answer is lost")
            return super().update(change)

    three.wrap = Shaky
    three.edit("phone", "Anna Huber", notes=(Text("hello"),))
    three.sync()
    assert sent.count("tablet") == 1


def test_an_account_that_comes_later_gets_everyone(tmp_path):
    world = World(tmp_path, phone={})
    crowd(world, "phone", 3)
    world.sync()
    world.tables["cloud"], world.shelves["cloud"], world.abilities["cloud"] = {}, Shelf(), CAPABILITIES
    world.sync()
    assert len(world.cards("cloud")) == 3
    assert quiet(world)
    assert world.sync(full=True).plan.operations == ()


def test_whoever_is_put_back_by_hand_is_no_longer_kept_out(tmp_path):
    world = World(tmp_path, phone={}, shared={"deletes": "here"})
    crowd(world, "phone", 3)
    world.sync()
    world.drop("shared", "Given0 Unlike0x")
    world.sync()
    world.shelves["shared"].put("again", person("Given0", "Unlike0x", email="p0@example.org"))
    world.sync()
    for key in list(world.shelves["shared"].cards):
        world.shelves["shared"].drop(key)
    assert world.sync().plan.holds
    answer(world, "shared", "rejected", 1)
    world.sync()
    assert len(world.cards("shared")) == 3


def test_an_account_that_comes_back_hears_what_was_done_meanwhile(three):
    table = three.tables.pop("tablet")
    three.drop("phone", "Anna Huber")
    three.edit("phone", "Max Kern", notes=(Text("hello"),))
    three.shelves["phone"].put("new", person("Neu", "Ling"))
    three.sync()
    assert three.names("tablet") == ["Anna Huber", "Max Kern"], "dormant: nothing is done there"
    three.tables["tablet"] = table
    three.sync()
    assert three.names("tablet") == ["Max Kern", "Neu Ling"]
    assert three.cards("tablet")[0].notes == (Text("hello"),)
    assert quiet(three)
    assert three.sync(full=True).plan.operations == ()


def renamed(world, old, new):
    """The config calls an account by another name."""
    world.tables = {new if name == old else name: table for name, table in world.tables.items()}
    world.shelves[new], world.abilities[new] = world.shelves[old], world.abilities[old]
    settings = world.settings()
    own = settings.accounts[new].own.model_copy(update={"shelf": old})
    accounts = {**settings.accounts, new: replace(settings.accounts[new], own=own)}
    world.settings = lambda **_: replace(settings, accounts=accounts)


def test_whom_an_account_keeps_out_it_keeps_out_under_its_new_name(tmp_path):
    world = World(tmp_path, phone={}, shared={"deletes": "here"})
    crowd(world, "phone", 3)
    world.sync()
    world.drop("shared", "Given0 Unlike0x")
    world.sync()
    renamed(world, "shared", "family")
    world.edit("phone", "Given0 Unlike0x", notes=(Text("hello"),))
    world.sync()
    assert len(world.cards("family")) == 2


def test_a_run_is_undone_after_an_account_was_renamed(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    crowd(world, "phone", 3)
    first = world.sync().run
    renamed(world, "cloud", "home")
    world.sync()

    def prepare(ledger, accounts):
        return invert(ledger, first, accounts)

    world.sync(Request(command="undo", prepare=prepare))
    assert (len(world.cards("home")), len(world.cards("phone"))) == (0, 3)


def decide(world, what):
    """What the user says on the command line: `what` gets the Word and the store."""
    db = open_database(world.store)
    db.execute("INSERT INTO run (id, started, command) VALUES ('by hand', 1, 'by hand')")
    settings = world.settings()
    accounts = [describe(settings, item) for item in settings.accounts.values()]
    try:
        what(people.Word(Ledger(db, "by hand", 1.0), accounts), db)
    finally:
        db.close()


def test_a_removed_number_does_not_come_back_with_a_join(tmp_path):
    world = World(tmp_path, phone={}, archive={"mode": "read"})
    world.shelves["phone"].put("a", ANNA)
    world.shelves["archive"].put("b", ANNA)
    world.shelves["phone"].put("z", person("Änne", "Zorn", email="z@example.org"))
    world.sync()
    world.edit("phone", "Anna Huber", phones=())
    world.sync()
    decide(
        world,
        lambda word, db: people.join(word, find_person(db, "Anna Huber"), find_person(db, "Änne Zorn")),
    )
    world.sync()
    [card] = world.cards("phone")
    assert (card.phones, len(card.emails)) == ((), 2)
    assert quiet(world)


def test_a_split_leaves_no_value_of_the_other_person(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    one = replace(ANNA, notes=(Text("tennis"),), birthday=Date("1971-03-04"))
    two = replace(person("Anna", "Huber", email="anna@example.org"), notes=(Text("choir"),))
    world.shelves["phone"].put("a", one)
    world.shelves["cloud"].put("b", replace(two, phones=(Phone("+49 171 3920013"),)))
    world.sync()
    assert [len(card.phones) for name in ("phone", "cloud") for card in world.cards(name)] == [2, 2]
    going = [RecordKey("cloud", "", "b")]
    decide(world, lambda word, db: people.split(word, find_person(db, "phone/a"), going))
    world.sync()
    mine, other = (world.shelves[name].cards[key][1] for name, key in (("phone", "a"), ("cloud", "b")))
    assert (mine.phones[0].value, len(mine.phones), mine.notes) == (MOBILE, 1, one.notes)
    assert (other.phones[0].value, len(other.phones)) == ("+49 171 3920013", 1)
    assert (other.notes, other.birthday, mine.birthday) == ((Text("choir"),), None, one.birthday)
    assert quiet(world)


def test_an_edit_on_an_older_state_is_listed_as_a_conflict(three):
    three.edit("phone", "Anna Huber", birthday=Date("1971-03-04"))
    three.sync(Request(accounts=("phone", "cloud")))
    three.edit("tablet", "Anna Huber", birthday=Date("1982-01-01"))
    [conflict] = three.sync().plan.conflicts
    assert (conflict.kept, conflict.other, conflict.other_from.account) == (
        "1982-01-01",
        "1971-03-04",
        "phone",
    )
    assert quiet(three)


def test_two_people_of_one_uid_do_not_meet_in_an_account(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("a", replace(ANNA, uid="1"))
    world.shelves["cloud"].put("b", replace(person("Karl", "Zorn", email="k@example.org"), uid="1"))
    assert len(world.sync().plan.questions) == 1

    def apart(word, db):
        people.decide_pair(word.ledger, RecordKey("phone", "", "a"), RecordKey("cloud", "", "b"), same=False)
        db.execute("DELETE FROM question")

    decide(world, apart)
    world.sync()
    for account in ("phone", "cloud"):
        assert world.names(account) == ["Anna Huber", "Karl Zorn"]
        assert len({card.uid for card in world.cards(account)}) == 2
    assert quiet(world)


def test_a_note_deleted_here_and_continued_there_keeps_what_is_new(three):
    three.edit("phone", "Anna Huber", notes=(Text("one"),))
    three.sync()
    three.edit("phone", "Anna Huber", notes=())
    three.edit("cloud", "Anna Huber", notes=(Text("one\ntwo"),))
    three.sync()
    assert {card.full_name: card.notes for card in three.cards("tablet")} == {
        "Anna Huber": (Text("two"),),
        "Max Kern": (),
    }
    assert quiet(three)


def test_an_unreadable_card_that_is_deleted_is_forgotten(tmp_path):
    class Odd(MemoryAccount):
        def _record(self, remote_id):
            record = super()._record(remote_id)
            return replace(record, grade="quarantine" if remote_id == "bad" else "accept")

    world = World(tmp_path, phone={}, cloud={})
    world.wrap = Odd
    world.shelves["phone"].put("bad", person("Bad", "Card"))
    world.shelves["phone"].put("good", ANNA)
    world.sync()
    world.shelves["phone"].drop("bad")
    world.sync()
    db = open_reading(world.store)
    assert db.value("SELECT count(*) FROM card WHERE remote_id = 'bad'") == 0
    db.close()


def test_whoever_waited_for_a_doubt_is_let_in_when_they_are_two(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("a", person("Michael", "Müller", phone=MOBILE))
    world.shelves["cloud"].put("b", person("Michael", "Müller", email="mm@example.org"))
    assert len(world.sync().plan.questions) == 1

    def apart(word, db):
        people.decide_pair(word.ledger, RecordKey("phone", "", "a"), RecordKey("cloud", "", "b"), same=False)
        db.execute("DELETE FROM question")

    decide(world, apart)
    world.sync()
    assert (len(world.cards("phone")), len(world.cards("cloud"))) == (2, 2)
    assert quiet(world)


def test_a_listing_that_lies_takes_nobody_away_however_many_it_lacks(tmp_path, monkeypatch):
    monkeypatch.setattr("kith.sync.pull.CONFIRMED_ONE_BY_ONE", 3)

    class Lies(MemoryAccount):
        lying = False

        def pull(self, request):
            if not Lies.lying:
                yield from super().pull(request)
                return
            yield Page(listed={"": frozenset(list(self.shelf.cards)[:30])}, cursor=request.cursor)

    world = World(tmp_path, phone={"max_delete": "50%"})
    world.wrap = Lies
    crowd(world, "phone", 40)
    world.sync()
    Lies.lying = True
    assert world.sync().plan.gone == ()
