"""What a refusal means, decided by its DAV:error and not by its number."""

import pytest

from kith.connector.errors import (
    AuthenticationFailed,
    BadReply,
    RateLimited,
    Rejected,
    RevisionMismatch,
    Unreachable,
    WrongPlace,
)
from kith_connectors.carddav.answers import failure, http_date, refusal, retry_after, write_failure
from kith_connectors.carddav.transport import Head, Reply

URL = "https://dav.example.org/books/anna/x.vcf"


def refused(status, condition="", headers=None, sentence=""):
    spoken = f'<s:message xmlns:s="http://sabredav.org/ns">{sentence}</s:message>' if sentence else ""
    inner = f'<c:{condition} xmlns:c="urn:ietf:params:xml:ns:carddav"/>' if condition else ""
    body = (
        f'<?xml version="1.0"?><d:error xmlns:d="DAV:">{spoken}{inner}</d:error>' if inner or spoken else "no"
    )
    return refusal(Reply(Head(status, URL, headers or {}), body.encode()))


@pytest.mark.parametrize(
    ("status", "condition", "expected"),
    [
        (412, "", RevisionMismatch),
        (412, "valid-address-data", Rejected),
        (403, "valid-address-data", Rejected),
        (403, "no-uid-conflict", Rejected),
        (409, "no-uid-conflict", Rejected),
        (409, "", RevisionMismatch),
        (403, "max-resource-size", Rejected),
        (403, "", Rejected),
        (400, "", Rejected),
        (413, "", Rejected),
        (507, "", Rejected),
        (415, "", Rejected),
        (404, "", Rejected),
        (423, "", Unreachable),
        (500, "", Unreachable),
        (502, "", Unreachable),
        (503, "", Unreachable),
        (401, "", AuthenticationFailed),
        (429, "", RateLimited),
    ],
)
def test_refused_writes(status, condition, expected):
    assert type(write_failure(refused(status, condition), "x.vcf")) is expected


@pytest.mark.parametrize("status", [413, 507])
def test_a_card_that_is_too_large_names_the_photo(status):
    assert "photo" in write_failure(refused(status), "x.vcf").message


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (404, {}, WrongPlace),
        (410, {}, WrongPlace),
        (403, {}, WrongPlace),
        (200, {"content-type": "text/html; charset=utf-8"}, WrongPlace),
        (200, {}, WrongPlace),
        (302, {}, WrongPlace),
        (405, {}, WrongPlace),
        (418, {}, BadReply),
        (503, {}, Unreachable),
        (503, {"retry-after": "7"}, RateLimited),
        (511, {}, WrongPlace),
    ],
)
def test_refused_places(status, headers, expected):
    error = failure(refused(status, headers=headers), "reading the address book")
    assert type(error) is expected
    assert "dav.example.org" in error.message or expected in {RateLimited, Unreachable, WrongPlace}


def test_a_sentence_of_the_server_is_passed_on():
    error = write_failure(refused(403, "valid-address-data", sentence="two BDAY lines"), "x.vcf")
    assert "two BDAY lines" in error.message


def test_a_body_that_is_no_error_document_is_ignored():
    reply = Reply(Head(403, URL, {}), b"<d:error xmlns:d='DAV:'><d:valid-sync-token>")
    assert refusal(reply).conditions == frozenset()


def test_retry_after_in_seconds_and_as_a_date():
    assert retry_after("120") == 120.0
    assert retry_after("") is None
    assert retry_after("soon") is None
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert retry_after("Fri, 31 Dec 2999 23:59:59 GMT") > 1e9
    assert write_failure(refused(429, headers={"retry-after": "9"}), "x").retry_after == 9.0


def test_http_dates():
    assert http_date("Wed, 21 Oct 2015 07:28:00 GMT") == 1445412480.0
    assert http_date("yesterday") == 0.0
