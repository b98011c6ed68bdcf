"""Xandikos as a process: git storage, no login over plain http, requests logged."""

import re
import sys
from pathlib import Path

from servers.process import Server, free_port, launch

SECURE_PASSWORD = "correct horse"

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


def start_secure_xandikos(folder: Path) -> tuple[Server, Path]:
    """The same over https with a certificate of its own and a Basic login: (server, certificate file)."""
    import bcrypt

    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    users = folder / "users"
    users.write_bytes(b"alice:" + bcrypt.hashpw(SECURE_PASSWORD.encode(), bcrypt.gensalt(4)) + b"\n")
    command = [sys.executable, "-m", "xandikos", "serve", "-d", str(folder / "data"), "--defaults"]
    command += ["--current-user-principal", "/alice/", "-l", "localhost", "-p", str(port)]
    command += ["--state-dir", str(folder / "state"), "--autocert", "--htpasswd", str(users)]
    process = launch(command, folder / "log", port)
    url = f"https://localhost:{port}/"
    server = Server(url, "alice", SECURE_PASSWORD, f"{url}alice/contacts/", folder / "log", LINE, process)
    return server, folder / "state" / "certs" / "selfsigned.crt"
