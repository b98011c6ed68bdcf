"""Each edit of a person on one account arrives on the other exactly, and nothing else changes there."""

import hashlib
from dataclasses import replace

import pytest

from kith.model.contact import (
    Contact,
    Date,
    Email,
    Extra,
    Name,
    Organization,
    Phone,
    Photo,
    PostalAddress,
    Relation,
    Text,
    Url,
)
from world import World

LARGE, SMALL = b"large" * 9000, b"small"
ABILITIES = {"writes": True, "deletes": True, "deltas": True, "vcard_version": "4.0"}


def picture(data, edge):
    return Photo(hashlib.sha256(data).hexdigest(), len(data), "image/png", edge, edge)


MOBILE = Phone("+49 171 3920012", ("cell",), "Boat", pref=1, params=(("X-ONE", "1"),))
HOME = PostalAddress(street=("Hafenweg 3",), locality=("Husum",), country=("Germany",), types=("home",))
ANNA = Contact(
    full_name="Anna Maria Huber",
    name=Name(("Huber",), ("Anna Maria",)),
    nicknames=(Text("Anni"),),
    emails=(Email("anna@example.org", ("home",), pref=1), Email("a.huber@firm.example", ("work",), pref=2)),
    phones=(MOBILE, Phone("+49 30 23125001", ("home",))),
    addresses=(HOME,),
    organizations=(Organization("Acme", ("Lab",), "Engineer"),),
    urls=(Url("https://anna.example/", label="Blog"),),
    birthday=Date("1971-03-04"),
    dates=(Date("2001-05-06", ("anniversary",)),),
    relations=(Relation("Max Huber", ("spouse",)),),
    notes=(Text("met in Köln\nlikes tea\nhas a dog"),),
    groups=("Friends",),
    photo=picture(LARGE, 900),
    extras=(Extra("X-TWITTER", "@anna", label="old"),),
)
SPELLED = replace(
    ANNA,
    emails=(Email("Anna@Example.org", ("home",), pref=1), ANNA.emails[1]),
    phones=(replace(MOBILE, value="+49171 39200-12", params=(("X-TWO", "2"),)), ANNA.phones[1]),
    addresses=(replace(HOME, street=("hafenweg 3",)),),
    organizations=(Organization("ACME", ("Lab",), "Engineer"),),
)
"""The same contact as another program writes it."""


def first(values, **changes):
    return (replace(values[0], **changes), *values[1:])


@pytest.fixture
def two(tmp_path):
    """Two accounts that hold everything."""
    world = World(tmp_path, phone={"abilities": ABILITIES}, cloud={"abilities": ABILITIES})
    for data in (LARGE, SMALL):
        world.shelves["phone"].media[hashlib.sha256(data).hexdigest()] = data
    return world


