"""The difference between two contacts, field by field, and how to put it onto a third."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import is_
from typing import Any

from kith.merge.spelling import alike, carried, spelled_alike
from kith.merge.text import merge_text, transfer
from kith.model.contact import NOTHING, Contact, Text
from kith.model.extras import portable
from kith.model.fields import BY_NAME, FIELDS, Field, contents


@dataclass(frozen=True, slots=True)
class Change:
    """One value that came (`before` None), went (`after` None), or was altered. Of a single-valued field both are the
    whole value; of notes both are the joined text."""

    field: str
    key: str
    before: Any
    after: Any


def note_text(contact: Contact) -> str:
    """All notes of a card as one text: phones show a single note, so kith treats them as one."""
    notes = contact.notes
    if len(notes) == 1:
        return notes[0].value
    return "\n".join(note.value for note in notes if note.value)


def delta(before: Contact, after: Contact, spelling: bool = True) -> tuple[Change, ...]:
    """What leads from `before` to `after`. With `spelling`, a value written anew in the same normal form counts as
    altered (an edit on one account); without, it does not (each account keeps its own spelling)."""
    changes: list[Change] = []
    for row, old, new in zip(FIELDS, contents(before), contents(after), strict=True):
        if old is new or old == new:
            continue
        if row.name == "notes":
            changes += _notes(before, after)
        elif row.many:
            changes += _many(row, before, after, spelling)
        else:
            changes += _single(row, before, after)
    return tuple(changes)


def _notes(before: Contact, after: Contact) -> list[Change]:
    old, new = note_text(before), note_text(after)
    return [] if old.split() == new.split() else [Change("notes", "", old or None, new or None)]


def _single(row: Field, before: Contact, after: Contact) -> list[Change]:
    old, new = getattr(before, row.name), getattr(after, row.name)
    if (row.key(old) if old else "") == (row.key(new) if new else ""):
        return []
    return [Change(row.name, "", old or None, new or None)]


def _many(row: Field, before: Contact, after: Contact, spelling: bool) -> list[Change]:
    old, new = keyed(before, row), keyed(after, row)
    if not old:
        return [Change(row.name, key, None, value) for key, value in new.items()]
    changes = [Change(row.name, key, value, None) for key, value in old.items() if key not in new]
    for key, value in new.items():
        if key not in old:
            changes.append(Change(row.name, key, None, value))
        elif not alike(old[key], value) or (spelling and not spelled_alike(old[key], value)):
            changes.append(Change(row.name, key, old[key], value))
    return changes


def keyed(contact: Contact, row: Field) -> dict[str, Any]:
    """{normal form: value} of a field, first one wins; properties private to one server are left out."""
    found: dict[str, Any] = {}
    held = getattr(contact, row.name)
    if not held:
        return found
    key_of, extras = row.key, row.name == "extras"
    for value in held if row.many else (held,):
        key = key_of(value)
        if key and key not in found and not (extras and not portable(value)):
            found[key] = value
    return found


def kept(held: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    """`wanted`, or `held` where that has the very same values: what is one object is compared at once and kept once."""
    if len(held) == len(wanted) and all(map(is_, held, wanted)):
        return held
    return wanted


def patch(contact: Contact, changes: Iterable[Change]) -> Contact:
    """`contact` with the changes put onto it; what they do not name stays as it is, in its order."""
    updates: dict[str, Any] = {}
    for change in changes:
        row = BY_NAME[change.field]
        if row.name == "notes":
            text = merge_text(change.before or "", note_text(contact), change.after or "")
            updates["notes"] = (Text(text),) if text else ()
        elif row.many:
            held = updates.get(row.name, getattr(contact, row.name))
            updates[row.name] = _put(row, held, change)
        else:
            updates[row.name] = change.after if change.after is not None else absent(row.name)
    return contact.but(**updates)


def _put(row: Field, held: tuple[Any, ...], change: Change) -> tuple[Any, ...]:
    where = next((place for place, value in enumerate(held) if row.key(value) == change.key), None)
    if where is None:
        return held if change.after is None else (*held, change.after)
    replacement = () if change.after is None else (carried(held[where], change.before, change.after),)
    return (*held[:where], *replacement, *held[where + 1 :])


def translate(changes: Iterable[Change], spoken: Contact, meant: Contact) -> tuple[Change, ...]:
    """Changes of values in the words of `spoken` (what a server shows) in the words of `meant` (what that stands for).

    A server may rewrite what it is given: the n-th value that only one side has stands for the n-th that only the
    other has, where they are equally many.
    """
    translated = []
    for change in changes:
        row = BY_NAME[change.field]
        if row.name == "notes":
            translated.append(_translated_note(change, note_text(spoken), note_text(meant)))
            continue
        twin = None
        if row.many and change.before is not None:
            twin = _twin(change.key, keyed(spoken, row), keyed(meant, row))
        translated.append(change if twin is None else _of_twin(row, change, twin))
    return tuple(translated)


def _translated_note(change: Change, spoken: str, meant: str) -> Change:
    """A note that a server cut: an edit there is put onto the whole of it; an edit elsewhere is sent as a whole."""
    if meant == spoken or change.before is None:
        return change
    if meant.startswith(spoken) and change.before == spoken:
        return Change(change.field, "", meant, transfer(spoken, meant, change.after or "") or None)
    if spoken.startswith(meant):
        return Change(change.field, "", meant or None, change.after)
    return change


def _of_twin(row: Field, change: Change, twin: Any) -> Change:
    """The same change of the value that a rewritten one stands for; its own spelling stays unless that was changed."""
    after = change.after
    if after is None:
        return Change(change.field, row.key(twin), twin, None)
    if spelled_alike(change.before, after):
        after = carried(twin, change.before, after)
    return Change(change.field, row.key(twin), twin, after)


def _twin(key: str, spoken: dict[str, Any], meant: dict[str, Any]) -> Any:
    if key in meant or key not in spoken:
        return None
    ours = [name for name in spoken if name not in meant]
    theirs = [name for name in meant if name not in spoken]
    if len(ours) != len(theirs):
        return None
    return meant[theirs[ours.index(key)]]


def absent(name: str) -> Any:
    """The value of a field that says nothing."""
    return getattr(NOTHING, name)
