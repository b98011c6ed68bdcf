"""Rows of the export as contacts."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from urllib.parse import unquote
from zlib import crc32

from kith.connector.drafts import quick
from kith.connector.tables import Row, Table, plain_header
from kith.connector.written_dates import iso_date
from kith.model.contact import Contact, Email, Extra, Name, Organization, Phone, Profile, Text
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.linkedin.names import split_name

CONNECTED_ON = "X-LINKEDIN-CONNECTED-ON"
"""Private to kith: since when two people are connected is known of the link, not of the person."""
WRITTEN = "X-LINKEDIN-NAME"
"""The name as the member wrote it, where titles, degrees or pictures were taken apart from it."""

_COLUMNS = {
    "given": ("firstname", "vorname"),
    "family": ("lastname", "nachname"),
    "url": ("url", "profileurl", "profilurl"),
    "email": ("emailaddress", "emailadresse", "email"),
    "company": ("company", "unternehmen", "firma"),
    "position": ("position",),
    "connected": ("connectedon", "verbundenam", "vernetztam", "verbundenseit"),
}
_IMPORTED = (
    "firstname",
    "middlename",
    "lastname",
    "maidenname",
    "nickname",
    "nameprefix",
    "namesuffix",
    "title",
    "emails",
    "phonenumbers",
)
_HOST = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/", re.IGNORECASE)
_PLAIN = "https://www.linkedin.com/in/"

_record = quick(
    SourceRecord,
    *("key.account", "key.book", "key.remote_id", "revision"),
    *("contact.full_name", "contact.name", "contact.emails", "contact.organizations", "contact.profiles"),
    "contact.extras",
)
_organization = quick(Organization, "name", "title")
_profile = quick(Profile, "service", "url")
_email = quick(Email, "value")


def connections_score(row: Sequence[str]) -> int:
    """How many columns of Connections.csv a row names; 0 unless it has both name columns and one that only LinkedIn
    writes beside them."""
    found = _positions([plain_header(cell) for cell in row])
    own = "connected" in found or ("position" in found and "company" in found)
    return len(found) if "given" in found and "family" in found and own else 0


def imported_score(row: Sequence[str]) -> int:
    """How many columns of ImportedContacts.csv a row names; 0 where it is another table."""
    titles = {plain_header(cell) for cell in row}
    return len(titles.intersection(_IMPORTED)) if {"firstname", "emails", "phonenumbers"} <= titles else 0


def _positions(titles: Sequence[str]) -> dict[str, int]:
    return {
        role: titles.index(name) for role, names in _COLUMNS.items() for name in names[::-1] if name in titles
    }


def connections(table: Table, account: str, skipped: list[str]) -> Iterator[SourceRecord]:
    """One record a row. Rows that hold only a date are accounts that were closed; they and repeated rows are counted in
    `skipped`."""
    ids: set[str] = set()
    closed = twice = 0
    for row in _picked(table):
        given, family, url, email, company, position, connected = row
        if not (given or family or url or email):
            closed += 1
            continue
        remote_id = profile_id(url) or _without_url(given, family, connected or email)
        if remote_id in ids:
            twice += 1
            continue
        ids.add(remote_id)
        written = f"{given} {family}"
        full_name, name = split_name(given, family, written)
        extras = _connected(connected)
        yield _record(
            account,
            "",
            remote_id,
            "\n".join(row),
            full_name,
            name,
            (_email(email.strip()),) if email else (),
            (_organization(company.strip(), position.strip()),) if company or position else (),
            (_profile("linkedin", url.strip()),) if url else (),
            extras if full_name == written else (*extras, Extra(WRITTEN, written)),
        )
    skipped.extend(table.late)
    if closed:
        skipped.append(
            f"Connections.csv: {closed} rows with only a date (closed LinkedIn accounts) were left out"
        )
    if twice:
        skipped.append(f"Connections.csv: {twice} rows that repeat a person were left out")


def _picked(table: Table) -> Iterable[Row]:
    """The rows with the columns in the order of _COLUMNS; a column that this export lacks is empty."""
    found = _positions([plain_header(title) for title in table.header])
    width = len(table.header)
    places = [found.get(role, width) for role in _COLUMNS]
    if places == list(range(width)):
        return table.rows
    pick = itemgetter(*places)
    return (pick((*row, "")) for row in table.rows)


def profile_id(url: str) -> str:
    """The profile address in one spelling: LinkedIn writes the same one percent-encoded or not, in upper or lower
    case, with a country's host name, with or without the final slash. "" for a cell that is no profile."""
    if (
        url[:28] == _PLAIN
        and "%" not in url
        and "?" not in url
        and url.isascii()
        and url == url.lower()  # a tenth of what islower() takes
        and url[-1] != "/"
    ):
        return url
    text = url.strip()
    host = _HOST.match(text)
    if not host:
        return text.lower() if "://" in text else ""
    path = unquote(text[host.end() :].partition("?")[0].partition("#")[0])
    slug = unicodedata.normalize("NFC", path).lower().strip("/")
    return f"https://www.linkedin.com/{slug}" if slug else ""


