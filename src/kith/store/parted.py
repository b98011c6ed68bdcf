"""People whom an undo parted: each keeps what its own cards and the user say, and loses what only the others' cards say."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kith.decide import rebuild
from kith.merge.delta import delta, keyed, patch
from kith.merge.inverse import values_back
from kith.merge.parting import said_of, without_other
from kith.model.account import Account
from kith.model.contact import NOTHING, Contact
from kith.model.fields import BY_NAME
from kith.model.holding import Holding
from kith.model.person import Person, Sourced
from kith.model.record import RecordKey
from kith.store.cards import holdings_of, key_of
from kith.store.codec import load
from kith.store.database import Database
from kith.store.journal import Ledger
from kith.store.people import own_card


@dataclass(frozen=True, slots=True)
class Parting:
    """What an undo takes back of a person: the first of the runs that it undoes (by number), the cards that left, also
    those that are gone since, and the accounts (for rank and kind)."""

    ledger: Ledger
    since: int
    left: Sequence[Holding]
    accounts: Sequence[Account]


def own_cards(db: Database, identity: str, since: int) -> list[Holding]:
    """The cards of a person that have a say of their own: not those which kith made in run `since` or later, out of what
    the cards that came then say, too."""
    cards = holdings_of(db, [identity])
    if all(item.linked_by != "creation" for item in cards):
        return cards
    rows = db.rows(
        "SELECT account, book, remote_id FROM card_history JOIN run ON run.id = run WHERE person = ? AND run.rowid < ?",
        (identity, since),
    )
    there = set(map(key_of, rows))
    return [item for item in cards if item.linked_by != "creation" or item.key in there]


def parted(word: Parting, present: Person) -> Person:
    """A person after some of its cards went to others. Who was known before stays who they are; who was made together
    with those others is made anew from the cards that are left, and kept out of the accounts where it has none."""
    db = word.ledger.db
    leaving = [own_card(db, item) for item in word.left]
    contact = _before_their_edits(word, present)
    present = replace(present, contact=contact, removed=_gone_from(contact, present.removed))
    was = _as_before(db, present, word.since)
    if was is not None:
        theirs = _told(word, leaving)
        for own in (was.contact, said_of(present), *_typed(word, present.id)):
            theirs = without_other(theirs, own, NOTHING)
        kept = without_other(contact, theirs, was.contact)
        sourced = _without_sources(present.sourced, {item.key for item in word.left})
        here = {item.key.account for item in holdings_of(db, [present.id])}
        away = {item.key.account for item in word.left} - here
        kept_out = tuple(sorted({*present.kept_out, *away}))
        return replace(present, contact=kept, sourced=sourced, kept_out=kept_out, edited=True)
    return _anew(word, present, leaving)


def _anew(word: Parting, present: Person, leaving: Sequence[Holding]) -> Person:
    """A person out of the cards that are left, what the user said, and what none of the cards says."""
    left = [own_card(word.ledger.db, item) for item in own_cards(word.ledger.db, present.id, word.since)]
    if not left:
        return present
    uids = [item.held.uid for item in left if item.held.uid]
    uid = present.uid if present.uid in uids or not uids else uids[0]
    base = present.contact
    if base != NOTHING:
        base = without_other(base, _told(word, [*left, *leaving]), said_of(present))
    made = rebuild(replace(present, uid=uid, contact=base), left, word.accounts, word.ledger.now)
    away = {account.name for account in word.accounts if account.writable} - {
        item.key.account for item in left
    }
    return replace(made, kept_out=tuple(sorted({*present.kept_out, *away})), edited=True)


def _told(word: Parting, cards: Sequence[Holding]) -> Contact:
    """All that these cards say."""
    return rebuild(Person("", contact=NOTHING), cards, word.accounts, word.ledger.now).contact


def _before_their_edits(word: Parting, present: Person) -> Contact:
    """What the owners of the leaving cards changed while these were the person's: it was about someone else."""
    contact = present.contact
    for row in reversed(_edits(word, present.id, word.left)):
        if row["before"] is not None:
            contact, _ = values_back(contact, load(Contact, row["after"]), load(Contact, row["before"]))
    return contact


def _typed(word: Parting, identity: str) -> list[Contact]:
    """What the owners of the cards that stay wrote on them since."""
    found = []
    for row in _edits(word, identity, holdings_of(word.ledger.db, [identity])):
        before = load(Contact, row["before"]) if row["before"] is not None else NOTHING
        changes = delta(before, load(Contact, row["after"]))
        found.append(patch(NOTHING, [change for change in changes if change.after is not None]))
    return found


def _edits(word: Parting, identity: str, cards: Sequence[Holding]) -> list[sqlite3.Row]:
    """What the owners of these cards wrote on them since, while they were the person's: before and after, oldest first."""
    keys = {item.key for item in cards}
    rows = word.ledger.db.rows(
        "SELECT card_history.* FROM card_history JOIN run ON run.id = run WHERE person = ? AND by = 'owner' AND after IS NOT"
        " NULL AND run.rowid >= ? ORDER BY card_history.id",
        (identity, word.since),
    )
    return [row for row in rows if key_of(row) in keys]


def _gone_from(contact: Contact, removed: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Of what was removed that which is not there again."""
    return tuple(
        (name, key)
        for name, key in removed
        if name not in BY_NAME or key not in keyed(contact, BY_NAME[name])
    )


def _as_before(db: Database, present: Person, since: int) -> Person | None:
    """A person as it was before run `since`; None who was made in it, or by this undo."""
    if present.contact == NOTHING:
        return None
    row = db.row(
        "SELECT before FROM person_history JOIN run ON run.id = run WHERE person = ? AND run.rowid >= ?"
        " ORDER BY person_history.id LIMIT 1",
        (present.id, since),
    )
    if row is None:
        return present
    return load(Person, row["before"]) if row["before"] else None


def _without_sources(sourced: tuple[Sourced, ...], keys: set[RecordKey]) -> tuple[Sourced, ...]:
    rest = [(item, tuple(key for key in item.sources if key not in keys)) for item in sourced]
    return tuple(replace(item, sources=sources) for item, sources in rest if sources)
