"""kith and vdirsyncer as a user runs them: config, command, and what one call costs."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from places import Place

KITH = """[store]
path = "{folder}/kith.db"
[sync]
region = "DE"
[accounts.first]
connector = "carddav"
mode = "two-way"
url = "{first.url}"
username = "{first.username}"
password = "{first.password}"
[accounts.second]
connector = "carddav"
mode = "two-way"
url = "{second.url}"
username = "{second.username}"
password = "{second.password}"
"""

VDIRSYNCER = """[general]
status_path = "{folder}/status"
[pair contacts]
a = "first"
b = "second"
collections = null
[storage first]
type = "carddav"
url = "{first.url}"
username = "{first.username}"
password = "{first.password}"
[storage second]
type = "carddav"
url = "{second.url}"
username = "{second.username}"
password = "{second.password}"
"""


@dataclass(frozen=True)
class Cost:
    """What one call cost: processor seconds (user and system, children included), peak memory in MiB, seconds."""

    cpu: float
    peak: float
    wall: float


def environment() -> dict[str, str]:
    """As on a user's machine: compiled modules are kept."""
    left_out = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    return {key: value for key, value in os.environ.items() if key not in left_out}


def call(command: list[str], log: Path) -> Cost:
    """Run a program to its end. Raises RuntimeError with what it said where it fails."""
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment()
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(
            f"{command}: exit code {process.returncode}\n{log.read_text('utf-8', 'replace')[-2000:]}"
        )
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, time.monotonic() - began)


class Kith:
    """kith from the environment that runs the benchmark."""

    name = "kith"

    def __init__(self, folder: Path, first: Place, second: Place) -> None:
        self.config = folder / "kith.toml"
        self.config.write_text(KITH.format(folder=folder, first=first, second=second))
        self.config.chmod(0o600)
        self.log = folder / "kith.log"

    def prepare(self) -> None:
        """Nothing: the first sync finds everything out."""

    def sync(self) -> Cost:
        return call([sys.executable, "-m", "kith", "--config", str(self.config), "sync", "--yes"], self.log)


class Vdirsyncer:
    """vdirsyncer from an environment of its own."""

    name = "vdirsyncer"
    program = Path("vdirsyncer")

    def __init__(self, folder: Path, first: Place, second: Place) -> None:
        self.config = folder / "vdirsyncer.ini"
        self.config.write_text(VDIRSYNCER.format(folder=folder, first=first, second=second))
        self.log = folder / "vdirsyncer.log"

    def prepare(self) -> None:
        """The discovery that it asks for before the first sync."""
        call([str(self.program), "-c", str(self.config), "discover"], self.log)

    def sync(self) -> Cost:
        return call([str(self.program), "-c", str(self.config), "sync"], self.log)


CLIENTS = {"kith": Kith, "vdirsyncer": Vdirsyncer}


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one: the disk of the machine is not what is measured."""
    return tempfile.TemporaryDirectory(
        dir="/dev/shm" if Path("/dev/shm").is_dir() else None, prefix="kith-bench-"
    )
