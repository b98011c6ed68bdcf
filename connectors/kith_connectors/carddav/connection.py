"""Connections to servers over the standard library's HTTP/1.1: opened (also through a proxy), kept alive, used for one
exchange at a time."""

import select
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from io import BytesIO
from typing import Any

from kith_connectors.carddav.head import Response, request_head

KEPT = 30.0
"""Seconds an idle connection is kept."""

AT_ONCE = 64 * 1024
"""Bytes that are sent within one time-out: a larger body leaves in pieces."""


class Broken(Exception):
    """An exchange failed. `stale`: as it does where the server had closed a kept connection meanwhile."""

    stale = False


class NoConnection(Broken):
    """No connection could be made."""


class TooSlow(Broken):
    """Nothing came, or nothing could be sent, for too long."""


class Cut(Broken):
    """The connection ended, or what came was no answer."""

    stale = True


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that is spoken to without TLS: its place, and the value of Proxy-Authorization ("" for none)."""

    host: str
    port: int
    login: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"proxy-authorization": self.login} if self.login else {}


def basic(user: str, password: str) -> str:
    """A user and password as Proxy-Authorization wants them."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where connections lead: scheme, host (ASCII) and port, by which proxy."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None = None

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class Connections:
    """The connections of one user. `tls` makes the context for encrypted ones; `timeout` is in seconds for each wait."""

    def __init__(self, timeout: float, tls: Callable[[], ssl.SSLContext]) -> None:
        self._timeout, self._make_tls = timeout, tls
        self._context: ssl.SSLContext | None = None
        self._idle: dict[Origin, list[tuple[float, HTTPConnection]]] = {}

    def close(self) -> None:
        for kept in self._idle.values():
            for _, connection in kept:
                connection.close()
        self._idle.clear()

    def exchange(
        self, origin: Origin, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> "Answer":
        """Send a request, once, and read the head of its answer. Raises Broken."""
        if origin.proxy and origin.scheme == "http":
            target, headers = f"http://{origin.authority}{target}", headers | origin.proxy.headers
        connection = self._kept(origin) or self._opened(origin)
        with _whole(connection), _meaning(Cut):
            answer = Answer(*_exchanged(connection, method, target, headers, body))
        if answer.lasting:
            answer.idle = self._idle.setdefault(origin, [])
        return answer

    def _kept(self, origin: Origin) -> HTTPConnection | None:
        """A kept connection that is still good; None where there is none."""
        kept = self._idle.get(origin)
        while kept:
            since, connection = kept.pop()
            if time.monotonic() - since < KEPT and not _readable(connection):
                return connection
            connection.close()
        return None

    def _opened(self, origin: Origin) -> HTTPConnection:
        near = origin.proxy or origin
        connection: HTTPConnection
        if origin.scheme == "https":
            self._context = self._context or self._make_tls()
            connection = HTTPSConnection(near.host, near.port, timeout=self._timeout, context=self._context)
            if origin.proxy:
                connection.set_tunnel(origin.host, origin.port, origin.proxy.headers)
        else:
            connection = HTTPConnection(near.host, near.port, timeout=self._timeout)
        with _whole(connection), _meaning(NoConnection):
            connection.connect()
        return connection


@contextmanager
def _meaning(kind: type[Broken]) -> Iterator[None]:
    """What sockets and http.client raise inside, as what it means: too slow, or `kind`."""
    try:
        yield
    except TimeoutError as error:
        raise TooSlow(str(error)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise kind(str(error)) from None


@contextmanager
def _whole(connection: HTTPConnection) -> Iterator[None]:
    """A connection on which something went wrong inside is closed: nobody knows what is still to come on it."""
    try:
        yield
    except BaseException:
        connection.close()
        raise


class Answer:
    """An answer on the wire; its connection is kept when it was read to its end."""

    idle: list[tuple[float, HTTPConnection]] | None = None

    def __init__(self, connection: HTTPConnection, response: Response, sent: bool) -> None:
        self._connection, self._response = connection, response
        self.status, self.headers = response.status, response.fields
        self.lasting = sent and not response.will_close

    def pieces(self) -> Iterator[bytes]:
        """The body, as it comes. Raises Broken where it ends too early."""
        with _meaning(Cut):
            while piece := self._piece():
                yield piece
            self._response.read()  # tells where something is missing

    def _piece(self) -> bytes:
        """What has come, b"" at the end. `read` would wait until all it was asked for is there, however slowly it drips."""
        if self._response.chunked:
            return self._response.read1(AT_ONCE)
        if self._response.length == 0:
            return b""
        return self._response.read(len(self._response.peek(AT_ONCE)))

    def close(self) -> None:
        """Keep the connection, or end it where something of the answer is still to come. May be called twice."""
        whole = self._response.isclosed()
        self._response.close()
        if self.idle is not None and whole:
            self.idle.append((time.monotonic(), self._connection))
        else:
            self._connection.close()
        self.idle = None


def _exchanged(
    connection: HTTPConnection, method: str, target: str, headers: dict[str, str], body: bytes
) -> tuple[HTTPConnection, Response, bool]:
    """A request and the head of its answer; False where the server stopped listening before all was sent: it may have
    answered why. http.client would send the head and the body apart, and each piece costs both ends a turn."""
    head = request_head(method, target, headers)
    sent = True
    try:
        if len(body) <= AT_ONCE:
            connection.send(head + body)
        else:
            connection.send(head)
            connection.send(BytesIO(body))
    except TimeoutError:
        raise
    except OSError:
        sent = False
    response = Response(connection.sock, method)
    try:
        response.begin()
    except BaseException:
        response.close()
        raise
    return connection, response, sent


def _readable(connection: Any) -> bool:
    """Whether something waits on an idle connection: the server has closed it, or says what nobody asked for."""
    poll = select.poll()
    poll.register(connection.sock.fileno(), select.POLLIN)
    return bool(poll.poll(0))
