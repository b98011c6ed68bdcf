"""The calls. A table is a snapshot: a newer one says all there is, and nothing is deleted for what it lacks."""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kith.connector.api import Page, PullRequest
from kith.connector.archive import is_zip
from kith.connector.errors import BadSource
from kith.connector.info import Opening
from kith.connector.snapshot import Reading, Snapshot, missing, newest_in
from kith.connector.tables import TABLE_BYTES, Table, read_table
from kith.model.capabilities import Capabilities
from kith.model.contact import Contact
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.csv.cells import day_comes_first, only_collected
from kith_connectors.csv.layout import Layout, is_address_book, layout_of, score
from kith_connectors.csv.mapping import contact_of, sort_cells
from kith_connectors.csv.settings import CsvSettings, XingSettings

CAPABILITIES = Capabilities(deltas=True)
HEAD = 64 * 1024
VERSION = 1
"""Raise it when the same file is to be read differently: it is read anew then."""


def open_account(settings: CsvSettings, opening: Opening) -> "TableAccount":
    return TableAccount(settings, opening)


def open_xing(settings: XingSettings, opening: Opening) -> "TableAccount":
    return TableAccount(
        CsvSettings(path=settings.path, format="xing", columns=settings.columns, delimiter=""), opening
    )


def recognizes(path: Path) -> bool:
    """Whether a file is a table of contacts, by its header."""
    try:
        with path.open("rb") as file:
            data = file.read(HEAD)
        cut = data[: data.rfind(b"\n") + 1] or data
        return read_table(cut, str(path), is_address_book, extent="beginning") is not None
    except (BadSource, OSError):
        return False


def _newest(folder: Path) -> Path:
    found = newest_in(folder, recognizes)
    if found is None:
        raise BadSource(f"{folder} holds no table of contacts", "give the .csv file itself as `path`")
    return found


class TableAccount:
    """A Source over one table, a single book ""."""

    capabilities = CAPABILITIES

    def __init__(self, settings: CsvSettings, opening: Opening) -> None:
        self.path, self.settings, self.opening = Path(settings.path).expanduser(), settings, opening
        shown = json.dumps([VERSION, settings.format, settings.columns, settings.delimiter], sort_keys=True)
        version = hashlib.sha256(shown.encode()).hexdigest()[:12]
        self._snapshot = Snapshot(self.path, _newest, self._read, version)

    def pull(self, request: PullRequest) -> Iterator[Page]:
        return self._snapshot.pull(request)

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        return self._snapshot.fetch(key)

    def check(self) -> list[str]:
        path = self._snapshot.file()
        table, layout = self._table(path, _bytes(path))
        unknown = [
            title for title, target in zip(table.header, layout.targets, strict=True) if target is None
        ]
        said = [
            f"{path}: {sum(1 for _ in table.rows)} rows, layout {layout.name}, {table.encoding}, "
            f"{layout.known} of {len(table.header)} columns known"
        ]
        if unknown:
            said.append(f"columns kept aside: {', '.join(unknown[:12])} (name them in `columns` to use them)")
        return [*said, *table.warnings]

    def close(self) -> None:
        """Nothing to give back."""

    def _read(self, path: Path) -> Reading:
        data = _bytes(path)
        table, layout = self._table(path, data)
        skipped = list(table.warnings)
        records = self._records(table, layout, skipped)
        return Reading(hashlib.sha256(data).hexdigest(), {"": records}, skipped)

    def _table(self, path: Path, data: bytes) -> tuple[Table, Layout]:
        name, columns = self.settings.format, self.settings.columns

        def points(row: Sequence[str]) -> int:
            return score(row, name, columns)

        table = read_table(data, str(path), points, self.settings.delimiter)
        if table is None:
            first = data[:120].decode("utf-8", "replace").splitlines()[:1]
            raise BadSource(
                f"{path} has no row of column titles that kith knows; it begins with {first}",
                'say what the columns are: columns = { "Title of a column" = "given", ... }',
            )
        self._refuse_missing(path, table, columns)
        return table, layout_of(table.header, name, columns)

    def _refuse_missing(self, path: Path, table: Table, columns: Mapping[str, str]) -> None:
        absent = [title for title in columns if title.strip() not in table.header]
        if absent:
            raise BadSource(
                f"{path} has no column {absent[0]!r}; it has {', '.join(table.header[:20])}",
                "correct `columns` of this account",
            )

    def _records(self, table: Table, layout: Layout, skipped: list[str]) -> Iterator[SourceRecord]:
        day_first = _day_first(table, layout)
        used: dict[str, int] = {}
        empty = collected = 0
        for row in table.rows:
            cells = sort_cells(row, table.header, layout)
            if cells.many.get("groups") and all(map(only_collected, cells.many["groups"])):
                collected += 1
                continue
            contact = contact_of(cells, day_first)
            stem = _identity(contact, layout.name)
            if not stem:
                empty += 1
                continue
            used[stem] = used.get(stem, 0) + 1
            remote_id = stem if used[stem] == 1 else f"{stem}~{used[stem]}"
            revision = hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:16]
            yield SourceRecord(RecordKey(self.opening.account, "", remote_id), revision, contact)
        if empty:
            skipped.append(
                f"{table_name(self.path)}: {empty} rows without name, address or number were left out"
            )
        if collected:
            skipped.append(
                f"{table_name(self.path)}: {collected} addresses that Google collected by itself "
                '("Other contacts") were left out'
            )


def table_name(path: Path) -> str:
    return path.name or str(path)


def _bytes(path: Path) -> bytes:
    try:
        if is_zip(path):
            raise BadSource(
                f"{path} is a zip file or a workbook", "unpack it, or save the table as CSV (UTF-8)"
            )
        with path.open("rb") as file:
            return file.read(TABLE_BYTES + 1)
    except OSError as error:
        raise missing(path, error) from error


def _identity(contact: Contact, layout: str) -> str:
    """The id of a row: its profile address where it has one, else its name with the first address or number. "" where it
    says nothing that could name a person."""
    for profile in contact.profiles:
        if layout == "xing" and profile.url:
            return profile.url.strip().rstrip("/").partition("?")[0]
    mails = [email.value for email in contact.emails] or [phone.value for phone in contact.phones]
    if not contact.full_name and not mails:
        return ""
    said = "\n".join((contact.full_name, *mails[:1]))
    folded = " ".join(unicodedata.normalize("NFC", said).casefold().split())
    return f"row:{hashlib.sha256(folded.encode()).hexdigest()[:24]}"


def _day_first(table: Table, layout: Layout) -> bool:
    dated = [
        number
        for number, target in enumerate(layout.targets)
        if target is not None and target.field in ("birthday", "date") and target.part == "value"
    ]
    german = any(title.startswith(("Vorname", "Nachname")) for title in table.header)
    return day_comes_first([row[number] for row in table.rows for number in dated], german)
