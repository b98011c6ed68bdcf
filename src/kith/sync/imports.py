"""Files in, once: each is recognized by its content and read by the connector that knows it."""

import hashlib
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

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
from kith.connector.api import PullRequest, Source
from kith.connector.errors import ConnectorError
from kith.connector.info import ConnectorInfo
from kith.store.database import StoreError, open_database, open_reading
from kith.sync.accounts import opening, state_folder
from kith.sync.recognized import contents, settings_for
from kith.sync.request import Request, Result
from kith.sync.run import sync

READ = 1 << 20
UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp")
"""What browsers and copying programs call a file until it is complete."""

DONE, FAILED = "done", "failed"
"""Where files of the drop folder go."""

Failed = list[tuple[Path, str]]


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
    chosen: dict[str, Path] = {}
    failed: Failed = []
    if store.exists() and not dry_run:
        open_database(store).close()  # of an older version: brought to this one
    for path in paths:
        try:
            for place, info in contents(path):
                item = _account(place, info, as_owner, len(accounts))
                item = replace(item, name=_name(base, store, item, accounts))
                accounts[item.name], chosen[item.name] = item, path
        except ConnectorError as error:
            failed.append((path, f"{error.message}; {error.remedy}" if error.remedy else error.message))
    if not chosen:
        return None, failed
    if not dry_run:
        _release_places(store, [accounts[name] for name in chosen])
    request = Request(command="import", dry_run=dry_run, accounts=tuple(chosen))
    result = sync(replace(base, accounts=accounts), store, request)
    for name, path in chosen.items():
        found = result.accounts[name]
        if found.status != "ok":
            failed.append((path, f"{found.problem}; {found.remedy}" if found.remedy else found.problem))
    result.accounts = {name: found for name, found in result.accounts.items() if name in chosen}
    return result, failed


def _account(path: Path, info: ConnectorInfo, as_owner: bool, rank: int) -> AccountSettings:
    name = f"import:{info.name}" if info.name == "linkedin" else f"import:{path.stem}"
    common = AccountTable(connector=info.name, mode="read", role="owner" if as_owner else None)
    return AccountSettings(name, common, info, settings_for(path, info), rank)


def _name(base: Settings, store: Path, item: AccountSettings, taken: Collection[str]) -> str:
    """A name for the account of a file: that of an earlier import where this is a newer export of the same list, else one
    that is free. Two phones both call their export contacts.vcf: neither may take the place of the other."""
    for number in count(1):
        name = item.name if number == 1 else f"{item.name}-{number}"
        if name not in taken and _continues(base, store, replace(item, name=name)):
            return name
    raise AssertionError("unreachable")


def _continues(base: Settings, store: Path, item: AccountSettings) -> bool:
    """Whether a file holds the list that was imported under this name before, or nothing was: at least half of the
    shorter one is in the other."""
    try:
        db = open_reading(store)
    except StoreError:  # there is none yet, or (in a dry run) one of an older version
        return True
    try:
        kind = db.value("SELECT identity FROM account WHERE name = ?", (item.name,))
        before = {
            row["remote_id"] for row in db.rows("SELECT remote_id FROM card WHERE account = ?", (item.name,))
        }
    finally:
        db.close()
    if not before:
        return True
    if str(kind).partition("|")[0] != item.info.name:
        return False
    now = _remote_ids(item.info.open(item.own, opening(base, item, state_folder(store, item.name))))
    return not now or 2 * len(now & before) >= min(len(now), len(before))


def _remote_ids(source: Source) -> set[str]:
    try:
        return {record.key.remote_id for page in source.pull(PullRequest()) for record in page.records}
    except ConnectorError:  # the run itself will meet it again, and say so
        return set()
    finally:
        source.close()


def _release_places(store: Path, items: Sequence[AccountSettings]) -> None:
    """An account that read another list from the same place before gives the place up: else the new one would count as
    the old one renamed (in the drop folder, every contacts.vcf lies where the one before lay)."""
    db = open_database(store)
    try:
        for item in items:
            db.execute(
                "UPDATE account SET identity = ? || '|' || name WHERE identity = ? AND name <> ? AND name LIKE 'import:%'",
                (item.info.name, item.identity, item.name),
            )
    finally:
        db.close()


