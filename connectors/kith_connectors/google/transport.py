"""Carries the requests of google-api-python-client over httpx.

The library's own transport, httplib2, sends a request again when the server closes the connection without an answer,
also a POST: a contact whose answer was lost would be created twice. This one sends every request exactly once.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from kith.connector.errors import BadReply, Unreachable
from kith.connector.reasons import reason

TIMEOUT = httpx.Timeout(60.0, connect=20.0)
LARGEST_ANSWER = 64 * 2**20
"""Bytes; a page of 1000 contacts with long notes has about 5 MB."""


class Transport:
    """The part of httplib2.Http that googleapiclient and google-auth use. Raises Unreachable and BadReply."""

    def __init__(self, limit: int = LARGEST_ANSWER) -> None:
        self.limit = limit
        self.timeout = 60
        self.follow_redirects = False
        self.redirect_codes: frozenset[int] = frozenset()
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False)

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[Any, bytes]:
        """(httplib2.Response, body). No redirect is followed: credentials go to the host they are meant for."""
        import httplib2

        content = body.encode() if isinstance(body, str) else body
        try:
            with self._client.stream(method, uri, content=content, headers=headers) as answer:
                received = self._read(answer)
        except httpx.HTTPError as error:
            raise Unreachable(
                f"no answer from {httpx.URL(uri).host} ({reason(error)})",
                "kith tries again; if it stays, check the network connection of this machine",
            ) from error
        named = {
            name.lower(): value
            for name, value in answer.headers.items()
            if name.lower() != "content-encoding"
        }
        response = httplib2.Response({**named, "status": str(answer.status_code)})
        response.reason = answer.reason_phrase
        return response, received

    def _read(self, answer: httpx.Response) -> bytes:
        parts, size = [], 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > self.limit:
                raise BadReply(f"an answer of more than {self.limit} bytes")
            parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        self._client.close()
