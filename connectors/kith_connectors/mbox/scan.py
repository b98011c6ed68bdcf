"""Header blocks out of an mbox stream, without looking at bodies. RFC 4155 and the dialects beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

CHUNK = 1 << 20
LONGEST_HEADER = 1 << 18
"""A header block is cut here; a message whose headers are longer is no ordinary mail."""

_LOOKAHEAD = 1200
_SEPARATOR = b"\nFrom "
_DATED = re.compile(rb"From (?=[^\n]*\d:\d\d)(?=[^\n]*\b(?:19|20)\d\d\b)[^\n]*\n")
_BARE = re.compile(rb"From (?:-[^\n]*)?\r?\n")
_BEGINS_HEADER = re.compile(rb"[!-9;-~]{1,120}[ \t]*:|>?From |\r?\n|$")


class Readable(Protocol):
    """A binary stream."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Block:
    """One message's headers, `offset` bytes into the file; not `complete` where the file ends inside them."""

    offset: int
    headers: bytes
    complete: bool = True


def begins_like_mbox(start: bytes) -> bool:
    """Whether the first bytes of a file are those of an mbox: a `From ` line and a header after it."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return _is_separator(text, 0)


def blocks(stream: Readable, offset: int = 0) -> Iterator[Block]:
    """The messages of a stream that stands at a `From ` line, `offset` bytes into its file.

    Memory is flat: one chunk, plus one header block. A line `From ` inside a body counts as a separator only when it
    carries a date, or is bare after an empty line, and something like a header follows: other programs' unquoted
    `From here on ...` is text.
    """
    window = _Window(stream, offset)
    start = window.first()
    while start >= 0:
        end, complete = window.header_end(start)
        yield Block(window.base + start, window.data[start:end], complete)
        start = window.next_message(end)


class _Window:
    """The part of the stream that is in memory: `data`, which begins `base` bytes into the file."""

    def __init__(self, stream: Readable, offset: int) -> None:
        self.stream, self.base, self.data, self.ended = stream, offset, b"", False

    def first(self) -> int:
        """Where the first message begins, -1 where the stream holds none."""
        while not self.ended and len(self.data) < _LOOKAHEAD:
            self._advance(0)
        start = len(self.data) - len(self.data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
        return start if _is_separator(self.data[start : start + _LOOKAHEAD], 0) else -1

    def header_end(self, start: int) -> tuple[int, bool]:
        """Where the headers of the message at `start` end, and whether their end was seen."""
        while True:
            blank = self._blank(start)
            if blank >= 0 or self.ended or len(self.data) - start > LONGEST_HEADER:
                break
            self._advance(start, forget=False)
        limit = blank + 1 if blank >= 0 else min(len(self.data), start + LONGEST_HEADER)
        cut = self.data.find(_SEPARATOR, start, limit)
        while cut >= 0:  # a message without a body and without the empty line
            if _is_separator(self.data, cut + 1):
                return cut + 1, True
            cut = self.data.find(_SEPARATOR, cut + 1, limit)
        return limit, blank >= 0 or not self.ended

    def _blank(self, start: int) -> int:
        """Where the first empty line after `start` begins (at the line end before it), -1 where there is none."""
        found = self.data.find(b"\n\n", start)
        crlf = self.data.find(b"\n\r\n", start, found if found >= 0 else len(self.data))
        return crlf if crlf >= 0 else found

    def next_message(self, position: int) -> int:
        """Where the next message begins at or after `position`, -1 at the end of the stream."""
        position = max(0, position - 1)
        while True:
            found = self.data.find(_SEPARATOR, position)
            if found < 0:
                if self.ended:
                    return -1
                position = self._advance(len(self.data) - len(_SEPARATOR) - 1)
            elif not self.ended and len(self.data) - found <= _LOOKAHEAD:
                position = self._advance(found)  # the lines that decide may be cut off
            elif _is_separator(self.data, found + 1):
                return found + 1
            else:
                position = found + 1

    def _advance(self, keep: int, forget: bool = True) -> int:
        """Read on; what lies more than two bytes before `keep` may be forgotten. Returns where `keep` is now."""
        start = max(0, keep - 2) if forget else 0
        chunk = self.stream.read(CHUNK)
        self.ended = not chunk
        self.data = self.data[start:] + chunk
        self.base += start
        return max(0, keep) - start


def _is_separator(data: bytes, start: int) -> bool:
    line = _DATED.match(data, start, start + 400)
    if line is None:
        line = _BARE.match(data, start, start + 400)
        if line is None or not (start == 0 or data[max(0, start - 2) : start] in (b"\n\n", b"\r\n")):
            return False
    return bool(_BEGINS_HEADER.match(data, line.end(), line.end() + 200))
