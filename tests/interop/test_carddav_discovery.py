"""From what a user types to the address books."""

import pytest

from kith.connector.errors import AuthenticationFailed, Unreachable, WrongPlace
from kith.connector.info import Opening
from kith.connector.testing import gather
from kith_connectors.carddav import INFO
from kith_connectors.carddav.account import Account
from kith_connectors.carddav.discovery import announced, domain_of, start_url
from kith_connectors.carddav.providers import GENERIC, PROVIDERS, belongs
from servers.hostile import HostileServer
from servers.xandikos import start_secure_xandikos


def find(server, **settings):
    """The books an account finds, as {key: name}."""
    login = {"username": server.username, "password": server.password}
    account = Account(INFO.settings(**{"url": server.url, **login, **settings}))
    transport = account.transport()
    try:
        return {book.key: book.name for book in account.find(transport).books}
    finally:
        transport.close()


@pytest.mark.parametrize(
    "path", ["", "/", "/.well-known/carddav", "principals/alice/", "books/alice/", "books/alice"]
)
def test_server_principal_and_home_lead_to_all_books(path):
    with HostileServer() as server:
        server.add_book("family", "Family & friends")
        found = find(server, url=server.origin + "/" + path.lstrip("/"))
    assert found == {"/books/alice/contacts/": "contacts", "/books/alice/family/": "Family & friends"}


def test_the_url_of_a_book_is_that_book_alone():
    with HostileServer() as server:
        server.add_book("family")
        assert list(find(server, url=server.book_url("family"))) == ["/books/alice/family/"]
        assert list(find(server, url=server.book_url("family").rstrip("/"))) == ["/books/alice/family/"]


@pytest.mark.parametrize("path", ["", "principals/alice/", "books/alice/"])
def test_a_user_without_any_book_is_told_so(path):
    with HostileServer(well_known=404) as server:
        server.books.clear()
        with pytest.raises(
            WrongPlace, match=r"the login works, but there is no address book yet at .*/books/alice/"
        ):
            find(server, url=server.origin + "/" + path)


def test_a_bare_host_and_port_of_this_machine():
    with HostileServer() as server:
        assert list(find(server, url=server.origin.removeprefix("http://"))) == ["/books/alice/contacts/"]


@pytest.mark.parametrize("name", ["Family", "family", "/books/alice/family", "/books/alice/family/"])
def test_books_are_chosen_by_name_or_path(name):
    with HostileServer() as server:
        server.add_book("family", "Family")
        assert list(find(server, address_books=[name])) == ["/books/alice/family/"]


def test_a_book_that_is_not_there_is_named_with_those_that_are():
    with HostileServer() as server, pytest.raises(WrongPlace) as caught:
        find(server, address_books=["Famly"])
    assert "Famly" in caught.value.message
    assert "contacts" in caught.value.remedy


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 404, 200])
def test_the_root_without_principal_leads_to_well_known_or_common_paths(status):
    with HostileServer(well_known=status) as server:
        server.fault("PROPFIND ^/$", "status", status=405, times=1)
        if status in {301, 302, 307, 308}:
            assert list(find(server)) == ["/books/alice/contacts/"]
        else:
            with pytest.raises(WrongPlace):
                find(server)


def test_calendars_and_inboxes_are_not_address_books():
    with HostileServer(extra_collections=True) as server:
        assert list(find(server)) == ["/books/alice/contacts/"]


def test_a_principal_that_needs_a_login_says_so():
    with HostileServer(anonymous_principal=True) as server:
        assert list(find(server)) == ["/books/alice/contacts/"]
        with pytest.raises(AuthenticationFailed):
            find(server, username="", password=None)


def test_the_home_on_another_host_of_the_provider_gets_the_login():
    with HostileServer(host="127.0.0.2") as partition, HostileServer(home_origin=partition.origin) as server:
        login = {"username": server.username, "password": server.password}
        account = INFO.open(INFO.settings(url=server.url, **login), Opening("cloud"))
        partition.books["contacts"].put(
            "x.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zo\r\nUID:1\r\nEND:VCARD\r\n"
        )
        records, _ = gather(account)
        account.close()
        assert len(records) == 1
        assert all("authorization" in request.headers for request in partition.requests)


