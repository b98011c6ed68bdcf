"""The index of the matching core: a changed card is compared with a handful of candidates, not with the book."""

from collections.abc import Iterable, Mapping, Sequence

from kith.match.blocking import keys, tokens
from kith.normalize.features import Features
from kith.store.database import Database

CANDIDATES_PER_KEY = 64
"""A key that more cards share than this names a crowd, not a person; the matcher splits it on another field."""

TOKENS_IN_BATCH = 500


def write(db: Database, card: int, found: Features) -> None:
    """Index one card anew. Only what owners wrote is indexed, not the copies that kith makes: each value stands on a card
    of its person that is."""
    forget(db, [card])
    add(db, [(card, found)])


def forget(db: Database, cards: Iterable[int]) -> None:
    """Take cards out of the index."""
    rows = [(card,) for card in cards]
    db.many("DELETE FROM blocking WHERE card = ?", rows)
    db.many("DELETE FROM carried WHERE card = ?", rows)


def add(db: Database, cards: Sequence[tuple[int, Features]]) -> None:
    """Index cards that are not in the index."""
    db.many(
        "INSERT OR IGNORE INTO blocking VALUES (?, ?)",
        ((key, card) for card, found in cards for key in keys(found)),
    )
    db.many(
        "INSERT OR IGNORE INTO carried VALUES (?, ?)",
        ((token, card) for card, found in cards for token in tokens(found)),
    )


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
    counts: dict[str, int] = {}
    if not db.value("SELECT 1 FROM carried LIMIT 1"):
        return counts
    terms = sorted({token for item in wanted for token in tokens(item)})
    for start in range(0, len(terms), TOKENS_IN_BATCH):
        part = terms[start : start + TOKENS_IN_BATCH]
        marks = ", ".join("?" * len(part))
        rows = db.rows(f"SELECT token, count(*) FROM carried WHERE token IN ({marks}) GROUP BY token", part)
        counts |= {row[0]: row[1] for row in rows}
    return counts
