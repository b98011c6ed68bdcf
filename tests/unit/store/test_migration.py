"""A store of an older kith is taken over: copied first, then every migration that it lacks, nothing of it lost."""

import contextlib
import sqlite3

import pytest

from kith.store.database import StoreError, backups, open_copy, open_database, open_reading
from kith.store.schema import MIGRATIONS


@pytest.fixture
def first(tmp_path):
    """A store of the first schema, in which a guard holds an account and the move of another book."""
    path = tmp_path / "kith.db"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(f"{MIGRATIONS[0]} PRAGMA user_version = 1;")
        db.executemany(
            "INSERT INTO account (name, hold, hold_remedy) VALUES (?, ?, ?)",
            [
                (
                    "phone",
                    "it lacks 9 of 10 cards",
                    "kith approve phone; to put them back: kith reject phone",
                ),
                ("tablet", "it would rewrite 90 of 100 cards", "if it is right: kith approve tablet"),
                ("cloud", "", ""),
            ],
        )
        db.commit()
    return path


def missing(db) -> dict[str, int]:
    return {row["name"]: row["hold_missing"] for row in db.rows("SELECT name, hold_missing FROM account")}


def test_what_the_older_kith_held_can_still_be_answered(first):
    with contextlib.closing(open_database(first)) as db:
        assert missing(db) == {"phone": 1, "tablet": 0, "cloud": 0}
        assert db.value("SELECT hold FROM account WHERE name = 'phone'") == "it lacks 9 of 10 cards"
        assert db.value("PRAGMA user_version") == len(MIGRATIONS)


def test_a_copy_of_the_older_store_stays_beside_it(first):
    open_database(first).close()
    (copy,) = backups(first)
    with contextlib.closing(sqlite3.connect(copy)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 1
        assert db.execute("SELECT count(*) FROM account").fetchone()[0] == 3


def test_a_dry_run_reads_the_older_store_and_leaves_it_as_it_is(first, tmp_path):
    (tmp_path / "trial").mkdir()
    before = first.read_bytes()
    with contextlib.closing(open_copy(first, tmp_path / "trial")) as db:
        assert missing(db)["phone"] == 1
    assert (first.read_bytes(), backups(first)) == (before, [])


def test_looking_at_an_older_store_names_the_command_that_takes_it_over(first):
    with pytest.raises(StoreError) as told:
        open_reading(first).close()
    assert "the next kith sync takes it over" in told.value.remedy


def test_cards_of_one_person_that_an_undo_called_those_of_two_are_so_no_more(tmp_path):
    """And what keeps two people apart stays."""
    path = tmp_path / "kith.db"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript("".join(MIGRATIONS[:3]) + "PRAGMA user_version = 3;")
        db.executemany(
            "INSERT INTO person (id, state, body, changed) VALUES (?, 'active', '{}', 0)",
            [("anna",), ("bert",)],
        )
        db.executemany(
            "INSERT INTO card (account, book, remote_id, revision, held, person) VALUES (?, ?, ?, '', '{}', ?)",
            [("a", "b", "1", "anna"), ("c", "", "2", "anna"), ("c", "", "3", "bert"), ("c", "", "4", None)],
        )
        anna, other, bert, nobody = ("a\x1fb\x1f1", "c\x1f\x1f2", "c\x1f\x1f3", "c\x1f\x1f4")
        db.executemany(
            "INSERT INTO decision VALUES (?, ?, ?, 0, '')",
            [(anna, other, 0), (anna, bert, 0), (anna, nobody, 0), (bert, other, 1)],
        )
        db.commit()
    with contextlib.closing(open_database(path)) as db:
        left = [tuple(row) for row in db.rows("SELECT a, b, same FROM decision ORDER BY b, a")]
    assert left == [(bert, other, 1), (anna, bert, 0), (anna, nobody, 0)]
