"""The mbox account: variants, increments, and files that are no mailbox."""

import gzip
import io
import json
import os
import tarfile
import zipfile

import pytest

from kith.connector.errors import BadSource, CursorExpired
from kith.connector.info import Opening
from kith.connector.mail.ledger import Traffic
from kith.connector.mail.pull import last_contact
from kith.model.record import RecordKey
from kith_connectors.mbox import INFO, connector
from kith_connectors.mbox.files import is_mbox
from letters import ME, NOON, letter, mbox, people

ANNA = "Anna Schmidt <anna@x.example>"
TO_ANNA = letter(to=ANNA)
TO_BO = letter(to="Bo Berg <bo@x.example>", when=NOON + 60)


def account(path, me=(ME,), **settings):
    return INFO.open(INFO.settings(path=str(path), **settings), Opening("mail", me=frozenset(me)))


@pytest.fixture
def box(tmp_path):
    path = tmp_path / "Archive"
    path.write_bytes(mbox(TO_ANNA))
    return path


def test_first_pull_lists_everything_and_names_the_key(box):
    found, cursor, pages = people(account(box))
    assert found == {"anna@x.example": "Anna Schmidt"}
    assert pages[-1].listed == {"": frozenset({"anna@x.example"})}
    assert pages[0].records[0].key == RecordKey("mail", "", "anna@x.example")
    assert json.loads(cursor)["places"].keys() == {""}


