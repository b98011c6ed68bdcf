"""sabre/dav 1.8 (Debian package php-sabre-dav) on php's built-in web server and SQLite: no sync-collection."""

import hashlib
import re
import shutil
import socket
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from servers.process import free_port
from servers.program import Program, start, wait_until

HERE = Path(__file__).parent / "sabre"
LIBRARY = Path("/usr/share/php/Sabre/autoload.php")
USER, PASSWORD, REALM = "alice", "correct horse", "kith test"
LINE = re.compile(r"\[(?P<status>\d{3})\]: (?P<method>[A-Z]+) (?P<path>\S+)")


def missing_sabre() -> str:
    """What is not installed, "" where everything is there."""
    parts = [] if LIBRARY.exists() else [str(LIBRARY)]
    return ", ".join(parts if shutil.which("php") else [*parts, "php"])


def start_sabre(auth: str = "basic") -> Program:
    """A server of its own with the user alice and her empty book contacts; `auth` is basic or digest."""
    folder = Path(tempfile.mkdtemp(prefix="kith-sabre-"))
    _write(folder / "db.sqlite")
    port = free_port()
    log = folder / "log"
    environment = {
        "PHP_CLI_SERVER_WORKERS": "4",
        "KITH_SABRE_FOLDER": str(folder),
        "KITH_SABRE_AUTH": auth,
        "KITH_SABRE_USER": USER,
        "KITH_SABRE_PASSWORD": PASSWORD,
    }
    process = start(["php", "-S", f"127.0.0.1:{port}", str(HERE / "router.php")], log, environment)

    def answers() -> bool:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True

    wait_until(answers, process, log)
    url = f"http://127.0.0.1:{port}/"
    return Program(url, USER, PASSWORD, f"{url}addressbooks/{USER}/", log, LINE, process)


def _write(path: Path) -> None:
    digest = hashlib.md5(f"{USER}:{REALM}:{PASSWORD}".encode(), usedforsecurity=False).hexdigest()
    principal = f"principals/{USER}"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript((HERE / "schema.sql").read_text())
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("INSERT INTO users (username, digesta1) VALUES (?, ?)", (USER, digest))
        database.execute(
            "INSERT INTO principals (uri, email, displayname) VALUES (?, ?, ?)",
            (principal, "alice@example.org", "Alice"),
        )
        database.execute(
            "INSERT INTO addressbooks (principaluri, displayname, uri, ctag) VALUES (?, ?, ?, 1)",
            (principal, "Contacts", "contacts"),
        )
