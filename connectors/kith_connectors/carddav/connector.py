"""A CardDAV account: pull, fetch, check, create, update, delete."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import quote

from kith.connector.api import CardChange, NewCard, Page, PullRequest, Written
from kith.connector.errors import ConnectorError, Rejected, RevisionMismatch, WrongPlace
from kith.connector.info import Opening
from kith.model.capabilities import Capabilities
from kith.model.contact import Contact
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.carddav.account import Account
from kith_connectors.carddav.answers import refusal, write_failure
from kith_connectors.carddav.books import Book, Places, load
from kith_connectors.carddav.cards import Batch, Card, CardReader
from kith_connectors.carddav.discovery import ask
from kith_connectors.carddav.multistatus import DAV
from kith_connectors.carddav.places import inside, path_of, resolve, same
from kith_connectors.carddav.revisions import counts, current, etag_of, strong
from kith_connectors.carddav.survey import Survey, survey
from kith_connectors.carddav.text import changed_card, new_card, record_of, says
from kith_connectors.carddav.transport import VCARD, Reply, Request
from kith_connectors.carddav.trial import FIRST_LOOK, MOST, SAMPLES, Sample, Trust, sample, traits

MAX_AGAIN = 200
"""So many cards that could not be read are remembered for another try."""


class _Spelling:
    """The cards kith knows in a book, by uniform href: how it spells them, and at which revision."""

    def __init__(self, revisions: Mapping[str, str]) -> None:
        self.revisions = revisions
        self._names: dict[str, str] | None = None

    def of(self, href: str) -> str:
        """The href as kith spells it; as it came, where kith does not know it."""
        if href in self.revisions:
            return href
        if self._names is None:
            self._names = {same(known): known for known in self.revisions}
        return self._names.get(same(href), href)


class CardDavAccount:
    """A Target. Books are found once and then remembered in the cursor."""

    def __init__(self, account: Account, opening: Opening) -> None:
        self._account, self._opening = account, opening
        self._transport = account.transport()
        self._reader = CardReader(self._transport)
        self._places: Places | None = None
        self._sent: dict[tuple[str, str], Sample] = {}
        self._look_at, self._trust = FIRST_LOOK, Trust()
        self.capabilities: Capabilities = account.provider.capabilities

    def close(self) -> None:
        self._transport.close()

    # reading

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """One request for a book in which nothing changed. Raises ConnectorError; see `survey` and `CardReader`."""
        remembered = load(request.cursor, self._account.origin)
        if remembered and self._places:
            remembered.learn_from(self._places)
        self._remember(remembered or self._account.find(self._transport))
        places = self._known_places()
        for book in places.books:
            yield from self._pull_book(book, request, fresh=remembered is None)
        self._remember(places)
        yield Page(cursor=places.dump())

    def _pull_book(self, book: Book, request: PullRequest, fresh: bool) -> Iterator[Page]:
        found = survey(self._transport, book, fresh)
        if found is None and not book.again:
            return
        known = _Spelling(request.known(book.key))
        found = found or Survey(token=book.token, ctag=book.ctag, reports=book.reports)
        wanted = _wanted(found, known, book)
        # A complete list says itself who is missing; what it tells of former cards is not needed.
        reported = [] if found.complete else found.gone.values()
        gone = {known.of(href) for href in reported} & known.revisions.keys()
        again: list[str] = []
        for batch in self._reader.read(book, wanted):
            gone |= set(batch.gone) & known.revisions.keys()
            again += batch.failed
            for href in batch.gone:
                found.changed.pop(same(href), None)
            yield self._page(book, batch)
            del batch  # pictures are large: not two batches at a time
        listed = {known.of(href) for href, _ in found.changed.values()}
        yield Page(
            gone=tuple(self._key(book, href) for href in sorted(gone)),
            listed={book.key: frozenset(listed)} if found.complete else {},
        )
        book.token, book.ctag, book.reports = found.token, found.ctag, found.reports
        book.again = tuple(again[:MAX_AGAIN])

    def _page(self, book: Book, batch: Batch) -> Page:
        records = tuple(self._record(book, card) for card in batch.cards)
        return Page(records, skipped=tuple(batch.failed.values()))

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        """Read one card. A remote id that kith chose itself is looked for where `create` would have put it."""
        book = self._book(key.book)
        card = self._reader.one(book, _href(book, key.remote_id))
        return self._record(book, card) if card else None

    def _record(self, book: Book, card: Card) -> SourceRecord:
        self._learn(book, card)
        record = record_of(self._key(book, card.href), card, self._opening.region)
        if record.contact.kind == "group" and not book.group_cards:
            book.group_cards = True
            self._describe()
        return record

    def _key(self, book: Book, href: str) -> RecordKey:
        return RecordKey(self._opening.account, book.key, href)

    # places

    def _known_places(self) -> Places:
        if self._places is None:
            self._remember(self._account.find(self._transport))
        assert self._places is not None
        return self._places

    def _remember(self, places: Places) -> None:
        self._places = places
        self._describe()

    def _describe(self) -> None:
        """The abilities, with what is known of the server by now."""
        books = self._places.books if self._places else []
        able = self._account.provider.capabilities
        sizes = [book.largest for book in books if book.largest]
        # A photo takes 4/3 of its size in the card, and the rest of the card wants room, too.
        room = min((max(0, size - 64_000) * 3 // 4 for size in sizes), default=able.photo_bytes)
        self.capabilities = able.but(
            writes=any(book.writable for book in books) if books else able.writes,
            groups="cards" if any(book.group_cards for book in books) else able.groups,
            vcard_version=max((book.version for book in books), default=able.vcard_version),
            photo_bytes=min(able.photo_bytes, room),
        )

    def _book(self, name: str) -> Book:
        """A book by its key, name or path; "" is the first that may be written. Raises WrongPlace."""
        books = self._known_places().books
        for book in books:
            if book.writable if not name else name == book.key:
                return book
        for book in books:
            if not name or book.answers_to(name):
                return book
        offered = ", ".join(book.name or book.key for book in books)
        way = "if it was taken out on purpose, run: kith sync --full (nothing is deleted by that)"
        left = (
            f"; {way}" if name.startswith("/") else ""
        )  # a path is one that kith knew, a name is from the config
        raise WrongPlace(f'there is no address book "{name}" in this account', f"there are: {offered}{left}")

    def check(self) -> list[str]:
        """Log in, and count the cards of every book."""
        self._remember(self._account.find(self._transport))
        lines = [f"{self._account.provider.title}: logged in at {self._account.shown}"]
        for book in self._known_places().books:
            found = survey(self._transport, book, fresh=True)
            count = len(found.changed) if found else 0
            cards = "1 card" if count == 1 else f"{count} cards"
            rights = "read and write" if book.writable else "read only"
            lines.append(f'address book "{book.name or book.key}": {cards}, {rights}')
        return lines

    # writing

    def create(self, card: NewCard) -> Written:
        book = self._book(card.book)
        self._room_for(card.media)
        href = _href(book, card.remote_id)
        data = new_card(card, book.version, self._account.provider.dialect)
        reply = self._transport.send(_put(self._url(book, href), data, {"if-none-match": "*"}))
        if reply.status in {404, 409, 410}:  # the book is gone, or the card is not liked
            ask(self._transport, book.url, "<d:resourcetype/>", 0)
        if not _done(reply):
            raise write_failure(refusal(reply), href)
        return self._written(book, href, data, reply, says(card, book.version))

    def update(self, change: CardChange) -> Written:
        book = self._book(change.key.book)
        href = _href(book, change.key.remote_id)
        if not change.expected:
            raise RevisionMismatch(f"the card {href} must be read again before it is changed")
        self._room_for(change.media)
        base = change.base if change.base is not None else self._base(book, href, change.expected)
        data = changed_card(change, base)
        if data == base:
            return Written(self._key(book, href), change.expected)
        reply = self._if_match(book, _put(self._url(book, href), data, {}), change.expected)
        if reply.status in {404, 410} and self._etag(book, href) is None:
            raise RevisionMismatch(f"the card {href} was deleted on the server")
        if not _done(reply):
            raise write_failure(refusal(reply), href)
        return self._written(book, href, data, reply)

    def delete(self, key: RecordKey, expected: str) -> None:
        """Delete a card at its expected revision; one that is gone already counts as deleted.

        The revision is read right before: some servers ignore If-Match on DELETE.
        """
        book = self._book(key.book)
        href = _href(book, key.remote_id)
        now = self._state(book, href, expected)
        if now is None:
            return
        if now != expected:
            raise RevisionMismatch(f"the card {href} has changed on the server; it was not deleted")
        reply = self._if_match(book, Request("DELETE", self._url(book, href)), expected)
        if _done(reply) or reply.status in {404, 410}:
            return
        if reply.status == 412 and self._etag(book, href) is None:
            return
        raise write_failure(refusal(reply), href)

    def _base(self, book: Book, href: str, expected: str) -> bytes:
        """The text to edit, where kith has none."""
        held = self._reader.one(book, href)
        if held is None or held.revision != expected:
            raise RevisionMismatch(f"the card {href} has changed on the server")
        return held.data

    def _url(self, book: Book, href: str) -> str:
        """The URL of a card that is to be written. Raises Rejected for anything that is no card of the book."""
        if not inside(book.url, href):
            raise Rejected(f"{href} is no card of the address book {book.name}", "kith leaves it alone")
        return resolve(book.url, href)

    def _if_match(self, book: Book, request: Request, expected: str) -> Reply:
        """Send a request on condition of a revision.

        A weak ETag never matches (RFC 9110 section 13.1.1) but its strong form may; a server that compares the
        spelling gets it as it was, after a look that the card is still the same.
        """
        known = etag_of(expected)
        for etag in (strong(known), known):
            headers = {**request.headers, "if-match": etag}
            reply = self._transport.send(replace(request, headers=headers))
            if reply.status != 412 or etag == known or self._etag(book, request.url) != known:
                break
        return reply

    def _written(
        self, book: Book, href: str, data: bytes, reply: Reply, said: Contact | None = None
    ) -> Written:
        """The card's address and ETag as the answer states them. The card itself is only given where the server is
        known to keep such cards as they are sent; else it is read back with the next pull."""
        location = reply.head.headers.get("location", "")
        if location and inside(book.url, location) and same(location) != same(href):
            href = path_of(location)
        key, etag = self._key(book, href), reply.head.headers.get("etag", "").strip()
        if counts(etag):
            return Written(key, "")
        if not etag or etag.startswith("W/"):
            return Written(key, etag)
        marks = frozenset() if book.rewrites else traits(data)
        if not marks:
            return Written(key, etag)
        if not self._trust.covers(marks, book.proven):
            if len(self._sent) < SAMPLES:
                self._sent[book.key, same(href)] = sample(etag, data, marks)
            self._look(book)
            return Written(key, etag)
        return Written(key, etag, record_of(key, Card(href, etag, 0.0, data), self._opening.region, said))

    def _look(self, book: Book) -> None:
        """Read a few cards back while many are written, so that the later ones need not be: what is seen of these holds
        for those. What fails here is found again by the next pull."""
        waiting = [href for key, href in self._sent if key == book.key]
        if len(waiting) < self._look_at:
            return
        self._look_at *= 2
        try:
            for batch in self._reader.read(book, waiting):
                for card in batch.cards:
                    self._learn(book, card)
        except ConnectorError:
            return

    def _learn(self, book: Book, card: Card) -> None:
        """Compare a card that was read back with what was sent, see `trial`."""
        sent = self._sent.pop((book.key, same(card.href)), None)
        if sent is None or sent.etag != card.etag or book.rewrites:
            return
        if sent.intact(card.data):
            book.proven = tuple(dict.fromkeys((*book.proven, *sorted(sent.traits))))[:MOST]
        else:
            book.rewrites, book.proven = True, ()

    def _state(self, book: Book, href: str, expected: str) -> str | None:
        """The revision of a card right now, None where it does not exist; by its content where the ETag counts."""
        if etag_of(expected) != expected:
            card = self._reader.one(book, href)
            return card.revision if card else None
        return self._etag(book, href)

    def _etag(self, book: Book, href: str) -> str | None:
        """The ETag of a card right now, None where it does not exist."""
        try:
            rows, _ = ask(self._transport, resolve(book.url, href), "<d:getetag/>", 0)
        except WrongPlace:
            rows = []
        etag = rows[0].props.words(DAV + "getetag") if rows else ""
        if etag:
            return etag
        card = self._reader.one(book, href)
        return card.etag if card else None

    def _room_for(self, media: Mapping[str, bytes]) -> None:
        limit = self.capabilities.photo_bytes
        size = max((len(data) for data in media.values()), default=0)
        if limit and size > limit:
            raise Rejected(
                f"the photo has {size} bytes, this account holds at most {limit}", "use a smaller photo"
            )


def _href(book: Book, remote_id: str) -> str:
    """The href of a card. An id without a slash is one that kith chose: it becomes a file name in the book."""
    return remote_id if "/" in remote_id else f"{path_of(book.url)}{quote(remote_id, safe='-_.~')}.vcf"


def _done(reply: Reply) -> bool:
    """Whether a write was carried out. A web page with status 200 is a login page on the way, not the server."""
    page = reply.status == 200 and reply.head.media_type == "text/html"
    return reply.status in {200, 201, 202, 204} and not page


def _put(url: str, data: bytes, conditions: Mapping[str, str]) -> Request:
    return Request("PUT", url, data, {"content-type": VCARD, **conditions})


def _wanted(found: Survey, known: _Spelling, book: Book) -> list[str]:
    """Hrefs to read: new, changed, to be read again, and those that failed last time."""
    spelled = ((known.of(href), etag) for href, etag in found.changed.values())
    changed = [href for href, etag in spelled if not current(known.revisions.get(href), etag)]
    stale = [
        href for href, revision in known.revisions.items() if not revision and same(href) not in found.gone
    ]
    return list(dict.fromkeys([*changed, *stale, *(known.of(href) for href in book.again)]))
