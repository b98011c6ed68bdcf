"""`kith doctor`: is everything well, and what to do where it is not."""

import os
import shlex
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kith.cli.attention import Need, books_of, cut_short, holds, one_book_twice
from kith.cli.session import Session
from kith.cli.words import count
from kith.config.load import ConfigError, store_path
from kith.config.settings import AccountSettings, Settings
from kith.connector.errors import ConnectorError
from kith.connector.secrets import Secret, readable_by_others
from kith.store.database import StoreError, at_work, lock_file
from kith.sync.accounts import opening, state_folder
from kith.sync.checkup import check_store


def look(session: Session, settings: Any, item: AccountSettings) -> list[str]:
    """Log in and look around; what was found, in words. Raises ConnectorError."""
    folder = state_folder(session.store_file or store_path(settings), item.name)
    source = item.info.open(item.own, opening(settings, item, folder))
    try:
        return source.check()
    finally:
        source.close()


@click.command("doctor")
@click.pass_obj
def doctor_command(session: Session) -> int:
    """Check config, secrets, logins, rights, store, lock, disk, clock and the age of the last run; say what to do.

    Example: kith doctor
    """
    try:
        settings = session.settings
    except ConfigError as error:
        for line in error.lines():
            _tell(session, Check("config", False, line))
        return 2
    bad = 0
    for check in _checks(session, settings):
        bad += not check.ok
        _tell(session, check)
    session.say("all well" if not bad else f"{count(bad, 'thing')} {'needs' if bad == 1 else 'need'} you")
    return 1 if bad else 0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, what was found, and what helps where it is not well."""

    what: str
    ok: bool
    said: str
    remedy: str = ""


def _tell(session: Session, check: Check) -> None:
    more = f"\n      {check.remedy}" if check.remedy else ""
    session.say(f"{'ok   ' if check.ok else 'FAIL '} {check.what}: {check.said}{more}")
    event = {"event": "check", "what": check.what, "ok": check.ok, "said": check.said}
    session.emit({**event, "remedy": check.remedy} if check.remedy else event)


def _checks(session: Session, settings: Settings) -> Iterator[Check]:
    """Config, secrets, lock, store, disk, clock, last run, what waits; then each account, which takes longest."""
    number = len(settings.accounts)
    empty = "" if number else "kith init --add adds one"
    yield Check("config", bool(number), f"{settings.file}: {count(number, 'account')}", empty)
    for name, item in settings.accounts.items():
        for path in _open_passwords(item):
            what = f"the password file {path} can be read by others"
            yield Check(name, False, what, f"chmod 600 {shlex.quote(str(path))}")
    yield Check("lock", *_lock(session.store))
    for finding in check_store(session.store, settings.sync.every):
        remedy = "" if finding.ok else REMEDIES.get(finding.what, "")
        yield Check(finding.what, finding.ok, finding.said, remedy)
    for need in _waiting(session, settings):
        yield Check(need.account or "last run", False, need.what, need.remedy)
    for name, item in settings.accounts.items():
        try:
            yield Check(name, True, "; ".join(look(session, settings, item)))
        except ConnectorError as error:
            yield Check(name, False, error.message, error.remedy)


REMEDIES = {
    "disk": "make room there: kith needs space for its store and a copy of it; until then nothing is lost",
    "clock": "set the clock of this machine (NTP): the order of events in the history goes by it",
}
"""What helps where the finding does not say it itself."""


def _open_passwords(item: AccountSettings) -> Iterator[Path]:
    """The password files of an account that other users of this machine can read."""
    for _, value in item.own:
        if isinstance(value, Secret) and value.file:
            path = Path(value.file).expanduser()
            if path.exists() and readable_by_others(path):
                yield path


def _lock(store: Path) -> tuple[bool, str, str]:
    """Whether the store can be locked: (yes, what was found, remedy)."""
    lock = lock_file(store)
    folder = next(place for place in (store.parent, *store.parent.parents) if place.exists())
    if lock.exists() and not lock.is_file():
        return False, f"{lock} is in the way", "move it away: kith makes a file of that name there"
    try:
        tempfile.TemporaryFile(dir=folder).close()
        writable = not lock.exists() or os.access(lock, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        remedy = "check its owner and rights, or set [store] path in the config to another place"
        return False, f"{folder} cannot be written", remedy
    return True, "a run is at work now" if at_work(store) else "free", ""


def _waiting(session: Session, settings: Settings) -> list[Need]:
    """What the store says that waits for the user; nothing where it cannot be read, which `check_store` has told."""
    if not session.store.exists():
        return []
    try:
        with session.reading() as db:
            twice = one_book_twice(settings, books_of(db))
            return [*holds(db, settings.accounts), *twice, *cut_short(db, session.store)]
    except StoreError:
        return []
