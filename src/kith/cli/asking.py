"""Words of the command line that name people, and the run that a decision belongs to."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import click

from kith.cli.render import table
from kith.cli.session import Session
from kith.cli.words import cut
from kith.model.record import RecordKey
from kith.store import journal
from kith.store.cards import key_of, person
from kith.store.database import Database
from kith.store.journal import Ledger
from kith.store.lookup import Unclear, find_card, find_person
from kith.store.people import Word
from kith.sync.accounts import describe


def the_person(db: Database, text: str, whole: bool = False) -> str:
    """The id of the person that the user means; exit code 2 with the candidates where that is not clear. `whole`: what is
    decided must not meet someone whose name only begins so."""
    if not text.strip():
        raise click.UsageError("the name is empty; kith people lists whom kith knows")
    try:
        return find_person(db, text, whole)
    except Unclear as error:
        raise click.UsageError(_which(db, error)) from None


def _which(db: Database, error: Unclear) -> str:
    if not error.candidates:
        return f"{error}; kith people lists whom kith knows"
    rows = [
        (f"  {who}", cut(title or "(no name)", 40), _known_by(db, who)) for who, title in error.candidates
    ]
    listed = "\n".join(table(rows))
    return f"{error}; write the id of one of them:\n{listed}"


def _known_by(db: Database, identity: str) -> str:
    """What tells namesakes apart: an address or a number, and where the cards are."""
    found = person(db, identity)
    values = (*found.contact.emails, *found.contact.phones) if found else ()
    cards = db.rows(
        "SELECT account, remote_id FROM card WHERE person = ? ORDER BY linked_at, id LIMIT 3", (identity,)
    )
    return "  ".join(
        [
            *(cut(item.value, 40) for item in values[:1]),
            ", ".join(f"{row[0]}/{cut(row[1], 40)}" for row in cards),
        ]
    )


def the_card(db: Database, text: str, whole: bool = False) -> RecordKey:
    """The card that the user means: account/remote_id, or a person's only or first card. `whole` as in `the_person`."""
    card = find_card(db, text)
    if card is not None:
        return card
    identity = the_person(db, text, whole)
    row = db.row("SELECT * FROM card WHERE person = ? ORDER BY linked_at, id LIMIT 1", (identity,))
    if row is None:
        raise click.UsageError(f'"{text}" has no card')
    return key_of(row)


def two_cards(db: Database, first: str, second: str, whole: bool = False) -> tuple[RecordKey, RecordKey]:
    """The two cards that the user means; exit code 2 where both words name one. `whole` as in `the_person`."""
    a, b = the_card(db, first, whole), the_card(db, second, whole)
    if a == b:
        raise click.UsageError(
            f'"{first}" and "{second}" name one and the same card, {a}; kith show lists the cards of a person'
        )
    return a, b


@contextmanager
def deciding(session: Session, command: str) -> Iterator[Word]:
    """A run of its own for what the user decides, so that it stands in the log and can be undone: all of it or, where an
    error ends it, nothing."""
    with session.database() as db, db.transaction():
        ledger = Ledger(db, uuid.uuid4().hex[:12], time.time())
        journal.start(db, ledger.run, ledger.now, command)
        settings = session.settings
        yield Word(ledger, [describe(settings, item) for item in settings.accounts.values()])
        journal.end(db, ledger.run, time.time(), "done", {})
