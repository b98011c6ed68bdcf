"""Pulling from real servers: how many requests, what is reported, what survives."""

import json
from dataclasses import replace

import pytest

from kith.connector.api import CardChange, PullRequest
from kith.connector.errors import AuthenticationFailed, BadReply, RateLimited, Unreachable, WrongPlace
from kith.connector.info import Opening
from kith.connector.testing import gather, known_of
from kith.model.contact import Text
from kith_connectors.carddav import INFO
from servers.hostile import HostileServer
from servers.wire import card


def person(serial):
    return card(f"urn:uuid:00000000-0000-4000-8000-{serial:012d}", f"Zoë Number{serial}")


@pytest.fixture
def opened():
    """Opens accounts and closes them at the end."""
    accounts = []

    def open_one(server, **settings):
        login = {"username": server.username, "password": server.password}
        account = INFO.open(INFO.settings(**{"url": server.url, **login, **settings}), Opening("phone"))
        accounts.append(account)
        return account

    yield open_one
    for account in accounts:
        account.close()


def filled(server, count):
    book = server.book()
    for serial in range(count):
        server.put(book, f"c{serial}.vcf", person(serial))
    return book


def since(server, before):
    return [(seen.method, seen.status) for seen in server.requests()[before:]]


def unknown(_book):
    raise AssertionError("a pull without changes must not load the book")


def test_a_run_without_changes_is_one_request(dav_server, opened):
    account = opened(dav_server, url=filled(dav_server, 3))
    _, pages = gather(account)
    before = len(dav_server.requests())
    again = opened(dav_server, url=account._account.settings.url)
    more = list(again.pull(PullRequest(pages[-1].cursor, unknown)))
    assert since(dav_server, before) == [("REPORT", 207)]
    assert [page.records for page in more] == [()]
    assert json.loads(more[-1].cursor) == json.loads(pages[-1].cursor)


def test_a_first_pull_reads_in_batches(dav_server, opened):
    account = opened(dav_server, url=filled(dav_server, 120))
    before = len(dav_server.requests())
    records, pages = gather(account)
    # one look at the book, one report, then 50 + 70 cards
    assert since(dav_server, before) == [("PROPFIND", 207), ("REPORT", 207), ("REPORT", 207), ("REPORT", 207)]
    assert len(records) == 120
    assert max(len(page.records) for page in pages) <= 100
    assert {record.contact.full_name for record in records.values()} == {f"Zoë Number{n}" for n in range(120)}


def test_added_changed_and_deleted_cards_arrive_and_nothing_else(dav_server, opened):
    book = filled(dav_server, 5)
    account = opened(dav_server, url=book)
    records, pages = gather(account)
    dav_server.put(book, "new.vcf", person(50))
    dav_server.put(book, "c1.vcf", person(1).replace(b"Zo\xc3\xab", b"Zoe"))
    assert dav_server.send("DELETE", book + "c2.vcf")[0] in {200, 204}
    before = len(dav_server.requests())
    touched, more = gather(account, PullRequest(pages[-1].cursor, known_of(records)))
    assert since(dav_server, before) == [("REPORT", 207), ("REPORT", 207)]
    assert sorted(record.contact.full_name for record in touched.values()) == ["Zoe Number1", "Zoë Number50"]
    (gone,) = [key for page in more for key in page.gone]
    assert gone.remote_id.endswith("/c2.vcf")
    assert all(page.listed == {} for page in more)


def test_a_cursor_that_expired_leads_to_a_complete_list_and_deletes_nothing_by_itself(dav_server, opened):
    book = filled(dav_server, 4)
    account = opened(dav_server, url=book)
    records, pages = gather(account)
    cursor = json.loads(pages[-1].cursor)
    good = cursor["books"][0]["token"]
    cursor["books"][0]["token"] = good[:-6] + "abcdef"
    dav_server.send("DELETE", book + "c2.vcf")
    touched, more = gather(account, PullRequest(json.dumps(cursor), known_of(records)))
    assert touched == {}
    assert [page.gone for page in more if page.gone] == []
    (listed,) = [ids for page in more for ids in page.listed.values()]
    assert {href.rpartition("/")[2] for href in listed} == {"c0.vcf", "c1.vcf", "c3.vcf"}
    assert json.loads(more[-1].cursor)["books"][0]["token"] not in {"", cursor["books"][0]["token"]}


