"""Why two records are one person or not: itemised, in bits."""

from dataclasses import dataclass
from typing import NamedTuple


class Finding(NamedTuple):
    """One comparison's level with its bits against each rival of `kith.match.weights.RIVALS`, and the value that
    agreed."""

    comparison: str
    level: str
    bits: tuple[float, ...]
    value: str = ""


Row = tuple[str, str, tuple[float, ...], str]
"""What a `Finding` is made of: tens of thousands are summed up for one that is shown."""


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One comparison's outcome. `weight` in bits: positive speaks for one person (`for_`), negative against.
    `text` says it in words, with rarity."""

    comparison: str
    level: str
    for_: bool
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """`weight` is the sum in bits: log2 of the odds of "one person" against the likeliest other explanation, `rival`
    (stranger, relative, colleague). `barred` names what forbids the join whatever the bits ("" = nothing).
    `verdict` is by the default policy; a caller with another asks `Policy.verdict(weight)`."""

    weight: float
    items: tuple[EvidenceItem, ...] = ()
    verdict: str = "different"
    rival: str = "stranger"
    barred: str = ""
