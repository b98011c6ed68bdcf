"""Card -> `SourceRecord`: the contact, the raw bytes, the pictures, and what is wrong with it."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from kith.model.contact import Contact, Name
from kith.model.fields import FIELDS
from kith.model.record import RecordKey, SourceRecord
from kith.vcard.claims import claims
from kith.vcard.grading import QUARANTINED, Problem, grade, sentences
from kith.vcard.raw import MAX_CARD, Line, RawCard, split
from kith.vcard.reading import Claim, Reading, version_of
from kith.vcard.scan import Span
from kith.vcard.text import clean

_CONTROLS = bytes(code for code in (*range(32), 127) if code not in (9, 10, 13))
_CONTROL = re.compile(rb"\xc2[\x80-\x9f]|\xef\xbf[\xbe\xbf]")
_MANY = frozenset(row.name for row in FIELDS if row.many)
_CONTROL_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_FRAME = frozenset({"", "BEGIN", "END", "VERSION", "PRODID", "REV", "UID"})


class Interpreted(NamedTuple):
    """A card with its claims; `contact` is their sum."""

    card: RawCard
    version: str
    contact: Contact
    claims: list[Claim]
    media: dict[str, bytes]
    problems: list[tuple[str, int, str]]


def as_card(card: RawCard | bytes) -> RawCard:
    """The (first) card of some bytes."""
    if isinstance(card, RawCard):
        return card
    found = split(card)
    return found[0] if found else RawCard(Span(card, b"", b"", 1, "junk"))


def interpret(card: RawCard) -> Interpreted:
    """Read every line of a card."""
    lines = card.lines
    version = version_of(card)
    reading = Reading(lines, version)
    if card.odd or _has_controls(card.raw):
        reading.lines = [_printable(line, reading) for line in lines]
    found = claims(reading)
    values: dict[str, Any] = {}
    for name, value, _ in found:
        if name in _MANY:
            values.setdefault(name, []).append(value)
        elif value is not None:
            values[name] = value
    for name, value in values.items():
        if name in _MANY:
            values[name] = tuple(value)
    names = {line.name: line for line in reversed(lines)}
    for field, name in (("revised", "REV"), ("product", "PRODID")):
        if name in names:
            values[field] = names[name].value.strip()
    problems = [(found.code, found.line, found.text) for found in card.diagnostics] + reading.problems
    contact = _completed(values, names, card.number, version, problems)
    return Interpreted(card, version, contact, found, reading.media, problems)


def _has_controls(data: bytes) -> bool:
    if len(data) > MAX_CARD:
        return False
    if len(data.translate(None, _CONTROLS)) != len(data):
        return True
    return _CONTROL.search(data) is not None if b"\xc2" in data or b"\xef" in data else False


def _printable(line: Line, reading: Reading) -> Line:
    if _CONTROL_TEXT.search(line.value) or _CONTROL_TEXT.search(line.head):
        reading.problems.append(("control", line.number, "control characters were left out"))
    elif "\x85" not in line.value:
        return line
    copy = Line(line.raw, line.number, clean(line.head), clean(line.value))
    copy.encoded = line.encoded
    return copy


def _completed(
    values: dict[str, Any], names: dict[str, Line], number: int, version: str, problems: list[Problem]
) -> Contact:
    """The contact. FN is made from N and the reverse, for matching; the card itself stays without."""
    if names.keys() <= _FRAME:
        if not any(code in QUARANTINED for code, _, _ in problems):
            problems.append(("empty", number, "the card says nothing"))
        return Contact(**values)
    if "VERSION" not in names:
        text = f"the card does not state its version; it was read as {version}"
        problems.append(("no-version", number, text))
    if values.get("kind") == "group" and values.get("name") == Name((values.get("full_name", ""),)):
        del values["name"]  # Apple repeats the name of a list in N
    if "full_name" not in values:
        if version != "2.1":
            text = "the card has no full name (FN); it was made from the other fields"
            problems.append(("no-fn", number, text))
        values["full_name"] = derived_full_name(Contact(**values))
    elif "N" not in names and "kind" not in values and version != "4.0":
        problems.append(("no-n", number, "the card has no name (N); it was made from the full name"))
        values["name"] = _derived_name(values["full_name"])
    return Contact(**values)


def derived_full_name(contact: Contact) -> str:
    """What to call somebody whose card has no FN: name, firm, nickname, e-mail address, number."""
    name = contact.name
    parts = (*name.prefix, *name.given, *name.additional, *name.family, *name.suffix)
    if parts:
        return " ".join(parts)
    for organization in contact.organizations:
        if organization.name:
            return organization.name
    for texts in (contact.nicknames, contact.emails, contact.phones):
        for text in texts:
            return text.value
    return ""


def _derived_name(full_name: str) -> Name:
    """The last word is the family name: a guess, good enough to find the same person elsewhere."""
    *given, family = full_name.split() or [""]
    if not given:
        return Name(given=(family,)) if family else Name()
    return Name(family=(family,), given=(" ".join(given),))


def read(
    card: RawCard | bytes, key: RecordKey, revision: str = "", region: str = "", modified: float = 0.0
) -> SourceRecord:
    """Read one card. Never raises on content: what cannot be read is graded `quarantine`, with the reason.

    `region` is the account's country; numbers are kept as written and `kith.normalize` reads them with it, so it changes
    nothing here. `modified`: epoch seconds that the server states. No address that a card names is opened.
    """
    del region
    found = interpret(as_card(card))
    return SourceRecord(
        key,
        revision,
        found.contact,
        found.card.raw or bytes(card),
        found.media,
        modified,
        grade(found.problems),
        sentences(found.contact, key, found.problems),
    )


def read_all(
    data: bytes | Iterable[RawCard], account: str, book: str = "", revision: str = ""
) -> Iterator[SourceRecord]:
    """Read all cards of a file, one at a time. The remote id of a card is its UID, else a digest of its bytes; a second
    card with the same id gets "#2" and a problem."""
    seen: dict[str, int] = {}
    for card in split(data) if isinstance(data, bytes) else data:
        if card.span.kind == "blank":
            continue
        own = card.value("UID") or hashlib.sha256(card.raw).hexdigest()[:32]
        seen[own] = seen.get(own, 0) + 1
        twice = seen[own] > 1
        record = read(card, RecordKey(account, book, f"{own}#{seen[own]}" if twice else own), revision)
        if twice:
            text = f"{record.key}, line {card.number}: another card of this input has the same UID"
            better = "repair" if record.grade == "accept" else record.grade
            record = replace(record, grade=better, problems=(*record.problems, text))
        yield record
