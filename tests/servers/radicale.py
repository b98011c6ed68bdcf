"""Radicale as a process: htpasswd login, file storage, requests logged."""

import re
import sys
from pathlib import Path

from servers.process import Server, free_port, launch

USERS = ("alice", "bob", "carol")
PASSWORD = "correct horse"

CONFIG = """[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/data
[web]
type = none
[logging]
level = info
"""

LINE = re.compile(
    r"(?P<method>[A-Z]+) response status for '(?P<path>[^']*)'[^\n]*? in [\d.]+ seconds[^\n]*?: (?P<status>\d{3})"
)


def start_radicale(folder: Path) -> Server:
    """A server of its own with users alice, bob and carol, each with the password PASSWORD and no address book."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (folder / "users").write_text("".join(f"{user}:{PASSWORD}\n" for user in USERS))
    config = folder / "config"
    config.write_text(CONFIG.format(port=port, folder=folder))
    command = [sys.executable, "-m", "radicale", "--config", str(config)]
    process = launch(command, folder / "log", port)
    url = f"http://127.0.0.1:{port}/"
    return Server(url, USERS[0], PASSWORD, f"{url}{USERS[0]}/", folder / "log", LINE, process)
