"""The most that a pair could weigh: what spares the full comparison of two cards that can never be asked about.

Most candidates share a family name, or a given name, and nothing else. What their names tell is known for all cards of
two names at once; what the rest could add depends on no more than what both cards tell of, so that is summed up once for
each of a few dozen combinations.
"""

from collections.abc import Sequence

from kith.match import sketch
from kith.match.scale import Scale
from kith.match.sketch import Naming
from kith.match.weights import NO_BITS, Bits, Weights

_CONTRARY = frozenset({"other", "unlike"})
_MARKS = ("guess", "middle", "generation", "sex")
_TOLD = (
    (sketch.FIRM | sketch.MET, ("firm", "position")),
    (sketch.ADDRESS, ("address",)),
    (sketch.BIRTHDAY, ("birthday",)),
)
_DIFFERING = ((sketch.MOBILE, "mobile"), (sketch.FIXED, "fixed"), (sketch.PERSONAL, "personal"))
"""What differs wherever both cards tell of it and have no common ground."""


class Ceiling(dict[int, Bits]):
    """{what both cards tell of, as bits of `Sketch.told`: the most that all but the names and the book can add
    against each rival}, for two cards of people without common ground, neither of them without a name."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.weights = weights
        self.spelled = most(weights, "local")
        """What a mailbox that has the other card's name in it can add where one of the two has no name."""

        self.elsewhere = weights.bits("firm", "other")
        """The bits of two employers that differ."""

        self.born = {level: weights.bits("birthday", level) for level in weights.levels["birthday"]} | {
            "": NO_BITS
        }
        """The bits of each level of two birthdays, those that other circumstances may turn into another included."""
        for level, other in (("same", "twins"), ("other", "coeval")):
            self.born[level] = tuple(map(max, self.born[level], self.born[other]))

    def __missing__(self, both: int) -> Bits:
        rows = [most(self.weights, "numbered")]
        rows += [most(self.weights, name) for bit, told in _TOLD if both & bit for name in told]
        rows += [self.weights.bits(name, "other") for bit, name in _DIFFERING if both & bit]
        if both & sketch.APART:
            rows.append(self.born["other"])
        if both & sketch.PROFILE:  # two profiles differ only if they are of one network
            rows.append(_best([self.weights.bits("profile", "other")]))
        self[both] = found = plus(*rows)
        return found


def contrary(x: Naming, y: Naming, named: tuple[str, str]) -> bool:
    """Whether two people's names, of the levels `named`, contradict."""
    return (named[1] == "other" or named[0] in _CONTRARY) and not x.nameless and not y.nameless


def most_of_names(scale: Scale, named: tuple[str, str]) -> Bits:
    """The most that contrary names of the levels `named` can leave of the odds, the prior included."""
    weights = scale.weights
    given, family = named
    rows = [scale.prior, weights.bits("given", given, weights.rarity["given"][1])]
    levels = (family, "similar") if family == "spelling" else (family,)
    held = [weights.bits("family", level, weights.rarity["family"][1]) for level in levels]
    rows.append(tuple(map(max, *held)) if len(held) > 1 else held[0])
    return plus(*rows, *(most(weights, comparison) for comparison in _MARKS))


def most(weights: Weights, comparison: str) -> Bits:
    """The most bits that a comparison can add against each rival, 0 where it can be silent."""
    _, high = weights.rarity.get(comparison, weights.rarity["family"])
    if comparison == "local":
        high += weights.rarity["given"][1]
    return _best([weights.bits(comparison, level, high) for level in weights.levels[comparison]])


def _best(rows: Sequence[Bits]) -> Bits:
    return tuple(max(0.0, *bits) for bits in zip(*rows, strict=True))


def both(x: Bits, y: Bits) -> Bits:
    """The sums against each rival, of two."""
    return (x[0] + y[0], x[1] + y[1], x[2] + y[2])


def plus(*rows: Bits) -> Bits:
    """The sums against each rival."""
    return tuple(map(sum, zip(*rows, strict=True)))
