"""Books and cards in memory, with a log of changes: what the hostile server serves."""

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from servers.rewrites import rewritten, value_of
from servers.switches import Switches

_EPOCHS = itertools.count(1)


@dataclass(slots=True)
class Card:
    """One stored card. `version` is its place in the book's log, `modified` in epoch seconds."""

    body: bytes
    etag: str
    version: int
    uid: str = ""
    modified: int = 1_790_000_000


@dataclass
class Snapshot:
    """A backup of a book, made by Book.snapshot()."""

    cards: dict[str, Card]
    changes: dict[str, int]
    head: int


@dataclass
class Book:
    """An address book. `cards` by file name; `changes` maps each name ever used to its last version, in that order.

    `epoch` is part of the tokens and differs for each life of a book; `restored` is the highest version before the
    last restore(), 0 where there was none.
    """

    name: str
    switches: Switches
    title: str = ""
    cards: dict[str, Card] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    head: int = 0
    restored: int = 0
    epoch: int = field(default_factory=lambda: next(_EPOCHS))
    earlier_epochs: set[int] = field(default_factory=set)

    def put(self, name: str, body: bytes) -> Card:
        """Store a card as its owner's device would: no precondition, no rewriting. Returns it with its ETag."""
        self.head += 1
        old = self.cards.get(name)
        card = Card(body, self._etag(body, old), self.head, value_of(body, "UID"), 1_790_000_000 + self.head)
        self.cards[name] = card
        self._changed(name)
        return card

    def store(self, name: str, body: bytes) -> tuple[Card, bool]:
        """Store what a PUT brought, rewritten as the switches say. Returns the card and whether it was rewritten."""
        changed = rewritten(body, self.switches.rewrite)
        old = self.cards.get(name)
        if old is not None and old.body == changed and not self.switches.touch:
            return old, changed != body
        return self.put(name, changed), changed != body

    def delete(self, name: str) -> None:
        """Remove a card and keep its tombstone in the log. Raises KeyError where there is none."""
        del self.cards[name]
        self.head += 1
        self._changed(name)

    def get(self, name: str) -> bytes:
        """The stored bytes. Raises KeyError."""
        return self.cards[name].body

    def shown(self, name: str) -> bytes:
        """The bytes as the server shows them."""
        return rewritten(self.cards[name].body, self.switches.view)

    def by_uid(self, uid: str) -> list[str]:
        """The names of the cards with that UID."""
        return [name for name, card in self.cards.items() if card.uid == uid]

    def snapshot(self) -> Snapshot:
        """A backup of the book as it is now."""
        return Snapshot(dict(self.cards), dict(self.changes), self.head)

    def restore(self, backup: Snapshot) -> None:
        """Put a backup back: older cards, older version numbers, the same epoch, as after a database restore."""
        self.restored = max(self.head, self.restored)
        self.cards, self.changes, self.head = dict(backup.cards), dict(backup.changes), backup.head

    def recreate(self) -> None:
        """Delete the book and make it again, empty, under the same URL."""
        self.earlier_epochs.add(self.epoch)
        self.epoch = next(_EPOCHS)
        self.cards, self.changes, self.head, self.restored = {}, {}, 0, 0

    def since(self, version: int) -> list[str]:
        """The names changed after a version, oldest change first."""
        newest: list[str] = []
        for name in reversed(self.changes):
            if self.changes[name] <= version:
                break
            newest.append(name)
        return newest[::-1]

    def token(self, version: int | None = None) -> str:
        """The sync-token of a version, by default of now."""
        return f"http://kith.example/sync/{self.epoch}/{self.head if version is None else version}"

    def _changed(self, name: str) -> None:
        self.changes.pop(name, None)
        self.changes[name] = self.head

    def _etag(self, body: bytes, old: Card | None) -> str:
        style = self.switches.etag
        if style == "counter":
            number = int(old.etag.strip('"')[3:]) + 1 if old and old.etag.startswith('"gcs') else 0
            return f'"gcs{number:08d}"'
        digest = hashlib.sha256(body).hexdigest()[:32]
        if self.switches.touch:
            digest = f"{digest}-{self.head}"
        return {"weak": f'W/"{digest}"', "unquoted": digest}.get(style, f'"{digest}"')


def filled(book: Book, cards: Iterator[tuple[str, bytes]]) -> Book:
    """The book after putting (name, bytes) pairs into it."""
    for name, body in cards:
        book.put(name, body)
    return book
