"""The index of the matching core: a changed card is compared with a handful of candidates, not with the book."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from kith.match.blocking import keys, tokens
from kith.normalize.features import Features
from kith.store.cards import in_batches
from kith.store.database import Database

CANDIDATES_PER_KEY = 64
"""A key that more cards share than this names a crowd, not a person; the matcher splits it on another field."""


def write(db: Database, card: int, found: Features) -> None:
    """Index one card anew. Only what owners wrote is indexed, not the copies that kith makes: each value stands on a card
    of its person that is."""
    forget(db, [card])
    fill(db, add(db, [(card, found)]))


def forget(db: Database, cards: Iterable[int]) -> None:
    """Take cards out of the index, as happens to those that are deleted."""
    db.many("DELETE FROM filed WHERE card = ?", ((card,) for card in cards))


def add(db: Database, cards: Iterable[tuple[int, Features]]) -> list[int]:
    """Note what cards that are not in the index are filed under; returns their numbers, for `fill`."""
    rows = [(card, _listed(keys(found)), _listed(tokens(found))) for card, found in cards]
    db.many("INSERT INTO filed VALUES (?, ?, ?)", rows)
    return [card for card, _, _ in rows]


def fill(db: Database, cards: Sequence[int]) -> None:
    """Put the cards that `add` noted into the index: all at once and in its order, so that each page is written once."""
    for sql in (_FILE, _COUNT):
        db.execute(sql, (_listed(cards),))


_NEW = "FROM filed, json_each({}) AS told WHERE card IN (SELECT value FROM json_each(?))"
_FILE = f"INSERT OR IGNORE INTO blocking SELECT told.value, card {_NEW.format('keys')} ORDER BY 1"
_COUNT = (
    f"INSERT INTO carried SELECT told.value, count(*) {_NEW.format('terms')} GROUP BY 1"
    " ON CONFLICT (term) DO UPDATE SET cards = cards + excluded.cards"
)


_listed: Callable[[Sequence[object]], str] = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":")
).encode


def is_filed(db: Database, card: int) -> bool:
    """Whether a card can be found by any key."""
    return bool(db.value("SELECT keys <> '[]' FROM filed WHERE card = ?", (card,)))


def candidates(db: Database, wanted: Iterable[Features]) -> set[str]:
    """The people whose cards share a blocking key with any of these."""
    people: set[str] = set()
    if not db.value("SELECT 1 FROM blocking LIMIT 1"):
        return people
    for key in sorted({key for item in wanted for key in keys(item)}):
        found = db.rows(
            "SELECT card.person FROM blocking JOIN card ON card.id = blocking.card WHERE key = ? LIMIT ?",
            (key, CANDIDATES_PER_KEY + 1),
        )
        people |= {row[0] for row in found if row[0]}
    return people


def frequencies(db: Database, wanted: Iterable[Features]) -> Mapping[str, int]:
    """{token: number of stored cards that carry it} for the tokens of these."""
    if not db.value("SELECT 1 FROM carried LIMIT 1"):
        return {}
    terms = sorted({token for item in wanted for token in tokens(item)})
    rows = in_batches(db, "SELECT term, cards FROM carried WHERE term IN ({})", terms)
    return {row[0]: row[1] for row in rows}
