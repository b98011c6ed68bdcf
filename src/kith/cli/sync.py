"""`kith sync` and `kith apply`."""

import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kith.cli import render
from kith.cli.attention import cut_short, one_book_twice, said_by_user
from kith.cli.exits import CHANGES, DONE, FAILED, LOGIN, PARTLY, STOPPED, worst
from kith.cli.progress import Progress
from kith.cli.session import Session, no_account
from kith.cli.words import count, cut, safe
from kith.model.plan import Plan
from kith.store.database import StoreError
from kith.sync.request import Request, Result, summary
from kith.sync.run import sync
from kith.sync.saved import check_free, read_plan, same_as, write_plan


@click.command("sync", short_help="one run")
@click.option("--dry-run", is_flag=True, help="Show the plan; write nothing, not even local state.")
@click.option(
    "--account", "accounts", multiple=True, metavar="NAME", help="Only this account (may be repeated)."
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan for `kith apply`."
)
@click.option("--max-delete", type=click.IntRange(0), metavar="N", help="Allow up to N deletions, this once.")
@click.option("--yes", is_flag=True, help="Do not ask before the first write of an account.")
@click.option("--full", is_flag=True, help="Ignore cursors and check everything.")
@click.option("--timid", is_flag=True, help="Join nothing by itself; ask about every match.")
@click.option("--all", "show_all", is_flag=True, help="Print long plans whole.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 10 where changes are pending.")
@click.pass_obj
def sync_command(
    session: Session, /, out: Path | None, yes: bool, show_all: bool, detailed_exitcode: bool, **words: Any
) -> int:
    """One run: read all accounts, find who is the same person, bring every account up to date.

    Example: kith sync --dry-run --account phone
    """
    settings = session.settings
    names = tuple(dict.fromkeys(str(name) for name in words["accounts"]))
    for name in names:
        if name not in settings.accounts:
            raise no_account(name, settings.accounts)
    dry = bool(words["dry_run"]) or out is not None
    if out is not None:
        with _named_as_plan():
            check_free(out)
    if not settings.accounts:
        session.warn(f"{settings.file} names no account yet: kith init --add asks for one")
    if dry:
        _tell_cut_short(session)
    unread = _drop_folder(session, dry, names)
    shown: list[Plan] = []
    with Progress(session) as progress, _stoppable() as stop:
        request = Request(
            dry_run=dry,
            accounts=names,
            full=bool(words["full"]),
            timid=bool(words["timid"]),
            max_delete=words["max_delete"],
            confirm=_asker(progress, stop, yes, show_all, shown),
            progress=progress.tell,
            stop=stop,
        )
        result = sync(settings, session.store, request)
    result.interrupted |= result.declined and stop.is_set()  # Ctrl-C at the question
    if out is not None:
        write_plan(out, result.plan)
        session.hint(f"the plan is saved; kith apply {out} carries it out as long as nothing has changed")
    report(session, result, show_all, told=result.plan in shown)
    _tell_read_only(session, result)
    return worst((exit_code(result, detailed_exitcode, names), PARTLY if unread else DONE))


def _tell_read_only(session: Session, result: Result) -> None:
    """Without any account in two-way a plan is empty for ever: what there is instead."""
    if any(item.common.mode != "read" for item in session.settings.accounts.values()) or not result.accounts:
        return
    read = count(sum(item.cards for item in result.accounts.values()), "card")
    then = "kith sync remembers them" if result.dry_run else "kith people shows whom kith knows"
    session.hint(f'{read} read; every account is mode = "read", so nothing is written anywhere: {then}')


def _tell_cut_short(session: Session) -> None:
    """A dry run asks no account what became of writes whose answer never came: it says that they are still open."""
    if not session.store.exists():
        return
    with session.reading() as db:
        for need in cut_short(db, session.store):
            for line in need.lines():
                session.warn(line)
            session.emit({"event": "cut_short", "what": need.what, "remedy": need.remedy})


def _drop_folder(session: Session, dry: bool, names: tuple[str, ...]) -> int:
    """Read what lies in [sync] inbox before a run of all accounts; returns how many files kith could not read."""
    from kith.sync.imports import empty_inbox, folders_in, waiting_in

    if names:
        return 0
    waiting, inbox = waiting_in(session.settings), session.settings.sync.inbox
    if inbox is not None and not inbox.expanduser().is_dir():
        session.hint(f"the drop folder {inbox} is not there: mkdir -p {inbox}, or change inbox in [sync]")
    for folder in folders_in(session.settings):
        session.hint(
            f"! drop folder: the folder {cut(folder.name)} in it is not read: put the files themselves there, or kith import "
            f"{folder} and move it away"
        )
    if dry and waiting:
        listed = ", ".join(cut(path.name) for path in waiting[:5]) + (", ..." if len(waiting) > 5 else "")
        session.hint(
            f"in the drop folder: {listed}; kith sync reads that first, this plan is made without it"
        )
    if dry or not waiting:
        return 0
    done, failed = empty_inbox(session.settings, session.store)
    for path in done:
        session.say(f"read from the drop folder: {cut(path.name)}")
        session.emit({"event": "imported", "path": str(path)})
    for path, why in failed:
        session.hint(f"! drop folder: {cut(path.name)}: {safe(why)}")
        session.hint(f"  the file lies in {path.parent} now, with this reason beside it")
        session.emit({"event": "failed", "path": str(path), "why": why})
    return len(failed)


@contextmanager
def _named_as_plan() -> Iterator[None]:
    """A file that was named as a plan and is none is a mistake of the command line: exit code 2."""
    try:
        yield
    except StoreError as error:
        raise click.UsageError(f"{error.message}: {error.remedy}") from None


