"""Two writings of one value: whether they differ, and how a change of one is put onto another.

An account may write a value in its own way and keep less of it (no label, no parameters). A change there is a change of
what it shows, and of nothing else.
"""

from dataclasses import fields, replace
from typing import Any

HUNG = ("types", "label", "pref")
"""What hangs on a value and is compared between accounts; its spelling stays each account's own."""

_DERIVED = frozenset({"e164"})


def alike(first: Any, second: Any) -> bool:
    """Whether two values of one key also agree in types, label and preference; spelling does not count."""
    return first is second or all(getattr(first, name, None) == getattr(second, name, None) for name in HUNG)


def spelled_alike(first: Any, second: Any) -> bool:
    """Whether two values of one key are written in the same way. Parameters and what hangs on a value do not count."""
    if first == second:
        return True
    if isinstance(first, str):
        return False
    return all(
        getattr(first, name) == getattr(second, name)
        for name in _names(first)
        if name not in HUNG and name != "params"
    )


def in_words_of(present: Any, wanted: Any) -> Any:
    """`wanted` as an account writes it that has `present`: with its types, label and preference alone."""
    if not hasattr(wanted, "__dataclass_fields__"):
        return wanted
    return replace(present, **{name: getattr(wanted, name) for name in HUNG if hasattr(present, name)})


def carried(present: Any, before: Any, after: Any) -> Any:
    """`present` with what led from `before` to `after`, attribute by attribute: what the change does not touch stays as
    it is. `before` None: the value was not there."""
    if before is None or type(present) is not type(after) or not hasattr(after, "__dataclass_fields__"):
        return after
    changed = {
        name: getattr(after, name)
        for name in _names(after)
        if name in _DERIVED or getattr(after, name) != getattr(before, name)
    }
    if "types" in changed:
        changed["types"] = _types(present.types, before.types, after.types)
    return replace(present, **changed) if changed else present


def _types(present: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """Types that came and went; those that the changing account does not show stay."""
    return tuple(sorted((set(present) - (set(before) - set(after))) | set(after)))


def _names(value: Any) -> tuple[str, ...]:
    return tuple(row.name for row in fields(value))
