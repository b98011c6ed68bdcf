"""One value in two writings, and what a change of one does to the other."""

from dataclasses import replace

import pytest

from kith.merge.spelling import alike, carried, in_words_of, spelled_alike
from kith.model.contact import Email, Extra, Organization, Phone, PostalAddress, Text

RICH = Phone("+49 171 39200-12", ("cell", "voice"), "Boat", 2, (("X-ONE", "1"),), "+491713920012")
POOR = Phone("+49171 3920012", ("cell",), "", 0, (), "+491713920012")


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"types": ("home",)}, False),
        ({"label": "Ship"}, False),
        ({"pref": 1}, False),
        ({"value": "0171 3920012"}, True),
        ({"params": ()}, True),
    ],
)
def test_types_label_and_preference_are_compared_and_spelling_is_not(changes, same):
    assert alike(RICH, replace(RICH, **changes)) is same


def test_the_label_of_a_property_that_kith_does_not_model_counts():
    assert not alike(Extra("X-TWITTER", "@a", label="old"), Extra("X-TWITTER", "@a", label="new"))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (RICH, replace(RICH, label="Ship", types=(), pref=0, params=()), True),
        (RICH, replace(RICH, value="0171 3920012"), False),
        (Organization("Acme", title="CTO"), Organization("ACME", title="CTO"), False),
        (PostalAddress(street=("Weg 1",)), PostalAddress(extended=("Weg 1",)), False),
        (PostalAddress(street=("Weg 1",)), PostalAddress(street=("Weg 1",), label="Hut"), True),
        ("Club", "club", False),
    ],
)
def test_how_a_value_is_spelled(first, second, same):
    assert spelled_alike(first, second) is same


def test_a_change_of_one_attribute_leaves_the_others_as_they_are():
    edited = replace(POOR, label="Ship")
    assert carried(RICH, POOR, edited) == replace(RICH, label="Ship")


def test_a_type_that_the_changing_account_does_not_show_stays():
    edited = replace(POOR, types=("home",))
    assert carried(RICH, POOR, edited).types == ("home", "voice")


def test_a_new_spelling_is_carried_and_what_hangs_on_the_value_stays():
    edited = replace(POOR, value="0171-3920012")
    assert carried(RICH, POOR, edited) == replace(RICH, value="0171-3920012")


def test_a_value_that_was_not_there_is_taken_as_it_is():
    assert carried(RICH, None, POOR) == POOR


def test_strings_are_replaced():
    assert carried("Club", "Club", "club") == "club"


def test_another_account_gets_what_hangs_on_a_value_and_keeps_its_spelling():
    assert in_words_of(POOR, RICH) == replace(POOR, types=("cell", "voice"), label="Boat", pref=2)
    acme = Organization("ACME Inc", types=("work",))
    assert in_words_of(acme, Organization("Acme inc", label="Day job")) == Organization(
        "ACME Inc", label="Day job"
    )
    assert in_words_of(Text("A"), Text("a", pref=1)) == Text("A", pref=1)
    assert in_words_of("Club", "club") == "club"
    assert in_words_of(Email("A@b.example"), Email("a@b.example", ("home",))) == Email(
        "A@b.example", ("home",)
    )
