"""Where cards begin and end in a stream of bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_DEPTH = 8  # cards inside cards (AGENT)
MAX_OPEN = 64_000_000  # bytes without an end: given away as they are, so that memory stays bounded
_MARK = re.compile(rb":[ \t]{0,4}[Vv][Cc][Aa][Rr][Dd][ \t]{0,4}(?=[\r\n]|\Z)")
_WORD = re.compile(rb"(?:\A|[\r\n])[ \t]{0,4}(BEGIN|END)[ \t]{0,4}\Z", re.IGNORECASE)
_AGENT = re.compile(
    rb"(?:\A|[\r\n])(?:[A-Z0-9-]{1,40}\.)?AGENT(?:;[^:\r\n]{0,200})?:[ \t]{0,4}\Z", re.IGNORECASE
)
_ALONE = re.compile(rb"BEGIN:VCARD\r?\n(?s:.*)\nEND:VCARD(?:\r?\n)?\Z")
_END = re.compile(rb"\r{0,2}\n|\r")
_BOM = b"\xef\xbb\xbf"
_WINDOW = 32  # bytes in front of a mark in which BEGIN or END must stand

Note = tuple[str, int, str]
"""Code, input line, sentence."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of input: `kind` is card, junk (text that is no card) or blank."""

    raw: bytes
    before: bytes
    after: bytes
    number: int
    kind: str = "card"
    notes: tuple[Note, ...] = ()


def count_lines(data: bytes) -> int:
    """Line ends in `data`: LF, CR LF, CR CR LF, or CR alone."""
    if b"\r" not in data:
        return data.count(b"\n")
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") - data.count(b"\r\r\n")


def alone(data: bytes) -> bool:
    """Whether `data` is one card from its first to its last byte, as servers send them."""
    return _ALONE.match(data) is not None and len(_MARK.findall(data)) == 2


class Scanner:
    """Cuts blocks of bytes into spans and holds one card at a time. Its spans, joined, are the input."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._position = 0  # scanned up to here
        self._begin = -1  # where the open card begins, -1 between cards
        self._start = 0  # where the gap or the open card with its gap begins
        self._depth = 0
        self._number = 1  # input line at `_start`
        self._notes: list[Note] = []
        self._cards = 0

    def feed(self, block: bytes) -> Iterator[Span]:
        """Spans that end inside this block."""
        self._data += block
        yield from self._scan(len(self._data) - 64)
        if len(self._data) > MAX_OPEN:
            yield from self._rest(final=False)

    def close(self) -> Iterator[Span]:
        """What is left: an unfinished card, or what followed the last one."""
        yield from self._scan(len(self._data))
        yield from self._rest(final=True)

    def _scan(self, limit: int) -> Iterator[Span]:
        while True:
            found = _MARK.search(self._data, self._position)
            if found is None or found.end() > limit:
                break
            self._position = found.end()
            word, at = self._word(found.start())
            if word and self._depth and self._folded(at):
                continue
            if word == b"BEGIN":
                yield from self._open(at)
            elif word == b"END" and self._depth:
                self._depth -= 1
                if self._depth == 0:
                    end = _END.match(self._data, self._position)
                    self._position = end.end() if end else self._position
                    yield self._cut(self._position)
        self._position = max(self._position, limit - 32)  # longer than any mark
        if self._start:
            del self._data[: self._start]
            self._position = max(0, self._position - self._start)
            self._begin, self._start = self._begin - self._start if self._begin >= 0 else -1, 0

    def _word(self, colon: int) -> tuple[bytes, int]:
        """BEGIN or END where it stands at the beginning of a line in front of the colon, and where."""
        low = max(self._start, colon - _WINDOW)
        window = bytes(self._data[low:colon])
        word = _WORD.search(window)
        if word is None:
            bare = window.removeprefix(_BOM).strip(b" \t").upper() if low == self._start else b""
            return (bare, colon - 5) if bare == b"BEGIN" else (b"", 0)
        if word.start() == 0 and low > self._start and window[:1] not in (b"\r", b"\n"):
            return b"", 0
        return word.group(1).upper(), low + word.start(1)

    def _folded(self, at: int) -> bool:
        """Whether the mark at `at` is the rest of a folded line of the open card: an indented one is, except in an AGENT."""
        return self._data[at - 1] in b" \t" and self._depth == 1 and not self._agent(at)

    def _agent(self, at: int) -> bool:
        """Whether what begins at `at` is the value of an AGENT."""
        before = bytes(self._data[max(self._begin, at - 256) : at]).rstrip(b" \t\r\n")
        return _AGENT.search(before) is not None

    def _open(self, at: int) -> Iterator[Span]:
        if self._depth:
            if self._agent(at):
                self._depth += 1
                if self._depth > MAX_DEPTH and not self._notes:
                    self._notes.append(
                        ("too-deep", self._line(at), f"cards inside cards, more than {MAX_DEPTH} deep")
                    )
                return
            self._notes.append(("no-end", self._line(self._begin), "the card does not end with END:VCARD"))
            yield self._cut(at)
        self._begin, self._depth = at, 1

    def _line(self, at: int) -> int:
        return self._number + count_lines(bytes(self._data[self._start : at]))

    def _cut(self, end: int) -> Span:
        """The open card up to `end`, with what stood in front of it."""
        before, raw = bytes(self._data[self._start : self._begin]), bytes(self._data[self._begin : end])
        number = self._number + count_lines(before)
        if before.strip(b"\r\n\t \0" + _BOM):
            self._notes.append(("junk", self._number, "text in front of the card was left out"))
        span = Span(raw, before, b"", number, "card", tuple(self._notes))
        self._cards += 1
        self._number = number + count_lines(raw)
        self._start, self._begin, self._depth, self._notes = end, -1, 0, []
        return span

    def _rest(self, final: bool) -> Iterator[Span]:
        rest = bytes(self._data[self._start :])
        if self._begin >= 0:
            whole = rest[-1:] in (b"\n", b"\r")
            text = "the card does not end with END:VCARD" if whole else "the card breaks off"
            self._notes.append(("no-end" if whole else "truncated", self._line(self._begin), text))
            yield self._cut(len(self._data))
        elif rest.strip(b"\r\n\t \0" + _BOM) and not self._cards:
            yield Span(rest, b"", b"", self._number, "junk")
            self._number += count_lines(rest)
        elif rest and final:
            yield Span(b"", b"", rest, self._number, "blank")
        self._data, self._position, self._begin, self._start = bytearray(), 0, -1, 0
