"""Runs each engine in a process of its own, and measures CPU, wall time and peak memory there.

Cards reach the child as a stream of pickles, one by one, so that no engine is charged for the others' copies. CPU and
peak memory are those of the whole child (and its children), the start of Python and the engine's imports included.
"""

import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.matching import (
    dedupe_peer,
    exact_keys,
    kith_path,
    one_change,
    recordlinkage_peer,
    splink_peer,
)
from benchmarks.matching.corpus import Corpus
from benchmarks.matching.outcome import Outcome

from kith.model.record import SourceRecord

ROOT = Path(__file__).resolve().parents[2]

UNTAUGHT: dict[str, Callable[[Iterable[SourceRecord], str], Outcome]] = {
    "kith": kith_path.run,
    "exact": exact_keys.run,
    "splink": splink_peer.run,
    "recordlinkage": recordlinkage_peer.run,
}
TAUGHT: dict[str, Callable[[Iterable[SourceRecord], str, Iterable[SourceRecord], Sequence[str]], Outcome]] = {
    "splink-labels": splink_peer.run_labelled,
    "recordlinkage-labels": recordlinkage_peer.run_labelled,
    "dedupe": dedupe_peer.run_labelled,
}
NAMES = (*UNTAUGHT, *TAUGHT)
_TASKS = {**UNTAUGHT, "one-change": one_change.run}


@dataclass(frozen=True, slots=True)
class Run:
    """One engine's run: CPU and wall in seconds, `peak` memory in MB (2**20 bytes). `failure` is "" where it ended well."""

    engine: str
    outcome: Outcome
    cpu: float = 0.0
    wall: float = 0.0
    peak: float = 0.0
    failure: str = ""


def write_cards(records: Iterable[SourceRecord], path: Path) -> None:
    """Cards as a stream of pickles."""
    with path.open("wb") as target:
        for record in records:
            pickle.dump(record, target, protocol=pickle.HIGHEST_PROTOCOL)


def read_cards(path: Path) -> Iterator[SourceRecord]:
    """The cards of `write_cards`, one at a time."""
    with path.open("rb") as source:
        while True:
            try:
                yield pickle.load(source)
            except EOFError:
                return


def run(
    engine: str, records: Sequence[SourceRecord], region: str, teacher: Corpus | None, limit: float
) -> Run:
    """Runs `engine` on the cards for at most `limit` seconds. `teacher` is the labelled corpus of another seed for
    those engines that learn from labels. A failure is part of the answer, not an exception."""
    with tempfile.TemporaryDirectory(prefix="kith-matching-") as folder:
        place = Path(folder)
        write_cards(records, place / "cards")
        if teacher is not None and engine in TAUGHT:
            write_cards(teacher.records, place / "lessons")
            owners = [teacher.truth[record.key] for record in teacher.records]
            (place / "owners").write_bytes(pickle.dumps(owners))
        started = time.monotonic()
        command = [sys.executable, "-m", "benchmarks.matching.engines", engine, region, folder]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as child:
            try:
                _, words = child.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                child.kill()
                return Run(engine, Outcome({}), failure=f"no answer within {limit:.0f} s")
        wall = time.monotonic() - started
        if child.returncode:
            last = (words.strip().splitlines() or ["no message"])[-1]
            return Run(engine, Outcome({}), failure=f"ended with {child.returncode}: {last[:200]}")
        outcome, cpu, peak = pickle.loads((place / "outcome").read_bytes())
        return Run(engine, outcome, cpu, wall, peak)


def _peak() -> float:
    """Peak resident memory of this process (VmHWM: maxrss would carry over the parent's) and its largest child, MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def _child(engine: str, region: str, folder: Path) -> None:
    cards = read_cards(folder / "cards")
    if engine in _TASKS:
        outcome = _TASKS[engine](cards, region)
    else:
        owners = pickle.loads((folder / "owners").read_bytes())
        outcome = TAUGHT[engine](cards, region, read_cards(folder / "lessons"), owners)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(row.ru_utime + row.ru_stime for row in used)
    (folder / "outcome").write_bytes(pickle.dumps((outcome, cpu, _peak())))


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
