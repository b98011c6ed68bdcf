"""Weights learnt from the user's decisions: explicit, reported, and taken back by dropping what was learnt.

A decision is a label on a pair that was doubtful, so labelled pairs are no fair sample of all pairs, and counting levels
among them would mislead. Instead the present weights stay as they are and a shift per level is fitted on top by
ridge-regularised logistic regression: with few decisions, or decisions that agree with the weights, shifts stay near
zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kith.match.compare import totals, weigh
from kith.match.statistics import Statistics
from kith.match.weights import Weights, default
from kith.normalize.features import Features

Label = tuple[Features, Features, bool]
Level = tuple[str, str]

RIDGE = 4.0
"""How many contrary decisions about a level weigh as much as the shipped weights."""

MOST = 4.0
"""Bits by which a level may be shifted at most."""

STEPS = 200
FIXED = frozenset({"prior", "decision", "uid"})

_LN2 = 0.6931471805599453


@dataclass(frozen=True, slots=True)
class Change:
    """One level before and after: how many `decisions` touched it, and its shifts in bits."""

    comparison: str
    level: str
    decisions: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Report:
    """What tuning would change. `agreed_before`, `agreed_after`: decisions that the weights get right (odds above even
    for one person, below for two)."""

    weights: Weights
    changes: tuple[Change, ...]
    labels: int
    agreed_before: int
    agreed_after: int


@dataclass(frozen=True, slots=True)
class _Row:
    weight: float
    levels: tuple[Level, ...]
    same: bool


def tune(labels: Sequence[Label], statistics: Statistics, weights: Weights | None = None) -> Weights:
    """The weights with shifts that fit the labels (a, b, whether they are one person)."""
    return report(labels, statistics, weights).weights


def forget(weights: Weights) -> Weights:
    """The weights as they were before anything was learnt."""
    return replace(weights, learned={})


def report(labels: Sequence[Label], statistics: Statistics, weights: Weights | None = None) -> Report:
    """What would change, and how many decisions the weights get right before and after. The order of the labels does
    not matter."""
    base = weights or statistics.weights or default()
    plain = forget(base)
    rows = sorted((_row(label, replace(statistics, weights=plain)) for label in labels), key=_order)
    shifts = _fit(rows)
    learned: dict[str, dict[str, float]] = {}
    for (comparison, level), bits in sorted(shifts.items()):
        if abs(bits) >= 0.05:
            learned.setdefault(comparison, {})[level] = round(bits, 2)
    present = {(name, level): bits for name, row in base.learned.items() for level, bits in row.items()}
    return Report(
        weights=replace(plain, learned=learned),
        changes=_changes(rows, base.learned, learned),
        labels=len(rows),
        agreed_before=sum(_right(row, present) for row in rows),
        agreed_after=sum(_right(row, shifts) for row in rows),
    )


def _row(label: Label, statistics: Statistics) -> _Row:
    a, b, same = label
    found = weigh(a, b, statistics)
    levels = tuple(sorted({(row.comparison, row.level) for row in found if row.comparison not in FIXED}))
    return _Row(min(totals(found)), levels, same)


def _order(row: _Row) -> tuple[float, tuple[Level, ...], bool]:
    return (row.weight, row.levels, row.same)


def _score(row: _Row, shifts: Mapping[Level, float]) -> float:
    return row.weight + sum(shifts.get(level, 0.0) for level in row.levels)


def _right(row: _Row, shifts: Mapping[Level, float]) -> bool:
    return (_score(row, shifts) > 0) == row.same


def _chance(bits: float) -> float:
    return float(1.0 / (1.0 + 2.0 ** -max(min(bits, 60.0), -60.0)))


def _touched(rows: Sequence[_Row]) -> dict[Level, int]:
    counts: dict[Level, int] = {}
    for row in rows:
        for level in row.levels:
            counts[level] = counts.get(level, 0) + 1
    return counts


def _fit(rows: Sequence[_Row]) -> dict[Level, float]:
    """Shifts in bits by gradient descent on the regularised log loss, until nothing moves."""
    touched = _touched(rows)
    width = max((len(row.levels) for row in rows), default=1)
    shifts = dict.fromkeys(sorted(touched), 0.0)
    for _ in range(STEPS):
        slope = {level: -RIDGE * _LN2 * bits for level, bits in shifts.items()}
        for row in rows:
            wrong = float(row.same) - _chance(_score(row, shifts))
            for level in row.levels:
                slope[level] += wrong
        moved = 0.0
        for level, value in slope.items():
            after = shifts[level] + value / (RIDGE + touched[level] * width / 4)
            after = max(min(after, MOST), -MOST)
            moved = max(moved, abs(after - shifts[level]))
            shifts[level] = after
        if moved < 1e-4:
            break
    return shifts


def _changes(
    rows: Sequence[_Row],
    before: Mapping[str, Mapping[str, float]],
    after: Mapping[str, Mapping[str, float]],
) -> tuple[Change, ...]:
    counts = _touched(rows)
    pairs = {(name, level) for table in (before, after) for name, row in table.items() for level in row}
    found = []
    for name, level in pairs:
        old, new = before.get(name, {}).get(level, 0.0), after.get(name, {}).get(level, 0.0)
        if old != new:
            found.append(Change(name, level, counts.get((name, level), 0), old, new))
    return tuple(sorted(found, key=lambda row: (-abs(row.after - row.before), row.comparison, row.level)))
