"""Files in, once: each is recognized by its content and read by the connector that knows it."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from kith.config.settings import (
    AccountSettings,
    AccountTable,
    MatchTable,
    MergeTable,
    MeTable,
    Settings,
    StoreTable,
    SyncTable,
)
from kith.connector import registry
from kith.connector.errors import ConnectorError
from kith.connector.info import ConnectorInfo
from kith.store.database import open_database
from kith.sync.request import Request, Result
from kith.sync.run import sync

ORDER = ("linkedin", "vcf", "xing", "csv", "mbox", "maildir")
"""Connectors that read files, the most particular first."""

READ = 1 << 20

Failed = list[tuple[Path, str]]


def recognize(path: Path) -> ConnectorInfo | None:
    """The connector whose files look like this one, None where none does. The name of a file counts for nothing."""
    points = registry.available()
    for name in (*ORDER, *sorted(set(points) - set(ORDER))):
        if name not in points:
            continue
        info = registry.load(name)
        if info.recognizes is not None and info.recognizes(path):
            return info
    return None


def import_paths(
    settings: Settings | None,
    store: Path,
    paths: Iterable[Path],
    *,
    as_owner: bool = False,
    dry_run: bool = False,
) -> tuple[Result | None, Failed]:
    """Read files and folders as accounts of their own that stay out of the config. What they bring reaches the other
    accounts with the next sync. Returns the run (None where nothing was readable) and what failed with the reason."""
    base = settings or Settings(None, StoreTable(), SyncTable(), MatchTable(), MergeTable(), MeTable(), {})
    accounts = dict(base.accounts)
    chosen, failed = [], []
    for path in paths:
        try:
            item = _account(path, len(accounts), as_owner)
        except ConnectorError as error:
            failed.append((path, f"{error.message}; {error.remedy}" if error.remedy else error.message))
            continue
        accounts[item.name] = item
        chosen.append((item.name, path))
    if not chosen:
        return None, failed
    request = Request(command="import", dry_run=dry_run, accounts=tuple(name for name, _ in chosen))
    result = sync(replace(base, accounts=accounts), store, request)
    for name, path in chosen:
        found = result.accounts[name]
        if found.status != "ok":
            failed.append((path, f"{found.problem}; {found.remedy}" if found.remedy else found.problem))
    kept = {name: found for name, found in result.accounts.items() if name in dict(chosen)}
    result.accounts = kept
    return result, failed


def _account(path: Path, rank: int, as_owner: bool) -> AccountSettings:
    info = recognize(path)
    if info is None:
        raise ConnectorError(
            "is nothing that kith recognizes by its content",
            "kith reads vCards, LinkedIn exports, Google, Outlook and XING tables, mbox and Maildir; an HTML page is no export",
        )
    name = f"import:{info.name}" if info.name == "linkedin" else f"import:{path.stem}"
    common = AccountTable(connector=info.name, mode="read", role="owner" if as_owner else None)
    try:
        own = info.settings.model_validate({"path": str(path)})
    except ValidationError as error:
        raise ConnectorError(f"cannot be read as {info.title}", str(error.errors()[0]["msg"])) from None
    return AccountSettings(name, common, info, own, rank)


def digest(path: Path) -> str:
    """The content of a file as a hash: a file is imported once, whatever it is called."""
    found = hashlib.sha256()
    with path.open("rb") as data:
        while part := data.read(READ):
            found.update(part)
    return found.hexdigest()


def waiting_in(settings: Settings) -> list[Path]:
    """The files in the drop folder, in the order in which they are read."""
    folder = settings.sync.inbox.expanduser() if settings.sync.inbox else None
    if folder is None or not folder.is_dir():
        return []
    return sorted(item for item in folder.iterdir() if item.is_file() and not item.name.startswith("."))


def empty_inbox(settings: Settings, store: Path) -> tuple[list[Path], Failed]:
    """Import what lies in the drop folder: to `done/` or, with the reason beside it, to `failed/`."""
    done: list[Path] = []
    failed: Failed = []
    for path in waiting_in(settings):
        folder = path.parent
        why = _take(settings, store, path)
        if why is None:
            done.append(_put_away(path, folder / "done"))
        else:
            moved = _put_away(path, folder / "failed")
            moved.with_name(moved.name + ".why.txt").write_text(why + "\n", encoding="utf-8")
            failed.append((moved, why))
    return done, failed


def _take(settings: Settings, store: Path, path: Path) -> str | None:
    """Import one dropped file; returns why not, None where it went well (or was imported before)."""
    sha256 = digest(path)
    db = open_database(store)
    try:
        if db.value("SELECT 1 FROM imported WHERE sha256 = ?", (sha256,)):
            return None
    finally:
        db.close()
    _, failed = import_paths(settings, store, [path])
    if failed:
        return failed[0][1]
    db = open_database(store)
    try:
        db.execute("INSERT OR IGNORE INTO imported VALUES (?, ?, ?)", (sha256, path.name, time.time()))
    finally:
        db.close()
    return None


def _put_away(path: Path, folder: Path) -> Path:
    """Move a file, never over another one."""
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        target, number = folder / f"{path.stem}-{number}{path.suffix}", number + 1
    return path.rename(target)
