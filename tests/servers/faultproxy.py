"""A loopback reverse proxy between kith and a real server that fails on demand and records every request."""

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from servers.faults import Fault, Faults, Match
from servers.loopback import Loopback, Reply, Request

HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "te",
    "trailer",
    "proxy-connection",
    "expect",
}
BACKEND_TIMEOUT = 60.0


class FaultProxy:
    """Forwards to `target_url` until told otherwise. A context manager.

    >>> with FaultProxy(radicale.url) as proxy:                          # doctest: +SKIP
    ...     proxy.fault("PUT", "reset_after", times=1)                   # applied, but the answer is lost
    ...     proxy.fault("REPORT", "cut", within="addressbook-multiget", skip=1, times=1)

    Paths are passed on as they are, so hrefs in answers keep working; absolute URLs of the target in answers (headers
    and bodies) are replaced by the proxy's own. `Host` is rewritten in the other direction.
    """

    def __init__(self, target_url: str, before: Callable[[Request], None] | None = None) -> None:
        parts = urlsplit(target_url)
        self.target = f"{parts.scheme}://{parts.netloc}"
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._faults = Faults()
        self._before = before
        self._server = Loopback(self._respond)
        self.origin = self._server.url
        self.url = self.origin + (parts.path or "/")

    @property
    def requests(self) -> list[Request]:
        """All requests so far, in the order of arrival."""
        return self._server.requests

    def fault(self, match: Match = "*", kind: str = "status", times: int = 1 << 30, **more: Any) -> Fault:
        """Set a fault: see `servers.faults.Fault` for the kinds and further keys. The first one set wins."""
        return self._faults.add(Fault(match, kind, times, **more))

    def clear(self) -> None:
        """Forget all faults and all recorded requests."""
        self._faults.clear()
        self._server.requests.clear()

    def count(self, method: str = "") -> int:
        """How many requests of that method (or any) were made since the last clear()."""
        return sum(1 for request in self.requests if method in {"", request.method})

    def writes(self) -> list[Request]:
        """The requests that could change something at the server."""
        return [request for request in self.requests if request.method in WRITING]

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> "FaultProxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _respond(self, request: Request) -> Reply:
        if self._before:
            self._before(request)
        return self._faults.around(request, self._forward)

    def _forward(self, request: Request) -> Reply:
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
        headers["host"] = f"{self._address[0]}:{self._address[1]}"
        for name in ("destination", "referer", "origin"):
            if name in headers:
                headers[name] = headers[name].replace(self.origin, self.target)
        headers.pop("accept-encoding", None)  # a plain body, so that faults can be put into it
        headers["content-length"] = str(len(request.body))
        connection = http.client.HTTPConnection(*self._address, timeout=BACKEND_TIMEOUT)
        try:
            connection.request(request.method, request.path, request.body, headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return Reply(502, f"the server behind the proxy failed: {type(error).__name__}".encode())
        finally:
            connection.close()
        kept = tuple(
            (name, value.replace(self.target, self.origin))
            for name, value in answer.getheaders()
            if name.lower() not in HOP_BY_HOP | {"content-length"}
        )
        return Reply(answer.status, body.replace(self.target.encode(), self.origin.encode()), kept)


WRITING = {"PUT", "POST", "PATCH", "DELETE", "MKCOL", "MOVE", "COPY", "PROPPATCH"}
