"""A store that cannot be used: exit code 1, a message with the way out, no remote account is written to, and `kith doctor`
names what helps."""

import contextlib
import fcntl
import resource
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flow.house import DavBook, House, file_account, folder_of_cards
from kith.store.schema import MIGRATIONS
from servers.wire import card


@pytest.fixture
def home(house: House, phone: DavBook) -> Iterator[House]:
    """A phone at a real server and a folder, in sync; then somebody new in the folder: the next sync has to write."""
    folder_of_cards(house.folder / "desk", rosa=card("r", "Rosa Dorn", "EMAIL:rosa@dorn.example"))
    house.write_config(phone.table("phone"), file_account("desk", "vcf", house.folder / "desk", "two-way"))
    house.kith("sync")
    (house.folder / "desk" / "ida.vcf").write_bytes(card("i", "Ida Lenz", "EMAIL:ida@lenz.example"))
    yield house


def cut_in_two(store: Path) -> None:
    with store.open("r+b") as file:
        file.truncate(store.stat().st_size // 2)


def noise(store: Path) -> None:
    store.write_bytes(b"no database " * 10_000)


def of_tomorrow(store: Path) -> None:
    with contextlib.closing(sqlite3.connect(store)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


def folder_for_lock(store: Path) -> None:
    lock = store.with_name("kith.db.lock")
    lock.unlink()
    lock.mkdir()


TROUBLES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "cut in two": (cut_in_two, "damaged", "the way back: "),
    "noise": (noise, "damaged", "the way back: "),
    "of a newer kith": (of_tomorrow, "install the newer version", "install the newer version"),
    "its lock in the way": (folder_for_lock, "lock", "move it away"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_store_that_cannot_be_used(home: House, phone: DavBook, trouble: str) -> None:
    make, said, way_out = TROUBLES[trouble]
    make(home.store)
    desk = {path.name: path.read_bytes() for path in (home.folder / "desk").iterdir()}
    phone.watch()
    for words in (["sync"], ["sync", "--full"], ["undo"]):
        ran = home.kith(*words, code=1)
        assert str(home.store) in ran.err and said in ran.err, ran.text
    assert phone.writes() == []
    assert {path.name: path.read_bytes() for path in (home.folder / "desk").iterdir()} == desk
    told = home.kith("doctor", code=1).out
    assert "FAIL  " in told and way_out in told, told
    assert home.kith("sync", "--json", code=1).only("error")[0]["exit_code"] == 1


def test_a_store_in_use_is_left_alone_and_named(home: House, phone: DavBook) -> None:
    phone.watch()
    with home.store.with_name("kith.db.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for words in (["sync"], ["sync", "--dry-run"], ["join", "Rosa", "Ida"], ["undo"]):
            assert "another kith run is at work" in home.kith(*words, code=11).err
        assert "Rosa Dorn" in home.kith("people").out, "looking is possible"
        assert "lock: a run is at work now" in home.kith("doctor").out
    assert phone.writes() == []
    home.kith("sync")
    assert set(phone.cards()) == {"Rosa Dorn", "Ida Lenz"}


def test_a_disk_without_room_for_the_store(home: House, phone: DavBook) -> None:
    """A limit on the size of files: for SQLite the same as a full disk."""
    for number in range(30):
        path = home.folder / "desk" / f"p{number}.vcf"
        path.write_bytes(card(f"p{number}", f"Person {number}", "NOTE:" + "long " * 400))
    size = home.store.stat().st_size + 8192

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    phone.watch()
    done = subprocess.run(
        home.command("sync"),
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
        env=home.environment,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert "the disk of the store" in done.stderr and "run again" in done.stderr
    assert phone.writes() == []
    home.kith("sync", "--full")
    assert len(phone.cards()) == 32, "with room again, all is done"


def test_a_place_where_nobody_may_write(home: House, phone: DavBook) -> None:
    phone.watch()
    for words, code in ((["sync"], 1), (["doctor"], 1)):
        told = home.kith("--store", "/proc/kith/kith.db", *words, code=code).text
        assert "/proc" in told and "[store] path" in told, told
    assert phone.writes() == []


def test_an_export_without_room_leaves_the_older_one(home: House) -> None:
    (home.folder / "desk" / "long.vcf").write_bytes(card("l", "Leo Lang", "NOTE:" + "long " * 20_000))
    home.kith("sync")
    out = home.folder / "all.vcf"
    home.kith("export", "--format", "vcf", "--out", str(out))
    before = out.read_bytes()

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    done = subprocess.run(
        home.command("export", "--format", "vcf", "--out", str(out), "--force"),
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
        env=home.environment,
    )
    assert done.returncode == 1 and str(out) in done.stderr and "Traceback" not in done.stderr
    assert out.read_bytes() == before
    assert [path.name for path in home.folder.iterdir() if path.name.endswith(".part")] == []
