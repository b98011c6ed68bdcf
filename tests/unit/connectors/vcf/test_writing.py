"""Writing vCards to disk: one card changes, everything else stays byte for byte."""

import stat
from dataclasses import replace

import pytest

from kith.connector.api import CardChange, NewCard
from kith.connector.errors import BadSource, Rejected, RevisionMismatch, WrongPlace
from kith.connector.info import Opening
from kith.connector.testing import gather
from kith.model.contact import Contact, Name, Text
from kith.model.record import RecordKey
from kith_connectors.vcf import INFO
from kith_connectors.vcf.settings import VcfSettings
from kith_connectors.vcf.writing import new_file

ANNA = b"BEGIN:VCARD\nVERSION:2.1\nUID:a-1\nN:Anna\nX-ODD;FOO:kept, as it is\nEND:VCARD\n"
BERND = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:b-1\r\nN:Weiss;Bernd;;;\r\nFN:Bernd Weiss\r\nEND:VCARD\r\n"
CEM = b"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c-1\r\nFN:Cem\r\nNOTE:last, without a line end\r\nEND:VCARD"
NEW = NewCard("", "3f0c-9", "urn:uuid:3f0c-9", Contact(full_name="Dora", name=Name(given=("Dora",))))


def account(path):
    return INFO.open(VcfSettings(path=str(path)), Opening("archive", region="DE"))


def change(record, **fields) -> CardChange:
    after = replace(record.contact, **fields)
    return CardChange(record.key, record.contact, after, record.raw, record.revision)


def by_id(source):
    return {key.remote_id: record for key, record in gather(source)[0].items()}


@pytest.fixture
def many(tmp_path):
    path = tmp_path / "all.vcf"
    path.write_bytes(b"\xef\xbb\xbf" + ANNA + b"\r\n\r\n" + BERND + CEM)
    return path


def test_update_leaves_the_other_cards_byte_for_byte(many):
    source = account(many)
    written = source.update(change(by_id(source)["b-1"], notes=(Text("new"),)))
    expected = BERND.replace(b"END:VCARD", b"NOTE:new\r\nEND:VCARD")
    assert many.read_bytes() == b"\xef\xbb\xbf" + ANNA + b"\r\n\r\n" + expected + CEM
    assert written.record is not None
    assert written.record.contact.notes == (Text("new"),)
    assert by_id(account(many))["b-1"].revision == written.revision


def test_delete_leaves_the_other_cards_byte_for_byte(many):
    source = account(many)
    record = by_id(source)["b-1"]
    source.delete(record.key, record.revision)
    assert many.read_bytes() == b"\xef\xbb\xbf" + ANNA + b"\r\n\r\n" + CEM
    assert source.fetch(record.key) is None


def test_create_appends_after_a_missing_line_end(many):
    source = account(many)
    before = by_id(source)
    written = source.create(NEW)
    data = many.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + ANNA + b"\r\n\r\n" + BERND + CEM + b"\r\nBEGIN:VCARD\r\n")
    assert written.key.remote_id == "urn:uuid:3f0c-9"
    after = by_id(account(many))
    assert {key: after[key].revision for key in before} == {key: before[key].revision for key in before}
    with pytest.raises(RevisionMismatch, match="has a card with this UID already"):
        account(many).create(NEW)


def test_the_last_card_can_go_and_the_first_can_come(tmp_path):
    path = tmp_path / "one.vcf"
    path.write_bytes(BERND)
    source = account(path)
    record = by_id(source)["b-1"]
    source.delete(record.key, record.revision)
    assert path.read_bytes() == b""
    source.create(NEW)
    assert list(by_id(account(path))) == ["urn:uuid:3f0c-9"]


def test_nothing_to_change_is_nothing_written(many):
    source = account(many)
    before = many.stat()
    record = by_id(source)["a-1"]
    written = source.update(change(record))
    assert written.revision == record.revision
    assert many.stat() == before


def test_a_change_by_another_program_is_not_overwritten(many):
    source = account(many)
    record = by_id(source)["b-1"]
    many.write_bytes(many.read_bytes().replace(b"FN:Bernd Weiss", b"FN:Bernd Schwarz"))
    for write in (
        lambda: source.update(change(record, notes=(Text("x"),))),
        lambda: source.delete(record.key, record.revision),
    ):
        with pytest.raises(RevisionMismatch, match="was changed"):
            write()
    assert b"Schwarz" in many.read_bytes()
    many.write_bytes(ANNA)
    with pytest.raises(RevisionMismatch, match="is not in"):
        source.update(change(record, notes=(Text("x"),)))


def test_a_change_elsewhere_in_the_file_is_kept(many):
    source = account(many)
    record = by_id(source)["b-1"]
    many.write_bytes(many.read_bytes().replace(b"kept, as it is", b"edited meanwhile"))
    source.update(change(record, notes=(Text("x"),)))
    data = many.read_bytes()
    assert b"edited meanwhile" in data
    assert b"NOTE:x" in data


