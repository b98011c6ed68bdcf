"""What is known about somebody: work, dates, relations, notes, gender and pronouns, languages, interests."""

import re
from datetime import date
from typing import Any

from kith.model.contact import Contact, Date, Extra, Organization, Relation, Text
from kith_connectors.google.slots import Entry, Kinds, Slot, filled, kind, kinds

WORKPLACES: Kinds = (("work", ("work",)), ("school", ("school",)))
EVENTS: Kinds = (("anniversary", ("anniversary",)), ("other", ("other",)))
RELATIONS: Kinds = tuple(
    (name, (name.lower(),))
    for name in (
        *("spouse", "child", "mother", "father", "parent", "brother", "sister", "friend", "relative"),
        *("domesticPartner", "manager", "assistant", "referredBy", "partner"),
    )
)
GENDERS = {"male": "M", "female": "F", "other": "O", "none": "N", "unspecified": "U"}
UNITS = " / "
"""Joins the units of a firm in Google's one field for the department."""

LEAP_YEAR = 2000
BETWEEN_NOTES = "\n"


def read_organizations(entries: list[Entry]) -> dict[str, Any]:
    rows = [row for row in entries if any(row.get(key) for key in ORGANIZATION[:4])]
    return {"organizations": tuple(_read_organization(row) for row in rows)}


def _read_organization(row: Entry) -> Organization:
    units = tuple(unit for unit in row.get("department", "").split(UNITS) if unit)
    return Organization(
        name=row.get("name", ""),
        units=units,
        title=row.get("title", ""),
        role=row.get("jobDescription", ""),
        **kinds(row, WORKPLACES),
    )


def write_organizations(contact: Contact) -> list[Entry]:
    rows = [
        filled(
            name=row.name,
            department=UNITS.join(unit for unit in row.units if unit),
            title=row.title,
            jobDescription=row.role,
            type=kind(row.types, row.label, WORKPLACES),
        )
        for row in sorted(contact.organizations, key=lambda row: row.pref or 101)
    ]
    return [row for row in rows if set(row) - {"type"}]


DATE = re.compile(r"(\d{4}|-)(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?")


def _write_date(text: str) -> Entry | None:
    """Google's date (year 0 = no year, which the wire form leaves out); None where it cannot be one."""
    match = DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part and part != "-" else 0 for part in match.groups())
    return filled(year=year, month=month, day=day) if _is_date(year, month, day) else None


def _is_date(year: int, month: int, day: int) -> bool:
    """Whether Google takes it: a day, a day without a year, a year, or a month of a year."""
    if not day:
        return bool(year) and month <= 12
    try:
        date(year or LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True


def _read_date(parts: Entry) -> str:
    year, month, day = (parts.get(key, 0) for key in ("year", "month", "day"))
    head = f"{year:04d}" if year else "-"
    return head + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if month and day else "")


def read_birthday(entries: list[Entry]) -> dict[str, Any]:
    if not entries:
        return {}
    entry = entries[0]
    value = _read_date(entry["date"]) if entry.get("date") else entry.get("text", "")
    return {"birthday": Date(value)} if value else {}


def write_birthday(contact: Contact) -> list[Entry]:
    if contact.birthday is None or not contact.birthday.value:
        return []
    day = _write_date(contact.birthday.value)
    return [{"date": day} if day else {"text": contact.birthday.value}]


def read_events(entries: list[Entry]) -> dict[str, Any]:
    rows = [row for row in entries if row.get("date")]
    return {"dates": tuple(Date(_read_date(row["date"]), **kinds(row, EVENTS)) for row in rows)}


def write_events(contact: Contact) -> list[Entry]:
    """Days of death and dates that are free text have no place at Google."""
    rows = [(row, _write_date(row.value)) for row in contact.dates if "death" not in row.types]
    return [filled(date=day, type=kind(row.types, row.label, EVENTS)) for row, day in rows if day]


def read_relations(entries: list[Entry]) -> dict[str, Any]:
    rows = [row for row in entries if row.get("person")]
    return {"relations": tuple(Relation(row["person"], **kinds(row, RELATIONS)) for row in rows)}


def write_relations(contact: Contact) -> list[Entry]:
    """Google takes a name; a relation that points to a card by its UID stays in kith."""
    rows = [
        row for row in contact.relations if not row.value.casefold().startswith(("urn:", "http:", "https:"))
    ]
    return [filled(person=row.value, type=kind(row.types, row.label, RELATIONS)) for row in rows]


def read_notes(entries: list[Entry]) -> dict[str, Any]:
    return {"notes": tuple(Text(row["value"]) for row in entries[:1] if row.get("value"))}


def write_notes(contact: Contact) -> list[Entry]:
    text = BETWEEN_NOTES.join(row.value for row in contact.notes if row.value)
    return [{"value": text, "contentType": "TEXT_PLAIN"}] if text else []


def read_gender(entries: list[Entry]) -> dict[str, Any]:
    """Gender as in RFC 6350 section 6.2.7: M, F, O, N, U, or `;text` for one in the person's own words."""
    if not entries:
        return {}
    value, pronouns = entries[0].get("value", ""), entries[0].get("addressMeAs", "")
    gender = GENDERS.get(value, f";{value}" if value else "")
    return {"gender": gender, "pronouns": (Text(pronouns),) if pronouns else ()}


def write_gender(contact: Contact) -> list[Entry]:
    sex, _, words = contact.gender.partition(";")
    named = {letter: value for value, letter in GENDERS.items()}
    pronouns = next((row.value for row in contact.pronouns), "")
    entry = filled(value=named.get(sex, words), addressMeAs=pronouns)
    return [entry] if entry else []


def read_languages(entries: list[Entry]) -> dict[str, Any]:
    return {"languages": tuple(Text(row["value"]) for row in entries if row.get("value"))}


def write_languages(contact: Contact) -> list[Entry]:
    return [{"value": row.value} for row in contact.languages if row.value]


def read_interests(entries: list[Entry]) -> dict[str, Any]:
    return {
        "interests": tuple(Text(row["value"], types=("interest",)) for row in entries if row.get("value"))
    }


def write_interests(contact: Contact) -> list[Entry]:
    return [{"value": row.value} for row in contact.interests if "interest" in row.types and row.value]


def read_custom(entries: list[Entry]) -> dict[str, Any]:
    """Custom fields are read as properties with their label. kith does not write them, and leaves them alone."""
    rows = [row for row in entries if row.get("value")]
    return {
        "extras": tuple(Extra("X-CUSTOM", _escape(row["value"]), label=row.get("key", "")) for row in rows)
    }


def _escape(text: str) -> str:
    """A text value as it stands in a vCard (RFC 6350 section 3.4)."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def write_nothing(_contact: Contact) -> list[Entry]:
    return []


ORGANIZATION = ("name", "department", "title", "jobDescription", "type")
SLOTS = (
    Slot("organizations", ORGANIZATION, "name", read_organizations, write_organizations),
    Slot("birthdays", ("date", "text"), "", read_birthday, write_birthday, single=True),
    Slot("events", ("date", "type"), "type", read_events, write_events),
    Slot("relations", ("person", "type"), "person", read_relations, write_relations),
    Slot("biographies", ("value", "contentType"), "", read_notes, write_notes, single=True),
    Slot("genders", ("value", "addressMeAs"), "", read_gender, write_gender, single=True),
    Slot("locales", ("value",), "value", read_languages, write_languages),
    Slot("interests", ("value",), "value", read_interests, write_interests),
    Slot("userDefined", (), "", read_custom, write_nothing),
)
