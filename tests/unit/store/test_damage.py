"""A store that cannot be used: a clear message, the documented exit code, and no account is touched."""

import contextlib
import fcntl
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from kith.cli.main import run
from kith.store.database import BACKUPS_KEPT, backups, open_database
from kith.store.retention import back_up_daily
from kith.store.schema import MIGRATIONS

CARD = """BEGIN:VCARD
VERSION:3.0
UID:{uid}
FN:{name} Huber
N:Huber;{name};;;
EMAIL:{name}@example.org
END:VCARD
"""
DAY = 86400.0


class Home:
    """Two folders of cards, a config and a store; the command line over them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.store = folder / "state" / "kith.db"
        self.config = folder / "config.toml"
        tables = ['[sync]\nregion = "DE"']
        for name in ("phone", "home"):
            (folder / name).mkdir()
            tables.append(f'[accounts.{name}]\nconnector = "vcf"\nmode = "two-way"\npath = "{folder / name}"')
        self.config.write_text("\n".join(tables), "utf-8")
        self.write("phone", "Anna")
        self.write("home", "Max")

    def write(self, account: str, name: str) -> None:
        (self.folder / account / f"{name}.vcf").write_text(
            CARD.format(uid=f"u-{name}", name=name).replace("\n", "\r\n")
        )

    @property
    def arguments(self) -> list[str]:
        return ["--config", str(self.config), "--store", str(self.store)]

    def kith(self, *words: str) -> tuple[int, str]:
        """(exit code, all that was printed)."""
        code = run([*self.arguments, *words])
        said = self.capsys.readouterr()
        return code, said.out + said.err

    def cards(self) -> dict[str, bytes]:
        """Every file of both accounts."""
        return {
            str(file.relative_to(self.folder)): file.read_bytes()
            for name in ("phone", "home")
            for file in sorted((self.folder / name).iterdir())
        }


@pytest.fixture
def home(tmp_path, capsys):
    """Settled, with a backup of today."""
    home = Home(tmp_path, capsys)
    assert home.kith("sync", "--yes")[0] == 0
    assert len(home.cards()) == 4
    return home


def refused(home: Home, code: int, *phrases: str) -> str:
    """A sync that a change on one side would give work ends with that exit code, says why, and touches nothing."""
    home.write("phone", "Zoe")
    before = home.cards()
    found, said = home.kith("sync", "--yes")
    assert found == code, said
    assert "Traceback" not in said
    for phrase in (str(home.store.parent), *phrases):
        assert phrase in said
    assert home.cards() == before
    return said


def put_back(home: Home) -> None:
    """Follow what doctor says, to the letter, and go on."""
    code, said = home.kith("doctor")
    assert code != 0
    command = said.partition("the way back: ")[2].partition("&& kith sync --full")[0].rstrip(" &")
    assert "cp -p" in command, said
    subprocess.run(["sh", "-ec", command], check=True)
    code, said = home.kith("sync", "--yes", "--full")
    assert code == 0, said
    assert sorted(name.rpartition("/")[0] for name in home.cards()) == ["home"] * 3 + ["phone"] * 3
    before = home.cards()
    assert home.kith("sync", "--yes", "--full")[0] == 0
    assert home.cards() == before


def test_a_truncated_store_is_damaged_and_the_backup_brings_it_back(home):
    size = home.store.stat().st_size
    with home.store.open("r+b") as file:
        file.truncate(size // 2)
    refused(home, 1, "damaged", "backup")
    put_back(home)


def test_a_store_of_noise_without_any_backup_says_how_to_begin_anew(home):
    home.store.write_bytes(b"no database " * 10_000)
    for copy in home.store.parent.glob("*.backup-*"):
        copy.unlink()
    refused(home, 1, "damaged", f"there is no backup: move {home.store} away")
    assert home.kith("doctor")[1].count("there is no backup") == 1
    home.store.rename(home.store.with_name("away"))
    code, said = home.kith("sync", "--yes", "--full")
    assert code == 0, said
    assert sorted(name.rpartition("/")[0] for name in home.cards()) == ["home"] * 3 + ["phone"] * 3


def test_a_store_of_noise_is_damaged_and_the_backup_brings_it_back(home):
    home.store.write_bytes(b"no database " * 10_000)
    refused(home, 1, "damaged", "backup")
    put_back(home)


def test_a_page_of_noise_is_found_by_doctor(home):
    with home.store.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 3)
    code, said = home.kith("doctor")
    assert code != 0
    assert "the way back" in said


def test_without_a_backup_doctor_says_how_to_begin_anew(home):
    for copy in backups(home.store):
        copy.unlink()
    home.store.write_bytes(b"no database " * 10_000)
    code, said = home.kith("doctor")
    assert code != 0
    assert "there is no backup" in said


def test_an_old_backup_is_good_enough(home):
    """Since the backup kith made a card, the owner edited one and deleted one: nobody is lost or doubled."""
    home.write("home", "Ida")
    assert home.kith("sync", "--yes")[0] == 0
    anna = home.folder / "phone" / "Anna.vcf"
    anna.write_text(anna.read_text().replace("END:VCARD", "NICKNAME:Anni\nEND:VCARD"))
    assert home.kith("sync", "--yes")[0] == 0
    before = home.cards()
    shutil.copy(backups(home.store)[0], home.store)
    assert home.kith("sync", "--yes", "--full")[0] == 0
    assert home.cards() == before


def test_a_store_in_use_is_waited_for(home):
    lock = home.store.with_name("kith.db.lock")
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        home.write("phone", "Zoe")
        before = home.cards()
        code, said = home.kith("sync", "--yes")
    assert (code, home.cards()) == (11, before)
    assert "another kith run" in said
    assert home.kith("sync", "--yes")[0] == 0
    assert len(home.cards()) == 6


def test_a_newer_store_is_left_alone(home):
    with contextlib.closing(sqlite3.connect(home.store)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = home.store.read_bytes()
    refused(home, 1, "newer kith", "install the newer version")
    assert home.store.read_bytes() == before
    code, said = home.kith("doctor")
    assert code != 0
    assert "newer kith" in said
    assert "the way back" not in said


def test_a_store_that_may_not_grow_stops_the_run(home):
    """A limit on the size of files, in a process of its own: for SQLite the same as a broken or full disk."""
    for number in range(40):
        home.write("phone", f"Given{chr(97 + number % 26)}{number}")
    before = home.cards()
    size = home.store.stat().st_size + 8192

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [sys.executable, "-m", "kith", *home.arguments, "sync", "--yes"]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "the disk of the store" in done.stderr
    assert "Traceback" not in done.stderr
    assert home.cards() == before
    assert home.kith("sync", "--yes", "--full")[0] == 0
    assert len(home.cards()) == 84


def test_a_place_where_nobody_may_write(home):
    """A read-only file system, which binds root as well."""
    home.store = Path("/proc/kith/kith.db")
    refused(home, 1, "cannot be made", "[store] path")


def test_a_store_whose_lock_cannot_be_made(home):
    """In the place of the lock stands a folder."""
    lock = home.store.with_name("kith.db.lock")
    lock.unlink()
    lock.mkdir()
    refused(home, 1, "lock", "rights")


def test_a_copy_each_day_whole_private_and_few(tmp_path):
    path = tmp_path / "kith.db"
    db = open_database(path)
    try:
        for day in range(8):
            now = 1_790_000_000.0 + day * DAY
            assert back_up_daily(db, now) == []
            assert back_up_daily(db, now + 60) == []
    finally:
        db.close()
    found = backups(path)
    assert [file.name for file in found] == [
        f"kith.db.backup-daily-2026-09-{day}" for day in range(28, 23, -1)
    ]
    assert len(found) == BACKUPS_KEPT
    for file in found:
        assert file.stat().st_mode & 0o777 == 0o600
        with contextlib.closing(sqlite3.connect(file)) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_copy_that_fails_costs_no_older_one_and_no_run(tmp_path):
    path = tmp_path / "kith.db"
    db = open_database(path)
    try:
        assert back_up_daily(db, 1_790_000_000.0) == []
        (tmp_path / "kith.db.new-backup").mkdir()
        assert "no copy of the store" in back_up_daily(db, 1_790_000_000.0 + DAY)[0]
        assert len(backups(path)) == 1
        (tmp_path / "kith.db.new-backup").rmdir()
        assert back_up_daily(db, 1_790_000_000.0 + DAY + 60) == []
        assert len(backups(path)) == 2
    finally:
        db.close()
