"""`kith status`, `log`, `health`."""

import json
import time
from typing import Any

import click

from kith.cli import render
from kith.cli.attention import books_of, cut_short, failures, holds, one_book_twice
from kith.cli.attention import cards as cards_alone
from kith.cli.past import differences, done, event, when
from kith.cli.session import Session
from kith.cli.words import count, cut
from kith.config.settings import Settings
from kith.store import journal
from kith.store.database import Database, at_work
from kith.store.rename import renamed
from kith.store.terms import gone

STALE_AFTER = 3.0
"""Intervals without a good run after which `kith health` is not well."""


@click.command("status")
@click.pass_obj
def status_command(session: Session) -> None:
    """Accounts, last and next run, counts, what is held back, what needs you.

    Example: kith status --json
    """
    from kith.daemon.schedule import due_times

    settings, now = session.settings, time.time()
    with session.reading() as db:
        due = due_times(settings, db, now)
        rows: list[tuple[Any, ...]] = [("account", "mode", "cards", "last read", "next turn", "state")]
        for name, item in settings.accounts.items():
            row = db.row("SELECT * FROM account WHERE name = ?", (name,))
            cards = db.value("SELECT count(*) FROM card WHERE account = ?", (name,))
            turn = when(due[name].at) if due[name].at > now else "now"
            last = when(row["last_at"] if row else None)
            rows.append((name, item.common.mode, cards, last, turn, _state(row)))
            session.emit(
                {"event": "account", "name": name, "mode": item.common.mode, "role": item.role, "cards": cards,
                 "state": _state(row), "last": row["last_at"] if row else None, "next": due[name].at,
                 "problem": row["problem"] if row else "", "remedy": row["remedy"] if row else "",
                 "hold": row["hold"] if row else "", "hold_remedy": row["hold_remedy"] if row else ""}
            )  # fmt: skip
        for line in render.table(rows if settings.accounts else ()):
            session.say(line)
        if not settings.accounts:
            session.warn(f"{settings.file} names no account yet: kith init --add asks for one")
        _dormant(session, db, settings)
        _needs(session, db, settings)


def _state(row: Any) -> str:
    """One word or two; what is the matter stands below the table."""
    if row is None:
        return "never read"
    if row["hold"]:
        return "held"
    words = {"login": "login refused", "failed": "failed", "waiting": "failed"}
    return words.get(row["status"], "never read" if row["first_at"] is None else "ok")


def _dormant(session: Session, db: Database, settings: Settings) -> None:
    """The accounts that the config does not name, or names otherwise."""
    called = renamed(db, {name: item.identity for name, item in settings.accounts.items()})
    for row in db.rows("SELECT name FROM account ORDER BY name"):
        name = row["name"]
        if name in called:
            session.say(
                f"{name} is called {called[name]} now: the next kith sync moves all that is known of it"
            )
        elif name not in settings.accounts and not name.startswith("import:"):
            session.say(gone(name))


def _needs(session: Session, db: Database, settings: Settings) -> None:
    people = {row[0]: row[1] for row in db.rows("SELECT state, count(*) FROM person GROUP BY state")}
    review = db.value("SELECT count(*) FROM question")
    waiting = db.value("SELECT count(*) FROM person WHERE dirty = 2")
    last = journal.runs(db, 1)
    session.say(
        f"{count(people.get('active', 0), 'person', 'people')}, {people.get('inbox', 0)} in the inbox, {review} to review,"
        f" {count(db.value('SELECT count(*) FROM conflict'), 'conflict')} so far"
    )
    if last:
        unfinished = "at work" if at_work(session.store) else "cut short; the next kith sync goes on"
        session.say(f"last run {when(last[0]['started'])}: {last[0]['outcome'] or unfinished}")
    if waiting:
        session.say(
            f"held back: changes of {count(waiting, 'person', 'people')} wait: for the next sync, an account, or your word"
        )
    names = list(settings.accounts)
    found = [*holds(db, names), *failures(db, names), *one_book_twice(settings, books_of(db)), *cards_alone(db, names),
             *cut_short(db, session.store)]  # fmt: skip
    for need in found:
        for line in need.lines():
            (session.say if session.volume >= 0 else session.warn)(line)
    session.emit(
        {"event": "status", "people": people, "review": review, "held_back": waiting,
         "quarantined": db.value("SELECT count(*) FROM card WHERE grade = 'quarantine'"),
         "refused": db.value("SELECT count(*) FROM refused"), "last_run": last[0]["started"] if last else None,
         "outcome": last[0]["outcome"] if last else "",
         "needs": [{"account": need.account, "what": need.what, "remedy": need.remedy} for need in found]}
    )  # fmt: skip


@click.command("log")
@click.argument("run", required=False)
@click.option(
    "--count", "number", type=click.IntRange(1), default=20, show_default=True, help="How many runs."
)
@click.pass_obj
def log_command(session: Session, run: str | None, number: int) -> None:
    """Runs; with RUN, every card it touched, before and after.

    Example: kith log; kith log 3f2a9c
    """
    with session.reading() as db:
        if run is not None:
            _one_run(session, db, run)
            return
        for row in journal.runs(db, number):
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
        session.say(f"{row['account']}: {cut(_title(db, row))}: {done(row)}")
        for line in differences(row):
            session.say(line)
        before, after = (json.loads(row[side]) if row[side] else {} for side in ("before", "after"))
        session.emit(
            {"event": "card", "run": identity, "account": row["account"], "remote_id": row["remote_id"], "person": row["person"],
             "action": row["action"], "by": row["by"], "reason": row["reason"], "before": before, "after": after}
        )  # fmt: skip
    for row in db.rows("SELECT * FROM event WHERE run = ? ORDER BY id", (identity,)):
        session.say(f"{cut(_name(db, row['person']))}: {event(row)}")


def _title(db: Database, row: Any) -> str:
    """Whose card it was: by the card itself, since its person may be another one by now."""
    for side in ("after", "before"):
        if row[side] and (name := json.loads(row[side]).get("full_name")):
            return str(name)
    return _name(db, row["person"]) or str(row["remote_id"])


def _name(db: Database, identity: str) -> str:
    return str(db.value("SELECT title FROM person WHERE id = ?", (identity,)) or identity[:8])


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
