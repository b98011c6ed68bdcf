"""The daemon: the same run as `kith sync`, on a schedule. The main thread keeps signals and the watchdog."""

import logging
import os
import queue
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from kith.config.settings import Settings
from kith.connector.errors import ConnectorError
from kith.daemon.schedule import due_times, first_delay, next_turn, turn
from kith.daemon.systemd import notify, watchdog_interval
from kith.store.database import Locked, StoreError, open_database
from kith.sync.imports import empty_inbox, folders_in
from kith.sync.patience import Interrupted
from kith.sync.request import Request, Result
from kith.sync.run import sync

log = logging.getLogger("kith.daemon")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the daemon waits, in seconds.

    `busy_again`: until the next try where another run holds the lock. `broken_again`: where the store cannot be used.
    `stuck_after`: a run without progress for so long is stuck, the watchdog is no longer fed and systemd restarts us.
    `leave_after`: how long a stop waits for the card at hand; a server that does not answer must not hold it up
    (`docker stop` kills after 10), and a write whose answer is missing is settled by the next run anyway.
    `ping_every`: at most so long between two looks at the watchdog.
    """

    busy_again: float = 60.0
    broken_again: float = 300.0
    stuck_after: float = 900.0
    leave_after: float = 8.0
    ping_every: float = 30.0


class Daemon:
    """One scheduler thread, one worker, one store. `load` reads the config anew on SIGHUP. Raises what `load` raises."""

    def __init__(self, load: Callable[[], Settings], store: Path, pace: Pace | None = None) -> None:
        self.load, self.store, self.pace = load, store, pace or Pace()
        self.settings = load()
        self.stop = threading.Event()
        self.signals: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.turn_lock = threading.Lock()
        self.idle = threading.Event()
        self.idle.set()
        self.everything = self.soon = False
        self.beat = time.monotonic()
        self.ailing: dict[str, str] = {}
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            # the one worker keeps turns apart; an instance limit of one would drop a turn planned at the end of another
            job_defaults={"coalesce": True, "max_instances": 4, "misfire_grace_time": None},
            executors={"default": {"type": "threadpool", "max_workers": 1}},
        )

    def serve(self) -> int:
        """Run until SIGTERM or SIGINT; returns the exit code."""
        # a handler may interrupt the main thread anywhere, also while it holds a lock: it only puts the number away
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: self.signals.put(number))
        self.scheduler.start()
        self._plan(time.time() + first_delay(time.clock_gettime(time.CLOCK_BOOTTIME), random.random()))
        notify("READY=1")
        log.info("started accounts=%d", len(self.settings.accounts))
        interval = min(watchdog_interval() or self.pace.ping_every, self.pace.ping_every)
        while not self.stop.is_set():
            if self._alive():
                notify("WATCHDOG=1")
            self._obey(interval)
        return self._leave()

    def _alive(self) -> bool:
        return self.idle.is_set() or time.monotonic() - self.beat < self.pace.stuck_after

    def _obey(self, seconds: float) -> None:
        """Wait for one signal and do what it asks."""
        try:
            number = self.signals.get(timeout=seconds)
        except queue.Empty:
            return
        if number == signal.SIGUSR1:
            self._ask()
        elif number == signal.SIGHUP:
            self._reload()
        else:
            self.stop.set()

    def _leave(self) -> int:
        notify("STOPPING=1\nSTATUS=finishing the card at hand")
        if not self.idle.wait(self.pace.leave_after):
            log.warning("a server does not answer; left without it, the next run settles what is in doubt")
            logging.shutdown()
            os._exit(0)
        self.scheduler.shutdown(wait=True)
        log.info("stopped")
        return 0

    def _ask(self) -> None:
        """A turn of all accounts now; asked during one, it leads to exactly one more."""
        with self.turn_lock:
            self.everything = self.soon = True
            if self.idle.is_set():
                self._plan(time.time())

    def _reload(self) -> None:
        try:
            self.settings = self.load()
        except Exception as error:  # a config that is wrong must not stop what works
            log.error("the config was not read anew, the old one holds: %s", error)
            return
        log.info("config read anew accounts=%d", len(self.settings.accounts))
        self._ask()

    def _plan(self, at: float) -> None:
        moment = datetime.fromtimestamp(at, UTC)
        self.scheduler.add_job(self._work, "date", run_date=moment, id="turn", replace_existing=True)
        trouble = "".join(f"; {name}: {problem}" for name, problem in sorted(self.ailing.items()))
        notify(f"STATUS=next run {moment.astimezone():%H:%M:%S}{trouble}")

    def _work(self) -> None:
        """One turn, and when the next one is."""
        with self.turn_lock:
            self.idle.clear()
            self.beat = time.monotonic()
            everything, self.everything, self.soon = self.everything, False, False
        following, done = self._guarded(everything)
        with self.turn_lock:
            self.everything |= everything and not done
            if not self.stop.is_set():
                self._plan(time.time() if self.soon else following)
            self.idle.set()

    def _guarded(self, everything: bool) -> tuple[float, bool]:
        """(next turn, whether this one took place): nothing that goes wrong in a turn ends the daemon."""
        try:
            following = self._turn(self.settings, everything)
            self._ails("run", "")
            return following, True
        except Interrupted:
            return 0.0, False
        except Locked:
            log.info("another run is at work; trying again in %d s", self.pace.busy_again)
            return time.time() + self.pace.busy_again, False
        except (StoreError, ConnectorError) as error:
            self._ails("run", f"{error.message}; {error.remedy}")
        except Exception:
            log.exception("a run failed unexpectedly")
        return time.time() + self.pace.broken_again, False

    def _turn(self, settings: Settings, everything: bool) -> float:
        """The drop folder, then the accounts that are due; returns when the next one is."""
        self._drop_folder(settings)
        db = open_database(self.store)
        try:
            due = due_times(settings, db, time.time())
        finally:
            db.close()
        names, audit = turn(due, time.time())
        names = tuple(settings.accounts) if everything else names
        if names:
            notify(f"STATUS=reading {', '.join(names)}")
            self._tell(names, sync(settings, self.store, self._request(names, audit)))
        db = open_database(self.store)
        try:
            return next_turn(due_times(settings, db, time.time()), time.time() + 1.0)
        finally:
            db.close()

    def _drop_folder(self, settings: Settings) -> None:
        """Import what was dropped. The names of files are often those of people: they stay out of the journal."""
        try:
            done, failed = empty_inbox(settings, self.store)
        except (
            ConnectorError,
            OSError,
        ) as error:  # a missing folder must not keep the accounts from their turn
            self._ails("drop folder", getattr(error, "message", None) or str(error))
            return
        folders = len(folders_in(settings))
        self._ails("drop folder", f"folders in it={folders}: only files are read there" if folders else "")
        if done:
            log.info("drop folder imported=%d", len(done))
        if failed:
            log.warning(
                "drop folder unreadable=%d (the reason lies beside each file in failed/)", len(failed)
            )

    def _request(self, names: tuple[str, ...], audit: bool) -> Request:
        return Request(command="daemon", accounts=names, full=audit, progress=self._progress, stop=self.stop)

    def _progress(self, _stage: str, _account: str, _count: int) -> None:
        self.beat = time.monotonic()

    def _tell(self, names: tuple[str, ...], result: Result) -> None:
        """One line a fact, with ids and counts, without names or numbers of people."""
        for name in names:
            item = result.accounts[name]
            self._ails(name, f"{item.status}: {item.problem}" if item.status != "ok" else "", result.run)
            if item.created or item.updated or item.deleted:
                log.info(
                    "run=%s account=%s created=%d updated=%d deleted=%d",
                    result.run, name, item.created, item.updated, item.deleted,
                )  # fmt: skip

    def _ails(self, what: str, problem: str, run: str = "") -> None:
        """Said once when it begins, and once when it is over: a journal of the same line each half hour is not read."""
        before = self.ailing.get(what, "")
        if problem:
            self.ailing[what] = problem
        else:
            self.ailing.pop(what, None)
        place = f"run={run} account={what}" if run else what
        if problem and problem != before:
            log.warning("%s %s", place, problem)
        elif before and not problem:
            log.info("%s well again", place)