def test_an_unchanged_file_is_not_opened(box):
    _, cursor, _ = people(account(box))
    stat = box.stat()
    box.write_bytes(b"\x00" * stat.st_size)  # would be an error if it was read
    os.utime(box, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    found, again, pages = people(account(box), cursor)
    assert (found, again, pages[-1].listed) == ({}, cursor, {})


def test_a_file_that_grew_is_read_from_its_last_message_on(box):
    box.write_bytes(mbox(letter(to="old@x.example"), TO_ANNA))
    _, cursor, _ = people(account(box))
    size = box.stat().st_size
    with box.open("r+b") as file:  # spoil what is before the last message: it must not be read again
        file.write(b"From - Tue Nov 14 22:13:20 2023\nTo: spoilt@x.example\n\n"[:60])
        file.seek(size)
        file.write(mbox(TO_BO))
    found, cursor, _ = people(account(box), cursor)
    assert found == {"bo@x.example": "Bo Berg"}
    assert people(account(box), cursor)[0] == {}


def test_a_file_that_was_compacted_is_read_again_without_doubling(box):
    box.write_bytes(mbox(letter(to="gone@x.example", when=NOON + 1), TO_ANNA, TO_BO))
    _, cursor, _ = people(account(box))
    box.write_bytes(mbox(TO_ANNA, TO_BO, letter(to="new@x.example", body="long\n" * 100)))
    found, cursor, pages = people(account(box), cursor)
    assert found == {"new@x.example": ""}
    assert pages[-1].gone == ()
    rows = json.loads(cursor)["ledger"]["people"]
    assert [len(rows[f"{name}@x.example"][0]) for name in ("anna", "bo", "gone", "new")] == [1, 1, 1, 1]


def test_a_last_message_that_was_being_written_is_completed_later(box):
    whole = mbox(TO_ANNA, TO_BO)
    box.write_bytes(whole[: whole.index(b"bo@x.exa") + 6])
    found, cursor, pages = people(account(box))
    assert found == {"anna@x.example": "Anna Schmidt"}
    assert "ends inside the headers" in pages[-1].skipped[0]
    assert pages[-1].listed == {}, "a cut file must not make anybody look deleted"
    box.write_bytes(whole)
    found, _, pages = people(account(box), cursor)
    assert found == {"bo@x.example": "Bo Berg"}
    assert pages[-1].skipped == ()


def test_other_rules_or_another_place_make_the_cursor_expire(box, tmp_path):
    _, cursor, _ = people(account(box))
    for other in (account(box, min_messages=2), account(tmp_path / "x"), account(box, me=("k@x.example",))):
        with pytest.raises(CursorExpired):
            people(other, cursor)
    with pytest.raises(CursorExpired):
        people(account(box), "nonsense")


def test_an_address_that_turns_out_to_be_a_list_is_reported_as_gone(box):
    _, cursor, _ = people(account(box))
    with box.open("ab") as file:
        file.write(mbox(letter("Z <z@y.example>", list_post="<mailto:anna@x.example>")))
    _, _, pages = people(account(box), cursor)
    assert pages[-1].gone == (RecordKey("mail", "", "anna@x.example"),)


def test_takeout_labels_in_the_users_language(tmp_path):
    path = tmp_path / "Alle E-Mails.mbox"
    labels = {
        "sent": "Gesendet",
        "spam": "Spam",
        "bin": "Gesendet,Papierkorb",
        "draft": "=?UTF-8?Q?Entw=C3=BCrfe?=",
    }
    alias = "Jo <alias@y.example>"
    path.write_bytes(
        mbox(*(letter(alias, to=f"{name}@x.example", x_gmail_labels=label) for name, label in labels.items()))
    )
    assert people(account(path, me=()))[0] == {"sent@x.example": ""}


def test_thunderbird_folder(tmp_path):
    local = tmp_path / "Mail" / "Local Folders"
    (local / "Archives.sbd").mkdir(parents=True)
    (local / "Trash.sbd").mkdir()
    alias = "Jo <alias@y.example>"
    (local / "Sent").write_bytes(
        mbox(letter(alias, to="a@x.example"), letter(alias, to="x@x.example", x_mozilla_status="0009"))
    )
    (local / "Sent.msf").write_text('// <!-- <mdb:mork:z v="1.4"/> -->')
    (local / "Inbox").write_bytes(mbox(letter("Anna A <a@x.example>", to="alias@y.example")))
    (local / "Trash").write_bytes(mbox(letter(alias, to="t@x.example")))
    (local / "Trash.sbd" / "Sent").write_bytes(mbox(letter(alias, to="t2@x.example")))
    (local / "Archives.sbd" / "2020").write_bytes(mbox(letter(alias, to="b@x.example")))
    (local / "filterlog.txt").write_text("nothing")
    source = account(tmp_path, me=("alias@y.example",))
    found, cursor, _ = people(source)
    assert found == {"a@x.example": "Anna A", "b@x.example": ""}
    assert people(source, cursor)[0] == {}
    (local / "Archives.sbd" / "2021").write_bytes(mbox(letter(alias, to="c@x.example")))
    assert people(source, cursor)[0] == {"c@x.example": ""}


def packed(path, data):
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("Takeout/archive_browser.html", "<html>")
            file.writestr("Takeout/Mail/All mail.mbox", data)
    elif path.suffix == ".tgz":
        with tarfile.open(path, "w:gz") as file:
            member = tarfile.TarInfo("Takeout/Mail/All mail.mbox")
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    else:
        path.write_bytes(gzip.compress(data))
    return path


@pytest.mark.parametrize("name", ["takeout.zip", "takeout.tgz", "mail.mbox.gz"])
def test_packed_mail(tmp_path, name):
    path = packed(tmp_path / name, mbox(TO_ANNA))
    assert is_mbox(path)
    found, cursor, _ = people(account(path))
    assert found == {"anna@x.example": "Anna Schmidt"}
    assert people(account(path), cursor)[0] == {}
    packed(path, mbox(TO_ANNA, TO_BO))
    assert people(account(path), cursor)[0] == {"bo@x.example": "Bo Berg"}


@pytest.mark.parametrize("name", ["takeout.zip", "takeout.tgz", "mail.mbox.gz"])
def test_packed_mail_that_is_cut_off_gives_nothing_and_says_so(tmp_path, name):
    noise = os.urandom(40_000).hex()
    path = packed(tmp_path / name, mbox(letter(to=ANNA, body=noise), letter(to=ANNA, body=noise)))
    path.write_bytes(path.read_bytes()[:-20_000])
    with pytest.raises(BadSource, match='account "mail"'):
        people(account(path))


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tgz", "bomb.gz"])
def test_a_bomb_is_refused(tmp_path, name, monkeypatch):
    monkeypatch.setattr("kith_connectors.mbox.files.RATIO_FROM", 1 << 20)
    path = packed(tmp_path / name, mbox(letter(to=ANNA, body="0" * (20 << 20))))
    with pytest.raises(BadSource, match="far more"):
        people(account(path))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><title>My mail</title>", "web page"),
        (os.urandom(3000), "something else"),
        (b"PK\x03\x04" + b"\0" * 40, "not a complete zip"),
        (b"\x1f\x8b" + b"\0" * 40, "damaged|cannot be read|something else"),
        (b"Dear Jo,\n\nFrom here on\n", "something else"),
    ],
)
def test_what_is_no_mailbox(tmp_path, content, words):
    path = tmp_path / "mail"
    path.write_bytes(content)
    assert not is_mbox(path)
    with pytest.raises(BadSource, match=words) as caught:
        people(account(path))
    assert 'account "mail"' in caught.value.message
    assert caught.value.remedy


