"""A real server that has child processes and may not be installed."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers.process import START_SECONDS, Server

STOP_SECONDS = 10.0

LEASH = 'exec 3<&0; "$@" </dev/null & program=$!; { read -r _ <&3; kill -TERM 0; } & wait "$program"'
"""Runs a program until it ends or the other end of the shell's input is closed, also by a test run that was killed."""


def start(
    command: list[str], log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, so that it can be ended with its children."""
    with log.open("wb") as out:
        return subprocess.Popen(
            ["sh", "-c", LEASH, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Return as soon as `ready()` is true; OSError counts as not yet. Raises RuntimeError with the log else."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            if ready():
                return
        time.sleep(0.01)
    end(process)
    raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text('utf-8', 'replace')}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program and its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


@dataclass
class Program(Server):
    """A server whose children end with it; its data folder, which it may share with nobody, goes too."""

    def stop(self) -> None:
        end(self.process)
        shutil.rmtree(self.log.parent, ignore_errors=True)


def required(what: str, missing: str) -> None:
    """Skip, visibly, where a server is not installed; on a CI machine that is a failure."""
    if not missing:
        return
    text = f"{what} is not installed (no {missing}): run .ci/install-servers"
    if os.environ.get("CI") == "true":
        pytest.fail(text, pytrace=False)
    pytest.skip(text)
