"""Cards as text: between the connector and kith's vCard codec, which is loaded when there is a card to read or write."""

from contextlib import suppress

from kith.connector.api import CardChange, NewCard
from kith.connector.errors import Rejected
from kith.model.contact import Contact
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.carddav.cards import Card


def record_of(key: RecordKey, card: Card, region: str, said: Contact | None = None) -> SourceRecord:
    """A card as a record; `said` is what it says, where that is known."""
    if said is not None:
        return SourceRecord(key, card.revision, said, card.data, modified=card.modified)
    from kith.vcard.read import read

    return read(card.data, key, revision=card.revision, region=region, modified=card.modified)


def new_card(card: NewCard, version: str, dialect: str) -> bytes:
    """A new card's text. `dialect` "" or "apple". One that was there before is its old text, brought up to date."""
    from kith.vcard.renew import renew
    from kith.vcard.write import write

    if card.base is not None and card.before is not None:
        with suppress(ValueError):  # what was no card cannot be edited
            return renew(card.base, card.before, card.contact, card.media, card.uid)
    return write(card.contact, card.media, version=version, uid=card.uid, dialect=dialect)


def says(card: NewCard, version: str) -> Contact | None:
    """What a new card says, where that is sure without reading it; None where it must be read."""
    from kith.vcard.faithful import read_alike

    return read_alike(card.contact, version, card.uid) if card.base is None else None


def changed_card(change: CardChange, base: bytes) -> bytes:
    """`base` with the change written into it. Raises Rejected where `base` is no vCard."""
    from kith.vcard.patch import patch

    try:
        return patch(base, change.after, change.media, change.before)
    except ValueError:
        raise Rejected(
            f"what the server holds at {change.key.remote_id} is no card that kith can edit",
            "look at it on the server; kith leaves it alone",
        ) from None
