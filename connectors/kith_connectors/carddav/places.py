"""URLs and hrefs: which spelling names the same card, and where a password may be sent."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

SHARED_SUFFIXES = frozenset(
    [
        "synology.me",
        "myds.me",
        "dscloud.me",
        "diskstation.me",
        "quickconnect.to",
        "myqnapcloud.com",
        "myfritz.net",
        "dyndns.org",
        "dynv6.net",
        "ddns.net",
        "no-ip.org",
        "duckdns.org",
        "spdns.de",
        "goip.de",
        "feste-ip.net",
        "github.io",
        "herokuapp.com",
        "cloudfront.net",
        "azurewebsites.net",
        "web.app",
        "pages.dev",
        "workers.dev",
        "fly.dev",
        "ts.net",
        "ngrok.io",
        "ngrok.app",
        "run.app",
    ]
)
"""Names below which strangers live side by side: one label more belongs to one owner."""

SECOND_LEVELS = frozenset(
    [
        "ac",
        "co",
        "com",
        "edu",
        "go",
        "gob",
        "gov",
        "gv",
        "ltd",
        "me",
        "mil",
        "ne",
        "net",
        "nhs",
        "or",
        "org",
        "plc",
        "sch",
    ]
)
"""Second-level labels that registries of two-letter countries use (co.uk, com.au, or.at)."""


_ORIGIN = re.compile(r"[^/?#]*://[^/?#]*")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def registrable(host: str) -> str:
    """The part of a host name that one owner registers; an address and a single label stand for themselves."""
    host = host.rstrip(".").casefold()
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    labels = host.split(".")
    if len(labels) <= 2:
        return host
    shared = ".".join(labels[-2:]) in SHARED_SUFFIXES
    country = len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return ".".join(labels[-3:] if shared or country else labels[-2:])


def resolve(base: str, href: str) -> str:
    """An href of an answer as an absolute URL. A path that starts with two slashes stays a path of the same host."""
    parts = urlsplit(base)
    if _ABSOLUTE.match(href):
        return href
    if href.startswith("//") and urlsplit(href).netloc == parts.netloc:
        return f"{parts.scheme}:{href}"
    if not href.startswith("/"):
        href = parts.path.rsplit("/", 1)[0] + "/" + href
    return f"{parts.scheme}://{parts.netloc}{href}"


def origin_of(url: str) -> str:
    """What stands before the path of an absolute URL: scheme, user, host and port, as spelled."""
    found = _ORIGIN.match(url)
    return found[0] if found else url


def path_of(href: str) -> str:
    """The path of an href or URL, as spelled."""
    return urlsplit(href).path if _ABSOLUTE.match(href) else href.partition("#")[0]


UNRESERVED = "-._~!$&'()*+,;=:@"
"""What may stand in a path segment unencoded (RFC 3986 section 3.3), besides letters and digits."""

_PLAIN = re.compile(rf"/[A-Za-z0-9/{re.escape(UNRESERVED)}]*")


def same(href: str) -> str:
    """The form in which two spellings of one href are equal: path only, percent-encoding made uniform."""
    if _PLAIN.fullmatch(href):
        return href
    return "/".join(quote(unquote(part), safe=UNRESERVED) for part in path_of(href).split("/"))


def rooted(base: str, href: str) -> str:
    """An href as spelled; one without any slash, which the RFC does not allow, with the path of its collection."""
    return href if "/" in href else path_of(resolve(base, href))


def book_key(url: str) -> str:
    """The stable id of an address book: its decoded path, with the slash at its end."""
    return unquote(path_of(url)).rstrip("/") + "/"


def folder(url: str) -> str:
    """A collection's URL with the slash at its end and without query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + "/", "", ""))


@lru_cache(64)
def _members(book_url: str) -> str:
    """What the uniform hrefs of a book's cards begin with."""
    return same(folder(book_url))


def inside(book_url: str, href: str) -> bool:
    """Whether an href is a direct member of a book, not the book itself, not a folder, not elsewhere."""
    if "?" in href or "#" in href:  # what follows is not part of the path: `/book/?x` is the book itself
        return False
    own, other = _members(book_url), same(href)
    rest = other[len(own) :]
    dots = {".", ".."} & set(unquote(rest).split("/"))
    return other.startswith(own) and bool(rest) and "/" not in rest and not dots
