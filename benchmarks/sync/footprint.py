"""What kith costs when it does little: start-up against a bare interpreter, the idle daemon, a turn of the daemon.

    python benchmarks/sync/footprint.py [--cards 5000] [--turns 30] [--json FILE]

The daemon looks after two books on in-memory servers; SIGUSR1 starts its turns. Memory is that of the whole process;
the shared pages count by their share (PSS) and in full (RSS).
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from clients import Kith, environment, scratch
from places import memory

ROUNDS = 15
TICKS = os.sysconf("SC_CLK_TCK")


def once(command: list[str]) -> float:
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env=environment(),
    )
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime


def start_up() -> dict[str, float]:
    """Processor seconds of a bare interpreter and of kith's cheapest calls, interleaved so that load hits all."""
    calls = {
        "bare interpreter": [sys.executable, "-c", "pass"],
        "kith --help": [sys.executable, "-m", "kith", "--help"],
        "kith --version": [sys.executable, "-m", "kith", "--version"],
    }
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, command in calls.items():
            best[name] = min(best[name], once(command))
    return best


def mebibytes(pid: int, name: str) -> float:
    """Pss or Rss of a process from /proc/PID/smaps_rollup."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def used(pid: int) -> float:
    """Processor seconds of a running process, threads that ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def daemon(cards: int, turns: int) -> dict[str, float]:
    """A daemon over two books in sync: memory when idle, processor time of a turn without changes."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(scratch()))
        first, second = memory(stack, folder, cards, False), memory(stack, folder, 0, False)
        client = Kith(folder, first, second)
        client.prepare()
        client.sync()
        command = [sys.executable, "-m", "kith", "--config", str(client.config), "daemon"]
        log = stack.enter_context((folder / "daemon.log").open("wb"))
        process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment()
        )
        stack.callback(process.wait)
        stack.callback(process.kill)
        wait_for(first, second, process.pid)
        found = {"idle PSS": mebibytes(process.pid, "Pss"), "idle RSS": mebibytes(process.pid, "Rss")}
        before = used(process.pid)
        for _ in range(turns):
            wait_for(first, second, process.pid)
        found["a turn"] = (used(process.pid) - before) / turns
        found["PSS after the turns"] = mebibytes(process.pid, "Pss")
        first.edit(0, False, "changed while the daemon runs")
        wait_for(first, second, process.pid)
        assert second.notes("changed while the daemon runs") == 1
        found["PSS after a change was carried"] = mebibytes(process.pid, "Pss")
        found["RSS after a change was carried"] = mebibytes(process.pid, "Rss")
        return found


def wait_for(first, second, pid: int) -> None:  # type: ignore[no-untyped-def]
    """Start a turn and wait until both books were asked and the daemon is quiet again."""
    for place in (first, second):
        place.meter.take()
    time.sleep(0.5)
    asked = [0, 0]
    deadline = time.monotonic() + 120
    os.kill(pid, 0)
    while min(asked) < 1:
        if time.monotonic() > deadline:
            raise RuntimeError("the daemon asks nothing")
        if sum(asked) == 0:
            handled = Path(f"/proc/{pid}/status").read_text()
            if ready(handled):
                os.kill(pid, signal.SIGUSR1)
        time.sleep(0.3)
        for number, place in enumerate((first, second)):
            asked[number] += place.meter.take().requests
    quiet = used(pid)
    while True:
        time.sleep(0.4)
        now = used(pid)
        if now == quiet:
            return
        quiet = now


def ready(status: str) -> bool:
    """Whether the process handles SIGUSR1 by now: before, the signal would end it."""
    caught = re.search(r"^SigCgt:\s+([0-9a-f]+)", status, re.MULTILINE)
    return bool(caught and int(caught[1], 16) >> (signal.SIGUSR1 - 1) & 1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cards", type=int, default=5000)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    found = {**start_up(), **daemon(chosen.cards, chosen.turns)}
    cards = {"cards": float(chosen.cards)}
    for name, value in found.items():
        print(f"{name}: " + (f"{value:.1f} MiB" if "SS" in name else f"{value * 1000:.1f} ms"))
    print(f"kith --help takes {found['kith --help'] / found['bare interpreter']:.2f} x a bare interpreter")
    if chosen.json:
        chosen.json.write_text(json.dumps({**cards, **found}, indent=1))


if __name__ == "__main__":
    main()
