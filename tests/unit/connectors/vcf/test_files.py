"""Reading vCards from disk: ids, changes, and what must never look like a deletion."""

import os
import zipfile

import pytest

from kith.connector.api import PullRequest
from kith.connector.errors import BadSource
from kith.connector.info import Opening
from kith.connector.testing import gather, known_of
from kith.model.record import RecordKey
from kith_connectors.vcf import INFO, files
from kith_connectors.vcf.settings import VcfSettings


def card(name: str, uid: str = "", extra: str = "") -> bytes:
    named = f"UID:{uid}\r\n" if uid else ""
    return f"BEGIN:VCARD\r\nVERSION:3.0\r\n{named}N:{name};;;;\r\nFN:{name}\r\n{extra}END:VCARD\r\n".encode()


def account(path):
    return INFO.open(VcfSettings(path=str(path)), Opening("archive", region="DE"))


def names(records) -> dict[str, str]:
    return {key.remote_id: record.contact.full_name for key, record in records.items()}


def test_one_file_of_many_cards_is_known_by_uid(tmp_path):
    path = tmp_path / "all.vcf"
    path.write_bytes(card("Anna", "a-1") + b"\r\n\r\n" + card("Bernd") + card("Anna", "a-1") + card("Bernd"))
    records, pages = gather(account(path))
    one, two, three, four = names(records)
    assert (one, three) == ("a-1", "a-1~2")
    assert two.startswith("card:")
    assert four == f"{two}~2"
    assert pages[-1].listed == {"": frozenset((one, two, three, four))}


def test_a_card_without_uid_keeps_its_id_when_its_number_changes(tmp_path):
    path = tmp_path / "all.vcf"
    path.write_bytes(card("Anna") + card("Bernd"))
    before, _ = gather(account(path))
    path.write_bytes(card("Bernd", extra="TEL:030 23125100\r\n") + card("Anna"))
    after, _ = gather(account(path))
    assert {key.remote_id for key in before} == {key.remote_id for key in after}


def test_a_folder_is_known_by_file_names_and_its_folders_are_books(tmp_path):
    (tmp_path / "family").mkdir()
    (tmp_path / "anna.vcf").write_bytes(card("Anna", "a-1"))
    (tmp_path / "phone.VCF").write_bytes(card("Bernd", "b-1") + card("Cem", "c-1"))
    (tmp_path / "family" / "dora.vcf").write_bytes(card("Dora", "d-1"))
    (tmp_path / ".hidden.vcf").write_bytes(card("Hidden"))
    (tmp_path / "notes.txt").write_text("no card")
    records, pages = gather(account(tmp_path))
    assert {(key.book, key.remote_id): record.contact.full_name for key, record in records.items()} == {
        ("", "anna.vcf"): "Anna",
        ("", "phone.VCF#b-1"): "Bernd",
        ("", "phone.VCF#c-1"): "Cem",
        ("family", "dora.vcf"): "Dora",
    }
    assert set(pages[-1].listed) == {"", "family"}
    source = account(tmp_path)
    assert all(source.fetch(key) is not None for key in records)
    assert source.fetch(RecordKey("archive", "../x", "dora.vcf")) is None


def test_an_unchanged_file_is_not_opened(tmp_path):
    path = tmp_path / "a.vcf"
    path.write_bytes(card("Anna", "a-1"))
    _, pages = gather(account(tmp_path))
    stamp = path.stat()
    with path.open("r+b") as file:  # the same inode, size and time: reading it would give another name
        file.write(card("Otto", "a-1"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    records, more = gather(account(tmp_path), PullRequest(pages[-1].cursor))
    assert (records, more[-1].listed, more[-1].moved) == ({}, {}, {})


def test_only_changed_cards_of_a_file_come_again(tmp_path):
    path = tmp_path / "all.vcf"
    path.write_bytes(card("Anna", "a-1") + card("Bernd", "b-1"))
    records, pages = gather(account(path))
    path.write_bytes(card("Anna", "a-1") + card("Bernd Neu", "b-1"))
    again, more = gather(account(path), PullRequest(pages[-1].cursor, known_of(records)))
    assert names(again) == {"b-1": "Bernd Neu"}
    assert more[-1].listed == {}, "nobody is missing: there is nothing to conclude"


def test_a_missing_card_is_told_by_a_complete_listing(tmp_path):
    for name in ("anna", "bernd"):
        (tmp_path / f"{name}.vcf").write_bytes(card(name, name))
    records, pages = gather(account(tmp_path))
    (tmp_path / "anna.vcf").unlink()
    _, more = gather(account(tmp_path), PullRequest(pages[-1].cursor, known_of(records)))
    assert more[-1].listed == {"": frozenset({"bernd.vcf"})}


@pytest.mark.parametrize("content", [b"", b"\r\n"])
def test_an_emptied_file_is_a_complete_listing_for_the_guard_to_judge(tmp_path, content):
    path = tmp_path / "all.vcf"
    path.write_bytes(card("Anna", "a-1"))
    _, pages = gather(account(path))
    path.write_bytes(content)
    _, more = gather(account(path), PullRequest(pages[-1].cursor))
    assert more[-1].listed == {"": frozenset()}


def test_a_renamed_file_and_a_file_that_grew_are_moves(tmp_path):
    (tmp_path / "anna.vcf").write_bytes(card("Anna", "a-1"))
    (tmp_path / "bernd.vcf").write_bytes(card("Bernd", "b-1"))
    _, pages = gather(account(tmp_path))
    (tmp_path / "work").mkdir()
    (tmp_path / "anna.vcf").rename(tmp_path / "work" / "a.vcf")
    (tmp_path / "bernd.vcf").write_bytes(card("Bernd", "b-1") + card("Cem", "c-1"))
    _, more = gather(account(tmp_path), PullRequest(pages[-1].cursor))
    assert more[-1].moved == {
        RecordKey("archive", "", "anna.vcf"): RecordKey("archive", "work", "a.vcf"),
        RecordKey("archive", "", "bernd.vcf"): RecordKey("archive", "", "bernd.vcf#b-1"),
    }


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>Sign in</html>", "is not a vCard file"),
        (card("Anna", "a-1")[:-20], "is cut off in its last card"),
    ],
)
def test_a_broken_file_deletes_nobody(tmp_path, content, told):
    (tmp_path / "a.vcf").write_bytes(card("Anna", "a-1") + card("Bernd", "b-1"))
    (tmp_path / "c.vcf").write_bytes(card("Cem", "c-1"))
    _, pages = gather(account(tmp_path))
    (tmp_path / "a.vcf").write_bytes(content)
    (tmp_path / "c.vcf").unlink()
    broken, more = gather(account(tmp_path), PullRequest(pages[-1].cursor))
    assert broken == {}, "half a card is worse than the card as it was"
    assert told in more[-1].skipped[0]
    held = more[-1].listed[""]
    assert {"a.vcf#a-1", "a.vcf#b-1"} <= held
    assert "c.vcf" not in held
    (tmp_path / "a.vcf").write_bytes(card("Anna", "a-1") + card("Bernd", "b-1"))
    again, _ = gather(account(tmp_path), PullRequest(more[-1].cursor))
    assert sorted(names(again).values()) == ["Anna", "Bernd"], "the repaired file is read again"


