"""Every kind of run can be taken back: the cards of all accounts are as before, the next run is quiet, and an undo can be
undone."""

from dataclasses import replace

import pytest

from kith.connector.api import Written
from kith.connector.errors import Unreachable, WrongPlace
from kith.model.contact import Contact, Date, Email, Phone, Text
from kith.model.person import Person
from kith.model.record import RecordKey
from kith.store.cards import person as person_of
from kith.store.database import open_database
from kith.store.people import Word, change, join, split
from kith.sync.request import Result
from kith_connectors.memory.connector import MemoryAccount
from taking_back import ask, back_and_forth, bring, by_hand, picture, quiet, undo, who
from world import World, person

MOBILE, OTHER = "+49 171 3920012", "+49 171 3920044"


@pytest.fixture
def world(tmp_path) -> World:
    """Two devices and a read-only source with overlapping people, in sync."""
    made = World(tmp_path, phone={}, cloud={}, archive={"mode": "read"})
    made.shelves["phone"].put("p1", person("Vera", "Sommer", phone=MOBILE))
    made.shelves["phone"].put("p2", person("Jonas", "Winter", email="jonas@winter.example"))
    made.shelves["cloud"].put("c1", person("Vera", "Sommer", phone=MOBILE, email="vera@sommer.example"))
    made.shelves["cloud"].put(
        "c3", person("Leo", "Lenz", email="leo@lenz.example", birthday=Date("1980-04-01"))
    )
    made.shelves["archive"].put("a1", person("Vera", "Sommer", phone=MOBILE, notes=(Text("sings alto"),)))
    return made


def test_the_first_sync_with_its_joins(world):
    before = picture(world)
    world.sync()
    assert world.names("phone") == ["Jonas Winter", "Leo Lenz", "Vera Sommer"]
    back_and_forth(world, before)


def test_an_edit_that_was_carried(world):
    world.sync()
    before = {**picture(world), "phone": None}
    world.edit("phone", "Leo Lenz", emails=(Email("leo@new.example"),), notes=(Text("moved"),))
    typed = picture(world)["phone"]
    world.sync()
    assert any("leo@new.example" in card for card in picture(world)["cloud"])
    undo(world)
    assert picture(world)["cloud"] == before["cloud"]
    assert not any("leo@new.example" in card for card in picture(world)["phone"])
    assert quiet(world)
    undo(world)
    assert picture(world)["phone"] == typed
    assert any("leo@new.example" in card for card in picture(world)["cloud"])
    assert quiet(world)


def test_a_deletion_that_was_carried(world):
    world.sync()
    before = picture(world)
    world.drop("phone", "Leo Lenz")
    world.sync()
    assert world.names("cloud") == ["Jonas Winter", "Vera Sommer"]
    back_and_forth(world, before)


def test_a_list_change(world):
    world.sync()
    before = picture(world)
    world.edit("phone", "Leo Lenz", groups=("Friends, close",))
    world.sync()
    back_and_forth(world, before)


