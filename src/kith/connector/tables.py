"""Delimited text as people get it: any common encoding, delimiter and preamble, read whole and within limits."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, Protocol, TextIO

from kith.connector.errors import BadSource
from kith.model.contact import Contact, Organization, PostalAddress, Text

TABLE_BYTES = 128 * 1024 * 1024
LINE_CHARS = 1024 * 1024
"""A physical line; a table with a million columns, or a cell that fills memory, stops here."""
COLUMNS = 2_000
CELLS = 5_000_000
LINES = 1_000_000
SCAN = 10
"""Records at the top among which the header row is sought: LinkedIn and others put notes before it."""

Row = Sequence[str]
WINDOW = 65_536
"""Half of what the csv module takes as one cell (131 072 characters): a cell that is too long covers a whole window."""

DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HTML = re.compile(
    rb"\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body|table)\b", re.IGNORECASE | re.DOTALL
)
_AGAIN = "export the file again; nothing of it was used"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: `header` as written, `rows` with exactly as many cells as the header; empty rows are left out.

    `line` is the line of the header, counted from 1. `warnings` are sentences for the user; `late` are those that come up
    while `rows` are taken.
    """

    header: tuple[str, ...]
    rows: Iterable[Row]
    line: int
    encoding: str
    delimiter: str
    warnings: tuple[str, ...] = ()
    late: list[str] = field(default_factory=list)


def plain_header(text: str) -> str:
    """A column title for comparing: case, punctuation and composition removed (`E-mail 2: Adresse` -> `email2adresse`)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def is_html(data: bytes) -> bool:
    """Whether bytes begin as a web page does."""
    return bool(_HTML.match(data[:4096].removeprefix(codecs.BOM_UTF8)))


def as_utf8(data: bytes, where: str) -> tuple[bytes, str, tuple[str, ...]]:
    """(the text as UTF-8, its encoding, warnings): byte order mark, else strict UTF-8, else Windows-1252, line by line
    where a file mixes the two. Raises BadSource where it is not text."""
    name, text = "utf-8", data
    warnings: tuple[str, ...] = ()
    mark = next((mark for mark, _ in _MARKS if data.startswith(mark)), b"")
    if mark:
        name, text = dict(_MARKS)[mark], data[len(mark) :]
    if name != "utf-8":
        text = text.decode(name, "replace").encode()
    elif not _is_utf8(text):
        name, (text, warnings) = "cp1252", _by_line(text, where)
    if b"\0" in text:
        raise BadSource(f"{where} is not a text file (it contains zero bytes)", _AGAIN)
    return text, name, warnings


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), WINDOW):
            decoder.decode(data[at : at + WINDOW])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _by_line(data: bytes, where: str) -> tuple[bytes, tuple[str, ...]]:
    lines: list[bytes] = []
    unicode_lines = windows_lines = 0
    for line in data.splitlines(keepends=True):
        if _is_utf8(line):
            lines.append(line)
            unicode_lines += not line.isascii()
        else:
            lines.append(line.decode("cp1252", "replace").encode())
            windows_lines += 1
    warnings: tuple[str, ...] = ()
    if unicode_lines:
        warnings = (
            f"{where}: {windows_lines} lines are Windows-1252 among {unicode_lines} of UTF-8; "
            "each was read in its own encoding: check their umlauts",
        )
    return b"".join(lines), warnings


def _lines(text: bytes) -> TextIO:
    """UTF-8 as lines, decoded while they are taken: a table is never held twice."""
    return io.TextIOWrapper(io.BytesIO(text), "utf-8", "replace", newline="")


def read_table(
    data: bytes,
    where: str,
    score: Callable[[Sequence[str]], int],
    delimiter: str = "",
    extent: Literal["whole", "once", "beginning"] = "whole",
) -> Table | None:
    """Read a table, or None where no row at the top is a header.

    `score` tells how many known columns a row names (0: it is no header); the best (row, delimiter) wins. `where` names
    the file in messages. `extent`: "whole" gives rows that can be gone through again and again, "once" an iterator over
    a table that was checked just as well, "beginning" is for the first bytes of a file, whose end is not judged. Raises
    BadSource for web pages, binary files, tables beyond the limits and files that are cut off.
    """
    if len(data) > TABLE_BYTES:
        raise BadSource(f"{where} is {len(data) >> 20} MB large", "check that it is the right file")
    if is_html(data):
        raise BadSource(f"{where} is a web page, not a table", "choose CSV as the format when you export")
    text, encoding, warnings = as_utf8(data, where)
    found = _header(text, where, score, delimiter)
    if found is None:
        return None
    delimiter, index = found
    _refuse_monsters(text, where, delimiter)
    header, reader = _opened(text, where, delimiter, index)
    titles, line, late = tuple(cell.strip() for cell in header), reader.line_num, list[str]()
    rows = _evened(reader, len(header), where, late)
    if extent == "once" and _is_sound(text):
        return Table(titles, rows, line, encoding, delimiter, warnings, late)
    held = list(rows)
    if extent != "beginning":
        _refuse_cut_off(text, where, delimiter, index)
    return Table(titles, held, line, encoding, delimiter, warnings + tuple(late))


def _is_sound(text: bytes) -> bool:
    """Whether a look at the text alone tells that it is not cut off and that no cell is too long: it ends with a line and
    outside quotes, and every window has a line end and, where there are quotes, more of them than the doubled ones inside
    a single cell. "No" means only that the table must be parsed to the end before anything of it is used."""
    quotes = text.count(b'"')
    if not text.endswith(b"\n") or quotes % 2:
        return False
    for at in range(0, len(text) - WINDOW, WINDOW):
        window = (at, at + WINDOW)
        if text.find(b"\n", *window) < 0:
            return False
        if quotes and text.count(b'"', *window) - 2 * text.count(b'""', *window) <= 2:
            return False
    return True


def _refuse_monsters(text: bytes, where: str, delimiter: str) -> None:
    """Refuse, before any parsing, what would fill memory: lines of LINE_CHARS, millions of cells."""
    half = LINE_CHARS // 2
    windows = range(0, len(text) - half, half)
    if any(text.find(b"\n", at, at + half) < 0 for at in windows):  # a line may be too long: look closely
        for number, line in enumerate(_lines(text), 1):
            if len(line) > LINE_CHARS:
                raise BadSource(
                    f"{where}: line {number} is {len(line)} characters long", "this is not a list of contacts"
                )
    for counted, limit, word in ((delimiter.encode(), CELLS, "cells"), (b"\n", LINES, "lines")):
        if len(text) > limit and text.count(counted) > limit:
            raise BadSource(f"{where} has more than {limit} {word}", "this is not a list of contacts")


def _header(
    text: bytes, where: str, score: Callable[[Sequence[str]], int], delimiter: str
) -> tuple[str, int] | None:
    head = text[: LINE_CHARS // 2]
    best: tuple[int, str, int] = (0, "", 0)
    for candidate in (delimiter,) if delimiter else DELIMITERS:
        try:
            for index, row in enumerate(islice(csv.reader(_lines(head), delimiter=candidate), SCAN)):
                if len(row) > COLUMNS:
                    raise BadSource(
                        f"{where} has {len(row)} columns or more", "this is not a list of contacts"
                    )
                points = score(row)
                if points > best[0]:
                    best = (points, candidate, index)
        except csv.Error:  # too long a cell under this delimiter; the right one will tell where
            continue
    return (best[1], best[2]) if best[0] else None


class _Reader(Protocol):
    """What csv.reader gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