def test_a_folder_gets_one_file_a_card(tmp_path):
    (tmp_path / "work").mkdir()
    source = account(tmp_path)
    written = source.create(replace(NEW, book="work"))
    assert written.key == RecordKey("archive", "work", "3f0c-9.vcf")
    assert [entry.name for entry in (tmp_path / "work").iterdir()] == ["3f0c-9.vcf"], (
        "no temporary file stays"
    )
    record = source.fetch(written.key)
    assert record is not None
    source.delete(record.key, record.revision)
    assert list((tmp_path / "work").iterdir()) == []
    with pytest.raises(WrongPlace, match="is not there"):
        source.create(replace(NEW, book="nowhere"))


@pytest.mark.parametrize("remote_id", ["../../evil", "a/b", ".hidden", "ä" * 300, "...", "a\nb\0c"])
def test_an_odd_id_stays_inside_the_folder(tmp_path, remote_id):
    folder = tmp_path / "book"
    folder.mkdir()
    written = account(folder).create(replace(NEW, remote_id=remote_id))
    assert [entry.name for entry in tmp_path.iterdir()] == ["book"]
    assert [entry.name for entry in folder.iterdir()] == [written.key.remote_id]
    assert account(folder).fetch(written.key) is not None


def test_rights_of_a_file_are_kept_and_new_files_follow_their_folder(tmp_path):
    tmp_path.chmod(0o700)
    path = tmp_path / "b.vcf"
    path.write_bytes(BERND)
    path.chmod(0o640)
    source = account(tmp_path)
    source.update(change(by_id(source)["b.vcf"], notes=(Text("x"),)))
    source.create(NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "3f0c-9.vcf").stat().st_mode) == 0o600


def test_links_out_of_the_folder_are_read_and_not_written(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    (tmp_path / "outside.vcf").write_bytes(BERND)
    (folder / "inside.vcf").write_bytes(ANNA)
    (folder / "link.vcf").symlink_to(tmp_path / "outside.vcf")
    (folder / "near.vcf").symlink_to(folder / "inside.vcf")
    source = account(folder)
    held = by_id(source)
    with pytest.raises(Rejected, match="outside"):
        source.update(change(held["link.vcf"], notes=(Text("x"),)))
    with pytest.raises(Rejected, match="outside"):
        source.delete(held["link.vcf"].key, held["link.vcf"].revision)
    assert (tmp_path / "outside.vcf").read_bytes() == BERND
    source.update(change(held["near.vcf"], notes=(Text("x"),)))
    assert (folder / "near.vcf").is_symlink()
    assert b"NOTE:x" in (folder / "inside.vcf").read_bytes()


def test_an_account_that_is_itself_a_link_is_followed(tmp_path):
    (tmp_path / "real.vcf").write_bytes(BERND)
    (tmp_path / "link.vcf").symlink_to(tmp_path / "real.vcf")
    account(tmp_path / "link.vcf").create(NEW)
    assert (tmp_path / "link.vcf").is_symlink()
    assert b"FN:Dora" in (tmp_path / "real.vcf").read_bytes()


def test_files_that_kith_does_not_write(tmp_path):
    wide = tmp_path / "wide.vcf"
    wide.write_bytes((BERND + ANNA).decode().encode("utf-16"))
    source = account(wide)
    with pytest.raises(Rejected, match="UTF-16"):
        source.update(change(by_id(source)["b-1"], notes=(Text("x"),)))
    cut = tmp_path / "cut.vcf"
    cut.write_bytes(BERND + ANNA[:-14])
    with pytest.raises(Rejected, match="cut off"):
        account(cut).create(NEW)
    assert cut.read_bytes() == BERND + ANNA[:-14]


def test_many_writes_to_one_file(tmp_path):
    path = tmp_path / "all.vcf"
    path.write_bytes(b"")
    source = account(path)
    for number in range(30):
        source.create(replace(NEW, remote_id=str(number), uid=f"uid-{number}"))
    assert list(by_id(account(path))) == [f"uid-{number}" for number in range(30)]


def test_check_tells_what_cannot_be_written(tmp_path):
    (tmp_path / "a.vcf").write_bytes(BERND)
    (tmp_path / "b.vcf").write_bytes(b"<html>")
    said = account(tmp_path).check()
    assert said[0] == f"{tmp_path}: 1 cards in 2 files"
    assert "b.vcf is not a vCard file" in said[1]


def test_new_cards_have_the_version_of_the_settings(tmp_path):
    (tmp_path / "a").mkdir()
    source = INFO.open(VcfSettings(path=str(tmp_path / "a"), version="4.0"), Opening("archive"))
    source.create(NEW)
    assert b"VERSION:4.0" in (tmp_path / "a" / "3f0c-9.vcf").read_bytes()


def test_a_file_that_could_not_be_made_leaves_nothing_in_doubt(tmp_path):
    """The next run must not ask what became of it."""
    with pytest.raises(BadSource) as told:
        new_file(tmp_path / "gone" / "new.vcf", b"x")
    assert "it is as it was" in told.value.message
    assert told.value.again == "never"
