"""Connections to servers: opened (with TLS, through a proxy), kept alive, used for one exchange at a time."""

import base64
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kith_connectors.carddav.framing import AT_ONCE, Incoming, Malformed, request_head

KEPT = 30.0
"""Seconds an idle connection is kept."""


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
    """A proxy: its place, whether it is spoken to over TLS, and the value of Proxy-Authorization ("" for none)."""

    host: str
    port: int
    encrypted: bool = False
    login: str = ""


def basic(user: str, password: str) -> str:
    """A user and password as Proxy-Authorization wants them."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


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
        self._idle: dict[Origin, list[tuple[float, Any]]] = {}

    def close(self) -> None:
        for kept in self._idle.values():
            for _, channel in kept:
                channel.close()
        self._idle.clear()

    def exchange(
        self, origin: Origin, method: str, target: str, headers: list[tuple[str, str]], body: bytes
    ) -> "Answer":
        """Send a request, once, and read the head of its answer. Raises Broken."""
        if origin.proxy and origin.scheme == "http":
            target = f"http://{origin.authority}{target}"
            headers = [*headers, *_proxy_login(origin.proxy)]
        try:
            head = request_head(method, target, headers)
        except Malformed as error:
            raise Broken(str(error)) from None
        channel = self._kept(origin) or self._opened(origin)
        try:
            sent = _send(channel, head, body)
            incoming = Incoming(channel, method)
        except TimeoutError as error:
            channel.close()
            raise TooSlow(str(error)) from None
        except (OSError, Malformed) as error:
            channel.close()
            raise Cut(str(error)) from None
        except BaseException:
            channel.close()
            raise
        incoming.keeps = incoming.keeps and sent
        return Answer(incoming, channel, self._idle.setdefault(origin, []))

    def _kept(self, origin: Origin) -> Any:
        """A kept connection that is still good; None where there is none."""
        kept = self._idle.get(origin)
        while kept:
            since, channel = kept.pop()
            if time.monotonic() - since < KEPT and not _readable(channel):
                return channel
            channel.close()
        return None

    def _opened(self, origin: Origin) -> Any:
        near = origin.proxy or origin
        if origin.scheme == "https" or (origin.proxy and origin.proxy.encrypted):
            self._context = self._context or self._make_tls()
        try:
            channel: Any = socket.create_connection((near.host, near.port), self._timeout)
            try:
                return self._dressed(channel, origin)
            except BaseException:
                channel.close()
                raise
        except TimeoutError as error:
            raise TooSlow(str(error)) from None
        except (OSError, Malformed) as error:
            raise NoConnection(str(error)) from None

    def _dressed(self, channel: Any, origin: Origin) -> Any:
        """A fresh connection with what stands between it and the origin: TLS to a proxy, its tunnel, TLS."""
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        proxy, context = origin.proxy, self._context
        if context is None:
            return channel
        if proxy and proxy.encrypted:
            channel = context.wrap_socket(channel, server_hostname=proxy.host)
        if origin.scheme != "https":
            return channel
        if proxy:
            _tunnel(channel, origin.authority, proxy)
        if proxy and proxy.encrypted:
            return _Inner(channel, context, origin.host)
        return context.wrap_socket(channel, server_hostname=origin.host)


class Answer:
    """An answer on the wire; its connection is kept when it was read to its end."""

    def __init__(self, incoming: Incoming, channel: Any, idle: list[tuple[float, Any]]) -> None:
        self._incoming, self._channel, self._idle = incoming, channel, idle
        self.status, self.headers = incoming.status, incoming.headers
        self.first, self.all = incoming.first, incoming.all

    def pieces(self) -> Iterator[bytes]:
        """The body, as it comes. Raises Broken where it ends too early."""
        try:
            yield from self._incoming.pieces()
        except TimeoutError as error:
            raise TooSlow(str(error)) from None
        except (OSError, Malformed) as error:
            raise Cut(str(error)) from None

    def close(self) -> None:
        """Keep the connection, or end it where something of the answer is still to come. May be called twice."""
        channel, self._channel = self._channel, None
        if channel is None:
            return
        if self._incoming.keeps and self._incoming.whole:
            self._idle.append((time.monotonic(), channel))
        else:
            channel.close()


def _send(channel: Any, head: bytes, body: bytes) -> bool:
    """Send a request; False where the server stopped listening: it may have answered why."""
    try:
        for data in (head + body,) if len(body) <= AT_ONCE else (head, body):
            view = memoryview(data)
            while view:  # a time-out for each wait, not for a large body as a whole
                view = view[channel.send(view) :]
    except TimeoutError:
        raise
    except OSError:
        return False
    return True


def _readable(channel: Any) -> bool:
    """Whether something waits on an idle connection: the server has closed it, or says what nobody asked for."""
    poll = select.poll()
    poll.register(channel.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _proxy_login(proxy: Proxy) -> list[tuple[str, str]]:
    return [("proxy-authorization", proxy.login)] if proxy.login else []


def _tunnel(channel: Any, authority: str, proxy: Proxy) -> None:
    """Have a proxy connect to a server (RFC 9110 section 9.3.6)."""
    channel.sendall(request_head("CONNECT", authority, [("host", authority), *_proxy_login(proxy)]))
    answer = Incoming(channel, "HEAD")  # what follows is the server's already
    if not 200 <= answer.status < 300:
        raise OSError(f"the proxy answers with status {answer.status}")


class _Inner:
    """TLS inside TLS, to a server behind an encrypted proxy."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, host: str) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._moved(self._tls.do_handshake)

    def _moved(self, step: Callable[[], Any]) -> Any:
        """The result of a step, with what it wants sent and received."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._outer.sendall(self._outgoing.read())
                if data := self._outer.recv(AT_ONCE):
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()
                continue
            self._outer.sendall(self._outgoing.read())
            return result

    def send(self, data: Any) -> int:
        return int(self._moved(lambda: self._tls.write(data)))

    def recv(self, size: int) -> bytes:
        with suppress(ssl.SSLEOFError, ssl.SSLZeroReturnError):
            return bytes(self._moved(lambda: self._tls.read(size)))
        return b""

    def fileno(self) -> int:
        return self._outer.fileno()

    def close(self) -> None:
        self._outer.close()
