"""Cards as bytes and content lines (RFC 6350 section 3.3, RFC 2426 section 2.6, vCard 2.1 section 2.1).

The lexer is linear in the input, never raises on content and never follows anything a card names. A card that is not
touched is given back byte for byte. What is odd about a card becomes a `Diagnostic` on that card; no card costs another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kith.vcard.charset import Decoded, declared_charset, decode, quoted_printable, sniff_utf16
from kith.vcard.head import LONG_HEAD, Params, parse_head, parse_long_head, split_head
from kith.vcard.scan import Scanner, Span, alone
from kith.vcard.unfold import logical_lines, plain_lines

MAX_CARD = 20_000_000  # bytes; a picture of 12 megapixels in base64 needs about 8 million
MAX_LINES = 20_000  # content lines of one card


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What is odd: `code` decides the grade (`kith.vcard.grading`), `line` counts from 1 in the input (0: whole card)."""

    code: str
    line: int
    text: str


class Line:
    """One content line, unfolded.

    `raw`: its bytes with folds and line ends. `head`: the text before the colon as written. `group` as written or "".
    `name` upper-case ("" for a line that is not a property). `params` in order as (NAME, value), quotes removed; a bare
    parameter of vCard 2.1 (`TEL;HOME`) has the name "". `value`: the text after the colon, decoded (charset and
    quoted-printable), escapes untouched; it may hold line breaks where quoted-printable wrote them. `number` counts
    from 1 in the input.
    """

    __slots__ = ("coded", "encoded", "group", "head", "name", "number", "params", "raw", "value")

    def __init__(self, raw: bytes, number: int, head: str, value: str) -> None:
        self.raw, self.number, self.head, self.value = raw, number, head, value
        parsed = parse_head(head) if len(head) < LONG_HEAD else parse_long_head(head)
        self.group, self.name, self.params, self.coded = parsed
        self.encoded = False

    group: str
    name: str
    params: Params
    coded: bool
    """Whether a parameter names a charset or quoted-printable."""
    encoded: bool
    """Whether the value was quoted-printable."""

    def __repr__(self) -> str:
        return f"Line({self.number}, {self.head!r}, {self.value[:40]!r})"