def test_a_book_with_a_broken_file_is_not_listed_at_first(tmp_path):
    (tmp_path / "a.vcf").write_bytes(card("Anna", "a-1"))
    (tmp_path / "b.vcf").write_bytes(b"not a card")
    records, pages = gather(account(tmp_path))
    assert names(records) == {"a.vcf": "Anna"}
    assert pages[-1].listed == {}


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><html></html>", b"Name,Email\nA,a@example.org\n", b"\0\1\2"]
)
def test_a_file_that_is_no_vcard_is_refused(tmp_path, content):
    path = tmp_path / "all.vcf"
    path.write_bytes(content)
    with pytest.raises(BadSource, match=r"all\.vcf is not a vCard file"):
        list(account(path).pull(PullRequest()))


def test_a_file_of_endless_cards_is_refused_before_it_fills_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FILE_CARDS", 50)
    path = tmp_path / "all.vcf"
    path.write_bytes(b"BEGIN:VCARD\nEND:VCARD\n" * 51)
    with pytest.raises(BadSource, match="more than 50 cards"):
        list(account(path).pull(PullRequest()))


@pytest.mark.parametrize("name", ["gone", "gone.vcf"])
def test_a_missing_path_is_no_empty_address_book(tmp_path, name):
    source = account(tmp_path / name)
    for call in (lambda: list(source.pull(PullRequest())), source.check):
        with pytest.raises(BadSource, match="cannot be read") as raised:
            call()
        assert "never taken for an empty address book" in raised.value.remedy


def test_a_folder_that_became_unreadable_is_told(tmp_path):
    (tmp_path / "a.vcf").symlink_to(tmp_path / "nowhere.vcf")
    (tmp_path / "b.vcf").write_bytes(card("Bernd", "b-1"))
    records, _ = gather(account(tmp_path))
    assert names(records) == {"b.vcf": "Bernd"}


def test_a_zip_of_cards_gives_each_once(tmp_path):
    path = tmp_path / "takeout.bin"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Takeout/Contacts/Friends/Friends.vcf", card("Anna", "a-1") + card("Bernd"))
        made.writestr("Takeout/Contacts/All/All.vcf", card("Anna", "a-1") + card("Cem", "c-1"))
        made.writestr("Takeout/readme.html", "<html>")
    assert INFO.recognizes(path)
    source = account(path)
    records, pages = gather(source)
    assert sorted(names(records).values()) == ["Anna", "Bernd", "Cem"]
    assert not hasattr(source, "create")
    assert source.check() == [f"{path}: 3 cards (a zip is read only)"]
    again, _ = gather(account(path), PullRequest(pages[-1].cursor))
    assert again == {}


def test_a_zip_without_cards(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("photo.txt", "x")
    with pytest.raises(BadSource, match=r"has no vCards; it holds photo\.txt"):
        list(account(path).pull(PullRequest()))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (card("Anna"), True),
        (b"\xef\xbb\xbf" + card("Anna"), True),
        (card("Anna").decode().encode("utf-16"), True),
        (card("Anna").replace(b"\r\n", b"\n").lower(), True),
        (b"Dear BEGIN:VCARD fans", False),
        (b"Name,Email\n", False),
        (b"", False),
    ],
)
def test_recognized_by_content_under_any_name(tmp_path, content, expected):
    path = tmp_path / "download.bin"
    path.write_bytes(content)
    assert INFO.recognizes(path) is expected
