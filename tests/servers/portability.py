"""LinkedIn's Member Data Portability API on loopback, as its documentation describes it ("Member Snapshot API")."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-of-an-invented-member"
Answer = tuple[int, bytes, dict[str, str]]


def person(name: str, position: str = "Chefin") -> dict[str, str]:
    return {
        "First Name": name,
        "Last Name": "Beispiel",
        "URL": f"https://www.linkedin.com/in/{name.lower()}",
        "Email Address": "",
        "Company": "Beispiel GmbH",
        "Position": position,
        "Connected On": "05 Mar 2024",
    }


class LinkedIn:
    """The service: pages of people, or one fault for every request."""

    def __init__(self) -> None:
        self.pages = [[person("Anna"), person("Bernd")], [person("Cem")]]
        self.fault: Answer | None = None
        self.asked: list[tuple[str, str]] = []
        self.url = ""

    def answer(self, start: int) -> Answer:
        if self.fault:
            return self.fault
        if start >= len(self.pages):
            return 404, b'{"message":"No data found for this memberId"}', {}
        links = [{"rel": "next", "href": f"/rest/memberSnapshotData?start={start + 1}"}]
        elements = [{"snapshotDomain": "CONNECTIONS", "snapshotData": self.pages[start]}]
        page = {"paging": {"start": start, "count": 10, "links": links}, "elements": elements}
        return 200, json.dumps(page).encode(), {}


@contextmanager
def serving() -> Iterator[LinkedIn]:
    """The service, answering at its `url`."""
    service = LinkedIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            asked = parse_qs(split.query)
            service.asked.append((split.path, asked["domain"][0]))
            told = (self.headers["Authorization"], self.headers["LinkedIn-Version"])
            right = told == (f"Bearer {TOKEN}", "202312")
            code, body, headers = service.answer(int(asked["start"][0])) if right else (401, b"{}", {})
            self.send_response(code)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Tests look at `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
