"""Kills `kith sync` with SIGKILL at a request boundary or a commit point, and looks at what one further run makes of it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers.household import Household
from servers.loopback import Reply, Request
from servers.places import Place
from servers.rewrites import unfold, value_of
from servers.wire import card

ZYGOTE = Path(__file__).with_name("zygote.py")
SETTLE_SECONDS = 30.0
GIVEN = ("Agnes", "Boris", "Chiara", "Dora", "Emil", "Farida", "Gustav", "Hedwig", "Ivo", "Jasmin")
FAMILY = (
    "Weber",
    "Kowalski",
    "Yilmaz",
    "Rossi",
    "Andersen",
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Petrov",
    "Silva",
)
SYLLABLES = ("ba", "dor", "fen", "gul", "him", "jask", "kor", "lum", "mir", "nop", "ras", "tev")
UNLIKE = ("PRODID", "REV", "N")


@dataclass(frozen=True)
class Point:
    """Where a run dies: the n-th `request` (both accounts counted together, from 1) or the n-th `commit` of the store,
    just before it takes effect or just after (a request: carried out, but not answered)."""

    what: str
    number: int
    after: bool

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'}-{self.what}-{self.number}"


@dataclass
class Switch:
    """Sees all requests of all places and ends a process at one of them."""

    pid: int = 0
    point: Point | None = None
    begun: int = 0
    ended: int = 0
    fired: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def attach(self, place: Place) -> None:
        """Let every request of a place pass through here."""
        place.traffic.fault(self._arrived, "reset_before")
        place.traffic.fault("*", "edit", change=self._answered)

    def watch(self, pid: int, point: Point | None) -> None:
        self.pid, self.begun, self.ended, self.fired = pid, 0, 0, False
        self.point = point if point is not None and point.what == "request" else None

    def still(self) -> None:
        """Wait until no request is under way: what the dead process had sent is carried out or not, but decided."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while self.ended < self.begun and time.monotonic() < deadline:
            time.sleep(0.002)

    def _arrived(self, _request: Request) -> bool:
        with self._lock:
            if self.fired:
                return True  # the sender is dead: this one never left
            self.begun += 1
            if self.point is None or self.point.after or self.begun != self.point.number:
                return False
            self._fire()
            self.ended += 1
            return True

    def _answered(self, reply: Reply) -> Reply:
        with self._lock:
            self.ended += 1
            if self.point is not None and self.point.after and self.ended == self.point.number:
                self._fire()
        return reply

    def _fire(self) -> None:
        self.fired = True
        os.kill(self.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Ended:
    """How a run ended: wait status, what it printed, how many requests and commits it made."""

    status: int
    text: str
    requests: int
    commits: int

    @property
    def killed(self) -> bool:
        return os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGKILL

    @property
    def code(self) -> int:
        return os.waitstatus_to_exitcode(self.status)

    @property
    def summary(self) -> dict[str, Any]:
        """The closing object of --json."""
        return next(
            event
            for event in (json.loads(line) for line in self.text.splitlines() if line.startswith("{"))
            if event["event"] == "summary"
        )


class Driver:
    """Runs `kith sync` of a household, again and again, killed where it is told."""

    def __init__(self, house: Household) -> None:
        self.house, self.switch = house, Switch()
        self.out = house.store.with_name("output")
        for place in house.places.values():
            self.switch.attach(place)
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "faults.zygote"],
            cwd=ZYGOTE.parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Driver":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._zygote.stdin and self._zygote.stdout
        self._zygote.stdin.close()
        self._zygote.wait(30)
        self._zygote.stdout.close()

    def sync(self, point: Point | None = None) -> Ended:
        """One run, killed at `point`."""
        for place in self.house.places.values():
            place.requests.clear()
        commit = point.number if point is not None and point.what == "commit" else 0
        arguments = [
            "--config",
            str(self.house.config),
            "--store",
            str(self.house.store),
            "--json",
            "sync",
            "--yes",
        ]
        order = {"arguments": arguments, "out": str(self.out), "commit": commit}
        pid = self._say(json.dumps({**order, "after": bool(point and point.after)}))["pid"]
        self.switch.watch(pid, point)
        ended = self._say("go")
        self.switch.still()
        return Ended(ended["status"], self.out.read_text("utf-8"), self.switch.begun, ended["commits"])

    def _say(self, line: str) -> dict[str, Any]:
        assert self._zygote.stdin and self._zygote.stdout
        self._zygote.stdin.write(line + "\n")
        self._zygote.stdin.flush()
        answer: dict[str, Any] = json.loads(self._zygote.stdout.readline())
        return answer


Books = dict[str, dict[str, tuple[str, ...]]]


def books(house: Household) -> Books:
    """{account: {full name: what the card says}}; two cards of one name fail the test."""
    found: Books = {}
    for account, place in house.places.items():
        cards = found[account] = {}
        for text in place.phone.cards().values():
            name = value_of(text, "FN")
            assert name not in cards, f"{name} is twice on {account}"
            cards[name] = tuple(sorted(line for line in unfold(text) if not line.startswith(UNLIKE)))
    return found


