"""The calls. A shelf is what a server would be: cards with revisions and a log of changes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kith.connector.api import CardChange, NewCard, Page, PullRequest, Written
from kith.connector.errors import RevisionMismatch
from kith.connector.info import Opening
from kith.model.capabilities import Capabilities
from kith.model.contact import Contact
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.memory.settings import MemorySettings

CAPABILITIES = Capabilities(writes=True, deletes=True, deltas=True)


@dataclass
class Shelf:
    """Cards by remote id as (version, contact), and every change in order."""

    cards: dict[str, tuple[int, Contact]] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)

    def put(self, remote_id: str, contact: Contact) -> str:
        """Store a card as its owner would; returns the new revision."""
        self.changes.append(remote_id)
        self.cards[remote_id] = (len(self.changes), contact)
        return str(len(self.changes))

    def drop(self, remote_id: str) -> None:
        del self.cards[remote_id]
        self.changes.append(remote_id)


SHELVES: dict[str, Shelf] = {}


def open_account(settings: MemorySettings, opening: Opening) -> "MemoryAccount":
    shelf = SHELVES.setdefault(settings.shelf or opening.account, Shelf())
    return MemoryAccount(opening.account, shelf)


class MemoryAccount:
    """A Target over one shelf with a single book ""."""

    capabilities = CAPABILITIES

    def __init__(self, account: str, shelf: Shelf, capabilities: Capabilities = CAPABILITIES) -> None:
        self.account, self.shelf, self.capabilities = account, shelf, capabilities

    def pull(self, request: PullRequest) -> Iterator[Page]:
        since = int(json.loads(request.cursor)) if request.cursor else 0
        touched = dict.fromkeys(self.shelf.changes[since:]) if since else list(self.shelf.cards)
        records = [self._record(remote_id) for remote_id in touched if remote_id in self.shelf.cards]
        gone = tuple(self._key(remote_id) for remote_id in touched if remote_id not in self.shelf.cards)
        size = self.capabilities.batch
        for start in range(0, len(records), size):
            yield Page(tuple(records[start : start + size]))
        listed = {} if since else {"": frozenset(self.shelf.cards)}
        yield Page(gone=gone, listed=listed, cursor=json.dumps(len(self.shelf.changes)))

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        return self._record(key.remote_id) if key.remote_id in self.shelf.cards else None

    def check(self) -> list[str]:
        return [f"{len(self.shelf.cards)} cards"]

    def close(self) -> None:
        """Nothing to give back."""

    def create(self, card: NewCard) -> Written:
        if card.remote_id in self.shelf.cards:
            raise RevisionMismatch(f"a card {card.remote_id} exists already")
        return self._write(card.remote_id, replace(card.contact, uid=card.uid), dict(card.media))

    def update(self, change: CardChange) -> Written:
        self._expect(change.key, change.expected)
        return self._write(change.key.remote_id, change.after, dict(change.media))

    def delete(self, key: RecordKey, expected: str) -> None:
        self._expect(key, expected)
        self.shelf.drop(key.remote_id)

    def _expect(self, key: RecordKey, revision: str) -> None:
        version, _ = self.shelf.cards.get(key.remote_id, (None, None))
        if version is None or str(version) != revision:
            raise RevisionMismatch(f"card {key.remote_id} has changed")

    def _write(self, remote_id: str, contact: Contact, media: dict[str, bytes]) -> Written:
        self.shelf.media.update(media)
        revision = self.shelf.put(remote_id, contact)
        return Written(self._key(remote_id), revision, self._record(remote_id))

    def _record(self, remote_id: str) -> SourceRecord:
        version, contact = self.shelf.cards[remote_id]
        sha = contact.photo.sha256 if contact.photo else ""
        media = {sha: self.shelf.media[sha]} if sha in self.shelf.media else {}
        return SourceRecord(self._key(remote_id), str(version), contact, media=media)

    def _key(self, remote_id: str) -> RecordKey:
        return RecordKey(self.account, "", remote_id)
