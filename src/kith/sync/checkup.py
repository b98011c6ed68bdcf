"""What `kith doctor` finds about the store and the machine."""

import shlex
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kith.store.database import NO_BACKUP, Damaged, StoreError, backups, integrity, open_reading

LITTLE_DISK = 200 * 1024 * 1024
EARLIEST = 1_760_000_000.0
"""A clock before this (October 2025) is wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    said: str


def check_store(store: Path, every: float) -> Iterator[Finding]:
    """Store, disk, clock, age of the last run, cards that cannot be read."""
    now = time.time()
    yield Finding("clock", now > EARLIEST, time.strftime("%Y-%m-%d %H:%M", time.localtime(now)))
    folder = next(place for place in (store.parent, *store.parent.parents) if place.exists())
    free = shutil.disk_usage(folder).free
    yield Finding("disk", free > LITTLE_DISK, f"{free // 1024**2} MiB free at {folder}")
    if not store.exists():
        yield Finding("store", True, f"{store} is not there yet; kith sync makes it")
        return
    mode = store.stat().st_mode & 0o077
    yield Finding(
        "rights",
        not mode,
        f"{store} " + ("is yours alone" if not mode else f"can be read by others: chmod 600 {store}"),
    )
    try:
        yield from _inside(store, every, now)
    except Damaged as error:
        yield Finding("store", False, f"{error.message}{_way_back(store)}")
    except StoreError as error:
        yield Finding("store", False, f"{error.message}: {error.remedy}")


def _way_back(store: Path) -> str:
    """The command that puts the newest copy in the place of a store that cannot be used."""
    copies = backups(store)
    if not copies:
        return f"; {NO_BACKUP.format(store)}"
    written_ahead = shlex.join(f"{store}{end}" for end in ("-wal", "-shm"))
    return f"; the way back: rm -f {written_ahead} && {shlex.join(('cp', '-p', str(copies[0]), str(store)))} && kith sync --full"


def _inside(store: Path, every: float, now: float) -> Iterator[Finding]:
    db = open_reading(store)
    try:
        said = integrity(db)
        yield Finding("store", said == "ok", f"{store}: {said}{'' if said == 'ok' else _way_back(store)}")
        last = db.value(
            "SELECT started FROM run WHERE outcome IN ('done', 'partly') ORDER BY rowid DESC LIMIT 1"
        )
        late = last is not None and now - last > max(3 * every, 86400.0)
        age = "no run yet" if last is None else f"{(now - last) / 3600:.1f} hours ago"
        yield Finding("last run", not late, age + ("; is the timer or the daemon on?" if late else ""))
        unread = int(db.value("SELECT count(*) FROM card WHERE grade = 'quarantine'"))
        yield Finding(
            "cards",
            not unread,
            f"{unread} cannot be read and are left alone (kith status)" if unread else "all readable",
        )
    finally:
        db.close()
