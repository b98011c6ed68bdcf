"""A CardDAV server in this process: correct by default, and with a switch for everything servers get wrong.

>>> with HostileServer(missing="omit", etag_on_put="no") as server:     # doctest: +SKIP
...     server.books["contacts"].put("ada.vcf", card)                   # as the owner's phone would
...     server.switches.listing = "empty"                               # from now on
...     server.fault("PUT", "reset_after", times=1)                     # see servers.faults
"""

import gzip
import ssl
from dataclasses import replace
from typing import Any

from servers.davbook import Book
from servers.faults import LOGIN_PAGE, Fault, Faults, Match
from servers.hostile_login import Login
from servers.hostile_writes import Writes
from servers.loopback import Loopback, Reply, Request
from servers.multistatus import (
    CS,
    Ask,
    C,
    D,
    book_props,
    card_props,
    card_row,
    error,
    href_of,
    multistatus,
    parse,
    row,
)
from servers.reports import Reports, names_etag_only
from servers.switches import Switches, preset

WRITING = {"PUT", "POST", "PATCH", "DELETE", "MKCOL", "MOVE", "COPY", "PROPPATCH"}
ALLOWED = "OPTIONS, GET, HEAD, PUT, DELETE, MKCOL, PROPFIND, PROPPATCH, REPORT"


