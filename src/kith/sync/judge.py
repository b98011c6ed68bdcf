"""The evidence between any two stored cards or people, also those that were never compared."""

from collections.abc import Mapping, Sequence

from kith.match.compare import compare
from kith.match.evidence import Evidence
from kith.match.statistics import Statistics
from kith.model.record import RecordKey
from kith.normalize.features import Features, features
from kith.store import index
from kith.store.cards import holding
from kith.store.database import Database
from kith.store.facts import learned_weights
from kith.store.people import cards_of


def judge(db: Database, a: RecordKey, b: RecordKey, regions: Mapping[str, str]) -> Evidence:
    """How likely two cards are one person, itemised."""
    sides = [_features(db, key, regions) for key in (a, b)]
    return compare(sides[0], sides[1], _statistics(db, sides))


def judge_people(
    db: Database, first: str, second: str, regions: Mapping[str, str]
) -> tuple[RecordKey, RecordKey, Evidence]:
    """The strongest evidence between the cards of two people."""
    left, right = cards_of(db, first), cards_of(db, second)
    sides = {item.key: features(item.held, regions.get(item.key.account, "")) for item in (*left, *right)}
    statistics = _statistics(db, list(sides.values()))
    found = [
        (a.key, b.key, compare(sides[a.key], sides[b.key], statistics))
        for a in left
        for b in right
        if a.key != b.key
    ]
    return max(found, key=lambda item: (item[2].weight, item[0], item[1]))


def _features(db: Database, key: RecordKey, regions: Mapping[str, str]) -> Features:
    item = holding(db, key)
    if item is None:
        raise KeyError(str(key))
    return features(item.held, regions.get(key.account, ""))


def _statistics(db: Database, sides: Sequence[Features]) -> Statistics:
    total = int(db.value("SELECT count(*) FROM card"))
    return Statistics(total=total, frequency=index.frequencies(db, sides), weights=learned_weights(db))
