"""A slot: one field of a Person, with its way into and out of a Contact. The tools that all slots share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kith.model.contact import Contact

Entry = dict[str, Any]
Kinds = tuple[tuple[str, tuple[str, ...]], ...]
"""Google's predefined types in order of preference, each with the types of a Contact that it stands for."""

OUTPUT_ONLY = frozenset(
    {"metadata", "formattedType", "canonicalForm", "formattedProtocol", "displayNameLastFirst"}
)
"""Keys that the server makes up; they are neither compared nor sent."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a Person. `keys` are the parts of an entry that a Contact expresses; all others (the display name
    of an address, the years at a firm) stay as they are on the server. `main` is the part by which an edited entry is
    recognized. `single`: the server takes one entry only."""

    name: str
    keys: tuple[str, ...]
    main: str
    read: Callable[[list[Entry]], dict[str, Any]]
    write: Callable[[Contact], list[Entry]]
    single: bool = False


def own(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that belong to the contact itself: not those that a linked profile shows."""
    return [
        entry
        for entry in entries
        if entry.get("metadata", {}).get("source", {}).get("type", "CONTACT") in ("CONTACT", "OTHER_CONTACT")
    ]


def bare(entry: Entry) -> Entry:
    """An entry without what only the server writes."""
    return {key: value for key, value in entry.items() if key not in OUTPUT_ONLY}


def filled(**parts: Any) -> Entry:
    """An entry of the parts that have a value."""
    return {key: value for key, value in parts.items() if value}


def patch(slot: Slot, held: list[Entry], before: Contact, after: Contact) -> list[Entry] | None:
    """The new entries of a field, None where nothing changes.

    Google replaces a named field as a whole, so everything that a Contact does not express is carried over from
    `held`, the entries on the server: only the difference between `before` and `after` is made.
    """
    old, new = slot.write(before), slot.write(after)
    if old == new:
        return None
    if slot.single:
        return [_overlay(slot, bare(held[0]) if held else {}, entry) for entry in new[:1]]
    removed = [entry for entry in old if entry not in new]
    added = [entry for entry in new if entry not in old]
    if not removed and not added:
        return None  # another order of the same values
    kept: list[Entry] = []
    for entry in held:
        shown = _expressed(slot, entry)
        if shown not in removed:
            kept.append(bare(entry))
            added = [row for row in added if row != shown]
            continue
        removed.remove(shown)
        heir = next((row for row in added if row.get(slot.main) == shown.get(slot.main)), None)
        if heir is not None:
            added.remove(heir)
            kept.append(_overlay(slot, bare(entry), heir))
    return kept + added


def _expressed(slot: Slot, entry: Entry) -> Entry:
    """An entry of the server as kith would write it."""
    rows = slot.write(Contact(**slot.read([entry])))
    return rows[0] if rows else {}


def _overlay(slot: Slot, held: Entry, new: Entry) -> Entry:
    return {key: value for key, value in held.items() if key not in slot.keys} | new


def kinds(entry: Entry, table: Kinds) -> dict[str, Any]:
    """`types` and `label` of a value: a predefined type of Google becomes types, any other the owner's label."""
    kind = entry.get("type", "")
    types = dict(table).get(kind)
    return {"types": types} if types is not None else {"label": kind}


def kind(types: tuple[str, ...], label: str, table: Kinds) -> str:
    """Google's type for types and label: the label where there is one, else the predefined type that says most."""
    if label:
        return label
    fits = [(name, needs) for name, needs in table if set(needs) <= set(types)]
    return max(fits, key=lambda row: len(row[1]))[0] if fits else ""
