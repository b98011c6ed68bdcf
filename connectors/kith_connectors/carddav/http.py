"""`DavTransport` over the standard library: HTTP/1.1, kept alive, exact bytes; redirects and the password by our own rules."""

import os
import re
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from kith.connector.errors import BadReply, ConnectorError, Unreachable, WrongPlace
from kith_connectors.carddav.connection import (
    Answer,
    Broken,
    Connections,
    NoConnection,
    Origin,
    Proxy,
    TooSlow,
    basic,
)
from kith_connectors.carddav.login import Login
from kith_connectors.carddav.places import UNRESERVED, loopback, origin_of, resolve
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


@dataclass(frozen=True, slots=True)
class _Host:
    """A server that requests may go to: how it is reached, and the headers that every request has."""

    origin: Origin
    headers: dict[str, str]


class HttpTransport:
    """One user's connections to one provider."""

    def __init__(self, login: Login, trust: Trust, wire: Wire) -> None:
        self._login, self._trust, self._wire = login, trust, wire
        self._connections = Connections(wire.timeout, lambda: tls(wire.ca_file))
        self._hosts: dict[str, _Host] = {}

    def close(self) -> None:
        self._connections.close()

    def send(self, request: Request) -> Reply:
        answer, url = self._follow(request)
        try:
            return HttpStream(answer, url, self._wire).read()
        finally:
            answer.close()

    @contextmanager
    def stream(self, request: Request) -> Iterator["HttpStream"]:
        """The answer to a request after redirects."""
        answer, url = self._follow(request)
        try:
            yield HttpStream(answer, url, self._wire)
        finally:
            answer.close()

    def _follow(self, request: Request) -> tuple[Answer, str]:
        url = request.url
        for _ in range(MAX_HOPS + 1):
            answer = self._authorized(request, url, self._host(url))
            location = answer.headers.get("location", "")
            if answer.status not in MOVED or not location:
                return answer, url
            answer.close()
            url = resolve(url, location)
        raise WrongPlace(f"{shown(request.url)} redirects in a circle", "check the url of the account")

    def _host(self, url: str) -> "_Host":
        """Where a URL leads. Raises WrongPlace where a request must not go."""
        origin = origin_of(url)
        if origin not in self._hosts:
            self._trust.check(url)
            parts = urlsplit(url)
            proxy = None if loopback(parts.hostname or "") else proxy_for(parts)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            self._hosts[origin] = _Host(
                Origin(parts.scheme, _host(parts), port, proxy),
                {"host": _place(parts), "user-agent": AGENT, "accept": "*/*", "accept-encoding": "gzip"},
            )
        return self._hosts[origin]

    def _authorized(self, request: Request, url: str, host: "_Host") -> Answer:
        answer = self._once(request, url, host)
        if answer.status != 401:
            self._login.accepted(url)
            return answer
        if not self._login.learn(url, answer.headers.all("www-authenticate")):
            return answer
        answer.close()
        return self._once(request, url, host)

    def _once(self, request: Request, url: str, host: "_Host") -> Answer:
        target = target_of(url)
        _guard(request.method, target)
        for last in (False, True):
            headers = self._headers(request, url, host, target)
            try:
                return self._connections.exchange(host.origin, request.method, target, headers, request.body)
            except Broken as error:
                # A kept connection may have been closed by the server meanwhile: reading again is harmless.
                if last or not error.stale or request.method not in REPEATABLE:
                    raise unreachable(error, url) from None
        raise AssertionError("not reached")

    def _headers(self, request: Request, url: str, host: "_Host", target: str) -> dict[str, str]:
        headers = host.headers | {name.casefold(): value for name, value in request.headers.items()}
        if request.body or request.method == "PUT":
            headers["content-length"] = str(len(request.body))
        login = self._login.header(request.method, url, target)
        if login:
            headers["authorization"] = login
        return headers


_PLAIN = re.compile(rf"[^/?#]*://[^/?#]*(/[A-Za-z0-9/%{re.escape(UNRESERVED)}]*)")


