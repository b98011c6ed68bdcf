"""The calls. A LinkedIn export is a snapshot: a newer one says who is connected now, and nothing is deleted for it."""

from collections.abc import Iterator
from pathlib import Path

from kith.connector.api import Page, PullRequest, Source
from kith.connector.info import Opening
from kith.connector.snapshot import Reading, Snapshot
from kith.model.capabilities import Capabilities, FieldLimit
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.linkedin.export import newest_export, open_export, owner_name, read_export
from kith_connectors.linkedin.settings import LinkedInSettings

CAPABILITIES = Capabilities(
    deltas=True,
    groups="none",
    fields=tuple(
        FieldLimit(name)
        for name in (
            "full_name",
            "name",
            "maiden_name",
            "nicknames",
            "emails",
            "phones",
            "organizations",
            "profiles",
            "extras",
        )
    ),
    full_name_required=False,
)
VERSION = "2"
"""Raise it when the same file is to be read differently: it is read anew then."""


def open_account(settings: LinkedInSettings, opening: Opening) -> Source:
    if settings.token is not None:
        from kith_connectors.linkedin.portability import PortabilityAccount

        return PortabilityAccount(settings.token, settings.api_endpoint, opening, CAPABILITIES)
    return LinkedInAccount(Path(settings.path).expanduser(), opening)


class LinkedInAccount:
    """A Source over one export file; books "" (connections) and "imported" (the owner's old address book)."""

    capabilities = CAPABILITIES

    def __init__(self, path: Path, opening: Opening) -> None:
        self.path, self.opening = path, opening
        self._me = frozenset(address.casefold() for address in opening.me)
        self._snapshot = Snapshot(path, newest_export, self._read, VERSION)

    def pull(self, request: PullRequest) -> Iterator[Page]:
        return self._snapshot.pull(request)

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        return self._snapshot.fetch(key)

    def check(self) -> list[str]:
        path = self._snapshot.file()
        reading = self._read(path)
        counts = {book: sum(1 for _ in records) for book, records in reading.books.items()}
        names = {"": "connections", "imported": "imported contacts"}
        owner = owner_name(open_export(path))
        found = ", ".join(f"{count} {names[book]}" for book, count in counts.items())
        return [f"{path}: {found}" + (f", exported by {owner}" if owner else ""), *reading.skipped]

    def close(self) -> None:
        """Nothing to give back."""

    def _read(self, path: Path) -> Reading:
        return read_export(path, self.opening.account, self._me)
