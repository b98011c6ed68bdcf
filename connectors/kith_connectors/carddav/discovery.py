"""From what the user typed to the address books (RFC 6764, RFC 5397, RFC 6352 section 7.1)."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from kith.connector.errors import AuthenticationFailed, BadReply, ConnectorError, WrongPlace
from kith_connectors.carddav.answers import NotMultistatus, Refusal, failure, listing
from kith_connectors.carddav.books import Book, book_of, is_book
from kith_connectors.carddav.multistatus import CARD, DAV, IllFormed, Row
from kith_connectors.carddav.places import folder, loopback, resolve
from kith_connectors.carddav.providers import Provider
from kith_connectors.carddav.questions import PLACE, propfind
from kith_connectors.carddav.transport import DavTransport
from kith_connectors.carddav.trust import shown

DNS_TIMEOUT = 10
WELL_KNOWN = "/.well-known/carddav"


def start_url(url: str, provider: Provider) -> str:
    """The absolute URL where discovery starts, without asking the network."""
    text = url.strip() or provider.url
    if "://" in text:
        parts = urlsplit(text)
        return text if parts.path else text + "/"
    domain = text.rpartition("@")[2]
    if provider.url and ("@" in text or domain.partition("/")[0].casefold() in provider.domains):
        return provider.url
    host = urlsplit("//" + domain).hostname or ""
    scheme = "http" if loopback(host) else "https"
    return f"{scheme}://{domain}" if "/" in domain else f"{scheme}://{domain}/"


def domain_of(url: str) -> str:
    """The domain that DNS may know more about: that of a mail address or a bare domain, "" for anything else."""
    text = url.strip()
    domain = text.rpartition("@")[2]
    if "://" in text or "/" in text or ":" in domain or "." not in domain or loopback(domain):
        return ""
    return domain


def announced(url: str) -> str:
    """What DNS says about a bare domain or mail address (RFC 6764 sections 3 to 5), "" where it says nothing."""
    domain = domain_of(url)
    if not domain:
        return ""
    try:
        from caldav.discovery import discover_carddav
    except ImportError:
        return ""
    log = logging.getLogger("caldav")
    level = log.level
    log.setLevel(logging.CRITICAL)  # it reports every host without records as an error
    try:
        found = discover_carddav(domain, timeout=DNS_TIMEOUT, require_tls=True)
    except Exception:  # whatever goes wrong in there, the address itself is still to be tried
        return ""
    finally:
        log.setLevel(level)
    return str(found.url) if found else ""


@dataclass(frozen=True, slots=True)
class Search:
    """One discovery: whom to ask, as whom, with which provider's habits."""

    transport: DavTransport
    provider: Provider
    username: str

    def books(self, start: str) -> list[Book]:
        """All address books of the user, or the single one that `start` is. Raises ConnectorError, also where
        there is none."""
        first: ConnectorError | None = None
        empty: list[
            str
        ] = []  # homes of this user: that there is nothing in one tells more than any guessed place
        for place in self._candidates(start):
            try:
                found = self._at(place, empty)
            except (WrongPlace, BadReply) as error:
                first = first or error
                continue
            if found:
                return found
        if empty:
            raise WrongPlace(
                f"the login works, but there is no address book yet at {shown(empty[0])}",
                "make one there (on the server's web page, or with a contacts program), or name the url of one",
            )
        raise first or WrongPlace(
            f"there is no address book at {shown(start)}", "make one on the server, or check the url"
        )

    def _candidates(self, start: str) -> Iterator[str]:
        """The address itself; only where it names a whole server also what may lie below."""
        yield start
        parts = urlsplit(start)
        if parts.path.strip("/"):
            return
        host = f"{parts.scheme}://{parts.netloc}"
        yield host + WELL_KNOWN
        for path in self.provider.paths:
            if "{user}" not in path or self.username:
                yield host + path.format(user=quote(self.username, safe="@"))

    def _at(self, place: str, empty: list[str]) -> list[Book]:
        """The address books that a place leads to; a home of the user's without any goes to `empty`."""
        own, url = self._look(place)
        if own is None:
            return []
        if is_book(own.props):
            return [book_of(own, url)]
        homes = _hrefs(own, url, CARD + "addressbook-home-set")
        if not homes:
            principal = _hrefs(own, url, DAV + "current-user-principal")
            if own.props.find(DAV + "current-user-principal", DAV + "unauthenticated"):
                raise AuthenticationFailed(
                    f"{shown(url)} does not know who is asking", "give username and password of the account"
                )
            homes = self._homes(principal[0]) if principal else []
        found: list[Book] = []
        for home in homes or [url]:
            found += [book for book in self._inside(home) if book.key not in {other.key for other in found}]
        if not found:
            empty += homes
        return found

    def _look(self, url: str) -> tuple[Row | None, str]:
        """The resource's own row, and the URL that answered in the end."""
        listed, answered = self._ask(url, 0)
        return (listed[0] if listed else None), answered

    def _homes(self, principal: str) -> list[str]:
        own, url = self._look(principal)
        return _hrefs(own, url, CARD + "addressbook-home-set") if own else []

    def _inside(self, home: str) -> list[Book]:
        listed, url = self._ask(folder(home), 1)
        skipped = self.provider.skip
        return [
            book_of(row, url)
            for row in listed
            if is_book(row.props) and not folder(resolve(url, row.href)).endswith(skipped or ("\n",))
        ]

    def _ask(self, url: str, depth: int) -> tuple[list[Row], str]:
        return ask(self.transport, url, PLACE, depth)


def ask(transport: DavTransport, url: str, props: str, depth: int) -> tuple[list[Row], str]:
    """A PROPFIND's rows and the URL that answered. Raises ConnectorError, also where the only row says 404: one server
    answers so for what is not there."""
    doing = "looking for address books"
    try:
        with transport.stream(propfind(url, props, depth)) as answer:
            found = [item for item in listing(answer) if isinstance(item, Row)]
            if len(found) == 1 and found[0].gone:
                raise NotMultistatus(Refusal(replace(answer.head, status=404)))
            return found, answer.head.url
    except NotMultistatus as error:
        raise failure(error.refusal, doing) from None
    except IllFormed as error:
        raise BadReply(f"{shown(url)} gives an answer that cannot be read ({error})") from None


def _hrefs(row: Row, base: str, prop: str) -> list[str]:
    held = row.props.find(prop)
    return (
        [resolve(base, node.text.strip()) for node in held.all(DAV + "href") if node.text.strip()]
        if held
        else []
    )
