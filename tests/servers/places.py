"""Address books for the conformance suite: what kith connects to, and the same book as the owner's phone sees it."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from servers.davbook import Book
from servers.faultproxy import FaultProxy
from servers.hostile import HostileServer
from servers.loopback import Request
from servers.process import Server
from servers.rewrites import REWRITES
from servers.switches import PRESETS
from servers.wire import ETAGS, QUERY, Answer, ask

PHONE = {"User-Agent": "phone"}


class Phone(Protocol):
    """Another device of the owner, on the same book, without kith in between."""

    def put(self, name: str, card: bytes) -> None: ...

    def get(self, name: str) -> bytes | None: ...

    def delete(self, name: str) -> None: ...

    def names(self) -> set[str]: ...

    def cards(self) -> dict[str, bytes]: ...


@dataclass
class RealPhone:
    """A device on a real server."""

    book_url: str
    login: tuple[str, str]

    def put(self, name: str, card: bytes) -> None:
        answer = self._ask("PUT", name, card)
        assert answer.status in {200, 201, 204}, answer

    def get(self, name: str) -> bytes | None:
        answer = self._ask("GET", name)
        assert answer.status in {200, 404}, answer
        return answer.body if answer.status == 200 else None

    def delete(self, name: str) -> None:
        answer = self._ask("DELETE", name)
        assert answer.status in {200, 204}, answer

    def names(self) -> set[str]:
        answer = ask("PROPFIND", self.book_url, ETAGS, {"Depth": "1"}, self.login)
        assert answer.status == 207, answer
        own = unquote(urlsplit(self.book_url).path)
        paths = {unquote(urlsplit(href).path) for href, _ in answer.rows}
        return {path.removeprefix(own) for path in paths if path.rstrip("/") != own.rstrip("/")}

    def cards(self) -> dict[str, bytes]:
        """The whole book with one request."""
        answer = ask("REPORT", self.book_url, QUERY, {"Depth": "1"}, self.login)
        assert answer.status == 207, answer
        found = {}
        for row in ET.fromstring(answer.body).iter("{DAV:}response"):
            href = row.findtext("{DAV:}href") or ""
            text = row.findtext(".//{urn:ietf:params:xml:ns:carddav}address-data")
            assert text, f"{href} without a card"
            found[unquote(href).rpartition("/")[2]] = text.encode()
        return found

    def _ask(self, method: str, name: str, body: bytes = b"") -> Answer:
        return ask(method, self.book_url + name, body, PHONE, self.login)


@dataclass
class HostilePhone:
    """A device on the hostile server: straight into its memory."""

    book: Book

    def put(self, name: str, card: bytes) -> None:
        self.book.store(name, card)

    def get(self, name: str) -> bytes | None:
        return self.book.shown(name) if name in self.book.cards else None

    def delete(self, name: str) -> None:
        self.book.delete(name)

    def names(self) -> set[str]:
        return set(self.book.cards)

    def cards(self) -> dict[str, bytes]:
        return {name: self.book.shown(name) for name in self.book.cards}


@dataclass
class Place:
    """One empty address book. `settings` are those of kith's carddav connector, except the password's form.

    `traffic` fails on demand and has recorded kith's requests; `habits` are the names of the rewrites that the server
    applies to what is written.
    """

    name: str
    settings: dict[str, Any]
    phone: Phone
    traffic: FaultProxy | HostileServer
    habits: frozenset[str] = frozenset()
    switches: dict[str, Any] = field(default_factory=dict)

    @property
    def requests(self) -> list[Request]:
        """What kith has asked since the last clear()."""
        return self.traffic.requests

    def writes(self) -> list[Request]:
        """The requests among them that could change something."""
        return self.traffic.writes()


@contextmanager
def real_place(name: str, server: Server) -> Iterator[Place]:
    """A new book on a running server, reached through a fault proxy."""
    book = server.book()
    with FaultProxy(server.url) as proxy:
        settings = {
            "url": proxy.url,
            "username": server.username,
            "password": server.password,
            "address_books": (urlsplit(book).path,),
        }
        yield Place(name, settings, RealPhone(book, (server.username, server.password)), proxy)


@contextmanager
def hostile_place(name: str) -> Iterator[Place]:
    """A new hostile server with the switches of VARIANTS[name]."""
    switches = {key: _fresh(value) for key, value in VARIANTS[name].items()}
    with HostileServer(**switches) as server:
        settings = {"url": server.url, "username": server.username, "password": server.password}
        if not server.switches.discovery:
            settings["url"] = server.book_url()
        habits = frozenset(server.switches.rewrite)
        yield Place(name, settings, HostilePhone(server.books["contacts"]), server, habits, switches)


def _fresh(value: Any) -> Any:
    return type(value)(value) if isinstance(value, set | dict) else value


VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    **{f"like-{name}": {"like": name} for name in PRESETS},
    **{f"rewrite-{name}": {"rewrite": (name,)} for name in REWRITES},
    "auth-digest": {"auth": "digest"},
    "auth-both": {"auth": "both"},
    "auth-lower-case": {"scheme": "basic", "realm": False},
    "anonymous-principal": {"anonymous_principal": True},
    "no-discovery": {"discovery": False},
    "other-collections": {"extra_collections": True},
    "no-sync-report": {"sync_collection": False},
    "no-sync-report-no-ctag": {"sync_collection": False, "ctag": "none"},
    "no-multiget": {"multiget": False},
    "no-query": {"query": False},
    "only-listings": {"sync_collection": False, "multiget": False, "query": False, "ctag": "none"},
    "token-412": {"bad_token": "412"},
    "token-full": {"bad_token": "full"},
    "paged": {"page_size": 2},
    "tombstones-first": {"tombstones_initial": True},
    "repeats": {"repeats": 3},
    "no-data-in-report": {"data_in_sync": False},
    "absolute-hrefs": {"absolute_hrefs": True},
    "own-row": {"own_row": True},
    "multiget-omits": {"missing": "omit"},
    "multiget-404": {"missing": "404"},
    "multiget-small": {"multiget_limit": 1},
    "etag-weak": {"etag": "weak"},
    "etag-unquoted": {"etag": "unquoted"},
    "etag-counter": {"etag": "counter"},
    "etag-not-told": {"etag_on_put": "no"},
    "etag-unless-rewritten": {"etag_on_put": "unless_rewritten", "rewrite": ("sort",)},
    "etag-not-in-rows": {"etag_in_rows": False},
    "touch": {"touch": True},
    "ignores-if-none-match": {"ignore": {"if-none-match"}},
    "ignores-if-match-on-delete": {"ignore": {"if-match-delete"}},
    "delete-missing-412": {"delete_missing": "412"},
    "view-3": {"view": ("to_3",)},
    "location": {"location": True},
    "uid-conflict-409": {"uid_conflict": "409", "uid_change": "409"},
    "uid-conflict-403": {"uid_conflict": "403", "uid_change": "403"},
    "strict": {"checks": {"not_a_card": 403, "no_uid": 403, "no_fn": 403, "no_n": 403, "two_bday": 403}},
    "no-folded-prodid": {"checks": {"folded_prodid": 403}},
    "no-chunked": {"no_chunked": True},
    "gzip": {"gzip": True},
    "no-keep-alive": {"keep_alive": False},
    "only-3": {"versions": ("3.0",)},
    "no-versions": {"versions": ()},
}
"""Switches of the hostile server with which an account must still work in full, by name."""