def digest(path: Path) -> str:
    """The content of a file as a hash: a file is imported once, whatever it is called."""
    found = hashlib.sha256()
    with path.open("rb") as data:
        while part := data.read(READ):
            found.update(part)
    return found.hexdigest()


def waiting_in(settings: Settings) -> list[Path]:
    """The files in the drop folder, in the order in which they are read; not those that a program is still fetching."""
    return [
        item for item in _dropped(settings) if item.is_file() and not item.name.lower().endswith(UNFINISHED)
    ]


def folders_in(settings: Settings) -> list[Path]:
    """The folders in the drop folder: they are not read, since nobody knows when a folder is complete."""
    return [item for item in _dropped(settings) if item.is_dir() and item.name not in (DONE, FAILED)]


def _dropped(settings: Settings) -> list[Path]:
    folder = settings.sync.inbox.expanduser() if settings.sync.inbox else None
    if folder is None or not folder.is_dir():
        return []
    return sorted(item for item in folder.iterdir() if not item.name.startswith("."))


def empty_inbox(settings: Settings, store: Path) -> tuple[list[Path], Failed]:
    """Import what lies in the drop folder: to `done/` or, with the reason beside it, to `failed/`. A file that grows
    while it is read stays for the next time."""
    done: list[Path] = []
    failed: Failed = []
    marks = {path: _mark(path) for path in waiting_in(settings)}
    for path, why in _take(settings, store, list(marks)).items():
        if not marks[path] or _mark(path) != marks[path]:
            continue
        if why is None:
            done.append(_put_away(path, path.parent / DONE))
        else:
            moved = _put_away(path, path.parent / FAILED)
            moved.with_name(moved.name + ".why.txt").write_text(why + "\n", encoding="utf-8")
            failed.append((moved, why))
    return done, failed


def _mark(path: Path) -> tuple[int, ...]:
    """What tells one state of a file from another; () where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _take(settings: Settings, store: Path, paths: Sequence[Path]) -> dict[Path, str | None]:
    """Import dropped files in one run; {file: why not, or None where it went well or was imported before}."""
    told: dict[Path, str | None] = {}
    fresh: dict[str, list[Path]] = {}
    for path in paths:
        try:
            fresh.setdefault(digest(path), []).append(path)
        except OSError as error:
            told[path] = f"cannot be read ({error.strerror}); check its rights"
    known = _imported_before(store, fresh) if fresh else frozenset()
    new = {sha256: same for sha256, same in fresh.items() if sha256 not in known}
    _, failed = import_paths(settings, store, [same[0] for same in new.values()]) if new else (None, [])
    reasons = dict(failed)
    for same in fresh.values():
        told.update(dict.fromkeys(same, reasons.get(same[0])))
    _remember(store, {sha256: same[0] for sha256, same in new.items() if same[0] not in reasons})
    return told


def _imported_before(store: Path, hashes: Iterable[str]) -> frozenset[str]:
    db = open_database(store)
    try:
        found = [sha for sha in hashes if db.value("SELECT 1 FROM imported WHERE sha256 = ?", (sha,))]
    finally:
        db.close()
    return frozenset(found)


def _remember(store: Path, files: dict[str, Path]) -> None:
    if not files:
        return
    db = open_database(store)
    try:
        rows = [(sha256, path.name, time.time()) for sha256, path in files.items()]
        db.many("INSERT OR IGNORE INTO imported VALUES (?, ?, ?)", rows)
    finally:
        db.close()


def _put_away(path: Path, folder: Path) -> Path:
    """Move a file, never over another one."""
    folder.mkdir(exist_ok=True)
    target, number = folder / path.name, 1
    while target.exists():
        target, number = folder / f"{path.stem}-{number}{path.suffix}", number + 1
    return path.rename(target)
