"""Contacts of which it is sure what a new card says: it needs not be read to know."""

import re
from functools import lru_cache
from operator import attrgetter

from kith.model.contact import NOTHING, Contact, Organization, PostalAddress, Text
from kith.model.fields import FIELDS
from kith.vcard.dates import is_date
from kith.vcard.write import PRODUCT

MOST = 200
"""A card with more texts is read."""

LONGEST = 100_000
"""A card with more characters is read."""

_UID = re.compile(r"[A-Za-z0-9:._@-]{1,200}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TYPE = re.compile(r"[a-z0-9-]{1,30}")
_KNOWN = {"kind", "full_name", "name", "emails", "phones", "addresses", "organizations", "birthday", "notes"}
_rest = attrgetter(*(row.name for row in FIELDS if row.name not in _KNOWN))


def read_alike(contact: Contact, version: str, uid: str) -> Contact | None:
    """What `read` makes of the card that `write` makes of a contact, where that is plain to see; None where the card must
    be read: fields of which the versions have several forms, labels, parameters, pictures, control characters, escapes."""
    if version not in ("3.0", "4.0") or not _UID.fullmatch(uid) or not _fields(contact):
        return None
    texts = _texts(contact)
    joined = "".join(texts)
    if len(texts) > MOST or len(joined) > LONGEST or not joined.isprintable() or "\\" in joined:
        return None
    if not all(texts) or any(text[0] == " " or text[-1] == " " for text in texts):
        return None  # of what is printable, nothing else is white space
    return contact.but(uid=uid, revised="", product=PRODUCT)


def _fields(contact: Contact) -> bool:
    """Whether only plain fields say something, in forms that no version writes differently."""
    if _rest(contact) != _rest(NOTHING):
        return False
    if contact.kind != "individual" or contact.name.extra:
        return False
    hung: tuple[Text | PostalAddress | Organization, ...] = (
        *contact.emails,
        *contact.phones,
        *contact.addresses,
        *contact.organizations,
        *contact.notes,
    )
    if not all(_bare(value) for value in hung) or len(contact.organizations) > 1:
        return False
    birthday = contact.birthday
    if birthday and not (_bare(birthday) and _DAY.fullmatch(birthday.value) and is_date(birthday.value)):
        return False
    if any(phone.e164 or phone.value[:4].lower() == "tel:" for phone in contact.phones):
        return False
    if any(email.value[:7].lower() == "mailto:" for email in contact.emails):
        return False
    return not any(
        place.extra or place.text or place.country_code or not any(_parts(place))
        for place in contact.addresses
    )


def _bare(value: Text | PostalAddress | Organization) -> bool:
    return not (value.label or value.pref or value.params) and _types(value.types)


@lru_cache(1024)
def _types(types: tuple[str, ...]) -> bool:
    plain = all(_TYPE.fullmatch(kind) and kind not in ("pref", "internet") for kind in types)
    return plain and types == tuple(sorted(set(types)))


def _parts(place: PostalAddress) -> tuple[tuple[str, ...], ...]:
    return (
        place.po_box,
        place.extended,
        place.street,
        place.locality,
        place.region,
        place.postal_code,
        place.country,
    )


def _texts(contact: Contact) -> list[str]:
    """All texts that the card has, each of which must come back."""
    name = contact.name
    found = [contact.full_name, *name.family, *name.given, *name.additional, *name.prefix, *name.suffix]
    found += [value.value for value in (*contact.emails, *contact.phones, *contact.notes)]
    for place in contact.addresses:
        for part in _parts(place):
            found += part
    for firm in contact.organizations:
        found += (firm.name, *firm.units, *(text for text in (firm.title, firm.role) if text))
    return found
