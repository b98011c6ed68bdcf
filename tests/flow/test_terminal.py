"""What a person at a terminal sees: questions that can be read, keys that decide only what was meant, no progress in pipes."""

import contextlib
import itertools
import os
import pty
import re
import select
import signal
import subprocess
import time
from datetime import UTC, datetime

import pytest

from flow.house import House, file_account, folder_of_cards
from servers.wire import card

LANDLINE = "TEL:+49 30 23125009"


class Terminal:
    """kith on a pseudo terminal, spoken to as a person would: wait for words, type an answer."""

    def __init__(self, house: House, *words: str, columns: int = 120) -> None:
        self.here, there = pty.openpty()
        environment = {**house.environment, "TERM": "xterm", "COLUMNS": str(columns), "LINES": "50"}
        self.process = subprocess.Popen(
            house.command(*words), stdin=there, stdout=there, stderr=there, env=environment, cwd=house.folder
        )
        os.close(there)
        self.seen = ""

    def wait_for(self, words: str) -> str:
        """Read until `words` are on the screen; returns all that is new since the last call."""
        deadline = time.monotonic() + 60
        while words not in plain(self.seen):
            assert time.monotonic() < deadline, f"no {words!r} in:\n{plain(self.seen)}"
            if not self._read():
                raise AssertionError(f"ended without {words!r}:\n{plain(self.seen)}")
        found, self.seen = plain(self.seen), ""
        return found

    def type(self, text: str) -> None:
        os.write(self.here, text.encode() + b"\n")

    def interrupt(self) -> str:
        """Ctrl-C, as often as it takes: Python's prompt may miss one that comes in the moment before it listens."""
        for _ in range(3):
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
                break
        return self.end(code=1)

    def end(self, code: int = 0) -> str:
        """The rest of the screen, after this exit code."""
        while self._read():
            pass
        assert self.process.wait(60) == code, plain(self.seen)
        os.close(self.here)
        return plain(self.seen)

    def _read(self) -> bool:
        ready, _, _ = select.select([self.here], [], [], 60)
        try:
            data = os.read(self.here, 65536) if ready else b""
        except OSError:
            data = b""  # Linux: EIO at the end of a pseudo terminal
        self.seen += data.decode("utf-8", "replace")
        return bool(data)


