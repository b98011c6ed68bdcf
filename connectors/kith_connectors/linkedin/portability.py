"""Connections through LinkedIn's Member Data Portability API, which the Digital Markets Act gives members in the EEA and
Switzerland: GET /rest/memberSnapshotData, LinkedIn's documentation "Member Snapshot API" (version 202312)."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import httpx

from kith.connector.api import Page, PullRequest
from kith.connector.errors import AuthenticationFailed, BadReply, ConnectorError, RateLimited, Unreachable
from kith.connector.info import Opening
from kith.connector.reasons import reason
from kith.connector.secrets import Secret
from kith.connector.snapshot import Reading, reading_pages
from kith.connector.tables import Table
from kith.model.capabilities import Capabilities
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.linkedin.mapping import connections, connections_score

API_VERSION = "202312"
PAGES = 5_000
REPLY_BYTES = 64 * 1024 * 1024
TIMEOUT = 60.0
_AGAIN = "the next run tries again; an export (path) works without this interface"


class PortabilityAccount:
    """A Source over the snapshot that LinkedIn keeps of a member's connections; book ""."""

    def __init__(self, token: Secret, endpoint: str, opening: Opening, abilities: Capabilities) -> None:
        self.capabilities = abilities.but(deltas=False)
        self._token, self._endpoint, self._account = token, endpoint.rstrip("/"), opening.account
        self._held: dict[str, SourceRecord] | None = None

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """All rows are asked for each time (the service has no cheaper question); the same rows are no change."""
        yield from reading_pages(self._read(), request, API_VERSION)

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        if self._held is None:
            self._held = {record.key.remote_id: record for record in self._read().books[""]}
        return self._held.get(key.remote_id)

    def check(self) -> list[str]:
        reading = self._read()
        return [f"LinkedIn: {sum(1 for _ in reading.books[''])} connections", *reading.skipped]

    def close(self) -> None:
        self._held = None

    def _read(self) -> Reading:
        rows = list(self._rows())
        header = tuple(dict.fromkeys(title for row in rows for title in row))
        if rows and not connections_score(header):
            raise BadReply(
                f"LinkedIn answered with other columns than expected ({', '.join(header[:8])})", _AGAIN
            )
        table = Table(
            header, [tuple(str(row.get(title) or "") for title in header) for row in rows], 1, "utf-8", ","
        )
        digest = hashlib.sha256(json.dumps([header, table.rows]).encode()).hexdigest()
        skipped: list[str] = []
        return Reading(digest, {"": connections(table, self._account, skipped)}, skipped)

    def _rows(self) -> Iterator[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._token.reveal()}", "LinkedIn-Version": API_VERSION}
        with httpx.Client(base_url=self._endpoint, headers=headers, timeout=TIMEOUT) as client:
            for start in range(PAGES):
                page = _page(client, start)
                if page is None:
                    return
                rows, more = _rows_of(page)
                yield from rows
                if not more:
                    return
        raise BadReply(f"LinkedIn's answer has more than {PAGES} pages", _AGAIN)


def _page(client: httpx.Client, start: int) -> Any:
    """One page as parsed JSON, None where LinkedIn has no more (404). Raises ConnectorError."""
    asked = {"q": "criteria", "domain": "CONNECTIONS", "start": str(start)}
    try:
        with client.stream("GET", "/rest/memberSnapshotData", params=asked) as reply:
            if reply.status_code == httpx.codes.NOT_FOUND:
                return None
            if reply.status_code != httpx.codes.OK:
                raise _refusal(reply)
            data = bytearray()
            for chunk in reply.iter_bytes():
                data += chunk
                if len(data) > REPLY_BYTES:
                    raise BadReply(f"LinkedIn's answer is larger than {REPLY_BYTES >> 20} MB", _AGAIN)
        return json.loads(data)
    except httpx.HTTPError as error:
        raise Unreachable(f"LinkedIn does not answer ({reason(error)})", _AGAIN) from error
    except ValueError as error:
        raise BadReply("LinkedIn's answer is not JSON", _AGAIN) from error


def _refusal(reply: httpx.Response) -> ConnectorError:
    code = reply.status_code
    if code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return AuthenticationFailed(
            f"LinkedIn refuses the access token ({code}); it lasts about two months",
            "make a new one at https://www.linkedin.com/developers/tools/oauth/token-generator and put it where `token` says",
        )
    if code == httpx.codes.TOO_MANY_REQUESTS:
        after = reply.headers.get("Retry-After", "")
        return RateLimited("LinkedIn asks to wait (429)", _AGAIN, float(after) if after.isdigit() else None)
    if code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Unreachable(f"LinkedIn has a fault of its own ({code})", _AGAIN)
    return BadReply(f"LinkedIn answered {code}", _AGAIN)


def _rows_of(page: Any) -> tuple[list[dict[str, Any]], bool]:
    """(rows, whether a further page is announced). A page of another form is no shorter list: BadReply."""
    try:
        elements = [element for element in page["elements"] if element["snapshotDomain"] == "CONNECTIONS"]
        rows = [row for element in elements for row in element["snapshotData"]]
        links = page.get("paging", {}).get("links", [])
        more = any(link.get("rel") == "next" for link in links)
        if not all(isinstance(row, dict) for row in rows):
            raise TypeError("a row is no object")
    except (KeyError, TypeError, AttributeError) as error:
        raise BadReply(f"LinkedIn's answer has another form than documented ({error})", _AGAIN) from error
    return rows, more
