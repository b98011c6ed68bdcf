"""What the connector needs of HTTP: a handful of WebDAV verbs, exact bytes, bounded answers."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

REPLY_LIMIT = 256 * 1024 * 1024
"""The largest answer that is read, in bytes after decompression."""

CARD_LIMIT = 20 * 1024 * 1024
"""The largest single card that is read, in bytes."""

XML = 'application/xml; charset="utf-8"'
VCARD = "text/vcard; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: an absolute URL, and the headers besides authentication, agent and compression."""

    method: str
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """Status, headers (lower-case names) and the URL that answered, which differs from the one asked for after a
    redirect."""

    status: int
    url: str
    headers: Mapping[str, str]

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().casefold()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that has been read whole."""

    head: Head
    body: bytes

    @property
    def status(self) -> int:
        return self.head.status


class Stream(Protocol):
    """An answer whose body is still arriving."""

    head: Head

    def chunks(self) -> Iterator[bytes]:
        """The body, decompressed. Raises Unreachable when it is cut off, BadReply when it is too large."""
        ...

    def read(self) -> Reply: ...


class DavTransport(Protocol):
    """Sends requests as the configured user and follows redirects that may be followed.

    Raises Unreachable (no connection, time-out, certificate), WrongPlace (a redirect that must not be followed), and
    nothing for a status: what an answer means is for `answers`.
    """

    def stream(self, request: Request) -> AbstractContextManager[Stream]: ...

    def send(self, request: Request) -> Reply: ...

    def close(self) -> None: ...
