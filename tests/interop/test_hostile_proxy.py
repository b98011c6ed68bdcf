"""The fault proxy: transparent until a fault is set, and then that fault only."""

import http.client

import pytest

from servers.faultproxy import FaultProxy
from servers.hostile import HostileServer
from servers.wire import ETAGS, ask, card

LOGIN = ("alice", "correct horse")


def test_proxy_is_transparent_and_counts() -> None:
    with HostileServer(absolute_hrefs=True) as server, FaultProxy(server.book_url()) as proxy:
        made = ask("PUT", proxy.url + "a.vcf", card("1"), {"If-None-Match": "*"}, LOGIN)
        got = ask("GET", proxy.url + "a.vcf", login=LOGIN)
        listed = ask("PROPFIND", proxy.url, ETAGS, {"Depth": "1"}, LOGIN)
        assert (made.status, got.body, got.headers["etag"]) == (201, card("1"), made.headers["etag"])
        assert [href.startswith(proxy.origin) for href, _ in listed.rows] == [True, True]
        assert server.origin.encode() not in listed.body
        assert [(one.method, one.status) for one in proxy.requests] == [
            ("PUT", 201),
            ("GET", 200),
            ("PROPFIND", 207),
        ]
        assert (proxy.requests[0].up, proxy.requests[1].down) == (len(card("1")), len(card("1")))
        assert (proxy.count("GET"), [one.method for one in proxy.writes()]) == (1, ["PUT"])


def test_faults_hit_the_nth_match_and_end() -> None:
    with HostileServer() as server, FaultProxy(server.book_url()) as proxy:
        proxy.fault("PUT /b[^/]*$", status=429, headers=(("Retry-After", "7"),), times=1, skip=1)
        seen = [
            ask("PUT", proxy.url + name, card(name), login=LOGIN)
            for name in ("a.vcf", "b.vcf", "b2.vcf", "b3.vcf")
        ]
        assert [one.status for one in seen] == [201, 201, 429, 201]
        assert seen[2].headers["retry-after"] == "7"
        assert sorted(server.books["contacts"].cards) == ["a.vcf", "b.vcf", "b3.vcf"]
        proxy.clear()
        assert ask("PUT", proxy.url + "b2.vcf", card("b2"), login=LOGIN).status == 201
        assert len(proxy.requests) == 1


def test_lost_acknowledgement_is_applied_and_an_early_reset_is_not() -> None:
    with HostileServer() as server, FaultProxy(server.book_url()) as proxy:
        for kind, applied in (("reset_after", True), ("reset_before", False)):
            proxy.fault("PUT", kind, times=1)
            with pytest.raises((OSError, http.client.HTTPException)):
                ask("PUT", proxy.url + f"{kind}.vcf", card(kind), login=LOGIN)
            assert (f"{kind}.vcf" in server.books["contacts"].cards) == applied


def test_answers_are_replaced() -> None:
    with HostileServer() as server, FaultProxy(server.book_url()) as proxy:
        server.books["contacts"].put("a.vcf", card("1"))

        def listing() -> tuple[int, int]:
            answer = ask("PROPFIND", proxy.url, ETAGS, {"Depth": "1"}, LOGIN)
            return answer.status, len(answer.rows)

        assert listing() == (207, 2)
        server.books["contacts"].put("b.vcf", card("2"))
        proxy.fault("PROPFIND", "stale", times=1)
        assert listing() == (207, 2)
        assert listing() == (207, 3)
        for kind, expected in (
            ("empty_listing", (207, 0)),
            ("login_page", (200, 0)),
            ("empty_body", (207, 0)),
        ):
            proxy.fault("PROPFIND", kind, times=1)
            assert listing() == expected
        proxy.fault("PROPFIND", "broken_xml", times=1)
        broken = ask("PROPFIND", proxy.url, ETAGS, {"Depth": "1"}, LOGIN)
        assert broken.status == 207 and b"</D:multistatus>" not in broken.body


def test_unknown_fault_is_refused() -> None:
    with (
        HostileServer() as server,
        FaultProxy(server.url) as proxy,
        pytest.raises(ValueError, match="no such"),
    ):
        proxy.fault("PUT", "explode")