class HostileServer:
    """One user with a principal, a home and books. `url` is the root; a context manager.

    Keys are those of `servers.switches.Switches`; `like` names a preset they are added to; `host` another loopback
    address (for redirects across hosts); `tls` an SSL context.
    """

    def __init__(
        self, like: str = "", host: str = "127.0.0.1", tls: ssl.SSLContext | None = None, **switches: Any
    ) -> None:
        self.switches = Switches(**{**(preset(like) if like else {}), **switches})
        self.username, self.password = "alice", "correct horse"
        self.principal = "/principals/alice/"
        self.home = "/books/alice/"
        self.books: dict[str, Book] = {}
        self.add_book("contacts")
        self.faults = Faults()
        self._login = Login(self)
        self._writes = Writes(self)
        self._others: list[Loopback] = []
        self._server = Loopback(self._respond, host, tls, self.switches.keep_alive)
        self.url = self._server.url + "/"
        self.origin = self._server.url

    @property
    def requests(self) -> list[Request]:
        """All requests since the start or the last clear()."""
        return self._server.requests

    @property
    def connections(self) -> int:
        """How many TCP connections were made."""
        return self._server.connections

    def listen_again(self, host: str = "127.0.0.1") -> str:
        """Serve the same user on another port or loopback address as well; returns its origin."""
        self._others.append(Loopback(self._respond, host, keep_alive=self.switches.keep_alive))
        return self._others[-1].url

    @property
    def elsewhere(self) -> list[Request]:
        """The requests that came in at the further addresses."""
        return [one for other in self._others for one in other.requests]

    @property
    def peak(self) -> int:
        """The largest number of requests that were under way at once."""
        return self._server.peak

    def add_book(self, name: str, title: str = "") -> Book:
        """Make an empty book."""
        self.books[name] = Book(name, self.switches, title)
        return self.books[name]

    def book_url(self, name: str = "contacts") -> str:
        """The absolute URL of a book."""
        return self.origin + self.home + name + "/"

    def fault(self, match: Match = "*", kind: str = "status", times: int = 1 << 30, **more: Any) -> Fault:
        """Set a fault of the wire: see `servers.faults.Fault`."""
        return self.faults.add(Fault(match, kind, times, **more))

    def clear(self) -> None:
        """Forget faults and recorded requests; switches and books stay."""
        self.faults.clear()
        self.requests.clear()

    def count(self, method: str = "") -> int:
        """How many requests of that method (or any) were recorded."""
        return sum(1 for request in self.requests if method in {"", request.method})

    def writes(self) -> list[Request]:
        """The recorded requests that could change something."""
        return [request for request in self.requests if request.method in WRITING]

    def traffic(self) -> tuple[int, int]:
        """Bytes of bodies up and down since the last clear()."""
        return sum(one.up for one in self.requests), sum(one.down for one in self.requests)

    def stop(self) -> None:
        for server in (self._server, *self._others):
            server.stop()

    def __enter__(self) -> "HostileServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def locate(self, path: str) -> tuple[Book | None, str]:
        """The book and card name of a decoded path; (None, "") where it is no place in a book."""
        rest = path.removeprefix(self.home) if path.startswith(self.home) else ""
        name, _, card = rest.partition("/")
        return self.books.get(name), card

    def book_path(self, book: Book) -> str:
        return f"{self.home}{book.name}/"

    def _respond(self, request: Request) -> Reply:
        return self._packed(request, self.faults.around(request, self._carry_out))

    def _packed(self, request: Request, reply: Reply) -> Reply:
        wanted = "gzip" in request.headers.get("accept-encoding", "")
        if not self.switches.gzip or not wanted or not reply.body or reply.silent:
            return reply
        return replace(
            reply,
            body=gzip.compress(reply.body, 6),
            headers=(*reply.headers, ("Content-Encoding", "gzip")),
        )

    def _carry_out(self, request: Request) -> Reply:
        switches = self.switches
        if switches.redirect_host:
            return Reply(307, b"", (("Location", switches.redirect_host + request.path),))
        if switches.login_page:
            return Reply(200, LOGIN_PAGE, (("Content-Type", "text/html; charset=utf-8"),))
        if request.plain_path == "/.well-known/carddav":
            return self._well_known()
        refusal = self._login.refuse(request)
        if refusal is not None:
            return refusal
        return self._dispatch(request)

    def _dispatch(self, request: Request) -> Reply:
        method = request.method
        if method == "PROPFIND":
            return self._propfind(request)
        if method == "REPORT":
            return self._report(request)
        if method in {"GET", "HEAD"}:
            return self._get(request)
        if method == "OPTIONS":
            dav = "1, 3, access-control, addressbook, extended-mkcol"
            return Reply(200, b"", (("DAV", dav), ("Allow", ALLOWED)))
        return self._writes.carry_out(request)

    def _well_known(self) -> Reply:
        status = self.switches.well_known
        if status not in {301, 302, 303, 307, 308}:
            return Reply(status)
        target = (self.origin if self.switches.absolute_well_known else "") + self.switches.context
        return Reply(status, b"", (("Location", target),))

    def _get(self, request: Request) -> Reply:
        book, name = self.locate(request.plain_path)
        if book is None or (name and name not in book.cards):
            return error(404)
        if not name:
            return Reply(200, b"<html><body>an address book</body></html>", (("Content-Type", "text/html"),))
        accept = request.headers.get("accept", "*/*")
        if "*/*" not in accept and "text/*" not in accept and "text/vcard" not in accept:
            return error(406)
        card = book.cards[name]
        if request.headers.get("if-none-match") == card.etag:
            return Reply(304, b"", (("ETag", card.etag),))
        body = book.shown(name)
        return Reply(200, body, (("Content-Type", "text/vcard; charset=utf-8"), ("ETag", card.etag)))

    def _report(self, request: Request) -> Reply:
        ask = parse(request.body)
        if ask is None:
            return error(400)
        book, name = self.locate(request.plain_path)
        if book is None or name:
            return error(404 if book is None else 403)
        reports = Reports(book, self.book_path(book), self.origin if self.switches.absolute_hrefs else "")
        if ask.root == "sync-collection" and not ask.token:
            wrong = reports.listing()
            if wrong is not None:
                return wrong
        return reports.answer(ask)

    def _propfind(self, request: Request) -> Reply:
        ask = parse(request.body)
        if ask is None:
            return error(400)
        if self._login.anonymous(request):
            return self._unauthenticated(request, ask)
        path = request.plain_path
        depth = request.headers.get("depth", "0")
        book, name = self.locate(path)
        if book is not None:
            return self._list_card(book, name, ask) if name else self._list_book(book, ask, depth)
        if path.rstrip("/") == self.home.rstrip("/"):
            return self._list_home(ask, depth)
        known = {self.switches.context.rstrip("/"), self.principal.rstrip("/")}
        if path.rstrip("/") in known and self.switches.discovery:
            return multistatus([row(request.path, self._principal_props(path), ask.props)])
        return error(404)

    def _unauthenticated(self, request: Request, ask: Ask) -> Reply:
        known: dict[str, str | bytes] = {D + "current-user-principal": "<D:unauthenticated/>"}
        return multistatus([row(request.path, known, ask.props)])

    def _principal_props(self, path: str) -> dict[str, str | bytes]:
        known: dict[str, str | bytes] = {
            D + "current-user-principal": f"<D:href>{self.principal}</D:href>",
            D + "resourcetype": "<D:collection/>",
        }
        if path.rstrip("/") == self.principal.rstrip("/"):
            home = self.switches.home_origin + self.home
            known[D + "resourcetype"] = "<D:collection/><D:principal/>"
            known[D + "displayname"] = "Alice"
            known[C + "addressbook-home-set"] = f"<D:href>{home}</D:href>"
        return known

    def _list_home(self, ask: Ask, depth: str) -> Reply:
        base = self.origin if self.switches.absolute_hrefs else ""
        own: dict[str, str | bytes] = {D + "resourcetype": "<D:collection/>", D + "displayname": "home"}
        own[D + "current-user-principal"] = f"<D:href>{self.principal}</D:href>"
        rows = [row(base + self.home, own, ask.props)]
        if depth == "0":
            return multistatus(rows)
        if self.switches.extra_collections:
            for name, kind in (
                ("calendar", "<X:calendar xmlns:X='urn:ietf:params:xml:ns:caldav'/>"),
                ("inbox", ""),
            ):
                known: dict[str, str | bytes] = {
                    D + "resourcetype": "<D:collection/>" + kind,
                    D + "displayname": name,
                    CS + "getctag": "1",
                }
                rows.append(row(f"{base}{self.home}{name}/", known, ask.props))
        for book in self.books.values():
            known = book_props(book, self.principal)
            rows.append(row(base + href_of(self.book_path(book), ""), known, ask.props))
        return multistatus(rows)

    def _list_book(self, book: Book, ask: Ask, depth: str) -> Reply:
        reports = Reports(book, self.book_path(book), self.origin if self.switches.absolute_hrefs else "")
        if depth != "0":
            wrong = reports.listing()
            if wrong is not None:
                return wrong
        rows = [row(reports.href(""), book_props(book, self.principal), ask.props)]
        if depth == "0":
            return multistatus(rows)
        names = [name for name in book.cards if name not in self.switches.unlisted]
        if names_etag_only(ask):
            rows += [card_row(reports.href(name), book.cards[name].etag) for name in names]
        else:
            for name in names:
                card = book.cards[name]
                rows.append(row(reports.href(name), card_props(card, len(card.body)), ask.props))
        return multistatus(rows)

    def _list_card(self, book: Book, name: str, ask: Ask) -> Reply:
        if name not in book.cards:
            return error(404)
        card = book.cards[name]
        href = href_of(self.book_path(book), name)
        return multistatus([row(href, card_props(card, len(card.body)), ask.props)])
