"""The head of an answer: what is read of it, and what is refused (RFC 9112)."""

import socket
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, LineTooLong, RemoteDisconnected

import pytest

from kith_connectors.carddav.head import LONGEST, MOST, Response, request_head


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        near.settimeout(5.0)
        yield near, far


def answer(ends: tuple[socket.socket, socket.socket], told: bytes, method: str = "PUT") -> Response:
    near, far = ends
    far.sendall(told)
    far.shutdown(socket.SHUT_WR)
    response = Response(near, method)
    try:
        response.begin()
    except BaseException:
        response.close()
        raise
    return response


def test_fields_are_found_in_any_case_and_the_first_of_several_counts(ends):
    told = b'HTTP/1.1 201 Created\r\nETag:  "a" \r\nWWW-Authenticate: Digest x\r\netag: "b"\r\nwww-authenticate: Basic y\r\n\r\n'
    with answer(ends, told) as response:
        assert (response.status, response.fields["etag"]) == (201, '"a"')
        assert response.fields.all("www-authenticate") == ["Digest x", "Basic y"]


def test_a_field_that_goes_on_in_the_next_line_is_one(ends):
    with answer(
        ends, b"HTTP/1.1 200 OK\r\nDAV: 1,\r\n\taddressbook\r\nno field\r\nX: \xc3\xa4\r\n\r\n"
    ) as response:
        assert dict(response.fields) == {"dav": "1, addressbook", "x": "ä"}


def test_bodies_end_where_the_head_says(ends):
    near, far = ends
    far.sendall(
        b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    )
    response = Response(near, "GET")
    response.begin()
    assert (response.read(len(response.peek())), response.will_close) == (b"abc", False)


def test_chunks_are_put_together(ends):
    told = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    with answer(ends, told, "GET") as response:
        assert (response.read(), response.length, response.will_close) == (b"abc", None, False)


@pytest.mark.parametrize(
    ("told", "method", "length", "closes"),
    [
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", "PUT", 0, False),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", "GET", 0, False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HEAD", 0, False),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", "GET", None, True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n", "GET", 0, True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "GET", 0, True),
        (b"HTTP/1.0 200 OK\nContent-Length: 0\nConnection: Keep-Alive\n\n", "GET", 0, False),
        (b"HTTP/1.1 201\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", "PUT", 1, False),
    ],
)
def test_how_long_the_body_is_and_whether_the_connection_ends(ends, told, method, length, closes):
    with answer(ends, told, method) as response:
        assert (response.length, response.will_close) == (length, closes)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (b"", RemoteDisconnected),
        (b"SSH-2.0-OpenSSH_9.2\r\n", BadStatusLine),
        (b"HTTP/2 200\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 20x OK\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 099 Odd\r\n\r\n", BadStatusLine),
        (b"\r\n\r\n", BadStatusLine),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", HTTPException),
        (b"HTTP/1.1 201 Created\r\nETag: ", HTTPException),
        (b"HTTP/1.1 201 Created\r\nETag: x\r\n", HTTPException),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", HTTPException),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", HTTPException),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", HTTPException),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * LONGEST + b"\r\n\r\n", LineTooLong),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * (MOST + 1) + b"\r\n", HTTPException),
    ],
)
def test_what_could_be_misread_is_refused(ends, told, error):
    with pytest.raises(error):
        answer(ends, told)


@pytest.mark.parametrize(
    ("target", "value"),
    [
        ("/a b", "x"), ("/a\r\nX: y", "x"), ("/ä", "x"), ("/a\x00", "x"),
        ("/a", "x\r\nX: y"), ("/a", "x\ny"), ("/a", "x\r"), ("/a", "x\x00y"),
    ],
)  # fmt: skip
def test_nothing_in_a_request_can_be_read_as_another_line(target, value):
    with pytest.raises(ValueError, match=r"address|header"):
        request_head("PUT", target, {"if-match": value})


def test_a_request_is_headed_by_its_lines():
    head = request_head("PUT", "/a%20b", {"host": "h", "x-name": "ä"})
    assert head == "PUT /a%20b HTTP/1.1\r\nhost: h\r\nx-name: ä\r\n\r\n".encode()
