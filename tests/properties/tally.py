"""What a state machine met on its way: how often, in how many histories, and how many of these were different."""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import event

LOG = os.environ.get("KITH_TALLY", "")
"""A file to which each share of a long run adds a line."""


@dataclass
class Tally:
    """Of the histories of one machine. `often`: times in all of them; `met`: histories in which it happened."""

    examples: int = 0
    often: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    stories: set[int] = field(default_factory=set)

    def add(self, story: list[str], happened: list[str]) -> None:
        """One history: the steps in words, and what came of them."""
        self.examples += 1
        self.often.update(happened)
        self.met.update(set(happened))
        self.stories.add(hash(tuple(story)))
        for what in set(happened):
            event(what)

    def write(self, **more: object) -> None:
        """A line of JSON in the log, where one is wanted."""
        if LOG:
            line = {
                **more,
                "examples": self.examples,
                "different": len(self.stories),
                "often": self.often,
                "met": self.met,
            }
            with Path(LOG).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, sort_keys=True) + "\n")


def table(log: Path) -> str:
    """The lines of a log together: what was run, how often things happened in 1 000 histories, and in how many of these."""
    shares = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    passed = [line for line in shares if line["result"] == "passed"]
    failed = [line["share"] for line in shares if line["result"] != "passed"]
    examples = sum(line["examples"] for line in passed) or 1
    often: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for line in passed:
        often.update(line["often"])
        met.update(line["met"])
    rows = [
        f"| {what} | {often[what] * 1000 / examples:.0f} | {met[what] * 1000 / examples:.0f} |"
        for what in sorted(often)
    ]
    told = f"{examples} histories in {len(passed)} shares passed; shares that failed: {failed or 'none'}"
    head = [told, "", "| what | times in 1 000 histories | in so many of 1 000 |", "| --- | ---: | ---: |"]
    return "\n".join([*head, *rows])


if __name__ == "__main__":
    print(table(Path(LOG)))