def _opened(text: bytes, where: str, delimiter: str, index: int) -> tuple[list[str], _Reader]:
    """The header, and the reader that stands behind it."""
    reader = csv.reader(_lines(text), delimiter=delimiter)
    try:
        return next(islice(reader, index, None)), reader
    except csv.Error as error:
        raise _unreadable(where, reader, error) from error


def _evened(reader: _Reader, width: int, where: str, late: list[str]) -> Iterator[Row]:
    """The rows with exactly `width` cells, empty rows left out."""
    odd = 0
    try:
        for row in reader:
            if len(row) == width:
                yield row
            elif row:
                odd += any(row[width:])
                yield (row + [""] * width)[:width]
    except csv.Error as error:
        raise _unreadable(where, reader, error) from error
    if odd:
        late.append(f"{where}: {odd} rows have more cells than the header; what is beyond it was not used")


def _unreadable(where: str, reader: _Reader, error: csv.Error) -> BadSource:
    return BadSource(f"{where}: line {reader.line_num} cannot be read ({error})", _AGAIN)


def _refuse_cut_off(text: bytes, where: str, delimiter: str, index: int) -> None:
    """A file that ends inside quotes or inside its last row is a broken download, not a shorter list."""
    if text.count(b'"') % 2:
        try:
            for _ in csv.reader(_lines(text), delimiter=delimiter, strict=True):
                pass
        except csv.Error as error:
            if "end of data" in str(error):
                raise BadSource(f"{where} is cut off inside a quoted cell", _AGAIN) from error
    if text.endswith((b"\n", b"\r")):
        return
    lengths = [len(row) for row in csv.reader(_lines(text), delimiter=delimiter)]
    width, rows = lengths[index], [length for length in lengths[index + 1 :] if length]
    if rows and rows[-1] < width <= min(rows[:-1], default=0):
        raise BadSource(f"{where} is cut off in its last row", _AGAIN)


