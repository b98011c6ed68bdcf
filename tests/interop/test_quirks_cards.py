"""What a sync client must survive, measured on real servers, by number. 10 to 14: cards, names, identities."""

import re
from contextlib import suppress
from dataclasses import replace

import pytest

from kith.connector.errors import (
    ConnectorError,
    Rejected,
)
from kith.connector.testing import gather, picture, sample
from kith.model.contact import Contact, Name, Text
from kith.model.record import RecordKey
from servers.connecting import Connect, Serve, again, edit, fill, gone, names, new
from servers.loopback import Reply
from servers.rewrites import name_of, unfold
from servers.wire import card


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