def plain(text: str) -> str:
    """Text without the commands to the terminal."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")


@pytest.fixture
def pairs(house: House) -> House:
    """Three pairs on shared landlines, in doubt."""
    names = [("Bert O. Lang", "Bertram Lang"), ("Kati Ost", "Katharina Ost"), ("Hans Kern", "Johannes Kern")]
    phone = {f"p{n}": card(f"p{n}", a, f"TEL:+49 30 2312500{n}") for n, (a, _) in enumerate(names)}
    tablet = {f"t{n}": card(f"t{n}", b, f"TEL:+49 30 2312500{n}") for n, (_, b) in enumerate(names)}
    house.write_config(
        file_account("phone", "vcf", folder_of_cards(house.folder / "phone", **phone), "two-way"),
        file_account("tablet", "vcf", folder_of_cards(house.folder / "tablet", **tablet), "two-way"),
    )
    return house


def test_review_decides_what_was_meant_and_nothing_else(pairs: House) -> None:
    assert pairs.kith("sync", "--json").summary["review"] == 3
    screen = Terminal(pairs, "review")
    first = screen.wait_for("3 left [m/d/s/w/q]")
    assert "3 to decide. m same person" in first and "phone" in first and "tablet" in first
    screen.type("yes")
    assert "d different people" in screen.wait_for("3 left [m/d/s/w/q]"), "a slip decides nothing"
    screen.type("w")
    assert "landline" in screen.wait_for("3 left [m/d/s/w/q]")
    screen.type("m")
    screen.wait_for("2 left [m/d/s/w/q]")
    screen.type("d")
    assert "kept apart" in screen.wait_for("1 left [m/d/s/w/q]")
    screen.type("q")
    assert "2 decided, 1 left; next: kith sync" in screen.end()
    ran = pairs.kith("sync", "--json")
    assert ran.summary["review"] == 1 and len(pairs.people()) == 5


def test_the_first_write_is_asked_for_and_no_means_no(pairs: House) -> None:
    (pairs.folder / "phone" / "new.vcf").write_bytes(card("n", "Nora Neu"))
    before = sorted(path.name for path in (pairs.folder / "tablet").iterdir())
    screen = Terminal(pairs, "sync")
    asked = screen.wait_for("Go on? [y/N]:")
    assert "+ Nora Neu" in asked and "first time that kith writes to tablet" in asked
    assert "tablet: 1 to add, 0 to change, 0 to remove" in asked and "kith undo takes this run back" in asked
    time.sleep(0.5)  # a bar that still ran would overwrite the question
    screen.type("n")
    assert "reading" not in (rest := screen.end()) and "Nothing was written." in rest
    assert sorted(path.name for path in (pairs.folder / "tablet").iterdir()) == before
    screen = Terminal(pairs, "sync")
    screen.wait_for("Go on? [y/N]:")
    screen.type("y")
    rest = screen.end()
    assert "1 added" in rest and "+ Nora Neu" not in rest, "the plan is not printed twice"


def test_ctrl_c_at_the_question_writes_nothing(pairs: House) -> None:
    (pairs.folder / "phone" / "new.vcf").write_bytes(card("n", "Nora Neu"))
    before = sorted(path.name for path in (pairs.folder / "tablet").iterdir())
    screen = Terminal(pairs, "sync")
    screen.wait_for("Go on? [y/N]:")
    told = screen.interrupt()
    assert "Nothing was written." in told and "stopped as you asked" in told and "stopping" not in told
    assert sorted(path.name for path in (pairs.folder / "tablet").iterdir()) == before
    assert pairs.kith("sync", "--json").written == (1, 0, 0), "and nothing is forgotten"


def test_no_progress_and_no_colour_in_a_pipe(pairs: House) -> None:
    ran = pairs.kith("sync")
    assert "\x1b" not in ran.text and "reading" not in ran.text


def test_review_fits_a_narrow_terminal(pairs: House) -> None:
    pairs.kith("sync")
    for columns in (80, 40):
        screen = Terminal(pairs, "review", columns=columns)
        shown = screen.wait_for("3 left [m/d/s/w/q]").splitlines()
        start = next(number for number, line in enumerate(shown) if "full name" in line)
        end = next(number for number, line in enumerate(shown) if line.startswith("  for: "))
        assert end - start >= 2 and max(map(len, shown[start:end])) <= columns
        assert "Lang" in "".join(shown[start:end]) or "Kern" in "".join(shown[start:end])
        screen.type("q")
        assert "0 decided, 3 left" in screen.end()


def test_the_surest_pair_is_asked_first(pairs: House) -> None:
    pairs.kith("sync")
    weights = [one["weight"] for one in pairs.kith("review", "--json").events]
    assert len(weights) == 3 and weights == sorted(weights, reverse=True)


def test_what_is_asked_about_one_person_is_asked_together(house: House) -> None:
    phone = {
        "a": card("a", "Katharina Ost", "TEL:+49 30 23125001"),
        "b": card("b", "Bertram Lang", "TEL:+49 30 23125002"),
    }
    tablet = {
        "c": card("c", "K. Ost", "TEL:+49 30 23125001"),
        "d": card("d", "B. Lang", "TEL:+49 30 23125002"),
        "e": card("e", "Bert Lang", "TEL:+49 30 23125002"),
    }
    house.write_config(
        file_account("phone", "vcf", folder_of_cards(house.folder / "phone", **phone), "two-way"),
        file_account("tablet", "vcf", folder_of_cards(house.folder / "tablet", **tablet), "two-way"),
    )
    house.kith("sync")
    asked = [{one["a"], one["b"]} for one in house.kith("review", "--json").events]
    weights = [one["weight"] for one in house.kith("review", "--json").events]
    assert len(asked) >= 3 and weights != sorted(weights, reverse=True), "the surest alone would part them"
    shared = [bool(first & second) for first, second in itertools.pairwise(asked)]
    assert shared.count(False) == 1, "from one person to the next there is one step"


def test_a_restore_is_shown_and_asked_for_before_anything_is_written(pairs: House) -> None:
    pairs.kith("sync")
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    time.sleep(1.1)  # the second that is meant must be over
    phone = pairs.folder / "phone"
    lost = (phone / "p0.vcf").read_bytes()
    (phone / "p0.vcf").unlink()
    (phone / "new.vcf").write_bytes(card("n", "Nora Neu"))
    pairs.kith("sync")
    screen = Terminal(pairs, "restore", "phone", "--to", moment)
    asked = screen.wait_for("Write this to phone? [y/N]:")
    assert "+ Bert O. Lang   (was deleted since, is put back)" in asked
    assert "- Nora Neu   (was made since, is removed)" in asked
    screen.type("n")
    assert "Nothing was written." in screen.end() and (phone / "new.vcf").exists()
    screen = Terminal(pairs, "restore", "phone", "--to", moment)
    screen.wait_for("Write this to phone? [y/N]:")
    screen.type("y")
    assert "1 card put back, " in screen.end()
    assert not (phone / "new.vcf").exists()
    assert lost.split(b"FN:")[1][:12] in b"".join(path.read_bytes() for path in phone.glob("*.vcf"))
