"""The weights as a value: bits per comparison, level and rival explanation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

RIVALS = ("stranger", "relative", "colleague")
"""The explanations that "one person" must beat, each: two strangers who are alike by chance, two people of one
household or family, two people of one firm."""

RARITY = "rarity"

_NO_BITS = (0.0,) * len(RIVALS)
_NOTHING: Mapping[str, tuple[float | None, ...]] = {}


@dataclass(frozen=True, slots=True)
class Weights:
    """`levels[comparison][level]` are bits against each of `RIVALS`; nan never occurs; `rarity` names the comparisons
    whose bits depend on how rare the value is, with the least and most bits; `priors` are the odds before any
    comparison, in bits, per rival."""

    levels: Mapping[str, Mapping[str, tuple[float | None, ...]]]
    rarity: Mapping[str, tuple[float, float]]
    priors: tuple[float, ...]
    version: int = 1

    def bits(self, comparison: str, level: str, rarity: float = 0.0) -> tuple[float, ...]:
        """The bits of a level against each rival; `rarity` (bits) stands in where the weight depends on it, and is the
        most that the others can be then."""
        row = self.levels.get(comparison, _NOTHING).get(level)
        if row is None:
            return _NO_BITS
        if None not in row:
            return row  # type: ignore[return-value]
        return tuple(rarity if bits is None else min(bits, rarity) for bits in row)


def parse(data: Mapping[str, Any]) -> Weights:
    """Weights from the form they have in weights.json."""
    levels = {
        comparison: {
            level: tuple(None if bits == RARITY else float(bits) for bits in row)
            for level, row in rows.items()
        }
        for comparison, rows in data["levels"].items()
    }
    bounds = {name: (float(low), float(high)) for name, (low, high) in data["rarity"].items()}
    return Weights(
        levels, bounds, tuple(float(data["rivals"][name]) for name in RIVALS), int(data.get("version", 1))
    )


@cache
def default() -> Weights:
    """The weights that kith ships, estimated by tools/estimate_weights.py."""
    text = resources.files("kith.match").joinpath("weights.json").read_text(encoding="utf-8")
    return parse(json.loads(text))
