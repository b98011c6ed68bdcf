"""Reads cards in bounded batches. One bad card never costs another."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kith.connector.errors import Unreachable
from kith_connectors.carddav.answers import (
    NotMultistatus,
    Refusal,
    bounded,
    failure,
    http_date,
    listing,
    refusal,
)
from kith_connectors.carddav.books import Book
from kith_connectors.carddav.multistatus import CARD, DAV, IllFormed, Row
from kith_connectors.carddav.places import resolve, rooted, same
from kith_connectors.carddav.questions import multiget
from kith_connectors.carddav.revisions import revision
from kith_connectors.carddav.transport import CARD_LIMIT, DavTransport, Request

BATCH = 100
BATCH_BYTES = 2_000_000
FAILURES = 5
"""So many single cards in a row that the server fails on are a failure of the server."""

_CUT_PICTURE = re.compile(rb"^(?:PHOTO|LOGO)[^:\r\n]*:data:[^,\r\n]*\r?$", re.IGNORECASE | re.MULTILINE)
"""A data: URI without its data. Cyrus gives it in the 3.0 view of a card that was stored as 4.0; edited and sent back,
it would cost the picture."""

STOPPING = frozenset({401, 407, 408, 429, 503, 511})
"""Statuses that concern the account, not the cards that were asked for."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card as the server holds it: href as asked for, ETag, server's modification time (epoch seconds, 0 for
    not told), text."""

    href: str
    etag: str
    modified: float
    data: bytes

    @property
    def revision(self) -> str:
        return revision(self.etag, self.data)


@dataclass(slots=True)
class Batch:
    """Cards that were read, hrefs that are explicitly gone, and hrefs that could not be read, with the reason."""

    cards: list[Card] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Batch") -> "Batch":
        self.cards += other.cards
        self.gone += other.gone
        self.failed |= other.failed
        return self


class _Unusable(Exception):
    """A batch must be asked for in smaller pieces."""


class CardReader:
    """Reads the cards of one account, and learns how large they are."""

    def __init__(self, transport: DavTransport) -> None:
        self._transport = transport
        self._average = 0.0
        self._multiget_works = True
        self._multiget_seen = False
        self._singles = 0
        self._failures = 0

    def read(self, book: Book, hrefs: Sequence[str]) -> Iterator[Batch]:
        """The cards in batches of at most 100 or about 2 MB. Raises ConnectorError."""
        waiting, self._failures = deque(hrefs), 0
        while waiting:
            take = [waiting.popleft() for _ in range(min(self._size(), len(waiting)))]
            yield self._batch(book, take)

    def one(self, book: Book, href: str) -> Card | None:
        """One card, None where the server says that it does not exist."""
        batch = self._batch(book, [href])
        if batch.failed:
            raise Unreachable(batch.failed[href], "kith tries again by itself")
        return batch.cards[0] if batch.cards else None

    def _size(self) -> int:
        if not self._average:
            return BATCH // 2
        return max(1, min(BATCH, int(BATCH_BYTES / self._average)))

    def _batch(self, book: Book, hrefs: list[str]) -> Batch:
        if not self._multiget_works:
            return self._gets(book, hrefs)
        try:
            batch = self._patiently(book, hrefs)
        except _Unusable:
            if len(hrefs) == 1:
                return self._gets(book, hrefs)
            half = len(hrefs) // 2
            return self._batch(book, hrefs[:half]).add(self._batch(book, hrefs[half:]))
        self._multiget_seen = True
        batch.cards = [
            card for card in batch.cards if card.etag
        ]  # without one, the header of a GET may tell it
        answered = {card.href for card in batch.cards}
        batch.add(self._gets(book, [href for href in hrefs if href not in answered]))
        return self._whole(book, batch)

    def _whole(self, book: Book, batch: Batch) -> Batch:
        """The batch with cards read as vCard 4.0 where the server cuts their picture off in the 3.0 view."""
        if "4.0" not in book.versions:
            return batch
        cut = [card.href for card in batch.cards if _cut(card.data)]
        if cut:
            whole = {card.href: card for card in self._multiget(book, cut, "4.0").cards}
            batch.cards = [whole.get(card.href, card) for card in batch.cards]
        return batch

    def _patiently(self, book: Book, hrefs: list[str]) -> Batch:
        """A multiget; an answer that is cut off is asked for once more, reading is harmless."""
        version = "4.0" if book.version == "4.0" else ""
        try:
            return self._multiget(book, hrefs, version)
        except Unreachable:
            return self._multiget(book, hrefs, version)

    def _multiget(self, book: Book, hrefs: list[str], version: str) -> Batch:
        asked = {same(href): href for href in hrefs}
        batch = Batch()
        try:
            with self._transport.stream(multiget(book.url, hrefs, version)) as answer:
                for item in listing(answer):
                    card = _card(item, asked, book.url) if isinstance(item, Row) else None
                    if card:
                        batch.cards.append(card)
        except IllFormed:
            raise _Unusable from None
        except NotMultistatus as error:
            refused = error.refusal
            if refused.status in STOPPING or refused.status < 400:
                raise failure(refused, f"reading cards of {book.name}") from None
            raise _Unusable from None
        self._learn(batch)
        return batch

    def _learn(self, batch: Batch) -> None:
        if batch.cards:
            mean = sum(len(card.data) for card in batch.cards) / len(batch.cards)
            self._average = max(mean, (self._average + mean) / 2)

    def _gets(self, book: Book, hrefs: list[str]) -> Batch:
        batch = Batch()
        for href in hrefs:
            batch.add(self._get(book, href))
        return batch

    def _get(self, book: Book, href: str, accept: str = "text/vcard") -> Batch:
        """One card by GET, uncompressed so that the ETag is that of the card.

        One type at a time is accepted: one server fails when it has to choose.
        """
        headers = {"accept": accept, "accept-encoding": "identity"}
        url = resolve(book.url, href)
        with self._transport.stream(Request("GET", url, headers=headers)) as answer:
            if answer.head.status == 406 and accept != "*/*":
                return self._get(book, href, "*/*")
            if answer.head.status != 200:
                return self._not_got(href, refusal(bounded(answer)))
            if answer.head.media_type == "text/html":
                raise failure(Refusal(answer.head), f"reading the card {href}")
            data = bytearray()
            for chunk in answer.chunks():
                data += chunk
                if len(data) > CARD_LIMIT:
                    return Batch(failed={href: f"the card {href} is larger than {CARD_LIMIT} bytes"})
        self._failures = 0
        self._singles += 1
        if not self._multiget_seen and self._singles >= FAILURES:
            self._multiget_works = False
        head = answer.head.headers
        card = Card(href, head.get("etag", ""), http_date(head.get("last-modified", "")), bytes(data))
        return Batch(cards=[card])

    def _not_got(self, href: str, refused: Refusal) -> Batch:
        if refused.status in {404, 410}:
            self._failures = 0
            return Batch(gone=[href])
        self._failures += 1
        if refused.status in STOPPING or refused.status < 400 or self._failures >= FAILURES:
            raise failure(refused, f"reading the card {href}")
        return Batch(failed={href: f"the server cannot give the card {href} (status {refused.status})"})


def _cut(card: bytes) -> bool:
    """Whether a picture of a card was cut off. The expression takes long on whole pictures: it is asked where one may be."""
    return b":data:" in card.lower() and _CUT_PICTURE.search(card) is not None


def _card(row: Row, asked: dict[str, str], base: str) -> Card | None:
    """A multiget's row as a card; None for what has to be looked at by itself (missing, empty, too large, unasked)."""
    href = asked.get(same(rooted(base, row.href)), "")
    data = row.props.find(CARD + "address-data")
    if not href or data is None or data.oversized or not data.text.strip():
        return None
    # XML turns the card's CR LF into LF on the way.
    text = data.text if "\r\n" in data.text else data.text.replace("\n", "\r\n")
    modified = http_date(row.props.words(DAV + "getlastmodified"))
    return Card(href, row.props.words(DAV + "getetag"), modified, text.lstrip().encode())
