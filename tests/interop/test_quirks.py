"""The nineteen things that a sync client must survive, each measured on a real server, each a test by its number."""

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from servers.hostile import HostileServer
from servers.loopback import Reply, Request
from servers.multistatus import error as dav_error
from servers.rewrites import name_of, unfold
from servers.wire import card

from kith.connector.api import CardChange, NewCard, Page, PullRequest, Target
from kith.connector.errors import (
    AuthenticationFailed,
    BadReply,
    ConnectorError,
    RateLimited,
    Rejected,
    RevisionMismatch,
    Unreachable,
    WrongPlace,
)
from kith.connector.info import Opening
from kith.connector.registry import load
from kith.connector.testing import changed, gather, known_of, picture, sample
from kith.model.contact import Contact, Name, Text
from kith.model.record import RecordKey, SourceRecord

Records = dict[RecordKey, SourceRecord]
Connect = Callable[..., Any]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open an account on a hostile server; closed after the test."""
    with ExitStack() as closing:

        def opened(server: HostileServer, url: str = "", **settings: Any) -> Any:
            info = load("carddav")
            options: dict[str, Any] = {"username": server.username, "password": server.password, **settings}
            options["url"] = url or server.url
            account: Any = info.open(info.settings(**options), Opening("phonebook", "DE"))
            closing.callback(account.close)
            return account

        yield opened


@pytest.fixture
def serve() -> Iterator[Callable[..., HostileServer]]:
    """Start a hostile server with a preset and switches; stopped after the test."""
    with ExitStack() as closing:
        yield lambda like="", **switches: closing.enter_context(HostileServer(like, **switches))


Serve = Callable[..., HostileServer]


def fill(server: HostileServer, count: int) -> list[str]:
    names = [f"c{number}.vcf" for number in range(count)]
    for number, name in enumerate(names):
        server.books["contacts"].put(name, card(f"u{number}", f"Ada Number{number}"))
    return names


def names(records: Records) -> dict[str, SourceRecord]:
    return {unquote(key.remote_id.rpartition("/")[2]): record for key, record in records.items()}


def again(account: Target, records: Records, pages: list[Page]) -> tuple[Records, list[Page]]:
    return gather(account, PullRequest(pages[-1].cursor, known_of(records)))


def gone(pages: list[Page]) -> set[str]:
    return {key.remote_id.rpartition("/")[2] for page in pages for key in page.gone}


def listed(pages: list[Page]) -> list[set[str]]:
    """The complete listings in a pull."""
    return [{one.rpartition("/")[2] for one in ids} for page in pages for ids in page.listed.values()]


def new(contact: Contact | None = None, **media: bytes) -> NewCard:
    serial = str(uuid.uuid4())
    return NewCard("", serial, f"urn:uuid:{serial}", contact or sample(), media)


def edit(held: SourceRecord, **fields: Any) -> CardChange:
    return CardChange(held.key, held.contact, replace(held.contact, **fields), held.raw, held.revision)


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


def test_quirk_10_vcard_3_unless_the_server_wants_4(serve: Serve, connect: Connect) -> None:
    photo, data = picture(16)
    for versions, line, picture_line in (
        (("3.0", "4.0"), b"VERSION:3.0", b"ENCODING=b"),
        ((), b"VERSION:3.0", b"ENCODING=b"),
        (("4.0",), b"VERSION:4.0", b"data:image/png;base64"),
    ):
        server = serve(versions=versions)
        account = connect(server)
        gather(account)
        account.create(new(replace(sample(), photo=photo), **{photo.sha256: data}))
        body = server.writes()[0].body.replace(b"\r\n ", b"")
        assert line in body and picture_line in body


def test_quirk_10_a_lost_photo_is_seen_to_be_lost(serve: Serve, connect: Connect) -> None:
    photo, data = picture(16)
    server = serve(rewrite=("drop_photo",))
    account = connect(server)
    written = account.create(new(replace(sample(), photo=photo), **{photo.sha256: data}))
    assert written.record is None or written.record.contact.photo is None
    assert account.fetch(written.key).contact.photo is None


HARD = [
    Contact(),
    Contact(organizations=sample().organizations),
    Contact(full_name="😀" * 60, name=Name(("漢字" * 30,)), notes=(Text("ü" * 200 + "\n,;\\"),)),
    Contact(full_name="Control\x0b\x00 \x1fmarks", notes=(Text("a\x08b"),)),
    replace(sample(), extras=()),
]


@pytest.mark.parametrize("contact", HARD, ids=["empty", "firm", "wide", "control", "usual"])
def test_quirk_11_every_card_is_complete_and_well_formed(
    serve: Serve, connect: Connect, contact: Contact
) -> None:
    checks = {"not_a_card": 403, "no_uid": 403, "no_fn": 403, "no_n": 403, "two_bday": 403, "latin1": 403}
    server = serve(checks=checks, no_chunked=True)
    account = connect(server)
    account.create(new(contact))
    (put,) = server.writes()
    assert put.headers["content-type"] == "text/vcard; charset=utf-8"
    assert int(put.headers["content-length"]) == len(put.body)
    assert put.body.endswith(b"END:VCARD\r\n") and b"\n" not in put.body.replace(b"\r\n", b"")
    for line in put.body.split(b"\r\n"):
        line.decode()
        assert len(line) <= 75
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", put.body)
    counts = [name_of(line) for line in unfold(put.body)]
    assert all(counts.count(name) == 1 for name in ("BEGIN", "VERSION", "UID", "FN", "N", "END"))
    assert all(counts.count(name) <= 1 for name in ("BDAY", "REV", "KIND", "PRODID"))


def test_quirk_11_a_get_asks_for_a_card(serve: Serve, connect: Connect) -> None:
    server = serve(multiget=False)
    fill(server, 2)
    gather(connect(server))
    accepts = {one.headers.get("accept", "") for one in server.requests if one.method == "GET"}
    assert accepts == {"text/vcard"} or all("text/vcard" in one or "*/*" in one for one in accepts)


@pytest.mark.parametrize("remote_id", ["", ".", "..", "/", "a/../", "../contacts/"])
def test_quirk_12_nothing_is_ever_put_to_the_book_itself(
    serve: Serve, connect: Connect, remote_id: str
) -> None:
    server = serve(put_any=True)
    fill(server, 3)
    account = connect(server)
    records, _ = gather(account)
    held = next(iter(records.values()))
    key = RecordKey("phonebook", held.key.book, "/books/alice/contacts/" + remote_id)
    refused = (ConnectorError, AssertionError, ValueError)
    with suppress(*refused):
        account.create(replace(new(), remote_id=remote_id))
    with suppress(*refused):
        account.update(replace(edit(held, nicknames=(Text("A"),)), key=key))
    with suppress(*refused):
        account.delete(key, held.revision)
    assert {"c0.vcf", "c1.vcf", "c2.vcf"} <= set(server.books["contacts"].cards)
    assert all(one.path.endswith(".vcf") for one in server.writes() if one.status < 400)


ODD_NAMES = [
    "a@b.vcf",
    "a+b.vcf",
    "50%.vcf",
    "what?.vcf",
    "ü.vcf",
    "two words.vcf",
    "a#b.vcf",
    "%40.vcf",
    "plain",
]


@pytest.mark.parametrize("absolute", [False, True], ids=["paths", "urls"])
def test_quirk_13_hrefs_stay_as_they_are(serve: Serve, connect: Connect, absolute: bool) -> None:
    server = serve(absolute_hrefs=absolute)
    for number, name in enumerate(ODD_NAMES):
        server.books["contacts"].put(name, card(f"u{number}", f"Ada Number{number}"))
    account = connect(server)
    records, pages = gather(account)
    assert set(names(records)) == set(ODD_NAMES)
    for held in records.values():
        account.update(edit(held, nicknames=(Text("Zouzou"),)))
    assert set(server.books["contacts"].cards) == set(ODD_NAMES)
    more, pages = again(account, records, pages)
    assert more.keys() == records.keys()
    for held in more.values():
        account.delete(held.key, held.revision)
    assert server.books["contacts"].cards == {}


def test_quirk_13_another_spelling_of_the_same_href_is_the_same_card(serve: Serve, connect: Connect) -> None:
    server = serve(data_in_sync=False)
    server.books["contacts"].put("a@b.vcf", card("u1"))

    def respelled(reply: Reply) -> Reply:
        return replace(reply, body=reply.body.replace(b"a@b.vcf", b"a%40b.vcf"))

    fault = server.fault("REPORT", "edit", within="addressbook-multiget", change=respelled)
    account = connect(server)
    records, pages = gather(account)
    assert list(names(records)) == ["a@b.vcf"]
    fault.within = "sync-collection"
    server.books["contacts"].put("a@b.vcf", card("u1", "New Name"))
    more, later = again(account, records, pages)
    assert (more.keys(), gone(later)) == (records.keys(), set())


def test_quirk_14_two_hrefs_with_one_uid_are_two_cards(serve: Serve, connect: Connect) -> None:
    server = serve()
    for name in ("a.vcf", "b.vcf"):
        server.books["contacts"].put(name, card("same"))
    records, _ = gather(connect(server))
    assert set(names(records)) == {"a.vcf", "b.vcf"}
    assert {record.contact.uid for record in records.values()} == {"same"}


@pytest.mark.parametrize("status", ["409", "403"])
def test_quirk_14_a_uid_conflict_is_told_and_costs_that_card_only(
    serve: Serve, connect: Connect, status: str
) -> None:
    server = serve(uid_conflict=status, uid_change=status)
    fill(server, 1)
    account = connect(server)
    with pytest.raises(Rejected, match="UID"):
        account.create(replace(new(), uid="u0"))
    account.create(new())
    records, _ = gather(account)
    held = names(records)["c0.vcf"]
    account.update(edit(held, uid="another", nicknames=(Text("A"),)))
    assert b"UID:u0" in server.books["contacts"].get("c0.vcf"), "a card keeps its UID"


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
