"""What of a contact an account can hold, and what the dry run says of the rest."""

from dataclasses import replace

import pytest

from kith.cli.render import plan_lines
from kith.model.capabilities import Capabilities, FieldLimit
from kith.model.contact import Contact, Email, Extra, Name, Organization, Phone, Photo, Text
from kith.model.extras import portable
from kith.plan.shape import FULL_SIZE, LABELS, shape, unheld
from kith_connectors.carddav import INFO as CARDDAV
from kith_connectors.google.abilities import CAPABILITIES as GOOGLE
from kith_connectors.vcf import INFO as VCF
from world import World

ANYTHING = Capabilities(writes=True)
RICH = Contact(
    full_name="Anna Huber",
    name=Name(("Huber",), ("Anna",)),
    emails=(Email("anna@example.org", ("home",)), Email("a@firm.example", label="Choir")),
    notes=(Text("one two three"),),
    groups=("Friends",),
    photo=Photo("a" * 64, 5_000_000, "image/jpeg", 4000, 3000),
    positions=(Text("52.5,13.4"),),
    extras=(Extra("X-TWITTER", "@anna"), Extra("X-RADICALE-NAME", "a.vcf")),
)


@pytest.mark.parametrize(
    ("full_name", "name"),
    [
        ("Anna Maria Huber", Name(("Huber",), ("Anna Maria",))),
        ("Anna", Name(given=("Anna",))),
        ("anna@example.org", Name()),
        ("+49 30 23125 001", Name()),
        ("", Name()),
    ],
)
def test_a_full_name_alone_gets_parts(full_name, name):
    assert shape(Contact(full_name=full_name), ANYTHING.but(full_name_required=False)).name == name


def test_a_firm_or_a_nickname_in_place_of_a_name_gets_no_parts():
    firm = Contact(full_name="Acme Boats", organizations=(Organization("Acme Boats"),))
    nick = Contact(full_name="Big Max", nicknames=(Text("Big Max"),))
    for contact in (firm, nick, Contact(full_name="Acme Boats", kind="org")):
        assert shape(contact, ANYTHING).name == Name()


def test_parts_that_are_there_stay_and_an_account_without_parts_gets_none():
    own = Contact(full_name="Anna Huber", name=Name(given=("Anna Huber",)))
    assert shape(own, ANYTHING).name == own.name
    names_only = ANYTHING.but(fields=(FieldLimit("full_name"),))
    assert shape(Contact(full_name="Anna Huber"), names_only).name == Name()


def test_derived_parts_are_never_a_change(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("a", Contact(full_name="Anna Huber", emails=(Email("anna@example.org"),)))
    world.sync()
    assert world.cards("cloud")[0].name == Name(("Huber",), ("Anna",))
    for full in (False, True, True):
        assert world.sync(full=full).plan.operations == ()
    assert world.cards("phone")[0].name == Name()
    world.edit("cloud", "Anna Huber", notes=(Text("tea"),))
    world.sync()
    assert (world.cards("phone")[0].name, world.cards("phone")[0].notes) == (Name(), (Text("tea"),))


@pytest.mark.parametrize(
    ("extra", "held_in"),
    [
        (Extra("FN", "Other"), {"3.0", "4.0"}),
        (Extra("N", "Other;;;;"), set()),
        (Extra("N", "Other;;;;", (("ALTID", "1"),)), {"4.0"}),
        (Extra("X-TWITTER", "@a"), {"3.0", "4.0"}),
    ],
)
def test_a_second_name_goes_where_the_version_has_room_for_it(extra, held_in):
    contact = replace(RICH, extras=(extra,))
    found = {
        version
        for version in ("3.0", "4.0")
        if shape(contact, ANYTHING.but(vcard_version=version)).extras == (extra,)
    }
    assert found == held_in


@pytest.mark.parametrize(
    "name",
    ["X-RADICALE-NAME", "X-COUCHDB-REV", "X-EVOLUTION-UI-SLOT", "X-ABUID", "CLIENTPIDMAP", "SOURCE", "UID"],
)
def test_private_marks_stay(name):
    assert not portable(Extra(name, "1"))


@pytest.mark.parametrize(
    "name", ["X-PIN", "X-MS-MANAGER", "X-FM-ONLINE-OTHER", "X-TWITTER", "CLOUD", "XML", "X-PHONETIC-ORG"]
)
def test_what_a_person_typed_travels(name):
    assert portable(Extra(name, "1"))


def test_what_stays_in_kith_only_is_told_for_each_kind_of_account():
    assert unheld(RICH, VCF.capabilities) == []
    assert unheld(RICH, CARDDAV.capabilities) == [FULL_SIZE]
    assert unheld(RICH, GOOGLE) == ["positions", "extras"]
    assert unheld(RICH, ANYTHING.but(extras="drop", groups="none")) == ["groups", "extras"]


def test_lists_that_are_cards_are_held():
    assert "groups" not in unheld(RICH, ANYTHING.but(groups="cards"))


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (FieldLimit("emails", count=1), ["emails"]),
        (FieldLimit("emails", labels=False), [LABELS]),
        (FieldLimit("emails", length=14), ["emails"]),
        (FieldLimit("emails"), []),
    ],
)
def test_a_limit_of_a_field_is_told(limit, told):
    rows = tuple(
        limit if name == "emails" else FieldLimit(name)
        for name in ("full_name", "name", "emails", "notes", "groups", "photo", "positions", "extras")
    )
    assert unheld(RICH, ANYTHING.but(fields=rows)) == told


def test_a_note_that_is_cut_is_told():
    rows = tuple(
        FieldLimit(name, length=5 if name == "notes" else 0) for name in ("full_name", "name", "notes")
    )
    assert "notes" in unheld(RICH, ANYTHING.but(fields=rows))


def test_the_dry_run_says_it_in_words(tmp_path):
    fields = (FieldLimit("full_name"), FieldLimit("name"), FieldLimit("phones", labels=False))
    poor = {"writes": True, "deletes": True, "deltas": True, "fields": fields, "extras": "drop"}
    world = World(tmp_path, phone={}, poor={"abilities": poor})
    phones = (Phone("+49 171 3920012", label="Boat"),)
    world.shelves["phone"].put("a", replace(RICH, phones=phones, photo=None))
    world.shelves["phone"].put("b", Contact(full_name="Max Kern", emails=(Email("max@example.org"),)))
    result = world.sync(dry_run=True)
    assert result.plan.unheld == (
        ("poor", LABELS, 1),
        ("poor", "emails", 2),
        ("poor", "extras", 1),
        ("poor", "groups", 1),
        ("poor", "notes", 1),
        ("poor", "positions", 1),
    )
    text = "\n".join(plan_lines(result.plan))
    assert "poor cannot hold emails of 2 people; it stays in kith and on the others" in text
    assert "poor cannot hold custom labels of 1 person" in text
