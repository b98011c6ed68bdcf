"""The bars that kith set itself for matching, beside what was measured: one row each, also where it was missed."""

from collections.abc import Iterator
from itertools import pairwise
from math import log10
from typing import Any

Row = dict[str, Any]
Line = tuple[str, str, str]

PRECISION = 0.999
"""At which FEBRL 4 is read off."""

JOINED = {2000: 0.70, 20_000: 0.60}
ANSWERED = {2000: 0.92, 20_000: 0.88}


def _own(rows: list[Row], people: int) -> list[Row]:
    return [row for row in rows if row["people"] == people and "kith" in row]


def _met(good: bool) -> str:
    return "met" if good else "missed"


def _quality(rows: list[Row], people: int) -> Iterator[Line]:
    own = _own(rows, people)
    if not own:
        return
    wrong = sum(row["settings"]["default"]["wrong"] for row in own)
    made = sum(row["settings"]["default"]["made"] for row in own)
    possible = sum(row["possible"] for row in own)
    forbidden = sum(row["kith"]["forbidden"] for row in own)
    asked = sum(row["kith"]["review"]["questions"] for row in own)
    right = sum(row["kith"]["review"]["right"] for row in own)
    answered = sum(row["kith"]["review"]["joins"] * row["possible"] for row in own) / possible
    place = f"{people} people"
    yield (
        f"{place}: at most 1 wrong in 2 000 joins",
        f"{wrong} in {made + wrong}",
        _met(wrong * 2000 <= made + wrong),
    )
    yield f"{place}: none across kinds or Jr/Sr marks", str(forbidden), _met(not forbidden)
    share = made / possible
    told = sum(row["told"] for row in own) / possible
    yield (
        f"{place}: joined by itself, aim {JOINED[people]:.2f} ({told:.3f} have more than a name in common)",
        f"{share:.3f}",
        _met(share >= JOINED[people]),
    )
    yield (
        f"{place}: joined or asked, aim {ANSWERED[people]:.2f}",
        f"{answered:.3f}",
        _met(answered >= ANSWERED[people]),
    )
    precision = right / asked if asked else 1.0
    yield f"{place}: questions whose answer is yes, at least .85", f"{precision:.3f}", _met(precision >= 0.85)


def _cost(rows: list[Row], people: int) -> Iterator[Line]:
    runs = {row["engine"]: row for row in rows if row["people"] == people and not row["failure"]}
    if not {"kith", "splink"} <= set(runs):
        return
    own, other = runs["kith"], runs["splink"]
    words = f"{own['cpu']:.1f} s, Splink {other['cpu']:.1f} s"
    yield f"{people} people: CPU at or under Splink's", words, _met(own["cpu"] <= other["cpu"])
    words = f"{own['peak']:.0f} MB, Splink {other['peak']:.0f} MB"
    yield f"{people} people: memory at most half of Splink's", words, _met(own["peak"] * 2 <= other["peak"])


def _growth(rows: list[Row]) -> Iterator[Line]:
    """Over all sizes, in steps of ten; beside it each part of the way, of which the last one is the steepest."""
    ordered = sorted((row for row in rows if "kith" in row), key=lambda row: -row["seed"])
    own = {row["people"]: row["cpu"] for row in ordered if row["people"] >= 2000}
    if len(own) < 2:
        return
    sizes = sorted(own)
    parts = [
        f"{small} to {large}: {own[large] / own[small]:.1f} x, {_tenfold(own, small, large):.1f} x for 10 x"
        for small, large in pairwise(sizes)
    ]
    factor = _tenfold(own, sizes[0], sizes[-1])
    yield (
        f"{sizes[0]} to {sizes[-1]} people: CPU at most 12 x for each 10 x",
        f"{factor:.1f} x ({'; '.join(parts)})",
        _met(factor <= 12),
    )


def _tenfold(own: dict[int, float], small: int, large: int) -> float:
    """The growth from one size to another as what it would be for ten times as many people."""
    found: float = (own[large] / own[small]) ** (1 / log10(large / small))
    return found


def _public(results: Row) -> Iterator[Line]:
    """The bar asks for a point of the curve, with the number read as TEL; beside it what kith joins without asking."""
    for row in results.get("public", []):
        if row["engine"] == "kith" and not row["failure"]:
            f1, precision = row["at"]
            own = row["settings"]["default"]
            words = (
                f"F1 {f1:.3f} at precision {precision:.4f}, questions counted as joined; without asking F1"
                f" {own['f1']:.3f} at precision {own['precision']:.4f}"
            )
            if row["set"] == "febrl4":
                most = row["provable"] / row["possible"]
                proved = 2 * most / (1 + most)
                yield f"FEBRL 4 without a number (no bar; its cards prove {proved:.3f} at most)", words, ""
            else:
                met = _met(f1 >= 0.97 and precision >= PRECISION)
                yield "FEBRL 4 as N, ADR, BDAY, TEL: F1 at least .97 at precision .999", words, met


def _change(results: Row) -> Iterator[Line]:
    for row in results.get("change", []):
        if not row["failure"] and not row.get("earlier"):
            words = f"one changed card among {row['people']} people: at most 1/1000 of the full match"
            yield words, f"1/{row['full'] / row['change']:.0f}", _met(row["change"] * 1000 <= row["full"])


def lines(results: Row, ratios: dict[int, float]) -> list[Line]:
    """(bar, measured, met or missed). `ratios`: by size, the least kith / best other engine at equal wrong merges."""
    rows = [row for row in results.get("corpora", []) if not row.get("earlier")]
    found: list[Line] = []
    for people in JOINED:
        found += _quality(rows, people)
        if people in ratios:
            words = f"{people} people: 1.5 x the joins of the best other engine at as few wrong merges"
            found.append((words, f"{ratios[people]:.2f} x at least", _met(ratios[people] >= 1.5)))
    for people in (20_000, 100_000):
        found += _cost(rows, people)
    return [*found, *_growth(rows), *_public(results), *_change(results)]