def test_a_login_page_is_not_an_address_book():
    with HostileServer(login_page=True) as server, pytest.raises(WrongPlace, match="web page") as caught:
        find(server)
    assert server.origin in caught.value.message


def test_a_server_that_is_down_is_unreachable_and_not_another_place():
    with HostileServer() as server:
        server.fault("*", "status", status=502)
        with pytest.raises(Unreachable):
            find(server)


def test_check_tells_the_books_their_size_and_rights(dav_server):
    book = dav_server.book()
    dav_server.put(
        book, "a.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zo\r\nN:Zo;;;;\r\nUID:zo\r\nEND:VCARD\r\n"
    )
    login = {"username": dav_server.username, "password": dav_server.password}
    account = INFO.open(INFO.settings(url=book, **login), Opening("phone"))
    lines = account.check()
    account.close()
    name = book.rstrip("/").rpartition("/")[2]
    assert lines[1:] == [f'address book "{name}": 1 card, read and write']


def test_discovery_on_real_servers(dav_server):
    book = dav_server.book()
    assert book.removeprefix(dav_server.url.rstrip("/")) in find(dav_server)


@pytest.mark.parametrize(
    ("url", "provider", "expected"),
    [
        ("dav.example.org", GENERIC, "https://dav.example.org/"),
        ("dav.example.org:8443/dav", GENERIC, "https://dav.example.org:8443/dav"),
        ("https://dav.example.org", GENERIC, "https://dav.example.org/"),
        ("localhost:5232", GENERIC, "http://localhost:5232/"),
        ("anna@icloud.com", PROVIDERS["icloud"], "https://contacts.icloud.com/"),
        ("", PROVIDERS["posteo"], "https://posteo.de:8843/"),
        ("anna@firma.example", PROVIDERS["fastmail"], "https://carddav.fastmail.com/"),
        ("anna@firma.example", GENERIC, "https://firma.example/"),
    ],
)
def test_where_discovery_starts(url, provider, expected):
    assert start_url(url, provider) == expected


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("icloud.com", "icloud"),
        ("contacts.icloud.com", "icloud"),
        ("GMAIL.com", "google"),
        ("example.org", ""),
    ],
)
def test_a_host_tells_its_provider(host, name):
    assert belongs(host) == name


@pytest.mark.parametrize(
    "settings", [{}, {"provider": "nextcloud"}, {"provider": "gogle"}, {"provider": "google"}]
)
def test_settings_that_lead_nowhere_are_refused_with_advice(settings):
    with pytest.raises(ValueError, match=r"url is missing|there is no provider|connector = \"google\""):
        INFO.settings(**settings)


def test_a_provider_without_carddav_is_refused_by_its_mail_domain_as_well():
    account = Account(INFO.settings(url="anna@proton.me", username="anna", password="x"))
    with pytest.raises(WrongPlace) as caught:
        account.transport()
    assert "vcf" in caught.value.remedy


def test_a_mail_address_is_the_user_name_where_none_is_given():
    account = Account(INFO.settings(url="anna@posteo.de", password="x"))
    assert (account.start, account.username) == ("https://posteo.de:8843/", "anna@posteo.de")


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("anna@firma.example", "firma.example"),
        ("firma.example", "firma.example"),
        ("https://dav.example.org", ""),
        ("localhost", ""),
        ("localhost:5232", ""),
        ("127.0.0.1", ""),
        ("dav.example.org/dav", ""),
        ("dav.example.org:8443", ""),
        ("nas", ""),
    ],
)
def test_only_a_bare_domain_or_mail_address_is_looked_up(url, domain):
    assert domain_of(url) == domain
    if not domain:
        assert announced(url) == ""


def test_a_real_server_over_https_with_a_certificate_of_its_own(tmp_path):
    server, certificate = start_secure_xandikos(tmp_path)
    try:

        def check(**settings):
            login = {"username": server.username, "password": server.password}
            account = INFO.open(INFO.settings(**{"url": server.url, **login, **settings}), Opening("phone"))
            try:
                return account.check()
            finally:
                account.close()

        with pytest.raises(Unreachable, match="certificate"):
            check()
        assert check(ca_file=str(certificate))[1:] == ['address book "addressbook": 0 cards, read and write']
        with pytest.raises(AuthenticationFailed):
            check(ca_file=str(certificate), password="wrong")
    finally:
        server.stop()
