"""Which files of an account hold mail, and how each is opened: plain, gzip, or inside a zip or tar."""

import gzip
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kith.connector.archive import Archive
from kith.connector.errors import BadSource
from kith.connector.mail import folders
from kith_connectors.mbox.scan import Readable, begins_like_mbox

SNIFFED = 4096
RATIO = 250
"""Unpacked to packed size beyond which a file counts as a bomb, once it is larger than RATIO_FROM bytes."""
RATIO_FROM = 64 << 20

_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_TAR_NAMES = (".tgz", ".tar.gz", ".tar")
_NEVER = frozenset({".msf", ".dat", ".html", ".sqlite", ".json", ".log", ".js", ".eml", ".ics", ".vcf"})


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that may be an mbox: `name` relative to the account's path, `kind` as `kith.connector.mail.folders`,
    `state` where it is known already."""

    name: str
    path: Path
    kind: str
    state: os.stat_result | None = None


def mail_files(path: Path) -> list[MailFile]:
    """The files to look at, those with sent mail first (they teach which addresses are the owner's).

    Spam, trash and drafts are left out by their name. Raises OSError.
    """
    state = path.stat()
    if not stat.S_ISDIR(state.st_mode):
        return [MailFile("", path, _sent_or_other(path.name), state)]
    found: list[MailFile] = []
    for folder, subfolders, names in os.walk(path, onerror=_raise):
        subfolders.sort()
        for name in sorted(names):
            whole = Path(folder, name)
            relative = whole.relative_to(path)
            kind = folders.kind(relative.parts)
            if whole.suffix.casefold() not in _NEVER and kind not in folders.SKIPPED:
                found.append(MailFile(relative.as_posix(), whole, kind))
    found.sort(key=lambda file: (file.kind != folders.SENT, file.name))
    return found


def _sent_or_other(name: str) -> str:
    kind = folders.named(name)
    return kind if kind == folders.SENT else folders.OTHER


def _raise(error: OSError) -> None:
    raise error


def is_mbox(path: Path) -> bool:
    """Whether a file is an mbox, plain or packed. False for what cannot be read."""
    try:
        with opened(path) as parts:
            return any(begins_like_mbox(stream.read(SNIFFED)) for _, stream in parts)
    except (OSError, BadSource):
        return False


@contextmanager
def opened(path: Path, offset: int = 0) -> Iterator[Iterator[tuple[str, Readable]]]:
    """The streams of a file as (name inside it, stream): one for a plain or gzip file, several for an archive.

    Raises OSError, and BadSource for an archive that is damaged or built to exhaust memory or time.
    """
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(offset)
        if start == _ZIP:
            yield _zip_members(path)
        elif path.name.casefold().endswith(_TAR_NAMES):
            yield _tar_members(path)
        elif start[:2] == _GZIP:
            with gzip.open(file) as unpacked:
                yield iter([("", _Bounded(unpacked, path, path.stat().st_size))])
        else:
            yield iter([("", file)])


def is_packed(path: Path) -> bool:
    """Whether a file can only be read from its beginning. Raises OSError."""
    with path.open("rb") as file:
        start = file.read(4)
    return start == _ZIP or start[:2] == _GZIP or path.name.casefold().endswith(_TAR_NAMES)


def _zip_members(path: Path) -> Iterator[tuple[str, Readable]]:
    with Archive(path) as archive:
        names = [name for name in archive.names if _may_be_mail(name)]
    try:
        with zipfile.ZipFile(path) as unpacked:
            for name in names:
                size = unpacked.getinfo(name).compress_size
                with unpacked.open(name) as member:
                    yield name, _Bounded(member, path, size)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _damaged(path, error) from error


def _tar_members(path: Path) -> Iterator[tuple[str, Readable]]:
    try:
        with tarfile.open(path, "r|*") as unpacked:
            for member in unpacked:
                stream = unpacked.extractfile(member) if member.isfile() else None
                if stream is not None and _may_be_mail(member.name):
                    yield member.name, _Bounded(stream, path, path.stat().st_size)
    except (tarfile.TarError, EOFError) as error:
        raise _damaged(path, error) from error


def _may_be_mail(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return PurePosixPath(name).suffix.casefold() in (".mbox", ".mbx", "") and (
        folders.kind(parts) not in folders.SKIPPED
    )


def _damaged(path: Path, error: Exception) -> BadSource:
    return BadSource(f"{path} is damaged ({error})", "download or copy it again")


class _Bounded:
    """A stream that refuses to grow beyond all reason, and to end in silence when it is cut off."""

    def __init__(self, stream: Readable, path: Path, packed: int) -> None:
        self.stream, self.path, self.read_so_far = stream, path, 0
        self.limit = max(RATIO_FROM, RATIO * packed)

    def read(self, size: int, /) -> bytes:
        try:
            data = self.stream.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError) as error:
            raise _damaged(self.path, error) from error
        self.read_so_far += len(data)
        if self.read_so_far > self.limit:
            raise BadSource(f"{self.path} unpacks to far more than it is", "this is no mailbox; delete it")
        return data
