"""Everything out: the canonical record as JSON (a contract, docs/reference/json.md), vCards or CSV."""

import json
from collections.abc import Iterator
from typing import Any

from kith.merge.delta import note_text
from kith.model.contact import Contact, Organization, PostalAddress
from kith.model.person import Person
from kith.store.cards import media_of, person_of
from kith.store.database import Database


def people(db: Database, states: tuple[str, ...] = ("active", "inbox")) -> Iterator[Person]:
    """All people in these states, in the order of their ids, read in batches."""
    last = ""
    while True:
        rows = db.rows("SELECT id, state, body FROM person WHERE id > ? ORDER BY id LIMIT 200", (last,))
        if not rows:
            return
        last = rows[-1]["id"]
        yield from (person_of(row) for row in rows if row["state"] in states)


def person_object(db: Database, person: Person) -> dict[str, Any]:
    """One element of `kith export --format json`."""
    rows = db.rows("SELECT * FROM card WHERE person = ? ORDER BY linked_at, id", (person.id,))
    cards = [
        {
            "account": row["account"],
            "address_book": row["book"],
            "remote_id": row["remote_id"],
            "uid": row["uid"],
        }
        for row in rows
    ]
    return {"id": person.id, "state": person.state, "contact": contact_object(person.contact), "cards": cards}


def contact_object(contact: Contact) -> dict[str, Any]:
    """A contact as the export shows it: keys that do not apply are left out, `photo` is null without one."""
    found: dict[str, Any] = {
        "kind": contact.kind,
        "full_name": contact.full_name,
        "name": {
            part: " ".join(getattr(contact.name, part))
            for part in ("given", "family", "additional", "prefix", "suffix")
            if getattr(contact.name, part)
        },
        "nicknames": [item.value for item in contact.nicknames],
        "emails": [_labelled(item, value=item.value) for item in contact.emails],
        "phones": [_labelled(item, value=item.value, e164=item.e164) for item in contact.phones],
        "addresses": [_address(item) for item in contact.addresses],
        "organizations": [_organization(item) for item in contact.organizations],
        "urls": [{"value": item.value, "label": item.label} for item in contact.urls],
        "profiles": [
            {"service": item.service, "handle": item.handle, "url": item.url} for item in contact.profiles
        ],
        "handles": [item.value for item in contact.handles],
        "birthday": contact.birthday.value if contact.birthday else "",
        "dates": [
            {"value": item.value, "label": item.label or ",".join(item.types)} for item in contact.dates
        ],
        "relations": [
            {"value": item.value, "label": item.label or ",".join(item.types)} for item in contact.relations
        ],
        "notes": [note_text(contact)] if note_text(contact) else [],
        "groups": list(contact.groups),
        "gender": contact.gender,
        "languages": [item.value for item in contact.languages],
        "maiden_name": contact.maiden_name,
    }
    shown = {key: value for key, value in found.items() if value}
    photo = contact.photo
    shown["photo"] = (
        {
            "sha256": photo.sha256,
            "size": photo.size,
            "media_type": photo.media_type,
            **({"uri": photo.uri} if photo.uri else {}),
        }
        if photo
        else None
    )
    return shown


def _labelled(item: Any, **keys: str) -> dict[str, Any]:
    return {**keys, "types": list(item.types), "label": item.label}


def _address(item: PostalAddress) -> dict[str, Any]:
    parts = ("street", "locality", "region", "postal_code", "country", "po_box", "extended")
    return _labelled(item, **{part: " ".join(getattr(item, part)) for part in parts if getattr(item, part)})


def _organization(item: Organization) -> dict[str, Any]:
    return {
        "name": item.name,
        "units": list(item.units),
        "title": item.title,
        **({"role": item.role} if item.role else {}),
    }


def as_json(db: Database) -> Iterator[str]:
    """The JSON array, piece by piece."""
    yield "["
    for place, person in enumerate(people(db)):
        yield (",\n" if place else "\n") + json.dumps(person_object(db, person), ensure_ascii=False)
    yield "\n]\n"


def as_vcards(db: Database, version: str = "3.0") -> Iterator[bytes]:
    """One card for each active person, with its picture."""
    from kith.sync.numbers import without_numbers
    from kith.vcard.write import write

    for person in people(db, ("active",)):
        contact = without_numbers(person.contact)
        yield write(
            contact, media_of(db, contact), version=version, uid=person.uid or f"urn:kith:{person.id}"
        )