def test_a_cursor_of_other_settings_is_not_used(dav_server, opened):
    one, other = filled(dav_server, 1), filled(dav_server, 2)
    _, pages = gather(opened(dav_server, url=one))
    records, _ = gather(opened(dav_server, url=other), PullRequest(pages[-1].cursor))
    assert len(records) == 2


def test_a_card_to_be_read_again_is_read_although_its_etag_is_known(dav_server, opened):
    book = filled(dav_server, 3)
    account = opened(dav_server, url=book)
    records, pages = gather(account)
    keys = sorted(records)
    revisions = {key.remote_id: record.revision for key, record in records.items()} | {keys[0].remote_id: ""}
    dav_server.put(book, "new.vcf", person(9))
    touched, _ = gather(account, PullRequest(pages[-1].cursor, lambda _: revisions))
    assert keys[0] in touched
    assert len(touched) == 2


def test_a_book_that_vanished_is_not_an_empty_book(dav_server, opened):
    book = filled(dav_server, 2)
    account = opened(dav_server, url=book)
    _, pages = gather(account)
    dav_server.send("DELETE", book)
    with pytest.raises(WrongPlace, match="nothing at"):
        list(account.pull(PullRequest(pages[-1].cursor)))
    with pytest.raises(WrongPlace):
        list(opened(dav_server, url=book).pull(PullRequest()))


def test_a_book_made_anew_at_the_same_address_is_noticed(xandikos, opened):
    book = filled(xandikos, 2)
    account = opened(xandikos, url=book)
    _, pages = gather(account)
    xandikos.send("DELETE", book)
    xandikos.book(book.rstrip("/").rpartition("/")[2])
    with pytest.raises(WrongPlace, match="another address book") as caught:
        list(account.pull(PullRequest(pages[-1].cursor)))
    assert "--full" in caught.value.remedy
    records, _ = gather(account)
    assert records == {}


def test_a_wrong_password_is_said_and_tried_once(radicale, opened):
    account = opened(radicale, password="wrong")
    before = len(radicale.requests())
    with pytest.raises(AuthenticationFailed) as caught:
        list(account.pull(PullRequest()))
    assert since(radicale, before) == [("PROPFIND", 401)]
    assert "app password" in caught.value.remedy


def hostile(opened, server, **settings):
    for serial in range(12):
        server.books["contacts"].put(f"c{serial}.vcf", person(serial))
    return opened(server, **{"url": server.book_url(), **settings})


def names(records):
    return {record.contact.full_name for record in records.values()}


EVERYBODY = {f"Zoë Number{serial}" for serial in range(12)}


def test_without_sync_reports_the_change_tag_is_asked_first(opened):
    with HostileServer(sync_collection=False) as server:
        account = hostile(opened, server)
        records, pages = gather(account)
        server.requests.clear()
        more = list(account.pull(PullRequest(pages[-1].cursor, unknown)))
        assert [request.method for request in server.requests] == ["PROPFIND"]
        assert server.requests[0].headers["depth"] == "0"
        server.books["contacts"].put("new.vcf", person(99))
        server.books["contacts"].delete("c3.vcf")
        touched, more = gather(account, PullRequest(more[-1].cursor, known_of(records)))
    assert names(records) == EVERYBODY
    assert names(touched) == {"Zoë Number99"}
    (listed,) = [ids for page in more for ids in page.listed.values()]
    assert "/books/alice/contacts/c3.vcf" not in listed
    assert len(listed) == 12
    assert [page.gone for page in more if page.gone] == []


@pytest.mark.parametrize("ctag", ["number", "none"])
@pytest.mark.parametrize("reports", [True, False])
def test_the_book_of_another_user_is_not_read(opened, reports, ctag):
    with HostileServer(sync_collection=reports, ctag=ctag) as server:
        account = hostile(opened, server)
        _, pages = gather(account)
        server.principal = "/principals/mallory/"
        server.books["contacts"].recreate()
        server.books["contacts"].put("m.vcf", person(66))
        with pytest.raises(WrongPlace, match="another address book"):
            list(account.pull(PullRequest(pages[-1].cursor)))


@pytest.mark.parametrize("kind", ["xml", "500", "latin1"])
def test_one_bad_card_does_not_cost_the_others(opened, kind):
    with HostileServer(poison={"c7.vcf"}, poison_kind=kind) as server:
        records, pages = gather(hostile(opened, server))
    assert names(records) == EVERYBODY
    assert [page.skipped for page in pages if page.skipped] == []