def _without_url(given: str, family: str, mark: str) -> str:
    """The id of a row without profile address: its name and the day of the connection, which never change."""
    return "row:" + _digest(given, family, iso_date(mark) or mark)


def _digest(*parts: str) -> str:
    folded = "\n".join(" ".join(unicodedata.normalize("NFC", part).casefold().split()) for part in parts)
    return hashlib.sha256(folded.encode()).hexdigest()[:24]


@lru_cache(maxsize=16384)
def _connected(text: str) -> tuple[Extra, ...]:
    return (Extra(CONNECTED_ON, iso_date(text) or text.strip()),) if text.strip() else ()


def imported(table: Table, account: str, mine: frozenset[str], skipped: list[str]) -> Iterator[SourceRecord]:
    """The owner's own old address book, book "imported": several addresses and numbers a cell, split at commas. An entry
    with one of the owner's own addresses (`mine`, case folded) is the owner and left out."""
    titles = [plain_header(title) for title in table.header]
    width = len(titles)
    pick = itemgetter(*(titles.index(name) if name in titles else width for name in _IMPORTED))
    ids: dict[str, int] = {}
    empty = 0
    for row in table.rows:
        cells = [cell.strip() for cell in pick([*row, ""])]
        emails, phones = _listed(cells[8]), _listed(cells[9])
        if not any(cells):
            empty += 1
            continue
        if any(email.casefold() in mine for email in emails):
            continue
        stem = "imported:" + _digest(cells[0], cells[2], (emails or phones or [""])[0])
        ids[stem] = ids.get(stem, 0) + 1
        remote_id = stem if ids[stem] == 1 else f"{stem}~{ids[stem]}"
        revision = str(crc32("\n".join(row).encode()))
        contact = _imported_contact(cells, emails, phones)
        yield SourceRecord(RecordKey(account, "imported", remote_id), revision, contact)
    skipped.extend(table.late)
    if empty:
        skipped.append(f"ImportedContacts.csv: {empty} empty rows were left out")


def _imported_contact(cells: Sequence[str], emails: list[str], phones: list[str]) -> Contact:
    given, middle, family, maiden, nick, prefix, suffix, title = cells[:8]
    full = " ".join(part for part in (prefix, given, middle, family) if part)
    return Contact(
        full_name=f"{full}, {suffix}" if full and suffix else full,
        name=Name(_part(family), _part(given), _part(middle), _part(prefix), _part(suffix)),
        maiden_name=maiden,
        nicknames=(Text(nick),) if nick else (),
        emails=tuple(Email(email) for email in emails),
        phones=tuple(Phone(phone) for phone in phones),
        organizations=(Organization(title=title),) if title else (),
    )


def _part(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _listed(cell: str) -> list[str]:
    """The members of a comma list, each once."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[,;]", cell) if part.strip()))
