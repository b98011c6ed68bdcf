"""HTTP/1.1 as it is on the wire (RFC 9112): what leaves for a request, and how an answer is taken apart.

Strict where an answer could be misread: a status line, a field or a length that is not as it must be ends the connection.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

HEAD_LIMIT = 100 * 1024
"""The largest head of an answer, in bytes."""

LINE_LIMIT = 16 * 1024
"""The longest line between two chunks, in bytes."""

AT_ONCE = 64 * 1024
"""So much is read at once; a body up to this size leaves together with its head, in bytes."""

_STATUS = re.compile(rb"HTTP/1\.([01]) (\d{3})(?: [^\x00\r\n]*)?")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BLANK = re.compile(rb"\n\r?\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\x00\r\n]*)?\r?\n")


class Malformed(Exception):
    """What came is not HTTP/1.1, or ended too early."""


class Channel(Protocol):
    """What bytes come from: "" at the end."""

    def recv(self, size: int, /) -> bytes: ...


def request_head(method: str, target: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """The head of a request. Raises Malformed where a line break would make two fields of one."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    text = "\n".join(lines)
    if text.count("\n") >= len(lines) or _CONTROL.search(text):
        raise Malformed("a request cannot have control characters in its head")
    return text.replace("\n", "\r\n").encode() + b"\r\n\r\n"


class Incoming:
    """An answer that is arriving: `status`, `headers` (lower-case names, in order), and its body."""

    def __init__(self, channel: Channel, method: str) -> None:
        self._channel, self._rest = channel, b""
        self.status, old, self.headers = self._final_head()
        self._left = self._length(method)
        last = {word.strip().lower() for value in self.all(b"connection") for word in value.split(b",")}
        self.keeps = not old and b"close" not in last and self._left is not None
        """Whether the connection can be used again once the body was read."""
        self.whole = self._left == 0
        self.keeps = self.keeps and not (self.whole and self._rest)

    def all(self, name: bytes) -> list[bytes]:
        """The values of all fields of a (lower-case) name."""
        return [value for own, value in self.headers if own == name]

    def first(self, name: bytes) -> bytes:
        """The value of the first field of a (lower-case) name, b"" where there is none."""
        return next((value for own, value in self.headers if own == name), b"")

    def pieces(self) -> Iterator[bytes]:
        """The body. Raises Malformed where it ends too early."""
        if self.whole:
            return
        if self._left is None:
            yield from self._until_end()
        elif self._left < 0:
            yield from self._chunks()
        else:
            yield from self._exactly(self._left)
        self.whole = True
        self.keeps = self.keeps and not self._rest  # nobody asked for more

    def _more(self) -> bytes:
        """What is at hand, else what comes next. Raises Malformed at the end."""
        data, self._rest = self._rest or self._channel.recv(AT_ONCE), b""
        if not data:
            raise Malformed("the server closed the connection before its answer was complete")
        return data

    def _final_head(self) -> tuple[int, bool, list[tuple[bytes, bytes]]]:
        """The first head that is not an interim one: status, whether it is of HTTP/1.0, fields."""
        while True:
            status, old, headers = _parsed(self._head())
            if status >= 200:
                return status, old, headers
            if status == 101:
                raise Malformed("the server changed to a protocol that nobody asked for")

    def _head(self) -> bytes:
        data = self._more()
        while not (end := _BLANK.search(data)):
            if len(data) > HEAD_LIMIT:
                raise Malformed("the head of the answer is too large")
            data += self._more()
        self._rest = data[end.end() :]
        return data[: end.start()]

    def _length(self, method: str) -> int | None:
        """Bytes of the body; -1 for chunks, None for everything until the connection ends."""
        if method == "HEAD" or self.status in (204, 304):
            return 0
        coded = b",".join(self.all(b"transfer-encoding")).strip().lower()
        if coded:
            if coded != b"chunked":
                raise Malformed("the answer is encoded in a way that nobody asked for")
            return -1
        told = {word.strip() for value in self.all(b"content-length") for word in value.split(b",")}
        if not told:
            return None
        if len(told) > 1 or not (length := told.pop()).isdigit() or len(length) > 15:
            raise Malformed("the answer does not say clearly how long it is")
        return int(length)

    def _until_end(self) -> Iterator[bytes]:
        data = self._rest
        while data := data or self._channel.recv(AT_ONCE):
            yield data
            data = b""

    def _exactly(self, left: int) -> Iterator[bytes]:
        while left:
            data = self._more()
            if len(data) > left:
                data, self._rest = data[:left], data[left:]
            left -= len(data)
            yield data

    def _chunks(self) -> Iterator[bytes]:
        while size := self._chunk_size():
            yield from self._exactly(size)
            if self._line() not in (b"\r\n", b"\n"):
                raise Malformed("a chunk of the answer is longer than it says")
        while self._line() not in (b"\r\n", b"\n"):
            pass  # trailers say nothing that is used here

    def _chunk_size(self) -> int:
        found = _SIZE.fullmatch(self._line())
        if not found:
            raise Malformed("a chunk of the answer does not say how long it is")
        return int(found[1], 16)

    def _line(self) -> bytes:
        data = self._more()
        while b"\n" not in data:
            if len(data) > LINE_LIMIT:
                raise Malformed("a line between chunks of the answer is too long")
            data += self._more()
        line, end, self._rest = data.partition(b"\n")
        return line + end


def _parsed(head: bytes) -> tuple[int, bool, list[tuple[bytes, bytes]]]:
    first, *lines = [line.removesuffix(b"\r") for line in head.split(b"\n")]
    status = _STATUS.fullmatch(first)
    if not status or b"\x00" in head or b"\r" in b"".join(lines):
        raise Malformed("the answer is not HTTP/1.1")
    headers: list[tuple[bytes, bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and headers:  # RFC 9112 section 5.2: a value that goes on
            name, value = headers.pop()
            headers.append((name, value + b" " + line.strip()))
            continue
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            raise Malformed("the head of the answer has a line that is no field")
        headers.append((name.lower(), value.strip(b" \t")))
    return int(status[2]), status[1] == b"0", headers
