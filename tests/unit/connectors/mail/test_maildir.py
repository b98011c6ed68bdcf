"""The Maildir account."""

import gzip
import os

import pytest

from kith.connector.errors import BadSource
from kith.connector.info import Opening
from kith_connectors.mbox import MAILDIR, maildir
from letters import ME, NOON, deliver, letter, people

ANNA = "Anna Schmidt <anna@x.example>"


def account(path, me=(ME,), **settings):
    return MAILDIR.open(MAILDIR.settings(path=str(path), **settings), Opening("mail", me=frozenset(me)))


def aged(root):
    """Make all folders old, as they are when nothing was delivered for a while."""
    for folder, _, _ in os.walk(root):
        os.utime(folder, (NOON, NOON))


def test_folders_in_both_layouts_with_names_in_utf7(tmp_path):
    alias = "Jo <alias@y.example>"
    deliver(tmp_path, "1.a:2,S", letter("Anna A <a@x.example>", to="alias@y.example"))
    deliver(tmp_path / ".Gesendete Objekte", "2.a:2,S", letter(alias, to="a@x.example"))
    deliver(tmp_path / ".&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", "3.a", letter(alias, to="b@x.example"), "new")
    deliver(tmp_path / "Archive" / "Sent", "4.a:2,", letter(alias, to="c@x.example"))
    deliver(tmp_path / ".Entw&APw-rfe", "5.a:2,", letter(alias, to="draft@x.example"))
    deliver(tmp_path / ".Trash.old", "6.a:2,", letter(alias, to="trash@x.example"))
    found, _, _ = people(account(tmp_path, me=()))
    assert found == {"a@x.example": "Anna A", "b@x.example": "", "c@x.example": ""}


def test_only_new_names_are_read(tmp_path):
    path = deliver(tmp_path, "1.a", letter(to=ANNA), "new")
    _, cursor, _ = people(account(tmp_path))
    read = tmp_path / "cur" / "1.a:2,S"  # renamed when it was read
    path.rename(read)
    read.write_bytes(letter(to="changed@x.example"))
    deliver(tmp_path, "2.a", letter(to="bo@x.example"), "new")
    found, cursor, _ = people(account(tmp_path), cursor)
    assert found == {"bo@x.example": ""}
    read.unlink()
    assert people(account(tmp_path), cursor)[0] == {}


def test_unchanged_folders_are_not_listed(tmp_path):
    deliver(tmp_path, "1.a:2,S", letter(to=ANNA))
    aged(tmp_path)
    _, cursor, _ = people(account(tmp_path))
    deliver(tmp_path, "2.a:2,S", letter(to="bo@x.example"))
    aged(tmp_path)  # pretend that nothing was delivered: then nothing may be read
    found, again, _ = people(account(tmp_path), cursor)
    assert (found, again) == ({}, cursor)


def test_a_folder_that_changed_a_moment_ago_is_looked_at_again(tmp_path):
    deliver(tmp_path, "1.a:2,S", letter(to=ANNA))
    stamps = [(tmp_path / part).stat().st_mtime_ns for part in ("cur", "new")]
    _, cursor, _ = people(account(tmp_path))
    deliver(tmp_path, "2.a:2,S", letter(to="bo@x.example"))
    for part, stamp in zip(("cur", "new"), stamps, strict=True):
        os.utime(tmp_path / part, ns=(stamp, stamp))  # delivered within the same tick of the file system
    assert people(account(tmp_path), cursor)[0] == {"bo@x.example": ""}


def test_trashed_and_draft_messages_do_not_count(tmp_path):
    deliver(tmp_path, "1.a:2,ST", letter(to="t@x.example"))
    draft = deliver(tmp_path, "2.a:2,D", letter(to="d@x.example"))
    found, cursor, _ = people(account(tmp_path))
    assert found == {}
    draft.rename(tmp_path / "cur" / "2.a:2,S")
    assert people(account(tmp_path), cursor)[0] == {"d@x.example": ""}


def test_compressed_damaged_and_long_messages(tmp_path):
    deliver(tmp_path, "1.a:2,S", gzip.compress(letter(to="zip@x.example")))
    deliver(tmp_path, "2.a:2,S", gzip.compress(letter(to="cut@x.example"))[:30])
    deliver(tmp_path, "3.a:2,S", b"X: " + b"y" * 20_000 + b"\n" + letter(to="long@x.example"))
    deliver(tmp_path, "4.a:2,S", b"")
    deliver(tmp_path, "5.a:2,S", os.urandom(3000))
    assert people(account(tmp_path))[0] == {"zip@x.example": "", "long@x.example": ""}


def test_addresses_in_the_body_are_not_read(tmp_path):
    deliver(tmp_path, "1.a:2,S", letter(to=ANNA, body="\nTo: body@x.example\nCc: body2@x.example\n"))
    assert list(people(account(tmp_path))[0]) == ["anna@x.example"]


def test_what_is_no_maildir(tmp_path):
    with pytest.raises(BadSource, match="no Maildir") as caught:
        people(account(tmp_path))
    assert 'account "mail"' in caught.value.message
    with pytest.raises(BadSource, match="not there"):
        people(account(tmp_path / "absent"))


def test_a_maildir_that_vanishes_deletes_nobody(tmp_path):
    root = tmp_path / "Maildir"
    deliver(root, "1.a:2,S", letter(to=ANNA))
    _, cursor, _ = people(account(root))
    root.rename(tmp_path / "away")
    with pytest.raises(BadSource):
        people(account(root), cursor)


def test_check(tmp_path):
    deliver(tmp_path, "1.a:2,S", letter(to=ANNA))
    assert account(tmp_path).check() == [f"1 folder(s) in {tmp_path}, 1 people you wrote to"]


def test_a_long_reading_shows_that_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(maildir, "PROGRESS", 10)
    for n in range(25):
        deliver(tmp_path, f"{n}.a:2,S", letter(to=f"p{n:03}@x.example", when=NOON + n))
    _, _, pages = people(account(tmp_path))
    assert [len(page.records) for page in pages] == [0, 0, 25, 0]


def test_a_message_that_moves_while_the_folder_is_read_is_read_next_time(tmp_path, monkeypatch):
    deliver(tmp_path, "1.a:2,S", letter(to=ANNA))
    listed = [tmp_path / "cur" / "1.a:2,S", tmp_path / "new" / "2.a"]
    monkeypatch.setattr(maildir, "_messages", lambda _folder: iter(listed))
    found, cursor, _ = people(account(tmp_path))
    assert list(found) == ["anna@x.example"]
    monkeypatch.undo()
    deliver(tmp_path, "2.a:2,", letter(to="bo@x.example"))
    assert people(account(tmp_path), cursor)[0] == {"bo@x.example": ""}


def test_a_path_that_cannot_be_followed(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(BadSource, match="cannot be read"):
        people(account(loop))
