"""The weights and the counts of one store, laid out for weighing many pairs."""

from math import log2

from kith.match.statistics import Statistics
from kith.match.weights import Bits, default

GROUND = 500
"""Cards added to the store's own count: a small address book says little about how frequent names are."""


class Scale:
    """What of weights and statistics is the same for all pairs.

    `prior`: bits before any comparison; against a stranger the size of the store counts, against kin and colleagues not.
    `unshared`: bits of an identifier against strangers, which singles out one of all cards, whatever their number.
    """

    __slots__ = ("_bounds", "_cards", "bits", "count", "prior", "statistics", "unshared", "weights")

    def __init__(self, statistics: Statistics) -> None:
        self.statistics = statistics
        self.weights = statistics.weights or default()
        self.bits = self.weights.bits
        self.count = statistics.count
        self._cards = statistics.total + GROUND
        stranger, relative, colleague = self.weights.priors
        self.prior: Bits = (stranger - log2(self._cards), relative, colleague)
        self.unshared = log2(self._cards) + self.weights.rarity["identifier"][0]
        self._bounds = {
            name: (low, high, GROUND * 2.0**-high) for name, (low, high) in self.weights.rarity.items()
        }

    def rarity(self, name: str, held: int, own: int) -> float:
        """-log2 of the share of other cards that carry a token, within the bounds of the weights: of `held` cards that
        carry it, `own` are left out."""
        low, high, background = self._bounds[name]
        share = (max(held - own, 0) + background) / self._cards
        return min(max(-log2(share), low), high)
