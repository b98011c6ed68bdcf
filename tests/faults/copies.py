"""Two books on two running servers that go back to an earlier moment in no time, so that hundreds of runs can start there.

A server is never restarted: the folder of a book is copied under a new name, and the proxy in between leads there from
then on, while kith sees the address that it always saw."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from faults.kill import (
    Books,
    Driver,
    Ended,
    Point,
    a_day_later,
    furnish,
    killed_and_settled,
    mail,
    points,
    undisturbed,
)
from servers.faultproxy import FaultProxy
from servers.household import Household
from servers.loopback import Reply, Request
from servers.places import Place, RealPhone
from servers.process import Server
from servers.radicale import start_radicale
from servers.wire import card
from servers.xandikos import start_xandikos

RAM = Path("/dev/shm")


@contextmanager
def quick_folder(fallback: Path, megabytes: int) -> Iterator[Path]:
    """A folder in memory where there is room for so much, else `fallback`. SIGKILL ends a process and not the machine:
    what a disk has of it makes no difference here, and waiting for the disk is nine tenths of the time."""
    if not (RAM.is_dir() and os.access(RAM, os.W_OK) and shutil.disk_usage(RAM).free > megabytes << 20):
        yield fallback
        return
    with tempfile.TemporaryDirectory(prefix="kith-faults-", dir=RAM) as name:
        yield Path(name)


class Switchboard(FaultProxy):
    """A proxy that leads from one book's address to another book of the same server."""

    def __init__(self, target_url: str, shown: str) -> None:
        super().__init__(target_url)
        self.shown = self.real = shown

    def _forward(self, request: Request) -> Reply:
        shown, real = self.shown.encode(), self.real.encode()
        path = request.path.replace(self.shown, self.real)
        reply = super()._forward(replace(request, path=path, body=request.body.replace(shown, real)))
        headers = tuple((name, value.replace(self.real, self.shown)) for name, value in reply.headers)
        return replace(reply, body=reply.body.replace(real, shown), headers=headers)


def folder_of(server: Server, url: str) -> Path:
    """Where a real server keeps a book."""
    name = url.rstrip("/").rpartition("/")[2]
    return next(path for path in (server.log.parent / "data").rglob(name) if path.is_dir())


@dataclass
class Side:
    """One book on one server: where kith believes it to be, and the folder where it is at the moment."""

    server: Server
    place: Place
    board: Switchboard
    folder: Path

    @classmethod
    def new(cls, name: str, server: Server, timeout: float) -> "Side":
        book = server.book()
        board = Switchboard(server.url, book.rstrip("/").rpartition("/")[2])
        login = (server.username, server.password)
        settings = {
            "url": board.url,
            "username": login[0],
            "password": login[1],
            "address_books": (urlsplit(book).path,),
            "timeout": timeout,
        }
        place = Place(name, settings, RealPhone(book, login), board)
        return cls(server, place, board, folder_of(server, book))

    def move(self, source: Path) -> None:
        """Lead to a copy of that folder, and forget the book that was there before."""
        fresh = self.folder.with_name(f"book-{uuid.uuid4().hex[:12]}")
        shutil.copytree(source, fresh)
        old, self.folder, self.board.real = self.folder, fresh, fresh.name
        self.place.phone = RealPhone(
            f"{self.server.home}{fresh.name}/", (self.server.username, self.server.password)
        )
        shutil.rmtree(old)


@dataclass
class Moment:
    """What books and store were, and what a run that nobody kills makes of that."""

    folder: Path
    wanted: Books
    whole: Ended

    def every(self, what: str) -> list[Point]:
        return points(self.whole, what)


@dataclass
class Pair:
    """The accounts `phone` and `home` on two real servers, and the moments to which they go back."""

    sides: dict[str, Side]
    driver: Driver
    folder: Path
    moments: dict[str, Moment] = field(default_factory=dict)

    @property
    def house(self) -> Household:
        return self.driver.house

    def keep(self, name: str) -> None:
        """Remember this moment, and what an undisturbed run makes of it."""
        folder = self.folder / f"moment-{name}"
        for account, side in self.sides.items():
            shutil.copytree(side.folder, folder / account)
        (folder / "store").mkdir()
        for path in self._own_files():
            (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / "store" / path.name)
        self.moments[name] = Moment(folder, *undisturbed(self.driver))

    def go_back(self, name: str) -> Moment:
        """Books and store as they were at a moment."""
        moment = self.moments[name]
        for account, side in self.sides.items():
            side.move(moment.folder / account)
        for path in self._own_files():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(moment.folder / "store", self.house.store.parent, dirs_exist_ok=True)
        return moment

    def kill_at(self, name: str, point: Point) -> None:
        """One kill on the way from that moment, and what one further run makes of it."""
        moment = self.go_back(name)
        killed_and_settled(self.driver, point, moment.wanted)

    def _own_files(self) -> list[Path]:
        """The store and the private folders of the accounts."""
        home = self.house.store.parent
        return [*home.glob("kith.db*"), *home.glob("accounts")]


@contextmanager
def real_pair(folder: Path, people: list[str], third: bool = False, timeout: float = 60.0) -> Iterator[Pair]:
    """Radicale and Xandikos of one's own, and two moments: `first`, when two filled books meet for the first time (as
    many cards as `people`, a third of those people in both), and `later`, when all of them are on both sides and a
    day's changes wait. With `third`, there is an account `desk` on Radicale as well, which is empty at first. `timeout` is
    that of each request, in seconds."""
    starts: tuple[Callable[[Path], Server], ...] = (start_radicale, start_xandikos)
    with ExitStack() as opened:
        sides = {}
        for name, start in zip(("phone", "home"), starts, strict=True):
            server = start(folder / name)
            opened.callback(server.stop)
            sides[name] = Side.new(name, server, timeout)
        if third:
            sides["desk"] = Side.new("desk", sides["phone"].server, timeout)
        for side in sides.values():
            opened.callback(side.board.stop)
        home = folder / "kith"
        home.mkdir()
        house = Household(home, **{name: side.place for name, side in sides.items()})
        pair = Pair(sides, opened.enter_context(Driver(house)), folder)
        known = len(people) * 3 // 4
        furnish(house, people[:known])
        assert sum(len(side.place.phone.names()) for side in sides.values()) == len(people)
        pair.keep("first")
        for number, name in enumerate(people[known:]):
            house.places["phone"].phone.put(f"c{number}.vcf", card(f"u-c{number}", name, mail(name)))
        undisturbed(pair.driver)
        a_day_later(house, people)
        pair.keep("later")
        yield pair
