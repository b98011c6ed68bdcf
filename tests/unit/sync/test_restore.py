"""One account brought back to a date: what was deleted, changed or added since; the next sync carries it on."""

import time

import pytest

from kith.model.contact import Email
from kith.store.database import StoreError
from kith.sync.request import Request
from kith.sync.restore import Restored, Wish, restore
from taking_back import picture
from world import World, person

HOUR = 3600.0


@pytest.fixture
def world(tmp_path) -> World:
    """Two devices in sync an hour ago; since then one card was changed, one deleted, one added on the phone."""
    made = World(tmp_path, phone={}, cloud={})
    for name in ("Vera", "Leo", "Ida"):
        made.shelves["phone"].put(name, person(name, "Lenz", email=f"{name.lower()}@lenz.example"))
    made.sync(Request(clock=lambda: time.time() - HOUR))
    return made


def spoil(world: World) -> None:
    world.edit("phone", "Vera Lenz", emails=(Email("wrong@lenz.example"),))
    world.drop("phone", "Leo Lenz")
    world.shelves["phone"].put("new", person("Nina", "Neu"))
    world.sync()


def back(world: World, dry_run: bool = False) -> Restored:
    return restore(world.settings(), world.store, "phone", time.time() - HOUR / 2, Wish(dry_run))


def test_deleted_changed_and_new_cards(world):
    before = picture(world)["phone"]
    spoil(world)
    found = back(world)
    assert sorted((step.action.value, step.title) for step in found.steps) == [
        ("create", "Leo Lenz"), ("delete", "Nina Neu"), ("update", "Vera Lenz"),
    ]  # fmt: skip
    assert found.failed == []
    assert picture(world)["phone"] == before


def test_a_dry_run_names_the_same_steps_and_writes_nothing(world):
    spoil(world)
    after = picture(world)
    would = back(world, dry_run=True)
    assert picture(world) == after
    assert [(step.action, step.title) for step in would.steps] == [
        (step.action, step.title) for step in back(world).steps
    ]


def test_the_next_sync_carries_it_to_the_others_and_then_there_is_quiet(world):
    before = picture(world)
    spoil(world)
    back(world)
    world.sync()
    assert picture(world) == before
    assert not world.sync().plan.operations
    assert not world.sync(full=True).plan.operations
    assert back(world).steps == []


def test_a_date_before_kith_knew_the_account_is_refused(world):
    with pytest.raises(StoreError, match="did not know phone"):
        restore(world.settings(), world.store, "phone", time.time() - 2 * HOUR)
