"""What a refusal means. Decided by the DAV:error child where there is one: servers use one status for many things."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

from kith.connector.errors import (
    AuthenticationFailed,
    BadReply,
    ConnectorError,
    RateLimited,
    Rejected,
    RevisionMismatch,
    Unreachable,
    WrongPlace,
)
from kith_connectors.carddav.multistatus import DAV, IllFormed, Node, Row, conditions, nodes, row
from kith_connectors.carddav.transport import Head, Reply, Stream
from kith_connectors.carddav.trust import shown

ERROR_LIMIT = 64 * 1024
"""So much of an error's body is looked at, in bytes."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A failed answer: head, preconditions of its DAV:error, and the human sentence that some servers add."""

    head: Head
    conditions: frozenset[str] = frozenset()
    sentence: str = ""

    @property
    def status(self) -> int:
        return self.head.status


class NotMultistatus(Exception):
    """A collection request was answered by something else than a multistatus; `refusal` tells what."""

    def __init__(self, refused: Refusal) -> None:
        super().__init__(f"status {refused.status}")
        self.refusal = refused


def refusal(reply: Reply) -> Refusal:
    """Read the body of a failed answer, as far as it can be read."""
    body = reply.body[:ERROR_LIMIT]
    if b"error" not in body or b"<" not in body:
        return Refusal(reply.head)
    try:
        children = list(nodes([body], DAV + "error"))
    except IllFormed:
        return Refusal(reply.head)
    found = conditions(Node(DAV + "error", children=children))
    sentence = next((child.text.strip() for child in children if child.name.endswith(" message")), "")
    return Refusal(reply.head, found, sentence[:300])


def listing(answer: Stream, extra: str = "") -> Iterator[Row | Node]:
    """The rows of a multistatus as they arrive; the children of the root that are called `extra` come as nodes.

    Raises NotMultistatus for every other answer, and IllFormed where the XML is broken or cut.
    """
    if answer.head.status != 207:
        raise NotMultistatus(refusal(bounded(answer)))
    for node in nodes(answer.chunks()):
        if node.name == DAV + "response":
            yield row(node)
        elif node.name == extra:
            yield node


def bounded(answer: Stream) -> Reply:
    """The beginning of an error's body."""
    body = b""
    for chunk in answer.chunks():
        body += chunk
        if len(body) > ERROR_LIMIT:
            break
    return Reply(answer.head, body)


def failure(refused: Refusal, doing: str) -> ConnectorError:
    """The error of an answer about a place (principal, home set, address book). `doing` completes "while ..."."""
    head, place = refused.head, shown(refused.head.url)
    if common := _common(refused, doing):
        return common
    if head.status in {404, 410}:
        return WrongPlace(
            f"there is nothing at {place} (while {doing})",
            "check the url; if an address book was removed on purpose, run: kith sync --full"
            " (nothing is deleted elsewhere)",
        )
    if head.status == 403:
        return WrongPlace(
            f"the server does not allow {doing} at {place}{_said(refused)}",
            "check that this user may read the address book",
        )
    if head.media_type == "text/html" or 300 <= head.status < 400:
        return WrongPlace(
            f"{place} answers with a web page instead of an address book (a login page?)",
            "use the CardDAV address that your provider documents; some want an app password",
        )
    if head.status in {400, 405, 409, 415, 501} or 200 <= head.status < 300:
        return WrongPlace(
            f"{place} does not speak CardDAV (status {head.status} while {doing})",
            "use the CardDAV address that your provider documents",
        )
    return BadReply(f"{place} gave an answer kith does not understand (status {head.status} while {doing})")


def _common(refused: Refusal, doing: str) -> ConnectorError | None:
    """The errors that mean the same for every request."""
    head, place = refused.head, shown(refused.head.url)
    status = head.status
    if status == 401:
        return AuthenticationFailed(
            f"{place} refused the user name or the password",
            "check both; many providers want an app password instead of the normal one",
        )
    wait = retry_after(head.headers.get("retry-after", ""))
    if status == 429 or (status == 503 and wait is not None):
        return RateLimited(
            f"{place} asks kith to wait (status {status})", "kith goes on by itself", retry_after=wait
        )
    if status in {408, 423, 425, 500, 502, 503, 504, 508}:
        return Unreachable(
            f"the server had a problem of its own (status {status} while {doing}){_said(refused)}",
            "kith tries again by itself",
        )
    if status in {407, 511}:
        return WrongPlace(f"the network wants a login first (status {status})", "log in to the network")
    return None


CARD_CONDITIONS = {
    "valid-address-data": "it finds a mistake in the card",
    "supported-address-data": "it does not take this version of vCard",
    "supported-address-data-conversion": "it does not take this version of vCard",
    "max-resource-size": "the card is too large, most likely because of its photo",
    "quota-not-exceeded": "the storage is full",
    "sufficient-disk-space": "the storage is full",
    "no-uid-conflict": "another card of this address book has the same UID",
    "need-privileges": "this user may not write there",
}
SHRINK = "use a smaller photo, or make room in the account"
REMEDIES = {
    "max-resource-size": SHRINK,
    "quota-not-exceeded": SHRINK,
    "sufficient-disk-space": SHRINK,
    "no-uid-conflict": "remove one of the two cards on the server",
    "need-privileges": 'use an address book you may write, or set mode = "read"',
}


def write_failure(refused: Refusal, card: str) -> ConnectorError:
    """The error of a PUT or DELETE. `card` is its href."""
    known = sorted(refused.conditions & CARD_CONDITIONS.keys())
    if known:
        why = CARD_CONDITIONS[known[0]]
        remedy = REMEDIES.get(known[0], "look at the card; kith does not send the same content again")
        return Rejected(f"the server does not take the card {card}: {why}{_said(refused)}", remedy)
    if common := _common(refused, f"writing {card}"):
        return common
    if refused.status in {409, 412}:
        return RevisionMismatch(f"the card {card} has changed on the server, or exists already")
    if refused.status in {413, 507}:
        return Rejected(
            f"the card {card} is too large for the server, most likely because of its photo", SHRINK
        )
    if refused.head.media_type == "text/html" and refused.status < 400:
        return failure(refused, f"writing {card}")
    return Rejected(
        f"the server does not take the card {card} (status {refused.status}){_said(refused)}",
        "the card is held back, the others go on; look at the card, or at the rights of this user",
    )


def _said(refused: Refusal) -> str:
    return f': "{refused.sentence}"' if refused.sentence else ""


def retry_after(value: str) -> float | None:
    """Seconds to wait from a Retry-After header (RFC 9110 section 10.2.3: seconds or a date), None without one."""
    value = value.strip()
    if value.isdigit():
        return float(value)
    moment = http_date(value)
    return max(0.0, moment - datetime.now(UTC).timestamp()) if moment else None


@lru_cache(256)
def http_date(value: str) -> float:
    """An HTTP date as epoch seconds, 0.0 where it is none."""
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
