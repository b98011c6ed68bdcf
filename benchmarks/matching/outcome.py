"""What an engine hands back, the same for every engine."""

from dataclasses import dataclass, field

Pair = tuple[int, int, float]
"""Two card numbers and a score; higher is surer. The unit is the engine's own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`clusters`: card numbers by setting, the engine's own default first. `pairs`: scored pairs for the trade-off curve
    (joined by connected components), empty where the engine has no score. `questions`: pairs for a human, in order.
    `seconds`: named stages in CPU seconds. `note`: what a reader of the table should know."""

    clusters: dict[str, list[list[int]]]
    pairs: list[Pair] = field(default_factory=list)
    questions: list[Pair] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    note: str = ""


def components(count: int, pairs: list[Pair], score: float) -> list[list[int]]:
    """Connected components over the cards 0..count-1 of the pairs that score at least `score`."""
    parent = list(range(count))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for left, right, value in pairs:
        if value >= score:
            parent[root(left)] = root(right)
    found: dict[int, list[int]] = {}
    for item in range(count):
        found.setdefault(root(item), []).append(item)
    return list(found.values())
