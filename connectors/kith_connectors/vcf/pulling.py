"""One pull: which files changed, which cards they hold now, and which cards are nowhere any more."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kith.connector.api import Page, PullRequest
from kith.connector.errors import BadSource
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.vcf.cursor import Cursor, Seen, parse_cursor
from kith_connectors.vcf.files import CardFile, Place, places, read_file, unreadable

PAGE_CARDS = 200
PAGE_BYTES = 8 * 1024 * 1024
AGAIN = (0, 0, 0)


class Pull:
    """The state of one pull. `record` makes a record of the n-th card of a file."""

    def __init__(
        self, account: str, record: Callable[[CardFile, int], SourceRecord], request: PullRequest
    ) -> None:
        self.account, self.record, self.request = account, record, request
        self.before = parse_cursor(request.cursor)
        self.after = Cursor()
        self.skipped: list[str] = []
        self.unsure: set[str] = set()  # books of which a file could not be read and was never read before
        self.moved: dict[RecordKey, RecordKey] = {}
        self._batch: list[SourceRecord] = []
        self._bytes = 0

    def pages(self, root: Path) -> Iterator[Page]:
        for place in places(root):
            seen = self.before.files.get(place.relative) if self.before else None
            if seen and seen.mark == place.mark:
                self.after.files[place.relative] = seen
                continue
            yield from self._file(place, seen)
        if self._batch:
            yield self._page()
        self._find_moved()
        yield Page(
            listed=self._listed(), moved=self.moved, cursor=str(self.after), skipped=tuple(self.skipped)
        )

    def _file(self, place: Place, seen: Seen | None) -> Iterator[Page]:
        try:
            file = read_file(place)
            problem = file.problem
        except OSError as error:
            file, problem = None, unreadable(place.path, error)
        except BadSource as error:
            file, problem = None, error
        if problem and place.alone and not (file and file.cards):
            raise problem
        if problem:
            self.skipped.append(f"{problem.message}: {problem.remedy}")
        if file is None or problem:
            self._unread(place, seen)
        # of a file that broke since the last pull nothing is taken: half of a card is worse than the card as it was
        if file is not None and file.cards and not (problem and seen):
            yield from self._cards(file, bool(problem))

    def _unread(self, place: Place, seen: Seen | None) -> None:
        """Cards of a file that cannot be read (whole) now are not missing: what was known of it stays."""
        self.after.files[place.relative] = Seen(place.book, AGAIN, dict(seen.cards) if seen else {})
        if seen is None:
            self.unsure.add(place.book)

    def _cards(self, file: CardFile, broken: bool) -> Iterator[Page]:
        held = dict(zip(file.ids, (card.uid for card in file.cards), strict=True))
        if broken:
            self.after.files[file.place.relative].cards.update(held)
        else:
            self.after.files[file.place.relative] = Seen(file.place.book, file.mark, held)
        known: Mapping[str, str] = {}
        if self.before and len(file.ids) > 1:
            known = self.request.known(file.place.book)
        for index in range(len(file.ids)):
            record = self.record(file, index)
            if known.get(record.key.remote_id) == record.revision:
                continue
            self._batch.append(record)
            self._bytes += len(record.raw or b"")
            if len(self._batch) >= PAGE_CARDS or self._bytes >= PAGE_BYTES:
                yield self._page()

    def _page(self) -> Page:
        page = Page(tuple(self._batch))
        self._batch, self._bytes = [], 0
        return page

    def _find_moved(self) -> None:
        """A card that changed its file, or the form of its id, is known by its UID."""
        if self.before is None:
            return
        old, new = _by_uid(self.before), _by_uid(self.after)
        for uid, places_before in old.items():
            places_now = new.get(uid, [])
            if len(places_before) == len(places_now) == 1 and places_before != places_now:
                (book, one), (other_book, two) = places_before[0], places_now[0]
                self.moved[RecordKey(self.account, book, one)] = RecordKey(self.account, other_book, two)

    def _listed(self) -> dict[str, frozenset[str]]:
        """The books to list completely: all of them on a first pull, later those that lack a card they had."""
        listed = {}
        old = self.before.books() if self.before else frozenset({""})
        for book in old | self.after.books():
            ids = self.after.ids(book)
            lost = self.before is None or not self.before.ids(book) <= ids
            if lost and book not in self.unsure:
                listed[book] = ids
        return listed


def _by_uid(cursor: Cursor) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for seen in cursor.files.values():
        for remote_id, uid in seen.cards.items():
            if uid:
                found.setdefault(uid, []).append((seen.book, remote_id))
    return found
