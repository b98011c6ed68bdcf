"""vCards attached to mail: off unless asked for, and only the sender's own."""

import base64
import gzip

import pytest

from kith.connector.info import Opening
from kith.connector.mail.attached import KEPT, LARGEST, cards, own_card
from kith.model.record import RecordKey
from kith_connectors.imap import attachments
from kith_connectors.imap.attachments import card_parts
from kith_connectors.mbox import INFO, MAILDIR, connector, maildir
from letters import ME, NOON, deliver, letter, mbox, people

CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:anna-1\r\nFN:Anna Schmidt\r\nN:Schmidt;Anna;;;\r\nEMAIL:Anna@X.example\r\n"
    "TEL;TYPE=CELL:+49 171 3920011\r\nORG:Beispiel GmbH\r\nNOTE:private\r\n{more}END:VCARD\r\n"
)


def with_card(card, sender="Anna <anna@x.example>", media="text/x-vcard", when=NOON, name="a.vcf"):
    body = (
        "--b\nContent-Type: text/plain\n\nHello, Anna\n--b\n"
        f'Content-Type: {media}; name="{name}"\nContent-Transfer-Encoding: base64\n\n'
        f"{base64.encodebytes(card.encode()).decode()}--b--\n"
    )
    return letter(sender, to=ME, when=when, body=body, content_type="multipart/mixed; boundary=b")


ANNA = with_card(CARD.format(more=""))
WROTE = letter(to="anna@x.example")


def in_mbox(tmp_path, *letters, **settings):
    (tmp_path / "Inbox").write_bytes(mbox(*letters))
    return INFO.open(INFO.settings(path=str(tmp_path), **settings), Opening("mail", me=frozenset({ME})))


def in_maildir(tmp_path, *letters, **settings):
    for number, message in enumerate(letters):
        deliver(tmp_path, f"{number}.a:2,S", gzip.compress(message) if number % 2 else message)
    return MAILDIR.open(MAILDIR.settings(path=str(tmp_path), **settings), Opening("mail", me=frozenset({ME})))


@pytest.mark.parametrize("account", [in_mbox, in_maildir])
def test_a_card_is_a_record_of_its_own_beside_the_correspondent(tmp_path, account):
    source = account(tmp_path, WROTE, ANNA, attached_cards=True)
    found, cursor, pages = people(source)
    assert found == {"anna@x.example": "Anna", "anna@x.example#card": "Anna Schmidt"}
    assert pages[-1].listed == {"": frozenset(found)}
    record = source.fetch(RecordKey("mail", "", "anna@x.example#card"))
    assert [phone.value for phone in record.contact.phones] == ["+49 171 3920011"]
    assert (record.contact.uid, record.contact.notes) == ("anna-1", ())
    assert people(source, cursor)[0] == {}


@pytest.mark.parametrize("account", [in_mbox, in_maildir])
def test_without_the_setting_no_card_is_looked_for(tmp_path, account):
    assert people(account(tmp_path, WROTE, ANNA))[0] == {"anna@x.example": "Anna"}


def test_only_from_people_i_wrote_to(tmp_path):
    assert people(in_mbox(tmp_path, ANNA, letter(to="bo@x.example"), attached_cards=True))[0] == {
        "bo@x.example": ""
    }


def test_the_newest_card_wins_whatever_the_order(tmp_path):
    newer = with_card(CARD.format(more="TITLE:Boss\r\n"), when=NOON + 50)
    for letters in ((ANNA, newer), (newer, ANNA)):
        source = in_mbox(tmp_path, WROTE, *letters, attached_cards=True)
        _, cursor, pages = people(source)
        assert pages[0].records[1].contact.organizations[0].title == "Boss"
    (tmp_path / "Inbox").write_bytes(
        mbox(WROTE, ANNA, newer, with_card(CARD.format(more="TITLE:CEO\r\n"), when=NOON + 90))
    )
    assert list(people(source, cursor)[0]) == ["anna@x.example#card"]


def test_a_card_of_somebody_else_is_not_taken():
    assert own_card(CARD.format(more="").encode(), "bo@x.example") == ""
    assert "+49 171 3920011" in own_card(CARD.format(more="").encode(), "anna@x.example")


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"BEGIN:VCARD\r\n", CARD.format(more=f"TITLE:{'x' * KEPT}\r\n").encode()]
)
def test_what_is_no_card_or_too_large(data):
    assert own_card(data, "anna@x.example") == ""


def test_pictures_are_left_out():
    photo = base64.b64encode(b"\xff\xd8\xff" + b"x" * 40_000).decode()
    kept = own_card(CARD.format(more=f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}\r\n").encode(), "anna@x.example")
    assert "TEL" in kept
    assert "PHOTO" not in kept


@pytest.mark.parametrize(
    ("media", "name", "count"),
    [
        ("text/vcard", "x", 1), ("text/directory", "x", 1), ("application/octet-stream", "Anna.VCF", 1),
        ("application/octet-stream", "a.zip", 0), ("text/html", "a.vcf", 0),
    ],
)  # fmt: skip
def test_which_parts_are_cards(media, name, count):
    assert len(cards(with_card("x", media=media, name=name))) == count


def test_a_huge_part_and_broken_mail_are_left_alone():
    assert cards(with_card("x" * (LARGEST + 1))) == []
    cut = b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/vcard\n\nBEGIN"
    assert cards(cut) == [b"BEGIN"]
    assert cards(b"\xff\x00.vcf") == []


def test_parts_of_a_bodystructure():
    plain = (b"TEXT", b"PLAIN", (b"CHARSET", b"utf-8"), None, None, b"7BIT", 12, 1, None, None, None, None)
    card = (
        b"TEXT",
        b"X-VCARD",
        (b"NAME", b"a.vcf"),
        None,
        None,
        b"BASE64",
        300,
        8,
        None,
        (b"ATTACHMENT", None),
        None,
        None,
    )
    file = (
        b"APPLICATION",
        b"OCTET-STREAM",
        None,
        None,
        None,
        b"BASE64",
        300,
        None,
        (b"ATTACHMENT", (b"FILENAME", b"b.vcf")),
        None,
        None,
    )
    nested = ([plain, ([plain, card], b"RELATED", None), file], b"MIXED", None)
    assert [part[:2] for part in card_parts(nested)] == [("2.2", "base64"), ("3", "base64")]
    assert [part.section for part in card_parts(card)] == ["1"]
    assert list(card_parts(())) == []
    forwarded = (b"MESSAGE", b"RFC822", None, None, None, b"7BIT", 900, (), nested, 9)
    assert list(card_parts(forwarded)) == []


@pytest.mark.parametrize("module", [connector, maildir])
def test_a_huge_message_is_not_looked_into(tmp_path, monkeypatch, module):
    account = in_mbox if module is connector else in_maildir
    assert len(people(account(tmp_path, WROTE, ANNA, attached_cards=True))[0]) == 2
    monkeypatch.setattr(module, "LARGEST_MESSAGE", 100)
    assert len(people(account(tmp_path, WROTE, ANNA, WROTE, attached_cards=True))[0]) == 1


@pytest.mark.parametrize(
    ("data", "encoding", "plain"),
    [
        (b"QQ==", "base64", b"A"),
        (b"QQ=", "base64", b""),
        (b"=41=\r\nB", "quoted-printable", b"AB"),
        (b"A", "7bit", b"A"),
    ],
)
def test_transfer_encodings(data, encoding, plain):
    assert attachments._decoded(data, encoding) == plain