EDITS = {
    "a label": {"phones": first(ANNA.phones, label="Ship")},
    "no label": {"phones": first(ANNA.phones, label="")},
    "a type": {"phones": first(ANNA.phones, types=("home", "x-sea"))},
    "no preference": {"phones": first(ANNA.phones, pref=0)},
    "preferences changed over": {
        "emails": (replace(ANNA.emails[0], pref=2), replace(ANNA.emails[1], pref=1))
    },
    "the type of an address": {"addresses": first(ANNA.addresses, types=("work",))},
    "the label of a page": {"urls": first(ANNA.urls, label="Diary")},
    "the label of an extra": {"extras": first(ANNA.extras, label="new")},
    "the label of a date": {"dates": (Date("2001-05-06", label="First day"),)},
    "the type of a relation": {"relations": first(ANNA.relations, types=("friend",))},
    "a smaller picture": {"photo": picture(SMALL, 9)},
    "no picture": {"photo": None},
    "a shorter note": {"notes": (Text("met in Köln"),)},
    "no note": {"notes": ()},
    "a shorter name": {"full_name": "Anna Huber", "name": Name(("Huber",), ("Anna",))},
    "a name in capitals": {"full_name": "ANNA MARIA HUBER", "name": Name(("HUBER",), ("ANNA MARIA",))},
    "a nickname in capitals": {"nicknames": (Text("ANNI"),)},
    "no year of birth": {"birthday": Date("--03-04")},
    "a title": {"organizations": first(ANNA.organizations, title="Chief Engineer")},
    "no title": {"organizations": first(ANNA.organizations, title="")},
    "a list in capitals": {"groups": ("FRIENDS",)},
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_arrives_exactly_and_alone(two, what):
    world = two
    world.shelves["phone"].put("a", ANNA)
    world.sync()
    (before,) = world.cards("cloud")
    world.shelves["phone"].put("a", replace(ANNA, **EDITS[what]))
    world.sync()
    (after,) = world.cards("cloud")
    assert after == replace(before, **EDITS[what])
    assert world.sync(full=True).plan.operations == ()
    assert world.cards("phone") == [replace(ANNA, **EDITS[what])]


SPELLINGS = {
    "an address in capitals": {"emails": (Email("ANNA@example.org", ("home",), pref=1), ANNA.emails[1])},
    "a number": {"phones": first(ANNA.phones, value="0171 3920012")},
    "a firm": {"organizations": first(ANNA.organizations, name="acme")},
    "a street": {"addresses": (replace(HOME, street=("HAFENWEG 3",)),)},
    "a line of an address": {"addresses": (replace(HOME, street=(), extended=("Hafenweg 3",)),)},
    "a label and the spelling": {"phones": first(ANNA.phones, value="0171 3920012", label="Ship")},
}


@pytest.mark.parametrize("what", SPELLINGS)
def test_a_new_spelling_by_a_person_arrives(two, what):
    world = two
    world.shelves["phone"].put("a", ANNA)
    world.sync()
    (before,) = world.cards("cloud")
    world.shelves["phone"].put("a", replace(ANNA, **SPELLINGS[what]))
    world.sync()
    assert world.cards("cloud") == [replace(before, **SPELLINGS[what])]
    assert world.sync(full=True).plan.operations == ()


def test_two_spellings_of_one_contact_stay_as_they_are(two):
    world = two
    world.shelves["phone"].put("a", ANNA)
    world.shelves["cloud"].put("b", SPELLED)
    for _ in range(3):
        assert world.sync(full=True).plan.operations == ()
    assert world.cards("phone") == [ANNA] and world.cards("cloud") == [SPELLED]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("phones", {"label": "Ship"}),
        ("phones", {"types": ("cell", "x-sea")}),
        ("emails", {"pref": 3}),
        ("addresses", {"types": ("work",)}),
        ("organizations", {"label": "Day job"}),
    ],
)
def test_a_label_or_type_arrives_without_the_spelling_and_parameters_of_the_other_account(
    two, field, changes
):
    world = two
    world.shelves["phone"].put("a", ANNA)
    world.shelves["cloud"].put("b", SPELLED)
    world.sync()
    world.shelves["phone"].put("a", replace(ANNA, **{field: first(getattr(ANNA, field), **changes)}))
    world.sync()
    assert world.cards("cloud") == [replace(SPELLED, **{field: first(getattr(SPELLED, field), **changes)})]
    assert world.sync(full=True).plan.operations == ()


def test_a_value_in_place_of_another_keeps_what_only_that_account_hangs_on_it(two):
    theirs = replace(HOME, country_code="DE", params=(("X-TWO", "2"),))
    two.shelves["phone"].put("a", ANNA)
    two.shelves["cloud"].put("b", replace(ANNA, addresses=(theirs,)))
    two.sync()
    two.shelves["phone"].put("a", replace(ANNA, addresses=(replace(HOME, street=("Hafenweg 4",)),)))
    two.sync()
    assert two.cards("cloud")[0].addresses == (replace(theirs, street=("Hafenweg 4",)),)
    assert two.sync(full=True).plan.operations == ()
