"""Bytes of WebDAV answers, and what can be read from WebDAV requests (RFC 4918, 6352, 6578)."""

import email.utils
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.sax.saxutils import escape

from servers.davbook import Book, Card
from servers.loopback import Reply

D, C, CS = "{DAV:}", "{urn:ietf:params:xml:ns:carddav}", "{http://calendarserver.org/ns/}"
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:" '
    b'xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:CS="http://calendarserver.org/ns/">'
)
TAIL = b"</D:multistatus>"
XML_TYPE = ("Content-Type", "application/xml; charset=utf-8")
PREFIXES = {"DAV:": "D", "urn:ietf:params:xml:ns:carddav": "C", "http://calendarserver.org/ns/": "CS"}


@dataclass
class Ask:
    """A parsed request body. `root` is the local name of the root element, `props` the names in Clark notation."""

    root: str = ""
    props: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    token: str | None = None
    limit: int = 0
    uid: str | None = None
    filters: list[tuple[str, str]] = field(default_factory=list)
    version: str = ""


def parse(body: bytes) -> Ask | None:
    """What a request asks for; None for ill-formed XML. An empty body is a PROPFIND for all properties."""
    if not body.strip():
        return Ask("propfind")
    try:
        tree = ET.fromstring(body)
    except ET.ParseError:
        return None
    ask = Ask(tree.tag.rpartition("}")[2])
    prop = tree.find(f".//{D}prop")
    ask.props = [child.tag for child in prop] if prop is not None else []
    ask.hrefs = [(href.text or "").strip() for href in tree.findall(f"{D}href")]
    token = tree.find(f"{D}sync-token")
    ask.token = None if token is None else (token.text or "").strip()
    limit = tree.find(f".//{D}nresults")
    limit = tree.find(f".//{C}nresults") if limit is None else limit
    ask.limit = int(limit.text or 0) if limit is not None else 0
    data = tree.find(f".//{C}address-data")
    ask.version = "" if data is None else data.get("version", "")
    for test in tree.findall(f".//{C}prop-filter"):
        match = test.find(f"{C}text-match")
        ask.filters.append((test.get("name", "").upper(), "" if match is None else match.text or ""))
    return ask


def multistatus(rows: list[bytes], token: str = "") -> Reply:
    """A 207 answer of rendered rows, with a sync-token where one is given."""
    end = f"<D:sync-token>{escape(token)}</D:sync-token>".encode() if token else b""
    return Reply(207, b"".join([HEAD, *rows, end, TAIL]), (XML_TYPE,))


def error(status: int, condition: str = "", namespace: str = "D") -> Reply:
    """An error answer; `condition` is the precondition element that RFC 4918 section 16 puts into DAV:error."""
    inner = f"<{namespace}:{condition}/>" if condition else ""
    body = (
        '<?xml version="1.0" encoding="utf-8"?><D:error xmlns:D="DAV:" '
        f'xmlns:C="urn:ietf:params:xml:ns:carddav">{inner}</D:error>'
    )
    return Reply(status, body.encode(), (XML_TYPE,))


def href_of(book_path: str, name: str) -> str:
    """The percent-encoded href of a card."""
    return quote(book_path + name, safe="/@:+,;=$&!*'()~")


def row(href: str, known: dict[str, str | bytes], asked: list[str]) -> bytes:
    """One response with the asked properties: found ones with 200, the others with 404."""
    found, missing = [], []
    for name in asked or list(known):
        value = known.get(name)
        if value is None:
            missing.append(_element(name, b""))
        else:
            found.append(_element(name, value if isinstance(value, bytes) else value.encode()))
    parts = [b"<D:response><D:href>", escape(href).encode(), b"</D:href>"]
    if found or not missing:
        parts += [b"<D:propstat><D:prop>", *found, b"</D:prop>", OK, b"</D:propstat>"]
    if missing:
        parts += [b"<D:propstat><D:prop>", *missing, b"</D:prop>", NOT_FOUND, b"</D:propstat>"]
    return b"".join([*parts, b"</D:response>"])


