"""The servers from Debian packages: they start, and are what the quirks were measured on."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from kith.connector.api import NewCard
from kith.connector.info import Opening
from kith.connector.registry import load
from kith.connector.testing import sample
from servers.cyrus import Cyrus
from servers.program import Program, required
from servers.sabre import missing_sabre, start_sabre
from servers.wire import ETAGS, SYNC, ask, card


@pytest.mark.interop
def test_cyrus_keeps_a_card_and_reports_it(cyrus: Cyrus) -> None:
    book = cyrus.book()
    url = cyrus.put(book, "a.vcf", card("1"))
    assert cyrus.get(url) == card("1")
    report = ask("REPORT", book, SYNC.format(token="", limit=""), login=(cyrus.username, cyrus.password))
    assert report.status == 207 and [href for href, _ in report.rows] == [
        book[len(cyrus.url) - 1 :] + "a.vcf"
    ]
    assert ask("PROPFIND", book, ETAGS, login=(cyrus.username, "wrong")).status == 401


@pytest.mark.interop
def test_sabre_keeps_a_card_but_knows_no_sync_report(sabre: Program) -> None:
    book = sabre.book()
    url = sabre.put(book, "a.vcf", card("1"))
    assert sabre.get(url) == card("1")
    report = ask("REPORT", book, SYNC.format(token="", limit=""), login=(sabre.username, sabre.password))
    assert report.status == 403 and b"supported-report" in report.body
    path = book.removeprefix(sabre.url.rstrip("/"))
    seen = [(one.method, one.status) for one in sabre.requests() if one.path.startswith(path)]
    assert seen == [("MKCOL", 201), ("PUT", 201), ("GET", 200), ("REPORT", 403)]


@pytest.mark.interop
def test_sabre_can_ask_for_digest() -> None:
    required("sabre/dav", missing_sabre())
    with_digest = start_sabre("digest")
    try:
        answer = ask("PROPFIND", with_digest.url, ETAGS)
        assert answer.status == 401 and answer.headers["www-authenticate"].startswith("Digest ")
        info = load("carddav")
        options: dict[str, Any] = {"username": with_digest.username, "password": with_digest.password}
        options["url"] = with_digest.url
        account: Any = info.open(info.settings(**options), Opening("digest"))
        written = account.create(NewCard("", "ada", "urn:uuid:ada", sample()))
        assert account.fetch(written.key).contact.full_name == sample().full_name
        account.close()
    finally:
        with_digest.stop()


def test_a_server_ends_with_the_test_run_that_started_it(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path;"
        "from servers.program import start; start(['sleep', '600'], Path(sys.argv[2]));"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    tests = str(Path(__file__).parents[1])
    subprocess.run([sys.executable, "-c", code, tests, str(tmp_path / "log")], check=False, timeout=30)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (left := _running_in(tmp_path)):
        time.sleep(0.02)
    assert left == []


def _running_in(folder: Path) -> list[str]:
    """The processes whose working folder is this one."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "cwd").readlink() == folder:
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def test_missing_server_is_an_error_in_ci_and_a_skip_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install-servers"):
        required("Cyrus", "cyrmaster")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="install-servers"):
        required("Cyrus", "cyrmaster")
    required("Cyrus", "")