def target_of(url: str) -> str:
    """Path and query of a URL as they are sent: what is encoded stays as it is spelled, what must be encoded is."""
    if plain := _PLAIN.fullmatch(url):
        return plain[1]
    parts = urlsplit(url)
    path = quote(parts.path, safe="/%" + UNRESERVED) or "/"
    return f"{path}?{quote(parts.query, safe='/%?' + UNRESERVED)}" if parts.query else path


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _place(parts: SplitResult) -> str:
    """Host and port as the Host header wants them."""
    host = _host(parts)
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def _guard(method: str, target: str) -> None:
    """Refuses to write to a collection, under whatever spelling: some servers replace or delete the whole address
    book."""
    if method not in {"PUT", "DELETE"}:
        return
    parts = unquote(target.partition("?")[0]).split("/")
    if parts[-1] == "" or "?" in target or {".", ".."} & set(parts):
        raise AssertionError("a card must never be written to the address of a whole address book")


def tls(ca_file: str) -> ssl.SSLContext:
    """Certificates are checked against the system's authorities, Mozilla's, and the user's own."""
    import certifi

    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    context.load_verify_locations(cafile=certifi.where())
    if ca_file:
        path = Path(ca_file).expanduser()
        try:
            context.load_verify_locations(cafile=path)
        except (OSError, ssl.SSLError) as error:
            raise WrongPlace(
                f"the certificate file {path} cannot be used ({error.strerror or error})",
                "ca_file must name a PEM file with the certificate of your own authority",
            ) from None
    return context


def proxy_for(parts: SplitResult) -> Proxy | None:
    """The proxy of the environment for a URL (http_proxy, https_proxy, no_proxy), None for none."""
    if not any(name.lower() in {"http_proxy", "https_proxy", "all_proxy"} for name in os.environ):
        return None
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    found = urlsplit(proxies.get(parts.scheme) or proxies.get("all") or "")
    if found.scheme not in {"http", "https"} or proxy_bypass(parts.hostname or ""):
        return None
    if found.scheme == "https":
        raise WrongPlace(
            f"the proxy {found.hostname} of the environment is to be spoken to over TLS, which kith cannot",
            f"set {parts.scheme}_proxy to http://{found.hostname}:PORT, or name {parts.hostname} in no_proxy",
        )
    login = basic(unquote(found.username), unquote(found.password or "")) if found.username else ""
    return Proxy(_host(found), found.port or 80, login)


class HttpStream:
    """One answer on the wire."""

    def __init__(self, answer: Answer, url: str, wire: Wire) -> None:
        self._answer, self._wire = answer, wire
        self.head = Head(answer.status, url, answer.headers)

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
        except Broken as error:
            raise unreachable(error, self.head.url) from None
        except zlib.error:
            raise BadReply(f"the compressed answer of {shown(self.head.url)} is damaged") from None

    def _decoded(self) -> Iterator[bytes]:
        coding = self.head.headers.get("content-encoding", "identity").strip().casefold()
        if coding in {"", "identity"}:
            yield from self._answer.pieces()
            return
        if coding not in {"gzip", "x-gzip", "deflate"}:
            raise BadReply(
                f"{shown(self.head.url)} compresses its answer in a way kith did not ask for ({coding})"
            )
        inflater: Any = zlib.decompressobj(wbits=47)
        empty = True
        for piece in self._answer.pieces():
            while piece:
                empty = False
                yield inflater.decompress(piece, PIECE)
                piece = inflater.unconsumed_tail
        yield inflater.flush()
        if not inflater.eof and not empty:
            raise Unreachable(f"the answer of {shown(self.head.url)} was cut off")


def unreachable(error: Broken, url: str) -> ConnectorError:
    """What a failed exchange means, in words; never with anything of what was sent."""
    place, text = shown(url), str(error)
    if "certificate" in text.casefold():
        detail = text.rpartition("certificate verify failed:")[2].partition("(_ssl")[0].strip()
        return Unreachable(
            f"the certificate of {place} is not valid: {detail}",
            "renew it on the server; for an authority of your own, name its file in ca_file",
        )
    if isinstance(error, TooSlow):
        return Unreachable(f"{place} did not answer in time", "check the network and the server")
    if isinstance(error, NoConnection):
        return Unreachable(
            f"{place} cannot be reached ({text})", "check the address, the network and the server"
        )
    return Unreachable(
        f"the connection to {place} broke off ({text or 'no reason is given'})", "kith tries again by itself"
    )
