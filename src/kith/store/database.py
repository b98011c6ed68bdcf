"""One SQLite file: opened, locked, migrated, backed up. Nothing here knows what a contact is."""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import tempfile
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kith.store.schema import MIGRATIONS

BUSY_TIMEOUT = 10.0
BACKUPS_KEPT = 5


class StoreError(Exception):
    """The store cannot be used; `remedy` says what the user can do. The accounts were not touched."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


class Locked(StoreError):
    """Another run uses this store."""


class Damaged(StoreError):
    """The file is no whole database any more; a backup takes its place."""


class Database:
    """A connection that threads share: one at a time, each transaction whole."""

    def __init__(self, connection: sqlite3.Connection, path: Path, release: contextlib.ExitStack) -> None:
        self._connection, self.path, self._release = connection, path, release
        self._turn = threading.RLock()
        self._explained = _Explained(path)
        self._depth = 0

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        with self._turn, self._explained:
            return self._connection.execute(sql, values)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._turn, self._explained:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        with self._turn, self._explained:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, None where there is none."""
        found = self.row(sql, values)
        return found[0] if found is not None else None

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._turn, self._explained:
            self._connection.executemany(sql, rows)

    @contextlib.contextmanager
    def transaction(self) -> Iterator["Database"]:
        """All or nothing; transactions inside are part of the outer one."""
        with self._turn, self._explained:
            if self._depth:
                yield self
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite itself takes back what does not fit on the disk
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def back_up(self, label: str) -> Path:
        """A copy of the whole store beside it: see `back_up`. Raises StoreError."""
        with self._turn:
            return back_up(self._connection, self.path, label)

    def close(self) -> None:
        with self._turn:
            self._connection.close()
            self._release.close()