_ONCE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,"
    "Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels"
)
_REPEATED = {
    "emails": ("E-mail", ("Label", "Value")),
    "phones": ("Phone", ("Label", "Value")),
    "addresses": (
        "Address",
        (
            *("Label", "Formatted", "Street", "City", "PO Box"),
            *("Region", "Postal Code", "Country", "Extended Address"),
        ),
    ),
    "websites": ("Website", ("Label", "Value")),
    "dates": ("Event", ("Label", "Value")),
    "relations": ("Relation", ("Label", "Value")),
    "custom": ("Custom Field", ("Label", "Value")),
}
_LABELS = {
    ("cell",): "Mobile",
    ("cell", "work"): "Work Mobile",
    ("fax", "home"): "Home Fax",
    ("fax", "work"): "Work Fax",
    ("fax",): "Home Fax",
}
_PHONE = re.compile(r"\+[\d\s()/.,;*#-]+")


def write_contacts(contacts: Sequence[Contact], file: TextIO) -> None:
    """Write contacts as a table in the layout that Google Contacts reads and writes since 2024 (UTF-8, commas).

    Cells that a spreadsheet would run as a formula get an apostrophe in front; phone numbers such as +49 ... do not, so
    that they can be imported. Open `file` with newline="". Pictures and what the layout has no column for are left out.
    """
    groups = {
        name: max((len(_values(name, contact)) for contact in contacts), default=0) for name in _REPEATED
    }
    header = _ONCE.split(",")
    for name, count in groups.items():
        word, parts = _REPEATED[name]
        header += [f"{word} {number} - {part}" for number in range(1, count + 1) for part in parts]
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    for contact in contacts:
        row = _once(contact)
        for name, count in groups.items():
            values = _values(name, contact)
            blank = ("",) * len(_REPEATED[name][1])
            row += [
                cell
                for number in range(count)
                for cell in (values[number] if number < len(values) else blank)
            ]
        writer.writerow(map(harmless, row))


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and cell and not _PHONE.fullmatch(cell):
        return f"'{cell}"
    return cell


def _once(contact: Contact) -> list[str]:
    name, phonetic = contact.name, contact.phonetic
    job = contact.organizations[0] if contact.organizations else Organization()
    birthday = contact.birthday.value if contact.birthday else ""
    named = bool(name) or contact.full_name in ("", job.name)
    return [
        " ".join(name.given) if named else contact.full_name,
        *(" ".join(parts) for parts in (name.additional, name.family)),
        *(" ".join(parts) for parts in (phonetic.given, phonetic.additional, phonetic.family)),
        *(" ".join(parts) for parts in (name.prefix, name.suffix)),
        "; ".join(nickname.value for nickname in contact.nicknames),
        contact.sort_as,
        job.name,
        job.title,
        ", ".join(job.units),
        f" {birthday}" if birthday.startswith("--") else birthday,
        "\n".join(note.value for note in contact.notes),
        contact.photo.uri if contact.photo else "",
        " ::: ".join([*contact.groups, "* myContacts"]),
    ]


def _values(name: str, contact: Contact) -> Sequence[tuple[str, ...]]:
    if name == "addresses":
        return [_address(address) for address in contact.addresses]
    if name == "websites":
        pages = [(_label(url), url.value) for url in contact.urls]
        return pages + [(profile.service, profile.url) for profile in contact.profiles if profile.url]
    if name == "custom":
        jobs = [
            ("Organization", ", ".join(filter(None, (job.name, job.title))))
            for job in contact.organizations[1:]
        ]
        handles = [("IM", handle.value) for handle in contact.handles]
        born = [("Maiden Name", contact.maiden_name)] if contact.maiden_name else []
        return jobs + handles + born
    return [(_label(value), value.value) for value in getattr(contact, name)]


def _address(address: PostalAddress) -> tuple[str, ...]:
    parts = (address.street, address.locality, address.po_box, address.region, address.postal_code)
    return (
        _label(address),
        address.text,
        *(" ".join(part) for part in (*parts, address.country, address.extended)),
    )


def _label(value: Text | PostalAddress) -> str:
    """Google's word for types, or the owner's own; a star in front marks the first choice."""
    kinds = tuple(kind for kind in value.types if kind in ("cell", "home", "work", "fax", "pager"))
    word = value.label or _LABELS.get(kinds) or " ".join(kinds or value.types).title() or "Other"
    return f"* {word}" if value.pref == 1 else word
