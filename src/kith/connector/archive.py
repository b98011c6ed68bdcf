"""Zip files that people download from a service: members by name, with limits, never unpacked to disk."""

import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from types import TracebackType

from kith.connector.errors import BadSource

MEMBERS = 200_000
"""More entries than any real export holds (a mailbox export has one per attachment)."""
DIRECTORY_BYTES = 64 * 1024 * 1024
"""The central directory is read as a whole: its size is checked before that."""
MEMBER_BYTES = 128 * 1024 * 1024
RATIO = 250
"""Unpacked to packed size beyond which a member counts as a bomb, once it is larger than RATIO_FROM bytes. Repetitive
tables reach about 20, deflate cannot exceed 1032."""
RATIO_FROM = 8 * 1024 * 1024
CHUNK = 256 * 1024
SHOWN = 12

_END = struct.Struct("<4s4H2LH")
_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    ValueError,
)
_AGAIN = "download the export again; a download that was cut off cannot be used"


def is_zip(path: Path) -> bool:
    """Whether a file begins as zip files do. Raises OSError."""
    with path.open("rb") as file:
        return file.read(4) in _MAGIC


class Archive:
    """An opened zip file. Use it as a context manager.

    `names` are the files inside whose path is plain and relative; others are not looked at. Raises BadSource where
    the file is not a readable zip or is built to exhaust memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            _check_directory(path)
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise BadSource(
                f"{path} cannot be read ({error.strerror})", "check the path and its rights"
            ) from error
        except _BROKEN as error:
            raise BadSource(f"{path} is not a complete zip file ({error})", _AGAIN) from error
        infos = [info for info in self._zip.infolist() if _is_plain(info)]
        if len(infos) > MEMBERS:
            self.close()
            raise BadSource(f"{path} holds {len(infos)} files", "this is not an export; check the path")
        self._members = {info.filename: info for info in infos}
        self.names = tuple(self._members)

    def find(self, name: str) -> str | None:
        """The member of that file name (case ignored) that lies nearest to the top, or None."""
        wanted = name.casefold()
        found = [full for full in self.names if PurePosixPath(full).name.casefold() == wanted]
        return min(found, key=lambda full: (full.count("/"), full), default=None)

    def read(self, name: str, limit: int = MEMBER_BYTES) -> bytes:
        """The bytes of one member, at most `limit` of them. Raises BadSource, naming file and member."""
        info = self._members[name]
        where = f"{self.path}: {name}"
        if info.flag_bits & 1:
            raise BadSource(f"{where} is encrypted", "unpack it with its password and give kith the folder")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadSource(
                f"{where} is packed in an unusual way", "unpack the file and pack it again as zip"
            )
        if info.file_size > limit:
            raise BadSource(
                f"{where} would be {info.file_size >> 20} MB large", "check that it is the right file"
            )
        try:
            return self._unpack(info, where, limit)
        except _BROKEN as error:
            raise BadSource(f"{where} is damaged ({error})", _AGAIN) from error
        except OSError as error:
            raise BadSource(f"{where} cannot be read ({error.strerror})", "check the disk") from error

    def _unpack(self, info: zipfile.ZipInfo, where: str, limit: int) -> bytes:
        chunks: list[bytes] = []
        total = 0
        with self._zip.open(info) as member:
            while chunk := member.read(CHUNK):
                total += len(chunk)
                if total > limit or (total > RATIO_FROM and total > RATIO * max(info.compress_size, 1)):
                    raise BadSource(
                        f"{where} unpacks to far more than it is", "this is not an export; delete it"
                    )
                chunks.append(chunk)
        if total < info.file_size:
            raise BadSource(f"{where} ends too early", _AGAIN)
        return b"".join(chunks)

    def contents(self) -> str:
        """A few member names, for messages."""
        shown = ", ".join(self.names[:SHOWN])
        more = len(self.names) - SHOWN
        return f"{shown} and {more} more" if more > 0 else shown or "nothing"

    def close(self) -> None:
        self._zip.close()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _is_plain(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    kind = stat.S_IFMT(info.external_attr >> 16)
    outside = path.is_absolute() or ".." in path.parts or ":" in path.parts[0] if path.parts else True
    macos = "__MACOSX" in path.parts or path.name.startswith("._")
    return not (info.is_dir() or outside or macos or kind not in (0, stat.S_IFREG))


def _check_directory(path: Path) -> None:
    """Refuse a central directory that is too large before zipfile loads it (its size stands in the end record)."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise zipfile.BadZipFile("the list of contents at its end is missing")
    directory = _END.unpack_from(tail, at)[5]
    locator = tail.find(b"PK\x06\x06")
    if directory == 0xFFFFFFFF and 0 <= locator < at - 48:
        directory = struct.unpack_from("<Q", tail, locator + 40)[0]
    if directory > DIRECTORY_BYTES:
        raise zipfile.BadZipFile(f"its list of contents is {directory >> 20} MB long")
