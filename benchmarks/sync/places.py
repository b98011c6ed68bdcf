"""The servers that are synchronized: each a process of its own behind a meter, one book filled or empty."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[2] / "tests"
sys.path.insert(0, str(TESTS))

from meter import Meter  # noqa: E402

from cards import card, name  # noqa: E402
from servers.radicale import start_radicale  # noqa: E402
from servers.wire import ETAGS, MULTIGET, Answer, ask  # noqa: E402
from servers.xandikos import start_xandikos  # noqa: E402


@dataclass
class Place:
    """One book on one server. `url` goes through the meter, `direct` does not."""

    url: str
    direct: str
    username: str
    password: str
    meter: Meter

    def edit(self, number: int, picture: bool, note: str) -> None:
        """Change one card as the owner's phone would."""
        self._send(
            "PUT", self.direct + name(number), card(number, picture, note), {"Content-Type": "text/vcard"}
        )

    def hrefs(self) -> list[str]:
        """The hrefs of all cards."""
        answer = self._send("PROPFIND", self.direct, ETAGS.encode(), {"Depth": "1"})
        return [href for href, _ in answer.rows if href.endswith(".vcf")]

    def notes(self, wanted: str) -> int:
        """How many cards carry a note."""
        count, hrefs = 0, self.hrefs()
        for start in range(0, len(hrefs), 500):
            named = "".join(f"<D:href>{href}</D:href>" for href in hrefs[start : start + 500])
            answer = self._send("REPORT", self.direct, MULTIGET.format(hrefs=named).encode(), {"Depth": "1"})
            count += answer.body.count(f"NOTE:{wanted}".encode())
        return count

    def _send(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        answer = ask(method, url, body, headers, (self.username, self.password))
        if answer.status >= 300:
            raise RuntimeError(f"{method} {url}: {answer.status}")
        return answer


def memory(stack: ExitStack, folder: Path, count: int, picture: bool) -> Place:
    """The in-memory server of the tests."""
    del folder
    command = [
        sys.executable,
        str(Path(__file__).with_name("memory_server.py")),
        str(count),
        str(int(picture)),
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stack.callback(process.wait)
    stack.callback(process.kill)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    return _place(stack, port, "/books/alice/contacts/", "correct horse")


def radicale(stack: ExitStack, folder: Path, count: int, picture: bool) -> Place:
    """Radicale; the book is put into its folder before it starts."""
    book = folder / "data" / "collection-root" / "alice" / "contacts"
    book.mkdir(parents=True)
    (book / ".Radicale.props").write_text('{"tag": "VADDRESSBOOK", "D:displayname": "contacts"}')
    for number in range(count):
        (book / name(number)).write_bytes(card(number, picture))
    server = start_radicale(folder)
    stack.callback(server.stop)
    return _place(stack, _port(server.url), "/alice/contacts/", server.password)


def xandikos(stack: ExitStack, folder: Path, count: int, picture: bool) -> Place:
    """Xandikos, whose only book is empty."""
    assert not count
    server = start_xandikos(folder)
    stack.callback(server.stop)
    del picture
    return _place(stack, _port(server.url), "/alice/contacts/addressbook/", server.password)


def _port(url: str) -> int:
    return int(url.rstrip("/").rpartition(":")[2])


def _place(stack: ExitStack, port: int, path: str, password: str) -> Place:
    meter = Meter(port)
    stack.callback(meter.close)
    return Place(
        f"http://127.0.0.1:{meter.port}{path}", f"http://127.0.0.1:{port}{path}", "alice", password, meter
    )


Start = Callable[[ExitStack, Path, int, bool], Place]
PAIRS: dict[str, tuple[Start, Start]] = {"real": (radicale, xandikos), "memory": (memory, memory)}
"""{name: (server of the filled book, server of the empty book)}."""
