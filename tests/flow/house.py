"""A house with a config, a store and the installed `kith`: what a user has."""

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servers.process import Seen, Server
from servers.wire import card

KITH = Path(sys.executable).with_name("kith")
PATIENCE = 90
WRITING = {"PUT", "POST", "PATCH", "DELETE", "MKCOL", "MOVE", "COPY", "PROPPATCH"}
LINKEDIN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


@dataclass(frozen=True)
class Ran:
    """How one call of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that a person saw."""
        return self.out + self.err

    @property
    def events(self) -> list[dict[str, Any]]:
        """The objects on standard output; fails where a line is none."""
        return [json.loads(line) for line in self.out.splitlines()]

    def only(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == kind]

    @property
    def only_rows(self) -> list[dict[str, Any]]:
        """The elements of one JSON array on standard output."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found

    @property
    def summary(self) -> dict[str, Any]:
        """The closing object of a run with --json."""
        assert self.events[-1]["event"] == "summary", self.text
        return self.events[-1]

    @property
    def written(self) -> tuple[int, int, int]:
        """(created, updated, deleted) of a run with --json."""
        found = self.summary
        return found["created"], found["updated"], found["deleted"]


class House:
    """One user of one machine: nothing of the real home is seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.state = folder / "state"
        self.store = self.state / "kith.db"
        self.tables: list[str] = []

    def write_config(self, *tables: str, sync: str = "") -> None:
        """The config: [store] and [sync] are given, `tables` are those of the accounts."""
        head = f'[store]\npath = "{self.store}"\n\n[sync]\nregion = "DE"\n{sync}\n'
        self.config.write_text("\n".join([head, *tables]), "utf-8")
        self.config.chmod(0o600)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        return {**kept, "HOME": str(self.folder), "PYTHONWARNINGS": "error", "TZ": "UTC", "COLUMNS": "100"}

    def command(self, *words: str) -> list[str]:
        return [str(KITH), "--config", str(self.config), *words]

    def kith(self, *words: str, code: int = 0, answers: str = "") -> Ran:
        """Run `kith WORDS`. Fails where it ends with another exit code, or with a traceback."""
        found = subprocess.run(
            self.command(*words),
            check=False,
            input=answers,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=self.environment,
            cwd=self.folder,
        )
        ran = Ran(found.returncode, found.stdout, found.stderr)
        assert "Traceback" not in ran.text and "failed unexpectedly" not in ran.text, ran.text
        assert ran.code == code, f"kith {' '.join(words)} ended with {ran.code}, not {code}:\n{ran.text}"
        return ran

    def people(self) -> dict[str, dict[str, Any]]:
        """{full name: element of `kith export`}; fails where two people have one name."""
        found = json.loads(self.kith("export").out)
        assert max(Counter(one["contact"].get("full_name", "") for one in found).values(), default=1) == 1
        return {one["contact"].get("full_name", ""): one for one in found}

    def files(self) -> dict[str, bytes]:
        """Every file under the user's home with its content: what a dry run must leave as it is."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


@dataclass
class DavBook:
    """One address book at a real server, seen as the user's device sees it."""

    server: Server
    url: str
    mark: int = 0

    def table(self, name: str, mode: str = "two-way", **more: str) -> str:
        """The account's table in the config."""
        lines = [f"[accounts.{name}]", 'connector = "carddav"', f'mode = "{mode}"', f'url = "{self.url}"']
        lines += [f'username = "{self.server.username}"', f'password = "{self.server.password}"']
        return "\n".join([*lines, *(f"{key} = {value}" for key, value in more.items()), ""])

    def put(self, name: str, uid: str, title: str, *lines: str) -> str:
        return self.server.put(self.url, name, card(uid, title, *lines))

    def watch(self) -> None:
        """From now on `writes()` counts."""
        self.mark = len(self.server.requests())

    def writes(self) -> list[Seen]:
        """What was written to this book since `watch()`, by the server's own log."""
        path = "/" + self.url.split("/", 3)[3]
        return [
            one
            for one in self.server.requests()[self.mark :]
            if one.method in WRITING and one.path.startswith(path)
        ]

    def cards(self) -> dict[str, str]:
        """{FN: card} of the whole book; fails where two cards have one name."""
        body = '<?xml version="1.0"?><d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>'
        status, answer = self.server.send(
            "PROPFIND", self.url, body, {"Depth": "1", "Content-Type": "application/xml"}
        )
        assert status == 207
        found: dict[str, str] = {}
        for href in self._hrefs(answer.decode()):
            text = (self.server.get(href) or b"").decode().replace("\r\n ", "")
            name = next(line[3:] for line in text.splitlines() if line.startswith("FN:"))
            assert name not in found, f"two cards of {name}"
            found[name] = text
        return found

    def _hrefs(self, text: str) -> list[str]:
        import re

        root = self.server.url.rstrip("/")
        hrefs = re.findall(r"href>([^<]+)</", text)
        return [root + href for href in hrefs if href.rstrip("/").endswith(".vcf")]


def linkedin_zip(path: Path, *rows: tuple[str, str, str, str, str, str]) -> Path:
    """A Basic export: rows of (first, last, url, mail, company, position)."""
    notes = 'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\n'
    text = notes + LINKEDIN + "".join(",".join((*row, "01 Jun 2024")) + "\n" for row in rows)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Connections.csv", text)
    return path


def folder_of_cards(path: Path, **cards: bytes) -> Path:
    path.mkdir(parents=True)
    for name, data in cards.items():
        (path / f"{name}.vcf").write_bytes(data)
    return path


def file_account(name: str, connector: str, path: Path, mode: str = "read", **more: str) -> str:
    lines = [f"[accounts.{name}]", f'connector = "{connector}"', f'mode = "{mode}"', f'path = "{path}"']
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in more.items()), ""])
