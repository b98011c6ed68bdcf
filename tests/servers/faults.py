"""What can go wrong on the way, as a list that a test fills: used by the proxy and by the hostile server."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from servers.loopback import Reply, Request, Responder

FOREVER = 1 << 30
LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>"
    b"<form action='/login'><input name='user'></form></body></html>"
)
EMPTY = b'<?xml version="1.0" encoding="utf-8"?><D:multistatus xmlns:D="DAV:"></D:multistatus>'
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaaaaaaaa">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 16) for name in range(ord("b"), ord("j") + 1)
    )
    + b']><D:multistatus xmlns:D="DAV:"><D:response><D:href>&j;</D:href></D:response></D:multistatus>'
)
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<D:multistatus xmlns:D="DAV:"><D:response><D:href>&x;</D:href></D:response></D:multistatus>'
)

Match = str | Callable[[Request], bool]


@dataclass
class Fault:
    """One fault: which requests it hits (`skip` matching ones pass first, then `times` are hit) and what it does.

    Kinds. Before the request is passed on: `drop` (never answered), `reset_before`, `status` (answered with
    `status`, `headers`, `body` instead), `login_page`. After it was carried out: `delay` (by `seconds`),
    `reset_after` (lost acknowledgement), `reset_in_body`, `cut` (half of the promised bytes), `broken_xml` (valid HTTP,
    half of the XML), `slow` (`seconds` for each KiB), `stale` (replays the first answer of the same request),
    `empty_listing` (207 without rows), `empty_body`, `endless`, `bomb`, `external_entity`, `deep_xml`, `edit` (the
    function `change` makes another Reply of the answer).
    """

    match: Match
    kind: str
    times: int = FOREVER
    skip: int = 0
    seconds: float = 0.5
    status: int = 503
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    within: str = ""
    change: Callable[[Reply], Reply] | None = None
    hits: int = 0

    def applies(self, request: Request) -> bool:
        """Whether the pattern `METHOD` or `METHOD path-regex` (or the function) and `within` fit this request."""
        if self.within and not request.says(self.within):
            return False
        if callable(self.match):
            return self.match(request)
        method, _, path = self.match.partition(" ")
        return method in {"*", request.method} and (not path or bool(re.search(path, request.path)))


class Faults:
    """The faults that are set, and the answers that were given before (for `stale`)."""

    def __init__(self) -> None:
        self.active: list[Fault] = []
        self._earlier: dict[tuple[str, str, str], Reply] = {}
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Set a fault; the first one set that applies wins. Raises ValueError for an unknown kind."""
        if fault.kind not in INSTEAD and fault.kind not in AFTER:
            raise ValueError(f"no such fault: {fault.kind}; there are {sorted({*INSTEAD, *AFTER})}")
        self.active.append(fault)
        return fault

    def clear(self) -> None:
        self.active.clear()

    def around(self, request: Request, respond: Responder) -> Reply:
        """Answer a request through `respond`, with the fault that applies to it, if any."""
        fault = self._next(request)
        if fault is None:
            return self._remember(request, respond(request))
        request.fault = fault.kind
        if fault.kind in INSTEAD:
            return INSTEAD[fault.kind](fault)
        if fault.kind == "stale":
            earlier = self._earlier.get(_same(request))
            return earlier if earlier is not None else self._remember(request, respond(request))
        return AFTER[fault.kind](fault, respond(request))

    def _next(self, request: Request) -> Fault | None:
        with self._lock:
            for fault in self.active:
                if fault.applies(request):
                    fault.hits += 1
                    if fault.skip < fault.hits <= fault.skip + fault.times:
                        return fault
        return None

    def _remember(self, request: Request, reply: Reply) -> Reply:
        if request.method in {"PROPFIND", "REPORT"}:
            with self._lock:
                self._earlier.setdefault(_same(request), reply)
        return reply


def _same(request: Request) -> tuple[str, str, str]:
    body = re.sub(rb"<([\w.-]+:)?sync-token>[^<]*<", b"", request.body)
    return request.method, request.path, request.headers.get("depth", "") + body.decode("latin-1")


def _status(fault: Fault) -> Reply:
    return Reply(fault.status, fault.body, fault.headers)


def _xml(body: bytes) -> Reply:
    return Reply(207, body, (("Content-Type", "application/xml; charset=utf-8"),))


def _endless() -> Iterator[bytes]:
    yield b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:"><D:response><D:href>'
    while True:
        yield b"a" * 65536


def _forever(reply: Reply) -> Reply:
    return Reply(reply.status, headers=_typed(reply), stream=_endless())


def _typed(reply: Reply) -> tuple[tuple[str, str], ...]:
    return tuple(
        pair for pair in reply.headers if pair[0].lower() not in {"content-length", "content-encoding"}
    )


def _deep() -> bytes:
    return b'<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">' + b"<D:a>" * 200_000


def _edit(fault: Fault, reply: Reply) -> Reply:
    if fault.change is None:
        raise ValueError("the fault `edit` needs `change`")
    return fault.change(reply)


INSTEAD: dict[str, Callable[[Fault], Reply]] = {
    "drop": lambda _: Reply(0, wait=float(FOREVER), silent=True, ending="close"),
    "reset_before": lambda _: Reply(0, silent=True, ending="reset"),
    "status": _status,
    "login_page": lambda _: Reply(200, LOGIN_PAGE, (("Content-Type", "text/html; charset=utf-8"),)),
}
AFTER: dict[str, Callable[[Fault, Reply], Reply]] = {
    "delay": lambda fault, reply: replace(reply, wait=fault.seconds),
    "reset_after": lambda _, reply: replace(reply, silent=True, ending="reset"),
    "reset_in_body": lambda _, reply: replace(reply, sent=len(reply.body) // 2, ending="reset"),
    "cut": lambda _, reply: replace(reply, sent=len(reply.body) // 2, ending="close"),
    "broken_xml": lambda _, reply: Reply(reply.status, reply.body[: len(reply.body) // 2], _typed(reply)),
    "slow": lambda fault, reply: replace(reply, pace=fault.seconds),
    "stale": lambda _, reply: reply,
    "empty_listing": lambda _, __: _xml(EMPTY),
    "empty_body": lambda _, reply: Reply(reply.status, b"", _typed(reply)),
    "endless": lambda _, reply: _forever(reply),
    "bomb": lambda _, __: _xml(BOMB),
    "external_entity": lambda _, __: _xml(EXTERNAL),
    "deep_xml": lambda _, __: _xml(_deep()),
    "edit": _edit,
}
