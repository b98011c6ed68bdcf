"""The cursor of a Google account: what must survive from one pull to the next, as JSON."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

VERSION = 1
"""Raised whenever mapping reads more or otherwise than before: then everything is read once more."""

Row = list[Any]


@dataclass(frozen=True, slots=True)
class Cursor:
    """`sync` is the sync token of `mask` (Google refuses it with another mask), `full` the time of the last complete
    listing (epoch seconds). `labels` {resource name: name} of the user's labels with their own token `label_sync`;
    `system` are the names of Google's own groups. `pictures` {resource name: [fingerprint of the URL, sha256, bytes,
    media type, width, height]}; `again` are contacts whose picture could not be fetched and that are read again."""

    sync: str = ""
    mask: str = ""
    full: float = 0.0
    label_sync: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    system: tuple[str, ...] = ()
    pictures: dict[str, Row] = field(default_factory=dict)
    again: tuple[str, ...] = ()

    def text(self) -> str:
        rows = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({"version": VERSION, **rows}, ensure_ascii=False, separators=(",", ":"))

    def but(self, **changes: Any) -> "Cursor":
        return replace(self, **changes)


def parse(text: str | None, mask: str) -> Cursor | None:
    """The cursor, or None where there is none that this version and mask can use: then everything is listed."""
    if not text:
        return None
    try:
        rows = json.loads(text)
    except ValueError:
        return None
    if not isinstance(rows, dict) or rows.pop("version", None) != VERSION or rows.get("mask") != mask:
        return None
    if set(rows) != set(Cursor.__slots__):
        return None
    return Cursor(**{**rows, "system": tuple(rows["system"]), "again": tuple(rows["again"])})
