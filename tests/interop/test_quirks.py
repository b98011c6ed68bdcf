"""What a sync client must survive, measured on real servers, by number. 1 to 9: changes, tokens, preconditions."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from kith.connector.api import PullRequest
from kith.connector.errors import (
    AuthenticationFailed,
    ConnectorError,
    RateLimited,
    Rejected,
    RevisionMismatch,
    Unreachable,
    WrongPlace,
)
from kith.connector.testing import changed, gather, known_of, sample
from kith.model.contact import Contact, Name, Text
from kith.model.record import RecordKey, SourceRecord
from servers.connecting import Connect, Serve, again, edit, fill, gone, listed, names, new
from servers.loopback import Reply, Request
from servers.multistatus import error as dav_error
from servers.wire import card


def refusal(
    status: int, condition: str = "", namespace: str = "C", **headers: str
) -> Callable[[Reply], Reply]:
    """An answer with that status and precondition in place of the real one."""
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    answer = dav_error(status, condition, namespace)
    return lambda _reply: replace(answer, headers=(*answer.headers, *sent))


@pytest.mark.parametrize(
    ("status", "condition", "meaning"),
    [
        (412, "", RevisionMismatch),
        (412, "C:valid-address-data", Rejected),
        (403, "C:valid-address-data", Rejected),
        (403, "C:no-uid-conflict", Rejected),
        (409, "C:no-uid-conflict", Rejected),
        (403, "D:need-privileges", Rejected),
        (403, "", Rejected),
        (404, "", Rejected),
        (415, "", Rejected),
        (413, "", Rejected),
        (507, "D:quota-not-exceeded", Rejected),
        (423, "", Unreachable),
        (500, "", Unreachable),
        (502, "", Unreachable),
        (401, "", AuthenticationFailed),
        (429, "", RateLimited),
    ],
)
def test_quirk_01_same_status_different_meaning(
    serve: Serve, connect: Connect, status: int, condition: str, meaning: type[ConnectorError]
) -> None:
    server = serve()
    account = connect(server)
    gather(account)
    namespace, _, name = condition.rpartition(":")
    server.fault("PUT", "edit", change=refusal(status, name, namespace or "D"))
    with pytest.raises(ConnectorError) as refused:
        account.create(new())
    assert type(refused.value) is meaning
    server.clear()
    account.create(new())


def test_quirk_01_the_same_statuses_of_a_report_lead_to_a_full_list(serve: Serve, connect: Connect) -> None:
    for status, condition in (
        (412, "valid-sync-token"),
        (403, "valid-sync-token"),
        (403, "supported-report"),
    ):
        server = serve()
        fill(server, 3)
        account = connect(server)
        records, pages = gather(account)
        server.books["contacts"].put("new.vcf", card("unew"))
        server.fault(
            "REPORT", "edit", times=1, within="sync-collection", change=refusal(status, condition, "D")
        )
        more, later = again(account, records, pages)
        assert set(names({key: more[key] for key in changed(more, records)})) == {"new.vcf"}
        assert gone(later) == set()


def test_quirk_01_a_404_to_a_put_means_the_book_is_gone_where_it_is(serve: Serve, connect: Connect) -> None:
    server = serve()
    account = connect(server)
    gather(account)
    del server.books["contacts"]
    with pytest.raises(WrongPlace):
        account.create(new())


def test_quirk_02_a_precondition_is_not_enough(serve: Serve, connect: Connect) -> None:
    server = serve("sogo")
    server.switches.discovery = True
    fill(server, 1)
    account = connect(server)
    records, _ = gather(account)
    held = next(iter(records.values()))
    server.books["contacts"].put("c0.vcf", card("u0", "Ada Married"))
    with pytest.raises(RevisionMismatch):
        account.delete(held.key, held.revision)
    assert b"Ada Married" in server.books["contacts"].get("c0.vcf")
    one = new(replace(sample(), uid="u0"))
    account.create(replace(one, uid="u0"))
    assert len(server.books["contacts"].cards) == 2, "a file name is never made from a UID"
    assert all("u0" not in path for path in (put.path for put in server.writes()))


def test_quirk_03_an_etag_says_nothing_about_the_bytes(serve: Serve, connect: Connect) -> None:
    server = serve(rewrite=("drop_categories", "sort", "add_rev"))
    account = connect(server)
    for _ in range(3):
        written = account.create(new())
        held = account.fetch(written.key)
        assert "Friends" not in held.contact.groups
        assert written.record is None or written.record.contact == held.contact


def test_quirk_03_trust_in_a_server_ends_with_the_first_card_it_changes(
    serve: Serve, connect: Connect
) -> None:
    server = serve()
    account = connect(server)
    plain = Contact(full_name="Ada Example", name=Name(("Example",), ("Ada",)), notes=(Text("text"),))
    for _ in range(5):
        account.fetch(account.create(new(plain)).key)
    server.switches.rewrite = ("drop_categories", "cut_note")
    for contact in (replace(plain, groups=("Friends",)), replace(plain, notes=(Text("x" * 300),))):
        written = account.create(new(contact))
        held = account.fetch(written.key)
        assert held.contact != contact
        assert written.record is None or written.record.contact == held.contact


def test_quirk_03_no_etag_after_put_is_read_back(serve: Serve, connect: Connect) -> None:
    server = serve("davical")
    account = connect(server)
    records, pages = gather(account)
    written = account.create(new())
    assert written.revision == ""
    records[written.key] = SourceRecord(written.key, "", sample())
    more, pages = again(account, records, pages)
    assert more[written.key].revision == server.books["contacts"].cards[more_name(written.key)].etag
    records |= more
    more, _ = again(account, records, pages)
    assert changed(more, records) == []


def more_name(key: RecordKey) -> str:
    return key.remote_id.rpartition("/")[2]


def test_quirk_04_an_unchanged_card_is_never_written(serve: Serve, connect: Connect) -> None:
    server = serve(touch=True)
    fill(server, 1)
    account = connect(server)
    records, _ = gather(account)
    held = next(iter(records.values()))
    assert account.update(edit(held)).revision == held.revision
    assert server.writes() == []


@pytest.mark.parametrize("lie", ["lost rows", "restored backup", "recreated book"])
def test_quirk_05_the_audit_finds_what_tokens_hide(serve: Serve, connect: Connect, lie: str) -> None:
    server = serve("sabre4")
    book = server.books["contacts"]
    fill(server, 4)
    backup = book.snapshot()
    book.put("c0.vcf", card("u0", "Ada Married"))
    account = connect(server)
    records, pages = gather(account)
    if lie == "lost rows":
        server.switches.lost = {"c1.vcf"}
        book.put("c1.vcf", card("u1", "Grace Lost"))
    elif lie == "restored backup":
        book.restore(backup)
    else:
        book.recreate()
        book.put("c1.vcf", card("u1", "Grace Lost"))
    hidden, later = again(account, records, pages)
    assert (changed(hidden, records), gone(later)) == ([], set()), "the server says that nothing changed"
    try:
        audited, told = gather(connect(server), PullRequest(None, known_of(records)))
    except WrongPlace:
        assert lie == "recreated book"
        return
    assert listed(told) == [set(book.cards)]
    found = names({key: audited[key] for key in changed(audited, records)})
    expected = {"lost rows": "Grace Lost", "restored backup": "Ada Number0", "recreated book": "Grace Lost"}
    assert [record.contact.full_name for record in found.values()] == [expected[lie]]


def test_quirk_05_a_limit_is_never_asked_for_and_pages_are_followed(serve: Serve, connect: Connect) -> None:
    server = serve(page_size=3)
    expected = fill(server, 10)
    account = connect(server)
    records, pages = gather(account)
    assert sorted(names(records)) == sorted(expected) and listed(pages) == [set(expected)]
    for name in expected[:7]:
        server.books["contacts"].put(name, card(name, "New Name"))
    more, _ = again(account, records, pages)
    assert len(changed(more, records)) == 7
    assert not any(one.says("nresults") for one in server.requests)


def test_quirk_05_an_etag_that_starts_again_does_not_hide_another_card(
    serve: Serve, connect: Connect
) -> None:
    server = serve(etag="counter")
    fill(server, 2)
    account = connect(server)
    records, pages = gather(account)
    book = server.books["contacts"]
    book.delete("c0.vcf")
    book.put("c0.vcf", card("u9", "Grace Other"))
    more, later = again(account, records, pages)
    full, _ = gather(connect(server), PullRequest(None, known_of(records)))
    seen = {record.contact.full_name for record in (*more.values(), *full.values())}
    assert "Grace Other" in seen and gone(later) == set()


def test_quirk_06_the_first_token_brings_tombstones_own_rows_and_repetitions(
    serve: Serve, connect: Connect
) -> None:
    server = serve(tombstones_initial=True, own_row=True)
    book = server.books["contacts"]
    fill(server, 4)
    book.delete("c1.vcf")

    def twice(reply: Reply) -> Reply:
        rows = re.findall(rb"<D:response>.*?</D:response>", reply.body, re.DOTALL)
        return replace(reply, body=reply.body.replace(rows[-1], rows[-1] * 2))

    server.fault("REPORT", "edit", within="sync-collection", change=twice)
    account = connect(server)
    records, pages = gather(account)
    assert set(names(records)) == {"c0.vcf", "c2.vcf", "c3.vcf"}
    assert listed(pages) == [{"c0.vcf", "c2.vcf", "c3.vcf"}]
    book.put("brief.vcf", card("brief"))
    book.delete("brief.vcf")
    more, later = again(account, records, pages)
    assert (changed(more, records), gone(later) & set(names(records))) == ([], set())


@pytest.mark.parametrize("answer", ["403", "412", "full"])
def test_quirk_07_an_invalid_token_is_no_list_of_deletions(
    serve: Serve, connect: Connect, answer: str
) -> None:
    server = serve(bad_token=answer)
    book = server.books["contacts"]
    fill(server, 4)
    account = connect(server)
    records, pages = gather(account)
    book.delete("c1.vcf")
    book.put("new.vcf", card("unew"))
    book.epoch += 1_000_000
    server.fault("PROPFIND", "edit", change=lambda reply: same_identity(reply, book.epoch - 1_000_000))
    more, later = again(account, records, pages)
    assert set(names({key: more[key] for key in changed(more, records)})) == {"new.vcf"}
    assert gone(later) == set(), "only a list that is complete says so, and the core confirms it"
    expected = [] if answer == "full" else [{"c0.vcf", "c2.vcf", "c3.vcf", "new.vcf"}]
    assert listed(later) == expected


def same_identity(reply: Reply, epoch: int) -> Reply:
    """The resource-id of the book as it was."""
    return replace(reply, body=re.sub(rb"8000-\d{12}", b"8000-%012d" % epoch, reply.body))


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
def test_quirk_08_without_sync_report_the_change_tag_comes_first(
    serve: Serve, connect: Connect, status: int
) -> None:
    server = serve()
    fill(server, 3)
    server.fault("REPORT", "edit", within="sync-collection", change=refusal(status))
    account = connect(server)
    records, pages = gather(account)
    assert len(records) == 3 and listed(pages) == [{"c0.vcf", "c1.vcf", "c2.vcf"}]
    server.requests.clear()
    again(account, records, pages)
    assert [(one.method, one.headers["depth"]) for one in server.requests] == [("PROPFIND", "0")]
    server.books["contacts"].delete("c0.vcf")
    _, later = again(account, records, pages)
    assert listed(later) == [{"c1.vcf", "c2.vcf"}]


@pytest.mark.parametrize("kind", ["xml", "500", "latin1"])
def test_quirk_09_one_bad_card_never_blocks_a_book(serve: Serve, connect: Connect, kind: str) -> None:
    server = serve(poison={"c37.vcf"}, poison_kind=kind, data_in_sync=False)
    expected = fill(server, 120)
    account = connect(server)
    records, pages = gather(account)
    assert set(expected) - set(names(records)) <= {"c37.vcf"}
    assert gone(pages) == set() and listed(pages) == [set(expected)]
    reports = [one for one in server.requests if one.says("addressbook-multiget")]
    assert len(reports) <= 24, "the batch is halved, not read card by card"
    server.switches.poison = set()
    more, _ = again(account, records, pages)
    assert set(names({**records, **more})) == set(expected)


@pytest.mark.parametrize("missing", ["row", "omit", "404"])
def test_quirk_09_a_card_deleted_between_list_and_multiget(
    serve: Serve, connect: Connect, missing: str
) -> None:
    server = serve(missing=missing)
    fill(server, 5)
    book = server.books["contacts"]

    def vanish(request: Request) -> bool:
        if request.says("addressbook-multiget") and "c2.vcf" in book.cards:
            book.delete("c2.vcf")
        return False

    server.fault(vanish, "delay")
    records, pages = gather(connect(server))
    assert set(names(records)) == {"c0.vcf", "c1.vcf", "c3.vcf", "c4.vcf"}
    assert listed(pages) == [{"c0.vcf", "c1.vcf", "c3.vcf", "c4.vcf"}]


def test_quirk_09_rows_left_out_of_a_multiget_are_asked_for_again(serve: Serve, connect: Connect) -> None:
    server = serve(omitted={"c1.vcf", "c3.vcf"})
    expected = fill(server, 5)
    records, pages = gather(connect(server))
    assert sorted(names(records)) == expected and gone(pages) == set()
