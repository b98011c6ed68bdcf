"""The three CardDAV reports over a book in memory, as wrong as the switches say."""

from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from servers.davbook import Book
from servers.faults import EMPTY
from servers.loopback import Reply
from servers.multistatus import (
    XML_TYPE,
    Ask,
    C,
    D,
    card_row,
    error,
    escaped,
    href_of,
    multistatus,
    status_row,
)
from servers.rewrites import value_of

CONTROL = b"\x0b"


class Reports:
    """Answers REPORT requests. `base` is put before hrefs (an origin, for absolute ones)."""

    def __init__(self, book: Book, path: str, base: str = "") -> None:
        self.book, self.path, self.base = book, path, base
        self.switches = book.switches

    def answer(self, ask: Ask) -> Reply:
        """The report of that name, 403 supported-report where it is switched off."""
        kinds: dict[str, tuple[bool, Callable[[Ask], Reply]]] = {
            "sync-collection": (self.switches.sync_collection, self.sync),
            "addressbook-multiget": (self.switches.multiget, self.multiget),
            "addressbook-query": (self.switches.query, self.find),
        }
        enabled, report = kinds.get(ask.root, (False, self.sync))
        return report(ask) if enabled else error(403, "supported-report")

    def sync(self, ask: Ask) -> Reply:
        """RFC 6578: what changed since a token, or everything for an empty one."""
        since: int | None = 0
        initial = not ask.token
        if ask.token:
            since, verdict = self._since(ask.token)
            if verdict == "full":
                initial, since = True, 0
            elif verdict in {"403", "412"}:
                return error(int(verdict), "valid-sync-token")
            elif verdict == "empty":
                return multistatus([], self.book.token())
        names = [name for name in self.book.since(since or 0) if name not in self.switches.lost or initial]
        if initial and not self.switches.tombstones_initial:
            names = [name for name in names if name in self.book.cards]
        if initial:
            names = [name for name in names if name not in self.switches.unlisted]
        if not initial and self.switches.repeats:
            again = [name for name in list(self.book.changes)[-self.switches.repeats :] if name not in names]
            names = again + names
        return self._paged(ask, names)

    def multiget(self, ask: Ask) -> Reply:
        """RFC 6352 section 8.7: the named cards."""
        if self.switches.multiget_limit and len(ask.hrefs) > self.switches.multiget_limit:
            return error(413)
        names = {href: self.name_in(href) for href in ask.hrefs}
        if self.switches.missing == "404" and any(name not in self.book.cards for name in names.values()):
            return error(404)
        if self.switches.poison.intersection(names.values()) and self.switches.poison_kind == "500":
            return error(500)
        rows = []
        for href, name in names.items():
            if name in self.switches.omitted:
                continue
            if name in self.book.cards:
                rows.append(self._data_row(name, href))
            elif self.switches.missing == "row":
                rows.append(status_row(href, 404))
        return multistatus(rows)

    def find(self, ask: Ask) -> Reply:
        """RFC 6352 section 8.6, as far as clients use it: equality of UID, `contains` of any other property."""
        ignored = self.switches.query_uid == "ignored"
        names = [name for name in self.book.cards if ignored or self._fits(name, ask.filters)]
        wants = C + "address-data" in ask.props
        rows = [self._data_row(name) if wants else self._etag_row(name) for name in names]
        return multistatus(rows[: ask.limit or None])

    def listing(self) -> Reply | None:
        """The answer to a listing where the switches want a wrong one."""
        if self.switches.listing == "404":
            return error(404)
        if self.switches.listing == "empty":
            return Reply(207, EMPTY, (XML_TYPE,))
        return None

    def href(self, name: str) -> str:
        return self.base + href_of(self.path, name)

    def name_in(self, href: str) -> str:
        """The file name in an href of this book, "" for another place."""
        path = unquote(urlsplit(href).path if "://" in href else href)
        return path.removeprefix(self.path) if path.startswith(self.path) else ""

    def _fits(self, name: str, filters: list[tuple[str, str]]) -> bool:
        card = self.book.cards[name]
        return all(
            card.uid == text if prop == "UID" else text.casefold() in value_of(card.body, prop).casefold()
            for prop, text in filters
        )

    def _since(self, token: str) -> tuple[int, str]:
        """The version that a token stands for, and what to do with the request: ok, full, empty, 403, 412."""
        book, switches = self.book, self.switches
        try:
            epoch, version = (int(part) for part in token.split("/sync/")[1].split("/"))
        except (IndexError, ValueError):
            return 0, switches.bad_token
        if epoch in book.earlier_epochs:
            return 0, switches.recreated_token
        if epoch != book.epoch or version < 0:
            return 0, switches.bad_token
        if version > book.head:
            return 0, switches.future_token
        return version, "ok"

    def _paged(self, ask: Ask, names: list[str]) -> Reply:
        wants = C + "address-data" in ask.props and self.switches.data_in_sync
        size = ask.limit or self.switches.page_size
        if self.switches.page_size:
            size = min(size, self.switches.page_size)
        page = names[:size] if size else names
        rows = [self._sync_row(name, wants) for name in page]
        if self.switches.own_row:
            rows.insert(0, card_row(self.base + self.path, '"collection"'))
        if len(page) == len(names):
            return multistatus(rows, self.book.token())
        if self.switches.paging == "silent":
            return multistatus(rows, self.book.token())
        at = len(page) if self.switches.paging == "skipping" else len(page) - 1
        rows.append(status_row(self.base + self.path, 507, "number-of-matches-within-limits"))
        return multistatus(rows, self.book.token(self.book.changes[names[at]]))

    def _sync_row(self, name: str, wants: bool) -> bytes:
        if name not in self.book.cards:
            return status_row(self.href(name), 404)
        return self._data_row(name) if wants else self._etag_row(name)

    def _etag_row(self, name: str) -> bytes:
        etag = self.book.cards[name].etag if self.switches.etag_in_rows else ""
        return card_row(self.href(name), etag)

    def _data_row(self, name: str, href: str = "") -> bytes:
        card = self.book.cards[name]
        body = card.body if not self.switches.view else self.book.shown(name)
        data = escaped(body)
        if name in self.switches.poison:
            data += CONTROL if self.switches.poison_kind == "xml" else b"\xe4\xf6"
        return card_row(
            self.base + href if href.startswith("/") else href or self.href(name), card.etag, data
        )


def names_etag_only(ask: Ask) -> bool:
    """Whether a listing wants nothing but ETags, the case that must be fast."""
    return ask.props == [D + "getetag"]
