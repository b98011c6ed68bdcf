"""What an error answer of Google means."""

import json
from datetime import UTC, datetime

import pytest

from kith.connector.errors import (
    AuthenticationFailed,
    BadReply,
    CursorExpired,
    RateLimited,
    Rejected,
    RevisionMismatch,
    Unreachable,
    WrongPlace,
)
from kith_connectors.google.replies import NameTaken, NotThere, explain, reasons, retry_after

WITHIN = (CursorExpired, RevisionMismatch, NotThere, NameTaken)
"""What the connector or the engine answers itself, without a word to anybody."""
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def body(status: str = "", reason: str = "", old: str = "", message: str = "") -> bytes:
    error = {"status": status, "message": message, "details": [{"@type": "x"}]}
    if reason:
        error["details"].append({"reason": reason})
    if old:
        error["errors"] = [{"reason": old}]
    return json.dumps({"error": error}).encode()


@pytest.mark.parametrize(
    "doing, status, content, kind",
    [
        ("sync", 400, body("FAILED_PRECONDITION", "EXPIRED_SYNC_TOKEN"), CursorExpired),
        ("sync", 410, body("GONE", "EXPIRED_SYNC_TOKEN"), CursorExpired),
        ("sync", 412, body("FAILED_PRECONDITION", "EXPIRED_SYNC_TOKEN"), CursorExpired),
        ("sync", 400, body(message="Sync token is expired. Clear local cache"), CursorExpired),
        ("sync", 400, body("INVALID_ARGUMENT"), CursorExpired),
        ("list", 400, body("INVALID_ARGUMENT"), BadReply),
        ("list", 404, body("NOT_FOUND"), WrongPlace),
        ("get", 404, body("NOT_FOUND"), NotThere),
        ("update", 404, body("NOT_FOUND"), NotThere),
        ("update", 400, body("FAILED_PRECONDITION"), RevisionMismatch),
        ("update", 400, body("INVALID_ARGUMENT", old="failedPrecondition"), RevisionMismatch),
        ("update", 400, body("INVALID_ARGUMENT"), Rejected),
        ("create", 413, b"too large", Rejected),
        ("create", 409, body("ALREADY_EXISTS"), NameTaken),
        ("create", 409, body("ABORTED"), RateLimited),
        ("list", 429, body("RESOURCE_EXHAUSTED"), RateLimited),
        ("list", 403, body("PERMISSION_DENIED", old="userRateLimitExceeded"), RateLimited),
        ("list", 403, body("PERMISSION_DENIED", "RATE_LIMIT_EXCEEDED"), RateLimited),
        ("list", 403, body("PERMISSION_DENIED", old="accessNotConfigured"), WrongPlace),
        ("list", 403, body("PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), AuthenticationFailed),
        ("list", 403, body("PERMISSION_DENIED"), WrongPlace),
        ("update", 403, body("PERMISSION_DENIED"), Rejected),
        ("list", 401, body("UNAUTHENTICATED"), AuthenticationFailed),
        ("list", 500, b"", Unreachable),
        ("list", 302, b"<html>", WrongPlace),
    ],
)
def test_an_answer_is_classified_by_what_it_says(doing, status, content, kind):
    error = explain("phone", doing, status, {}, content)
    assert type(error) is kind
    assert error.message.startswith(f"Google answered {status}")
    assert error.remedy or kind in WITHIN, "whoever reads it is told what to do"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"error": 7}', b'{"error": {"errors": [7]}}']
)
def test_an_error_without_googles_form_has_no_reason(content):
    assert reasons(content)[0] <= {"", "7"}


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert retry_after({"retry-after": header}, NOW) == seconds
    assert retry_after({}, NOW) is None


def test_503_waits_as_long_as_it_says():
    error = explain("phone", "list", 503, {"retry-after": "9"}, b"")
    assert isinstance(error, RateLimited)
    assert error.retry_after == 9.0


def test_503_for_a_creation_leaves_it_in_doubt():
    assert type(explain("phone", "create", 503, {"retry-after": "9"}, b"")) is Unreachable
