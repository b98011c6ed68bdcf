"""What comparing looks at of one card, taken once for all its pairs."""

from collections.abc import Mapping
from types import MappingProxyType

from kith.match.blocking import full_name
from kith.normalize.features import Features

FREQUENT = 4
"""Cards of other people from which on a family name is one of its own and not a slip of another."""

_NONE: Mapping[str, int] = MappingProxyType({})


class Sketch:
    """A card's features with what its pairs would ask of them again and again. `frequency` as in `Statistics`.

    `values`: all its identifiers; `locals`: as in the features, as a set; `employed`: whether it tells of an employer;
    `namesakes`: cards of its full name, `given` and `family`: cards of its given name and of each of its family names;
    `frequent`: whether others carry the family name.
    """

    __slots__ = ("employed", "family", "features", "frequent", "given", "locals", "namesakes", "values")

    def __init__(self, features: Features, frequency: Mapping[str, int] = _NONE) -> None:
        f = self.features = features
        self.values = frozenset((*f.mobile, *f.fixed, *f.personal, *f.role, *f.profiles))
        self.locals = frozenset(f.locals)
        self.employed = bool(f.firms or f.domains)
        count = frequency.get
        full = full_name(f)
        self.namesakes = count(full, 0) if full else 0
        self.given = count(f"given:{f.given[0]}", 0) if f.given else 0
        self.family = tuple([count(f"family:{word}", 0) for word in f.family])
        self.frequent = max(self.family, default=0) - self.namesakes >= FREQUENT
