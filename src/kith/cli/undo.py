"""`kith undo` and `kith restore`."""

import shlex
import time
from datetime import datetime
from typing import Any

import click

from kith.cli import render
from kith.cli.asking import the_person
from kith.cli.exits import DONE, PARTLY, STOPPED, worst
from kith.cli.history import the_run
from kith.cli.past import when
from kith.cli.session import Session, no_account
from kith.cli.sync import exit_code, report
from kith.cli.words import count, cut, safe
from kith.model.account import Account
from kith.model.operation import Action
from kith.store.journal import Ledger
from kith.store.undo import Inverse, invert, last_run
from kith.sync.request import Request
from kith.sync.restore import COMMAND, Restored, Wish, restore, restored_account, take_back
from kith.sync.run import sync
from kith.sync.steps import Step


@click.command("undo")
@click.argument("run", required=False)
@click.option("--person", "who", help="Only what the run did to this person.")
@click.option("--dry-run", is_flag=True, help="Show the plan; write nothing.")
@click.option("--max-delete", type=click.IntRange(0), metavar="N", help="Allow up to N deletions, this once.")
@click.pass_obj
def undo_command(
    session: Session, run: str | None, who: str | None, dry_run: bool, max_delete: int | None
) -> int:
    """Take a run back (default: the last one that changed something). Values that were changed since stay and are listed.
    An undo is a run of its own and can be undone.

    Example: kith undo --dry-run; kith undo
    """
    with session.reading() as db:
        target = the_run(db, run) if run is not None else last_run(db)
        person = the_person(db, who) if who else None
        taken_back = db.row("SELECT started, command FROM run WHERE id = ?", (target,))
        restored = restored_account(db, target) if target is not None else None
    if target is None or taken_back is None:
        session.say("There is nothing to undo.")
        session.emit({"event": "nothing", "what": "no run changed anything that could be taken back"})
        return 0
    session.say(_what_goes(target, taken_back))
    if restored is not None:
        _writable(session, restored)
        wish = Wish(dry_run, max_delete, lambda found: _shown(session, restored, found))
        return _end(
            session, restored, take_back(session.settings, session.store, target, wish, person), dry_run
        )
    kept: list[str] = []

    def prepare(ledger: Ledger, accounts: list[Account]) -> Inverse:
        found = invert(ledger, target, accounts, person)
        kept.extend(found.kept)
        return found

    request = Request(command=f"undo {target}", dry_run=dry_run, prepare=prepare, max_delete=max_delete)
    result = sync(session.settings, session.store, request)
    report(session, result, False)
    if taken_back["command"] == "import":
        session.hint(
            "whom only that import brought waits in the inbox now and is sent nowhere: kith people --inbox"
        )
    _tell_kept(session, kept)
    return exit_code(result, False)


def _tell_kept(session: Session, lines: list[str]) -> None:
    """What was changed since, and so stays as it is."""
    for line in lines:
        session.hint(f"= {safe(line)}")
        session.emit({"event": "kept", "what": line})


def _what_goes(run: str, row: Any) -> str:
    """Which run is taken back, in words."""
    again = (
        "; that was an undo itself: what it took back comes again"
        if row["command"].startswith("undo")
        else ""
    )
    return f"taking back run {run}, {row['command']} of {when(row['started'])}{again}"


def _moment(account: str, text: str) -> float:
    """The moment meant, in epoch seconds. One written to the second includes that second, as `kith log` shows it."""
    try:
        at = datetime.fromisoformat(text).astimezone().timestamp()
    except ValueError:
        raise click.UsageError(f'"{text}" is no date; write 2026-11-20 or 2026-11-20T18:30') from None
    if at > time.time():
        raise click.UsageError(f'"{text}" lies in the future; write when {account} was as you want it')
    return at + 1 - 1e-6 if at.is_integer() else at


