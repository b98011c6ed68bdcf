"""Answers as they come over the wire: in whatever pieces, and only where they cannot be misread."""

import pytest

from kith_connectors.carddav.framing import HEAD_LIMIT, Incoming, Malformed, request_head


class Bytes:
    """A channel that gives `data` in pieces of `size`, then the end."""

    def __init__(self, data, size):
        self.data, self.size = data, size

    def recv(self, most):
        piece, self.data = self.data[: min(self.size, most)], self.data[min(self.size, most) :]
        return piece


def read(data, size=65536, method="GET"):
    incoming = Incoming(Bytes(data, size), method)
    return incoming, b"".join(incoming.pieces())


WHOLE = {
    "a length": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-End: 1\r\n\r\n",
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    "no reason": b"HTTP/1.1 200\r\ncontent-length: 5\r\n\r\nhello",
    "one length told twice": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
    "an interim answer first": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "chunks before a length": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("size", [1, 2, 7, 65536])
@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_an_answer_is_read_whole_in_whatever_pieces_it_comes(data, size):
    incoming, body = read(data, size)
    assert (incoming.status, body, incoming.whole, incoming.keeps) == (200, b"hello", True, True)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 5\r\n\r\nhello",
    ],
)
def test_a_connection_that_ends_with_its_answer_is_not_used_again(data):
    incoming, body = read(data)
    assert (body, incoming.keeps) == (b"hello", False)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("PUT", 204), ("GET", 304)])
def test_answers_without_a_body_have_none_whatever_length_they_tell(method, status):
    incoming, body = read(b"HTTP/1.1 %d x\r\nContent-Length: 5\r\n\r\n" % status, method=method)
    assert (body, incoming.whole, incoming.keeps) == (b"", True, True)


def test_fields_are_told_by_lower_case_names_in_order_and_a_folded_one_goes_on():
    head = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nETag:\t"a" \r\nwww-authenticate: Digest x,\r\n  y\r\nContent-Length: 0\r\n\r\n'
    incoming, _ = read(head)
    assert incoming.all(b"www-authenticate") == [b"Basic", b"Digest x, y"]
    assert (incoming.first(b"etag"), incoming.first(b"location")) == (b'"a"', b"")


BROKEN = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "another version": b"HTTP/2 200 OK\r\n\r\n",
    "a head that ends": b"HTTP/1.1 200 OK\r\nContent-Len",
    "a line that is no field": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
    "a space before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
    "another coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "less than it says": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "a chunk without a size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n",
    "a chunk with more": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    "an endless head": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * HEAD_LIMIT,
    "an endless chunk line": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;" + b"x" * HEAD_LIMIT,
    "a zero byte": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n",
    "a return inside a value": b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("size", [1000, 65536])
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_could_be_misread_is_no_answer(data, size):
    with pytest.raises(Malformed):
        read(data, size)


def test_what_follows_an_answer_is_not_part_of_it():
    incoming = Incoming(
        Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 500 x", 65536), "GET"
    )
    assert b"".join(incoming.pieces()) == b"hello"
    assert not incoming.keeps  # nobody asked for more


def test_a_head_has_one_line_for_each_field():
    head = request_head("PUT", "/a", [("host", "dav.example.org"), ("x", "ü")])
    assert head == "PUT /a HTTP/1.1\r\nhost: dav.example.org\r\nx: ü\r\n\r\n".encode()


@pytest.mark.parametrize("value", ["a\r\nevil: 1", "a\nevil: 1", "a\rb", "a\x00b"])
def test_no_value_makes_a_second_field(value):
    with pytest.raises(Malformed):
        request_head("PUT", "/a", [("if-match", value)])
