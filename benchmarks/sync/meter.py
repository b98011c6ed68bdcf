"""A loopback relay that counts requests and bytes both ways, whatever the client and the server are."""

import contextlib
import re
import socket
import threading
from dataclasses import dataclass

PIECE = 65536
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)


@dataclass
class Count:
    """What passed: requests by method, bytes with headers from and to the client, connections."""

    requests: int = 0
    writes: int = 0
    up: int = 0
    down: int = 0
    connections: int = 0

    def plus(self, other: "Count") -> "Count":
        return Count(
            self.requests + other.requests,
            self.writes + other.writes,
            self.up + other.up,
            self.down + other.down,
            self.connections + other.connections,
        )


class Meter:
    """Relays to a port of this machine. `port` is where clients connect."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._count = Count()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def take(self) -> Count:
        """What passed since the last call."""
        with self._lock:
            found, self._count = self._count, Count()
        return found

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with self._lock:
                    self._count.connections += 1
                server = socket.create_connection(("127.0.0.1", self._target))
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        reader = _Requests()
        with contextlib.suppress(OSError):
            while data := client.recv(PIECE):
                methods = reader.feed(data)
                with self._lock:
                    self._count.up += len(data)
                    self._count.requests += len(methods)
                    self._count.writes += sum(method in {b"PUT", b"DELETE"} for method in methods)
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(PIECE):
                with self._lock:
                    self._count.down += len(data)
                client.sendall(data)
        for one in (server, client):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class _Requests:
    """Finds the requests in what a client sends. Bodies must state their length."""

    def __init__(self) -> None:
        self._head = b""
        self._body = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The methods of the requests whose head ends in this piece."""
        found = []
        while data:
            if self._body:
                taken = min(self._body, len(data))
                self._body -= taken
                data = data[taken:]
                continue
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return found
            self._head = b""
            if b"\r\ntransfer-encoding:" in head.lower():
                raise AssertionError("the meter cannot follow a chunked request")
            length = LENGTH.search(head)
            self._body = int(length[1]) if length else 0
            found.append(head.split(b" ", 1)[0])
        return found
