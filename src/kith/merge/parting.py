"""Whose value is whose, when the user makes two people one or one person two."""

from dataclasses import replace
from typing import Any

from kith.merge.delta import absent, keyed, note_text
from kith.model.contact import Contact, Text
from kith.model.fields import BY_NAME, FIELDS
from kith.model.person import USER, Person


def said_of(person: Person) -> Contact:
    """Of a person's contact what the user gave to kith itself, which may stand on no card yet."""
    said = {(item.field, item.key) for item in person.sourced if USER in item.sources}
    updates: dict[str, Any] = {}
    for row in FIELDS:
        if not row.many or row.name == "notes":
            mine = (row.name, "") in said
            updates[row.name] = getattr(person.contact, row.name) if mine else absent(row.name)
        else:
            held = keyed(person.contact, row)
            updates[row.name] = tuple(value for key, value in held.items() if (row.name, key) in said)
    return Contact(**updates)


def removed_of_both(first: Person, second: Person) -> tuple[tuple[str, str], ...]:
    """What devices removed from either of two people that become one, but for what the other one has."""
    gone = {slot for slot in first.removed if not _has(second.contact, slot)}
    gone |= {slot for slot in second.removed if not _has(first.contact, slot)}
    return tuple(sorted(gone))


def _has(contact: Contact, slot: tuple[str, str]) -> bool:
    return slot[0] in BY_NAME and slot[1] in keyed(contact, BY_NAME[slot[0]])


def without_other(both: Contact, other: Contact, own: Contact) -> Contact:
    """`both` without what only the cards of `other` say; `own` is what the cards that stay say."""
    updates: dict[str, Any] = {}
    for row in FIELDS:
        if row.name == "notes":
            text = _lines_without(note_text(both), note_text(other), note_text(own))
            updates["notes"] = (Text(text),) if text.strip() else ()
        elif row.many:
            theirs, mine = keyed(other, row), keyed(own, row)
            held = keyed(both, row).items()
            updates[row.name] = tuple(value for key, value in held if key in mine or key not in theirs)
        elif keyed(both, row).keys() & keyed(other, row).keys():
            updates[row.name] = getattr(own, row.name)
    return replace(both, **updates)


def _lines_without(both: str, other: str, own: str) -> str:
    theirs = {line.strip() for line in other.split("\n")} - {line.strip() for line in own.split("\n")}
    return "\n".join(line for line in both.split("\n") if line.strip() not in theirs)
