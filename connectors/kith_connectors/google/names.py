"""Names: one structured name with its phonetic form, nicknames, the maiden name."""

from typing import Any

from kith.model.contact import Contact, Name, Text
from kith_connectors.google.slots import Entry, Slot, filled

PARTS = (
    ("family", "familyName", "phoneticFamilyName"),
    ("given", "givenName", "phoneticGivenName"),
    ("additional", "middleName", "phoneticMiddleName"),
    ("prefix", "honorificPrefix", "phoneticHonorificPrefix"),
    ("suffix", "honorificSuffix", "phoneticHonorificSuffix"),
)
NAME_KEYS = tuple(key for row in PARTS for key in row[1:])
NOT_NICKNAMES = ("INITIALS", "GPLUS")


def _parts(entry: Entry, column: int) -> Name:
    found: dict[str, Any] = {row[0]: (entry[row[column]],) for row in PARTS if entry.get(row[column])}
    return Name(**found)


def read_names(entries: list[Entry]) -> dict[str, Any]:
    if not entries:
        return {}
    entry = entries[0]
    full = entry.get("unstructuredName") or entry.get("displayName") or ""
    return {"full_name": full, "name": _parts(entry, 1), "phonetic": _parts(entry, 2)}


def write_names(contact: Contact) -> list[Entry]:
    """One entry. The free form is kept by Google beside the parts as it is given; a firm without a person's name has
    no name entry at all, since Google would take "Café Sonne" apart into a given and a family name."""
    parts: Entry = {}
    for name, key, phonetic in PARTS:
        parts[key] = " ".join(part for part in getattr(contact.name, name) if part)
        parts[phonetic] = " ".join(part for part in getattr(contact.phonetic, name) if part)
    firm = contact.organizations[0].name if contact.organizations else ""
    if not any(parts.values()) and contact.full_name == firm:
        return []
    entry = filled(**parts, unstructuredName=contact.full_name)
    return [entry] if entry else []


def read_nicknames(entries: list[Entry]) -> dict[str, Any]:
    rows = [(entry.get("type", ""), entry.get("value", "")) for entry in entries if entry.get("value")]
    maiden = next((value for kind, value in rows if kind == "MAIDEN_NAME"), "")
    others = [Text(value) for kind, value in rows if kind not in ("MAIDEN_NAME", *NOT_NICKNAMES)]
    return {"maiden_name": maiden, "nicknames": tuple(others)}


def write_nicknames(contact: Contact) -> list[Entry]:
    rows: list[Entry] = [{"value": row.value} for row in contact.nicknames]
    return rows + ([{"value": contact.maiden_name, "type": "MAIDEN_NAME"}] if contact.maiden_name else [])


SLOTS = (
    Slot("names", (*NAME_KEYS, "unstructuredName", "displayName"), "", read_names, write_names, single=True),
    Slot("nicknames", ("value", "type"), "value", read_nicknames, write_nicknames),
)
