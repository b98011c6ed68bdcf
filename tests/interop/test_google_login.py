"""Logging in to Google: over a loopback port, or by pasting the address where the browser ended."""

import contextlib
import json
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kith.connector.api import PullRequest
from kith.connector.errors import AuthenticationFailed, ConnectorError, Unreachable
from kith.connector.info import Opening
from kith.connector.testing import gather
from kith_connectors.google import INFO
from kith_connectors.google.auth import token_file
from servers.people import PeopleServer
from servers.people_account import google_settings


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Iterator[PeopleServer]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the emulator speaks http, as Google does not
    with PeopleServer() as server:
        yield server


class Person:
    """Somebody at the terminal with a browser: agrees, and the browser goes where it is sent."""

    def __init__(self, answers: Callable[[str], str] = lambda address: address) -> None:
        self.shown: list[str] = []
        self.answers = answers
        self.browser: threading.Thread | None = None

    def show(self, text: str) -> None:
        self.shown.append(text)
        if "ssh -L" in text:
            self.browser = threading.Thread(target=self._browse)
            self.browser.start()

    def _browse(self) -> None:
        back = self._agree()
        address = httpx.URL(back)
        with socket.create_connection((address.host, address.port)), httpx.Client() as browser:
            # The first connection is one that browsers open ahead and send nothing on.
            browser.get(back.split("?")[0] + "favicon.ico")
            assert "logged in" in browser.get(back).text

    def _agree(self) -> str:
        (page,) = [word for word in self.shown[0].split() if "/auth?" in word]
        return self.answers(httpx.get(page, follow_redirects=False).headers["location"])

    def ask(self, _question: str) -> str:
        return self._agree()


def log_in(people: PeopleServer, state: Path, person: Person, paste: bool = True, **more: Any) -> Opening:
    opening = Opening("google", "DE", state)
    try:
        INFO.login(google_settings(people, **more), opening, person.ask, person.show, paste)
    finally:
        if person.browser:
            person.browser.join(10)
    return opening


@pytest.mark.parametrize("paste", [True, False])
def test_a_login_leads_to_an_account_that_reads(people, tmp_path, paste):
    people.book.add(names=[{"givenName": "Anna"}])
    person = Person()
    opening = log_in(people, tmp_path / "state", person, paste)
    kept = token_file(opening)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert [path.name for path in kept.parent.iterdir()] == [kept.name], "no half-written file stays behind"
    assert "a-secret" not in kept.read_text(), "the client's secret stays where the config says it is"
    account = INFO.open(google_settings(people), opening)
    records, _ = gather(account, PullRequest())
    account.close()
    assert len(records) == 1


def test_the_page_that_is_opened_asks_for_a_lasting_login_with_pkce(people, tmp_path):
    person = Person()
    log_in(people, tmp_path, person)
    page = next(word for word in person.shown[0].split() if "/auth?" in word)
    query = httpx.URL(page).params
    assert query["access_type"] == "offline"
    assert query["prompt"] == "consent"
    assert query["code_challenge_method"] == "S256"
    assert query["scope"] == "https://www.googleapis.com/auth/contacts"
    assert "a-secret" not in page


@pytest.mark.parametrize(
    "more, scope",
    [({"read_only": True}, "contacts.readonly"), ({"other_contacts": True}, "contacts.other.readonly")],
)
def test_no_more_is_asked_for_than_the_account_needs(people, tmp_path, more, scope):
    log_in(people, tmp_path, Person(), **more)
    assert json.loads(token_file(Opening("google", "", tmp_path)).read_text())["scopes"] == [
        f"https://www.googleapis.com/auth/{scope}"
    ]


@pytest.mark.parametrize(
    "answers, says",
    [
        (lambda _: "http://127.0.0.1:1/?error=access_denied", "did not grant"),
        (lambda _: "", "no code"),
        (lambda address: address.replace("state=", "state=x"), "another login"),
        (lambda address: address.replace("code=", "code=x"), "refused the login"),
    ],
)
def test_a_wrong_answer_is_explained_and_keeps_the_old_login(people, tmp_path, answers, says):
    kept = token_file(log_in(people, tmp_path, Person()))
    before = kept.read_text()
    with pytest.raises(AuthenticationFailed, match=says) as caught:
        log_in(people, tmp_path, Person(answers))
    assert "kith auth google" in caught.value.remedy
    assert kept.read_text() == before


def test_no_refresh_token_came_back(people, tmp_path):
    people.faults.withhold_refresh_token = True
    with pytest.raises(AuthenticationFailed, match="no refresh token") as caught:
        log_in(people, tmp_path, Person())
    assert "myaccount.google.com" in caught.value.remedy


def test_the_box_for_the_contacts_was_not_ticked(people, tmp_path):
    people.faults.granted = "openid"
    with pytest.raises(AuthenticationFailed, match="not granted"):
        log_in(people, tmp_path, Person())


def test_a_login_server_that_is_not_there(people, tmp_path):
    def go_away(address: str) -> str:
        people.stop()
        return address

    with pytest.raises(Unreachable):
        log_in(people, tmp_path, Person(go_away))


def test_not_logged_in_yet_says_what_to_run(people, tmp_path):
    with pytest.raises(AuthenticationFailed) as caught:
        INFO.open(google_settings(people), Opening("google", "DE", tmp_path))
    assert caught.value.remedy == "run: kith auth google"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"client_id": "client-1", "scopes": []}'])
def test_a_damaged_login_file_is_a_new_login_not_a_crash(people, tmp_path, text):
    opening = Opening("google", "DE", tmp_path)
    token_file(opening).write_text(text)
    with pytest.raises(AuthenticationFailed) as caught:
        INFO.open(google_settings(people), opening)
    assert "kith auth google" in caught.value.remedy


def test_a_login_of_another_client_or_for_less_is_not_used(people, tmp_path):
    opening = log_in(people, tmp_path, Person(), read_only=True)
    for more in ({}, {"read_only": True, "client_id": "client-2"}):
        with pytest.raises(AuthenticationFailed):
            INFO.open(google_settings(people, **more), opening)


@pytest.mark.parametrize("content", ["", "[]", '{"web": {"client_id": "x", "client_secret": "y"}}', None])
def test_a_client_file_that_is_none_is_explained(people, tmp_path, content):
    path = tmp_path / "client.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConnectorError) as caught:
        google_settings(people, client_file=str(path)).client()
    assert str(path) in caught.value.message
    assert caught.value.remedy


def test_the_client_file_as_google_gives_it(people, tmp_path):
    path = tmp_path / "client.json"
    path.write_text(
        json.dumps({"installed": {"client_id": "client-1", "client_secret": "s", "redirect_uris": []}})
    )
    assert google_settings(people, client_file=str(path)).client() == ("client-1", "s")


def test_google_and_caldav_work_in_one_process(people, tmp_path):
    """caldav brings a fork of urllib3 that takes its name; requests, which the login uses, then runs on the fork."""
    import caldav
    import requests
    import urllib3

    assert caldav.__version__
    assert requests.__version__
    log_in(people, tmp_path, Person())
    with contextlib.closing(INFO.open(google_settings(people), Opening("google", "DE", tmp_path))) as account:
        assert account.check()
    assert urllib3.__version__
