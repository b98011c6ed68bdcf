"""Xandikos as a process: git storage, no login over plain http, requests logged."""

import re
import sys
from pathlib import Path

from servers.process import Server, free_port, launch

LINE = re.compile(r'"(?P<method>[A-Z]+) (?P<path>\S+) HTTP/1\.\d" (?P<status>\d{3})')


def start_xandikos(folder: Path) -> Server:
    """A server of its own with one user and one empty address book, which it calls addressbook."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [sys.executable, "-m", "xandikos", "serve", "-d", str(folder / "data"), "--defaults"]
    command += ["--current-user-principal", "/alice/", "-l", "127.0.0.1", "-p", str(port)]
    command += ["--state-dir", str(folder / "state")]
    process = launch(command, folder / "log", port)
    url = f"http://127.0.0.1:{port}/"
    return Server(url, "alice", "any", f"{url}alice/contacts/", folder / "log", LINE, process)
