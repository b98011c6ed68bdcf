"""What a sync client must survive, measured on real servers, by number. 15 to 19: discovery, login, limits."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from kith.connector.api import Page, PullRequest
from kith.connector.errors import (
    AuthenticationFailed,
    BadReply,
    RateLimited,
    Rejected,
    Unreachable,
    WrongPlace,
)
from kith.connector.testing import changed, gather, known_of, picture, sample
from servers.connecting import Connect, Serve, again, fill, gone, listed, names, new
from servers.loopback import Request
from servers.wire import card


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_quirk_15_discovery_follows_well_known_and_keeps_its_method(
    serve: Serve, connect: Connect, status: int
) -> None:
    server = serve(well_known=status, context="/dav/somewhere/", extra_collections=True)
    fill(server, 2)
    records, _ = gather(connect(server))
    assert len(records) == 2
    at = [one for one in server.requests if one.path.startswith("/dav/somewhere/")]
    assert at and {one.method for one in at} == {"PROPFIND"}


@pytest.mark.parametrize("context", ["/SOGo/dav/alice/", "/remote.php/dav/", "/dav.php/"])
def test_quirk_15_common_paths_are_tried_where_discovery_is_missing(
    serve: Serve, connect: Connect, context: str
) -> None:
    server = serve(well_known=200, context=context)
    fill(server, 2)
    assert len(gather(connect(server))[0]) == 2


def test_quirk_15_an_anonymous_principal_means_send_credentials(serve: Serve, connect: Connect) -> None:
    server = serve(anonymous_principal=True)
    fill(server, 2)
    assert len(gather(connect(server))[0]) == 2
    with pytest.raises(AuthenticationFailed):
        gather(connect(server, username="", password=""))


def test_quirk_15_a_home_on_another_port_is_followed_with_credentials(serve: Serve, connect: Connect) -> None:
    server = serve(absolute_hrefs=True)
    server.switches.home_origin = server.listen_again()
    fill(server, 2)
    account = connect(server)
    records, pages = gather(account)
    assert len(records) == 2
    again(account, records, pages)
    assert all(one.status != 401 for one in server.elsewhere[1:])


@pytest.mark.parametrize("way", ["home_origin", "redirect_host"])
def test_quirk_15_credentials_never_leave_for_a_stranger(serve: Serve, connect: Connect, way: str) -> None:
    server = serve()
    setattr(server.switches, way, "http://contacts.stranger.example")
    with pytest.raises(WrongPlace, match="stranger"):
        gather(connect(server))


@pytest.mark.parametrize(
    "switches",
    [{"auth": "digest"}, {"auth": "both"}, {"scheme": "bAsIc", "realm": False}],
    ids=["digest", "both", "odd-case"],
)
def test_quirk_16_every_kind_of_challenge(serve: Serve, connect: Connect, switches: dict[str, Any]) -> None:
    server = serve(**switches)
    fill(server, 2)
    account = connect(server)
    records, pages = gather(account)
    assert len(records) == 2
    server.requests.clear()
    again(account, records, pages)
    assert len([one for one in server.requests if one.status == 401]) <= 1


@pytest.mark.parametrize("auth", ["basic", "digest", "both"])
def test_quirk_16_a_wrong_password_is_tried_once(serve: Serve, connect: Connect, auth: str) -> None:
    server = serve(auth=auth)
    with pytest.raises(AuthenticationFailed):
        gather(connect(server, password="wrong"))
    assert len(server.requests) <= 3, "a provider locks accounts that hammer"


@pytest.mark.parametrize("keep_alive", [True, False])
def test_quirk_17_few_connections_and_few_at_once(serve: Serve, connect: Connect, keep_alive: bool) -> None:
    server = serve(keep_alive=keep_alive, data_in_sync=False)
    fill(server, 300)
    account = connect(server)
    records, _ = gather(account)
    assert len(records) == 300 and server.peak <= 4
    assert server.connections <= (4 if keep_alive else len(server.requests) + 1)
    assert len(server.requests) <= 12


def test_quirk_18_a_photo_that_is_too_large_is_refused_before_it_is_sent(
    serve: Serve, connect: Connect
) -> None:
    server = serve(max_card=100_000)
    account = connect(server)
    gather(account)
    photo, data = picture(64, noise=300_000)
    assert 0 < account.capabilities.photo_bytes < 100_000
    with pytest.raises(Rejected):
        account.create(new(replace(sample(), photo=photo), **{photo.sha256: data}))
    assert server.writes() == []


@pytest.mark.parametrize("status", [413, 507])
def test_quirk_18_a_limit_that_was_not_told_costs_one_card(
    serve: Serve, connect: Connect, status: int
) -> None:
    server = serve(max_card=100_000, too_large=status, advertise_size=False)
    account = connect(server)
    photo, data = picture(64, noise=300_000)
    with pytest.raises(Rejected, match="photo"):
        account.create(new(replace(sample(), photo=photo), **{photo.sha256: data}))
    account.create(new())
    assert len(server.books["contacts"].cards) == 1


def test_quirk_18_a_large_card_is_read(serve: Serve, connect: Connect) -> None:
    server = serve()
    photo = "A" * 12_000_000
    server.books["contacts"].put(
        "large.vcf", card("u1", "Ada Example", f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}")
    )
    fill(server, 2)
    records, _ = gather(connect(server))
    assert names(records)["large.vcf"].contact.full_name == "Ada Example"


@pytest.mark.parametrize("kind", ["drop", "slow", "cut", "reset_in_body", "reset_after", "broken_xml"])
@pytest.mark.parametrize("within", ["sync-collection", "addressbook-multiget"])
def test_quirk_18_no_answer_or_half_an_answer_is_no_small_book(
    serve: Serve, connect: Connect, kind: str, within: str
) -> None:
    server = serve(data_in_sync=False)
    fill(server, 30)
    account = connect(server, timeout=0.2)
    records, pages = gather(account)
    server.books["contacts"].put("c0.vcf", card("u0", "New Name"))
    server.fault("REPORT", kind, within=within, seconds=0.5)
    seen: list[Page] = []
    try:
        for page in account.pull(PullRequest(None, known_of({}))):
            seen.append(page)
    except (Unreachable, BadReply):
        assert listed(seen) == [] and all(page.cursor is None for page in seen)
    else:
        assert (within, kind) == ("addressbook-multiget", "broken_xml"), "only then single GETs help"
        assert len(listed(seen)[0]) == 30 == sum(len(page.records) for page in seen)
    assert gone(seen) == set()
    server.clear()
    more, _ = again(account, records, pages)
    assert set(names({key: more[key] for key in changed(more, records)})) == {"c0.vcf"}


@pytest.mark.parametrize(
    "kind", ["bomb", "external_entity", "deep_xml", "endless", "empty_body", "login_page"]
)
@pytest.mark.parametrize("method", ["PROPFIND", "REPORT"])
def test_quirk_18_hostile_answers_end_in_an_error(
    serve: Serve, connect: Connect, kind: str, method: str
) -> None:
    server = serve()
    fill(server, 3)
    account = connect(server, timeout=5)
    records, pages = gather(account)
    server.fault(method, kind)
    seen: list[Page] = []
    with pytest.raises((Unreachable, BadReply, WrongPlace)):
        seen += connect(server, timeout=5).pull(PullRequest(None, known_of(records)))
    assert listed(seen) == [] and gone(seen) == set()
    server.clear()
    more, _ = again(account, records, pages)
    assert changed(more, records) == []


@pytest.mark.parametrize("status", [404, 412])
def test_quirk_19_a_delete_of_what_is_gone_is_done(serve: Serve, connect: Connect, status: int) -> None:
    server = serve(delete_missing=str(status))
    fill(server, 2)
    account = connect(server)
    records, _ = gather(account)
    held = names(records)["c0.vcf"]

    def first(request: Request) -> bool:
        if request.method == "DELETE" and "c0.vcf" in server.books["contacts"].cards:
            server.books["contacts"].delete("c0.vcf")
        return False

    server.fault(first, "delay")
    account.delete(held.key, held.revision)
    assert set(server.books["contacts"].cards) == {"c1.vcf"}
    account.delete(held.key, held.revision)
    assert set(server.books["contacts"].cards) == {"c1.vcf"}


def test_back_pressure_is_told_with_its_seconds(serve: Serve, connect: Connect) -> None:
    for status, header, expected in ((429, "7", 7.0), (503, "7", 7.0), (429, "", None)):
        server = serve()
        headers = (("Retry-After", header),) if header else ()
        server.fault("*", "status", status=status, headers=headers)
        with pytest.raises(RateLimited) as asked:
            gather(connect(server))
        assert asked.value.retry_after == expected
        assert len(server.requests) == 1, "a server that asks to wait is left alone"


def test_quirk_17_accounts_in_threads_of_their_own_share_nothing(serve: Serve, connect: Connect) -> None:
    server = serve()
    fill(server, 50)
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(len(gather(connect(server))[0]))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [50, 50, 50]
