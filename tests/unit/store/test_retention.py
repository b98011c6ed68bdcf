"""What is forgotten after a while and what never is."""

import hashlib
from dataclasses import replace

import pytest

from kith.model.contact import Photo, Text
from kith.sync.request import Request
from taking_back import ask, picture, undo
from world import World, person

DAY = 86400.0
START = 1_790_000_000.0
TABLES = (
    "card_history",
    "person_history",
    "link_history",
    "event",
    "conflict",
    "blob",
    "person",
    "card",
    "outbox",
    "staged",
    "listed",
)


@pytest.fixture
def world(tmp_path) -> World:
    """Two devices with one person each, in sync on day 0."""
    made = World(tmp_path, phone={}, cloud={})
    data = b"\\xff\\xd8 picture"
    photo = Photo(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type="image/jpeg")
    made.shelves["phone"].media[photo.sha256] = data
    made.shelves["phone"].put(
        "p1", replace(person("Vera", "Sommer", email="vera@sommer.example"), photo=photo)
    )
    made.shelves["cloud"].put("c1", person("Leo", "Lenz"))
    on(made, 0)
    return made


def on(world: World, day: float) -> None:
    """A run on that day."""
    world.sync(Request(clock=lambda: START + day * DAY))


def sizes(world: World) -> dict[str, int]:
    return {table: int(ask(world, f"SELECT count(*) FROM {table}")[0]) for table in TABLES}


def test_runs_that_did_nothing_leave_one_row_a_day_after_a_week(world):
    before = sizes(world)
    for number in range(60):
        on(world, 1 + number / 20)
    assert sizes(world) == before
    assert len(ask(world, "SELECT id FROM run")) == 61
    on(world, 30)
    assert len(ask(world, "SELECT id FROM run")) <= 1 + 4 + 1
    assert sizes(world) == before


def test_old_history_goes_but_the_last_state_of_every_card_stays(world):
    for day in range(1, 6):
        world.edit("phone", "Leo Lenz", notes=(Text(f"day {day}"),))
        on(world, day)
    on(world, 199)
    on(world, 200)
    newest = ask(world, "SELECT after FROM card_history WHERE account = 'phone' AND remote_id <> 'p1'")
    assert len(newest) == 1
    assert "day 5" in newest[0]
    assert "day 4" not in "".join(ask(world, "SELECT after FROM card_history"))


def test_pictures_and_texts_stay_as_long_as_anything_names_them(world):
    kept = ask(world, "SELECT sha256 FROM blob")
    assert kept
    on(world, 200)
    assert ask(world, "SELECT sha256 FROM blob") == kept
    world.drop("phone", "Vera Sommer")
    on(world, 201)
    on(world, 202)
    assert ask(world, "SELECT sha256 FROM blob") == kept, "within keep_history the person can be got back"


def test_an_undo_is_possible_as_long_as_history_is_kept(world):
    on(world, 100)
    before = picture(world)
    world.drop("phone", "Vera Sommer")
    on(world, 101)
    on(world, 150)
    assert world.names("cloud") == ["Leo Lenz"]
    undo(world)
    assert picture(world) == before
    back = next(card for card in world.cards("phone") if card.full_name == "Vera Sommer")
    assert back.photo is not None
    assert back.photo.sha256 in world.shelves["phone"].media


def test_a_clock_that_was_wrong_once_does_not_stop_pruning(world):
    on(world, 4000)
    for number in range(40):
        on(world, 1 + number / 20)
    on(world, 30)
    assert len(ask(world, "SELECT id FROM run WHERE started < ?", START + 3000 * DAY)) <= 6


def test_a_clock_that_is_ahead_once_takes_no_history(world):
    world.edit("phone", "Leo Lenz", notes=(Text("day 1"),))
    on(world, 1)
    world.drop("phone", "Vera Sommer")
    on(world, 2)
    before = sizes(world)
    on(world, 4000)
    assert sizes(world) == before
    on(world, 3)
    assert sizes(world) == before
