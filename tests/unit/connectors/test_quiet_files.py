"""What a run without news asks of the disk: one stat for each file, counted where the interpreter calls the system."""

import os
import posix
import sys
import time
import zipfile
from collections import Counter

import pytest

from kith.connector.api import PullRequest
from kith.connector.info import Opening
from kith.connector.registry import load
from letters import ME, NOON, deliver, letter, mbox

CONNECTIONS = (
    b"First Name,Last Name,URL,Company,Position,Connected On\nAnna,Beck,https://www.linkedin.com/in/a,,,\n"
)
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Beck\r\nN:Beck;Anna;;;\r\nEND:VCARD\r\n"
GOOGLE = b"First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value\nTim,Falk,* Home,tim@falk.example\n"
SYSTEM = {
    posix.stat: "stat",
    posix.lstat: "stat",
    posix.scandir: "list",
    posix.listdir: "list",
    posix.open: "open",
}
MAIL = mbox(letter(to="Eva Roth <eva@roth.example>"), letter(to="Bo Berg <bo@x.example>", when=NOON + 60))


def packed(path, name, data):
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(name, data)


def cards(path):
    path.mkdir()
    for number in range(5):
        (path / f"{number}.vcf").write_bytes(CARD)


def maildir(path):
    for number in range(5):
        deliver(path, f"{number}.x:2,S", letter(to=f"p{number}@x.example", when=NOON + number))


SOURCES = {
    "linkedin zip": ("linkedin", lambda path: packed(path, "Connections.csv", CONNECTIONS), {"stat": 1}),
    "linkedin table": ("linkedin", lambda path: path.write_bytes(CONNECTIONS), {"stat": 1}),
    "csv": ("csv", lambda path: path.write_bytes(GOOGLE), {"stat": 1}),
    "vcf file": ("vcf", lambda path: path.write_bytes(CARD), {"stat": 1}),
    "vcf zip": ("vcf", lambda path: packed(path, "a.vcf", CARD), {"stat": 1}),
    "mbox": ("mbox", lambda path: path.write_bytes(MAIL), {"stat": 1}),
    "mbox zip": ("mbox", lambda path: packed(path, "Takeout/Mail/All.mbox", MAIL), {"stat": 1}),
    "vcf folder": ("vcf", cards, {"stat": 1, "list": 1}),
    "maildir": ("maildir", maildir, {"stat": 2, "list": 1}),
}
"""What each is made of, and what a pull without news may ask: a file one stat, a folder one list and its state, a Maildir
the state of `cur` and of `new`. Nothing is opened."""


def asked(work):
    """How often the system was asked for what while `work()` ran."""
    counts = Counter()

    def watch(_frame, event, called):
        if event == "c_call":
            counts[SYSTEM.get(called) or ("open" if called is open else "")] += 1

    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(None)
    del counts[""]
    return counts


@pytest.mark.parametrize("case", SOURCES)
def test_a_run_without_news_looks_and_opens_nothing(tmp_path, case):
    connector, make, allowed = SOURCES[case]
    path = tmp_path / "source"
    make(path)
    old = time.time() - 86400
    for place in (path, *path.rglob("*")):
        os.utime(place, (old, old))

    def account():
        info = load(connector)
        return info.open(info.settings(path=str(path)), Opening("files", me=frozenset({ME})))

    pages = list(account().pull(PullRequest()))
    assert sum(len(page.records) for page in pages)
    second, found = account(), []
    counts = asked(lambda: found.extend(second.pull(PullRequest(pages[-1].cursor))))
    assert [record for page in found for record in page.records] == []
    assert counts == Counter(allowed)


def test_the_count_sees_a_file_that_is_read(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(GOOGLE)
    info = load("csv")
    counts = asked(
        lambda: list(info.open(info.settings(path=str(path)), Opening("files")).pull(PullRequest()))
    )
    assert counts["open"] >= 1 and counts["stat"] >= 1
