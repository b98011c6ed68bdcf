"""An account over mbox files."""

import hashlib
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

from kith.connector.errors import BadSource
from kith.connector.info import Opening
from kith.connector.mail import folders
from kith.connector.mail.attached import LARGEST_MESSAGE, cards
from kith.connector.mail.headers import Headers, read
from kith.connector.mail.ledger import Ledger
from kith.connector.mail.pull import Reading
from kith.connector.mail.words import decode
from kith_connectors.mbox.files import SNIFFED, MailFile, is_packed, mail_files, opened
from kith_connectors.mbox.folder import PROGRESS, DiskMail
from kith_connectors.mbox.scan import Block, blocks
from kith_connectors.mbox.settings import MboxSettings

_EXPUNGED = 0x0008  # X-Mozilla-Status: deleted, but not yet compacted away
_HOW = "in Google Takeout choose Mail in the format MBOX; in other programs export a folder as mbox"
_LINE = 200  # bytes of a From_ line that its hash covers


def open_mbox(settings: MboxSettings, opening: Opening) -> "MboxAccount":
    return MboxAccount(settings, opening)


class MboxAccount(DiskMail):
    """Mail in one mbox file, in an archive, or in a folder of mbox files.

    The cursor keeps, for each file, [size, mtime in ns, offset of the last message, hash of its From_ line]: an
    unchanged file costs one stat, a file that grew is read from its last message on, any other is read again.
    """

    layout = "mbox"

    def check(self) -> list[str]:
        reading = self.read_all()
        files = [name or self.path.name for name, place in reading.places.items() if place[2] >= 0]
        people = sum(1 for _ in reading.ledger.correspondents())
        found = f"{len(files)} mail file(s) in {self.path}, {people} people you wrote to"
        return [found, *reading.skipped]

    def _read(self, reading: Reading) -> Iterator[None]:
        old, reading.places = reading.places, {}
        for file in mail_files(self.path):
            reading.places[file.name] = yield from self._read_file(file, old.get(file.name), reading)
        if all(place[2] < 0 for place in reading.places.values()) and self.path.is_dir():
            raise self._problem(
                f"there is no mail file in the folder {self.path}",
                'name the folder that holds mbox files; for a Maildir use connector = "maildir"',
            )

    def _read_file(self, file: MailFile, place: Any, reading: Reading) -> Generator[None, None, list[Any]]:
        """Count the new messages of a file; returns its new place."""
        stat = file.state or file.path.stat()
        if place and place[:2] == [stat.st_size, stat.st_mtime_ns]:
            return list(place)
        offset, packed = 0, is_packed(file.path)
        if place and place[2] > 0 and not packed and stat.st_size > place[2]:
            offset = place[2] if _mark(file.path, place[2]) == place[3] else 0
        last = yield from self._read_from(file, offset, reading)
        if last < 0 and offset:
            last = yield from self._read_from(file, 0, reading)
        if last < 0 and not file.name:
            self._expect_empty(file.path, packed)
            last = 0
        mark = "" if packed or last < 0 else _mark(file.path, last)
        return [stat.st_size, stat.st_mtime_ns, min(last, 0) if packed else last, mark]

    def _read_from(self, file: MailFile, offset: int, reading: Reading) -> Generator[None, None, int]:
        """Count the messages from an offset on; returns the offset of the last one, -1 where there is none."""
        last = -1
        attached = self.rules.attached_cards and not is_packed(file.path)
        with opened(file.path, offset) as parts:
            for name, stream in parts:
                kind = folders.kind([name]) if name else file.kind
                where = f"{file.path}: {name}" if name else str(file.path)
                for number, (block, end) in enumerate(_with_ends(blocks(stream, offset)), 1):
                    last = max(last, block.offset)
                    if not block.complete:
                        reading.skip(f"{where} ends inside the headers of its last mail; it is left out")
                        continue
                    headers = read(block.headers)
                    who = _count(reading.ledger, headers, kind)
                    for data in cards(_message(file.path, block.offset, end)) if who and attached else ():
                        reading.ledger.offer(who, headers, data)
                    if number % PROGRESS == 0:
                        yield
        return last

    def _expect_empty(self, path: Path, packed: bool) -> None:
        """An empty file is an empty mailbox; anything else that holds no mail is an error."""
        if path.stat().st_size == 0:
            return
        if packed:
            raise BadSource(f"there is no mail file (.mbox) in {path}", _HOW)
        with path.open("rb") as file:
            start = file.read(SNIFFED)
        looks = "a web page" if start.lstrip().startswith(b"<") else "something else"
        raise BadSource(f"{path} is not an mbox file: it looks like {looks}", _HOW)


def _count(ledger: Ledger, headers: Headers, kind: str) -> str:
    """Count a message unless it lies in the bin; as `Ledger.add`."""
    status = headers.get("X-MOZILLA-STATUS", "0")
    if all(char in "0123456789abcdefABCDEF" for char in status) and int(status or "0", 16) & _EXPUNGED:
        return ""
    if "X-GMAIL-LABELS" in headers:
        kind = folders.labelled(decode(headers["X-GMAIL-LABELS"]).split(","))
    return "" if kind in folders.SKIPPED else ledger.add(headers, kind)


def _with_ends(found: Iterable[Block]) -> Iterator[tuple[Block, int]]:
    """Each message with the offset at which the next one begins, -1 for the last."""
    before: Block | None = None
    for block in found:
        if before is not None:
            yield before, block.offset
        before = block
    if before is not None:
        yield before, -1


def _message(path: Path, start: int, end: int) -> bytes:
    """One whole message, b"" where it is too large to look into."""
    if end - start > LARGEST_MESSAGE:
        return b""
    with path.open("rb") as file:
        file.seek(start)
        file.readline()
        data = file.read(LARGEST_MESSAGE + 1 if end < 0 else max(0, end - file.tell()))
    return data if len(data) <= LARGEST_MESSAGE else b""


def _mark(path: Path, offset: int) -> str:
    """A hash of the From_ line at an offset: tells whether the file only grew since."""
    with path.open("rb") as file:
        file.seek(offset)
        return hashlib.sha256(file.readline(_LINE)).hexdigest()[:16]
