"""The heads of requests and answers (RFC 9112 sections 3 to 6). http.client's own way leads through a check of every line
apart and the parser of e-mails, which take half of all the time that a small request takes."""

import re
from collections.abc import Mapping
from http.client import BadStatusLine, HTTPException, HTTPResponse, LineTooLong, RemoteDisconnected
from socket import socket

LONGEST = 65536
"""Bytes of the longest line of a head."""

MOST = 100
"""Lines of a head."""

_BODILESS = (204, 304)
_NO_TARGET = re.compile(r"[\x00- \x7f]")


def request_head(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """The first lines of a request. Raises ValueError for what would be read as more lines than these, or as another target."""
    if not target.isascii() or _NO_TARGET.search(target):
        raise ValueError("the address has characters in it that no address has")
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    text = "".join(lines)
    if not text.count("\r") == text.count("\n") == len(lines) or "\0" in text:
        raise ValueError("a header has a line break in it")
    return f"{method} {target} HTTP/1.1\r\n{text}\r\n".encode()


class Fields(dict[str, str]):
    """The header fields of an answer: {name in lower case: value}, the first one where several are told."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        super().__init__(reversed(rows))
        self._rows = rows

    def all(self, name: str) -> list[str]:
        """Every value of a field, in order; `name` in lower case."""
        return [value for one, value in self._rows if one == name]


class Response(HTTPResponse):
    """http.client's answer to a request; `fields` is its head.

    `begin` raises HTTPException where an answer could be misread (section 6.3): two lengths, other codings, an interim
    answer as the last word, a head that ends in the middle.
    """

    fields: Fields

    def __init__(self, sock: socket, method: str) -> None:
        super().__init__(sock, method=method)
        self._to_head = method == "HEAD"

    def begin(self) -> None:
        """Read the head."""
        status = self._status()
        while status == 100:
            self._fields()
            status = self._status()
        if status < 200:
            raise HTTPException("the server changed to a protocol that nobody asked for")
        fields = self.fields = self._fields()
        self.status = status
        coding, lengths = fields.get("transfer-encoding"), fields.all("content-length")
        if coding is not None and coding.lower() != "chunked":
            raise HTTPException("the answer is encoded in a way that nobody asked for")
        if len(set(lengths)) > 1 or not all(text.isdigit() for text in lengths):
            raise HTTPException("the answer does not say clearly how long it is")
        self.chunked, self.chunk_left = coding is not None, None
        self.length = int(lengths[0]) if lengths and not self.chunked else None
        if status in _BODILESS or self._to_head:
            self.length = 0
        self.will_close = self._closes(fields) or (self.length is None and not self.chunked)

    def _closes(self, fields: Fields) -> bool:
        wish = fields.get("connection", "").lower()
        return "close" in wish if self.version == 11 else "keep-alive" not in wish

    def _status(self) -> int:
        line = self._line()
        if not line:
            raise RemoteDisconnected("Remote end closed connection without response")
        version, code, *_ = *line.split(None, 2), b"", b""
        if not version.startswith(b"HTTP/1.") or len(code) != 3 or not code.isdigit() or code < b"100":
            raise BadStatusLine(line.decode("latin-1"))
        self.version = 10 if version == b"HTTP/1.0" else 11
        return int(code)

    def _fields(self) -> Fields:
        rows: list[tuple[str, str]] = []
        for _ in range(MOST):
            line = self._line()
            if line in (b"\r\n", b"\n"):
                return Fields(rows)
            if not line:
                raise HTTPException("the answer ends in the middle of its head")
            if line[0] in b" \t":  # goes on with the line before
                if rows:
                    name, value = rows[-1]
                    rows[-1] = name, f"{value} {_text(line)}".strip()
                continue
            label, colon, told = line.partition(b":")
            if colon:
                rows.append((_text(label).lower(), _text(told)))
        raise HTTPException(f"got more than {MOST} headers")

    def _line(self) -> bytes:
        line = self.fp.readline(LONGEST + 1)
        if len(line) > LONGEST:
            raise LineTooLong("header line")
        return line


def _text(piece: bytes) -> str:
    return piece.decode("utf-8", "replace").strip()
