"""Writing: conditional, once, and believed only as far as the server deserves it."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest

from kith.connector.api import CardChange, NewCard, PullRequest
from kith.connector.errors import Rejected, RevisionMismatch, Unreachable, WrongPlace
from kith.connector.info import Opening
from kith.connector.testing import gather, known_of, picture, sample
from kith.model.contact import Contact, Name, Phone, Text
from kith.model.record import RecordKey
from kith_connectors.carddav import INFO
from servers.hostile import HostileServer
from servers.wire import card

SERIAL = "6f1c3a52-0f4e-5d0e-9d53-2c6d1b1a0c01"


@pytest.fixture
def opened():
    accounts = []

    def open_one(server, url=""):
        login = {"username": server.username, "password": server.password}
        account = INFO.open(INFO.settings(url=url or server.book_url(), **login), Opening("phone"))
        accounts.append(account)
        return account

    yield open_one
    for account in accounts:
        account.close()


def person(name="Zoë Müller", **more):
    given, _, family = name.partition(" ")
    return Contact(full_name=name, name=Name(family=(family,), given=(given,)), **more)


def new(contact=None, serial=SERIAL, **more):
    return NewCard("", serial, f"urn:uuid:{serial}", contact or person(), **more)


def puts(server):
    return [request for request in server.requests if request.method == "PUT"]


def test_a_new_card_is_sent_as_every_server_takes_it(opened):
    with HostileServer(no_chunked=True, put_any=True) as server:
        written = opened(server).create(new())
        (put,) = puts(server)
        assert list(server.books["contacts"].cards) == [f"{SERIAL}.vcf"]
    assert written.key == RecordKey("phone", "/books/alice/contacts/", f"/books/alice/contacts/{SERIAL}.vcf")
    assert put.headers["if-none-match"] == "*"
    assert put.headers["content-type"] == "text/vcard; charset=utf-8"
    assert put.headers["content-length"] == str(len(put.body))
    assert "content-encoding" not in put.headers
    assert b"\n" not in put.body.replace(b"\r\n", b"")
    assert b"\r\nVERSION:3.0\r\n" in put.body


def test_a_create_in_doubt_is_found_by_the_id_kith_chose(dav_server, opened):
    account = opened(dav_server, dav_server.book())
    assert account.fetch(RecordKey("phone", "", SERIAL)) is None
    written = account.create(new())
    fresh = opened(dav_server, account._account.settings.url)
    for book in ("", written.key.book):
        found = fresh.fetch(RecordKey("phone", book, SERIAL))
        assert found.key == written.key
    fresh.delete(RecordKey("phone", "", SERIAL), found.revision)
    assert fresh.fetch(written.key) is None


def test_the_remote_id_cannot_leave_the_book(opened):
    with HostileServer() as server:
        server.add_book("family")
        account = opened(server)
        for serial in ("../family/x", "..", "%2e%2e/family/x"):
            with suppress(Rejected):
                account.create(new(serial=serial))
        assert server.books["family"].cards == {}
        assert all(put.path.startswith("/books/alice/contacts/") for put in puts(server))


def test_a_card_stored_elsewhere_is_known_by_the_address_the_server_tells(opened):
    with HostileServer(location=True) as server:
        account = opened(server)
        written = account.create(new())
        records, _ = gather(account)
    assert written.key in records
    assert SERIAL not in written.key.remote_id


def test_a_counter_that_starts_again_does_not_hide_another_card(opened):
    with HostileServer(etag="counter") as server:
        book = server.books["contacts"]
        book.put("x.vcf", card("urn:uuid:1", "Zoë Müller"))
        account = opened(server)
        records, pages = gather(account)
        book.delete("x.vcf")
        book.put("x.vcf", card("urn:uuid:2", "Another Person"))
        request = PullRequest(pages[-1].cursor, known_of(records))
        for touched in (gather(account, request)[0], gather(account, PullRequest(None, request.known))[0]):
            ((key, now),) = touched.items()
            assert now.contact.full_name == "Another Person"
            assert now.revision != records[key].revision


def test_an_update_writes_only_the_difference(opened):
    with HostileServer() as server:
        text = card("urn:uuid:1", "Zoë Müller").replace(b"END:", b"X-SHOE-SIZE:43\r\nEND:")
        server.books["contacts"].put("zoe.vcf", text)
        account = opened(server)
        ((key, record),) = gather(account)[0].items()
        after = replace(record.contact, notes=(Text("likes tea"),))
        account.update(CardChange(key, record.contact, after, record.raw, record.revision))
        (put,) = puts(server)
    assert put.headers["if-match"] == record.revision
    assert set(text.splitlines()) < set(put.body.splitlines())
    assert set(put.body.splitlines()) - set(text.splitlines()) == {b"NOTE:likes tea"}


def test_an_update_that_changes_nothing_sends_nothing(opened):
    with HostileServer() as server:
        server.books["contacts"].put("zoe.vcf", card("urn:uuid:1", "Zoë Müller"))
        account = opened(server)
        ((key, record),) = gather(account)[0].items()
        written = account.update(CardChange(key, record.contact, record.contact, record.raw, record.revision))
        assert puts(server) == []
    assert written.revision == record.revision


def test_a_card_without_a_known_revision_is_not_overwritten(opened):
    with HostileServer() as server:
        account = opened(server)
        key = account.create(new()).key
        before = puts(server)
        with pytest.raises(RevisionMismatch):
            account.update(CardChange(key, person(), person("Zoe M"), None, ""))
        assert puts(server) == before


@pytest.mark.parametrize("etag", ["weak", "unquoted", "counter"])
def test_odd_etags_still_guard_updates_and_deletions(opened, etag):
    with HostileServer(etag=etag) as server:
        account = opened(server)
        key = account.create(new()).key
        first = account.fetch(key)
        account.update(
            CardChange(
                key, first.contact, replace(first.contact, notes=(Text("1"),)), first.raw, first.revision
            )
        )
        with pytest.raises(RevisionMismatch):
            account.update(
                CardChange(
                    key, first.contact, replace(first.contact, notes=(Text("2"),)), first.raw, first.revision
                )
            )
        with pytest.raises(RevisionMismatch):
            account.delete(key, first.revision)
        account.delete(key, account.fetch(key).revision)
        assert server.books["contacts"].cards == {}


def test_a_deletion_holds_where_the_server_ignores_conditions(opened):
    with HostileServer(ignore={"if-match-delete"}) as server:
        account = opened(server)
        key = account.create(new()).key
        stale = account.fetch(key)
        server.books["contacts"].put(f"{SERIAL}.vcf", card("urn:uuid:1", "Edited On The Phone"))
        with pytest.raises(RevisionMismatch):
            account.delete(key, stale.revision)
        assert len(server.books["contacts"].cards) == 1


@pytest.mark.parametrize("answer", ["404", "412"])
def test_a_card_that_is_gone_counts_as_deleted(opened, answer):
    with HostileServer(delete_missing=answer) as server:
        account = opened(server)
        key = account.create(new()).key
        revision = account.fetch(key).revision
        server.books["contacts"].delete(f"{SERIAL}.vcf")
        account.delete(key, revision)


def test_an_update_of_a_deleted_card_creates_nothing(opened):
    with HostileServer(star_creates=True) as server:
        account = opened(server)
        key = account.create(new()).key
        held = account.fetch(key)
        server.books["contacts"].delete(f"{SERIAL}.vcf")
        with pytest.raises(RevisionMismatch):
            account.update(
                CardChange(
                    key, held.contact, replace(held.contact, notes=(Text("2"),)), held.raw, held.revision
                )
            )
        assert server.books["contacts"].cards == {}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, Rejected),
        (400, Rejected),
        (415, Rejected),
        (404, Rejected),
        (413, Rejected),
        (507, Rejected),
        (423, Unreachable),
        (500, Unreachable),
        (503, Unreachable),
    ],
)
def test_refusals_of_one_card(opened, status, error):
    with HostileServer(refused={f"{SERIAL}.vcf": status}) as server:
        account = opened(server)
        with pytest.raises(error) as caught:
            account.create(new())
        assert len(puts(server)) == 1
    assert SERIAL in caught.value.message


def test_a_book_that_is_gone_is_not_the_cards_fault(opened):
    with HostileServer() as server:
        account = opened(server)
        list(account.pull(PullRequest()))
        del server.books["contacts"]
        with pytest.raises(WrongPlace):
            account.create(new())


def test_a_login_page_in_front_of_the_server_is_not_a_success(opened):
    with HostileServer() as server:
        account = opened(server)
        key = account.create(new()).key
        held = account.fetch(key)
        server.fault("PUT", "login_page")
        server.fault("DELETE", "login_page")
        after = replace(held.contact, notes=(Text("2"),))
        with pytest.raises(WrongPlace, match="web page"):
            account.update(CardChange(key, held.contact, after, held.raw, held.revision))
        with pytest.raises(WrongPlace, match="web page"):
            account.create(new(serial=SERIAL.replace("6f1c", "7f1c")))
        with pytest.raises(WrongPlace, match="web page"):
            account.delete(key, held.revision)


def test_a_uid_that_another_card_has_is_explained(opened):
    with HostileServer(uid_conflict="409") as server:
        server.books["contacts"].put("old.vcf", card(f"urn:uuid:{SERIAL}", "Zoë Müller"))
        with pytest.raises(Rejected, match="UID"):
            opened(server).create(new())


def test_a_photo_larger_than_the_account_holds_is_not_sent(opened):
    photo, data = picture(64, noise=1_200_000)
    with HostileServer() as server:
        account = opened(server)
        with pytest.raises(Rejected, match="photo"):
            account.create(new(person(photo=photo), media={photo.sha256: data}))
        assert puts(server) == []


def test_the_size_a_server_states_limits_the_photo(opened):
    with HostileServer(max_card=500_000) as server:
        account = opened(server)
        list(account.pull(PullRequest()))
        assert 300_000 < account.capabilities.photo_bytes < 500_000 * 3 // 4


@pytest.mark.parametrize(
    ("versions", "expected"),
    [(("3.0",), "3.0"), (("3.0", "4.0"), "3.0"), (("4.0",), "4.0"), ((), "3.0")],
)
def test_vcard_3_wherever_it_is_taken(opened, versions, expected):
    with HostileServer(versions=versions) as server:
        account = opened(server)
        account.create(new())
        assert account.capabilities.vcard_version == expected
        assert f"VERSION:{expected}".encode() in puts(server)[0].body


def test_apple_group_cards_are_noticed(opened):
    group = card("urn:uuid:9", "Rowing Club").replace(b"END:", b"X-ADDRESSBOOKSERVER-KIND:group\r\nEND:")
    with HostileServer() as server:
        account = opened(server)
        assert account.capabilities.groups == "categories"
        server.books["contacts"].put("group.vcf", group)
        records, pages = gather(account)
        assert [record.contact.kind for record in records.values()] == ["group"]
        assert account.capabilities.groups == "cards"
        list(account.pull(PullRequest(pages[-1].cursor)))
        assert account.capabilities.groups == "cards"


def test_a_book_that_may_only_be_read_is_not_written(opened):
    with HostileServer(read_only={"contacts"}) as server:
        account = opened(server)
        with pytest.raises(Rejected):
            account.create(new())


def settle(account, cursor, records):
    """What a run does at its end: own writes are read back."""
    known = known_of(records)
    touched, pages = gather(account, PullRequest(cursor, known))
    records.update(touched)
    return touched, pages[-1].cursor


def test_a_server_that_keeps_cards_is_believed_after_it_has_shown_it(dav_server, opened):
    account = opened(dav_server, dav_server.book())
    records, pages = gather(account)
    written = account.create(new(person("Zoë Müller", notes=(Text("tea"),))))
    assert written.revision
    assert written.record is None
    touched, cursor = settle(account, pages[-1].cursor, records)
    assert set(touched) == {written.key}
    fresh = opened(dav_server, account._account.settings.url)
    settle(fresh, cursor, records)
    other = SERIAL.replace("6f1c", "7f1c")
    written = fresh.create(new(person("Zoë Möller", notes=(Text("rum"),)), other))
    assert written.record is not None
    assert fresh.fetch(written.key).contact == written.record.contact
    # a line that was not seen before is read back again
    third = SERIAL.replace("6f1c", "8f1c")
    assert fresh.create(new(person("Zoë Maller", nicknames=(Text("Zo"),)), third)).record is None


@pytest.mark.parametrize("rewrite", ["add_rev", "drop_x", "one_email", "cut_note", "format_phones"])
def test_a_server_that_rewrites_is_never_believed(opened, rewrite):
    contact = sample()
    with HostileServer(rewrite=(rewrite,)) as server:
        account = opened(server)
        records, pages = gather(account)
        cursor = pages[-1].cursor
        changed = replace(contact, notes=(Text("long " * 200),))
        for turn in range(3):
            serial = f"{turn}{SERIAL[1:]}"
            written = account.create(new(changed, serial))
            if written.record is not None:
                assert account.fetch(written.key).contact == written.record.contact
            _, cursor = settle(account, cursor, records)
        assert (rewrite == "drop_x") or json.loads(cursor)["books"][0]["rewrites"]


def test_a_photo_is_always_read_back(opened):
    photo, data = picture(16, noise=8_000)
    with HostileServer() as server:
        account = opened(server)
        records, pages = gather(account)
        cursor = pages[-1].cursor
        for turn in range(3):
            serial = f"{turn}{SERIAL[1:]}"
            written = account.create(new(person(photo=photo), serial, media={photo.sha256: data}))
            assert written.record is None
            touched, cursor = settle(account, cursor, records)
            assert [record.contact.photo.size for record in touched.values()] == [photo.size]


def crowd(account, count, **more):
    """So many similar new cards in one go; what each write led to."""
    found = []
    for number in range(count):
        serial = f"{number:08x}{SERIAL[8:]}"
        found.append(account.create(new(person(f"Zoë Müller{number:03d}", **more), serial)))
    return found


def test_many_new_cards_are_not_all_read_back(dav_server, opened):
    account = opened(dav_server, dav_server.book())
    known, pages = gather(account)
    written = crowd(account, 40, notes=(Text("tea"),))
    told = [one for one in written if one.record is not None]
    assert len(told) in (0, 15)  # 0: a server that rewrites
    for one in told:
        held = account.fetch(one.key)
        assert (held.contact, held.revision) == (one.record.contact, one.record.revision)
    # what was believed is remembered with the cursor, and the rest is read now
    told_before = {one.key: one.record for one in told}
    touched, cursor = settle(account, pages[-1].cursor, {**known, **told_before})
    assert set(touched) == {one.key for one in written} - told_before.keys()
    assert bool(json.loads(cursor)["books"][0].get("proven")) == bool(told)


@pytest.mark.parametrize("rewrite", ["add_rev", "cut_note", "format_phones"])
def test_many_new_cards_are_all_read_back_from_a_server_that_rewrites(opened, rewrite):
    with HostileServer(rewrite=(rewrite,)) as server:
        account = opened(server)
        known, pages = gather(account)
        written = crowd(account, 40, notes=(Text("long " * 200),), phones=(Phone("+49 171 39200 11"),))
        assert [one for one in written if one.record is not None] == []
        touched, cursor = settle(account, pages[-1].cursor, known)
        assert set(touched) == {one.key for one in written}
        assert json.loads(cursor)["books"][0]["rewrites"]


def test_a_look_that_fails_costs_no_write(opened):
    with HostileServer() as server:
        account = opened(server)
        gather(account)
        server.fault(lambda request: request.method in {"REPORT", "GET"}, status=500)
        assert [one.record for one in crowd(account, 30)] == [None] * 30
