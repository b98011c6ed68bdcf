"""Finds values that go back and forth between accounts: some other program carries changes between them, too."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kith.store.cards import in_batches
from kith.store.database import Database

WITHIN = 86400.0
FLIPS = 3
"""A field that returns to an earlier value more often than this within a day is frozen."""


def frozen(db: Database, now: float, people: Iterable[str]) -> frozenset[tuple[str, str]]:
    """(person, field) that oscillate: kith takes what was typed last, but sends it nowhere until they have been quiet for a
    day."""
    wanted = list(people)
    rows = in_batches(
        db,
        "SELECT person, account, before, after, at FROM card_history WHERE by = 'owner' AND action = 'changed' AND person IN ({})"
        " ORDER BY id",
        wanted,
    )
    seen: dict[tuple[str, str], list[Any]] = defaultdict(list)
    accounts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row["at"] < now - WITHIN:
            continue
        before, after = json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}")
        for field in before.keys() | after.keys():
            if before.get(field) != after.get(field) and field not in ("uid", "revised", "product"):
                seen[row["person"], field].append(after.get(field))
                accounts[row["person"], field].add(row["account"])
    return frozenset(
        slot for slot, values in seen.items() if _returns(values) > FLIPS and len(accounts[slot]) > 1
    )


def _returns(values: list[Any]) -> int:
    """How often a value came that had been there before."""
    known: list[Any] = []
    count = 0
    for value in values:
        count += value in known
        if value not in known:
            known.append(value)
    return count