OK = b"<D:status>HTTP/1.1 200 OK</D:status>"
NOT_FOUND = b"<D:status>HTTP/1.1 404 Not Found</D:status>"


def status_row(href: str, status: int, condition: str = "") -> bytes:
    """One response with a status instead of properties."""
    inner = f"<D:error><D:{condition}/></D:error>" if condition else ""
    text = f"<D:response><D:href>{escape(href)}</D:href><D:status>HTTP/1.1 {status} Status</D:status>{inner}"
    return f"{text}</D:response>".encode()


def card_row(href: str, etag: str, data: bytes | None = None) -> bytes:
    """The usual row of a listing or a multiget: getetag and, where given, address-data (already escaped)."""
    tag = b"<D:getetag>%s</D:getetag>" % escape(etag).encode() if etag else b""
    body = b"" if data is None else b"<C:address-data>%s</C:address-data>" % data
    return b"".join(
        (
            b"<D:response><D:href>",
            escape(href).encode(),
            b"</D:href><D:propstat><D:prop>",
            tag,
            body,
            b"</D:prop>",
            OK,
            b"</D:propstat></D:response>",
        )
    )


def escaped(card: bytes) -> bytes:
    """Card bytes as XML text; CR is written as a character reference so that it survives parsing."""
    return card.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;").replace(b"\r", b"&#13;")


def card_props(card: Card, size: int) -> dict[str, str | bytes]:
    """The properties of a card that PROPFIND may ask for."""
    return {
        D + "getetag": escape(card.etag),
        D + "resourcetype": "",
        D + "getcontenttype": "text/vcard; charset=utf-8",
        D + "getcontentlength": str(size),
        D + "getlastmodified": email.utils.formatdate(card.modified, usegmt=True),
    }


def book_props(book: Book, owner: str) -> dict[str, str | bytes]:
    """The properties of a book that PROPFIND may ask for."""
    switches = book.switches
    write = "" if book.name in switches.read_only else "<D:privilege><D:write/></D:privilege>"
    reports = [f"<C:{name}/>" for name in ("addressbook-multiget", "addressbook-query")]
    if switches.sync_collection:
        reports.append("<D:sync-collection/>")
    supported = "".join(
        f"<D:supported-report><D:report>{one}</D:report></D:supported-report>" for one in reports
    )
    types = "".join(
        f'<C:address-data-type content-type="text/vcard" version="{version}"/>'
        for version in switches.versions
    )
    props: dict[str, str | bytes] = {
        D + "resourcetype": "<D:collection/><C:addressbook/>",
        D + "displayname": escape(book.title or book.name),
        D + "owner": f"<D:href>{owner}</D:href>",
        D + "current-user-principal": f"<D:href>{owner}</D:href>",
        D + "current-user-privilege-set": f"<D:privilege><D:read/></D:privilege>{write}",
        D + "supported-report-set": supported,
        D + "resource-id": f"<D:href>urn:uuid:00000000-0000-4000-8000-{book.epoch:012d}</D:href>",
    }
    if switches.sync_collection:
        props[D + "sync-token"] = book.token()
    if switches.ctag != "none":
        props[CS + "getctag"] = str(
            book.head if switches.ctag == "number" else 1_790_000_000 + book.head // 5
        )
    if types:
        props[C + "supported-address-data"] = types
    if switches.max_card and switches.advertise_size:
        props[C + "max-resource-size"] = str(switches.max_card)
    return props


def _element(name: str, value: bytes) -> bytes:
    space, _, local = name[1:].partition("}")
    prefix = PREFIXES.get(space)
    if prefix is None:
        return f'<X:{local} xmlns:X="{escape(space)}"/>'.encode()
    tag = f"{prefix}:{local}".encode()
    return b"<%s>%s</%s>" % (tag, value, tag) if value else b"<%s/>" % tag
