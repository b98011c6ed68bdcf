"""A small threaded HTTP/1.1 server on loopback that can also misbehave on the wire. Standard library only."""

import contextlib
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

BODY_KEPT = 65536
"""Bytes of each request body that stay in the record of requests."""

Headers = tuple[tuple[str, str], ...]


@dataclass
class Request:
    """One request as it came in, with what became of it. `headers` have lower-case names, `path` is as sent.

    `status` is that of the answer, 0 where none was given; `up` and `down` count the bytes of the bodies; `fault`
    names the fault that was applied.
    """

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int = 0
    up: int = 0
    down: int = 0
    fault: str = ""
    at: float = 0.0

    @property
    def plain_path(self) -> str:
        """The decoded path without the query."""
        return unquote(self.path.partition("?")[0])

    def says(self, text: str) -> bool:
        """Whether the kept part of the body contains a text, such as the name of a report."""
        return text.encode() in self.body


@dataclass
class Reply:
    """An answer. What follows `headers` makes it misbehave.

    `wait` seconds pass before it (cut short when the server stops); `sent` is how many bytes of the body leave before
    the connection ends although Content-Length promises all; `ending` is `keep`, `close` or `reset`; `pace` seconds
    pass before each KiB; `stream` replaces the body by chunks that may never end; `silent` sends nothing at all.
    """

    status: int = 200
    body: bytes = b""
    headers: Headers = ()
    wait: float = 0.0
    sent: int | None = None
    ending: str = "keep"
    pace: float = 0.0
    stream: Iterable[bytes] | None = None
    silent: bool = False


Responder = Callable[[Request], Reply]


class Loopback:
    """Serves `respond` on a loopback port until stop(); a context manager. Connections run in daemon threads."""

    def __init__(
        self,
        respond: Responder,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        keep_alive: bool = True,
    ) -> None:
        self.respond, self.keep_alive = respond, keep_alive
        self.requests: list[Request] = []
        self.connections = 0
        self.peak = 0  # the largest number of requests under way at once
        self._under_way = 0
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = _Server((host, 0), _connection_class(self), bind_and_activate=True)
        self._tls = tls
        port = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End all connections and free the port. May be called twice."""
        if self.stopping.is_set():
            return
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def __enter__(self) -> "Loopback":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def serve(self, connection: socket.socket) -> None:
        """Answer the requests of one connection, one after the other."""
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()  # the client did not like the certificate
            return
        with self._lock:
            self._open.add(connection)
            self.connections += 1
        try:
            with connection.makefile("rb", 65536) as incoming:
                while not self.stopping.is_set() and self._serve_one(connection, incoming):
                    pass
        except (OSError, ValueError):
            pass  # the client went away or spoke no HTTP
        finally:
            with self._lock:
                self._open.discard(connection)
            with contextlib.suppress(OSError):
                connection.close()

    def _serve_one(self, connection: socket.socket, incoming: Any) -> bool:
        request = _read(incoming, connection)
        if request is None:
            return False
        request.at = time.monotonic()
        self.requests.append(request)
        with self._lock:
            self._under_way += 1
            self.peak = max(self.peak, self._under_way)
        try:
            return self._answer(connection, request)
        finally:
            with self._lock:
                self._under_way -= 1

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        reply = self.respond(request)
        if reply.wait:
            self.stopping.wait(reply.wait)
        if not reply.silent:
            self._send(connection, request, reply)
        request.body = request.body[:BODY_KEPT]
        if reply.ending == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        asked_to_close = request.headers.get("connection", "").lower() == "close"
        return reply.ending == "keep" and reply.sent is None and self.keep_alive and not asked_to_close

    def _send(self, connection: socket.socket, request: Request, reply: Reply) -> None:
        request.status = reply.status
        head = _head(reply, self.keep_alive)
        if reply.stream is not None:
            connection.sendall(head)
            for chunk in reply.stream:
                if self.stopping.is_set():
                    return
                connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                request.down += len(chunk)
            connection.sendall(b"0\r\n\r\n")
            return
        body = b"" if request.method == "HEAD" else reply.body[: reply.sent]
        request.down = len(body)
        if not reply.pace:
            connection.sendall(head + body)
            return
        connection.sendall(head)
        for start in range(0, len(body), 1024):
            self.stopping.wait(reply.pace)
            connection.sendall(body[start : start + 1024])


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


def _connection_class(owner: Loopback) -> type[socketserver.BaseRequestHandler]:
    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            owner.serve(self.request)

    return Connection


def _read(incoming: Any, connection: socket.socket) -> Request | None:
    first = incoming.readline(65536)
    if not first.strip():
        return None
    method, path, _ = first.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while (line := incoming.readline(65536)).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _read_chunks(incoming)
    else:
        length = int(headers.get("content-length", 0))
        body = incoming.read(length) if length else b""
        if len(body) < length:
            return None
    return Request(method, path, headers, body, up=len(body))


def _read_chunks(incoming: Any) -> bytes:
    parts = []
    while size := int(incoming.readline(1024).split(b";")[0], 16):
        parts.append(incoming.read(size))
        incoming.readline(16)
    while incoming.readline(65536).strip():
        pass
    return b"".join(parts)


def _head(reply: Reply, keep_alive: bool) -> bytes:
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = "Status"
    lines = [f"HTTP/1.1 {reply.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    names = {name.lower() for name, _ in reply.headers}
    if reply.stream is not None:
        lines.append("Transfer-Encoding: chunked")
    elif "content-length" not in names and reply.status not in {204, 304}:
        lines.append(f"Content-Length: {len(reply.body)}")
    if not keep_alive or reply.ending != "keep":
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
