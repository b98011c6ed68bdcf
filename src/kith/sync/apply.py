"""Carries out a plan's operations: one writer for each account, each write in the outbox before it leaves."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from kith.connector.api import CardChange, NewCard, Target, Written
from kith.connector.errors import ConnectorError, Rejected, RevisionMismatch, WrongPlace
from kith.model.contact import NOTHING, Contact
from kith.model.operation import Action, Operation
from kith.model.record import RecordKey, SourceRecord
from kith.store import outbox
from kith.store.accept import Queued, refuse
from kith.store.cards import blob, card_row, media_of
from kith.store.database import Database
from kith.store.former import former, lost_any
from kith.store.journal import Ledger
from kith.sync.numbers import with_numbers, without_numbers
from kith.sync.patience import Interrupted, Patience
from kith.sync.pictures import fitted
from kith.sync.threads import side_by_side

GROUP = 50
"""Operations that are marked as sent, and recorded as done, in one commit; after a kill so many cards are read back at
most."""

LATEST = 1.0
"""Seconds after which what was done is recorded, however few they are."""


@dataclass
class Applied:
    """What came of one account's operations."""

    account: str
    created: int = 0
    updated: int = 0
    deleted: int = 0
    superseded: list[tuple[Operation, str]] = field(default_factory=list)
    refused: list[tuple[Operation, str]] = field(default_factory=list)
    left: int = 0
    error: ConnectorError | None = None

    def count(self, action: Action) -> None:
        name = {"create": "created", "update": "updated", "delete": "deleted"}[action]
        setattr(self, name, getattr(self, name) + 1)

    @property
    def done(self) -> int:
        return self.created + self.updated + self.deleted


@dataclass(frozen=True)
class Writing:
    """One account to write: its connector, its operations in order, and how patient to be."""

    ledger: Ledger
    account: str
    target: Target
    region: str
    queued: list[Queued]
    patience: Patience
    progress: Callable[[str, int], None] = lambda _account, _count: None
    unheard: bool = False
    """Whether the operations at hand are `_unheard`."""


class _Answered:
    """Writes that were confirmed and wait to be recorded together: one commit for a group. After a kill those of a group
    are asked for once more, as those are whose answer was lost."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Queued, Written | None]] = []
        self._names: set[str] = set()
        self._began = 0.0

    def add(self, item: Queued, written: Written | None) -> None:
        if not self._waiting:
            self._began = time.monotonic()
        self._waiting.append((item, written))
        self._names |= {str(item.operation.key), item.operation.uid}
        if time.monotonic() - self._began > LATEST:
            self.record()

    def record(self, leaving: Iterable[int] = ()) -> None:
        """Write them down; in the same commit, that the next are about to leave."""
        waiting, self._waiting, self._names = self._waiting, [], set()
        numbers = tuple(leaving)
        if waiting or numbers:
            outbox.all_confirmed(self._ledger, waiting, numbers)

    def record_before(self, operation: Operation) -> None:
        """What this operation, or recording it, looks up in the store must be there."""
        alone = operation.action is Action.DELETE or operation.needs is not None
        if alone or not self._names.isdisjoint((str(operation.key), operation.uid)):
            self.record()


def apply(job: Writing) -> Applied:
    """Carry out an account's operations in order. What cannot be done stays planned for the next run."""
    result = Applied(job.account)
    answered = _Answered(job.ledger)
    failed: set[str] = set()
    try:
        for start in range(0, len(job.queued), GROUP):
            group = job.queued[start : start + GROUP]
            answered.record(item.number for item in group)
            job = replace(job, unheard=_unheard(job.ledger.db, job.account, group))
            for place, item in enumerate(group):
                try:
                    _one(job, item, answered, result, failed)
                except (ConnectorError, Interrupted) as error:
                    for later in group[place + 1 :]:
                        outbox.drop(job.ledger.db, later)
                    result.left = len(job.queued) - start - place
                    result.error = error if isinstance(error, ConnectorError) else None
                    return result
                job.progress(job.account, result.done)
    finally:
        answered.record()
    return result


