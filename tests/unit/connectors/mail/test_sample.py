"""The same mailbox in every file format gives the same people, and only them."""

import zipfile

import pytest

import sample_mailbox as sample
from kith.connector.info import Opening
from kith_connectors.mbox import INFO, MAILDIR
from letters import ME, deliver, mbox, people


def opened(info, path):
    return info.open(
        info.settings(path=str(path), addresses=("jo.b@firm.example",)), Opening("mail", me=frozenset({ME}))
    )


def thunderbird(root):
    (root / "Sent").write_bytes(mbox(*sample.SENT))
    (root / "Inbox").write_bytes(mbox(*sample.INBOX, eol=b"\r\n"))
    (root / "Trash").write_bytes(mbox(*sample.BIN))
    (root / "Junk").write_bytes(mbox(*sample.SPAM))
    (root / "Drafts").write_bytes(mbox(*sample.DRAFTS))
    return opened(INFO, root)


def takeout(root):
    labelled = [
        b"X-Gmail-Labels: " + label + b"\n" + item
        for label, items in (
            (b"=?UTF-8?Q?Posteingang,Ungelesen?=", sample.INBOX), (b"Gesendet", sample.SENT), (b"Papierkorb", sample.BIN),
            (b"Spam", sample.SPAM), (b"=?UTF-8?Q?Entw=C3=BCrfe?=", sample.DRAFTS),
        )
        for item in items
    ]  # fmt: skip
    path = root / "takeout.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Takeout/E-Mail/Alle E-Mails.mbox", mbox(*labelled))
    return opened(INFO, path)


def maildir(root):
    for folder, items in {
        ".": sample.INBOX, ".Gesendet": sample.SENT, ".Papierkorb": sample.BIN, ".Junk": sample.SPAM, ".Entw&APw-rfe": sample.DRAFTS,
    }.items():  # fmt: skip
        for number, item in enumerate(items):
            deliver(root / folder, f"{number}.host:2,S", item)
    return opened(MAILDIR, root)


@pytest.mark.parametrize("build", [thunderbird, takeout, maildir])
def test_exactly_the_people(tmp_path, build):
    assert people(build(tmp_path))[0] == sample.PEOPLE
