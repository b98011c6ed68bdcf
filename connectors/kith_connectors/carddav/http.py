"""`DavTransport` over httpx: HTTP/1.1, kept alive, exact bytes, redirects followed by our own rules."""

import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import httpx

from kith.connector.errors import BadReply, ConnectorError, Unreachable, WrongPlace
from kith_connectors.carddav.login import Login
from kith_connectors.carddav.places import loopback, resolve
from kith_connectors.carddav.transport import REPLY_LIMIT, Head, Reply, Request
from kith_connectors.carddav.trust import Trust, shown

AGENT = "kith/0.1 (CardDAV)"
MAX_HOPS = 5
MOVED = frozenset({301, 302, 307, 308})
REPEATABLE = frozenset({"PROPFIND", "REPORT", "GET", "HEAD", "OPTIONS"})
SLOWEST = 20
"""A whole answer may take this many times the time-out of one wait."""
PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wire:
    """How connections are made. `timeout` in seconds for each wait (connect, send, next bytes)."""

    timeout: float = 60.0
    ca_file: str = ""
    reply_limit: int = REPLY_LIMIT


class HttpxTransport:
    """One user's connections to one provider."""

    def __init__(self, login: Login, trust: Trust, wire: Wire) -> None:
        self._login, self._trust, self._wire = login, trust, wire
        self._clients: dict[tuple[str, bool], httpx.Client] = {}

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def send(self, request: Request) -> Reply:
        with self.stream(request) as answer:
            return answer.read()

    @contextmanager
    def stream(self, request: Request) -> Iterator["HttpxStream"]:
        """The answer to a request after redirects."""
        answer = self._follow(request)
        try:
            yield HttpxStream(answer, self._wire)
        finally:
            answer.close()

    def _follow(self, request: Request) -> httpx.Response:
        url = request.url
        for _ in range(MAX_HOPS + 1):
            self._trust.check(url)
            answer = self._authorized(request, url)
            location = answer.headers.get("location", "")
            if answer.status_code not in MOVED or not location:
                return answer
            answer.close()
            url = resolve(url, location)
        raise WrongPlace(f"{shown(request.url)} redirects in a circle", "check the url of the account")

    def _authorized(self, request: Request, url: str) -> httpx.Response:
        answer = self._once(request, url)
        if answer.status_code != 401 or not self._login.learn(
            url, answer.headers.get_list("www-authenticate")
        ):
            return answer
        answer.close()
        return self._once(request, url)

    def _once(self, request: Request, url: str) -> httpx.Response:
        client = self._client(url)
        headers = {"accept-encoding": "gzip", **request.headers}
        built = client.build_request(request.method, url, content=request.body or None, headers=headers)
        _guard(built, url)
        auth = self._login.method(url)
        for last in (False, True):
            try:
                return client.send(built, stream=True, auth=auth)
            except httpx.HTTPError as error:
                # A kept connection may have been closed by the server meanwhile: reading again is harmless.
                stale = isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
                if last or not stale or request.method not in REPEATABLE:
                    raise unreachable(error, url) from None
        raise AssertionError("unreachable")

    def _client(self, url: str) -> httpx.Client:
        parts = urlsplit(url)
        own_machine = loopback(parts.hostname or "")
        place = (parts.scheme, own_machine)
        if place not in self._clients:
            self._clients[place] = httpx.Client(
                verify=self._context(parts.scheme),
                timeout=httpx.Timeout(self._wire.timeout),
                headers={"user-agent": AGENT, "accept": "*/*"},
                limits=httpx.Limits(max_connections=4, keepalive_expiry=30.0),
                trust_env=not own_machine,
                follow_redirects=False,
            )
        return self._clients[place]

    def _context(self, scheme: str) -> ssl.SSLContext:
        if scheme == "http":  # no authorities loaded: cheap, and would refuse any TLS server
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context = httpx.create_ssl_context()
        context.load_default_certs()
        if self._wire.ca_file:
            path = Path(self._wire.ca_file).expanduser()
            try:
                context.load_verify_locations(cafile=path)
            except (OSError, ssl.SSLError) as error:
                raise WrongPlace(
                    f"the certificate file {path} cannot be used ({error.strerror or error})",
                    "ca_file must name a PEM file with the certificate of your own authority",
                ) from None
        return context