class _Explained:
    """SQLite's errors in words, with the way out. A class, since it stands around every statement."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.DatabaseError):
            raise _in_words(error, self._path) from error


NO_BACKUP = "there is no backup: move {} away, and kith sync begins anew (no account loses anything)"


def _in_words(error: sqlite3.DatabaseError, path: Path) -> StoreError:
    if not isinstance(error, sqlite3.OperationalError):
        way = f"put the newest backup in its place: the files {path.name}.backup-* beside it; then kith sync --full"
        return Damaged(
            f"the store {path} is damaged ({error})", way if backups(path) else NO_BACKUP.format(path)
        )
    text = str(error)
    if "locked" in text:
        return Locked(f"the store {path} is in use by another program", "wait for it, or close it")
    if "full" in text:
        return StoreError(f"the disk of the store {path} is full ({text})", "free some space, then run again")
    if "disk I/O" in text:
        return StoreError(
            f"the disk of the store {path} cannot be read or written ({text})",
            "is it full, or is there a limit on the size of files? Then run again",
        )
    if "readonly" in text:
        return StoreError(
            f"the store {path} cannot be written", "check owner and rights of the file and folder"
        )
    return StoreError(f"the store {path} cannot be used ({text})", "kith doctor")


def open_database(path: Path) -> Database:
    """Open (or make) the store, take its lock, bring it to this version. Raises StoreError, Locked."""
    _private_folder(path.parent)
    with contextlib.ExitStack() as stack:
        _lock(path, stack)
        connection = _connect(path, stack)
        with _Explained(path):
            _migrate(connection, path)
        return Database(connection, path, stack.pop_all())


def open_reading(path: Path) -> Database:
    """The store for queries alone, without its lock: a run may be at work on it. Raises StoreError."""
    with _Explained(path):
        connection = sqlite3.connect(
            f"file:{path}?mode=ro", uri=True, timeout=BUSY_TIMEOUT, isolation_level=None
        )
        connection.row_factory = sqlite3.Row
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.Error:
            connection.close()
            raise
    if version > len(MIGRATIONS):
        connection.close()
        raise _newer(path, version)
    if version != len(MIGRATIONS):
        connection.close()
        raise StoreError(
            f"the store {path} was written by an older kith (schema {version}, this one knows {len(MIGRATIONS)})",
            "the next kith sync takes it over, after a copy of it was made",
        )
    return Database(connection, path, contextlib.ExitStack())


def open_copy(path: Path, folder: Path) -> Database:
    """A private copy of the store in `folder`: what a dry run works on. The original is only read."""
    copy = folder / "kith.db"
    with contextlib.ExitStack() as stack:
        if path.exists():
            lock = lock_file(path)
            if lock.exists():
                _lock(path, stack)
            for suffix in ("", "-wal"):
                source = path.with_name(path.name + suffix)
                if source.exists():
                    shutil.copyfile(source, copy.with_name(copy.name + suffix))
        connection = _connect(copy, stack)
        with _Explained(path):
            _migrate(connection, copy, backup=False)
        return Database(connection, copy, stack.pop_all())


@contextlib.contextmanager
def opened(path: Path, dry_run: bool) -> Iterator[Database]:
    """The store for one run; for a dry run a private copy, which is gone afterwards. Raises StoreError, Locked."""
    with contextlib.ExitStack() as stack:
        if dry_run:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kith-dry-run-"))
            db = open_copy(path, Path(folder))
        else:
            db = open_database(path)
        stack.callback(db.close)
        yield db


def _private_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"the folder {folder} cannot be made ({error.strerror})", "set [store] path in the config"
        ) from None


def lock_file(store: Path) -> Path:
    """The file that a run locks while it is at work on a store."""
    return store.with_name(store.name + ".lock")


def at_work(store: Path) -> bool:
    """Whether a run has the store's lock at this moment."""
    with contextlib.ExitStack() as stack:
        try:
            handle = os.open(lock_file(store), os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        stack.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _lock(path: Path, stack: contextlib.ExitStack) -> None:
    try:
        handle = os.open(lock_file(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"the store's lock beside {path} cannot be written ({error.strerror})",
            "check owner and rights of the folder",
        ) from None
    stack.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Locked(
            "another kith run is at work on this store", "wait until it ends (kith status)"
        ) from None


def _connect(path: Path, stack: contextlib.ExitStack) -> sqlite3.Connection:
    with _Explained(path):
        previous = os.umask(0o077)
        try:
            connection = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
            )
        finally:
            os.umask(previous)
        stack.callback(connection.close)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -8000")
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection


def _migrate(connection: sqlite3.Connection, path: Path, backup: bool = True) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise _newer(path, version)
    if 0 < version < len(MIGRATIONS) and backup:
        back_up(connection, path, f"schema-{version}")
    for number in range(version, len(MIGRATIONS)):
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )
    if version == 0:
        connection.execute("INSERT INTO meta VALUES ('store', ?)", (uuid.uuid4().hex,))


def _newer(path: Path, version: int) -> StoreError:
    return StoreError(
        f"the store {path} was written by a newer kith (schema {version}, this one knows {len(MIGRATIONS)})",
        "install the newer version again; a downgrade needs the backup from before the upgrade",
    )


def back_up(connection: sqlite3.Connection, path: Path, label: str) -> Path:
    """A consistent, checked copy beside the store, mode 0600; of each kind of label only the newest few are kept.

    It takes its name only when it is whole: a full disk costs no older copy. Raises StoreError.
    """
    target = path.with_name(f"{path.name}.backup-{label}")
    fresh = path.with_name(f"{path.name}.new-backup")
    with contextlib.ExitStack() as stack, _Explained(path):
        stack.callback(os.umask, os.umask(0o077))
        stack.callback(fresh.unlink, missing_ok=True)
        fresh.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(fresh)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            said = copy.execute("PRAGMA quick_check").fetchone()[0]
        if said != "ok":
            raise sqlite3.DatabaseError(said)
        fresh.replace(target)
    kind = label.partition("-")[0]
    for old in backups(path, kind)[BACKUPS_KEPT:]:
        old.unlink()
    return target


def backups(path: Path, kind: str = "") -> list[Path]:
    """The copies of a store (of one kind: schema, daily), newest first."""
    found = path.parent.glob(f"{path.name}.backup-{kind}*")
    return sorted(found, key=lambda file: (file.stat().st_mtime, file.name), reverse=True)


def integrity(db: Database) -> str:
    """ "ok", or what SQLite finds wrong."""
    return str(db.value("PRAGMA quick_check"))