def test_second_cards_of_one_book_that_became_one(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    for number in range(12):
        world.shelves["phone"].put(f"x{number}", person(f"Given{number}", f"Family{number}"))
    world.sync()
    world.shelves["phone"].put("d1", person("Ida", "Lenz", phone=OTHER, email="ida@lenz.example"))
    world.shelves["phone"].put("d2", person("Ida", "Lenz", phone=OTHER, notes=(Text("twice"),)))
    before = picture(world)
    world.sync()
    assert world.names("phone").count("Ida Lenz") == 1
    back_and_forth(world, before)


def test_two_people_whom_the_user_joined(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("p1", person("Ann", "Berg", email="ann@berg.example"))
    world.shelves["phone"].put("p2", person("Annette", "Tal", phone=OTHER))
    world.sync()
    before = picture(world)
    by_hand(world, "join", lambda word: join(word, who(world, "Ann Berg"), who(world, "Annette Tal")))
    world.sync()
    assert len(world.cards("cloud")) == 1
    carried, joined = ask(world, "SELECT id FROM run WHERE outcome = 'done' ORDER BY rowid DESC LIMIT 2")
    undo(world, carried)
    assert picture(world) == before, "with what carried a join out goes the join itself"
    assert quiet(world)
    undo(world, joined)
    assert picture(world) == before
    assert quiet(world)


def test_the_undo_of_a_join_is_undone(tmp_path):
    """Also where each of the two was known to another account first: the join comes back for both."""
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("p1", person("Ann", "Berg", email="ann@berg.example"))
    world.shelves["cloud"].put("c2", person("Annette", "Tal", phone=OTHER))
    world.sync()
    before = picture(world)
    by_hand(world, "join", lambda word: join(word, who(world, "Ann Berg"), who(world, "Annette Tal")))
    world.sync()
    assert [len(world.cards(name)) for name in ("phone", "cloud")] == [1, 1]
    back_and_forth(world, before)


def test_a_join_alone_is_taken_back_before_it_was_sent(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("p1", person("Ann", "Berg", email="ann@berg.example"))
    world.shelves["phone"].put("p2", person("Annette", "Tal", phone=OTHER))
    world.sync()
    before = picture(world)
    run = by_hand(world, "join", lambda word: join(word, who(world, "Ann Berg"), who(world, "Annette Tal")))
    undo(world, run)
    assert picture(world) == before
    assert quiet(world)
    assert len(ask(world, "SELECT id FROM person WHERE state = 'active'")) == 2


def test_a_person_whom_the_user_split(world):
    world.sync()
    before = picture(world)
    identity = who(world, "Vera Sommer")
    run = by_hand(world, "split", lambda word: split(word, identity, [RecordKey("cloud", "", "c1")]))
    world.sync()
    assert len(ask(world, "SELECT id FROM person WHERE title = 'Vera Sommer' AND state = 'active'")) == 2
    carried = ask(world, "SELECT id FROM run ORDER BY rowid DESC LIMIT 1")[0]
    undo(world, carried)
    assert picture(world) == before
    undo(world, run)
    assert picture(world) == before
    assert quiet(world)


def test_the_first_writing_run_after_reading_only(tmp_path):
    """What the README says to do: look first, with all accounts read-only. Who is who was found out then."""
    world = World(tmp_path, phone={"mode": "read"}, cloud={"mode": "read"})
    world.shelves["phone"].put("p1", person("Vera", "Sommer", phone=MOBILE))
    world.shelves["phone"].put("p2", person("Jonas", "Winter", phone=OTHER))
    world.shelves["cloud"].put("c1", person("Vera", "Sommer", phone=MOBILE, email="vera@sommer.example"))
    world.shelves["cloud"].put("c2", person("Jonas", "Winter", phone=OTHER))
    before = picture(world)
    assert world.sync().joined == 2
    world.tables["phone"]["mode"] = "two-way"
    world.sync()
    back_and_forth(world, before)


def test_an_edit_on_the_command_line(world):
    world.sync()
    before = picture(world)
    identity = who(world, "Jonas Winter")

    def edit(word: Word) -> None:
        was = person_of(word.ledger.db, identity)
        assert isinstance(was, Person)
        contact = replace(was.contact, phones=(Phone("+49 30 23125001", ("home",)),))
        change(word, was, replace(was, contact=contact, edited=True), "phones")

    run = by_hand(world, "edit", edit)
    world.sync()
    assert any("23125001" in card for card in picture(world)["phone"])
    undo(world, run)
    assert picture(world) == before
    assert quiet(world)


def test_a_deletion_that_a_guard_held_and_the_user_approved(tmp_path):
    world = World(tmp_path, phone={"max_delete": "0"}, cloud={"max_delete": "0"})
    for number in range(12):
        world.shelves["phone"].put(f"x{number}", person(f"Given{number}", f"Family{number}"))
    world.sync()
    before = picture(world)
    for number in range(8):
        world.drop("phone", f"Given{number} Family{number}")
    held = world.sync()
    assert held.plan.holds
    assert len(world.cards("cloud")) == 12
    world.sync(max_delete=8)
    assert len(world.cards("cloud")) == 4
    result, _ = undo(world)
    assert picture(world) == before
    assert not result.failed
    assert quiet(world)


def rewritten_and_held(world: World) -> Result:
    """30 people get another address on the phone; the guard of the cloud holds that."""
    for number in range(30):
        world.shelves["phone"].put(f"x{number}", person(f"Given{number}", f"Family{number}"))
    world.sync()
    for number in range(30):
        world.edit("phone", f"Given{number} Family{number}", emails=(Email(f"x{number}@example.org"),))
    held = world.sync()
    assert [hold.account for hold in held.plan.holds] == ["cloud"]
    return held


def approved(world: World, *names: str) -> None:
    """`kith approve`."""
    db = open_database(world.store)
    db.many("UPDATE account SET allowed = -1 WHERE name = ?", [(name,) for name in names])
    db.close()


def test_an_edit_that_a_guard_held_and_the_user_approved(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    rewritten_and_held(world)
    before = picture(world)["cloud"]
    approved(world, "cloud")
    run = world.sync().run
    assert any("x7@example.org" in card for card in picture(world)["cloud"])
    after = picture(world)
    held, kept = undo(world, run)
    assert {hold.account for hold in held.plan.holds} == {"phone", "cloud"}
    approved(world, "phone", "cloud")
    result, kept = undo(world, run)
    assert kept == []
    assert picture(world) == {"phone": before, "cloud": before}
    assert quiet(world)
    again, _ = undo(world, result.run)
    assert {hold.account for hold in again.plan.holds} == {"phone", "cloud"}
    approved(world, "phone", "cloud")
    undo(world, result.run)
    assert picture(world) == after
    assert quiet(world)


def import_two(world: World) -> str:
    """Import someone new and a second card of Leo; returns the run."""
    return bring(
        world,
        "export",
        person("Ida", "Kern", email="ida@kern.example"),
        person("Leo", "Lenz", email="leo@lenz.example", phone=OTHER),
    )


def test_an_import_that_was_not_sent_yet_is_never_sent(world):
    world.sync()
    before = picture(world)
    imported = import_two(world)
    result, _ = undo(world, imported)
    assert not result.plan.operations
    assert picture(world) == before and quiet(world)
    states = ask(world, "SELECT state FROM person WHERE title IN ('Ida Kern', 'Leo Lenz') ORDER BY state")
    assert states == ["active", "inbox", "inbox"], "whom only the file knows waits in the inbox"
    undo(world, result.run)
    world.sync()
    assert "Ida Kern" in world.names("phone"), "the import counts again"
    assert len(world.names("phone")) == len(set(world.names("phone")))
    assert quiet(world)


def test_an_import(world):
    world.sync()
    before = picture(world)
    import_two(world)
    world.sync()
    assert "Ida Kern" in world.names("phone")
    carried, imported = ask(world, "SELECT id FROM run ORDER BY rowid DESC LIMIT 2")
    undo(world, carried)
    assert picture(world) == before
    assert quiet(world)
    undo(world, imported)
    assert picture(world) == before
    assert quiet(world)


def test_whom_only_an_import_knew_waits_also_when_the_sync_that_sent_them_is_taken_back(world):
    world.sync()
    import_two(world)
    world.sync()
    after = picture(world)
    result, _ = undo(world)
    assert ask(world, "SELECT state FROM person WHERE title = 'Ida Kern'") == ["inbox"]
    undo(world, result.run)
    assert picture(world) == after
    assert quiet(world)
    undo(world)
    world.tables["tablet"], world.abilities["tablet"] = {}, world.abilities["phone"]
    world.shelves["tablet"] = type(world.shelves["phone"])()
    world.sync()
    assert world.names("tablet") == ["Jonas Winter", "Leo Lenz", "Vera Sommer"]


# what an undo leaves alone


def test_what_was_changed_since_stays_and_is_told(world):
    world.sync()
    world.edit("phone", "Leo Lenz", birthday=Date("1981-05-05"), notes=(Text("likes tea"),))
    world.sync()
    run = ask(world, "SELECT id FROM run ORDER BY rowid DESC LIMIT 1")[0]
    world.edit("cloud", "Leo Lenz", birthday=Date("1982-06-06"))
    world.sync()
    _, kept = undo(world, run)
    for account in ("phone", "cloud"):
        card = next(card for card in world.cards(account) if card.full_name == "Leo Lenz")
        assert card.birthday == Date("1982-06-06")
        assert card.notes == ()
    assert kept == ["Leo Lenz: birthday was changed since and stays"]
    assert quiet(world)


def test_one_person_alone(world):
    world.sync()
    world.edit("phone", "Leo Lenz", notes=(Text("one"),))
    world.edit("phone", "Jonas Winter", notes=(Text("two"),))
    world.sync()
    undo(world, "", who(world, "Leo Lenz"))
    noted = {card.full_name: [note.value for note in card.notes] for card in world.cards("cloud")}
    assert noted["Leo Lenz"] == []
    assert noted["Jonas Winter"] == ["two"]
    assert quiet(world)


class Away(MemoryAccount):
    """An account that can be out of reach."""

    away: frozenset[str] = frozenset()

    def pull(self, request):
        if self.account in Away.away:
            raise WrongPlace("a login page")
        return super().pull(request)


@pytest.fixture
def reachable(world):
    world.wrap = Away
    yield world
    Away.away = frozenset()


def test_an_account_that_is_away_gets_its_part_later(reachable):
    world = reachable
    world.sync()
    before = picture(world)
    world.drop("phone", "Leo Lenz")
    world.edit("cloud", "Jonas Winter", notes=(Text("late"),))
    world.sync()
    Away.away = frozenset({"cloud"})
    undo(world)
    assert picture(world)["phone"] == before["phone"]
    assert "Leo Lenz" not in world.names("cloud")
    Away.away = frozenset()
    world.sync()
    assert picture(world) == before
    assert quiet(world)


def test_the_rest_of_what_others_had_before_stays_and_the_run_is_named(tmp_path):
    """The cloud was away when an edit was carried: its part alone cannot go back."""
    world = World(tmp_path, phone={}, tablet={}, cloud={})
    world.wrap = Away
    world.shelves["phone"].put("p1", person("Leo", "Lenz", email="leo@lenz.example"))
    world.sync()
    before = picture(world)
    world.edit("phone", "Leo Lenz", notes=(Text("late"),))
    Away.away = frozenset({"cloud"})
    carried = world.sync().run
    Away.away = frozenset()
    world.sync()
    after = picture(world)
    _, kept = undo(world)
    assert picture(world) == after
    assert len(kept) == 1
    assert f"kith undo {carried}" in kept[0]
    undo(world, carried)
    assert picture(world) == before
    assert quiet(world)


def test_an_edit_that_comes_in_the_middle_is_not_overwritten(world):
    world.sync()
    world.edit("phone", "Leo Lenz", notes=(Text("first"),))
    world.sync()

    class Late(MemoryAccount):
        def update(self, change):
            if world.shelves["cloud"].cards["c3"][1].nicknames == ():
                world.edit("cloud", "Leo Lenz", nicknames=(Text("Leonhard"),))
            return super().update(change)

    world.wrap = Late
    undo(world)
    for account in ("phone", "cloud"):
        card = next(card for card in world.cards(account) if card.full_name == "Leo Lenz")
        assert card.nicknames == (Text("Leonhard"),)
        assert card.notes == ()


def test_a_dry_run_of_an_undo_changes_nothing(world):
    before = picture(world)
    world.sync()
    after, rows = picture(world), ask(world, "SELECT count(*) FROM run")
    result, _ = undo(world, "", None, dry_run=True)
    assert result.plan.operations
    assert picture(world) == after
    assert ask(world, "SELECT count(*) FROM run") == rows
    undo(world)
    assert picture(world) == before


def test_an_undo_is_guarded_like_any_other_run(tmp_path):
    world = World(tmp_path, phone={}, cloud={"max_delete": "5"})
    world.sync()
    world.shelves["cloud"].put("own", person("Own", "Card"))
    for number in range(30):
        world.shelves["phone"].put(f"x{number}", person(f"Given{number}", f"Family{number}"))
    world.sync()
    assert len(world.cards("cloud")) == 31
    held, _ = undo(world)
    assert [hold.account for hold in held.plan.holds] == ["cloud"]
    assert len(world.cards("cloud")) == 31
    assert Contact() not in world.cards("cloud")


def test_a_split_and_a_deletion_together(tmp_path):
    """The undo gives the card that had left back to whom it left, and the next run finds nothing that a full one would not."""
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["cloud"].put("c0", person("Zoe", "Mayr", email="zoe@example.org"))
    world.sync()
    [copy] = world.shelves["phone"].cards
    by_hand(world, "split", lambda word: split(word, who(world, "Zoe Mayr"), [RecordKey("cloud", "", "c0")]))
    world.shelves["phone"].drop(copy)
    world.sync()
    undo(world)
    world.sync()
    assert world.sync(full=True).plan.operations == ()


def test_a_split_that_an_earlier_run_carried_out_for_the_other_side_stays(tmp_path):
    """The new person waited for a review while the old one got its card: taking back what the user wrote on the new one
    later takes back that alone."""
    world = World(tmp_path, phone={}, cloud={}, third={})
    world.shelves["phone"].put("p1", person("Anna", "Müller", notes=(Text("met in Köln"),)))
    world.shelves["cloud"].put("c1", person("Anna", "Müller", notes=(Text("met in Köln"),)))
    world.sync()
    identity = ask(world, "SELECT person FROM card WHERE account = 'cloud' AND remote_id = 'c1'")[0]
    by_hand(world, "split", lambda word: split(word, identity, [RecordKey("cloud", "", "c1")]))
    world.sync()
    before = picture(world)
    other = ask(world, "SELECT person FROM card WHERE account = 'cloud' AND remote_id = 'c1'")[0]

    def edit(word: Word) -> None:
        was = person_of(word.ledger.db, other)
        assert isinstance(was, Person)
        contact = replace(was.contact, phones=(Phone("+49 30 23125001", ("home",)),))
        change(word, was, replace(was, contact=contact, edited=True), "phones")

    by_hand(world, "edit", edit)
    world.sync()
    undo(world)
    assert picture(world) == before
    assert quiet(world)


def test_a_join_while_a_new_card_was_on_its_way(tmp_path):
    """What arrived is a card of whom both became; after the undo the other one gets a card with an id of its own."""

    class Lost(MemoryAccount):
        lost = True

        def create(self, card):
            written = super().create(card)
            if Lost.lost and self.account == "cloud":
                Lost.lost = False
                raise Unreachable("the answer was lost")
            return written

    world = World(tmp_path, phone={}, cloud={})
    world.wrap = Lost
    world.shelves["phone"].put("a", person("Anna", "Huber"))
    world.shelves["phone"].put("b", person("Zoe", "Kern"))
    world.sync()
    [title] = world.names("cloud")
    identity = who(world, title)
    db = open_database(world.store)
    db.execute(
        "UPDATE card SET linked_at = linked_at + 1000 WHERE person = ?", (identity,)
    )  # the younger one
    db.close()
    [other] = [row for row in ask(world, "SELECT id FROM person") if row != identity]
    run = by_hand(world, "join", lambda word: join(word, other, identity))
    undo(world, run)
    world.sync()
    assert quiet(world)
    assert sorted(world.names("cloud")) == ["Anna Huber", "Zoe Kern"]


def test_one_of_two_cards_goes_while_their_join_is_taken_back(tmp_path):
    """The undo of that undo leaves one person, and makes nobody without a name in every account."""
    world = World(tmp_path, phone={}, cloud={})
    for remote in ("a", "b"):
        world.shelves["phone"].put(remote, person("Sepp", "Huber", birthday=Date("1971-03-04")))
    world.sync()
    assert world.names("cloud") == ["Sepp Huber"]
    world.shelves["phone"].drop("b")
    result, _ = undo(world)
    undo(world, result.run)
    assert world.names("phone") == ["Sepp Huber"]
    assert world.names("cloud") == ["Sepp Huber"]
    assert quiet(world)


def test_a_card_that_its_server_cut_short_is_no_changed_card(tmp_path):
    """Such a server may not tell when it is written to, so that kith learns only later what it made of the card."""

    class Curt(MemoryAccount):
        def create(self, card):
            notes = tuple(replace(note, value=note.value[:8]) for note in card.contact.notes)
            return Written(super().create(replace(card, contact=card.contact.but(notes=notes))).key, "")

    world = World(tmp_path, phone={}, cloud={})
    world.wrap = Curt
    world.shelves["phone"].put("p", person("Anna", "Huber", notes=(Text("met in Köln"),)))
    world.sync()
    assert quiet(world)
    assert world.cards("cloud")[0].notes == (Text("met in K"),)
    _, kept = undo(world)
    assert kept == []
    assert world.cards("cloud") == []
    assert quiet(world)
