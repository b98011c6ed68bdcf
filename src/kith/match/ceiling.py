"""The most that a pair could weigh: what spares the full comparison of two cards that can never be asked about.

Most candidates share a family name, or a given name, and nothing else. Where two names contradict and no identifier is
in common, the levels of a few comparisons decide whether the threshold is within reach. The same few combinations come
again and again, so each is summed up once: what contradicts with its bits, what agrees with the most that it can have.
"""

from kith.match import levels, names
from kith.match.scale import Scale
from kith.match.sketch import Sketch
from kith.match.weights import RIVALS, Bits, Weights
from kith.normalize.features import Features

_CONTRARY = frozenset({"other", "unlike"})
_LEFT_OUT = frozenset({"mobile", "fixed", "personal", "role", "profile", "shared", "namesakes", "book"})
"""Comparisons of identifiers, of which the pair has none in common, and what comes later and only lowers a weight."""

Reached = tuple[str, str, str, str, str, bool, bool, bool]
"""Levels of given name, family name, employer, address and birthday; whether both have a further given name and a
generation mark; whether mailboxes may tell anything."""

_COMPARED = ("given", "family", "firm", "address", "birthday")
_TOLD = ("middle", "generation", "local")


class Ceiling:
    """Upper bounds of weights, for one store and one threshold (bits)."""

    def __init__(self, scale: Scale, ask: float) -> None:
        self.ask = ask
        self.weights = scale.weights
        self.prior = scale.prior
        self.known: dict[Reached, bool] = {}

    def reachable(self, left: Sketch, right: Sketch, named: tuple[str, str]) -> bool:
        """Whether the weight of two people's cards, whose names reach the levels `named`, may be at the threshold or
        above it. Never False where it is."""
        given, family = named
        if given not in _CONTRARY and family != "other":
            return True
        if not left.values.isdisjoint(right.values):
            return True
        a, b = left.features, right.features
        reached = (
            given,
            family,
            levels.firm(a, b)[0] if left.employed and right.employed else "",
            levels.address(a, b),
            levels.birthday(a, b) if a.birthday and b.birthday else "",
            bool(a.middle and b.middle),
            bool(a.generation and b.generation),
            not left.locals.isdisjoint(right.locals) or _spelled(a, b) or _spelled(b, a),
        )
        found = self.known.get(reached)
        if found is None:
            found = self.known[reached] = self._most(reached) >= self.ask
        return found or names.moved(a, b)[0] != ""

    def _most(self, reached: Reached) -> float:
        """The least, over the rivals, of the most bits that there can be."""
        at = dict(zip((*_COMPARED, *_TOLD), reached, strict=True))
        silent = {comparison for comparison, level in at.items() if not level}
        if at["firm"] in {"", "other"}:
            silent.add("position")
        bits = [self.prior]
        for comparison in self.weights.levels:
            if comparison in silent | _LEFT_OUT or comparison.startswith("place "):
                continue
            level = at.get(comparison)
            if isinstance(level, str) and level in _CONTRARY:
                bits.append(self.weights.bits(comparison, level))
            else:
                bits.append(most(self.weights, comparison))
        return min(sum(row[rival] for row in bits) for rival in range(len(RIVALS)))


def _spelled(a: Features, b: Features) -> bool:
    """Whether a card without a name may have the other's in a mailbox."""
    return not a.given and not a.family and bool(a.locals and (b.given or b.family))


def most(weights: Weights, comparison: str) -> Bits:
    """The most bits that a comparison can add against each rival, 0 where it can be silent."""
    _, high = weights.rarity.get(comparison, weights.rarity["family"])
    if comparison == "local":
        high += weights.rarity["given"][1]
    rows = [weights.bits(comparison, level, high) for level in weights.levels[comparison]]
    return tuple(max(0.0, *(row[rival] for row in rows)) for rival in range(len(RIVALS)))
