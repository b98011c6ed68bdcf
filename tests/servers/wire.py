"""One plain HTTP request, for seeding and inspecting servers in tests without going through kith."""

import base64
import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SYNC = (
    '<?xml version="1.0"?><D:sync-collection xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">'
    "<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>{limit}"
    "<D:prop><D:getetag/></D:prop></D:sync-collection>"
)
ETAGS = '<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>'
QUERY = (
    '<?xml version="1.0"?><C:addressbook-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">'
    "<D:prop><D:getetag/><C:address-data/></D:prop><C:filter/></C:addressbook-query>"
)
MULTIGET = (
    '<?xml version="1.0"?><C:addressbook-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">'
    "<D:prop><D:getetag/><C:address-data/></D:prop>{hrefs}</C:addressbook-multiget>"
)


@dataclass
class Answer:
    """Status, headers (lower-case names, the last of each) and body."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def rows(self) -> list[tuple[str, int]]:
        """(href, status) of each response of a multistatus, 200 where only properties are given."""
        found = []
        for part in re.findall(r"<(?:\w+:)?response\b.*?</(?:\w+:)?response>", self.body.decode(), re.DOTALL):
            href = re.search(r"<(?:\w+:)?href[^>]*>([^<]*)<", part)
            status = re.search(r"HTTP/1\.1 (\d+)", part)
            found.append((href[1] if href else "", int(status[1]) if status else 200))
        return found

    @property
    def token(self) -> str:
        match = re.search(r"sync-token[^>]*>([^<]+)<", self.body.decode())
        return match[1] if match else ""


def ask(
    method: str,
    url: str,
    body: bytes | str = b"",
    headers: dict[str, str] | None = None,
    login: tuple[str, str] | None = None,
) -> Answer:
    """Send one request on a connection of its own. Raises OSError and http.client errors as they come."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    raw = body.encode() if isinstance(body, str) else body
    kind = "application/xml" if raw.startswith(b"<?xml") else "text/vcard"
    sent = {"Content-Type": f"{kind}; charset=utf-8", **(headers or {})}
    if login:
        sent["Authorization"] = "Basic " + base64.b64encode(":".join(login).encode()).decode()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, path, raw, sent)
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def card(uid: str, name: str = "Ada Example", *lines: str, version: str = "3.0") -> bytes:
    """A small valid card with the given further lines."""
    given, _, family = name.rpartition(" ")
    parts = [
        "BEGIN:VCARD",
        f"VERSION:{version}",
        f"UID:{uid}",
        f"FN:{name}",
        f"N:{family};{given};;;",
        *lines,
        "END:VCARD",
        "",
    ]
    return "\r\n".join(parts).encode()
