"""A person as its first card tells it: nothing was said before, so nothing is weighed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kith.merge.delta import kept, keyed, note_text
from kith.model.contact import NOTHING, Contact, Text
from kith.model.fields import FIELDS, contents
from kith.model.person import Person, Sourced
from kith.model.record import RecordKey


def is_unheard_of(person: Person) -> bool:
    """Whether nobody has said anything about a person yet, nor taken anything back."""
    return person.contact is NOTHING and not person.sourced and not person.removed


def first_told(person: Person, source: RecordKey, contact: Contact, now: float) -> Person:
    """The person that `is_unheard_of` with all that its first card says: what `merge` makes of that card alone."""
    said: dict[str, Any] = {}
    slots: list[tuple[str, str]] = []
    for row, held in zip(FIELDS, contents(contact), strict=True):
        if not held:
            continue
        if row.name == "notes":
            text = note_text(contact)
            said["notes"] = as_notes(text, (contact,))
            slots += [("notes", "")] if text else []
        elif row.many:
            found = keyed(contact, row)
            said[row.name] = kept(held, tuple(found.values()))
            slots += [(row.name, key) for key in found]
        elif row.key(held) and not (held == "individual" and row.name == "kind"):
            said[row.name] = held
            slots.append((row.name, ""))
    alone = (source,)
    return replace(
        person,
        uid=person.uid or contact.uid,
        contact=NOTHING.but(**said),
        sourced=tuple([Sourced(name, key, alone, now, "only") for name, key in sorted(slots)]),
    )


def as_notes(text: str, told: Iterable[Contact]) -> tuple[Text, ...]:
    """One note of that text; the very one of a card that says just this."""
    made = (Text(text),) if text else ()
    return next((contact.notes for contact in told if contact.notes == made), made)
