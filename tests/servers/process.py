"""A real server as a process of its own on loopback, with private data and a log of its requests."""

import base64
import re
import socket
import subprocess
import time
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

START_SECONDS = 30.0

MKCOL = """<?xml version="1.0" encoding="utf-8"?>
<d:mkcol xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:set><d:prop>
<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype><d:displayname>{name}</d:displayname>
</d:prop></d:set></d:mkcol>"""


class Seen(NamedTuple):
    """One request in a server's own log."""

    method: str
    path: str
    status: int


@dataclass
class Server:
    """A running server. `url` ends with a slash; `home` is the URL that holds the address books; `log` is what the
    server itself writes about its requests, `line` finds method, path and status in it."""

    url: str
    username: str
    password: str
    home: str
    log: Path
    line: re.Pattern[str]
    process: subprocess.Popen[bytes]

    def requests(self) -> list[Seen]:
        """All requests so far, oldest first, as the server logged them.

        A server logs after it has answered: a request of our own is sent last and waited for, and left out.
        """
        mark = f"/mark-{uuid.uuid4().hex}"
        self.send("OPTIONS", self.url.rstrip("/") + mark)
        deadline = time.monotonic() + START_SECONDS
        while mark not in (text := self.log.read_text("utf-8", "replace")) and time.monotonic() < deadline:
            time.sleep(0.005)
        found = [Seen(hit["method"], hit["path"], int(hit["status"])) for hit in self.line.finditer(text)]
        return [seen for seen in found if not seen.path.startswith("/mark-")]

    def send(
        self, method: str, url: str, body: bytes | str = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """A request as another program of the user would send it: (status, body)."""
        token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        data = body.encode() if isinstance(body, str) else body
        made = urllib.request.Request(url, data=data or None, method=method)
        for name, value in {"Authorization": f"Basic {token}", **(headers or {})}.items():
            made.add_header(name, value)
        try:
            with urllib.request.urlopen(made, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def book(self, name: str = "") -> str:
        """Make an address book; returns its URL."""
        name = name or f"book-{uuid.uuid4().hex[:12]}"
        url = f"{self.home}{name}/"
        status, text = self.send("MKCOL", url, MKCOL.format(name=name), {"Content-Type": "application/xml"})
        assert status == 201, (status, text)
        return url

    def put(self, book: str, name: str, card: bytes | str) -> str:
        """Write a card as a device would; returns its URL."""
        status, text = self.send("PUT", book + name, card, {"Content-Type": "text/vcard; charset=utf-8"})
        assert status in {200, 201, 204}, (status, text)
        return book + name

    def get(self, url: str) -> bytes | None:
        """A card's bytes, None where there is none."""
        status, body = self.send("GET", url, headers={"Accept": "text/vcard"})
        assert status in {200, 404}, (status, body)
        return body if status == 200 else None

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(command: list[str], log: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a server and wait until it takes connections. Raises RuntimeError with its log when it does not."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return process
        except OSError:
            time.sleep(0.02)
    process.kill()
    process.wait()
    raise RuntimeError(f"{command[0]} did not start:\n{log.read_text('utf-8', 'replace')}")
