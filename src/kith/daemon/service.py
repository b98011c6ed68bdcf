"""The daemon: the same run as `kith sync`, on a schedule. The main thread keeps signals and the watchdog."""

import logging
import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from kith.config.settings import Settings
from kith.connector.errors import ConnectorError
from kith.daemon.schedule import due_times, next_turn, turn
from kith.daemon.systemd import notify, watchdog_interval
from kith.store.database import Locked, StoreError, open_database
from kith.sync.imports import empty_inbox
from kith.sync.patience import Interrupted
from kith.sync.run import Request, Result, sync

log = logging.getLogger("kith.daemon")

BUSY_AGAIN = 60.0
"""Seconds to wait where another run holds the lock."""

BROKEN_AGAIN = 300.0
"""Seconds to wait where the store cannot be used."""

FIRST_DELAY = 10.0
"""Up to so many seconds pass before the first run, so that many machines do not call at once after a power cut."""

STUCK_AFTER = 900.0
"""A run that shows no progress for so many seconds is stuck: the watchdog is no longer fed and systemd restarts us."""

PING_EVERY = 30.0


class Daemon:
    """One scheduler thread, one worker, one store. `load` reads the config anew on SIGHUP."""

    def __init__(self, load: Callable[[], Settings], store: Path) -> None:
        self.load, self.store = load, store
        self.settings = load()
        self.stop = threading.Event()
        self.wake = threading.Event()
        self.again = False
        self.beat = time.monotonic()
        self.working = False
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            executors={"default": {"type": "threadpool", "max_workers": 1}},
        )

    def serve(self) -> int:
        """Run until SIGTERM or SIGINT; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._ask_stop())
        signal.signal(signal.SIGUSR1, lambda *_: self._ask_now())
        signal.signal(signal.SIGHUP, lambda *_: self._ask_reload())
        self.scheduler.start()
        self._plan(time.time() + random.random() * FIRST_DELAY)
        notify("READY=1")
        interval = min(watchdog_interval() or PING_EVERY, PING_EVERY)
        while not self.stop.is_set():
            if self._alive():
                notify("WATCHDOG=1")
            self.wake.wait(interval)
            self.wake.clear()
        notify("STOPPING=1\nSTATUS=finishing the card at hand")
        self.scheduler.shutdown(wait=True)
        return 0

    def _alive(self) -> bool:
        return not self.working or time.monotonic() - self.beat < STUCK_AFTER

    def _ask_stop(self) -> None:
        self.stop.set()
        self.wake.set()

    def _ask_now(self) -> None:
        """Sync now; asked during a run, it leads to exactly one more."""
        self.again = True
        if not self.working:
            self._plan(time.time())

    def _ask_reload(self) -> None:
        try:
            self.settings = self.load()
        except Exception as error:  # a config that is wrong must not stop what works
            log.error("the config was not read anew: %s", error)
            return
        self._plan(time.time())

    def _plan(self, at: float) -> None:
        moment = datetime.fromtimestamp(at, UTC)
        self.scheduler.add_job(self._work, "date", run_date=moment, id="turn", replace_existing=True)
        notify(f"STATUS=next run {datetime.fromtimestamp(at, UTC).astimezone():%H:%M:%S}")

    def _work(self) -> None:
        """One turn: the drop folder, then the accounts that are due."""
        self.working, self.beat = True, time.monotonic()
        everything, self.again = self.again, False
        try:
            following = self._turn(everything)
        except Interrupted:
            return
        except Locked:
            log.info("another run is at work; trying again in a minute")
            following = time.time() + BUSY_AGAIN
        except (StoreError, ConnectorError) as error:
            log.error("%s: %s", error.message, error.remedy)
            notify(f"STATUS=needs you: {error.message}")
            following = time.time() + BROKEN_AGAIN
        except Exception:
            log.exception("a run failed unexpectedly")
            following = time.time() + BROKEN_AGAIN
        finally:
            self.working = False
        if not self.stop.is_set():
            self._plan(time.time() if self.again else following)

    def _turn(self, everything: bool) -> float:
        done, failed = empty_inbox(self.settings, self.store)
        for path in done:
            log.info("imported file=%s", path.name)
        for path, why in failed:
            log.warning("not imported file=%s why=%s", path.name, why)
        db = open_database(self.store)
        try:
            due = due_times(self.settings, db, time.time())
        finally:
            db.close()
        names, audit = turn(due, time.time())
        names = tuple(self.settings.accounts) if everything else names
        if names:
            notify(f"STATUS=reading {', '.join(names)}")
            self._tell(sync(self.settings, self.store, self._request(names, audit)))
        db = open_database(self.store)
        try:
            return next_turn(due_times(self.settings, db, time.time()), time.time() + 1.0)
        finally:
            db.close()

    def _request(self, names: tuple[str, ...], audit: bool) -> Request:
        return Request(command="daemon", accounts=names, full=audit, progress=self._progress, stop=self.stop)

    def _progress(self, _stage: str, _account: str, _count: int) -> None:
        self.beat = time.monotonic()

    def _tell(self, result: Result) -> None:
        """One line a fact, with ids and counts, without names or numbers of people."""
        for name, item in result.accounts.items():
            if item.status != "ok":
                log.warning(
                    "run=%s account=%s status=%s problem=%s", result.run, name, item.status, item.problem
                )
            elif item.created or item.updated or item.deleted:
                log.info(
                    "run=%s account=%s created=%d updated=%d deleted=%d",
                    result.run, name, item.created, item.updated, item.deleted,
                )  # fmt: skip
