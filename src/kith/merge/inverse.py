"""What was done to a contact, taken back value by value."""

from typing import Any

from kith.merge.delta import Change, delta, keyed, note_text, patch
from kith.merge.spelling import alike
from kith.model.contact import Contact
from kith.model.fields import BY_NAME


def values_back(present: Contact, became: Contact, was: Contact) -> tuple[Contact, list[str]]:
    """`present` with what led from `was` to `became` inverted where it still stands; what was changed since, in words. Of a
    change that leads back, `before` is what was made, and `after` may stand already, by an undo that a guard held."""
    back: list[Change] = []
    kept: dict[str, None] = {}
    for change in delta(became, was):
        if _stands(present, change, change.before):
            back.append(change)
        elif not _stands(present, change, change.after):
            kept[f"{change.field} was changed since and stays"] = None
    return patch(present, back), list(kept)


def _stands(present: Contact, change: Change, value: Any) -> bool:
    """Whether what a change is about has this value."""
    row = BY_NAME[change.field]
    if row.name == "notes":
        return note_text(present) == (value or "")
    if not row.many:
        now = getattr(present, row.name)
        return (row.key(now) if now else "") == (row.key(value) if value else "")
    now = keyed(present, row).get(change.key)
    if value is None:
        return now is None
    return now is not None and alike(now, value)
