"""Brings one account back to a date, as if its owner had put the old address book back by hand: what follows for the
other accounts is the next sync's business, with its merge and its guards. A restore is a run: it stands in the log, card by
card, and can be taken back."""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from kith.config.settings import Settings
from kith.connector.api import CardChange, NewCard, PullRequest, Target, Written, is_target
from kith.connector.errors import BadSource, ConnectorError
from kith.model.account import Account
from kith.model.contact import NOTHING, Contact
from kith.model.identity import remote_id
from kith.model.operation import Action, Reason
from kith.model.plan import Hold
from kith.model.record import RecordKey, SourceRecord
from kith.store import journal
from kith.store.cards import media_of
from kith.store.codec import dump
from kith.store.database import Database, StoreError, opened
from kith.store.journal import CardEntry, Ledger
from kith.store.staging import save_texts
from kith.store.successor import succeed
from kith.sync.accounts import describe, opening, state_folder
from kith.sync.numbers import with_numbers, without_numbers
from kith.sync.patience import Patience
from kith.sync.pull import CONFIRMED_ONE_BY_ONE
from kith.sync.steps import Present, Step, guarded, steps_back, steps_to

COMMAND = "restore "
"""How the command of such a run begins."""

STAYS = "what it replaces could not be put back, so it stays"


@dataclass
class Restored:
    """What a restore did or would do. `left` counts the cards of address books that had no history at that date; `kept` are
    sentences about what was changed since; `hold` says why nothing was written; `undoing`: a restore is taken back."""

    steps: list[Step] = field(default_factory=list)
    failed: list[tuple[Step, str]] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    hold: Hold | None = None
    declined: bool = False
    undoing: bool = False


@dataclass(frozen=True)
class Wish:
    """How to go about it: `max_delete` cards may be removed (None: as the account says); `confirm` is asked before anything
    is written; `command` is what the log shows, and what a guard names."""

    dry_run: bool = False
    max_delete: int | None = None
    confirm: Callable[[Restored], bool] = lambda _found: True
    command: str = ""


def restore(
    settings: Settings, store: Path, account: str, moment: float, wish: Wish | None = None
) -> Restored:
    """Compute and, unless it is a dry run, carry out what brings `account` back to `moment` (epoch seconds). Raises
    StoreError, ConnectorError where nothing could be done."""
    wish = wish or Wish()
    with opened(store, wish.dry_run) as db:
        first = db.value("SELECT min(at) FROM card_history WHERE account = ?", (account,))
        if first is None or moment < first:
            raise StoreError(f"kith did not know {account} at that time", "kith log shows since when it does")
        with _target(settings, store, account) as (item, target):
            job = _Job(db, item, target, wish, Reason.RESTORED, wish.command or COMMAND + account)

            def compute(present: Present) -> Restored:
                steps, left = steps_to(db, account, moment, present)
                return Restored(steps, left=left)

            return _go(job, compute)


def take_back(
    settings: Settings, store: Path, run: str, wish: Wish | None = None, person: str | None = None
) -> Restored:
    """The undo of a restore: what it removed is put back with its old text, what it put back goes, and what was changed
    since stays. `person`: only what it did to that one's cards."""
    wish = wish or Wish()
    with opened(store, wish.dry_run) as db:
        account = restored_account(db, run)
        if account is None:
            raise StoreError(f"{run} restored nothing", "kith log shows the runs")
        with _target(settings, store, account) as (item, target):
            job = _Job(db, item, target, wish, Reason.UNDONE, f"undo {run}")

            def compute(present: Present) -> Restored:
                steps, kept = steps_back(db, run, present, person)
                return Restored(steps, kept=kept, undoing=True)

            return _go(job, compute)


def restored_account(db: Database, run: str) -> str | None:
    """The account that a run brought back to a date, or an undo of such a run; None where the run was none of these."""
    account = db.value("SELECT account FROM card_history WHERE run = ? AND by = 'kith' LIMIT 1", (run,))
    command = "undo " + run
    while command.startswith("undo "):
        command = str(db.value("SELECT command FROM run WHERE id = ?", (command[5:],)) or "")
    return str(account) if account is not None and command.startswith(COMMAND) else None


@contextmanager
def _target(settings: Settings, store: Path, account: str) -> Iterator[tuple[Account, Target]]:
    item = settings.accounts[account]
    source = item.info.open(item.own, opening(settings, item, state_folder(store, account)))
    try:
        if item.common.mode != "two-way" or not is_target(source):
            raise BadSource(f"{account} cannot be written", "export instead: kith export --format vcf")
        yield describe(settings, item, source), source  # type: ignore[misc]
    finally:
        source.close()


@dataclass(frozen=True)
class _Job:
    """One account to bring back: the store, the account and its connector, what is wished, and as which run."""

    db: Database
    account: Account
    target: Target
    wish: Wish
    reason: Reason
    command: str
    patience: Patience = field(default_factory=Patience)

    @cached_property
    def seen(self) -> frozenset[RecordKey]:
        """The cards that have a history; what this run adds to it does not matter: it writes each card once."""
        return journal.cards_of_account(self.db, self.account.name)


