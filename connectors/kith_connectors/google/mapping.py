"""Person <-> Contact: every slot in turn. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from kith.model.contact import Contact
from kith_connectors.google import about, names, reach
from kith_connectors.google.slots import Entry, own, patch

SLOTS = (*names.SLOTS, *reach.SLOTS, *about.SLOTS)

Person = dict[str, Any]

UID_MARK = "kith"
CARD_MARK = "kith-card"
"""Keys in clientData, which no user sees: the UID of the card, and the id that kith chose when it created it."""

FIELDS = (*(slot.name for slot in SLOTS), "clientData", "memberships", "metadata", "photos")
MASK = ",".join(sorted(FIELDS))
"""The fixed field mask of every call: a sync token belongs to one mask."""

OTHER_MASK = "emailAddresses,metadata,names,phoneNumbers"
"""All that Google tells of "Other contacts", without the pictures."""


def read(person: Person) -> Contact:
    """What a Person says, without labels and picture, which need more than the Person itself."""
    found: dict[str, Any] = {}
    for slot in SLOTS:
        for name, value in slot.read(own(person.get(slot.name, ()))).items():
            found[name] = found[name] + value if name in found else value
    contact = Contact(uid=mark(person, UID_MARK), **found)
    firm = contact.organizations[0] if contact.organizations else None
    if contact.full_name or contact.name or firm is None or firm.title or firm.role:
        return contact
    return replace(contact, full_name=firm.name, kind="org")


def write(contact: Contact) -> Person:
    """A new Person, without labels and picture."""
    rows = {slot.name: slot.write(contact) for slot in SLOTS}
    return {name: entries for name, entries in rows.items() if entries}


def changed(person: Person, before: Contact, after: Contact) -> dict[str, list[Entry]]:
    """The fields of a Person that must be sent to get from `before` to `after`, each whole, nothing else."""
    if not after.name and after.full_name == before.full_name:
        # Google made the parts out of the free form: taking them away would only make it do that again.
        after = replace(after, name=before.name)
    found = {slot.name: patch(slot, own(person.get(slot.name, ())), before, after) for slot in SLOTS}
    return {name: entries for name, entries in found.items() if entries is not None}


def mark(person: Person, key: str) -> str:
    """One of kith's own marks in clientData; "" where the contact was not created by kith."""
    rows = person.get("clientData", ())
    return next((str(row.get("value", "")) for row in rows if row.get("key") == key), "")


def source(person: Person) -> Person:
    """The CONTACT source of a Person: {type, id, etag, updateTime}; {} where it has none."""
    rows = person.get("metadata", {}).get("sources", ())
    return next((dict(row) for row in rows if row.get("type") in ("CONTACT", "OTHER_CONTACT")), {})


def etag(person: Person) -> str:
    """The version of the contact. Not the Person's own etag, which also depends on the mask of the call."""
    return str(source(person).get("etag") or person.get("etag", ""))


def modified(person: Person) -> float:
    """When the server says that the contact was changed last, in epoch seconds; 0 where it does not say."""
    try:
        return datetime.fromisoformat(source(person).get("updateTime", "")).timestamp()
    except ValueError:
        return 0.0
