"""What a run touches, read from the store: `decide` gets this and nothing else."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kith.match.weights import Weights, default
from kith.model.account import Account
from kith.model.decision import Decision, Question
from kith.model.facts import Book, Facts, Rules
from kith.model.holding import Holding
from kith.model.record import RecordKey, SourceRecord
from kith.normalize.features import Features, features
from kith.plan.lists import URN, members
from kith.store import index, staging, terms
from kith.store.cards import card_row, card_rows, holding_of, holdings_of, person_of, persons
from kith.store.database import Database
from kith.store.flips import frozen
from kith.store.pairs import about, key_from

REFUSED_FOR = 86400.0
"""Seconds for which a refused card is not sent again unless it changes."""


def gather(
    db: Database, now: float, accounts: Sequence[Account], awake: frozenset[str], rules: Rules
) -> Facts:
    """Facts for the staged changes of the accounts in `awake`; of everything with `rules.full`."""
    pulled = staging.records(db, awake)
    gone = staging.gone(db, awake)
    regions = {account.name: account.region or rules.region for account in accounts}
    seen = {
        record.key: features(record.contact, regions.get(record.key.account, ""))
        for record in pulled
        if record.contact.kind != "group"
    }
    wanted = list(seen.values())
    touched = _touched(db, [record.key for record in pulled] + gone, wanted, rules.full)
    if not rules.full:
        touched |= _listed(db, [record for record in pulled if record.contact.kind == "group"], gone)
    dirty = {row[0] for row in db.rows("SELECT id FROM person WHERE dirty > 0")}
    touched |= dirty
    holdings = _everything(db) if rules.full else holdings_of(db, sorted(touched))
    questions = about(db, "question", [item.key for item in holdings])
    for _ in range(0 if rules.full else 2):  # whom a doubt lets go may be waiting for someone else as well
        others = _people_of(db, questions) - touched
        holdings += holdings_of(db, sorted(others))
        touched |= others
        questions = about(db, "question", [item.key for item in holdings]) if others else questions
    cards = {*seen, *(item.key for item in holdings)}
    return Facts(
        now=now,
        accounts=tuple(accounts),
        pulled=tuple(pulled),
        gone=tuple(gone),
        holdings=tuple(holdings),
        features=seen,
        frozen=frozenset() if rules.undoing else frozen(db, now, sorted({item.person for item in holdings})),
        lists=tuple(holding_of(row) for row in db.rows("SELECT * FROM card WHERE linked_by = 'list'")),
        persons=tuple(
            [person_of(row) for row in db.rows("SELECT * FROM person")]
            if rules.full
            else persons(db, sorted(touched))
        ),
        decisions=_decisions(db, cards) if pulled else (),
        questions=tuple(Question(key_from(row["a"]), key_from(row["b"]), row["weight"]) for row in questions),
        books=tuple(_books(db, awake)),
        statistics=index.frequencies(db, wanted),
        total=int(db.value("SELECT count(*) FROM card")),
        learned=_learned(db),
        rules=rules,
        refused={row[0]: row[1] for row in _refused(db, now)},
        dirty=frozenset(dirty),
        asleep=frozenset(account.name for account in accounts) - awake,
    )


def _touched(db: Database, keys: Iterable[RecordKey], wanted: Iterable[Features], full: bool) -> set[str]:
    if full:
        return set()
    own = {row["person"] for row in card_rows(db, keys).values() if row["person"]}
    return own | index.candidates(db, wanted) | _people_of_decisions(db, keys)


def _people_of_decisions(db: Database, keys: Iterable[RecordKey]) -> set[str]:
    """Whom the user said these cards belong to: a card that comes back finds its person without any likeness."""
    found = set()
    for row in about(db, "decision", keys):
        if row["same"]:
            for side in ("a", "b"):
                card = card_row(db, key_from(row[side]))
                found |= {card["person"]} if card is not None and card["person"] else set()
    return found


def _listed(db: Database, cards: Iterable[SourceRecord], gone: Iterable[RecordKey]) -> set[str]:
    """The people whom a changed list card names, or named."""
    found: set[str] = set()
    names: set[str] = set()
    uids: set[tuple[str, str]] = set()
    for record in cards:
        uids |= {(record.key.account, uid) for uid in members(record.contact)}
    for key in [*(record.key for record in cards), *gone]:
        row = card_row(db, key)
        if row is not None and row["linked_by"] == "list":
            before = holding_of(row).held
            names.add(before.full_name)
            uids |= {(key.account, uid) for uid in members(before)}
    for account, uid in sorted(uids):
        rows = db.rows(
            "SELECT person FROM card WHERE +account = ? AND uid IN (?, ?) AND uid <> ''",
            (account, uid, URN + uid),
        )
        found |= {row[0] for row in rows if row[0]}
    for name in sorted(names):
        rows = db.rows(
            "SELECT id FROM person WHERE EXISTS (SELECT 1 FROM json_each(person.body, '$.contact.groups') WHERE value = ?)",
            (name,),
        )
        found |= {row[0] for row in rows}
    return found


def _everything(db: Database) -> list[Holding]:
    return [holding_of(row) for row in db.rows("SELECT * FROM card WHERE person IS NOT NULL")]


def _people_of(db: Database, questions: Iterable[sqlite3.Row]) -> set[str]:
    """Both sides of these questions: a doubt about one of them concerns the other."""
    rows = [card_row(db, key_from(row[side])) for row in questions for side in ("a", "b")]
    return {row["person"] for row in rows if row is not None and row["person"]}


def _refused(db: Database, now: float) -> list[sqlite3.Row]:
    """What accounts refused lately: a day later it is tried again (a quota may have been raised)."""
    return db.rows("SELECT fingerprint, why FROM refused WHERE at > ?", (now - REFUSED_FOR,))


def _learned(db: Database) -> dict[str, dict[str, float]]:
    text = db.value("SELECT value FROM meta WHERE key = 'learned weights'")
    return dict(json.loads(text)) if text else {}


def learned_weights(db: Database) -> Weights:
    """The weights that kith ships, with what this store's decisions taught."""
    return replace(default(), learned=_learned(db))


def _decisions(db: Database, cards: Iterable[RecordKey]) -> tuple[Decision, ...]:
    rows = about(db, "decision", cards)
    return tuple(Decision(key_from(row["a"]), key_from(row["b"]), bool(row["same"])) for row in rows)


def _books(db: Database, awake: frozenset[str]) -> Iterable[Book]:
    first = {row[0] for row in db.rows("SELECT name FROM account WHERE first_at IS NULL")} | terms.unsettled(
        db
    )
    sizes = {
        (row[0], row[1]): row[2]
        for row in db.rows("SELECT account, book, count(*) FROM card GROUP BY account, book")
    }
    staged = {(row[0], row[1]) for row in db.rows("SELECT DISTINCT account, book FROM staged")}
    for account, book in sorted(sizes.keys() | staged):
        if account in awake:
            seen = staging.listed_size(db, account, book)
            yield Book(account, book, sizes.get((account, book), 0), seen, account in first)
