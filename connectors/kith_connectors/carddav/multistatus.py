"""WebDAV answers, read as they arrive: one `Node` for each response, never the whole document."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from kith_connectors.carddav.transport import CARD_LIMIT

DAV = "DAV: "
CARD = "urn:ietf:params:xml:ns:carddav "
CS = "http://calendarserver.org/ns/ "
"""Name spaces as prefixes of element names: `DAV + "href"`."""

DEPTH_LIMIT = 64
TEXT_LIMIT = 64 * 1024
"""The longest text of anything but a card, in characters."""


class IllFormed(Exception):
    """The bytes are not the XML they should be."""


@dataclass(slots=True)
class Node:
    """An XML element: its name with name space, attributes, own text, children. `oversized`: text was left out."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Node"] = field(default_factory=list)
    oversized: bool = False

    def find(self, *names: str) -> "Node | None":
        """The first child of the first name, in it the first of the second, and so on."""
        node = self
        for name in names:
            for child in node.children:
                if child.name == name:
                    node = child
                    break
            else:
                return None
        return node

    def all(self, name: str) -> list["Node"]:
        return [child for child in self.children if child.name == name]

    def words(self, *names: str) -> str:
        """The text of a descendant without surrounding space, "" where it is missing."""
        node = self.find(*names)
        return node.text.strip() if node else ""


class _Builder:
    """Expat's callbacks. Children of the root are handed out and forgotten."""

    def __init__(self, root: frozenset[str]) -> None:
        self._roots = root
        self._stack: list[Node] = []
        self._texts: list[list[str]] = []
        self._length = self._run = 0
        self.done: list[Node] = []
        self.root: Node | None = None
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = 65536
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser

    def feed(self, data: bytes, last: bool = False) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise IllFormed(str(error)) from None

    def close(self) -> None:
        """Parser and builder hold each other: apart, they are freed at once, pictures and all."""
        del self._parser

    def _doctype(self, *_: object) -> None:
        raise IllFormed("a document type is not allowed")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._stack) >= DEPTH_LIMIT:
            raise IllFormed("nested too deeply")
        if not self._stack and name not in self._roots:
            raise IllFormed(f"the root element is {name}")
        self._stack.append(Node(name, attributes, "", []))
        self._texts.append([])
        self._run = 0

    def _data(self, text: str) -> None:
        self._length += len(text)
        self._run += len(text)
        if self._run > TEXT_LIMIT and self._stack[-1].name != CARD + "address-data":
            raise IllFormed("a text is too long")
        if self._length > CARD_LIMIT:
            self._stack[-1].oversized = True
            self._texts[-1].clear()
        else:
            self._texts[-1].append(text)

    def _end(self, _name: str) -> None:
        node = self._stack.pop()
        node.text = "".join(self._texts.pop())
        if not self._stack:
            self.root = node
        elif len(self._stack) == 1:
            self.done.append(node)
            self._length = 0
        else:
            self._stack[-1].children.append(node)


def nodes(chunks: Iterable[bytes], *roots: str) -> Iterator[Node]:
    """The children of the root element, each as soon as it is complete. Raises IllFormed for anything but one
    well-formed document with one of the roots (default: multistatus)."""
    builder = _Builder(frozenset(roots or (DAV + "multistatus",)))
    try:
        for chunk in chunks:
            builder.feed(chunk)
            yield from builder.done
            builder.done.clear()
        builder.feed(b"", True)
        yield from builder.done
    finally:
        builder.close()


class Row(NamedTuple):
    """One response of a multistatus: the href as spelled, its status, and the properties that were found.

    `whole`: the status is that of the resource, not of a property that it lacks."""

    href: str
    status: int
    props: Node
    whole: bool = False
    error: frozenset[str] = frozenset()

    @property
    def gone(self) -> bool:
        return self.whole and self.status in {404, 410}


def row(node: Node) -> Row:
    """A response element as a row. A response without a status of its own has that of its first propstat with any
    success, else of the first (RFC 4918 section 14.24)."""
    found = Node(_PROP)
    first: dict[str, Node] = {}
    statuses = []
    for part in node.children:
        if part.name == _PROPSTAT:
            statuses.append(status := status_code(part.words(_STATUS)))
            held = part.find(_PROP)
            if held and 200 <= status < 300:
                found.children.extend(held.children)
        else:
            first.setdefault(part.name, part)
    own = first[_STATUS].text.strip() if _STATUS in first else ""
    if own:
        status = status_code(own)
    elif any(200 <= code < 300 for code in statuses):
        status = 200
    else:
        status = statuses[0] if statuses else 200
    href = first[_HREF].text.strip() if _HREF in first else ""
    return Row(href, status, found, bool(own), conditions(first.get(_ERROR)))


_HREF, _STATUS, _PROPSTAT, _PROP, _ERROR = (
    DAV + name for name in ("href", "status", "propstat", "prop", "error")
)


@lru_cache(64)
def status_code(line: str) -> int:
    """The number in a status line `HTTP/1.1 404 Not Found`; 0 where there is none."""
    words = line.split()
    return next((int(word) for word in words[:2] if word.isdigit() and len(word) == 3), 0)


def conditions(error: Node | None) -> frozenset[str]:
    """The local names of the preconditions inside a DAV:error element."""
    return frozenset(child.name.rpartition(" ")[2] for child in error.children) if error else frozenset()
