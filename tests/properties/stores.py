"""Where the state machine keeps kith's store: in a file, as in life, or in memory, at half the price."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from kith.store.database import Database, open_copy, open_database, open_reading

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Files on a memory disk: the property is about order, not about the disk."""


class FileStore:
    """Opened, locked and closed by every run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        open_database(path).close()

    @contextlib.contextmanager
    def opened(self) -> Iterator[Database]:
        with contextlib.closing(open_database(self.path)) as db:
            yield db

    @contextlib.contextmanager
    def copied(self) -> Iterator[Database]:
        """What a dry run works on."""
        with (
            tempfile.TemporaryDirectory(dir=MEMORY) as folder,
            contextlib.closing(open_copy(self.path, Path(folder))) as db,
        ):
            yield db

    @contextlib.contextmanager
    def reading(self) -> Iterator[Database]:
        with contextlib.closing(open_reading(self.path)) as db:
            yield db

    def end(self) -> None:
        """Nothing is left open."""


class MemoryStore:
    """The same tables and transactions on one connection that outlives all runs: what a dead process had not committed is
    taken back by SQLite as it is from a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir()
        self._connection = _copy(_template())

    @contextlib.contextmanager
    def opened(self) -> Iterator[Database]:
        assert not self._connection.in_transaction
        yield Database(self._connection, self.path, ExitStack())

    @contextlib.contextmanager
    def copied(self) -> Iterator[Database]:
        """What a dry run works on."""
        with contextlib.closing(_copy(self._connection)) as connection:
            yield Database(connection, self.path, ExitStack())

    reading = opened

    def end(self) -> None:
        self._connection.close()


@cache
def _template() -> sqlite3.Connection:
    """An empty store of this version: made once in a process instead of once in a history."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        path = Path(folder) / "kith.db"
        open_database(path).close()
        with contextlib.closing(sqlite3.connect(path)) as made:
            return _copy(made)


def _copy(source: sqlite3.Connection) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    source.backup(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