def test_a_card_the_server_cannot_give_is_named_kept_in_the_list_and_tried_again(opened):
    with HostileServer(poison={"c7.vcf"}, poison_kind="500") as server:
        server.fault(lambda request: request.method == "GET", "status", status=500, times=1)
        account = hostile(opened, server)
        records, pages = gather(account)
        assert names(records) == EVERYBODY - {"Zoë Number7"}
        (sentence,) = [line for page in pages for line in page.skipped]
        assert "c7.vcf" in sentence
        (listed,) = [ids for page in pages for ids in page.listed.values()]
        assert len(listed) == 12
        again, more = gather(account, PullRequest(pages[-1].cursor, known_of(records)))
        assert names(again) == {"Zoë Number7"}
        last = list(account.pull(PullRequest(more[-1].cursor, unknown)))
    assert [page.records for page in last] == [()]


def test_an_etag_that_rows_leave_out_is_taken_from_the_card(opened):
    with HostileServer(etag_in_rows=False) as server:
        account = hostile(opened, server)
        records, _ = gather(account)
        assert names(records) == EVERYBODY
        ((key, record), *_) = records.items()
        assert record.revision == server.books["contacts"].cards[key.remote_id.rpartition("/")[2]].etag
        account.delete(key, record.revision)
        assert len(server.books["contacts"].cards) == 11


@pytest.mark.parametrize(
    "kind", ["cut", "broken_xml", "reset_in_body", "empty_body", "bomb", "external_entity"]
)
def test_a_list_that_is_damaged_is_never_fewer_contacts(opened, kind):
    with HostileServer() as server:
        account = hostile(opened, server)
        server.fault(lambda request: request.says("sync-collection"), kind, times=1)
        with pytest.raises((BadReply, Unreachable)):
            list(account.pull(PullRequest()))


@pytest.mark.parametrize("kind", ["cut", "broken_xml", "reset_in_body", "reset_before"])
def test_cards_that_come_damaged_are_asked_for_again(opened, kind):
    with HostileServer() as server:
        account = hostile(opened, server)
        server.fault(lambda request: request.says("multiget"), kind, times=1)
        records, _ = gather(account)
    assert names(records) == EVERYBODY


def test_a_server_that_fails_on_everything_is_not_asked_for_every_card(opened):
    with HostileServer() as server:
        account = hostile(opened, server)
        server.fault(
            lambda request: request.says("multiget") or request.method == "GET", "status", status=500
        )
        with pytest.raises(Unreachable):
            list(account.pull(PullRequest()))
        assert len(server.requests) < 30


def test_retry_after_is_passed_on(opened):
    with HostileServer() as server:
        account = hostile(opened, server)
        server.fault("REPORT", "status", status=429, headers=(("Retry-After", "7"),))
        with pytest.raises(RateLimited) as caught:
            list(account.pull(PullRequest()))
    assert caught.value.retry_after == 7.0


def test_a_proxy_that_changes_paths_is_not_an_empty_book(opened):
    with HostileServer() as server:
        account = hostile(opened, server)
        server.fault(
            lambda request: request.says("sync-collection"),
            "status",
            body=b'<d:multistatus xmlns:d="DAV:"><d:response><d:href>/elsewhere/c1.vcf</d:href><d:propstat><d:prop>'
            b"<d:getetag>1</d:getetag></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
            b"<d:sync-token>t</d:sync-token></d:multistatus>",
            status=207,
        )
        with pytest.raises(WrongPlace, match="another address"):
            list(account.pull(PullRequest()))


FOUR = b"""BEGIN:VCARD\r
VERSION:4.0\r
UID:urn:uuid:00000000-0000-4000-8000-000000000004\r
FN:Zo\xc3\xab Four\r
N:Four;Zo\xc3\xab;;;\r
PHOTO:data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\r
END:VCARD\r
"""


def test_a_picture_that_one_view_cuts_off_is_read_in_the_other_and_survives_an_edit(cyrus, opened):
    book = cyrus.book()
    cyrus.put(book, "four.vcf", FOUR)
    cyrus.put(book, "three.vcf", person(3))
    account = opened(cyrus, url=book)
    records, _ = gather(account)
    ((key, record),) = [pair for pair in records.items() if pair[0].remote_id.endswith("four.vcf")]
    assert record.contact.photo.size == 42
    after = replace(record.contact, notes=(Text("likes tea"),))
    account.update(CardChange(key, record.contact, after, record.raw, record.revision))
    held = account.fetch(key)
    assert held.contact.photo == record.contact.photo
    assert held.contact.notes == after.notes
    assert {b"VERSION:3.0" in other.raw for other in records.values() if other.key != key} == {True}
