"""Canary secrets in every place that a config can name, and real runs that succeed and that fail: no canary is found in what
was printed, logged, stored or saved, in plain or as a login header spells it."""

import base64
import contextlib
import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from kith.cli.main import run
from kith.config.load import load
from kith.connector.errors import ConnectorError
from kith.connector.info import Opening
from servers.hostile import HostileServer
from servers.wire import card

CANARIES = {name: f"canary-{name}-7f3Zq" for name in ("plain", "env", "file", "command", "wrong")}


class Run:
    """Accounts on servers of their own, each with its password in another place."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.store, self.config = folder, folder / "state" / "kith.db", folder / "config.toml"
        self.servers = {name: HostileServer() for name in CANARIES}
        for number, (name, server) in enumerate(self.servers.items()):
            server.password = CANARIES[name] if name != "wrong" else "another one"
            server.books["contacts"].put(f"{name}.vcf", card(f"u{number}", f"Given{name} Family{number}xy"))
        monkeypatch.setenv("KITH_TEST_SECRET", CANARIES["env"])
        (folder / "secret").write_text(CANARIES["file"] + "\n")
        script = folder / "tell.py"
        script.write_text(f"print({CANARIES['command']!r})\n")
        places = {
            "plain": json.dumps(CANARIES["plain"]),
            "env": '{ env = "KITH_TEST_SECRET" }',
            "file": f'{{ file = "{folder}/secret" }}',
            "command": f'{{ command = ["{sys.executable}", "{script}"] }}',
            "wrong": json.dumps(CANARIES["wrong"]),
        }
        lines = []
        for name, server in self.servers.items():
            lines += [
                f"[accounts.{name}]",
                'connector = "carddav"',
                'mode = "two-way"',
                f'url = "{server.url}"',
            ]
            lines += [f'username = "{server.username}"', f"password = {places[name]}", "timeout = 2"]
        self.config.write_text("\n".join(lines) + "\n", "utf-8")
        self.config.chmod(0o600)

    def kith(self, *words: str) -> int:
        return run(["--config", str(self.config), "--store", str(self.store), *words])

    def stop(self) -> None:
        for server in self.servers.values():
            server.stop()


@pytest.fixture
def household(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    made = Run(tmp_path, monkeypatch)
    yield made
    made.stop()


def spellings() -> dict[str, bytes]:
    """{canary as it might be written: what it is}."""
    found = {}
    for name, secret in CANARIES.items():
        found[name] = secret.encode()
        found[f"{name} in a login header"] = base64.b64encode(f"alice:{secret}".encode())
        found[f"{name} reversed by repr"] = repr(secret.encode()).encode()
    return found


def found_in(data: bytes) -> list[str]:
    return [name for name, text in spellings().items() if text in data]


def test_no_secret_is_printed_logged_stored_or_saved(
    household: Run, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    plan = household.folder / "plan.json"
    codes = [household.kith("-v", "sync", "--out", str(plan)), household.kith("-v", "sync", "--yes")]
    assert household.kith("--json", "sync", "--yes") == codes[1]
    for name, kind in (
        ("plain", "login_page"),
        ("env", "broken_xml"),
        ("file", "cut"),
        ("command", "reset_before"),
    ):
        household.servers[name].fault("*", kind)
    codes.append(household.kith("--json", "-v", "sync", "--yes", "--full"))
    for words in (["doctor"], ["status"], ["log"], ["config", "show"], ["--json", "config", "show"]):
        household.kith(*words)
    printed = capfd.readouterr()
    assert codes[:2] == [12, 12], "one account refuses its login, the others are synced"
    assert codes[2] != 0
    said = printed.out + printed.err
    assert "summary" in said
    assert len(re.findall(r"\+ Given", said)) >= 4, "the runs did something"
    # The standard library's HTTP has no log; should another library come that has one, it is looked at.
    logged = "\n".join(f"{record.name} {record.getMessage()}" for record in caplog.records)
    assert found_in((said + logged).encode()) == []
    files = [file for file in household.folder.rglob("*") if file.is_file()]
    written = [file for file in files if file.name not in ("config.toml", "secret", "tell.py")]
    assert {plan, household.store} <= set(written)
    assert {str(file): found_in(file.read_bytes()) for file in written if found_in(file.read_bytes())} == {}


def test_no_secret_is_in_a_traceback_or_a_shown_setting(household: Run, tmp_path: Path) -> None:
    settings = load(household.config)
    told = [repr(settings), str(settings)]
    for name, item in settings.accounts.items():
        told += (
            [repr(item.own), item.own.model_dump_json()]
            if name not in ("plain", "wrong")
            else [repr(item.own)]
        )
        if name == "wrong":
            source = item.info.open(item.own, Opening(name, "DE", tmp_path / name))
            with contextlib.closing(source), pytest.raises(ConnectorError) as caught:
                source.check()
            told += traceback.format_exception(caught.value)
    household.config.write_text(f'[accounts.a]\nconnector = "carddav"\npassword = ["{CANARIES["plain"]}"]\n')
    household.config.chmod(0o600)
    with pytest.raises(Exception) as mistake:
        load(household.config)
    told += traceback.format_exception(mistake.value)
    assert any("Traceback" in text for text in told)
    assert found_in("\n".join(told).encode()) == []
