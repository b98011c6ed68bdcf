"""Plans and results in words. What is shown was decided before; nothing here knows how."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from kith.cli.words import count, cut, safe, width
from kith.model.operation import Action, FieldChange, Operation
from kith.model.plan import Conflict, Plan
from kith.sync.request import Result

SIGNS = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}

LONG = 40
"""Operations of one account that are shown before the rest is counted (--all shows them whole)."""

HELD = 10
"""Names of people who are held back for one reason before the rest is counted."""

NOBODY: Mapping[str, str] = MappingProxyType({})

UNEXPLAINED = ("not as agreed", "taken back")
"""Causes that only repeat the reason."""

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
    "drifted": "is not up to date there",
    "undone": "an earlier run is taken back",
}


def plan_lines(plan: Plan, show_all: bool = False, said: Mapping[str, str] = NOBODY) -> Iterator[str]:
    """The plan, account by account, person by person, field by field. `said`: {person: what the user decided}."""
    for account in dict.fromkeys(operation.key.account for operation in plan.operations):
        own = _in_order(operation for operation in plan.operations if operation.key.account == account)
        yield f"{account}:"
        for operation in own if show_all else own[:LONG]:
            yield from _operation_lines(operation, said)
        if len(own) > LONG and not show_all:
            yield f"  ... and {len(own) - LONG} more (--all shows them)"
    yield from hold_lines(plan)
    for conflict in _conflicts(plan):
        yield (
            f"! changed in two places: {conflict.field.replace('_', ' ')} {cut(conflict.kept)!r} (from {conflict.kept_from.account}) stands;"
            f" {cut(conflict.other)!r} (from {conflict.other_from.account}) is kept in the history"
        )
    yield from _held_back_lines(plan, show_all)
    for account, field, number in plan.unheld:
        people = count(number, "person", "people")
        yield f"  {account} cannot hold {field.replace('_', ' ')} of {people}; it stays in kith and on the others"


def _conflicts(plan: Plan) -> list[Conflict]:
    """The conflicts worth a line: the parts of a name are told by the whole."""
    named = {conflict.person for conflict in plan.conflicts if conflict.field == "full_name"}
    return [item for item in plan.conflicts if item.field != "name" or item.person not in named]


def hold_lines(plan: Plan) -> Iterator[str]:
    """What a guard holds, with the commands that answer it."""
    for hold in plan.holds:
        yield f"! {hold.account} is held: {hold.why}"
        yield f"  {hold.remedy}"


FIRST = (Action.DELETE, Action.UPDATE, Action.CREATE)
"""What a person wants to see first: what goes away."""


def _in_order(operations: Iterable[Operation]) -> list[Operation]:
    return sorted(operations, key=lambda item: (FIRST.index(item.action), item.title.casefold(), item.key))


def _operation_lines(operation: Operation, said: Mapping[str, str]) -> Iterator[str]:
    sign = SIGNS[operation.action]
    yield f"  {sign} {cut(operation.title) or operation.key.remote_id}   ({_why(operation, said)})"
    if operation.action is not Action.DELETE:
        yield from change_lines(_told(operation))


def _why(operation: Operation, said: Mapping[str, str]) -> str:
    """Reason and cause, without what repeats itself or is not true of this account."""
    account, because = operation.key.account, because_of(operation, said)
    if operation.reason == "edited" and because == f"edited on {account}":
        return (
            "goes with an edit of another card of this person"  # the cause is the person's, not this card's
        )
    if operation.reason == "restored" and because.startswith("edited on "):
        return f"deleted on {account}, but {because} since: an edit beats a deletion"
    if operation.reason == "deleted" and because == f"deleted on {account}":
        return "another card of the same person was deleted there"
    if operation.reason in ("drifted", "undone") and operation.person in said:
        return because
    if because in ("", f"new on {account}", f"{account} adds to it"):
        return REASONS[operation.reason]
    return f"{REASONS[operation.reason]}: {because}"


def because_of(operation: Operation, said: Mapping[str, str]) -> str:
    """The cause in words. Where a run found none of its own, it is what the user decided before it, if anything."""
    if operation.because not in UNEXPLAINED:
        return operation.because
    return said.get(operation.person, "")


def _told(operation: Operation) -> list[FieldChange]:
    """The changes worth a line: a title that stands above is not said again, nor are its parts."""
    changes = _changes(operation)
    named = any(change.field == "full_name" for change in changes)
    return [
        change
        for change in changes
        if not (change.field == "name" and named)
        and (change.field != "full_name" or change.before or change.after != operation.title)
    ]


def _changes(operation: Operation) -> tuple[FieldChange, ...]:
    from kith.plan.plan import told  # loaded where there is something to tell: most runs have no operation

    return told(operation)


def change_lines(changes: Iterable[FieldChange]) -> Iterator[str]:
    """A line each for the changes worth one: parts of a name are told by the whole."""
    told = list(changes)
    named = {change.field for change in told}
    for change in told:
        if change.field != "name" or "full_name" not in named:
            yield f"      {change.field.replace('_', ' ')}: {_arrow(change)}"


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


def account_line(plan: Plan, account: str) -> str:
    """What would be done at one account, in one line."""
    counts = [sum(item.key.account == account and item.action is action for item in plan.operations)
              for action in (Action.CREATE, Action.UPDATE, Action.DELETE)]  # fmt: skip
    return f"{counts[0]} to add, {counts[1]} to change, {counts[2]} to remove"


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
        parts.append(count(len(_conflicts(result.plan)), "conflict"))
    if result.plan.held_back:
        parts.append(f"{len(result.plan.held_back)} held back")
    return ", ".join(parts)


def problem_lines(result: Result) -> Iterator[str]:
    """Accounts that did not take part, each with its remedy, and cards that were refused."""
    for item in result.accounts.values():
        if item.problem and item.status != "held":
            yield f"! {item.name}: {safe(item.problem)}"
            if item.remedy:
                yield f"  {safe(item.remedy)}"
    for applied in result.applied:
        for operation, why in applied.refused:
            yield f"! {applied.account} refuses the card of {cut(operation.title)}: {safe(why)}"


def remark_lines(result: Result) -> Iterator[str]:
    """What a run noticed and dealt with."""
    for warning in result.warnings + list(result.plan.warnings):
        yield f"? {safe(warning)}"


def operation_event(operation: Operation, said: Mapping[str, str] = NOBODY) -> dict[str, Any]:
    """An operation as `kith sync --json` prints it. `said` as in `plan_lines`."""
    return {
        "event": "operation",
        "account": operation.key.account,
        "action": str(operation.action),
        "person": operation.person,
        "title": operation.title,
        "remote_id": operation.key.remote_id,
        "reason": str(operation.reason),
        "because": because_of(operation, said) or operation.because,
        "fields": [
            {"field": item.field, "before": item.before, "after": item.after} for item in _changes(operation)
        ],
    }


def table(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Rows in columns, aligned, without a library."""
    cells = [[safe(str(cell)) for cell in row] for row in rows]
    if not cells:
        return
    widths = [max(width(row[place]) for row in cells) for place in range(len(cells[0]))]
    for row in cells:
        padded = (cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()