@click.command("restore")
@click.argument("account")
@click.option(
    "--to", "moment", required=True, metavar="DATE", help="YYYY-MM-DD or YYYY-MM-DDTHH:MM, local time."
)
@click.option("--dry-run", is_flag=True, help="Show what would be put back; write nothing.")
@click.option(
    "--max-delete", type=click.IntRange(0), metavar="N", help="Allow N cards to be removed, this once."
)
@click.option("--yes", is_flag=True, help="Do not ask before anything is written.")
@click.pass_obj
def restore_command(session: Session, /, account: str, moment: str, dry_run: bool, **words: Any) -> int:
    """Bring one account back to a date: cards that were deleted or changed since come back, cards made since go. The next
    sync carries what follows to the others, under their guards. A restore is a run: kith undo takes it back.

    Example: kith restore phone --to 2026-11-20 --dry-run
    """
    _writable(session, account)

    def confirm(found: Restored) -> bool:
        _shown(session, account, found)
        return bool(words["yes"]) or _agreed(session, account, found)

    wish = Wish(dry_run, words["max_delete"], confirm, f"{COMMAND}{account} --to {shlex.quote(moment)}")
    return _end(
        session,
        account,
        restore(session.settings, session.store, account, _moment(account, moment), wish),
        dry_run,
    )


def _writable(session: Session, account: str) -> None:
    if account not in session.settings.accounts:
        raise no_account(account, session.settings.accounts)
    if session.settings.accounts[account].common.mode != "two-way":
        raise click.UsageError(
            f'{account} is mode = "read": kith never writes there. kith export --format vcf writes a file that any '
            f'program can load; or set mode = "two-way" for {account} first'
        )


def _shown(session: Session, account: str, found: Restored) -> bool:
    """Show what will be done; True, as an answer to whether it may: looking stops nothing."""
    for step in found.steps:
        session.say(f"  {render.SIGNS[step.action]} {cut(step.title)}   ({_why(step, found.undoing)})")
        session.emit(
            {"event": "operation", "account": account, "action": str(step.action), "remote_id": step.key.remote_id,
             "title": step.title}
        )  # fmt: skip
    for book, number in found.left.items():
        session.hint(
            f"  = {cut(book)}: kith did not know this address book then: its {count(number, 'card')} stay as they are"
        )
    _tell_kept(session, found.kept)
    return True


def _agreed(session: Session, account: str, found: Restored) -> bool:
    """Whether the user wants it. Where nobody can be asked, nothing is removed. Raises UsageError."""
    if session.interactive:
        return click.confirm(f"Write this to {account}?")
    removed = sum(step.action is Action.DELETE for step in found.steps)
    if removed:
        raise click.UsageError(
            f"this removes {count(removed, 'card')} from {account} and nobody can be asked here, so nothing was written: "
            "look at it with --dry-run, then add --yes"
        )
    return True


def _end(session: Session, account: str, found: Restored, dry_run: bool) -> int:
    """What came of it; returns the exit code."""
    if dry_run or found.hold is not None or not found.steps:  # else it was shown before it was written
        _shown(session, account, found)
    if found.declined:
        session.say("Nothing was written.")
        return DONE
    for step, why in found.failed:
        session.warn(f"! {account}: {cut(step.title)}: {safe(why)}")
    if found.hold is not None:
        session.warn(f"! {account} is left as it is: {safe(found.hold.why)}")
        session.warn(f"  {found.hold.remedy}")
        session.emit(
            {"event": "hold", "account": account, "why": found.hold.why, "remedy": found.hold.remedy}
        )
    else:
        session.say(_told(account, found, dry_run))
    session.emit(
        {"event": "summary", "dry_run": dry_run, "steps": len(found.steps), "failed": len(found.failed)}
    )
    return worst([STOPPED if found.hold is not None else DONE, PARTLY if found.failed else DONE])


def _why(step: Step, undoing: bool) -> str:
    if undoing:
        return UNDONE[step.action]
    if step.action is Action.UPDATE and step.replaces is not None:
        return "was replaced since, is as before again"
    return BACK[step.action]


BACK = {
    Action.CREATE: "was deleted since, is put back",
    Action.UPDATE: "was changed since, is put back",
    Action.DELETE: "was made since, is removed",
}
"""What a restore does to a card, and why."""

UNDONE = {
    Action.CREATE: "was removed, is put back",
    Action.UPDATE: "is as before that again",
    Action.DELETE: "was put back, is removed again",
}
"""What the undo of a restore does to a card, and why."""


def _told(account: str, found: Restored, dry_run: bool) -> str:
    """The closing line."""
    if not found.steps and found.undoing:
        return f"{account} has nothing left of that to take back"
    if not found.steps:
        return f"{account} is as it was then; there is nothing to put back"
    failed = {id(step) for step, _ in found.failed}
    done = [step for step in found.steps if id(step) not in failed]
    removed = sum(step.action is Action.DELETE for step in done)
    words = ("to put back", "to remove") if dry_run else ("put back", "removed")
    return f"{count(len(done) - removed, 'card')} {words[0]}, {removed} {words[1]}"
