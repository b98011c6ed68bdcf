"""How requests to Google travel: once, to the host they are meant for, with bounded answers."""

import gzip
from collections.abc import Callable

import pytest

from kith.connector.errors import BadReply, Unreachable
from kith_connectors.google.transport import Transport
from servers.loopback import Loopback, Reply, Request


def send(
    answer: Callable[[Request], Reply], limit: int = 1000, method: str = "POST"
) -> tuple[Loopback, object]:
    with Loopback(answer) as server:
        transport = Transport(limit)
        try:
            return server, transport.request(
                f"{server.url}/v1", method, "body", {"authorization": "Bearer x"}
            )
        finally:
            transport.close()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_takes_the_login_elsewhere(status):
    server, (response, _) = send(lambda _: Reply(status, headers=(("Location", "/elsewhere"),)))
    assert response.status == status
    assert [request.path for request in server.requests] == ["/v1"]


@pytest.mark.parametrize(
    "cut",
    [Reply(silent=True, ending="close"), Reply(silent=True, ending="reset"), Reply(body=b"12345", sent=2)],
)
def test_a_request_without_an_answer_is_not_repeated(cut):
    seen = []

    def answer(request: Request) -> Reply:
        seen.append(request.path)
        return cut

    with pytest.raises(Unreachable) as caught:
        send(answer)
    assert seen == ["/v1"]
    assert "127.0.0.1" in caught.value.message


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_without_end_is_cut_off(packed):
    body, headers = b"x" * 100_000, ()
    if packed:
        body, headers = gzip.compress(body), (("Content-Encoding", "gzip"),)
    with pytest.raises(BadReply):
        send(lambda _: Reply(200, body, headers))


def test_a_packed_answer_is_unpacked_and_says_so_no_more():
    packed = Reply(200, gzip.compress(b'{"a": 1}'), (("Content-Encoding", "gzip"), ("Retry-After", "3")))
    _, (response, content) = send(lambda _: packed)
    assert content == b'{"a": 1}'
    assert "content-encoding" not in response
    assert response["retry-after"] == "3"
