"""What of a contact an account can hold. Both sides of every comparison pass through here first."""

from dataclasses import replace
from typing import Any

from kith.merge.delta import absent, kept, keyed, note_text
from kith.model.capabilities import Capabilities, FieldLimit
from kith.model.contact import Contact, Extra, Name, Photo, Text
from kith.model.extras import portable
from kith.model.fields import FIELDS, Field, contents


def shape(contact: Contact, abilities: Capabilities, held: Contact | None = None) -> Contact:
    """`contact` as an account with these abilities could hold it.

    `held` is what the account holds now: where only some of several values fit, those that are there stay, so that
    the choice does not wander from run to run.
    """
    held = held if chooses(abilities) else None
    updates: dict[str, Any] = {}
    for row, value in zip(FIELDS, contents(contact), strict=True):
        if not value:
            continue
        limit = abilities.limit(row.name)
        if limit is None or _unheld(row.name, abilities):
            updates[row.name] = absent(row.name)
        elif row.name == "notes":
            updates["notes"] = _notes(contact, limit)
        elif row.many:
            updates[row.name] = kept(value, _many(row, contact, limit, held))
    if updates.get("extras"):
        updates["extras"] = kept(contact.extras, _of_version(updates["extras"], abilities.vcard_version))
    shaped = contact.but(**updates)
    if abilities.vcard_version != "4.0":
        shaped = _one_preferred(shaped)
    if abilities.full_name_required and not shaped.full_name:
        shaped = shaped.but(full_name=display_name(contact))
    return _with_name(shaped) if abilities.limit("name") else shaped


def chooses(abilities: Capabilities) -> bool:
    """Whether an account holds only some of many values, so that a shape depends on what it holds now."""
    return any(row.count for row in abilities.fields)


def _with_name(contact: Contact) -> Contact:
    """Structured parts for a person who has only a full name: phones sort and show by them. The last word is taken for
    the family name. An address, a number or a firm in place of the name is left alone."""
    if contact.name or contact.kind != "individual":
        return contact
    words = contact.full_name.split()
    if not words or _is_no_name(contact):
        return contact
    *given, family = words
    name = Name(family=(family,), given=(" ".join(given),)) if given else Name(given=(family,))
    return contact.but(name=name)


def _is_no_name(contact: Contact) -> bool:
    text = contact.full_name
    others = {item.name for item in contact.organizations} | {item.value for item in contact.nicknames}
    return "@" in text or not any(char.isalpha() for char in text) or text in others


def _unheld(name: str, abilities: Capabilities) -> bool:
    return (name == "extras" and abilities.extras == "drop") or (
        name == "groups" and abilities.groups in ("none", "cards")
    )


def _notes(contact: Contact, limit: FieldLimit) -> tuple[Text, ...]:
    text = note_text(contact)
    wanted = (Text(text[: limit.length] if limit.length else text),) if text else ()
    return contact.notes if contact.notes == wanted else wanted


def _many(row: Field, contact: Contact, limit: FieldLimit, held: Contact | None) -> tuple[Any, ...]:
    found = keyed(contact, row)
    chosen = _choice(row, found, limit.count, held)
    if limit.types or limit.length or not (limit.labels and limit.prefs):
        chosen = [_fitted(value, limit) for value in chosen]
    if row.name != "extras":
        return tuple(chosen)
    return (*chosen, *(value for value in contact.extras if not portable(value)))


def _of_version(extras: tuple[Extra, ...], version: str) -> tuple[Extra, ...]:
    """Servers refuse a second N in a card of 3.0; in 4.0 it needs an ALTID (RFC 6350 section 6.2.2)."""
    return tuple(
        extra
        for extra in extras
        if extra.name != "N" or (version == "4.0" and any(name == "ALTID" for name, _ in extra.params))
    )


def _choice(row: Field, found: dict[str, Any], count: int, held: Contact | None) -> list[Any]:
    if not count or len(found) <= count:
        return list(found.values())
    there: dict[str, Any] = keyed(held, row) if held else {}
    ordered = sorted(
        enumerate(found.items()),
        key=lambda item: (item[1][0] not in there, _preference(item[1][1]), item[0]),
    )
    kept = {key for _, (key, _value) in ordered[:count]}
    return [value for key, value in found.items() if key in kept]