@click.command("apply", short_help="applies a saved plan")
@click.argument("plan", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def apply_command(session: Session, plan: Path) -> int:
    """Carry out a plan saved with `kith sync --out`. Refuses (exit code 4) if a card has changed since.

    Example: kith sync --out plan.json; kith apply plan.json
    """
    with _named_as_plan():
        saved = read_plan(plan)
    moved: list[str] = []

    def confirm(now: Plan) -> bool:
        moved.extend(same_as(saved, now))
        return not moved

    with Progress(session) as progress, _stoppable() as stop:
        result = sync(
            session.settings,
            session.store,
            Request(command="apply", confirm=confirm, progress=progress.tell, stop=stop),
        )
    if moved:
        session.warn("kith: the plan is stale, nothing was written:")
        for line in moved[:10]:
            session.warn(f"  {line}")
        session.warn("make a new one: kith sync --out PLAN")
        session.emit({"event": "error", "exit_code": STOPPED, "messages": moved})
        return STOPPED
    report(session, result, False)
    return exit_code(result, False)


def report(session: Session, result: Result, show_all: bool, told: bool = False) -> None:
    """Plan (unless it was `told` already), problems and the closing line; with --json the same as objects."""
    said = decided_before(session, result.plan, result.run)
    for operation in result.plan.operations if session.as_json else ():
        session.emit(render.operation_event(operation, said))
    for conflict in result.plan.conflicts:
        session.emit(
            {"event": "conflict", "person": conflict.person, "field": conflict.field, "kept": conflict.kept,
             "kept_from": str(conflict.kept_from), "other": conflict.other, "other_from": str(conflict.other_from)}
        )  # fmt: skip
    for hold in result.plan.holds:
        session.emit({"event": "hold", "account": hold.account, "why": hold.why, "remedy": hold.remedy})
    for line in () if told else render.plan_lines(result.plan, show_all, said):
        session.say(line)
    for line in render.hold_lines(result.plan) if session.volume < 0 else ():
        session.warn(line)
    for line in render.problem_lines(result):
        session.warn(line)
    settings = session.settings_or_none()  # an import needs none
    books = [(item.key.account, item.key.book) for item in result.plan.holdings]
    for need in one_book_twice(settings, books) if settings is not None else ():
        for line in need.lines():
            session.warn(line)
    for line in render.remark_lines(result):
        session.hint(line)
    _close(session, result)
    session.emit({"event": "summary", **summary(result)})


def decided_before(session: Session, plan: Plan, run: str = "") -> dict[str, str]:
    """{person: what the user decided} for the part of a plan that this run did not cause itself."""
    people = {item.person for item in plan.operations if item.because in render.UNEXPLAINED}
    if not people or not session.store.exists():
        return {}
    with session.reading() as db:
        return said_by_user(db, sorted(people), run)


def _close(session: Session, result: Result) -> None:
    """The closing line, and what to do next."""
    if result.declined:
        session.say("Nothing was written.")
    else:
        session.say(render.closing_line(result))
    if result.interrupted:
        session.hint("stopped as you asked; nothing is lost: run kith sync again and it goes on from here")
    if result.review and session.volume >= 0 and not session.as_json:
        session.hint("kith review shows who may be the same person")


def exit_code(result: Result, detailed: bool, names: Collection[str] = ()) -> int:
    """The documented exit code of a run over the accounts with these names, or over all."""
    codes = [DONE]
    failed = result.failed
    if failed:
        refused = all(item.status == "login" for item in failed)
        codes.append(LOGIN if refused else FAILED if len(failed) == len(names or result.accounts) else PARTLY)
    if result.plan.holds:
        codes.append(STOPPED)
    if result.interrupted:
        codes.append(FAILED)
    if detailed and result.plan.operations and (result.dry_run or result.declined):
        codes.append(CHANGES)
    return worst(codes)


def _asker(
    progress: Progress, stop: threading.Event, yes: bool, show_all: bool, shown: list[Plan]
) -> Callable[[Plan], bool]:
    """Asks before the first write of an account, on a terminal; what was printed for it goes to `shown`."""
    session = progress.session

    def confirm(plan: Plan) -> bool:
        if yes or not session.interactive or not plan.operations:
            return True
        with_writes = {operation.key.account for operation in plan.operations}
        fresh = [name for name in with_writes if _never_written(session, name)]
        if not fresh:
            return True
        progress.pause()
        for line in render.plan_lines(plan, show_all, decided_before(session, plan)):
            session.say(line)
        shown.append(plan)
        for name in sorted(fresh):
            session.say(f"{name}: {render.account_line(plan, name)}")
        session.say("Every card is kept as it was: kith undo takes this run back.")
        return _agreed(f"This is the first time that kith writes to {', '.join(sorted(fresh))}. Go on?", stop)

    return confirm


def _agreed(question: str, stop: threading.Event) -> bool:
    """Ask in the midst of a run. Nothing is under way then: Ctrl-C at the question is a no, and stops."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return click.confirm(question)
    except click.Abort:
        click.echo()
        stop.set()
        return False
    finally:
        signal.signal(signal.SIGINT, before)


def _never_written(session: Session, account: str) -> bool:
    if not session.store.exists():
        return True
    with session.reading() as db:
        return (
            db.value("SELECT 1 FROM card_history WHERE account = ? AND by = 'kith' LIMIT 1", (account,))
            is None
        )


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM end the run at the next card; a second one ends the program."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask(number: int, _frame: object) -> None:
        if stop.is_set():
            sys.exit(128 + number)
        stop.set()
        print("kith: stopping at the next card ...", file=sys.stderr)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