def crowd(count: int) -> list[str]:
    """Names of people who are not alike."""
    names = [f"{given} {family}" for given in GIVEN for family in FAMILY]
    names += [f"{GIVEN[number % 10]} {_family(number)}" for number in range(len(names), count)]
    return names[:count]


def _family(number: int) -> str:
    """An invented family name for each number below 1 728."""
    return "".join(SYLLABLES[number // 12**place % 12] for place in range(3)).capitalize()


def mail(name: str) -> str:
    return f"EMAIL;TYPE=home:{name.replace(' ', '.').lower()}@example.org"


def furnish(house: Household, people: list[str]) -> None:
    """A third of the people on the first account only, a third on both (under other UIDs, with other details), a third on
    the second only."""
    first, second, *_ = house.places.values()
    third = len(people) // 3
    for number, name in enumerate(people[: 2 * third]):
        phone = f"TEL;TYPE=CELL:+49 171 39{number:05d}"
        first.phone.put(f"a{number}.vcf", card(f"u-a{number}", name, mail(name), phone))
    for number, name in enumerate(people[third:]):
        second.phone.put(f"b{number}.vcf", card(f"u-b{number}", name, mail(name), "TITLE:Rower"))


def a_day_later(house: Household, people: list[str]) -> None:
    """On both sides some are edited, some the same person in other fields, two go, two come: two dozen changes of sixty
    cards, twice as many of a thousand."""
    first, second, *_ = house.places.values()
    files = {
        place.name: {value_of(place.phone.get(file) or b"", "FN"): file for file in place.phone.names()}
        for place in (first, second)
    }

    def add(place: Place, name: str, line: str) -> None:
        file = files[place.name][name]
        text = place.phone.get(file) or b""
        place.phone.put(file, text.replace(b"END:VCARD", line.encode() + b"\r\nEND:VCARD"))

    step = max(1, len(people) // 500)
    for name in people[0 : 8 * step]:
        add(first, name, "NICKNAME:Nick")
    for name in people[4 * step : 12 * step]:
        add(second, name, "ORG:Firm GmbH")
    first.phone.delete(files[first.name][people[30 * step]])
    first.phone.delete(files[first.name][people[5]])  # was edited on the other side as well: the edit wins
    second.phone.delete(files[second.name][people[31 * step]])
    for number, place in enumerate((first, first, second, second)):
        name = f"Newcomer{'xyzw'[number]} Late{'abcd'[number] * 3}"
        place.phone.put(f"new{number}.vcf", card(f"u-new{number}", name, mail(name)))


@dataclass
class State:
    """A household as it was: its store and, for servers in memory, its books."""

    folder: Path
    store: bool
    books: list[tuple[Any, dict[str, Any], dict[str, int], int]]

    @classmethod
    def of(cls, house: Household, folder: Path) -> "State":
        shelves = [book for place in house.places.values() for book in place.traffic.books.values()]  # type: ignore[union-attr]
        folder.mkdir()
        store = house.store.exists()
        if store:
            shutil.copy(house.store, folder / "kith.db")
        return cls(
            folder, store, [(book, dict(book.cards), dict(book.changes), book.head) for book in shelves]
        )

    def put_back(self, house: Household) -> None:
        for file in house.store.parent.glob("kith.db*"):
            file.unlink()
        if self.store:
            shutil.copy(self.folder / "kith.db", house.store)
        for book, cards, changes, head in self.books:
            book.cards, book.changes, book.head = dict(cards), dict(changes), head


def undisturbed(driver: Driver) -> tuple[Books, Ended]:
    """What a run makes of the present state when nobody kills it, and that a second one has nothing to do."""
    ended = driver.sync()
    assert ended.code == 0, ended.text
    quiet(driver)
    return books(driver.house), ended


def quiet(driver: Driver) -> None:
    """A run that asks nobody to change anything, and knows of no conflict."""
    ended = driver.sync()
    assert ended.code == 0, ended.text
    assert ended.summary["conflicts"] == 0
    assert driver.house.writes() == {name: [] for name in driver.house.places}


def killed_and_settled(driver: Driver, point: Point, wanted: Books) -> None:
    """One run killed at `point`, one that settles everything, one that has nothing to do. Writes that are confirmed
    within a second may share a commit: a run on a busy machine makes a few more or less, and one that ended before its
    point is judged like any other."""
    first = driver.sync(point)
    made = first.requests if point.what == "request" else first.commits
    assert first.killed or made < point.number, f"{point} of {made} did not kill: {first.text}"
    ended = driver.sync()
    assert (ended.code, ended.summary["conflicts"]) == (0, 0), f"{point}: {ended.text}"
    found = books(driver.house)
    for account, cards in wanted.items():
        assert set(found[account]) == set(cards), point
        assert found[account] == cards, point
    quiet(driver)


def points(ended: Ended, what: str) -> list[Point]:
    """Every boundary of one kind in a run like that one."""
    count = ended.requests if what == "request" else ended.commits
    return [Point(what, number, after) for number in range(1, count + 1) for after in (False, True)]
