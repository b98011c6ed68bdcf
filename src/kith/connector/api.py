"""The contract between kith and a connector. `kith.connector.testing` is the same contract as tests."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kith.model.capabilities import Capabilities
from kith.model.contact import Contact
from kith.model.record import RecordKey, SourceRecord


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What the account held when kith last looked.

    `cursor` is the text that the connector returned last time (its own business, JSON by custom), None on the first
    pull and with --full. `known(book)` gives {remote_id: revision} of the cards kith has; a revision of "" means
    "read this one again". It is called only where it is needed: a pull by cursor must not load a book.
    """

    cursor: str | None = None
    known: Callable[[str], Mapping[str, str]] = field(default=lambda _book: {})


@dataclass(frozen=True, slots=True)
class Page:
    """One bounded batch of an answer, so that memory does not grow with the book.

    `records` are new or changed cards (an unchanged one may be among them; it is recognized by its revision).
    `gone` are cards that the source says explicitly are deleted. `listed` maps each book that was listed *completely*
    in this pull to all remote ids it holds; only such a listing lets kith conclude that a card is missing.
    `moved` are renamed ids, {old key: new key}. `cursor` stands on the last page and takes effect only then.
    `skipped` are sentences about items that could not be read; they are shown, never counted as deleted.
    """

    records: tuple[SourceRecord, ...] = ()
    gone: tuple[RecordKey, ...] = ()
    listed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    moved: Mapping[RecordKey, RecordKey] = field(default_factory=dict)
    cursor: str | None = None
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card to create. `remote_id` is chosen by kith (a uuid; the connector may make an href of it by a fixed rule,
    a service that picks its own ids ignores it). `uid` goes into the card. `book` "" means the default book.
    `media` holds the picture's bytes by sha256. A card that was there before and was deleted has its old text in `base`
    and what that said in `before`: a connector that writes text writes that text again, with the difference."""

    book: str
    remote_id: str
    uid: str
    contact: Contact
    media: Mapping[str, bytes] = field(default_factory=dict)
    base: bytes | None = None
    before: Contact | None = None


@dataclass(frozen=True, slots=True)
class CardChange:
    """An update: `before` is the account's card as last seen (its text in `base`, None where it has none), `after`
    what it shall say. Only the difference between the two may be written. `expected` is the revision of `before`."""

    key: RecordKey
    before: Contact
    after: Contact
    base: bytes | None
    expected: str
    media: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What a write led to. `revision` "" where the server did not tell: the next pull reads the card back.

    `record` is the card as the server now holds it, where that is known (an answer that carries it, or bytes that the
    server is known to keep as sent); None asks for a read-back in the next pull. `owed` names fields that could not be
    written this time (a picture whose upload failed after the card was made): they are planned again.
    """

    key: RecordKey
    revision: str
    record: SourceRecord | None = None
    owed: tuple[str, ...] = ()


class Source(Protocol):
    """An account that can be read. Not thread-safe: kith calls one instance from one thread at a time."""

    capabilities: Capabilities

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Yield what changed, page by page. Raises ConnectorError; a page already yielded stays valid."""
        ...

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        """Read one card; None when the source says that it does not exist."""
        ...

    def check(self) -> list[str]:
        """For `kith doctor` and `kith init`: log in and look; sentences about what was found. Raises ConnectorError."""
        ...

    def close(self) -> None: ...


class Target(Source, Protocol):
    """An account that can be written. Every write is conditional: a stale one raises RevisionMismatch and changes
    nothing."""

    def create(self, card: NewCard) -> Written: ...

    def update(self, change: CardChange) -> Written: ...

    def delete(self, key: RecordKey, expected: str) -> None: ...


def is_target(source: Source) -> bool:
    """Whether a source can also be written."""
    return source.capabilities.writes and hasattr(source, "create")
