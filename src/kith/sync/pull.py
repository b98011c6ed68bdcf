"""Reads one account into the staging tables and makes sure of deletions."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kith.connector.api import Page, PullRequest, Source
from kith.connector.errors import ConnectorError, CursorExpired, Unreachable
from kith.model.record import RecordKey
from kith.store import staging
from kith.store.database import Database
from kith.sync.numbers import with_numbers
from kith.sync.patience import Interrupted, Patience
from kith.sync.threads import side_by_side

CONFIRMED_ONE_BY_ONE = 500
"""Cards missing from a listing are asked for singly up to this number. Where one of them is there after all, the
listing lied, and those beyond are not taken for gone."""


@dataclass
class Pulled:
    """What came of reading one account."""

    account: str
    changed: int = 0
    gone: int = 0
    error: ConnectorError | None = None
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Pulling:
    """One account to read: its open connector, the region of its numbers, and how patient to be."""

    db: Database
    account: str
    source: Source
    region: str
    patience: Patience
    full: bool = False
    progress: Callable[[str, int], None] = lambda _account, _count: None


def pull(job: Pulling) -> Pulled:
    """Read an account. An error is part of the result: the others go on."""
    result = Pulled(job.account)
    began = time.monotonic()
    try:
        staging.clear(job.db, job.account)
        cursor = (
            None if job.full else job.db.value("SELECT cursor FROM account WHERE name = ?", (job.account,))
        )
        _read_all(job, cursor, result)
        gone = _certain(job, staging.missing(job.db, job.account))
        staging.vanish(job.db, gone)
        result.gone = len(staging.gone(job.db, frozenset({job.account})))
    except ConnectorError as error:
        result.error = error
    result.seconds = time.monotonic() - began
    return result


def _read_all(job: Pulling, cursor: str | None, result: Pulled) -> None:
    """All pages, retried as a whole: a page that came twice is recognized by its revision."""

    def attempt() -> None:
        result.changed, result.warnings = 0, []
        for page in job.source.pull(
            PullRequest(cursor, lambda book: staging.known(job.db, job.account, book))
        ):
            if job.patience.stop.is_set():
                raise Interrupted
            staged = staging.stage(job.db, job.account, _numbered(page, job.region))
            result.changed += staged.changed
            result.warnings += page.skipped
            job.progress(job.account, result.changed)
            del page  # the next one is read without it

    try:
        job.patience.call(attempt)
    except CursorExpired:
        staging.clear(job.db, job.account)
        cursor = None
        job.patience.call(attempt)


def _numbered(page: Page, region: str) -> Page:
    return replace(page, records=tuple(with_numbers(record, region) for record in page.records))


def _certain(job: Pulling, missing: list[RecordKey]) -> list[RecordKey]:
    """Of cards missing from a complete listing, those that the source itself says are gone."""
    gone = []
    for key in missing[:CONFIRMED_ONE_BY_ONE]:
        try:
            found = job.patience.call(lambda key=key: job.source.fetch(key))  # type: ignore[misc]
        except Unreachable:
            continue
        if found is None:
            gone.append(key)
    beyond = missing[CONFIRMED_ONE_BY_ONE:]
    return gone + beyond if len(gone) == len(missing) - len(beyond) else gone


def pull_all(jobs: list[Pulling], in_turn: bool = False) -> list[Pulled]:
    """Read all accounts side by side, or one after the other."""
    return side_by_side(pull, jobs, in_turn)
