"""Brings one account back to a date, as if its owner had put the old address book back by hand: what follows for the
other accounts is the next sync's business, with its merge and its guards."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from kith.config.settings import Settings
from kith.connector.api import CardChange, NewCard, PullRequest, Target, is_target
from kith.connector.errors import BadSource, ConnectorError
from kith.merge.delta import delta
from kith.model.contact import Contact
from kith.model.identity import remote_id
from kith.model.operation import Action
from kith.model.record import RecordKey, SourceRecord
from kith.store.cards import blob, key_of
from kith.store.codec import load
from kith.store.database import Database, StoreError, open_database
from kith.store.former import as_it_was
from kith.sync.accounts import opening, state_folder
from kith.sync.numbers import without_numbers


@dataclass(frozen=True, slots=True)
class Step:
    """One card to bring back: `now` as it is, `then` as it was (None: it was not there)."""

    action: Action
    key: RecordKey
    now: SourceRecord | None
    then: Contact | None

    @property
    def title(self) -> str:
        shown = self.then or (self.now.contact if self.now else Contact())
        return shown.full_name or self.key.remote_id


@dataclass
class Restored:
    """What a restore did or would do."""

    steps: list[Step] = field(default_factory=list)
    failed: list[tuple[Step, str]] = field(default_factory=list)


def restore(settings: Settings, store: Path, account: str, moment: float, dry_run: bool) -> Restored:
    """Compute and, unless it is a dry run, carry out what brings `account` back to `moment` (epoch seconds)."""
    item = settings.accounts[account]
    with ExitStack() as stack:
        db = open_database(store)
        stack.callback(db.close)
        first = db.value("SELECT min(at) FROM card_history WHERE account = ?", (account,))
        if first is None or moment < first:
            raise StoreError(f"kith did not know {account} at that time", "kith log shows since when it does")
        source = item.info.open(item.own, opening(settings, item, state_folder(store, account)))
        stack.callback(source.close)
        if not is_target(source):
            raise BadSource(f"{account} cannot be written", "export instead: kith export --format vcf")
        found = Restored(list(_steps(db, account, moment, _present(source))))  # type: ignore[arg-type]
        if not dry_run:
            for step in found.steps:
                try:
                    _carry_out(db, source, step, moment)  # type: ignore[arg-type]
                except ConnectorError as error:
                    found.failed.append((step, error.message))
        return found


def _present(source: Target) -> dict[RecordKey, SourceRecord]:
    return {record.key: record for page in source.pull(PullRequest()) for record in page.records}


def as_of(db: Database, account: str, moment: float) -> dict[RecordKey, Contact]:
    """{card: content} of an account at a time, from the history of every card."""
    then: dict[RecordKey, Contact] = {}
    rows = db.rows(
        "SELECT account, book, remote_id, after FROM card_history WHERE account = ? AND at <= ? ORDER BY id",
        (account, moment),
    )
    for row in rows:
        if row["after"] is None:
            then.pop(key_of(row), None)
        else:
            then[key_of(row)] = load(Contact, row["after"])
    return then


def _steps(db: Database, account: str, moment: float, now: dict[RecordKey, SourceRecord]) -> Iterator[Step]:
    then = as_of(db, account, moment)
    for old, new in _back_already(then, now):
        then[new] = then.pop(old)
    for key in sorted(then.keys() - now.keys()):
        yield Step(Action.CREATE, key, None, then[key])
    for key in sorted(then.keys() & now.keys()):
        if delta(without_numbers(now[key].contact), without_numbers(then[key])):
            yield Step(Action.UPDATE, key, now[key], then[key])
    for key in sorted(now.keys() - then.keys()):
        yield Step(Action.DELETE, key, now[key], None)


def _back_already(
    then: dict[RecordKey, Contact], now: dict[RecordKey, SourceRecord]
) -> list[tuple[RecordKey, RecordKey]]:
    """(old key, new key) of cards that were put back before, under another name: a second restore finds nothing to do."""
    extra = sorted(now.keys() - then.keys())
    found = []
    for key in sorted(then.keys() - now.keys()):
        same = next((one for one in extra if _alike(now[one].contact, then[key])), None)
        if same is not None:
            extra.remove(same)
            found.append((key, same))
    return found


def _alike(one: Contact, other: Contact) -> bool:
    return one.full_name == other.full_name and not delta(without_numbers(one), without_numbers(other))


def _carry_out(db: Database, target: Target, step: Step, moment: float) -> None:
    if step.action is Action.DELETE and step.now is not None:
        target.delete(step.key, step.now.revision)
        return
    then = without_numbers(step.then or Contact())
    photo = then.photo.sha256 if then.photo else ""
    data = blob(db, photo) if photo else None
    media = {photo: data} if data is not None else {}
    if step.now is None:
        token = remote_id(str(step.key), step.key.account, step.key.book, uuid.uuid4().hex)
        card = NewCard(step.key.book, token, then.uid or f"urn:uuid:{token}", then, media)
        old = as_it_was(db, step.key, moment)
        target.create(old.renewed(card) if old else card)
    else:
        target.update(CardChange(step.key, step.now.contact, then, step.now.raw, step.now.revision, media))
