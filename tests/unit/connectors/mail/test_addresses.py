"""Address lists as real mailers write them."""

import pytest

from kith.connector.mail.addresses import Mailbox, canonical, mailboxes, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a@x.example", [("", "a@x.example")]),
        ("Anna <a@x.example>, Bo <b@x.example>", [("Anna", "a@x.example"), ("Bo", "b@x.example")]),
        ('"Müller, Bernd" <b@x.example>', [("Müller, Bernd", "b@x.example")]),
        ("Müller, Bernd <b@x.example>", [("Müller, Bernd", "b@x.example")]),  # comma without quotes
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),  # Outlook
        ("a@x.example;b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("Friends: a@x.example, Bo <b@x.example>;", [("", "a@x.example"), ("Bo", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("Anna <>", []),
        ("", []),
        ("root@localhost, root", []),
        ("a@x.example (Anna (the elder) Groß)", [("Anna the elder Groß", "a@x.example")]),
        ("a@x.example (Anna", [("Anna", "a@x.example")]),
        ("=?utf-8?Q?M=C3=BCller,_Bo?= <b@x.example>", [("Müller, Bo", "b@x.example")]),
        ('"=?utf-8?Q?M=C3=BCller?=" <b@x.example>', [("Müller", "b@x.example")]),
        ('"Anna \\"Anni\\" S" <a@x.example>', [('Anna "Anni" S', "a@x.example")]),
        ('"Anna <a@x.example>, b@x.example', [("Anna", "a@x.example"), ("", "b@x.example")]),
        ("<a@x.example, b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("<@r.example,@s.example:a@x.example>", [("", "a@x.example")]),
        ("<mailto:a@x.example>", [("", "a@x.example")]),
        ("</O=FIRM/OU=EX/CN=ANNA>, b@x.example", [("", "b@x.example")]),
        ("A=B <a@x.example>", [("A=B", "a@x.example")]),
        ("jürgen@müller.example", [("", "jürgen@müller.example")]),
    ],
)
def test_mailboxes(text, expected):
    assert mailboxes(text) == tuple(Mailbox(*pair) for pair in expected)


def test_a_hostile_list_costs_little():
    assert mailboxes("(" * 50_000) == ()
    assert mailboxes("<" * 50_000) == ()
    assert mailboxes('"\\' * 25_000) == ()


@pytest.mark.parametrize(
    ("written", "key", "text"),
    [
        ("Anna.Groß@Example.ORG", "anna.groß@example.org", "anna.groß@example.org"),
        ("a+shop@x.example", "a@x.example", "a+shop@x.example"),
        ("+a@x.example", "+a@x.example", "+a@x.example"),
        ("A.B.c@googlemail.com", "abc@gmail.com", "a.b.c@googlemail.com"),
        ("a.b@x.example", "a.b@x.example", "a.b@x.example"),
        ("a@Müller.example", "a@xn--mller-kva.example", "a@müller.example"),
        ("a@xn--mller-kva.example", "a@xn--mller-kva.example", "a@müller.example"),
        ("a@x.example.", "a@x.example", "a@x.example"),
        ("a@straße.example", "a@xn--strae-oqa.example", "a@straße.example"),
        ("a@xn--99999.example", "a@xn--99999.example", "a@xn--99999.example"),
    ],
)
def test_keys(written, key, text):
    assert canonical(written) == key
    assert shown(written) == text
