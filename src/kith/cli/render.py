"""Plans and results in words. What is shown was decided before; nothing here knows how."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from kith.model.operation import Action, FieldChange, Operation
from kith.model.plan import Plan
from kith.sync.request import Result

SIGNS = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}

LONG = 40
"""Operations of one account that are shown before the rest is counted (--all shows them whole)."""

HELD = 10
"""Names of people who are held back for one reason before the rest is counted."""

REASONS = {
    "missing": "is not there yet",
    "edited": "was edited elsewhere",
    "enriched": "another account adds to it",
    "joined": "two people became one",
    "split": "was split",
    "deleted": "was deleted elsewhere",
    "consolidated": "a second card of the same person; its content is in the first",
    "restored": "is put back",
    "outside": "does not pass the account's filter",
    "drifted": "is not as agreed",
    "undone": "an earlier run is taken back",
}


def safe(text: str) -> str:
    """Text from a card, fit for a terminal: no control or direction characters."""
    return "".join(
        char if _shown(char) else "\N{REPLACEMENT CHARACTER}" for char in text.replace("\n", " / ")
    )


def _shown(char: str) -> bool:
    kind = unicodedata.category(char)
    return (
        kind not in ("Cc", "Cs", "Co")
        and char not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    )


def cut(text: str, width: int = 60) -> str:
    """A value short enough for one line."""
    clean = safe(text)
    return clean if len(clean) <= width else clean[: width - 1] + "…"


def plan_lines(plan: Plan, show_all: bool = False) -> Iterator[str]:
    """The plan, account by account, person by person, field by field."""
    for account in dict.fromkeys(operation.key.account for operation in plan.operations):
        own = _in_order(operation for operation in plan.operations if operation.key.account == account)
        yield f"{account}:"
        for operation in own if show_all else own[:LONG]:
            yield from _operation_lines(operation)
        if len(own) > LONG and not show_all:
            yield f"  ... and {len(own) - LONG} more (--all shows them)"
    for hold in plan.holds:
        yield f"! {hold.account} is held: {hold.why}"
        yield f"  {hold.remedy}"
    for conflict in plan.conflicts:
        yield (
            f"! changed in two places: {conflict.field} {cut(conflict.kept)!r} (from {conflict.kept_from.account}) stands;"
            f" {cut(conflict.other)!r} (from {conflict.other_from.account}) is kept in the history"
        )
    yield from _held_back_lines(plan, show_all)
    for account, field, count in plan.unheld:
        yield f"  {account} cannot hold {field.replace('_', ' ')} of {count} people; it stays in kith and on the others"


FIRST = (Action.DELETE, Action.UPDATE, Action.CREATE)
"""What a person wants to see first: what goes away."""


def _in_order(operations: Iterable[Operation]) -> list[Operation]:
    return sorted(operations, key=lambda item: (FIRST.index(item.action), item.title.casefold(), item.key))


def _operation_lines(operation: Operation) -> Iterator[str]:
    sign = SIGNS[operation.action]
    yield f"  {sign} {cut(operation.title) or operation.key.remote_id}   ({_why(operation)})"
    for change in _told(operation):
        yield f"      {change.field.replace('_', ' ')}: {_arrow(change)}"


def _why(operation: Operation) -> str:
    """Reason and cause, without what repeats itself."""
    account, because = operation.key.account, operation.because
    if because == "taken back":
        return REASONS["undone"]
    if because in ("", f"new on {account}", f"{account} adds to it"):
        return REASONS[operation.reason]
    return f"{REASONS[operation.reason]}: {because}"


def _told(operation: Operation) -> list[FieldChange]:
    """The changes worth a line: parts of a name are told by the whole."""
    if operation.action is Action.DELETE:
        return []
    named = {change.field for change in operation.fields}
    said = [change for change in operation.fields if change.field != "name" or "full_name" not in named]
    return [
        change
        for change in said
        if change.field != "full_name" or change.before or change.after != operation.title
    ]


def _arrow(change: FieldChange) -> str:
    if not change.before:
        return f"+ {cut(change.after)}"
    if not change.after:
        return f"- {cut(change.before)}"
    if change.before == change.after:
        return f"{cut(change.after)} gets another label"
    return f"{cut(change.before)} -> {cut(change.after)}"


def _held_back_lines(plan: Plan, show_all: bool) -> Iterator[str]:
    groups: dict[tuple[str, str], list[str]] = {}
    for item in plan.held_back:
        groups.setdefault((item.account, item.why), []).append(cut(item.title, 40) or item.person)
    for (account, why), names in groups.items():
        shown = sorted(names, key=str.casefold)[: None if show_all else HELD]
        more = f" and {len(names) - len(shown)} more (--all shows them)" if len(names) > len(shown) else ""
        yield f"= {account}: held back: {', '.join(shown)}{more}: {safe(why)}"


def closing_line(result: Result) -> str:
    """What was done or would be done, in one line."""
    counts = [
        sum(getattr(item, name) for item in result.accounts.values())
        for name in ("created", "updated", "deleted")
    ]
    if result.dry_run:
        parts = [f"{counts[0]} to add", f"{counts[1]} to change", f"{counts[2]} to remove"]
    else:
        parts = [f"{counts[0]} added", f"{counts[1]} changed", f"{counts[2]} removed"]
    parts.append(f"{result.review} to review")
    if result.plan.conflicts:
        parts.append(f"{len(result.plan.conflicts)} conflicts")
    if result.plan.held_back:
        parts.append(f"{len(result.plan.held_back)} held back")
    return ", ".join(parts)


def problem_lines(result: Result) -> Iterator[str]:
    """Accounts that did not take part, each with its remedy."""
    for item in result.accounts.values():
        if item.problem and item.status != "held":
            yield f"! {item.name}: {safe(item.problem)}"
            if item.remedy:
                yield f"  {safe(item.remedy)}"
    for warning in result.warnings + list(result.plan.warnings):
        yield f"? {safe(warning)}"


def operation_event(operation: Operation) -> dict[str, Any]:
    """An operation as `kith sync --json` prints it."""
    return {
        "event": "operation",
        "account": operation.key.account,
        "action": str(operation.action),
        "person": operation.person,
        "title": operation.title,
        "remote_id": operation.key.remote_id,
        "reason": str(operation.reason),
        "because": operation.because,
        "fields": [
            {"field": item.field, "before": item.before, "after": item.after} for item in operation.fields
        ],
    }


def table(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Rows in columns, aligned, without a library."""
    cells = [[safe(str(cell)) for cell in row] for row in rows]
    if not cells:
        return
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
