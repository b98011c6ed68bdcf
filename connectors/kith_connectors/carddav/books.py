"""Address books: what is known of each, and how it is remembered in the cursor."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from kith_connectors.carddav.multistatus import CARD, CS, DAV, Node, Row
from kith_connectors.carddav.places import book_key, folder, resolve

CURSOR_VERSION = 1


@dataclass(slots=True)
class Book:
    """One address book.

    `url` absolute; `key` its stable id. `token`: sync-token after the last pull, "" for none yet. `ctag`: the change
    tag of a server without sync-collection. `reports`: whether the server has sync-collection (assumed at first).
    `again`: hrefs that could not be read last time. `writable`: False where the server says so. `versions`: the vCard
    versions it takes, () where it does not say. `largest`: card size in bytes it takes, 0 where it does not say.
    `proven`: what came back from the server as it was sent, see `trial`.
    """

    url: str
    name: str = ""
    token: str = ""
    ctag: str = ""
    identity: str = ""
    principal: str = ""
    reports: bool = True
    writable: bool = True
    versions: tuple[str, ...] = ()
    largest: int = 0
    again: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()
    rewrites: bool = False
    group_cards: bool = False

    @property
    def key(self) -> str:
        return book_key(self.url)

    @property
    def version(self) -> str:
        """The vCard version for new cards: 3.0 wherever it is taken (a 4.0 photo is damaged by several servers)."""
        return "4.0" if "4.0" in self.versions and "3.0" not in self.versions else "3.0"

    def answers_to(self, name: str) -> bool:
        """Whether the user's word for a book means this one: its name, its path or URL, or the last part of it."""
        path = self.key.rstrip("/")
        plain = name.rstrip("/")
        return plain in {self.name, path, self.url.rstrip("/"), path.rpartition("/")[2]}


@dataclass(slots=True)
class Places:
    """The cursor: which settings it belongs to, and the books. JSON, a few hundred bytes."""

    origin: str = ""
    books: list[Book] = field(default_factory=list)

    def learn_from(self, lately: "Places") -> None:
        """What was seen of the servers since this was remembered: which cards they keep as sent."""
        seen = {book.url: book for book in lately.books}
        for book in self.books:
            if book.url in seen:
                book.proven, book.rewrites = seen[book.url].proven, seen[book.url].rewrites

    def dump(self) -> str:
        books = [
            {name: value for name, value in asdict(book).items() if value != _BLANK[name]}
            for book in self.books
        ]
        return json.dumps({"v": CURSOR_VERSION, "origin": self.origin, "books": books}, ensure_ascii=False)


_BLANK: dict[str, Any] = asdict(Book("")) | {"url": None}


def load(text: str | None, origin: str) -> Places | None:
    """The places in a cursor; None where it belongs to other settings or another version of kith."""
    if not text:
        return None
    try:
        data = json.loads(text)
        if data["v"] != CURSOR_VERSION or data["origin"] != origin:
            return None
        return Places(origin, [_book(row) for row in data["books"]])
    except (ValueError, KeyError, TypeError):
        return None


def _book(row: dict[str, Any]) -> Book:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return Book(**{**row, **lists})


def is_book(props: Node) -> bool:
    return props.find(DAV + "resourcetype", CARD + "addressbook") is not None


def book_of(row: Row, base: str) -> Book:
    """A book from its row in a listing made at `base`."""
    props = row.props
    types = props.find(CARD + "supported-address-data")
    size = props.words(CARD + "max-resource-size")
    return Book(
        url=folder(resolve(base, row.href)),
        name=props.words(DAV + "displayname"),
        ctag=props.words(CS + "getctag"),
        identity=props.words(DAV + "resource-id", DAV + "href"),
        principal=props.words(DAV + "current-user-principal", DAV + "href"),
        writable=_may_write(props.find(DAV + "current-user-privilege-set")),
        versions=tuple(sorted(_versions(types.children if types else ()))),
        largest=int(size) if size.isdigit() else 0,
    )


def _versions(types: Iterable[Node]) -> set[str]:
    return {
        node.attributes.get("version", "3.0")
        for node in types
        if node.attributes.get("content-type", "text/vcard").startswith("text/vcard")
    }


def _may_write(privileges: Node | None) -> bool:
    """RFC 3744 section 5.5; a server that tells nothing is taken to allow writing."""
    if privileges is None:
        return True
    held = {right.name for privilege in privileges.all(DAV + "privilege") for right in privilege.children}
    return not held or bool(held & {DAV + "all", DAV + "write", DAV + "write-content", DAV + "bind"})
