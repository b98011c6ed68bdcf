"""What the account held at the last pull: the cursor, as text."""

import json
from dataclasses import dataclass, field
from typing import Any

from kith_connectors.vcf.files import Mark

VERSION = 1
"""Raise it when the same file is to be read differently: everything is read anew then."""


@dataclass(slots=True)
class Seen:
    """One file: its mark ((0, 0, 0): to be read again) and its cards as {id: UID}."""

    book: str
    mark: Mark
    cards: dict[str, str]


@dataclass(slots=True)
class Cursor:
    """All files by their relative name."""

    files: dict[str, Seen] = field(default_factory=dict)

    def ids(self, book: str) -> frozenset[str]:
        return frozenset(
            remote_id for seen in self.files.values() if seen.book == book for remote_id in seen.cards
        )

    def books(self) -> frozenset[str]:
        return frozenset(seen.book for seen in self.files.values())

    def __str__(self) -> str:
        rows = {name: [seen.book, *seen.mark, seen.cards] for name, seen in self.files.items()}
        return json.dumps({"version": VERSION, "files": rows}, ensure_ascii=False, separators=(",", ":"))


def parse_cursor(text: str | None) -> Cursor | None:
    """The cursor of the last pull, None where there is none or another version of kith wrote it."""
    try:
        parsed: Any = json.loads(text) if text else None
        if not isinstance(parsed, dict) or parsed.get("version") != VERSION:
            return None
        return Cursor(
            {
                name: Seen(row[0], (row[1], row[2], row[3]), dict(row[4]))
                for name, row in parsed["files"].items()
            }
        )
    except (ValueError, KeyError, TypeError, IndexError):
        return None
