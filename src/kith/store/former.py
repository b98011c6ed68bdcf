"""What a card said before it was deleted: where it is written again, it is written as it was."""

from dataclasses import dataclass, replace

from kith.connector.api import NewCard
from kith.model.contact import Contact
from kith.model.extras import portable
from kith.model.operation import Operation
from kith.store.cards import blob
from kith.store.codec import load
from kith.store.database import Database


@dataclass(frozen=True, slots=True)
class Former:
    """The text of a card that is gone, what it said, and the address book it was in."""

    text: bytes
    contact: Contact
    book: str

    def renewed(self, card: NewCard) -> NewCard:
        """That card, to be made from the old text. What belongs to this account alone is in no person, hence not in
        what `card` shall say: it comes back with the text."""
        own = [extra for extra in self.contact.extras if not portable(extra)]
        lacking = tuple(extra for extra in own if extra not in card.contact.extras)
        contact = card.contact.but(extras=(*card.contact.extras, *lacking)) if lacking else card.contact
        return replace(card, contact=contact, base=self.text, before=self.contact)


def former(db: Database, operation: Operation) -> Former | None:
    """The last card of that person in that account that was deleted, or the second card that was consolidated under
    that UID; None where there was none or its text is no longer kept."""
    account = operation.key.account
    if not lost_any(db, account):
        return None
    row = db.row(
        "SELECT book, before, before_raw FROM card_history WHERE person = ? AND account = ? AND action IN ('delete', 'deleted')"
        " AND before_raw IS NOT NULL ORDER BY book = ? DESC, id DESC LIMIT 1",
        (operation.person, account, operation.key.book),
    )
    if row is None:
        row = db.row(
            "SELECT book, before, before_raw FROM card_history WHERE account = ? AND action IN ('delete', 'deleted') AND reason ="
            " 'consolidated' AND before_raw IS NOT NULL AND json_extract(before, '$.uid') = ? ORDER BY id DESC LIMIT 1",
            (account, operation.uid),
        )
    return former_of(db, row["before_raw"], row["before"], row["book"]) if row is not None else None


def lost_any(db: Database, account: str) -> bool:
    """Whether a card of that account was ever deleted."""
    gone = "SELECT 1 FROM card_history WHERE account = ? AND action IN ('delete', 'deleted') LIMIT 1"
    return db.row(gone, (account,)) is not None


def former_of(db: Database, raw: str | None, contact: str, book: str) -> Former | None:
    """The text of that hash, which said `contact` (JSON) in that book; None where there is none, or it is no longer
    kept."""
    text = blob(db, raw) if raw else None
    return Former(text, load(Contact, contact), book) if text is not None else None
