"""Lists that are cards of their own on one account, and categories on another: one canonical set, both ways."""

from dataclasses import replace

import pytest

from kith.model.contact import Contact
from world import World, person


@pytest.fixture
def world(tmp_path):
    """An account with list cards (as iCloud keeps them) and one with categories."""
    found = World(
        tmp_path, phone={"abilities": {"writes": True, "deletes": True, "groups": "cards"}}, cloud={}
    )
    found.shelves["phone"].put(
        "anna", replace(person("Anna", "Huber", email="anna@example.org"), uid="u-anna")
    )
    found.shelves["phone"].put("max", replace(person("Max", "Kern", email="max@example.org"), uid="u-max"))
    found.shelves["phone"].put(
        "list", Contact(kind="group", full_name="Friends, close", uid="u-list", members=("u-anna",))
    )
    found.sync()
    return found


def groups(world, account):
    return {card.full_name: card.groups for card in world.cards(account) if card.kind != "group"}


def members(world):
    return {card.full_name: sorted(card.members) for card in world.cards("phone") if card.kind == "group"}


def test_a_list_card_becomes_a_category_elsewhere_and_no_person(world):
    assert groups(world, "cloud") == {"Anna Huber": ("Friends, close",), "Max Kern": ()}
    assert world.sync().plan.operations == ()


def test_a_category_becomes_a_membership_and_a_new_list(world):
    world.edit("cloud", "Max Kern", groups=("Friends, close", "Sport"))
    world.sync()
    assert members(world) == {"Friends, close": ["u-anna", "u-max"], "Sport": ["u-max"]}
    assert world.sync().plan.operations == ()


def test_a_member_taken_from_the_list_card_loses_the_category(world):
    world.edit("phone", "Friends, close", members=())
    world.sync()
    assert groups(world, "cloud")["Anna Huber"] == ()
    assert world.sync().plan.operations == ()


def test_a_renamed_list_is_renamed_everywhere(world):
    world.edit("phone", "Friends, close", full_name="Close friends")
    world.sync()
    assert groups(world, "cloud")["Anna Huber"] == ("Close friends",)
    assert members(world) == {"Close friends": ["u-anna"]}
    assert world.sync().plan.operations == ()


def test_a_deleted_list_takes_memberships_and_no_people(world):
    world.drop("phone", "Friends, close")
    world.sync()
    assert groups(world, "cloud") == {"Anna Huber": (), "Max Kern": ()}
    assert sorted(name for name in world.names("phone")) == ["Anna Huber", "Max Kern"]
    assert world.sync().plan.operations == ()
