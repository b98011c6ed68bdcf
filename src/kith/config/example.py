"""config.example.toml, generated from the settings models: a test keeps the file equal to this."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kith.config.settings import TABLES, AccountTable, seconds
from kith.connector import registry

HEAD = """\
# kith's configuration, every key with its default. Copy what you need to ~/.config/kith/config.toml (chmod 600).
# kith init writes a first one; kith config check finds mistakes. Times are written as "30 minutes", "4 hours", "90 days".
"""

SPANS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))

SPANS_OF = ("every", "keep_history", "hold_joins")
"""Keys whose seconds are written as a time."""

SKIPPED = {"memory"}
HIDDEN = {"api_endpoint", "token_uri", "auth_uri"}
"""Keys for tests: they point a connector at a loopback server."""


def example() -> str:
    """The whole file."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    for name, table in TABLES.items():
        yield f"[{name}]"
        yield from _keys(table)
        yield ""
    yield "# Accounts: one table each, [accounts.NAME]. Their order is their rank: the first one wins where two contradict."
    yield "# Keys that every account has:"
    yield from _keys(AccountTable, skip={"connector"})
    yield ""
    for name in sorted(registry.available()):
        if name not in SKIPPED:
            yield from _connector(name)


def _connector(name: str) -> Iterator[str]:
    info = registry.load(name)
    needs = f" (needs: pip install 'kith-contacts[{info.extra}]')" if info.extra else ""
    direction = "read and write" if info.capabilities.writes else "read only"
    yield f"# {info.title}: {direction}, role {info.role}{needs}"
    yield f"# [accounts.my-{name}]"
    yield f'# connector = "{name}"'
    yield from _keys(info.settings)
    yield ""


def _keys(table: type[BaseModel], skip: frozenset[str] | set[str] = frozenset()) -> Iterator[str]:
    for key, field in table.model_fields.items():
        if key not in skip and key not in HIDDEN:
            note = f"   # {field.description}" if field.description else ""
            yield f"# {key} = {value_of(key, field)}{note}"


def value_of(key: str, field: FieldInfo) -> str:
    if "Secret" in str(field.annotation):
        return '{ command = ["pass", "show", "..."] }'
    if field.is_required():
        return '"..."'
    found: Any = field.get_default(call_default_factory=True)
    if isinstance(found, float) and key in SPANS_OF:
        return f'"{span(found)}"'
    if found is None:
        return '"..."'
    if isinstance(found, tuple | list | frozenset):
        return json.dumps(list(found))
    if isinstance(found, dict):
        return "{}"
    return json.dumps(found, ensure_ascii=False)


def span(value: float) -> str:
    """Seconds as a config says them: 30 minutes."""
    for name, size in SPANS:
        if value % size == 0:
            count = int(value // size)
            text = f"{count} {name}{'s' if count != 1 else ''}"
            assert seconds(text) == value
            return text
    return f"{value} seconds"
