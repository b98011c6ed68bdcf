"""SIGKILL at every request boundary and every commit point of a sync: nothing is lost, doubled or brought back, nothing is
called a conflict, and one further run settles it. Between two servers in memory, where every point can be tried; between
Radicale and Xandikos at points drawn by lot; at many more of them with a thousand cards by `make soak`."""

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

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
from servers.places import Place, hostile_place, real_place
from servers.process import Server

CI = os.environ.get("CI") == "true"
SHARES = 4
"""The points are spread over so many tests, each with servers of its own."""


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    """Two accounts on servers in memory; the second one tells what changed without the cards' text."""
    with ExitStack() as opened:
        house = Household(
            tmp_path,
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


def folder_of(server: Server, url: str) -> Path:
    """Where a real server keeps a book."""
    name = url.rstrip("/").rpartition("/")[2]
    return next(path for path in (server.log.parent / "data").rglob(name) if path.is_dir())


class Copies:
    """Two books on two real servers, to be had again and again as they were at first."""

    def __init__(self, servers: tuple[Server, Server], people: list[str], folder: Path) -> None:
        self.servers, self.number = servers, 0
        with ExitStack() as opened:
            places = [opened.enter_context(real_place(server.home, server)) for server in servers]
            furnish(Household(folder, phone=places[0], home=places[1]), people)
            self.originals = [
                folder_of(server, place.settings["address_books"][0])
                for server, place in zip(servers, places, strict=True)
            ]

    def places(self, opened: ExitStack) -> dict[str, Place]:
        """Copies of the two books under new names."""
        found = {}
        for account, server, original in zip(("phone", "home"), self.servers, self.originals, strict=True):
            place = opened.enter_context(real_place(account, server))
            copy = folder_of(server, place.settings["address_books"][0])
            shutil.rmtree(copy)
            shutil.copytree(original, copy)
            found[account] = place
        return found


def kills_between_real_servers(copies: Copies, people: list[str], folder: Path, seed: int, count: int) -> int:
    """So many kills at points drawn by lot, in first syncs and in a day's changes; returns the number carried out."""
    dice, done = random.Random(seed), 0
    with ExitStack() as opened:
        folder.mkdir()
        driver = opened.enter_context(Driver(Household(folder, **copies.places(opened))))
        first, whole = undisturbed(driver)
        a_day_later(driver.house, people)
        later, rest = undisturbed(driver)
    while done < count:
        with ExitStack() as opened:
            home = folder / str(done)
            home.mkdir()
            driver = opened.enter_context(Driver(Household(home, **copies.places(opened))))
            for wanted, length in ((first, whole), (later, rest)):
                what = dice.choice(("request", "commit"))
                killed_and_settled(driver, dice.choice(points(length, what)), wanted)
                done += 1
                if wanted is first:
                    a_day_later(driver.house, people)
    return done


@pytest.mark.interop
def test_kills_between_radicale_and_xandikos(radicale: Server, xandikos: Server, tmp_path: Path) -> None:
    """Sixty cards, points drawn by lot: the same ones in every run of the tests."""
    people = crowd(60)
    copies = Copies((radicale, xandikos), people, tmp_path)
    count = 12 if CI else 2
    assert kills_between_real_servers(copies, people, tmp_path / "runs", 60, count) == count


@pytest.mark.soak
@pytest.mark.interop
@pytest.mark.timeout(0)
def test_many_kills_with_a_thousand_cards(radicale: Server, xandikos: Server, tmp_path: Path) -> None:
    """KITH_KILLS points (200) of syncs of KITH_CARDS cards (1 000)."""
    people = crowd(int(os.environ.get("KITH_CARDS", "1000")))
    copies = Copies((radicale, xandikos), people, tmp_path)
    count = int(os.environ.get("KITH_KILLS", "200"))
    assert kills_between_real_servers(copies, people, tmp_path / "runs", 1000, count) == count


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
