"""Bad input ends in the stated grade, costs no other card, and opens nothing."""

import socket
from dataclasses import replace

import pytest

from fuzz.hostile import CASES, card
from kith.model.contact import Phone
from kith.model.fields import FIELDS
from kith.model.record import RecordKey
from kith.vcard.patch import patch
from kith.vcard.raw import split
from kith.vcard.read import read, read_all
from kith.vcard.write import write

KEY = RecordKey("phone", "", "1")

NOTHING = {row.name: () for row in FIELDS if row.many}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_grade_and_bytes(case):
    data = case.make()
    record = read(data, KEY)
    assert record.grade == case.grade, record.problems
    assert bool(record.problems) == (case.grade != "accept")
    assert all(str(KEY) in problem for problem in record.problems)
    assert len(record.problems) <= 21
    assert b"".join(one.before + one.raw + one.after for one in split(data)) == data


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.grade != "quarantine"], ids=lambda case: case.name
)
def test_what_is_read_can_be_written_and_edited(case):
    data = case.make()
    record = read(data, KEY)
    assert read(write(record.contact, record.media), KEY).grade == "accept"
    more = replace(record.contact, phones=(*record.contact.phones, Phone("+1 202 555 0199")))
    assert read(patch(data, more, {}), KEY).contact.phones == more.phones
    assert patch(data, record.contact, record.media) is data
    assert read(patch(data, replace(record.contact, **NOTHING), {}), KEY).contact.phones == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_card_costs_another(case):
    data = case.make()
    if data[:2] in (b"\xff\xfe", b"B\0"):
        return  # another encoding cannot stand in the middle of a file
    good = card(b"TEL:+49 30 23125 001")
    records = list(read_all(good + data + b"\r\n" + good, "phone"))
    first, last = records[0], records[-1]
    assert [record.contact.phones for record in (first, last)] == [(Phone("+49 30 23125 001"),)] * 2
    assert first.grade == "accept"


def test_no_card_makes_kith_open_anything(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("something was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    for name in (b"PHOTO", b"LOGO", b"SOUND", b"KEY", b"SOURCE", b"URL", b"AGENT"):
        for where in (b"file:///etc/hostname", b"http://127.0.0.1:1/", b"//server/share"):
            record = read(card(name + b";VALUE=uri:" + where), KEY)
            write(record.contact, record.media)


def test_a_remote_picture_is_kept_as_an_address():
    photo = read(card(b"PHOTO;VALUE=uri:http://127.0.0.1:1/x.jpg"), KEY).contact.photo
    assert photo is not None
    assert (photo.uri, photo.sha256, photo.size) == ("http://127.0.0.1:1/x.jpg", "", 0)


def test_no_problem_is_told_without_card_and_line():
    (problem,) = read(card(b"BDAY:1985-13-45"), KEY).problems
    assert problem == "phone/1 (Ada Example), line 6: “1985-13-45” is not a date; it is kept as text"


def test_the_same_uid_twice_gives_two_cards():
    first, second = read_all(card() + card(), "phone")
    assert (first.key.remote_id, second.key.remote_id) == ("u1", "u1#2")
    assert (first.grade, second.grade) == ("accept", "repair")


def test_control_characters_never_leave():
    contact = replace(read(card(), KEY).contact, full_name="a\x00b\x1b\x9b", notes=(), nicknames=())
    assert not set(write(contact, {})) & (set(range(32)) - {10, 13})
