"""Finds the files of an export: inside a zip, bare, or in a folder."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kith.connector.archive import Archive, is_zip
from kith.connector.errors import BadSource
from kith.connector.snapshot import Reading, missing, newest_in
from kith.connector.tables import TABLE_BYTES, Table, is_html, plain_header, read_table
from kith_connectors.linkedin.mapping import connections, connections_score, imported, imported_score

CONNECTIONS = "Connections.csv"
IMPORTED = "ImportedContacts.csv"
ADDRESSES = "Email Addresses.csv"
PROFILE = "Profile.csv"
HEAD = 64 * 1024
ASK = (
    "at LinkedIn choose Settings, Data privacy, Get a copy of your data, tick Connections (or the whole archive), "
    "and give kith the zip that arrives"
)


@dataclass(frozen=True, slots=True)
class Export:
    """The tables of one export that kith reads, as bytes; None for those that it lacks."""

    path: Path
    connections: bytes | None
    imported: bytes | None = None
    addresses: bytes | None = None
    profile: bytes | None = None


def recognizes(path: Path) -> bool:
    """Whether a file is an export of LinkedIn, by what is in it."""
    try:
        if not is_zip(path):
            with path.open("rb") as file:
                data = file.read(HEAD)
                return any(_begins(data, path, score) for score in (connections_score, imported_score))
        with Archive(path) as archive:
            member = archive.find(CONNECTIONS)
            return member is not None and _begins(archive.read(member), path, connections_score)
    except (BadSource, OSError):
        return False


def _begins(data: bytes, path: Path, score: Callable[[Sequence[str]], int]) -> bool:
    """Whether a file begins with the table that `score` knows."""
    cut = data[: data[:HEAD].rfind(b"\n") + 1] or data[:HEAD]
    return read_table(cut, str(path), score, extent="beginning") is not None


def newest_export(folder: Path) -> Path:
    """The newest export in a folder. Raises BadSource."""
    found = newest_in(folder, recognizes)
    if found is None:
        raise BadSource(f"{folder} holds no export of LinkedIn", ASK)
    return found


def open_export(path: Path) -> Export:
    """Read the tables of an export. Raises BadSource, naming what is there instead."""
    try:
        if is_zip(path):
            return _from_zip(path)
        with path.open("rb") as file:
            data = file.read(TABLE_BYTES + 1)
    except OSError as error:
        raise missing(path, error) from error
    if is_html(data):
        raise BadSource(f"{path} is a web page, not an export of LinkedIn", ASK)
    return Export(path, None, data) if _begins(data, path, imported_score) else Export(path, data)


def _from_zip(path: Path) -> Export:
    with Archive(path) as archive:

        def member(name: str) -> bytes | None:
            found = archive.find(name)
            return archive.read(found) if found else None

        export = Export(path, member(CONNECTIONS), member(IMPORTED), member(ADDRESSES), member(PROFILE))
        if export.connections is None and export.imported is None:
            raise BadSource(f"{path} has no {CONNECTIONS}; it holds {archive.contents()}", _advice(archive))
        return export


def _advice(archive: Archive) -> str:
    if any(name.lower().endswith((".html", ".htm")) for name in archive.names):
        return f"web pages cannot be read; {ASK}"
    if any(name.lower().endswith(".zip") for name in archive.names):
        return "it is a zip inside a zip: unpack the outer one and give kith the inner one"
    return ASK


def read_export(path: Path, account: str, me: frozenset[str]) -> Reading:
    """The records of an export. Raises BadSource before any of them where a table is not what it should be."""
    export = open_export(path)
    skipped: list[str] = []
    digest = hashlib.sha256()
    books = {}
    if export.connections is not None:
        digest.update(export.connections)
        table = _table(export.connections, f"{path}: {CONNECTIONS}", connections_score)
        skipped.extend(table.warnings)
        books[""] = connections(table, account, skipped)
    if export.imported is not None:
        digest.update(export.imported)
        table = _table(export.imported, f"{path}: {IMPORTED}", imported_score)
        skipped.extend(table.warnings)
        books["imported"] = imported(table, account, me | own_addresses(export), skipped)
    return Reading(digest.hexdigest(), books, skipped)


def _table(data: bytes, where: str, score: Callable[[Sequence[str]], int]) -> Table:
    table = read_table(data, where, score, extent="once")
    if table is None:
        first = data[:80].decode("utf-8", "replace").splitlines()[:1]
        raise BadSource(f"{where} is not the table it should be; it begins with {first}", ASK)
    return table


def own_addresses(export: Export) -> frozenset[str]:
    """The owner's e-mail addresses, case folded, from Email Addresses.csv: the owner is never a contact of their own."""
    if export.addresses is None:
        return frozenset()
    table = read_table(
        export.addresses, f"{export.path}: {ADDRESSES}", _column("emailaddress", "emailadresse")
    )
    if table is None:
        return frozenset()
    at = next(n for n, title in enumerate(table.header) if plain_header(title).startswith("email"))
    return frozenset(row[at].strip().casefold() for row in table.rows if row[at].strip())


def owner_name(export: Export) -> str:
    """The name on Profile.csv, or ""."""
    if export.profile is None:
        return ""
    table = read_table(export.profile, f"{export.path}: {PROFILE}", _column("firstname", "vorname"))
    first = next(iter(table.rows), None) if table else None
    if table is None or first is None:
        return ""
    row = dict(zip(map(plain_header, table.header), first, strict=False))
    given = row.get("firstname") or row.get("vorname") or ""
    family = row.get("lastname") or row.get("nachname") or ""
    return f"{given} {family}".strip()


def _column(*names: str) -> Callable[[Sequence[str]], int]:
    return lambda row: sum(plain_header(cell) in names for cell in row)
