"""A file that a service wrote once: read whole when it changed, and otherwise one look at its size and time.

Every newer file of the same kind replaces the one before: what it lists is all there is.
"""

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from pathlib import Path

from kith.connector.api import Page, PullRequest
from kith.connector.errors import BadSource
from kith.model.record import RecordKey, SourceRecord

PAGE = 64
"""Small, so that a page that is done with goes before the garbage collector looks at it."""
_REMOTE_ID = attrgetter("key.remote_id")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. `digest` identifies the content that matters, so that the same list in a newer file is no change.

    `books` gives the records of each book that the file lists completely; they are built while they are taken.
    `skipped` is filled while that happens.
    """

    digest: str
    books: Mapping[str, Iterator[SourceRecord]]
    skipped: list[str] = field(default_factory=list)


class Snapshot:
    """Pull and fetch over one file. `newest` finds the one that counts where `path` is a folder; `read` reads it;
    `version` names the reading rules, so that newer rules (or other settings) read an unchanged file anew. An unchanged
    file costs one stat."""

    def __init__(
        self, path: Path, newest: Callable[[Path], Path], read: Callable[[Path], Reading], version: str
    ) -> None:
        self._path, self._newest, self._read, self._version = path, newest, read, version
        self._index: dict[tuple[str, str], SourceRecord] = {}
        self._indexed = ""

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """The pages of one pull. Nothing is yielded before the whole file was read without error."""
        path, mark = self._found()
        before = _parsed(request.cursor)
        if before.get("mark") == mark:
            yield Page(cursor=request.cursor)
            return
        yield from reading_pages(self._read(path), request, self._version, mark)

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        """One record; the file is read once for many calls."""
        path, mark = self._found()
        if mark != self._indexed:
            reading = self._read(path)
            self._index = {
                (book, record.key.remote_id): record
                for book, records in reading.books.items()
                for record in records
            }
            self._indexed = mark
        return self._index.get((key.book, key.remote_id))

    def file(self) -> Path:
        """The file that counts now. Raises BadSource."""
        return self._found()[0]

    def _found(self) -> tuple[Path, str]:
        """The file and what tells its state from another."""
        path, found = self._path, _stat(self._path)
        if stat.S_ISDIR(found.st_mode):
            path = self._newest(path)
            found = _stat(path)
        return path, f"{found.st_size}:{found.st_mtime_ns}:{found.st_ino}:{self._version}:{path}"


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise missing(path, error) from error


def newest_in(folder: Path, recognizes: Callable[[Path], bool]) -> Path | None:
    """The file of a folder that was changed last among those that `recognizes` knows. Raises BadSource."""
    try:
        files = [entry for entry in folder.iterdir() if entry.is_file() and not entry.name.startswith(".")]
        files.sort(key=lambda entry: (entry.stat().st_mtime_ns, entry.name), reverse=True)
    except OSError as error:
        raise missing(folder, error) from error
    return next(filter(recognizes, files), None)


def missing(path: Path, error: OSError) -> BadSource:
    """The error for a path that is not there or may not be read."""
    return BadSource(
        f"{path} cannot be read ({error.strerror or error})",
        "check `path` of this account; a missing file is never taken for an empty address book",
    )


def _nothing_known(_book: str) -> Mapping[str, str]:
    return {}


def _parsed(cursor: str | None) -> dict[str, str]:
    try:
        parsed = json.loads(cursor) if cursor else {}
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def reading_pages(reading: Reading, request: PullRequest, version: str, mark: str = "") -> Iterator[Page]:
    """The pages of what was read whole, by comparison with the cursor of the last time."""
    before = _parsed(request.cursor)
    cursor = json.dumps({"mark": mark, "digest": reading.digest, "version": version})
    if (before.get("digest"), before.get("version")) == (reading.digest, version):
        yield Page(cursor=cursor)
        return
    known = request.known if before.get("version") == version else _nothing_known
    listed: dict[str, frozenset[str]] = {}
    for book, records in reading.books.items():
        ids: set[str] = set()
        yield from _pages(records, ids, known(book))
        listed[book] = frozenset(ids)
    yield Page(listed=listed, cursor=cursor, skipped=tuple(reading.skipped))


def _pages(records: Iterator[SourceRecord], ids: set[str], known: Mapping[str, str]) -> Iterator[Page]:
    while batch := list(islice(records, PAGE)):
        ids.update(map(_REMOTE_ID, batch))
        if known:
            batch = [record for record in batch if known.get(record.key.remote_id) != record.revision]
        if batch:
            yield Page(tuple(batch))
