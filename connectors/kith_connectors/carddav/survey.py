"""What changed in one address book: by sync report (RFC 6578) where there is one, else by listing every ETag."""

from dataclasses import dataclass, field

from kith.connector.errors import BadReply, WrongPlace
from kith_connectors.carddav.answers import NotMultistatus, Refusal, failure, listing
from kith_connectors.carddav.books import Book, book_of, is_book
from kith_connectors.carddav.discovery import ask
from kith_connectors.carddav.multistatus import DAV, IllFormed, Node, Row
from kith_connectors.carddav.places import inside, rooted, same
from kith_connectors.carddav.questions import changes, propfind
from kith_connectors.carddav.transport import DavTransport, Head
from kith_connectors.carddav.trust import shown

IDENTITY = "<d:resourcetype/><d:resource-id/><d:current-user-principal/>"
FOLDER = (DAV + "resourcetype", DAV + "collection")

MAX_ROUNDS = 10_000
"""A paged report that goes on longer than this goes on for ever."""


@dataclass(slots=True)
class Survey:
    """Cards by their uniform href: `changed` to (href as spelled, ETag or ""), `gone` to the href as spelled.

    `complete`: `changed` names every card of the book. `token` and `ctag` hold once the cards have been read.
    """

    changed: dict[str, tuple[str, str]] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    complete: bool = False
    token: str = ""
    ctag: str = ""
    reports: bool = True
    strange: str = ""  # an href that lies outside the book

    def take(self, book: Book, row: Row) -> None:
        """Add one row. The collection's own row and those of folders in it do not count; twice is once."""
        spelled = rooted(book.url, row.href)
        if not inside(book.url, spelled):
            if same(spelled).rstrip("/") != same(book.url).rstrip("/") and not spelled.endswith("/"):
                self.strange = spelled
            return
        name = same(spelled)
        if row.gone:
            if name not in self.changed:
                self.gone[name] = spelled
        else:
            self.gone.pop(name, None)
            self.changed[name] = (spelled, row.props.words(DAV + "getetag"))

    def checked(self, book: Book) -> "Survey":
        """Itself. Raises WrongPlace where the answer speaks of another place only."""
        if self.strange and not self.changed and not self.gone:
            raise WrongPlace(
                f"{shown(book.url)} lists cards of another address ({self.strange})",
                "the proxy in front of the server changes paths; give the address that the server itself uses",
            )
        return self


class _TokenRefused(Exception):
    pass


class _NoReports(Exception):
    pass


def survey(transport: DavTransport, book: Book, fresh: bool = False) -> Survey | None:
    """What changed since `book` was last read; None for nothing. `fresh`: everything, whatever was remembered.

    An expired token leads to a complete survey, which by itself deletes nothing. Raises ConnectorError.
    """
    try:
        return _surveyed(transport, book, fresh)
    except NotMultistatus as error:
        raise failure(error.refusal, f"reading the address book {book.name}") from None
    except IllFormed as error:
        raise BadReply(
            f"{shown(book.url)} gives a list that is cut off or damaged ({error}); it is not used",
            "kith tries again with the next sync",
        ) from None


def _surveyed(transport: DavTransport, book: Book, fresh: bool) -> Survey | None:
    if not book.reports:
        return _by_listing(transport, book, fresh)
    try:
        try:
            found = _by_report(transport, book, "" if fresh else book.token)
        except _TokenRefused:
            _look(transport, book)
            found = _by_report(transport, book, "")
    except _NoReports:
        if book.token:  # it had them before
            _look(transport, book)
        return _by_listing(transport, book, fresh or bool(book.token))
    if found and found.complete and not found.changed:
        # Nothing at all where everything was asked for: worth a second look in another way.
        again = _by_listing(transport, book, fresh=True)
        found.changed = again.changed if again else {}
    return found


def _by_report(transport: DavTransport, book: Book, token: str) -> Survey | None:
    found = Survey(complete=not token, token=token)
    for _ in range(MAX_ROUNDS):
        before = found.token
        more = _round(transport, book, found)
        if not found.token or (more and found.token == before):
            raise _NoReports
        if not more:
            break
    nothing = not found.changed and not found.gone and not found.complete
    if nothing and not found.strange:
        book.token = found.token
        return None
    return found.checked(book)


def _round(transport: DavTransport, book: Book, found: Survey) -> bool:
    """One report; True when the server has more to tell (507, RFC 6578 section 3.6)."""
    more, token = False, ""
    try:
        with transport.stream(changes(book.url, found.token)) as answer:
            for item in listing(answer, DAV + "sync-token"):
                if isinstance(item, Node):
                    token = item.text.strip()
                elif item.status == 507:
                    more = True
                else:
                    found.take(book, item)
    except NotMultistatus as error:
        raise _refused(error.refusal, found.token, book) from None
    found.token = token
    return more


def _refused(refused: Refusal, token: str, book: Book) -> Exception:
    """An expired token, a server without this report, or a failure."""
    status = refused.status
    if token and ("valid-sync-token" in refused.conditions or status in {403, 409, 410, 412, 507}):
        return _TokenRefused()
    if status in {400, 403, 404, 405, 409, 410, 412, 415, 422, 501, 507}:
        return _NoReports()
    return failure(refused, f"reading the address book {book.name}")


def _look(transport: DavTransport, book: Book) -> str:
    """The change tag. Raises WrongPlace where another user or another address book answers than the one that was
    remembered."""
    rows, url = ask(transport, book.url, IDENTITY + "<cs:getctag/>", 0)
    if not rows:
        return ""
    now = book_of(rows[0], url)
    pairs = ((book.principal, now.principal), (book.identity, now.identity))
    changed = any(old and new and same(old) != same(new) for old, new in pairs)
    if changed or not is_book(rows[0].props):
        raise WrongPlace(
            f"another address book than before answers at {shown(book.url)}; nothing was changed",
            "if it was made anew on purpose, run: kith sync --full",
        )
    return now.ctag


def _by_listing(transport: DavTransport, book: Book, fresh: bool) -> Survey | None:
    """The change tag first, and every ETag only where that has moved or is missing."""
    ctag = "" if fresh else _look(transport, book)
    if ctag and ctag == book.ctag:
        return None
    found, itself = Survey(complete=True, ctag=ctag or book.ctag, reports=False), False
    with transport.stream(propfind(book.url, "<d:getetag/><d:resourcetype/>", 1)) as answer:
        for item in listing(answer):
            if isinstance(item, Row) and same(item.href).rstrip("/") == same(book.url).rstrip("/"):
                itself = _alive(book, item)
            elif isinstance(item, Row) and not (item.gone or item.props.find(*FOLDER)):
                found.take(book, item)
    if not itself and not found.checked(book).changed:
        raise BadReply(
            f"{shown(book.url)} gives an empty list that does not even name the address book; it is not used",
            "kith tries again with the next sync",
        )
    return found.checked(book)


def _alive(book: Book, row: Row) -> bool:
    """True. Raises WrongPlace where a book's own row says that there is no such book."""
    if row.gone:
        raise failure(Refusal(Head(404, book.url, {})), f"reading the address book {book.name}")
    if row.status == 200 and not is_book(row.props):
        raise WrongPlace(f"{shown(book.url)} is no address book any more", "check the url of the account")
    return True
