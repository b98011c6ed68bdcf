"""Cursor, labels and pictures: what is remembered between two pulls."""

import json
import subprocess
import sys

import pytest

from kith.connector.errors import AuthenticationFailed, RateLimited, Unreachable
from kith.connector.testing import picture
from kith_connectors.google.cursor import Cursor, parse
from kith_connectors.google.labels import MY_CONTACTS, Labels
from kith_connectors.google.pictures import Pictures, allowed, photo_of, sized

CURSOR = Cursor(
    "token",
    "mask",
    1.5,
    "t",
    {"contactGroups/1": "Ä"},
    ("contactGroups/all",),
    {"p": ["u", "s", 1, "", 0, 0]},
    ("q",),
)


def test_a_cursor_comes_back():
    assert parse(CURSOR.text(), "mask") == CURSOR


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        "7",
        "{}",
        CURSOR.text().replace('"version":1', '"version":0'),
        '{"version":1,"mask":"mask"}',
    ],
)
def test_a_cursor_that_is_of_no_use_leads_to_a_full_listing(text):
    assert parse(text, "mask") is None


def test_a_cursor_of_another_mask_is_of_no_use():
    assert parse(CURSOR.text(), "mask and more") is None


def group(name: str, resource: str, kind: str = "USER_CONTACT_GROUP") -> dict[str, str]:
    return {"resourceName": resource, "name": name, "groupType": kind}


def member(resource: str) -> dict[str, dict[str, str]]:
    return {"contactGroupMembership": {"contactGroupResourceName": resource}}


def test_labels_are_read_sorted_and_without_googles_own_groups():
    labels = Labels()
    labels.take(
        [group("B", "g/b"), group("A", "g/a"), group("myContacts", MY_CONTACTS, "SYSTEM_CONTACT_GROUP")]
    )
    rows = [member("g/b"), member(MY_CONTACTS), {"domainMembership": {}}, member("g/a")]
    assert labels.read(rows) == ("A", "B")
    assert not labels.unknown(rows)
    assert labels.unknown([member("g/new")])


def test_a_label_is_found_whatever_way_its_umlauts_are_composed():
    labels = Labels()
    labels.take([group("Ru\u0308ben", "g/1")])
    assert labels.resource("R\u00fcben") == "g/1"
    assert labels.read([member("g/1")]) == ("R\u00fcben",)


def test_only_a_new_name_of_a_known_label_is_a_rename():
    labels = Labels()
    assert labels.take([group("A", "g/a"), group("B", "g/b")]) == set()
    deleted = {"resourceName": "g/b", "metadata": {"deleted": True}}
    assert labels.take([group("C", "g/a"), deleted, group("D", "g/d")]) == {"g/a"}
    assert labels.names == {"g/a": "C", "g/d": "D"}


def test_memberships_are_never_empty_and_keep_what_is_not_a_label():
    labels = Labels({"g/a": "A"}, {MY_CONTACTS, "contactGroups/starred"})
    starred = member("contactGroups/starred")
    assert labels.write([starred, member("g/a")], ["g/b"]) == [starred, member("g/b")]
    assert labels.write([member("g/a")], []) == [member(MY_CONTACTS)]
    assert labels.write([member("g/unlisted")], []) == [member("g/unlisted")]


@pytest.mark.parametrize(
    "url, good",
    [
        ("https://lh3.googleusercontent.com/contacts/x=s100", True),
        ("http://lh3.googleusercontent.com/contacts/x", False),
        ("https://lh3.googleusercontent.com.example.org/x", False),
        ("https://example.org/lh3.googleusercontent.com", False),
        ("https://user@example.org/.googleusercontent.com", False),
        ("http://127.0.0.1:80/photo", False),
        ("file:///etc/passwd", False),
    ],
)
def test_a_login_is_only_ever_sent_to_googles_own_host(url, good):
    assert allowed(url, "") is good


def test_the_configured_endpoint_serves_pictures_too():
    assert allowed("http://127.0.0.1:80/photo", "http://127.0.0.1:80/")
    assert not allowed("http://127.0.0.1:81/photo", "http://127.0.0.1:80/")


def test_a_large_picture_is_asked_for():
    assert sized("https://x.example/a=s100") == "https://x.example/a=s100?sz=720"
    assert sized("https://x.example/a?b=1") == "https://x.example/a?b=1&sz=720"


def test_a_picture_is_described_by_its_bytes():
    photo, data = picture(12)
    assert photo_of(data) == photo


class NoSent:
    def __init__(self) -> None:
        self.rows: dict[str, object] = {}


def person(url: str, default: bool = False) -> dict[str, object]:
    return {"resourceName": "people/c1", "photos": [{"url": url, "default": default}]}


def test_a_letter_on_a_coloured_ground_is_no_picture():
    pictures = Pictures(lambda _: b"never", NoSent())
    assert pictures.of(person("https://x.example/1", default=True)) == (None, {})


def test_a_picture_that_fails_keeps_the_one_known():
    photo, data = picture()
    answers = {"https://x.example/1": data}

    def fetch(url: str) -> bytes:
        if url not in answers:
            raise Unreachable("no answer")
        return answers[url]

    pictures = Pictures(fetch, NoSent())
    assert pictures.of(person("https://x.example/1")) == (photo, {photo.sha256: data})
    assert pictures.of(person("https://x.example/1")) == (photo, {})
    assert pictures.of(person("https://x.example/2")) == (photo, {})
    assert pictures.failed == {"people/c1": "no answer"}
    assert pictures.again == {"people/c1"}


def test_a_web_page_is_no_picture_and_is_not_asked_for_again():
    pictures = Pictures(lambda _: b"<html>log in</html>", NoSent())
    assert pictures.of(person("https://x.example/1")) == (None, {})
    assert pictures.failed == {"people/c1": "it is no picture"}
    assert pictures.again == set()


@pytest.mark.parametrize("kind", [AuthenticationFailed, RateLimited])
def test_a_refused_login_is_not_swallowed_with_a_picture(kind):
    def fetch(_: str) -> bytes:
        raise kind("no")

    with pytest.raises(kind):
        Pictures(fetch, NoSent()).of(person("https://x.example/1"))


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_libraries_of_google_are_not_imported_with_the_connector():
    code = """
import sys, json, kith_connectors.google
heavy = ("googleapiclient", "google.auth", "google.oauth2", "httplib2", "requests", "google_auth_oauthlib", "PIL")
print(json.dumps([name for name in heavy if name in sys.modules]))
"""
    assert json.loads(run(code)) == []


@pytest.mark.parametrize(
    "missing", ["google_auth_httplib2", "googleapiclient.discovery", "google.oauth2.credentials"]
)
def test_a_missing_library_says_what_to_install(missing, tmp_path):
    code = f"""
import sys
sys.modules[{missing!r}] = None
from pathlib import Path
from kith.connector.errors import ConnectorError
from kith.connector.info import Opening
from kith_connectors.google import INFO
from kith_connectors.google.auth import store_token
opening = Opening("phone", "DE", Path({str(tmp_path)!r}))
settings = INFO.settings(username="anna@gmail.example", client_id="c", client_secret="s")
store_token(opening, "r", "c", settings.scopes)
try:
    INFO.open(settings, opening)
except ConnectorError as error:
    print(error.remedy)
"""
    assert run(code) == "pip install 'kith-contacts[google]'"