def _guard(built: httpx.Request, url: str) -> None:
    """Refuses to write to a collection, under whatever spelling: some servers replace or delete the whole address book.
    Looks at what would really be sent, with dot segments, query and fragment resolved."""
    if built.method not in {"PUT", "DELETE"}:
        return
    path = built.url.raw_path.partition(b"?")[0]
    last = unquote_to_bytes(path).rpartition(b"/")[2]
    if last in {b"", b".", b".."} or unquote_to_bytes(urlsplit(url).path) != unquote_to_bytes(path):
        raise AssertionError("a card must never be written to the address of a whole address book")


class HttpxStream:
    """One answer on the wire."""

    def __init__(self, answer: httpx.Response, wire: Wire) -> None:
        self._answer, self._wire = answer, wire
        headers = {name.casefold(): value for name, value in answer.headers.items()}
        self.head = Head(answer.status_code, str(answer.url), headers)

    def read(self) -> Reply:
        return Reply(self.head, b"".join(self.chunks()))

    def chunks(self) -> Iterator[bytes]:
        """The body, decompressed piece by piece so that a bomb is noticed before it fills the memory."""
        deadline = time.monotonic() + SLOWEST * self._wire.timeout
        total = 0
        try:
            for piece in self._decoded():
                total += len(piece)
                if total > self._wire.reply_limit:
                    raise BadReply(
                        f"the answer of {shown(self.head.url)} is larger than {self._wire.reply_limit} bytes"
                    )
                if time.monotonic() > deadline:
                    raise Unreachable(f"{shown(self.head.url)} answers too slowly; kith gave up waiting")
                yield piece
        except httpx.HTTPError as error:
            raise unreachable(error, self.head.url) from None
        except zlib.error:
            raise BadReply(f"the compressed answer of {shown(self.head.url)} is damaged") from None

    def _decoded(self) -> Iterator[bytes]:
        coding = self.head.headers.get("content-encoding", "identity").strip().casefold()
        if coding in {"", "identity"}:
            yield from self._answer.iter_raw()
            return
        if coding not in {"gzip", "x-gzip", "deflate"}:
            raise BadReply(
                f"{shown(self.head.url)} compresses its answer in a way kith did not ask for ({coding})"
            )
        inflater: Any = zlib.decompressobj(wbits=47)
        for piece in self._answer.iter_raw():
            while piece:
                yield inflater.decompress(piece, PIECE)
                piece = inflater.unconsumed_tail
        yield inflater.flush()
        if not inflater.eof and self.head.status != 204:
            raise Unreachable(f"the answer of {shown(self.head.url)} was cut off")


def unreachable(error: httpx.HTTPError, url: str) -> ConnectorError:
    """What a failed exchange means, in words; never with anything of what was sent."""
    place, text = shown(url), str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate" in text.casefold():
        detail = text.rpartition("certificate verify failed:")[2].partition("(_ssl")[0].strip()
        return Unreachable(
            f"the certificate of {place} is not valid: {detail}",
            "renew it on the server; for an authority of your own, name its file in ca_file",
        )
    if isinstance(error, httpx.TimeoutException):
        return Unreachable(f"{place} did not answer in time", "check the network and the server")
    if isinstance(error, httpx.ConnectError):
        return Unreachable(
            f"{place} cannot be reached ({text})", "check the address, the network and the server"
        )
    return Unreachable(
        f"the connection to {place} broke off ({text or type(error).__name__})", "kith tries again by itself"
    )
