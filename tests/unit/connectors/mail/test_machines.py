"""Bulk mail, and addresses without a person."""

import pytest

from kith.connector.mail.machines import is_bulk, list_addresses, nature


@pytest.mark.parametrize(
    "headers",
    [
        {"LIST-ID": "<friends.lists.example>"},
        {"LIST-UNSUBSCRIBE": "<https://x.example>"},
        {"LIST-POST": "<mailto:friends@lists.example>"},
        {"FEEDBACK-ID": "1:campaign:mail"},
        {"PRECEDENCE": "Bulk"},
        {"PRECEDENCE": "list"},
        {"PRECEDENCE": "junk"},
        {"AUTO-SUBMITTED": "auto-replied; owner=x"},
        {"AUTO-SUBMITTED": "auto-generated"},
        {"RETURN-PATH": "<>"},
        {"X-GITHUB-REASON": "mention"},
    ],
)
def test_bulk(headers):
    assert is_bulk(headers)


@pytest.mark.parametrize(
    "headers",
    [{}, {"AUTO-SUBMITTED": "no"}, {"PRECEDENCE": "normal"}, {"RETURN-PATH": "<a@x.example>"}],
)
def test_not_bulk(headers):
    assert not is_bulk(headers)


def test_list_addresses():
    text = "<mailto:friends@lists.example?subject=hi>, <https://x.example>"
    assert list_addresses({"LIST-POST": text}) == ("friends@lists.example",)
    assert list_addresses({"LIST-POST": "NO"}) == ()


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@shop.example",
        "noreply@shop.example",
        "shop-noreply-123@shop.example",
        "do.not.reply@shop.example",
        "nicht-antworten@shop.example",
        "mailer-daemon@x.example",
        "bounce+abc@x.example",
        "friends-bounces@x.example",
        "friends-request@x.example",
        "owner-friends@x.example",
        "newsletter@x.example",
        "notifications@x.example",
        "jo=example.org@x.example",  # VERP
        "0123456789abcdef0123@x.example",
        "7f3ad2c1-11aa-22bb@x.example",
        "reply+abcdef@x.example",
        "abc@reply.github.com",
        "x123@privaterelay.appleid.com",
        "abc@marketplace.amazon.de",
        "friends@googlegroups.com",
        "friends@lists.example.org",
    ],
)
def test_machines(address):
    assert nature(address) == "machine"


@pytest.mark.parametrize(
    "address", ["info@x.example", "kontakt@x.example", "sales2@x.example", "team@x.example"]
)
def test_roles(address):
    assert nature(address) == "role"


@pytest.mark.parametrize(
    "address",
    [
        "anna.schmidt@x.example",
        "1234567890@qq.example",
        "arno@x.example",
        "news.anna@x.example",
        "mail@annaschmidt.example",
        "deadbeef@x.example",
        "anna.schmidt.1985.koeln@x.example",
        "listmann@x.example",
        "anna@replyfactory.example",
        "noah@x.example",
    ],
)
def test_persons(address):
    assert nature(address) == "person"
