"""What happened to cards and people, in words: for `kith log RUN` and `kith show --history`."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from kith.cli.render import REASONS, change_lines
from kith.merge.delta import delta
from kith.merge.merge import say
from kith.model.contact import Contact
from kith.model.operation import FieldChange
from kith.store.codec import load

DONE = {
    "found": "found there",
    "changed": "changed there",
    "deleted": "deleted there",
    "create": "made by kith",
    "update": "changed by kith",
    "delete": "deleted by kith",
}
"""What happened to a card; where kith did it, the reason follows."""

LINKED = {
    "alone": "the first card of this person",
    "creation": "made by kith",
    "user": "by your word",
    "uid": "the same card (one UID)",
    "rule": "joined by evidence",
}
"""How a card came to its person."""


def when(stamp: float | None) -> str:
    """A time for people to read, in the local zone."""
    return datetime.fromtimestamp(stamp, UTC).astimezone().strftime("%Y-%m-%d %H:%M") if stamp else "-"


def done(row: Any) -> str:
    """What a row of `card_history` says happened to the card."""
    told = DONE.get(row["action"], row["action"])
    return f"{told} ({REASONS.get(row['reason'], row['reason'])})" if row["reason"] else told


def differences(row: Any) -> Iterator[str]:
    """What a row of `card_history` changed: a line a value, in the words of the plan."""
    before, after = (load(Contact, row[side]) if row[side] else Contact() for side in ("before", "after"))
    yield from change_lines(
        [FieldChange(item.field, say(item.before), say(item.after)) for item in delta(before, after)]
    )


def because(reasons: Iterable[str]) -> str:
    """What a join was made of; that two cards are rarely one person holds for every pair and explains none."""
    return "; ".join(text for text in reasons if not text.startswith("before any comparison"))


def event(row: Any) -> str:
    """A row of `event` in words."""
    detail = LINKED.get(row["detail"], row["detail"])
    if row["what"] == "linked":
        why = detail if row["detail"] in LINKED else "joined: " + because(detail.split("; "))
        return f"{row['account']}: {why}"
    return ": ".join(part for part in (row["account"], f"{row['what']} {detail}".rstrip()) if part)
