"""Answers as they come over the wire, in whatever pieces: each is read whole, and what could be misread is none."""

import contextlib
import socket
import threading
import time

import pytest

from kith.connector.errors import Unreachable
from kith_connectors.carddav.http import HttpTransport, Wire
from kith_connectors.carddav.login import Login
from kith_connectors.carddav.transport import Request
from kith_connectors.carddav.trust import Trust


class Raw:
    """A server on loopback that answers every request with the same bytes, `size` at a time."""

    def __init__(self, data, size=65536, ends=True):
        self.data, self.size, self.ends = data, size, ends
        self.requests, self.connections = [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection, contextlib.suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while asked := connection.recv(65536):
                    self.requests.append(asked)
                    for start in range(0, len(self.data), self.size):
                        connection.sendall(self.data[start : start + self.size])
                        time.sleep(0.001 if self.size < len(self.data) else 0)
                    if self.ends:
                        break

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)


def ask(server, method="REPORT", times=1, body=b""):
    way = HttpTransport(Login("anna", lambda: "Kanarienvogel"), Trust(server.url), Wire(timeout=5))
    try:
        return [way.send(Request(method, server.url + "/x", body=body)) for _ in range(times)]
    finally:
        way.close()


WHOLE = {
    "a length": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-End: 1\r\n\r\n",
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    "no reason": b"HTTP/1.1 200\r\ncontent-length: 5\r\n\r\nhello",
    "one length told twice": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "an interim answer first": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "chunks before a length": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("size", [1, 7, 65536])
@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_an_answer_is_read_whole_in_whatever_pieces_it_comes(data, size):
    with Raw(data, size, ends=False) as server:
        assert [(reply.status, reply.body) for reply in ask(server, times=2)] == [(200, b"hello")] * 2
    assert server.connections == 1


def test_headers_and_card_leave_in_one_piece():
    with Raw(WHOLE["a length"], ends=False) as server:
        ask(server, "PUT", times=20, body=b"BEGIN:VCARD")
    assert [asked.count(b"BEGIN:VCARD") for asked in server.requests] == [1] * 20


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 5\r\n\r\nhello",
    ],
)
def test_a_connection_that_ends_with_its_answer_is_not_used_again(data):
    with Raw(data) as server:
        assert [reply.body for reply in ask(server, times=2)] == [b"hello"] * 2
    assert server.connections == 2


BROKEN = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
    "another coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "less than it says": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "a chunk without a size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    "an interim answer that nobody asked for": b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "an endless head": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000,
    "an endless line": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("size", [5, 65536])
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_could_be_misread_is_no_answer(data, size):
    with Raw(data, max(size, len(data) // 20)) as server, pytest.raises(Unreachable, match="broke off"):
        ask(server)


def test_a_write_is_not_sent_twice_where_its_answer_is_broken():
    with Raw(BROKEN["less than it says"]) as server, pytest.raises(Unreachable):
        ask(server, "PUT")
    assert len(server.requests) == 1


@pytest.mark.parametrize("value", ["a\r\nevil: 1", "a\nevil: 1", "a\rb"])
def test_no_value_makes_a_second_field(value):
    with Raw(WHOLE["a length"]) as server:
        way = HttpTransport(Login("anna", lambda: "Kanarienvogel"), Trust(server.url), Wire(timeout=5))
        with pytest.raises(Unreachable):
            way.send(Request("REPORT", server.url + "/x", headers={"if-match": value}))
        way.close()
    assert server.requests == []
