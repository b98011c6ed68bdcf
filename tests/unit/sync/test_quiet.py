"""A run that finds nothing new: it decides nothing, and leaves the store as a decision would have left it."""

import subprocess
import sys

import pytest

from kith.decide import decide
from kith.model.facts import Rules
from kith.model.plan import Plan
from kith.store import staging
from kith.store.database import open_database
from kith.store.facts import gather
from world import World, person


@pytest.fixture
def settled(tmp_path):
    """Two devices that agree about Anna, after a run that had nothing to do."""
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("anna", person("Anna", "Huber", email="anna@example.org"))
    world.sync()
    world.sync()
    return world


def test_without_news_a_decision_would_decide_nothing(settled):
    accounts = settled.sync().facts.accounts
    awake = frozenset(account.name for account in accounts)
    db = open_database(settled.store)
    try:
        assert staging.nothing_new(db, awake)
        assert decide(gather(db, 1.0, accounts, awake, Rules())) == Plan()
    finally:
        db.close()


def test_a_hold_lifts_and_an_approval_ends_although_nothing_came(settled):
    db = open_database(settled.store)
    db.execute("UPDATE account SET hold = 'too much', hold_remedy = 'look', allowed = 3, rejected = 1")
    db.close()
    settled.sync()
    db = open_database(settled.store)
    try:
        rows = db.rows("SELECT hold, hold_remedy, allowed, rejected, next_cursor FROM account")
        assert {tuple(row) for row in rows} == {("", "", None, 0, None)}
    finally:
        db.close()


def test_someone_to_be_planned_again_is_news(settled):
    db = open_database(settled.store)
    try:
        db.execute("UPDATE person SET dirty = 2")
        assert not staging.nothing_new(db, frozenset({"phone", "cloud"}))
    finally:
        db.close()


def test_the_open_operations_of_a_person_are_found_by_index(settled):
    db = open_database(settled.store)
    try:
        steps = db.rows("EXPLAIN QUERY PLAN SELECT count(*) FROM outbox WHERE person = ?", ("x",))
        assert all("outbox_person" in row["detail"] for row in steps)
    finally:
        db.close()


def test_nothing_that_decides_or_writes_is_loaded_before_there_is_news():
    code = "import sys, kith.cli.sync; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.decode().split()
    )
    assert "kith.sync.run" in loaded
    assert loaded.isdisjoint(
        {"kith.decide", "kith.store.facts", "kith.sync.apply", "phonenumbers", "rapidfuzz", "rich"}
    )
