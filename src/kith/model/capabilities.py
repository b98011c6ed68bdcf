"""What one account can hold and do: data, not code. `kith.plan.shape` applies it."""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldLimit:
    """How much of a field an account holds: at most `count` values (0 = any number), each at most `length` characters
    (0 = any); `types` is the closed vocabulary of types (empty = any); `labels`: whether custom labels survive; `prefs`:
    whether an order of preference survives."""

    name: str
    count: int = 0
    length: int = 0
    types: tuple[str, ...] = ()
    labels: bool = True
    prefs: bool = True


UNLIMITED = FieldLimit("")
"""The limit of a field that has none."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The abilities of an account.

    `fields` empty means: every field, without limits. Otherwise a field that is not listed cannot be held.
    `groups` tells how lists are kept: `categories` (on the card), `cards` (Apple group cards), `labels` (service
    objects named on the card), `none`.
    """

    reads: bool = True
    writes: bool = False
    deletes: bool = False
    deltas: bool = False  # can report changes since a cursor
    chooses_ids: bool = False  # the service picks remote ids itself
    trace: bool = False  # names handles and addresses only: never creates a person by default
    curated: bool = (
        True  # one entry is one person by its owner's care (an address book), not a heap of mentions
    )
    groups: str = "categories"
    vcard_version: str = "3.0"
    fields: tuple[FieldLimit, ...] = ()
    extras: str = "keep"  # keep, drop: whether properties it does not know survive there
    photo_bytes: int = 0  # largest picture in bytes, 0 = no known limit
    photo_pixels: int = 0  # longest edge in pixels, 0 = no known limit
    photo_types: tuple[str, ...] = ()  # media types it takes; empty = any
    batch: int = 50
    full_name_required: bool = True

    def limit(self, name: str) -> FieldLimit | None:
        """The limit of a field, or None where the account cannot hold it at all."""
        if not self.fields:
            return UNLIMITED
        return next((row for row in self.fields if row.name == name), None)

    def but(self, **changes: Any) -> "Capabilities":
        """A copy with some abilities changed."""
        return replace(self, **changes)
