"""How fast and in how much memory kith reads the headers of an mbox, against the standard library's reader.

    python benchmarks/mail.py [--messages 20000] [--against] [--folder DIR]

Prints messages per second of kith's whole reading (scan, headers, addresses, ledger), the peak of memory that Python
allocated, the time of a pull without news, and with --against the same for `mailbox.mbox` reading From, To and Cc with the header parser alone.
"""

import argparse
import email.parser
import mailbox
import random
import resource
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from email.utils import formatdate, getaddresses
from pathlib import Path

from kith.connector.api import PullRequest, Source
from kith.connector.info import Opening
from kith_connectors.mbox import INFO

ME = "jo@example.org"
TRACE = (
    "".join(
        f"Received: from mx{n}.example.org (mx{n}.example.org [192.0.2.{n}]) by in.example.org with ESMTPS id {n:08x}\n"
        for n in range(6)
    )
    + "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from:to:date;\n\tb="
    + "Ab3+" * 80
    + "\n"
)


def build(path: Path, messages: int) -> None:
    """An mbox of invented mail, about 8 kB a message: 2 000 correspondents, a third of it newsletters."""
    rng = random.Random(1)
    body = "".join(f"Line {n} of a letter that nobody reads.\n" for n in range(150))
    with path.open("w", encoding="utf-8") as file:
        for n in range(messages):
            who = f'"=?utf-8?Q?J=C3=BCrgen?= M{n % 2000}" <p{n % 2000}@mail{n % 2000 % 90}.example>'
            sender, to = (f"Jo <{ME}>", who) if n % 3 == 0 else (who, f"Jo <{ME}>")
            extra = f"List-Id: <news{n % 50}.example>\nPrecedence: bulk\n" if n % 3 == 1 else ""
            date = formatdate(1_500_000_000 + n * 600)
            file.write(
                f"From - Tue Nov 14 22:13:20 2023\n{TRACE}From: {sender}\nTo: {to}\nDate: {date}\nSubject: n\n"
                f"Message-ID: <{n}@x.example>\n{extra}Content-Type: text/plain\n\n{body[: rng.randrange(12_000)]}\n\n"
            )


def kith(path: Path) -> int:
    """One first pull; returns the number of correspondents."""
    return sum(len(page.records) for page in account(path).pull(PullRequest()))


def account(path: Path) -> Source:
    return INFO.open(INFO.settings(path=str(path)), Opening("mail", me=frozenset({ME})))


def unchanged(path: Path) -> None:
    """A pull of a mailbox that has not changed since."""
    cursor = [page.cursor for page in account(path).pull(PullRequest())][-1] or ""
    start = time.perf_counter()
    pages = list(account(path).pull(PullRequest(cursor)))
    spent = (time.perf_counter() - start) * 1000
    assert pages[-1].cursor == cursor
    print(f"{'kith, nothing new':28} {spent:10.1f} ms  cursor {len(cursor) >> 10} KiB")


def library(path: Path) -> int:
    """The same people with `mailbox.mbox` and the header parser."""
    parser = email.parser.BytesHeaderParser()
    found = set()
    for message in mailbox.mbox(str(path), factory=parser.parse, create=False):
        fields = [str(message[name]) for name in ("From", "To", "Cc") if message[name]]
        found |= {address for _, address in getaddresses(fields)}
    return len(found)


def measure(name: str, read: Callable[[Path], int], path: Path, messages: int) -> float:
    start = time.process_time()
    people = read(path)
    seconds = time.process_time() - start
    print(f"{name:28} {messages / seconds:10.0f} messages/s  {seconds:6.2f} s CPU  {people} people")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20000)
    parser.add_argument("--against", action="store_true", help="also run the standard library's reader")
    parser.add_argument("--folder", type=Path, help="where to write the sample")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder, "mail.mbox")
        build(path, options.messages)
        print(f"{options.messages} messages, {path.stat().st_size >> 20} MiB")
        ours = measure("kith, first pull", kith, path, options.messages)
        print(f"{'':28} peak of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")
        unchanged(path)
        if options.against:
            theirs = measure("mailbox.mbox, header parser", library, path, options.messages)
            print(f"kith is {theirs / ours:.1f} times as fast")
        tracemalloc.start()
        kith(path)
        print(f"{'':28} peak of allocated memory {tracemalloc.get_traced_memory()[1] / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