def test_an_empty_file_is_an_empty_mailbox(tmp_path):
    path = tmp_path / "Sent"
    path.touch()
    found, cursor, _ = people(account(path))
    assert found == {}
    path.write_bytes(mbox(TO_ANNA))
    assert people(account(path), cursor)[0] == {"anna@x.example": "Anna Schmidt"}


def test_a_folder_without_mail_files(tmp_path):
    (tmp_path / "cur").mkdir()
    with pytest.raises(BadSource, match="no mail file") as caught:
        people(account(tmp_path))
    assert "maildir" in caught.value.remedy


def test_a_mailbox_that_vanishes_deletes_nobody(box):
    _, cursor, _ = people(account(box))
    box.unlink()
    with pytest.raises(BadSource, match="not there") as caught:
        people(account(box), cursor)
    assert str(box) in caught.value.message


def test_a_file_that_may_not_be_read(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)  # an OSError that also root meets
    with pytest.raises(BadSource, match="cannot be read") as caught:
        people(account(loop))
    assert "user that kith runs as" in caught.value.remedy


def test_no_mail_of_my_own_is_said(tmp_path):
    path = tmp_path / "Inbox"
    path.write_bytes(mbox(letter(ANNA, to=ME)))
    _, _, pages = people(account(path, me=()))
    assert "no mail in it was sent by you" in pages[-1].skipped[0]


def test_check_and_fetch(box):
    source = account(box)
    assert source.check()[0] == f"1 mail file(s) in {box}, 1 people you wrote to"
    assert source.fetch(RecordKey("mail", "", "anna@x.example")).contact.full_name == "Anna Schmidt"
    assert source.fetch(RecordKey("mail", "", "ANNA@x.example")) is None
    assert source.fetch(RecordKey("mail", "", "nobody@x.example")) is None


def test_many_people_come_in_pages(tmp_path):
    path = tmp_path / "Sent"
    path.write_bytes(mbox(*(letter(to=f"p{n:03}@x.example", when=NOON + n) for n in range(450))))
    found, _, pages = people(account(path))
    assert [len(page.records) for page in pages] == [200, 200, 50, 0]
    assert len(found) == 450


def test_a_long_reading_shows_that_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(connector, "PROGRESS", 10)
    path = tmp_path / "Sent"
    path.write_bytes(mbox(*(letter(to=f"p{n:03}@x.example", when=NOON + n) for n in range(25))))
    _, _, pages = people(account(path))
    assert [len(page.records) for page in pages] == [0, 0, 25, 0]
    assert [page.cursor is None for page in pages] == [True, True, True, False]


def test_the_cursor_tells_the_last_contact(box):
    with box.open("ab") as file:
        file.write(mbox(letter(ANNA, to=ME, when=NOON + 70), TO_BO))
    _, cursor, _ = people(account(box))
    assert last_contact(cursor) == {
        "anna@x.example": Traffic(1, 1, NOON, NOON, NOON + 70),
        "bo@x.example": Traffic(1, 0, NOON + 60, NOON + 60, 0),
    }
    with pytest.raises((ValueError, KeyError, TypeError)):
        last_contact("[]")


def test_a_file_changed_around_its_last_message_is_read_from_the_beginning(box):
    line = mbox(TO_ANNA).partition(b"\n")[0] + b"\n"
    box.write_bytes(mbox(TO_ANNA) + line + b"To: x@x.example\n\n")
    _, cursor, _ = people(account(box))
    box.write_bytes(mbox(TO_ANNA) + line + b"no header any more\n" + b"x" * 100 + b"\n\n" + mbox(TO_BO))
    assert people(account(box), cursor)[0] == {"bo@x.example": "Bo Berg"}


def test_archives_without_mail_or_with_a_password(tmp_path):
    path = tmp_path / "takeout.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Takeout/Contacts/all.vcf", "BEGIN:VCARD")
    with pytest.raises(BadSource, match="no mail file") as caught:
        people(account(path))
    assert "MBOX" in caught.value.remedy
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Mail/Sent.mbox", mbox(TO_ANNA))
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag "encrypted" in the member's own header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the list of contents
    path.write_bytes(data)
    with pytest.raises(BadSource, match="encrypted"):
        people(account(path))
    assert not is_mbox(path)
