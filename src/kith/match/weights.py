"""The weights as a value: bits per comparison, level and rival explanation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

RIVALS = ("stranger", "relative", "colleague")
"""The explanations that "one person" must beat, each: two strangers who are alike by chance, two people of one
household or family, two people of one firm."""

RARITY = "rarity"

Bits = tuple[float, ...]
"""Bits against each of `RIVALS`."""

NO_BITS: Bits = (0.0,) * len(RIVALS)
_NOTHING: Mapping[str, tuple[float | None, ...]] = {}


@dataclass(frozen=True, slots=True)
class Weights:
    """`levels[comparison][level]` are bits against each of `RIVALS`, None where they depend on how rare the value is;
    `rarity` bounds those (least, most bits); `priors` are the odds before any comparison, in bits, per rival.
    `learned` are bits added to a level against every rival, fitted to the user's decisions by `kith.match.tune`."""

    levels: Mapping[str, Mapping[str, tuple[float | None, ...]]]
    rarity: Mapping[str, tuple[float, float]]
    priors: Bits
    version: int = 1
    learned: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def bits(self, comparison: str, level: str, rarity: float = 0.0) -> Bits:
        """The bits of a level against each rival; `rarity` (bits) stands in where the weight depends on it, and is the
        most that the others can be then."""
        row = self.levels.get(comparison, _NOTHING).get(level)
        if row is None:
            return NO_BITS
        known: Bits = row  # type: ignore[assignment]
        if None in row:
            known = tuple([rarity if bits is None or bits > rarity else bits for bits in row])
        if self.learned and (shift := self.learned.get(comparison, {}).get(level)):
            return tuple(bits + shift for bits in known)
        return known


def parse(data: Mapping[str, Any]) -> Weights:
    """Weights from the form they have in weights.json."""
    levels = {
        comparison: {
            level: tuple(None if bits == RARITY else float(bits) for bits in row)
            for level, row in rows.items()
        }
        for comparison, rows in data["levels"].items()
    }
    learned = {
        comparison: {level: float(bits) for level, bits in rows.items()}
        for comparison, rows in data.get("learned", {}).items()
    }
    return Weights(
        levels=levels,
        rarity={name: (float(low), float(high)) for name, (low, high) in data["rarity"].items()},
        priors=tuple(float(data["rivals"][name]) for name in RIVALS),
        version=int(data.get("version", 1)),
        learned=learned,
    )


@cache
def default() -> Weights:
    """The weights that kith ships, estimated by tools/estimate_weights.py."""
    text = resources.files("kith.match").joinpath("weights.json").read_text(encoding="utf-8")
    return parse(json.loads(text))
