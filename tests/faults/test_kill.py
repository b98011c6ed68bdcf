"""SIGKILL at every request boundary and every commit point of a sync: nothing is lost, doubled or brought back, nothing is
called a conflict, and one further run settles it. Here between two servers in memory, one of which tells what changed
without the cards' text; between Radicale and Xandikos in test_kill_real.py."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from faults.copies import quick_folder
from faults.kill import (
    Driver,
    Point,
    State,
    a_day_later,
    books,
    crowd,
    furnish,
    killed_and_settled,
    points,
    quiet,
    undisturbed,
)
from servers.household import Household
from servers.places import hostile_place

CI = os.environ.get("CI") == "true"
SHARES = 4
"""The points are spread over so many tests, each with servers of its own."""


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    """Two accounts on servers in memory; the second one tells what changed without the cards' text."""
    with ExitStack() as opened:
        house = Household(
            opened.enter_context(quick_folder(tmp_path, 8)),
            phone=opened.enter_context(hostile_place("default")),
            home=opened.enter_context(hostile_place("no-data-in-report")),
        )
        yield opened.enter_context(Driver(house))


def of_share(all_points: list[Point], share: int) -> list[Point]:
    """In CI every point; elsewhere a few, which differ from share to share."""
    own = all_points[share::SHARES]
    return own if CI else own[:: max(1, len(own) // 3)]


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("what", ["request", "commit"])
def test_a_days_changes_survive_a_kill_at_any_point(
    driver: Driver, tmp_path: Path, what: str, share: int
) -> None:
    """Sixty people on both sides; edits, disjoint edits of one person, deletions, an edit against a deletion, newcomers."""
    people = crowd(60)
    furnish(driver.house, people)
    undisturbed(driver)
    a_day_later(driver.house, people)
    before = State.of(driver.house, tmp_path / "before")
    wanted, whole = undisturbed(driver)
    for point in of_share(points(whole, what), share):
        before.put_back(driver.house)
        killed_and_settled(driver, point, wanted)


@pytest.mark.parametrize("what", ["request", "commit"])
def test_a_first_sync_survives_a_kill(driver: Driver, tmp_path: Path, what: str) -> None:
    """Two filled books with twenty people in common meet for the first time: nobody is there twice afterwards. Every
    point of a book of twelve, so that each kind of point is met."""
    furnish(driver.house, crowd(60)[:12])
    before = State.of(driver.house, tmp_path / "before")
    wanted, whole = undisturbed(driver)
    for point in points(whole, what) if CI else points(whole, what)[::9]:
        before.put_back(driver.house)
        killed_and_settled(driver, point, wanted)


def test_the_switch_kills_where_it_is_told(driver: Driver) -> None:
    """The proof that the harness bites: a run killed before its first PUT has written nothing, after it one card."""
    furnish(driver.house, crowd(60)[:6])
    for number in range(1, 100):
        ended = driver.sync(Point("request", number, True))
        assert ended.killed
        if any(driver.house.writes().values()):
            break
    assert len(driver.house.writes()["phone"]) + len(driver.house.writes()["home"]) in (1, 2)
    assert driver.sync().code == 0
    quiet(driver)
    assert {account: len(cards) for account, cards in books(driver.house).items()} == {"phone": 6, "home": 6}
