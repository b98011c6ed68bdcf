"""`kith status`, `log`, `health`."""

import json
import time
from typing import Any

import click

from kith.cli import render
from kith.cli.people import when
from kith.cli.session import Session
from kith.store import journal
from kith.store.database import Database

STALE_AFTER = 3.0
"""Intervals without a good run after which `kith health` is not well."""


@click.command("status")
@click.pass_obj
def status_command(session: Session) -> None:
    """Accounts, last and next run, counts, what is held back, what needs you.

    Example: kith status --json
    """
    settings = session.settings
    with session.reading() as db:
        rows: list[tuple[Any, ...]] = [("account", "mode", "cards", "last read", "state")]
        for name, item in settings.accounts.items():
            row = db.row("SELECT * FROM account WHERE name = ?", (name,))
            cards = db.value("SELECT count(*) FROM card WHERE account = ?", (name,))
            state = _state(row)
            rows.append((name, item.common.mode, cards, when(row["last_at"] if row else None), state))
            session.emit(
                {"event": "account", "name": name, "mode": item.common.mode, "role": item.role, "cards": cards, "state": state,
                 "last": row["last_at"] if row else None, "problem": row["problem"] if row else "",
                 "remedy": row["remedy"] if row else "", "hold": row["hold"] if row else ""}
            )  # fmt: skip
        for line in render.table(rows):
            session.say(line)
        _dormant(session, db, set(settings.accounts))
        _needs(session, db)


def _state(row: Any) -> str:
    if row is None or row["first_at"] is None:
        return "never read" if row is None or not row["problem"] else row["problem"]
    if row["hold"]:
        return f"held: {row['hold']}"
    return row["problem"] or "ok"


def _dormant(session: Session, db: Database, present: set[str]) -> None:
    for row in db.rows("SELECT name FROM account ORDER BY name"):
        if row["name"] not in present and not row["name"].startswith("import:"):
            session.say(
                f"{row['name']} is not in the config any more: dormant, nothing is deleted (kith forget {row['name']})"
            )


def _needs(session: Session, db: Database) -> None:
    people = {row[0]: row[1] for row in db.rows("SELECT state, count(*) FROM person GROUP BY state")}
    review = db.value("SELECT count(*) FROM question")
    unread = db.rows("SELECT account, remote_id, problems FROM card WHERE grade = 'quarantine'")
    refused = db.rows("SELECT * FROM refused")
    last = journal.runs(db, 1)
    session.say(
        f"{people.get('active', 0)} people, {people.get('inbox', 0)} in the inbox, {review} to review,"
        f" {db.value('SELECT count(*) FROM conflict')} conflicts so far"
    )
    if last:
        session.say(f"last run {when(last[0]['started'])}: {last[0]['outcome'] or 'not finished'}")
    for row in unread:
        session.say(
            f"! {row['account']}/{row['remote_id']} cannot be read and is left alone: {'; '.join(json.loads(row['problems']))}"
        )
    for row in refused:
        session.say(
            f"! {row['account']} refuses the card of {render.cut(row['title'])}: {render.safe(row['why'])}"
        )
    session.emit(
        {"event": "status", "people": people, "review": review, "quarantined": len(unread), "refused": len(refused),
         "last_run": last[0]["started"] if last else None, "outcome": last[0]["outcome"] if last else ""}
    )  # fmt: skip


@click.command("log")
@click.argument("run", required=False)
@click.option("--count", type=click.IntRange(1), default=20, show_default=True, help="How many runs.")
@click.pass_obj
def log_command(session: Session, run: str | None, count: int) -> None:
    """Runs; with RUN, every card it touched, before and after.

    Example: kith log; kith log 3f2a9c
    """
    with session.reading() as db:
        if run is not None:
            _one_run(session, db, run)
            return
        for row in journal.runs(db, count):
            summary = json.loads(row["summary"])
            told = ", ".join(
                f"{summary[key]} {key}"
                for key in ("created", "updated", "deleted", "joined")
                if summary.get(key)
            )
            session.say(
                f"{row['id']}  {when(row['started'])}  {row['command']}  {row['outcome'] or 'not finished'}  {told}".rstrip()
            )
            session.emit(
                {"event": "run", "run": row["id"], "started": row["started"], "ended": row["ended"], "command": row["command"],
                 "outcome": row["outcome"], "summary": summary}
            )  # fmt: skip


def _one_run(session: Session, db: Database, text: str) -> None:
    identity = the_run(db, text)
    for row in journal.cards_of_run(db, identity):
        title = db.value("SELECT title FROM person WHERE id = ?", (row["person"],)) or row["remote_id"]
        session.say(
            f"{row['account']}: {row['action']} {render.cut(title)} by {row['by']} {row['reason']}".rstrip()
        )
        before, after = (json.loads(row[side]) if row[side] else {} for side in ("before", "after"))
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key) and key not in ("uid", "revised", "product"):
                session.say(f"    {key}: {_short(before.get(key))} -> {_short(after.get(key))}")
        session.emit(
            {"event": "card", "run": identity, "account": row["account"], "remote_id": row["remote_id"], "person": row["person"],
             "action": row["action"], "by": row["by"], "reason": row["reason"], "before": before, "after": after}
        )  # fmt: skip
    for row in db.rows("SELECT * FROM event WHERE run = ? ORDER BY id", (identity,)):
        session.say(f"{row['what']}: {row['person']} {row['account']} {render.safe(row['detail'])}".rstrip())


def _short(value: Any) -> str:
    return render.cut(json.dumps(value, ensure_ascii=False), 80) if value is not None else "nothing"


def the_run(db: Database, text: str) -> str:
    """The run that a unique prefix names; exit code 2 otherwise."""
    if not text.strip():
        raise click.UsageError("the name of the run is empty; kith log lists them")
    found = db.rows("SELECT id FROM run WHERE substr(id, 1, ?) = ?", (len(text), text))
    if len(found) != 1:
        raise click.UsageError(f'"{text}" names {"several runs" if found else "no run"}; kith log lists them')
    return str(found[0][0])


@click.command("health")
@click.pass_obj
def health_command(session: Session) -> int:
    """Exit code 0 when every account had a good run lately; for HEALTHCHECK and monitoring.

    Example: kith health || echo trouble
    """
    settings = session.settings
    problems = []
    now = time.time()
    with session.reading() as db:
        for name, item in settings.accounts.items():
            every = item.common.every or settings.sync.every
            row = db.row("SELECT last_at, problem, hold FROM account WHERE name = ?", (name,))
            if row is None or row["last_at"] is None:
                problems.append(f"{name}: never read")
            elif row["hold"]:
                problems.append(f"{name}: held: {row['hold']}")
            elif now - row["last_at"] > STALE_AFTER * every:
                problems.append(f"{name}: last read {when(row['last_at'])} {row['problem']}".rstrip())
    for problem in problems:
        session.say(problem)
    session.emit({"event": "health", "ok": not problems, "problems": problems})
    if not problems:
        session.say("all well")
    return 1 if problems else 0
