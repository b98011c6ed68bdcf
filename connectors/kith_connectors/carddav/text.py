"""Cards as text: between the connector and kith's vCard codec."""

from kith.vcard.patch import patch
from kith.vcard.write import write

from kith.connector.api import CardChange, NewCard
from kith.model.record import RecordKey, SourceRecord
from kith.vcard.read import read
from kith_connectors.carddav.cards import Card


def record_of(key: RecordKey, card: Card, region: str) -> SourceRecord:
    return read(card.data, key, revision=card.etag, region=region, modified=card.modified)


def new_card(card: NewCard, version: str) -> bytes:
    return write(card.contact, card.media, version=version, uid=card.uid)


def changed_card(change: CardChange, base: bytes) -> bytes:
    return patch(base, change.after, change.media, change.before)
