"""An account over a Maildir, with its subfolders in both layouts (Maildir++ and nested)."""

import base64
import gzip
import hashlib
import os
import time
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from kith.connector.info import Opening
from kith.connector.mail import folders
from kith.connector.mail.attached import LARGEST_MESSAGE, cards
from kith.connector.mail.headers import read
from kith.connector.mail.pull import Reading
from kith_connectors.mbox.folder import PROGRESS, DiskMail
from kith_connectors.mbox.scan import LONGEST_HEADER
from kith_connectors.mbox.settings import MaildirSettings

_FIRST_READ = 8192
_DIGEST = 6  # bytes kept of a message name: 100 000 names collide with a chance of 2 in 100 000
_SETTLED = 2.0  # seconds after which a folder's mtime is trusted: file systems tick coarsely


def open_maildir(settings: MaildirSettings, opening: Opening) -> "MaildirAccount":
    return MaildirAccount(settings, opening)


def is_maildir(path: Path) -> bool:
    """Whether a folder is a Maildir itself; its subfolders are no matter."""
    return (path / "cur").is_dir() and (path / "new").is_dir()


@dataclass(frozen=True, slots=True)
class Folder:
    """One Maildir folder: `name` relative to the account's path ("" for the inbox)."""

    name: str
    path: Path
    kind: str


class MaildirAccount(DiskMail):
    """The cursor keeps, for each folder, [mtime of cur, mtime of new, the set of message names (hashed)].

    A folder whose two directories are unchanged costs two stats; otherwise only files with new names are read.
    """

    layout = "maildir"

    def check(self) -> list[str]:
        reading = self.read_all()
        people = sum(1 for _ in reading.ledger.correspondents())
        found = f"{len(reading.places)} folder(s) in {self.path}, {people} people you wrote to"
        return [found, *reading.skipped]

    def _read(self, reading: Reading) -> Iterator[None]:
        old, reading.places = reading.places, {}
        for folder in _folders(self.path):
            reading.places[folder.name] = yield from _read_folder(folder, old.get(folder.name), reading)
        if not reading.places:
            raise self._problem(
                f"there is no Maildir in {self.path}",
                'a Maildir holds the folders cur and new; for mbox files use connector = "mbox"',
            )


def _folders(root: Path) -> list[Folder]:
    """All folders but spam, trash and drafts; sent mail first, because it teaches the owner's addresses."""
    found = []
    for path in _walk(root):
        name = path.relative_to(root).as_posix().removeprefix("./")
        name = "" if name == "." else name
        # Maildir++ keeps "Archive/2020" as ".Archive.2020", in IMAP's own form of UTF-7.
        parts = [folders.utf7(part) for step in name.split("/") for part in step.strip(".").split(".")]
        kind = folders.kind(parts)
        if kind not in folders.SKIPPED:
            found.append(Folder(name, path, kind))
    return sorted(found, key=lambda folder: (folder.kind != folders.SENT, folder.name))


def _walk(path: Path) -> Iterator[Path]:
    with os.scandir(path) as entries:
        names = {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
    if {"cur", "new"} <= names:
        yield path
    for name in sorted(names - {"cur", "new", "tmp"}):
        yield from _walk(path / name)


def _read_folder(folder: Folder, place: Any, reading: Reading) -> Generator[None, None, list[Any]]:
    """Count the messages with new names; returns the folder's new place."""
    mtimes = [(folder.path / part).stat().st_mtime_ns for part in ("cur", "new")]
    if place and place[:2] == mtimes:
        return list(place)
    known = _unpack(place[2]) if place else frozenset[bytes]()
    held = set()
    for path in _messages(folder.path):
        unique, flags = _split(path.name)
        digest = hashlib.blake2b(unique.encode("utf-8", "surrogateescape"), digest_size=_DIGEST).digest()
        if "T" in flags or "D" in flags:  # trashed, draft
            continue
        if digest not in known:
            try:
                headers = read(_header_block(path))
            except FileNotFoundError:
                continue  # moved from new to cur meanwhile: the next pull reads it
            who = reading.ledger.add(headers, folder.kind)
            if who and reading.ledger.rules.attached_cards:
                for data in cards(_whole(path)):
                    reading.ledger.offer(who, headers, data)
        held.add(digest)
        if len(held) % PROGRESS == 0:
            yield
    just_now = (time.time() - _SETTLED) * 1e9
    return [*(0 if mtime > just_now else mtime for mtime in mtimes), _pack(held)]


def _messages(folder: Path) -> Iterator[Path]:
    for part in ("cur", "new"):
        with os.scandir(folder / part) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and entry.is_file():
                    yield Path(entry.path)


def _split(name: str) -> tuple[str, str]:
    """The unique part of a message's file name, and its flags. Some systems write ; or ! for the colon."""
    for mark in (":2,", ";2,", "!2,"):
        unique, found, flags = name.partition(mark)
        if found:
            return unique, flags
    return name, ""


def _header_block(path: Path) -> bytes:
    """The headers of one message file, plain or gzip (Dovecot's compression). Raises OSError."""
    with path.open("rb") as file:
        start = file.read(_FIRST_READ)
        if start[:2] == b"\x1f\x8b":
            file.seek(0)
            return _until_blank(_unzipped(file, LONGEST_HEADER))
        if b"\n\n" not in start and b"\n\r\n" not in start and len(start) == _FIRST_READ:
            start += file.read(LONGEST_HEADER)
    return _until_blank(start)


def _whole(path: Path) -> bytes:
    """A whole message, b"" where it is too large to look into or has just been moved."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            data = _unzipped(file, LARGEST_MESSAGE + 1) if packed else file.read(LARGEST_MESSAGE + 1)
    except FileNotFoundError:
        return b""
    return data if len(data) <= LARGEST_MESSAGE else b""


def _unzipped(file: BinaryIO, limit: int) -> bytes:
    try:
        with gzip.open(file) as unpacked:
            return unpacked.read(limit)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return b""  # one damaged message costs that message


def _until_blank(data: bytes) -> bytes:
    ends = [at for at in (data.find(b"\n\n"), data.find(b"\n\r\n")) if at >= 0]
    return data[: min(ends) + 1] if ends else data


def _pack(names: set[bytes]) -> str:
    return base64.b85encode(b"".join(sorted(names))).decode("ascii")


def _unpack(text: str) -> frozenset[bytes]:
    data = base64.b85decode(text)
    return frozenset(data[at : at + _DIGEST] for at in range(0, len(data), _DIGEST))
