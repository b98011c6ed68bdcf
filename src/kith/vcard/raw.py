"""Cards as bytes and content lines (RFC 6350 section 3.3, RFC 2426 section 2.6, vCard 2.1 section 2.1).

The lexer is linear in the input, never raises on content and never follows anything a card names. A card that is not
touched is given back byte for byte. What is odd about a card becomes a `Diagnostic` on that card; no card costs another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from kith.vcard.charset import Decoded, declared_charset, decode, quoted_printable, sniff_utf16
from kith.vcard.head import Params, parse_head, split_head
from kith.vcard.scan import Scanner, Span

MAX_CARD = 20_000_000  # bytes; a picture of 12 megapixels in base64 needs about 8 million
MAX_LINES = 20_000  # content lines of one card
_BLANKS = (b"\r\n", b"\n", b"\r")
_KNOWN = (
    "N",
    "FN",
    "TEL",
    "EMAIL",
    "ADR",
    "ORG",
    "TITLE",
    "ROLE",
    "NOTE",
    "URL",
    "BDAY",
    "LABEL",
    "PHOTO",
    "REV",
    "UID",
    "END",
)


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

    __slots__ = ("encoded", "group", "head", "name", "number", "params", "raw", "value")

    def __init__(self, raw: bytes, number: int, head: str, value: str) -> None:
        self.raw, self.number, self.head, self.value = raw, number, head, value
        self.group, self.name, self.params = parse_head(head)
        self.encoded = False

    group: str
    name: str
    params: Params
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

    __slots__ = ("_found", "_lines", "_raws", "after", "before", "encoding", "number", "raw", "span")

    def __init__(self, span: Span, encoding: str = "utf-8") -> None:
        self.span, self.encoding = span, encoding
        self.raw, self.before, self.after, self.number = span.raw, span.before, span.after, span.number
        self._lines: list[Line] | None = None
        self._found: list[Diagnostic] = []
        self._raws: list[bytes] = []

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
        _ = self.lines
        return self._raws

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
        if self.span.kind == "blank":
            return []
        if self.span.kind != "card":
            if not self._found:
                self._note("not-a-card", self.number, "this is not a vCard")
            return []
        if len(self.raw) > MAX_CARD:
            self._note("too-large", self.number, f"the card is larger than {MAX_CARD // 1_000_000} MB")
            return []
        data = self.raw if self.encoding == "utf-8" else self.raw.decode(self.encoding, "replace").encode()
        lines: list[Line] = []
        raws: list[list[bytes]] = []
        for raw, number, body, soft in logical_lines(data, self.number):
            if len(lines) >= MAX_LINES:
                self._note("too-many-lines", number, f"the card has more than {MAX_LINES} lines")
                return []
            line = self._line(raw, number, body, soft)
            if line is not None:
                lines.append(line)
                raws.append([raw])
            elif raws:
                raws[-1].append(raw)
        self._raws = [b"".join(parts) for parts in raws]
        return lines

    def _line(self, raw: bytes, number: int, body: bytes, soft: bool) -> Line | None:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return self._odd_line(raw, number, body, soft)
        if not text or text.isspace():
            return None if not raw.strip() else Line(raw, number, "", text)
        head, value = split_head(text)
        if head is None:
            self._note("junk-line", number, "a line that is not a property was left as it is")
            return Line(raw, number, "", text)
        if ";" in head and (soft or "CHARSET" in head.upper() or "QUOTED" in head.upper()):
            return self._odd_line(raw, number, body, soft)
        return Line(raw, number, head, value)

    def _odd_line(self, raw: bytes, number: int, body: bytes, soft: bool) -> Line:
        """A line in another charset than UTF-8, or in quoted-printable."""
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


def _is_base64(first: bytes) -> bool:
    head = first.partition(b":")[0].upper()
    return b"BASE64" in head or b"ENCODING=B" in head


def _continues(first: bytes, following: bytes) -> bool:
    """Whether an unindented line belongs to the base64 value above it."""
    return b":" not in following and b";" not in following and bool(following.strip()) and _is_base64(first)


def _new_property(line: bytes) -> bool:
    name = line.partition(b":")[0].partition(b";")[0].strip().decode("latin-1")
    return b":" in line and name in _KNOWN


def logical_lines(data: bytes, number: int) -> Iterator[tuple[bytes, int, bytes, bool]]:
    """Yield (raw bytes, number of the first physical line, unfolded bytes, whether quoted-printable was joined)."""
    physical = data.splitlines(keepends=True)  # of bytes: CR, LF, CR LF only
    if b"\r\r\n" in data:
        physical = _joined_returns(physical)
    special = data.upper()
    quoted, base64 = b"QUOTED-PRINTABLE" in special, b"ENCODING=B" in special or b"BASE64" in special
    nested = b"AGENT" in special
    count, index = len(physical), 0
    while index < count:
        first, end = physical[index], index + 1
        while end < count and physical[end][0] in (32, 9):
            end += 1
        if quoted and b"QUOTED-PRINTABLE" in first.partition(b":")[0].upper():
            end = _soft_end(physical, index)
            raw, body = b"".join(physical[index:end]), _soft_join(physical[index:end])
            yield raw, number + index, body, True
            index = end
            continue
        if base64 and end < count and _is_base64(first):
            end = _base64_end(physical, index, end)
        if nested and end < count and first[:6].upper().startswith(b"AGENT") and is_agent(first):
            end = _agent_end(physical, end)
            yield b"".join(physical[index:end]), number + index, _agent_text(physical[index:end]), False
            index = end
            continue
        if end == index + 1:
            yield first, number + index, first.rstrip(b"\r\n"), False
        else:
            rest = [line.rstrip(b"\r\n") for line in physical[index + 1 : end]]
            body = first.rstrip(b"\r\n") + b"".join(
                [line[1:] if line[:1] in (b" ", b"\t") else line for line in rest]
            )
            yield b"".join(physical[index:end]), number + index, body, False
        index = end


def _joined_returns(physical: list[bytes]) -> list[bytes]:
    """CR CR LF is one line end (seen in an export of a phone)."""
    joined: list[bytes] = []
    for line in physical:
        if line == b"\r\n" and joined and joined[-1].endswith(b"\r"):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _soft_end(physical: list[bytes], index: int) -> int:
    """The end of a quoted-printable value: soft line breaks and folds are followed."""
    end, count = index + 1, len(physical)
    while end < count:
        following = physical[end]
        soft = physical[end - 1].rstrip(b"\r\n").endswith(b"=")
        if following[0] not in (32, 9) and (not soft or _new_property(following)):
            break
        end += 1
    return end


def _soft_join(physical: list[bytes]) -> bytes:
    rest = [line.rstrip(b"\r\n") for line in physical[1:]]
    indented = [line for line in rest if line[:1] in (b" ", b"\t")]
    # A space after a soft break is text, unless every continuation has one: then it is a fold.
    folds = len(indented) == len(rest) and (len(rest) > 1 or (rest[:1] and rest[0][1:2] == b"="))
    lines = [physical[0].rstrip(b"\r\n"), *(line[1:] if folds else line for line in rest)]
    soft = [line[:-1] if line.endswith(b"=") else line for line in lines]
    return b"".join(soft)


def _base64_end(physical: list[bytes], index: int, end: int) -> int:
    """Unindented base64 lines, and blank lines between indented ones."""
    first, count = physical[index], len(physical)
    while end < count:
        blank = physical[end] in _BLANKS and end + 1 < count and physical[end + 1][0] in (32, 9)
        if not blank and physical[end][0] not in (32, 9) and not _continues(first, physical[end]):
            break
        end += 1
    return end


def is_agent(line: bytes) -> bool:
    """Whether a line announces a card inside the card (`AGENT:` with nothing after it)."""
    head, colon, value = line.partition(b":")
    return bool(colon) and head.upper().startswith(b"AGENT") and not value.strip()


def _agent_end(physical: list[bytes], end: int) -> int:
    depth, index = 0, end
    while index < len(physical):
        bare = physical[index].strip().upper()
        if bare == b"BEGIN:VCARD":
            depth += 1
        elif bare == b"END:VCARD":
            depth -= 1
            if depth == 0:
                return index + 1
        elif bare and depth == 0:
            return end
        index += 1
    return end


def _agent_text(physical: list[bytes]) -> bytes:
    """The inner card in the one-line form of RFC 2426 section 3.5.4."""
    inner = b"\\n".join(line.rstrip(b"\r\n").replace(b"\\", b"\\\\") for line in physical[1:] if line.strip())
    return physical[0].rstrip(b"\r\n") + inner


def split(data: bytes) -> list[RawCard]:
    """All cards of an input, in order; an input that is not empty and holds no card gives one that says so."""
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
