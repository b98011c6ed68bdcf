"""How often a name or an identifier occurs in this store: what makes a rare one worth more than Müller."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from kith.match.blocking import tokens
from kith.match.weights import Weights
from kith.normalize.features import Features


@dataclass(frozen=True, slots=True)
class Statistics:
    """`total`: cards in the store; `frequency[token]`: the number of *cards* that carry a token of
    `kith.match.blocking.tokens` (missing = 0). Cards, not people: people are what matching finds. `weights` replace those that kith ships."""

    total: int = 0
    frequency: Mapping[str, int] = field(default_factory=dict)
    weights: Weights | None = None

    def count(self, token: str) -> int:
        return self.frequency.get(token, 0)


def survey(records: Iterable[Features]) -> Statistics:
    """Statistics counted afresh over records: for tests, benchmarks and rebuilding a store's counts."""
    cards = list(records)
    return Statistics(len(cards), Counter(chain.from_iterable(map(tokens, cards))))
