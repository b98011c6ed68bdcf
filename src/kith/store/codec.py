"""Values to JSON text and back: plain dataclasses, validated on the way in."""

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, TypeVar

from pydantic import TypeAdapter

from kith.model.person import Person, Sourced
from kith.model.record import RecordKey

T = TypeVar("T")


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    found = _ADAPTERS.get(kind)
    if found is None:
        found = _ADAPTERS[kind] = TypeAdapter(kind)
    return found


def dump(value: object) -> str:
    """JSON text of a model value; fields that say nothing are left out."""
    if type(value) is Person:
        value = _gathered(value)
    # the adapter's own dump_json spends as much again on options that are not used here
    text: bytes = _adapter(type(value)).serializer.to_json(value, exclude_defaults=True)
    return text.decode("utf-8")


def load(kind: type[T], text: str | bytes) -> T:
    """The value that `dump` wrote. Raises pydantic.ValidationError where the text is not of that kind."""
    value: Any = _adapter(_Body if kind is Person else kind).validator.validate_json(text)
    if kind is Person:
        value = _told_apart(value)
    found: T = value
    return found


def plain(value: object) -> Any:
    """The value as dicts, lists, strings and numbers, without what says nothing."""
    return _adapter(type(value)).dump_python(value, mode="json", exclude_defaults=True)


@dataclass(frozen=True, slots=True)
class _Told:
    """Values, as (field, key), that have the same sources: most people have those of one card."""

    sources: tuple[RecordKey, ...]
    values: tuple[tuple[str, str], ...]
    since: float = 0.0
    rule: str = "only"


@dataclass(frozen=True, slots=True)
class _Body(Person):
    """A person as it is written: `told` in place of `sourced`, which would name the same card ten times. What was written
    before that has `sourced`."""

    told: tuple[_Told, ...] = ()


_SLOT = attrgetter("field", "key")


def _gathered(person: Person) -> _Body:
    groups: dict[tuple[tuple[RecordKey, ...], float, str], list[tuple[str, str]]] = {}
    for item in person.sourced:
        groups.setdefault((item.sources, item.since, item.rule), []).append((item.field, item.key))
    told = [_Told(sources, tuple(values), since, rule) for (sources, since, rule), values in groups.items()]
    return _Body(**_rest(person), told=tuple(told))


def _told_apart(body: _Body) -> Person:
    sourced = [
        Sourced(field, key, group.sources, group.since, group.rule)
        for group in body.told
        for field, key in group.values
    ]
    return Person(**_rest(body), sourced=(*body.sourced, *sorted(sourced, key=_SLOT)))


def _rest(person: Person) -> dict[str, Any]:
    """All fields but `sourced`, by name."""
    return {name: getattr(person, name) for name in _REST}


_REST = [row.name for row in fields(Person) if row.name != "sourced"]
