"""An account is first read, then written: switching it on brings everyone there, without a change anywhere."""

import pytest

from kith.connector.api import CardChange, Written
from kith.model.contact import Date, Text
from kith_connectors.memory.connector import MemoryAccount
from world import World, person

MOBILE = "+49 171 3920012"


def test_an_account_that_turns_writable_gets_everyone(tmp_path):
    world = World(tmp_path, phone={}, cloud={"mode": "read"})
    world.shelves["phone"].put("a", person("Anna", "Huber", email="anna@example.org", phone=MOBILE))
    world.shelves["cloud"].put("b", person("Max", "Kern", email="max@example.org"))
    world.sync()
    assert (world.names("phone"), world.names("cloud")) == (["Anna Huber", "Max Kern"], ["Max Kern"])
    world.tables["cloud"]["mode"] = "two-way"
    assert len(world.sync(dry_run=True).plan.operations) == 1
    assert world.names("cloud") == ["Max Kern"]
    world.sync()
    assert world.names("cloud") == ["Anna Huber", "Max Kern"]
    for full in (False, True):
        assert world.sync(full=full).plan.operations == ()


def test_whoever_came_while_an_account_was_only_read_and_away_is_brought_there_later(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.sync()
    world.tables["cloud"]["mode"] = "read"
    world.shelves["phone"].put("a", person("Anna", "Huber", email="anna@example.org", phone=MOBILE))
    world.sync(accounts=("phone",))
    world.tables["cloud"]["mode"] = "two-way"
    world.sync()
    assert world.names("cloud") == ["Anna Huber"]


def test_another_filter_is_noticed(tmp_path):
    world = World(tmp_path, phone={}, cloud={"filter": "list:A"})
    world.shelves["phone"].put("a", person("Anna", "Huber", groups=("B",)))
    world.sync()
    assert world.names("cloud") == []
    world.tables["cloud"]["filter"] = "list:B"
    world.sync()
    assert world.names("cloud") == ["Anna Huber"]


def test_a_first_run_that_was_cut_short_goes_on_and_is_not_held(tmp_path):
    """Two filled books meet and the process dies: the rest is as much rewriting as before, and still a first run's."""
    world = World(tmp_path, phone={}, cloud={})
    for number in range(60):
        name, mail = f"Given{chr(97 + number % 26)}", f"p{number}@example.org"
        for account, extra in (
            ("phone", {"birthday": Date("1971-03-04")}),
            ("cloud", {"nicknames": (Text("Nick"),)}),
        ):
            world.shelves[account].put(
                f"{account}-{number}", person(name, f"Unlike{number}x", email=mail, **extra)
            )
    world.wrap, Dying.left = Dying, 10
    with pytest.raises(Gone):
        world.sync()
    Dying.left = 1000
    result = world.sync()
    assert result.plan.holds == ()
    assert all(card.birthday and card.nicknames for name in world.shelves for card in world.cards(name))
    assert world.sync(full=True).plan.operations == ()


class Gone(BaseException):
    """The process is gone."""


class Dying(MemoryAccount):
    """An account whose client dies after so many updates."""

    left = 0

    def update(self, change: CardChange) -> Written:
        if not Dying.left:
            raise Gone
        Dying.left -= 1
        return super().update(change)
