"""Which spellings of an href are the same card, and where a request may go."""

import pytest

from kith.connector.errors import WrongPlace
from kith_connectors.carddav.places import book_key, inside, loopback, registrable, resolve, rooted, same
from kith_connectors.carddav.trust import Trust, shown

BOOK = "https://dav.example.org/books/anna%40example.org/contacts/"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a/anna%40example.org/x.vcf", "/a/anna@example.org/x.vcf"),
        ("/a/b%2bc.vcf", "/a/b%2Bc.vcf"),
        ("/a/b+c.vcf", "/a/b%2bc.vcf"),
        ("https://dav.example.org:443/a/x.vcf", "/a/x.vcf"),
        ("/a/J%C3%BCrgen.vcf", "/a/Jürgen.vcf"),
    ],
)
def test_spellings_of_one_href_are_equal(one, other):
    assert same(one) == same(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("/a/b%2Fc.vcf", "/a/b/c.vcf"), ("/a/x%3Fy", "/a/x"), ("/a/x%2525", "/a/x%25"), ("/A/x", "/a/x")],
)
def test_different_cards_stay_different(one, other):
    assert same(one) != same(other)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("x.vcf", BOOK + "x.vcf"),
        ("/other/x%3F.vcf", "https://dav.example.org/other/x%3F.vcf"),
        ("https://p07.example.org:443/x", "https://p07.example.org:443/x"),
        ("//dav.example.org/y", "https://dav.example.org/y"),
        ("//anna//contacts/x.vcf", "https://dav.example.org//anna//contacts/x.vcf"),
    ],
)
def test_hrefs_are_resolved_without_changing_their_spelling(href, expected):
    assert resolve(BOOK, href) == expected


@pytest.mark.parametrize(
    ("href", "member"),
    [
        ("/books/anna@example.org/contacts/x.vcf", True),
        ("https://dav.example.org/books/anna%40example.org/contacts/x", True),
        ("/books/anna@example.org/contacts/", False),
        ("/books/anna@example.org/contacts", False),
        ("/books/anna@example.org/contacts/sub/x.vcf", False),
        ("/books/anna@example.org/contacts/..", False),
        ("/books/anna@example.org/contacts/..%2Fother%2Fx.vcf", False),
        ("/books/anna@example.org/contacts/?x", False),
        ("/books/anna@example.org/contacts/#x", False),
        ("/books/anna@example.org/contacts/%2e%2e", False),
        ("/books/anna@example.org/other/x.vcf", False),
        ("/etc/passwd", False),
    ],
)
def test_only_direct_members_of_a_book_are_its_cards(href, member):
    assert inside(BOOK, href) is member


def test_a_book_is_known_by_its_decoded_path():
    assert (
        book_key(BOOK) == book_key("/books/anna@example.org/contacts") == "/books/anna@example.org/contacts/"
    )


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("p07-contacts.icloud.com", "icloud.com"),
        ("dav.example.co.uk", "example.co.uk"),
        ("anna.synology.me", "anna.synology.me"),
        ("dav.anna.synology.me", "anna.synology.me"),
        ("DAV.Example.ORG.", "example.org"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("nas", "nas"),
    ],
)
def test_registrable_domain(host, expected):
    assert registrable(host) == expected


@pytest.mark.parametrize("host", ["localhost", "dav.localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"])
def test_loopback(host):
    assert loopback(host)


@pytest.mark.parametrize("host", ["localhost.example.org", "192.0.2.1", "127.0.0.1.example.org", "0.0.0.0"])
def test_not_loopback(host):
    assert not loopback(host)


@pytest.mark.parametrize(
    ("home", "target"),
    [
        ("https://dav.example.org/", "https://dav.example.org:8443/x"),
        ("https://example.org/", "https://dav.example.org/x"),
        ("https://contacts.icloud.com/", "https://p42-contacts.icloud.com/1/"),
        ("http://127.0.0.1:5232/", "http://localhost:5233/"),
        ("http://127.0.0.1:5232/", "https://127.0.0.1:5233/"),
    ],
)
def test_the_password_goes_to_the_same_provider(home, target):
    Trust(home, (".icloud.com",)).check(target)


@pytest.mark.parametrize(
    ("home", "target"),
    [
        ("https://dav.example.org/", "https://dav.example.net/"),
        ("https://dav.example.org/", "http://dav.example.org/"),
        ("https://anna.synology.me/", "https://mallory.synology.me/"),
        ("https://dav.example.org/", "https://127.0.0.1/"),
        ("http://127.0.0.1/", "https://dav.example.org/"),
        ("https://dav.example.org/", "ftp://dav.example.org/"),
        ("https://dav.example.org/", "https://user:secret@dav.example.org/"),
        ("https://192.0.2.7/", "https://192.0.2.8/"),
        ("https://contacts.icloud.com/", "https://icloud.com.example.net/"),
    ],
)
def test_and_nowhere_else(home, target):
    with pytest.raises(WrongPlace) as caught:
        Trust(home, (".icloud.com",)).check(target)
    assert "secret" not in caught.value.message + caught.value.remedy


def test_plain_http_needs_to_be_asked_for():
    with pytest.raises(WrongPlace, match="not encrypted") as caught:
        Trust("http://nas.example.org/").check("http://nas.example.org/")
    assert "insecure_http" in caught.value.remedy
    Trust("http://nas.example.org/", insecure=True).check("http://nas.example.org/")
    with pytest.raises(WrongPlace):  # asked for plain http at one place is not a leave to downgrade another
        Trust("https://nas.example.org/", insecure=True).check("http://nas.example.org/")


def test_a_message_never_shows_a_password():
    assert (
        shown("https://anna:secret@dav.example.org:8443/x?token=secret") == "https://dav.example.org:8443/x"
    )


def test_an_href_without_a_slash_gets_the_path_of_its_collection():
    assert rooted(BOOK, "x.vcf") == "/books/anna%40example.org/contacts/x.vcf"
    assert rooted(BOOK, "/a/x.vcf") == "/a/x.vcf"
    assert rooted(BOOK, "https://dav.example.org/a/x.vcf") == "https://dav.example.org/a/x.vcf"
