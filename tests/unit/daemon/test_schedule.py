"""When which account is due: from what the store remembers, and from nothing else."""

import pytest

from kith.config.load import load
from kith.daemon.schedule import AUDIT_EVERY, due_times, first_delay, next_turn, turn
from kith.daemon.systemd import watchdog_interval
from kith.store.database import open_database

NOW = 1_790_000_000.0
EVERY = 1800.0


@pytest.fixture
def settings(tmp_path):
    file = tmp_path / "config.toml"
    accounts = "".join(
        f'[accounts.{name}]\nconnector = "vcf"\npath = "{tmp_path / name}"\n' for name in ("a", "b")
    )
    file.write_text(accounts + 'every = "4 hours"\n', "utf-8")
    return load(file)


@pytest.fixture
def db(tmp_path):
    found = open_database(tmp_path / "kith.db")
    yield found
    found.close()


def remember(db, name, last=None, **more):
    """A row as a run leaves it: times in seconds before now."""
    row = {
        "first_at": NOW - 3600,
        "last_at": NOW - last if last is not None else None,
        "status": "ok",
        **more,
    }
    db.execute(
        f"INSERT INTO account (name, {', '.join(row)}) VALUES (?{', ?' * len(row)})", (name, *row.values())
    )


def run(db, outcome):
    db.execute(
        "INSERT INTO run (id, started, command, outcome) VALUES (?, ?, 'daemon', ?)", (outcome, NOW, outcome)
    )


def at(settings, db):
    return {name: due.at - NOW for name, due in due_times(settings, db, NOW).items()}


def test_an_account_never_read_is_due_now_and_others_after_their_own_interval(settings, db):
    remember(db, "b", last=3600.0)
    assert at(settings, db) == {"a": 0.0, "b": 3 * 3600.0}


def test_a_missed_turn_is_due_now_however_often_the_daemon_starts(settings, db):
    remember(db, "a", last=5 * EVERY)
    remember(db, "b", last=0.0)
    for _ in range(3):
        assert turn(due_times(settings, db, NOW), NOW) == (("a",), False)


def test_a_failing_account_waits_for_its_own_time(settings, db):
    remember(db, "a", last=EVERY)
    remember(db, "b", last=9 * EVERY, status="failed", retry_at=NOW + 120)
    due = due_times(settings, db, NOW)
    assert turn(due, NOW) == (("a",), False)
    assert turn(due, NOW + 119) == (("a",), False)
    assert turn(due, NOW + 120) == (("a", "b"), False)


def test_accounts_due_shortly_after_one_another_run_together(settings, db):
    remember(db, "a", last=EVERY)
    remember(db, "b", last=4 * 3600.0 - 50)
    assert turn(due_times(settings, db, NOW), NOW)[0] == ("a", "b")
    assert turn(due_times(settings, db, NOW - 1), NOW - 1) == ((), False)


@pytest.mark.parametrize("key", ["full_at", "first_at"])
def test_the_audit_is_due_a_day_after_the_last_full_listing_or_the_first(key, settings, db):
    remember(db, "a", last=EVERY, **{key: NOW - AUDIT_EVERY})
    remember(db, "b", last=0.0)
    assert turn(due_times(settings, db, NOW), NOW) == (("a",), True)
    db.execute("UPDATE account SET full_at = ? WHERE name = 'a'", (NOW - AUDIT_EVERY + 1,))
    assert turn(due_times(settings, db, NOW), NOW) == (("a",), False)


def test_times_of_a_clock_that_was_wrong_do_not_put_an_account_to_sleep(settings, db):
    remember(db, "a", last=-400 * AUDIT_EVERY)
    remember(db, "b", last=0.0, status="failed", retry_at=NOW + 400 * AUDIT_EVERY)
    assert at(settings, db) == {"a": 0.0, "b": 0.0}


@pytest.mark.parametrize(("outcome", "due"), [("", 0.0), ("interrupted", 0.0), ("done", EVERY - 60)])
def test_after_a_run_that_was_cut_short_the_rest_is_due_now(outcome, due, settings, db):
    remember(db, "a", last=60.0)
    remember(db, "b", last=60.0, status="login", retry_at=NOW + 500)
    run(db, outcome)
    assert at(settings, db) == {"a": due, "b": 500.0}


def test_the_next_turn_is_never_past_and_never_more_than_a_day_away(settings, db):
    assert next_turn({}, NOW) == NOW + AUDIT_EVERY
    remember(db, "a", last=20 * EVERY)
    remember(db, "b", last=0.0)
    assert next_turn(due_times(settings, db, NOW), NOW) == NOW


def test_only_a_machine_that_just_started_waits_before_the_first_run():
    assert first_delay(since_boot=30.0, chance=0.5) == 5.0
    assert first_delay(since_boot=86400.0, chance=0.5) == 0.0


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "120000000"}, 60.0),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}, None),
    ],
)
def test_the_watchdog_is_fed_twice_in_its_time(environment, seconds):
    assert watchdog_interval(environment) == seconds
