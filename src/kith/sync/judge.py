"""The evidence between any two stored cards or people, also those that were never compared."""

from collections.abc import Mapping, Sequence

from kith.connector import registry
from kith.match.compare import evidence, weigh
from kith.match.edges import one_source
from kith.match.evidence import Evidence, Finding
from kith.match.statistics import Statistics
from kith.match.weights import default
from kith.model.record import RecordKey
from kith.normalize.features import Features, features
from kith.store import index
from kith.store.cards import holding
from kith.store.database import Database
from kith.store.facts import learned_weights
from kith.store.people import cards_of


def judge(db: Database, a: RecordKey, b: RecordKey, regions: Mapping[str, str]) -> Evidence:
    """How likely two cards are one person, itemised."""
    sides = {key: _features(db, key, regions) for key in (a, b)}
    return _compared(db, a, b, sides, _statistics(db, list(sides.values())))


def judge_people(
    db: Database, first: str, second: str, regions: Mapping[str, str]
) -> tuple[RecordKey, RecordKey, Evidence]:
    """The strongest evidence between the cards of two people."""
    left, right = cards_of(db, first), cards_of(db, second)
    sides = {item.key: features(item.held, regions.get(item.key.account, "")) for item in (*left, *right)}
    statistics = _statistics(db, list(sides.values()))
    found = [
        (a.key, b.key, _compared(db, a.key, b.key, sides, statistics))
        for a in left
        for b in right
        if a.key != b.key
    ]
    return max(found, key=lambda item: (item[2].weight, item[0], item[1]))


def _compared(
    db: Database, a: RecordKey, b: RecordKey, sides: Mapping[RecordKey, Features], statistics: Statistics
) -> Evidence:
    """The evidence between two cards, with what it tells that both stand in one address book."""
    found = weigh(sides[a], sides[b], statistics)
    if a.account == b.account:
        found.append(Finding(*one_source(_curated(db, a.account), statistics.weights or default())))
    return evidence(sides[a], sides[b], found, statistics)


def _curated(db: Database, account: str) -> bool:
    """Whether an account is an address book and no heap of mentions (mail)."""
    identity = db.value("SELECT identity FROM account WHERE name = ?", (account,))
    connector = str(identity or "").partition("|")[0]
    return connector not in registry.available() or registry.load(connector).capabilities.curated


def _features(db: Database, key: RecordKey, regions: Mapping[str, str]) -> Features:
    item = holding(db, key)
    if item is None:
        raise KeyError(str(key))
    return features(item.held, regions.get(key.account, ""))


def _statistics(db: Database, sides: Sequence[Features]) -> Statistics:
    total = int(db.value("SELECT count(*) FROM card"))
    return Statistics(total=total, frequency=index.frequencies(db, sides), weights=learned_weights(db))