def _one(job: Writing, item: Queued, answered: _Answered, result: Applied, failed: set[str]) -> None:
    """One operation. Raises where the whole account has to stop; the operation then stays in doubt or is dropped."""
    operation = item.operation
    if operation.needs is not None and str(operation.needs) in failed:
        outbox.drop(job.ledger.db, item)
        return
    answered.record_before(operation)
    try:
        written = job.patience.call(lambda: _send(job, operation), repeatable=False)
    except RevisionMismatch as error:
        failed.add(str(operation.key))
        outbox.drop(job.ledger.db, item)
        result.superseded.append((operation, error.message))
        return
    except Rejected as error:
        failed.add(str(operation.key))
        outbox.drop(job.ledger.db, item)
        why = f"{error.message}" + (f"; {error.remedy}" if error.remedy else "")
        refuse(job.ledger.db, operation, why, job.ledger.now)
        result.refused.append((operation, why))
        return
    except ConnectorError as error:
        if not error.in_doubt:  # else it stays `sent` and the next run asks what became of it
            outbox.drop(job.ledger.db, item)
        raise
    except Interrupted:
        outbox.drop(job.ledger.db, item)
        raise
    answered.add(item, written)
    result.count(operation.action)


def _send(job: Writing, operation: Operation) -> Written | None:
    if operation.action is Action.DELETE:
        job.target.delete(operation.key, operation.expected)
        return None
    after = without_numbers(operation.after or Contact())
    after, media = fitted(after, media_of(job.ledger.db, after), job.target.capabilities)
    if operation.action is Action.CREATE:
        written = _create(job, operation, after, media)
    else:
        row = card_row(job.ledger.db, operation.key)
        base = blob(job.ledger.db, row["raw"]) if row is not None and row["raw"] else None
        before = without_numbers(operation.before or Contact())
        written = job.target.update(CardChange(operation.key, before, after, base, operation.expected, media))
    if written.record is None:
        return written
    record = with_numbers(written.record, job.region, known=operation.after or NOTHING)
    return Written(written.key, written.revision, record, written.owed)


def _create(job: Writing, operation: Operation, contact: Contact, media: Mapping[str, bytes]) -> Written:
    """A card that was there before goes back into its own address book, or where new cards go if that takes none now."""
    old = None if job.unheard else former(job.ledger.db, operation)
    named = replace(operation, uid=old.contact.uid) if old and old.contact.uid else operation
    uid = operation.uid if job.unheard else _free_uid(job.ledger.db, named)
    card = NewCard(operation.key.book, operation.key.remote_id, uid, contact, media)
    if old is None:
        return job.target.create(card)
    card = old.renewed(card)
    if old.book != card.book:
        with suppress(WrongPlace, Rejected):
            return job.target.create(replace(card, book=old.book))
    return job.target.create(card)


def _unheard(db: Database, account: str, queued: Sequence[Queued]) -> bool:
    """Whether operations of one account all make cards, none of which can be a `former` one or has a UID that another card
    there has: that is asked once for all, since a first sync makes thousands."""
    uids = {item.operation.uid for item in queued if item.operation.action is Action.CREATE} - {""}
    if len(uids) < len(queued) or lost_any(db, account):
        return False
    found = "SELECT 1 FROM card WHERE uid IN (SELECT value FROM json_each(?)) AND uid <> '' AND +account = ? LIMIT 1"
    return db.row(found, (json.dumps(sorted(uids)), account)) is None


def _free_uid(db: Database, operation: Operation) -> str:
    """The person's UID, unless a card of someone else bears it in that account: servers refuse a second one."""
    taken = db.value(
        "SELECT 1 FROM card WHERE account = ? AND uid = ? AND uid <> '' AND person IS NOT ? LIMIT 1",
        (operation.key.account, operation.uid, operation.person),
    )
    return f"urn:uuid:{operation.key.remote_id}" if taken else operation.uid


def apply_all(jobs: list[Writing], in_turn: bool = False) -> list[Applied]:
    """Write all accounts side by side, or one after the other."""
    return side_by_side(apply, jobs, in_turn)


def recover(job: Writing) -> list[str]:
    """Settle what an earlier run left in doubt by reading it back; returns what was found, in words."""
    said = []
    for item in outbox.in_doubt(job.ledger.db, job.account):
        outcome = outbox.settle(job.ledger, item, _fetch(job, item.operation))
        said.append(f"{item.operation.action} of {item.operation.title or item.operation.key}: {outcome}")
    return said


def _fetch(job: Writing, operation: Operation) -> SourceRecord | None:
    """What the account holds of an operation in doubt, in whichever book it was sent to."""

    def ask(key: RecordKey) -> SourceRecord | None:
        return job.patience.call(lambda: job.target.fetch(key))

    found = None
    old = former(job.ledger.db, operation) if operation.action is Action.CREATE else None
    if old is not None and old.book != operation.key.book:
        with suppress(WrongPlace):
            found = ask(replace(operation.key, book=old.book))
    found = found or ask(operation.key)
    return with_numbers(found, job.region) if found is not None else None
