"""What Google's error answers mean. Shape: https://google.aip.dev/193 and the `errors` list of older services."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from kith.connector.errors import (
    AuthenticationFailed,
    BadReply,
    ConnectorError,
    CursorExpired,
    RateLimited,
    Rejected,
    RevisionMismatch,
    Unreachable,
    WrongPlace,
)

EXPIRED = "EXPIRED_SYNC_TOKEN"
"""The documented reason, sent with status 400 or 410. A sync token that is refused for another reason (it belongs to
another mask) is of no more use."""

EXPIRED_TEXT = "sync token is expired"
RATE = frozenset(
    {
        "RATE_LIMIT_EXCEEDED",
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "RESOURCE_EXHAUSTED",
    }
)
OFF = frozenset({"SERVICE_DISABLED", "accessNotConfigured", "CONSUMER_INVALID"})
SCOPE = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions", "forbidden"})


READING = frozenset({"list", "sync", "get"})


class NotThere(RevisionMismatch):
    """The contact does not exist (any more)."""


class NameTaken(Rejected):
    """A label of that name exists already, or the name is reserved."""


LATER = "kith tries again with the next run; nothing is lost meanwhile"
DETOUR = "something else than Google answers; check the proxy and network of this machine"


def reasons(content: bytes) -> tuple[frozenset[str], str]:
    """(all machine-readable reasons and the status word, the message) of an error answer."""
    try:
        error = json.loads(content)["error"]
    except (ValueError, KeyError, TypeError):
        return frozenset(), ""
    if not isinstance(error, dict):
        return frozenset({str(error)}), ""
    rows = [*error.get("errors", []), *error.get("details", [])]
    found = {str(row["reason"]) for row in rows if isinstance(row, dict) and row.get("reason")}
    return frozenset({*found, str(error.get("status", ""))}), str(error.get("message", ""))


def retry_after(headers: Mapping[str, Any], now: datetime) -> float | None:
    """Seconds to wait by the Retry-After header (RFC 9110 section 10.2.3: seconds or a date); None without one."""
    text = str(headers.get("retry-after", "")).strip()
    if text.isdecimal():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def explain(
    account: str, doing: str, status: int, headers: Mapping[str, Any], content: bytes
) -> ConnectorError:
    """The ConnectorError for an answer. `doing` says what kith was about: `list`, `sync` (a listing
    by a sync token) or `get` for a reading, the verb for a write."""
    why, message = reasons(content)
    said = f"Google answered {status} ({message or 'no reason given'})"
    wait = retry_after(headers, datetime.now(UTC))
    if EXPIRED in why or EXPIRED_TEXT in message.casefold() or (doing == "sync" and status in (400, 410)):
        return CursorExpired(said)
    if status == 429 or (status == 403 and why & RATE) or (status == 409 and "ABORTED" in why):
        return RateLimited(said, "Google's limit per minute or day is reached; kith goes on later", wait)
    if status >= 500:
        # Whether a creation has been carried out is not known then: only Unreachable makes the engine look it up.
        later = wait is not None and doing != "create"
        return RateLimited(said, LATER, wait) if later else Unreachable(said, LATER)
    if status in (401, 403):
        return _refused(account, doing, status, said, why)
    if 300 <= status < 400:
        return WrongPlace(said, DETOUR)
    return _of_content(doing, said, status, why)


def _refused(account: str, doing: str, status: int, said: str, why: frozenset[str]) -> ConnectorError:
    if why & OFF:
        return WrongPlace(said, "switch on the People API in the Google Cloud project of your OAuth client")
    if status == 401 or why & SCOPE:
        return AuthenticationFailed(said, f"run: kith auth {account}")
    if doing in READING:
        return WrongPlace(
            said, "Google does not let this account be read; at work or school, ask who administers it"
        )
    return Rejected(said, "Google does not allow this for this contact")


def _of_content(doing: str, said: str, status: int, why: frozenset[str]) -> ConnectorError:
    if status in (404, 410):
        return WrongPlace(said, DETOUR) if doing in ("list", "sync") else NotThere(said)
    if doing in READING:
        return BadReply(said, "please report this; your contacts are untouched")
    if why & {"failedPrecondition", "FAILED_PRECONDITION"}:
        return RevisionMismatch(said)
    if status == 409:
        return NameTaken(said)
    return Rejected(said, "correct or shorten what Google names; all other contacts go on")
