"""The daemon as a process of its own, and a service manager that listens to it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from flow.house import KITH, House

PATIENCE = 20.0
OWN_PACE = """
import sys
from pathlib import Path
from kith.cli.daemon import JournalFormat
from kith.config.load import load
from kith.daemon.service import Daemon, Pace
import logging
handler = logging.StreamHandler(sys.stderr)
handler.setFormatter(JournalFormat(False))
logging.getLogger("kith").addHandler(handler)
logging.getLogger("kith").setLevel(logging.INFO)
config, store, pace = Path(sys.argv[1]), Path(sys.argv[2]), eval(sys.argv[3])
sys.exit(Daemon(lambda: load(config), store, Pace(**pace)).serve())
"""
"""`kith daemon` waits minutes where a test has seconds."""


def until(what: Callable[[], object], seconds: float = PATIENCE, why: str = "") -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, why or "nothing came of it in time"
        time.sleep(0.02)


class Manager:
    """A notify socket: what systemd would hear, with the time of each message."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.channel.bind("\0" + address[1:] if address.startswith("@") else address)
        self.heard: list[tuple[float, str]] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        while text := self.channel.recv(4096).decode("utf-8"):
            now = time.monotonic()
            self.heard += [(now, line) for line in text.splitlines()]

    def listen(self) -> list[str]:
        """Everything said so far, in order."""
        return [line for _, line in self.heard]

    def close(self) -> None:
        self.channel.shutdown(socket.SHUT_RDWR)
        self.reader.join(5)
        self.channel.close()

    def said(self, line: str) -> int:
        """How often a line came."""
        return sum(heard.startswith(line) for heard in self.listen())

    def longest_silence(self) -> float:
        """The longest time in seconds between two pings."""
        pings = [at for at, line in self.heard if line == "WATCHDOG=1"]
        assert len(pings) > 2
        return max(after - before for before, after in pairwise(pings))

    def pings_since(self, moment: float) -> int:
        return sum(1 for at, line in self.heard if line == "WATCHDOG=1" and at >= moment)


@dataclass
class Running:
    """A daemon under way."""

    house: House
    address: str = ""
    pace: dict[str, float] = field(default_factory=dict)
    watchdog: float = 0.0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def journal(self) -> Path:
        return self.house.folder / "journal.txt"

    def start(self) -> "Running":
        extra = {}
        if self.address:
            extra["NOTIFY_SOCKET"] = self.address
        if self.watchdog:
            extra["WATCHDOG_USEC"] = str(int(self.watchdog * 1_000_000))
        words = [str(KITH), "--config", str(self.house.config), "daemon"]
        if self.pace:
            words = [
                sys.executable,
                "-c",
                OWN_PACE,
                str(self.house.config),
                str(self.house.store),
                repr(self.pace),
            ]
        with self.journal.open("ab") as out:
            self.process = subprocess.Popen(
                words, stdout=out, stderr=out, env={**self.house.environment, **extra}, cwd=self.house.folder
            )
        return self

    def send(self, number: int) -> None:
        assert self.process is not None and self.process.poll() is None, self.log
        os.kill(self.process.pid, number)

    def stop(self, seconds: float = 10.0) -> tuple[int, float]:
        """SIGTERM; (exit code, seconds until the end)."""
        began = time.monotonic()
        self.send(signal.SIGTERM)
        assert self.process is not None
        return self.process.wait(seconds), time.monotonic() - began

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def log(self) -> str:
        return self.journal.read_text("utf-8") if self.journal.exists() else ""
