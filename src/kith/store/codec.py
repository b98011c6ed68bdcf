"""Values to JSON text and back: plain dataclasses, validated on the way in."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    found = _ADAPTERS.get(kind)
    if found is None:
        found = _ADAPTERS[kind] = TypeAdapter(kind)
    return found


def dump(value: object, kind: Any = None) -> str:
    """JSON text of a model value; fields that say nothing are left out."""
    # the adapter's own dump_json spends as much again on options that are not used here
    text: bytes = _adapter(kind or type(value)).serializer.to_json(value, exclude_defaults=True)
    return text.decode("utf-8")


def load(kind: type[T], text: str | bytes) -> T:
    """The value that `dump` wrote. Raises pydantic.ValidationError where the text is not of that kind."""
    value: T = _adapter(kind).validator.validate_json(text)
    return value


def plain(value: object, kind: Any = None) -> Any:
    """The value as dicts, lists, strings and numbers, without what says nothing."""
    return _adapter(kind or type(value)).dump_python(value, mode="json", exclude_defaults=True)
