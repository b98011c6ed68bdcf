"""An undo of a join parts two people, and leaves each of them what is theirs."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from kith.model.contact import Contact, Date, Email, Phone, Photo, Text
from kith.model.fields import BY_NAME
from kith.model.person import USER, Person, Sourced
from kith.model.record import RecordKey
from kith.store.cards import person as person_of
from kith.store.cards import resolve
from kith.store.pairs import key_text
from kith.store.people import Word, change, decide_pair, join, split
from taking_back import ask, back_and_forth, bring, by_hand, picture, quiet, undo, who
from world import World, person

MOBILE, OTHER = "+49 171 3920012", "+49 171 3920044"
START = 1_790_000_000.0


def apart(world: World) -> list[tuple[str, str]]:
    """Pairs of cards, as account/id, that are not the same."""
    pairs = zip(
        ask(world, "SELECT a FROM decision WHERE same = 0 ORDER BY a, b"),
        ask(world, "SELECT b FROM decision WHERE same = 0 ORDER BY a, b"),
        strict=True,
    )
    return [(a.replace("\x1f", "/"), b.replace("\x1f", "/")) for a, b in pairs]


@pytest.fixture
def joined(tmp_path: Path) -> World:
    """Bert on the phone (the cloud has kith's copy), Anna on both; the user said that they are one."""
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("bert", person("Bert", "Zoll", phone=OTHER))
    world.shelves["phone"].put("anna", person("Anna", "Becker", email="anna@becker.example"))
    world.shelves["cloud"].put("anna", person("Anna", "Becker", email="anna@becker.example"))
    world.sync()
    return world


@pytest.mark.parametrize("first", ["Bert Zoll", "Anna Becker"])
def test_the_cards_of_one_person_are_not_called_those_of_two(joined, first):
    [copy] = joined.shelves["cloud"].cards.keys() - {"anna"}
    older = who(joined, first)
    [younger] = [one for one in ask(joined, "SELECT id FROM person") if one != older]
    by_hand(joined, "order", lambda word: _make_older(word, older))
    run = by_hand(joined, "join", lambda word: join(word, older, younger))
    undo(joined, run)
    owners = dict(
        zip(
            ask(joined, "SELECT account || '//' || remote_id FROM card ORDER BY id"),
            ask(joined, "SELECT person FROM card ORDER BY id"),
            strict=True,
        )
    )
    assert len(set(owners.values())) == 2
    assert owners["phone//bert"] == owners[f"cloud//{copy}"]
    said = apart(joined)
    assert ("phone//anna", "phone//bert") in said
    assert all(owners[a] != owners[b] for a, b in said)
    assert quiet(joined)


def _make_older(word: Word, identity: str) -> None:
    word.ledger.db.execute("UPDATE card SET linked_at = 1 WHERE person = ?", (identity,))


def test_nobody_is_two_after_an_account_was_forgotten_and_came_again(joined):
    joined.sync()
    run = by_hand(
        joined, "join", lambda word: join(word, who(joined, "Bert Zoll"), who(joined, "Anna Becker"))
    )
    undo(joined, run)
    joined.sync()
    table = joined.tables.pop("cloud")
    joined.sync()
    by_hand(joined, "forget", lambda word: word.ledger.db.execute("DELETE FROM card WHERE account = 'cloud'"))
    by_hand(joined, "forget", lambda word: word.ledger.db.execute("DELETE FROM account WHERE name = 'cloud'"))
    joined.tables["cloud"] = table
    joined.sync()
    for account in ("phone", "cloud"):
        assert joined.names(account) == ["Anna Becker", "Bert Zoll"]
    assert quiet(joined)


def test_what_the_user_had_called_the_same_before_stays_so(joined):
    pair = RecordKey("cloud", "", "anna"), RecordKey("phone", "", "anna")
    by_hand(joined, "review", lambda word: decide_pair(word.ledger, *pair, same=True))
    by_hand(joined, "order", lambda word: _make_older(word, who(joined, "Bert Zoll")))
    run = by_hand(
        joined, "join", lambda word: join(word, who(joined, "Bert Zoll"), who(joined, "Anna Becker"))
    )
    undo(joined, run)
    assert ask(joined, "SELECT same FROM decision WHERE a = ? AND b = ?", *map(key_text, pair)) == [1]


# what each of the two keeps


def typed(world: World, name: str, **values: object) -> str:
    """`kith edit`: values of the user's own, beside what is there."""
    identity = who(world, name)

    def edit(word: Word) -> None:
        was = person_of(word.ledger.db, identity)
        assert isinstance(was, Person)
        said, contact = [], was.contact
        for field, value in values.items():
            many = BY_NAME[field].many and field != "notes"
            contact = contact.but(**{field: (*getattr(contact, field), *value) if many else value})  # type: ignore[misc]
            said += [Sourced(field, BY_NAME[field].key(item) if many else "", (USER,)) for item in value]  # type: ignore[attr-defined]
        after = replace(was, contact=contact, sourced=(*was.sourced, *said), edited=True)
        change(word, was, after, "typed")

    return by_hand(world, "edit", edit)


def the_card(world: World, account: str, name: str) -> Contact:
    [found] = [card for card in world.cards(account) if card.full_name == name]
    return found


def numbers(world: World, account: str, name: str) -> set[str]:
    return {phone.value.replace(" ", "") for phone in the_card(world, account, name).phones}


@pytest.fixture
def paul(tmp_path: Path) -> World:
    """Paul on two devices and in a read-only account, with a number and a note that the user typed into kith."""
    world = World(tmp_path, phone={}, cloud={}, archive={"mode": "read"})
    for account in ("phone", "archive"):
        world.shelves[account].put("p", person("Paul", "Kramer", email="paul@kramer.example", phone=MOBILE))
    world.sync()
    typed(world, "Paul Kramer", phones=(Phone("+49 221 4445556", ("home",)),), notes=(Text("mein Zettel"),))
    world.sync()
    return world


PAULI = person("Paul", "Kramer", email="paul@kramer.example", nicknames=(Text("Pauli"),))


def test_what_the_user_typed_stays_when_an_import_is_taken_back(paul):
    before = picture(paul)
    assert "+492214445556" in numbers(paul, "cloud", "Paul Kramer")
    bring(paul, "more", PAULI)
    paul.sync()
    assert the_card(paul, "cloud", "Paul Kramer").nicknames == (Text("Pauli"),)
    back_and_forth(paul, before)


def test_what_the_user_typed_stays_when_a_new_account_is_taken_back(paul):
    paul.tables["social"], paul.abilities["social"] = {"mode": "read"}, paul.abilities["phone"]
    paul.shelves["social"] = type(paul.shelves["phone"])()
    paul.shelves["social"].put("s", PAULI)
    before = picture(paul)
    paul.sync()
    assert the_card(paul, "cloud", "Paul Kramer").nicknames == (Text("Pauli"),)
    back_and_forth(paul, before)


def test_what_the_user_typed_stays_when_the_first_sync_is_taken_back(paul):
    first = ask(paul, "SELECT id FROM run WHERE command = 'sync' ORDER BY rowid LIMIT 1")[0]
    undo(paul, first)
    assert numbers(paul, "phone", "Paul Kramer") == {"+491713920012", "+492214445556"}
    assert the_card(paul, "phone", "Paul Kramer").notes == (Text("mein Zettel"),)


def test_a_number_that_was_deleted_does_not_come_back_with_the_undo_of_something_else(paul):
    paul.edit("phone", "Paul Kramer", phones=(Phone("+49 221 4445556", ("home",)),))
    paul.sync()
    before = picture(paul)
    assert numbers(paul, "cloud", "Paul Kramer") == {"+492214445556"}
    bring(paul, "more", PAULI)
    paul.sync()
    back_and_forth(paul, before)
    undo(paul)
    paul.edit("archive", "Paul Kramer", birthday=Date("1970-01-02"))
    paul.sync(full=True)
    assert numbers(paul, "phone", "Paul Kramer") == {"+492214445556"}


def test_cards_that_kith_had_put_back_are_cards_like_others(tmp_path):
    """An undo of a deletion made them; an import came later and cannot be what they were made of."""
    world = World(tmp_path, phone={}, cloud={}, mail={"mode": "read"})
    photo = Photo(uri="https://photo.example/pia.jpg")
    pia = person("Pia", "Photo", email="pia@photo.example", phone=MOBILE, photo=photo)
    world.shelves["phone"].put("p", pia)
    world.shelves["mail"].put("m", person("Pia", "Photo", email="pia@photo.example"))
    world.sync()
    for account in ("phone", "cloud"):
        world.drop(account, "Pia Photo")
    world.sync()
    undo(world)
    before = picture(world)
    assert numbers(world, "phone", "Pia Photo") == {"+491713920012"}
    bring(world, "more", replace(pia, nicknames=(Text("Pipi"),), photo=None))
    world.sync()
    assert the_card(world, "cloud", "Pia Photo").nicknames == (Text("Pipi"),)
    back_and_forth(world, before)
    undo(world)
    world.edit("phone", "Pia Photo", birthday=Date("1970-01-02"))
    world.sync()
    assert the_card(world, "cloud", "Pia Photo").birthday == Date("1970-01-02")


def test_what_came_on_a_card_later_leaves_with_it(paul):
    """Added to and altered by its owner after the join: both were about someone else."""
    before = numbers(paul, "phone", "Paul Kramer")
    paul.tables["social"], paul.abilities["social"] = {}, paul.abilities["phone"]
    paul.shelves["social"] = type(paul.shelves["phone"])()
    paul.shelves["social"].put("s", replace(PAULI, phones=(Phone(MOBILE, ("cell",)),)))
    run = paul.sync().run
    card = the_card(paul, "social", "Paul Kramer")
    changed = tuple(Phone(OTHER, ("cell",)) if "3920012" in item.value else item for item in card.phones)
    paul.edit("social", "Paul Kramer", phones=changed, emails=(*card.emails, Email("pauli@web.example")))
    paul.sync()
    assert numbers(paul, "phone", "Paul Kramer") == {"+491713920044", "+492214445556"}
    undo(paul, run)
    assert numbers(paul, "phone", "Paul Kramer") == numbers(paul, "cloud", "Paul Kramer") == before
    assert the_card(paul, "phone", "Paul Kramer").emails == (Email("paul@kramer.example"),)
    social = the_card(paul, "social", "Paul Kramer")
    assert numbers(paul, "social", "Paul Kramer") >= {"+491713920044"}
    assert Email("pauli@web.example") in social.emails
    assert quiet(paul)


@pytest.mark.parametrize("first", ["Bert Zoll", "Anna Becker"])
def test_what_the_user_said_comes_back_with_the_undo_of_the_undo(joined, first):
    older = who(joined, first)
    [younger] = [one for one in ask(joined, "SELECT id FROM person") if one != older]
    by_hand(joined, "order", lambda word: _make_older(word, older))
    by_hand(joined, "join", lambda word: join(word, older, younger))
    said = (
        "SELECT a || ' ' || b || ' ' || same FROM decision WHERE a LIKE '%anna' AND b LIKE '%bert' ORDER BY a"
    )
    before = ask(joined, said)
    assert [line[-1] for line in before] == ["1", "1"]
    result, _ = undo(joined)
    assert [line[-1] for line in ask(joined, said)] == ["0", "0"]
    undo(joined, result.run)
    assert ask(joined, said) == before
    assert quiet(joined)


def test_who_is_in_doubt_is_put_back_where_the_join_took_their_card(tmp_path):
    """Both were on both devices before, also the one whom a third person might be; and so on, however often."""
    mother = person("Josefa", "Zoll", email="zoll@example.org", phone=MOBILE)
    world = World(tmp_path, phone={}, tablet={})
    world.shelves["tablet"].put("josefa", mother)
    world.shelves["tablet"].put("j", person("J.", "Zoll", phone=MOBILE))
    world.shelves["tablet"].put("anna", person("Anna", "Becker", email="anna@becker.example"))
    world.sync()
    assert ask(world, "SELECT count(*) FROM question") == [1]
    assert len(world.cards("phone")) == 3
    assert quiet(world)
    before = picture(world)
    by_hand(world, "join", lambda word: join(word, who(world, "J. Zoll"), who(world, "Anna Becker")))
    world.sync()
    assert len(world.cards("phone")) == 2
    back_and_forth(world, before)
    result, _ = undo(world)
    assert picture(world) == before
    assert {item.reason for item in result.plan.operations if item.action == "create"} == {"restored"}
    assert quiet(world)


def test_an_undo_of_a_split_gives_back_what_only_a_read_only_account_had(tmp_path):
    """The other side of the split is put back, too, although it got no card: it waits, since it may be M. Kern."""
    world = World(tmp_path, phone={}, archive={"mode": "read"})
    world.shelves["archive"].put("max", person("Max", "Kern", email="max@kern.example", phone=OTHER))
    world.shelves["phone"].put("max", person("Max", "Kern", email="max@kern.example"))
    world.shelves["phone"].put("m", person("M.", "Kern", phone=OTHER))
    world.sync()
    assert ask(world, "SELECT count(*) FROM question") == [1]
    assert quiet(world)
    before = picture(world)
    by_hand(world, "split", lambda word: split(word, who(world, "Max Kern"), [RecordKey("phone", "", "max")]))
    world.sync()
    undo(world)
    assert picture(world) == before
    assert quiet(world)


@pytest.mark.parametrize("pairs", list(itertools.permutations(((0, 1), (1, 2), (0, 2)), 2)))
@pytest.mark.parametrize(
    "accounts", [("phone", "phone", "phone"), ("tablet", "phone", "phone"), ("phone", "tablet", "phone")]
)
def test_all_that_the_user_had_decided_about_the_joined_goes_back_with_the_sync(tmp_path, accounts, pairs):
    """Three become one in two steps, and one of them had been edited before: one sync carries it out, one undo takes it back."""
    world = World(tmp_path, phone={}, tablet={})
    cards = (
        person("Anna", "Annsen", birthday=Date("1980-12-24")),
        person("Bert", "Bertsen", birthday=Date("1971-03-04"), email="bert@example.org"),
        person("Carl", "Carlsen"),
    )
    for account, card in zip(accounts, cards, strict=True):
        world.shelves[account].put(card.full_name, card)
    world.sync()
    assert quiet(world)
    before = picture(world)
    people = [who(world, card.full_name) for card in cards]
    by_hand(world, "edit", lambda word: _work_address(word, people[1]))
    for pair in pairs:
        by_hand(
            world,
            "join",
            lambda word, pair=pair: join(word, *(resolve(word.ledger.db, people[one]) for one in pair)),
        )
    world.sync()
    assert [len(world.cards(name)) for name in world.tables] == [1, 1]
    back_and_forth(world, before)
    undo(world)
    assert picture(world) == before
    assert quiet(world)


def _work_address(word: Word, identity: str) -> None:
    known = person_of(word.ledger.db, identity)
    mail = Email("bert@work.example")
    said = Sourced("emails", BY_NAME["emails"].key(mail), (USER,), 0.0, "edited")
    after = replace(known.contact, emails=(*known.contact.emails, mail))
    change(
        word, known, replace(known, contact=after, sourced=(*known.sourced, said), edited=True), "+ emails"
    )