def _preference(value: Any) -> int:
    """1 for the first choice to 100; 101 for none."""
    pref: int = getattr(value, "pref", 0)
    return pref or 101


def _fitted(value: Any, limit: FieldLimit) -> Any:
    if isinstance(value, str):
        return value
    changes: dict[str, Any] = {}
    if limit.types and hasattr(value, "types"):
        kept = tuple(kind for kind in value.types if kind in limit.types)
        if kept != value.types:
            changes["types"] = kept
    if not limit.labels and hasattr(value, "label") and value.label:
        changes["label"] = ""
    if not limit.prefs and hasattr(value, "pref") and value.pref:
        changes["pref"] = 0
    if limit.length and isinstance(value, Text) and len(value.value) > limit.length:
        changes["value"] = value.value[: limit.length]
    return replace(value, **changes) if changes else value


def _one_preferred(contact: Contact) -> Contact:
    """vCard 3.0 knows only TYPE=PREF: every order of preference becomes 1 for the first choice and 0 for the rest."""
    updates: dict[str, Any] = {}
    for name in ("emails", "phones", "addresses", "urls", "profiles", "handles", "organizations"):
        held = getattr(contact, name)
        if held and any(value.pref > 1 for value in held):
            first = min(value.pref for value in held if value.pref)
            updates[name] = tuple(replace(value, pref=1 if value.pref == first else 0) for value in held)
    return contact.but(**updates)


def display_name(contact: Contact) -> str:
    """A name to show for a contact that has none: from its parts, else firm, nickname, e-mail, phone."""
    if contact.full_name:
        return contact.full_name
    name = contact.name
    parts = [*name.prefix, *name.given, *name.additional, *name.family, *name.suffix]
    if parts:
        return " ".join(parts)
    for field in ("organizations", "nicknames", "emails", "phones", "profiles"):
        for value in getattr(contact, field):
            text = getattr(value, "name", "") or getattr(value, "value", "") or getattr(value, "handle", "")
            if text:
                return str(text)
    return ""


LABELS = "custom labels"
FULL_SIZE = "full size of the photo"


def unheld(contact: Contact, abilities: Capabilities, shaped: Contact | None = None) -> list[str]:
    """What would stay in kith only, for the report of a plan: names of fields, `LABELS` and `FULL_SIZE`. `shaped` is
    the contact in the shape of the account, where that is known already."""
    shaped = shaped or shape(contact, abilities)
    short = []
    sides = zip(FIELDS, contents(contact), contents(shaped), strict=True) if shaped is not contact else ()
    changed = [row for row, mine, fitted in sides if mine is not fitted and mine != fitted]
    for row in changed:
        if row.name == "groups" and abilities.groups == "cards":
            continue
        if _lost(row, contact, shaped):
            short.append(row.name)
    if any(_label_lost(row, contact, shaped) for row in changed if row.many and row.name not in short):
        short.append(LABELS)
    if shaped.photo is not None and _too_large(shaped.photo, abilities):
        short.append(FULL_SIZE)
    return short


def _lost(row: Field, contact: Contact, shaped: Contact) -> bool:
    """Whether values are missing or cut."""
    if row.name == "notes":
        return note_text(shaped) != note_text(contact)
    if not row.many:
        return bool(getattr(contact, row.name)) and not getattr(shaped, row.name)
    return len(keyed(shaped, row)) < len(keyed(contact, row)) or any(
        _is_cut(first, second)
        for first, second in zip(keyed(contact, row).values(), keyed(shaped, row).values(), strict=False)
    )


def _is_cut(value: Any, fitted: Any) -> bool:
    text = getattr(value, "value", "")
    return len(text) > len(getattr(fitted, "value", text))


def _label_lost(row: Field, contact: Contact, shaped: Contact) -> bool:
    def labels(side: Contact) -> int:
        return sum(1 for value in keyed(side, row).values() if getattr(value, "label", ""))

    return labels(shaped) < labels(contact)


def _too_large(photo: Photo, abilities: Capabilities) -> bool:
    """Whether only a smaller copy of the picture fits."""
    if abilities.photo_bytes and photo.size > abilities.photo_bytes:
        return True
    return bool(abilities.photo_pixels) and max(photo.width, photo.height) > abilities.photo_pixels