class RawCard:
    """The bytes of one card and, on demand, its content lines.

    `raw` runs from BEGIN to END with the line end; `before` is what stood in front of it in the input (byte order
    mark, blank lines, junk), `after` what followed the last card: the three joined over all cards of an input are the
    input. `number` is the input line of BEGIN. `encoding` is utf-8 (or any 8-bit charset, line by line), utf-16-le or
    utf-16-be.
    """

    __slots__ = ("_found", "_lines", "after", "before", "encoding", "number", "odd", "raw", "span")

    def __init__(self, span: Span, encoding: str = "utf-8") -> None:
        self.span, self.encoding = span, encoding
        self.raw, self.before, self.after, self.number = span.raw, span.before, span.after, span.number
        self._lines: list[Line] | None = None
        self.odd = False  # whether a line is in another charset than UTF-8, or in quoted-printable
        self._found: list[Diagnostic] = []

    def __bytes__(self) -> bytes:
        return self.raw

    @property
    def lines(self) -> list[Line]:
        """All content lines in order, BEGIN and END included; lexed when first asked for."""
        if self._lines is None:
            self._lines = self._lex()
        return self._lines

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What splitting and lexing found."""
        _ = self.lines
        return self._found

    def physical(self) -> list[bytes]:
        """The bytes of the lines in order (UTF-8 where the card is UTF-16); blank lines go with the line above."""
        return [line.raw for line in self.lines]

    @property
    def size(self) -> int:
        return len(self.raw)

    def value(self, name: str) -> str:
        """The value of the first property of that upper-case name, "" where there is none."""
        return next((line.value.strip() for line in self.lines if line.name == name), "")

    def _note(self, code: str, line: int, text: str) -> None:
        self._found.append(Diagnostic(code, line, text))

    def _lex(self) -> list[Line]:
        for code, number, text in self.span.notes:
            self._note(code, number, text)
        if self.span.kind != "card":
            if self.span.kind == "junk" and not self._found:
                self._note("not-a-card", self.number, "this is not a vCard")
            return []
        if len(self.raw) > MAX_CARD:
            self._note("too-large", self.number, f"the card is larger than {MAX_CARD // 1_000_000} MB")
            return []
        data = self.raw if self.encoding == "utf-8" else self.raw.decode(self.encoding, "replace").encode()
        plain = plain_lines(data)
        return self._lex_lines(data) if plain is None else self._lex_plain(plain)

    def _lex_plain(self, plain: list[tuple[bytes, int, str]]) -> list[Line]:
        if len(plain) > MAX_LINES:
            return self._too_many()
        found = []
        for raw, number, text in plain:
            head, colon, value = text.partition(":")
            if colon and '"' not in head:
                found.append(Line(raw, self.number + number, head, value))
            elif line := self._line(raw, self.number + number, text.encode(), False):
                found.append(line)
        return found

    def _too_many(self) -> list[Line]:
        self._note("too-many-lines", self.number, f"the card has more than {MAX_LINES} lines")
        return []

    def _lex_lines(self, data: bytes) -> list[Line]:
        lines: list[Line] = []
        blanks: dict[int, list[bytes]] = {}
        for raw, number, body, soft in logical_lines(data, self.number):
            line = self._line(raw, number, body, soft)
            if line is not None:
                lines.append(line)
            elif lines:
                blanks.setdefault(len(lines) - 1, []).append(raw)
            if len(lines) > MAX_LINES:
                return self._too_many()
        for index, following in blanks.items():
            lines[index].raw += b"".join(following)
        return lines

    def _line(self, raw: bytes, number: int, body: bytes, soft: bool) -> Line | None:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return self._odd_line(raw, number, body, soft)
        head, value = split_head(text)
        if head is None:
            if not text or text.isspace():
                return None
            self._note("junk-line", number, "a line that is not a property was left as it is")
            return Line(raw, number, "", text)
        line = Line(raw, number, head, value)
        return self._odd_line(raw, number, body, soft) if soft or line.coded else line

    def _odd_line(self, raw: bytes, number: int, body: bytes, soft: bool) -> Line:
        """A line in another charset than UTF-8, or in quoted-printable."""
        self.odd = True
        head_text, value_text = split_head(body.decode("latin-1"))
        if head_text is None:
            self._note("junk-line", number, "a line that is not a property was left as it is")
            return Line(raw, number, "", decode(body, "").text)
        head = decode(head_text.encode("latin-1"), "").text
        line = Line(raw, number, head, "")
        content = value_text.encode("latin-1")
        if soft or any(value.upper() == "QUOTED-PRINTABLE" for _, value in line.params):
            content, line.encoded = quoted_printable(content), True
        told = declared_charset(line.params)
        found: Decoded = decode(content, told)
        line.value = found.text.replace("\r\n", "\n").replace("\r", "\n") if line.encoded else found.text
        if found.guessed:
            self._note(
                "charset", number, f"the line is not {told or 'UTF-8'}; it was read as {found.charset}"
            )
        return line


def split(data: bytes) -> list[RawCard]:
    """All cards of an input, in order; an input that is not empty and holds no card gives one that says so."""
    if alone(data):
        return [RawCard(Span(data, b"", b"", 1))]
    return list(_cards(Scanner(), (data,)))


def stream(file: BinaryIO) -> Iterator[RawCard]:
    """The cards of a binary file, one at a time; memory does not grow with the file (UTF-16 is read whole)."""

    def blocks() -> Iterator[bytes]:
        while block := file.read(262_144):
            yield block

    return _cards(Scanner(), blocks())


def _cards(scanner: Scanner, blocks: Iterator[bytes] | tuple[bytes, ...]) -> Iterator[RawCard]:
    source = iter(blocks)
    first = next(source, b"")
    encoding = sniff_utf16(first)
    if encoding:
        yield from _wide_cards(b"".join((first, *source)), encoding)
        return
    yield from map(RawCard, scanner.feed(first))
    for block in source:
        yield from map(RawCard, scanner.feed(block))
    yield from map(RawCard, scanner.close())


def _wide_cards(data: bytes, encoding: str) -> Iterator[RawCard]:
    text = data.decode(encoding, "replace")
    if text.encode(encoding, "replace") != data:
        broken = ("not-a-card", 1, "the text is broken UTF-16")
        yield RawCard(Span(data, b"", b"", 1, "junk", (broken,)), encoding)
        return
    scanner = Scanner()
    spans = [*scanner.feed(text.encode()), *scanner.close()]
    for span in spans:
        raw, before, after = (part.decode().encode(encoding) for part in (span.raw, span.before, span.after))
        yield RawCard(Span(raw, before, after, span.number, span.kind, span.notes), encoding)
