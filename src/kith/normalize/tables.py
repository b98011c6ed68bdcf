"""The curated tables of this package, read once. Each file in `data/` states its sources in its head."""

from functools import cache
from importlib import resources


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of a table without comments and blank lines."""
    text = resources.files("kith.normalize").joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    stripped = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return tuple(line for line in stripped if line)


@cache
def section(name: str, heading: str) -> frozenset[str]:
    """The words under `[heading]` of a table, separated by white space or commas."""
    found: set[str] = set()
    inside = False
    for line in lines(name):
        if line.startswith("["):
            inside = line == f"[{heading}]"
        elif inside:
            found.update(line.replace(",", " ").split())
    return frozenset(found)
