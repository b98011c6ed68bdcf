"""A card that was deleted, written again: from its own old text, so that what kith has no field for comes back as well."""

from collections.abc import Mapping

from kith.model.contact import Contact
from kith.vcard.edits import Sheet
from kith.vcard.patch import patch
from kith.vcard.read import as_card, interpret
from kith.vcard.text import clean


def renew(old: bytes, before: Contact, after: Contact, media: Mapping[str, bytes], uid: str) -> bytes:
    """`old`, the text of a card that said `before`, saying `after` under that UID; every other line keeps its bytes.

    `media` holds the picture's bytes by sha256. Raises ValueError where `old` is no vCard.
    """
    data = patch(old, after, media, before)
    card = as_card(data)
    found = interpret(card)
    own = clean(uid).replace("\n", "")
    if not own or found.contact.uid == own:
        return data
    sheet = Sheet(card, found.version)
    index = next((number for number, line in enumerate(sheet.lines) if line.name == "UID"), None)
    if index is None:
        sheet.append([f"UID:{own}"], {"VERSION"})
    else:
        sheet.edit(index).set_value(own, ())
    return card.before + sheet.to_bytes() + data[len(card.before) + len(card.raw) :]
