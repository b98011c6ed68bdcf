"""PUT, DELETE and MKCOL of the hostile server, with preconditions kept or ignored."""

import threading
import time
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING
from urllib.parse import unquote

from servers.davbook import Book, Card
from servers.loopback import Reply, Request
from servers.multistatus import D, error, href_of, multistatus, row
from servers.rewrites import CHECKS, value_of
from servers.switches import Switches

if TYPE_CHECKING:
    from servers.hostile import HostileServer


class Writes:
    """Carries out what changes the books. One lock makes check and write atomic unless `race` is set."""

    def __init__(self, server: "HostileServer") -> None:
        self.server = server
        self._lock = threading.Lock()

    @property
    def switches(self) -> Switches:
        return self.server.switches

    def carry_out(self, request: Request) -> Reply:
        """Answer a writing request; 405 for methods that are not among them."""
        book, name = self.server.locate(request.plain_path)
        if request.method == "MKCOL":
            return self._mkcol(request)
        if request.method not in {"PUT", "DELETE", "PROPPATCH"}:
            return error(405)
        if book is None:
            return error(409 if request.method == "PUT" else 404)
        if book.name in self.switches.read_only:
            return error(403, "need-privileges")
        if request.method == "PROPPATCH":
            return self._proppatch(request, book)
        if request.method == "DELETE":
            return self._delete(request, book, name)
        return self._put(request, book, name)

    def _put(self, request: Request, book: Book, name: str) -> Reply:
        if not name:
            return self._put_book(request, book)
        refusal = self._unwanted(request, book, name)
        if refusal is not None:
            return refusal
        with self._lock:
            refusal = self._precondition(request, book.cards.get(name), "if-match-put")
            if refusal is not None:
                return refusal
            if not self.switches.race:
                return self._store(request, book, name)
        time.sleep(self.switches.race)
        return self._store(request, book, name)

    def _store(self, request: Request, book: Book, name: str) -> Reply:
        fresh = name not in book.cards
        moved = fresh and self.switches.location
        if moved:
            name = f"s{len(book.changes):06d}.vcf"
        card, changed = book.store(name, request.body)
        headers = []
        told = self.switches.etag_on_put
        if told == "yes" or (told == "unless_rewritten" and not changed):
            headers.append(("ETag", card.etag))
        if moved:
            headers.append(("Location", href_of(self.server.book_path(book), name)))
        return Reply(201 if fresh else 204, b"", tuple(headers))

    def _unwanted(self, request: Request, book: Book, name: str) -> Reply | None:
        """The refusal of a card for what it is, None where it is welcome."""
        switches = self.switches
        if switches.no_chunked and "transfer-encoding" in request.headers:
            return error(400)
        if name in switches.refused:
            return error(switches.refused[name])
        if switches.max_card and len(request.body) > switches.max_card:
            return error(switches.too_large, "max-resource-size", "C")
        for check, status in switches.checks.items():
            if CHECKS[check](request.body):
                return error(status, "valid-address-data", "C")
        return self._uid_conflict(request, book, name)

    def _uid_conflict(self, request: Request, book: Book, name: str) -> Reply | None:
        switches = self.switches
        uid = value_of(request.body, "UID")
        old = book.cards.get(name)
        if switches.uid_conflict != "allow" and any(other != name for other in book.by_uid(uid)):
            return error(int(switches.uid_conflict), "no-uid-conflict", "C")
        if switches.uid_change != "allow" and old is not None and old.uid != uid:
            return error(int(switches.uid_change), "no-uid-conflict", "C")
        return None

    def _precondition(self, request: Request, card: Card | None, kind: str) -> Reply | None:
        ignored = self.switches.ignore
        none_match, match = request.headers.get("if-none-match"), request.headers.get("if-match")
        if none_match == "*" and card is not None and "if-none-match" not in ignored:
            return error(412)
        if match is None or kind in ignored:
            return None
        if card is None:
            return None if self.switches.star_creates and match == "*" else error(412)
        return None if match in {"*", card.etag} else error(412)

    def _delete(self, request: Request, book: Book, name: str) -> Reply:
        if not name:
            del self.server.books[book.name]
            return error(404) if self.switches.deleted_book_404 else Reply(204)
        with self._lock:
            if name not in book.cards:
                conditional = "if-match" in request.headers and self.switches.delete_missing == "412"
                return error(412 if conditional else 404)
            refusal = self._precondition(request, book.cards[name], "if-match-delete")
            if refusal is not None:
                return refusal
            book.delete(name)
        return Reply(204)

    def _put_book(self, request: Request, book: Book) -> Reply:
        if not self.switches.put_any:
            return error(405)
        for name in list(book.cards):
            book.delete(name)
        book.put("whole.vcf", request.body)
        return Reply(201)

    def _mkcol(self, request: Request) -> Reply:
        path = unquote(request.plain_path)
        name = path.removeprefix(self.server.home).strip("/") if path.startswith(self.server.home) else ""
        if not name or "/" in name:
            return error(409)
        if name in self.server.books:
            return error(405)
        self.server.add_book(name, _display_name(request.body))
        return Reply(201)

    def _proppatch(self, request: Request, book: Book) -> Reply:
        book.title = _display_name(request.body) or book.title
        return multistatus([row(request.path, {D + "displayname": ""}, [D + "displayname"])])


def _display_name(body: bytes) -> str:
    if not body.strip():
        return ""
    found = ET.fromstring(body).find(f".//{D}displayname")
    return "" if found is None else found.text or ""