def _go(job: _Job, compute: Callable[[Present], Restored]) -> Restored:
    """Look what there is and what follows, ask the guard and the user, then write."""
    present, found = _compared(job, compute)
    found.hold = guarded(job.account, found.steps, present, job.wish.max_delete, f"kith {job.command}")
    if job.wish.dry_run or found.hold is not None or not found.steps:
        return found
    if not job.wish.confirm(found):
        found.declined = True
        return found
    ledger = Ledger(job.db, uuid.uuid4().hex[:12], time.time())
    journal.start(job.db, ledger.run, ledger.now, job.command)
    outcome, done = "interrupted", Counter[Action]()
    try:
        _carry_out(job, ledger, found, done)
        outcome = "partly" if found.failed else "done"
    finally:
        figures = {f"{action}d": done[action] for action in Action}
        journal.end(job.db, ledger.run, time.time(), outcome, figures)
    return found


def _compared(job: _Job, compute: Callable[[Present], Restored]) -> tuple[Present, Restored]:
    """The account as it is, and what follows. Who is to be put back is asked for first: no listing need have named them."""
    present = job.patience.call(lambda: _present(job))
    found = compute(present)
    overlooked = _overlooked(job, found.steps)
    if not overlooked:
        return present, found
    present = replace(present, cards={**present.cards, **overlooked})
    return present, compute(present)


def _present(job: _Job) -> Present:
    """All cards of the account as they are."""
    cards: dict[RecordKey, SourceRecord] = {}
    listed: set[RecordKey] = set()
    for page in job.target.pull(PullRequest()):
        cards |= {record.key: with_numbers(record, job.account.region) for record in page.records}
        for book, ids in page.listed.items():
            listed |= {RecordKey(job.account.name, book, one) for one in ids}
    return Present(cards, frozenset(listed))


def _overlooked(job: _Job, steps: Iterable[Step]) -> dict[RecordKey, SourceRecord]:
    """Cards to put back that are there all the same. Where one is, the listing lied, and all are asked for."""
    found: dict[RecordKey, SourceRecord] = {}
    for number, step in enumerate(step for step in steps if step.action is Action.CREATE):
        if number >= CONFIRMED_ONE_BY_ONE and not found:
            break
        record = job.patience.call(lambda step=step: job.target.fetch(step.key))  # type: ignore[misc]
        if record is not None:
            found[step.key] = with_numbers(record, job.account.region)
    return found


def _carry_out(job: _Job, ledger: Ledger, found: Restored, done: Counter[Action]) -> None:
    """Write step by step and count what is done. What could not be put back keeps the cards that may stand in its stead from being removed."""
    owed: set[tuple[str, str]] = set()
    for place, step in enumerate(found.steps):
        if step.action is Action.DELETE and owed & step.names:
            found.failed.append((step, STAYS))
            continue
        try:
            _write(job, ledger, step)
            done[step.action] += 1
        except ConnectorError as error:
            found.failed.append((step, error.message))
            owed |= step.names
            if error.stops == "account":
                found.failed += [(later, "was not tried any more") for later in found.steps[place + 1 :]]
                return


def _write(job: _Job, ledger: Ledger, step: Step) -> None:
    """One card: what it said goes into the history before the write leaves, what became of it afterwards."""
    db = job.db
    card = _card(db, step)
    number = _keep(job, ledger, step, card)
    try:
        written = job.patience.call(lambda: _send(job, step, card), repeatable=False)
    except ConnectorError as error:
        if not error.in_doubt:
            journal.not_done(db, number)
        raise
    if written is None:
        return
    record = written.record
    if record is None:
        with suppress(ConnectorError):
            record = job.target.fetch(written.key)
    with db.transaction():
        if record is None:
            journal.arrived(db, number, written.key, dump(_said(step, card)), None)
        else:
            record = with_numbers(record, job.account.region, known=step.then or NOTHING)
            texts = save_texts(db, [record])
            journal.arrived(db, number, written.key, dump(record.contact), texts.get(record.key))
        succeed(db, step.replaces or step.key, written.key)


def _keep(job: _Job, ledger: Ledger, step: Step, card: NewCard | None) -> int:
    """The history row of a write that is about to leave. A card that kith never saw before is found first."""
    with job.db.transaction():
        before = raw = None
        if step.now is not None:
            before, raw = dump(step.now.contact), save_texts(job.db, [step.now]).get(step.key)
            if step.key not in job.seen:
                journal.card(
                    ledger, CardEntry(step.person, step.key, "found", "owner", after=before, after_raw=raw)
                )
        after = None if step.action is Action.DELETE else dump(_said(step, card))
        entry = CardEntry(
            step.person, step.key, step.action, "kith", job.reason, before, after, before_raw=raw
        )
        return journal.ahead(ledger, entry)


def _said(step: Step, card: NewCard | None) -> Contact:
    then = step.then or NOTHING
    return then.but(uid=card.uid) if card is not None else then


def _card(db: Database, step: Step) -> NewCard | None:
    """The card to make, where one is made."""
    if step.action is not Action.CREATE:
        return None
    then = without_numbers(step.then or NOTHING)
    token = remote_id(str(step.key), step.key.account, step.key.book, uuid.uuid4().hex)
    card = NewCard(step.key.book, token, then.uid or f"urn:uuid:{token}", then, media_of(db, then))
    return step.former.renewed(card) if step.former else card


def _send(job: _Job, step: Step, card: NewCard | None) -> Written | None:
    if card is not None:
        return job.target.create(card)
    assert step.now is not None
    if step.then is None:
        job.target.delete(step.key, step.now.revision)
        return None
    before, then = without_numbers(step.now.contact), without_numbers(step.then)
    media = media_of(job.db, then)
    return job.target.update(CardChange(step.key, before, then, step.now.raw, step.now.revision, media))
