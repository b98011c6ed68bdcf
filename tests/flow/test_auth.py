"""`kith auth`, as a person uses it: a browser on this machine, or an address pasted from another one."""

import json
import subprocess
from collections.abc import Iterator

import httpx
import pytest

from flow.house import House, file_account
from servers.people import PeopleServer


@pytest.fixture
def people() -> Iterator[PeopleServer]:
    with PeopleServer() as server:
        server.book.add(names=[{"givenName": "Anna", "familyName": "Sommer"}])
        yield server


@pytest.fixture
def configured(house: House, people: PeopleServer) -> House:
    keys = {
        "username": "anna@gmail.example",
        "client_id": "client-1",
        "client_secret": "a-secret",
        "api_endpoint": people.endpoint,
        "token_uri": people.token_uri,
        "auth_uri": people.auth_uri,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
    google = "\n".join(["[accounts.google]", 'connector = "google"', *lines, ""])
    (house.folder / "desk").mkdir()
    house.write_config(google, file_account("desk", "vcf", house.folder / "desk", "two-way"))
    return house


def log_in(house: House, *words: str, mistake: str = "") -> tuple[int, str]:
    """Run `kith auth google`, agree in the browser, and bring the answer back; returns exit code and all that was shown."""
    running = subprocess.Popen(
        house.command("auth", "google", *words),
        # The emulator speaks http, as Google does not.
        env={**house.environment, "OAUTHLIB_INSECURE_TRANSPORT": "1"},
        cwd=house.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert running.stdout is not None and running.stdin is not None
    shown = ""
    while "/auth?" not in shown:
        line = running.stdout.readline()
        assert line, shown
        shown += line
    page = next(word for word in shown.split() if "/auth?" in word)
    back = httpx.get(page, follow_redirects=False).headers["location"].replace("state=", f"state={mistake}")
    if "--paste" in words:
        rest, _ = running.communicate(f"{back}\n", timeout=60)
    else:
        httpx.get(back)
        rest, _ = running.communicate(timeout=60)
    return running.returncode, shown + rest


@pytest.mark.parametrize("words", [(), ("--paste",)], ids=["browser here", "address pasted"])
def test_logging_in_and_again_after_the_login_was_revoked(
    configured: House, people: PeopleServer, words: tuple[str, ...]
) -> None:
    house = configured
    ran = house.kith("sync", code=12)
    assert "! google:" in ran.err and "run: kith auth google" in ran.err
    code, shown = log_in(house, *words)
    assert code == 0, shown
    assert "google is logged in; next: kith sync --dry-run --account google" in shown
    assert "a-secret" not in shown
    house.kith("sync")
    assert len(list(house.state.rglob("google-google.json"))) == 1
    assert set(house.people()) == {"Anna Sommer"}
    people.faults.revoked = True
    ran = house.kith("sync", code=12)
    assert "was revoked" in ran.err and "run: kith auth google" in ran.err
    assert set(house.people()) == {"Anna Sommer"}, "never an empty address book"
    people.faults.revoked = False
    code, shown = log_in(house, *words)
    assert code == 0, shown
    assert house.kith("sync", "--json").written == (0, 0, 0)
    assert "google" in house.kith("doctor").text


def test_an_address_of_another_login_changes_nothing(configured: House) -> None:
    code, shown = log_in(configured, "--paste", mistake="another")
    assert code in (1, 12)
    assert "belongs to another login" in shown and "kith auth google" in shown
    assert not list(configured.folder.rglob("google-google.json")), "nothing is kept"
    configured.kith("sync", code=12)
