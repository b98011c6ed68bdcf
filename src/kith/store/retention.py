"""Forgets history older than `keep_history`, but never the last good state of anything; keeps a copy of each day."""

from datetime import UTC, datetime

from kith.store.database import Database, StoreError

ONCE_A_DAY = 86400.0

IDLE_RUNS_KEPT = 7 * 86400.0
"""Seconds for which every run that changed nothing stands in the log; after that one a day is enough."""


def back_up_daily(db: Database, now: float) -> list[str]:
    """Once a day a copy of the store beside it, for the day that the store is damaged; the last five are kept. A copy that
    cannot be made is a warning: what the run did is safe."""
    last = float(db.value("SELECT value FROM meta WHERE key = 'backed_up_at'") or 0.0)
    if 0 <= now - last < ONCE_A_DAY:
        return []
    try:
        db.back_up(f"daily-{datetime.fromtimestamp(now, UTC):%Y-%m-%d}")
    except (StoreError, OSError) as error:
        said = error.message if isinstance(error, StoreError) else error.strerror
        return [f"no copy of the store could be made today ({said}); kith tries again in the next run"]
    db.execute("INSERT OR REPLACE INTO meta VALUES ('backed_up_at', ?)", (str(now),))
    return []


def prune(db: Database, now: float, keep: float) -> int:
    """Drop history rows older than `keep` seconds; returns how many. Of every card and person the newest row stays, so
    that what was last known can always be got back; texts and pictures go when no row names them. Counted from the run
    before this one, if that is earlier: a clock that is years ahead for once takes nothing away."""
    last = db.value("SELECT value FROM meta WHERE key = 'pruned_at'") or db.value(
        "SELECT min(started) FROM run"
    )
    if last is not None and 0 <= now - float(last) < ONCE_A_DAY:
        return 0
    earlier = db.value("SELECT max(started) FROM run WHERE started < ?", (now,))
    before = (now if earlier is None else float(earlier)) - keep
    with db.transaction():
        count = 0
        for table, whose in (("card_history", "account, book, remote_id"), ("person_history", "person")):
            newest = f"SELECT max(id) FROM {table} GROUP BY {whose}"
            cursor = db.execute(f"DELETE FROM {table} WHERE at < ? AND id NOT IN ({newest})", (before,))
            count += cursor.rowcount
        for table in ("event", "conflict"):
            count += db.execute(f"DELETE FROM {table} WHERE at < ?", (before,)).rowcount
        for table in ("link_history", "decision_undone"):
            db.execute(f"DELETE FROM {table} WHERE run IN (SELECT id FROM run WHERE started < ?)", (before,))
        db.execute(
            "DELETE FROM run WHERE started < ?1 AND id NOT IN (SELECT run FROM card_history) AND id NOT IN"
            " (SELECT run FROM person_history) AND id NOT IN (SELECT run FROM outbox)",
            (before,),
        )
        db.execute(
            "DELETE FROM person WHERE state = 'deleted' AND changed < ? AND id NOT IN (SELECT person FROM card WHERE person IS"
            " NOT NULL)",
            (before,),
        )
        count += _drop_idle_runs(db, now)
        _drop_blobs(db)
        db.execute("INSERT OR REPLACE INTO meta VALUES ('pruned_at', ?)", (str(now),))
    return count


def _drop_idle_runs(db: Database, now: float) -> int:
    """Of runs that did nothing keep the last of each day. A daemon makes 35 000 a year."""
    touched = " AND ".join(
        f"id NOT IN (SELECT run FROM {table})"
        for table in (
            "card_history",
            "person_history",
            "link_history",
            "event",
            "conflict",
            "decision",
            "decision_undone",
            "outbox",
        )
    )
    return db.execute(
        f"DELETE FROM run WHERE started < ?1 AND outcome <> '' AND {touched} AND rowid NOT IN"
        " (SELECT max(rowid) FROM run GROUP BY CAST(started / 86400 AS INTEGER))",
        (now - IDLE_RUNS_KEPT,),
    ).rowcount


def _drop_blobs(db: Database) -> None:
    """Bytes that neither a card, nor a row of history, nor any photo names."""
    db.execute(
        "DELETE FROM blob WHERE sha256 NOT IN (SELECT raw FROM card WHERE raw IS NOT NULL) AND sha256 NOT IN"
        " (SELECT before_raw FROM card_history WHERE before_raw IS NOT NULL) AND sha256 NOT IN"
        " (SELECT after_raw FROM card_history WHERE after_raw IS NOT NULL) AND sha256 NOT IN"
        " (SELECT raw FROM staged WHERE raw IS NOT NULL) AND sha256 NOT IN (SELECT photo FROM"
        " (SELECT json_extract(held, '$.photo.sha256') AS photo FROM card UNION SELECT json_extract(agreed, '$.photo.sha256')"
        " FROM card UNION SELECT json_extract(body, '$.contact.photo.sha256') FROM person UNION"
        " SELECT json_extract(before, '$.photo.sha256') FROM card_history UNION SELECT json_extract(after, '$.photo.sha256')"
        " FROM card_history UNION SELECT json_extract(before, '$.contact.photo.sha256') FROM person_history UNION"
        " SELECT json_extract(contact, '$.photo.sha256') FROM staged) WHERE photo IS NOT NULL)"
    )
