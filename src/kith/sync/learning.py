"""What the user's decisions teach the matching core: explicit, shown first, taken back at any time."""

import json
from collections.abc import Mapping

from kith.match.statistics import Statistics
from kith.match.tune import Label, Report, report
from kith.match.weights import Weights
from kith.normalize.features import Features, features
from kith.store import index
from kith.store.cards import holding
from kith.store.database import Database
from kith.store.facts import learned_weights
from kith.store.pairs import key_from
from kith.store.people import own_card

LEARNED = "learned weights"
"""The row of table meta that holds what was learnt, as JSON {comparison: {level: bits}}."""


def labels(db: Database, regions: Mapping[str, str]) -> list[Label]:
    """The user's decisions about cards that are still there: (features of one, of the other, one person or not)."""
    found = []
    for row in db.rows("SELECT a, b, same FROM decision ORDER BY a, b"):
        sides = [_features(db, row[side], regions) for side in ("a", "b")]
        if sides[0] is not None and sides[1] is not None:
            found.append((sides[0], sides[1], bool(row["same"])))
    return found


def _features(db: Database, text: str, regions: Mapping[str, str]) -> Features | None:
    key = key_from(text)
    item = holding(db, key)
    return features(own_card(db, item).held, regions.get(key.account, "")) if item is not None else None


def learn(db: Database, regions: Mapping[str, str]) -> Report:
    """What tuning would change; nothing is written."""
    known = labels(db, regions)
    sides = [side for a, b, _ in known for side in (a, b)]
    total = int(db.value("SELECT count(*) FROM card"))
    return report(known, Statistics(total, index.frequencies(db, sides), learned_weights(db)))


def keep(db: Database, weights: Weights) -> None:
    """Use these weights from now on."""
    text = json.dumps({name: dict(levels) for name, levels in weights.learned.items()})
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (LEARNED, text))


def drop(db: Database) -> None:
    """Go back to the weights that kith ships."""
    db.execute("DELETE FROM meta WHERE key = ?", (LEARNED,))
