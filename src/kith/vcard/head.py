"""The part of a content line in front of its colon."""

import re
from functools import lru_cache

Params = tuple[tuple[str, str], ...]
"""Parameters in order as (NAME, value); the name of a bare parameter is ""."""

_TOKEN = re.compile(r'["\\;:]')


def split_head(text: str) -> tuple[str | None, str]:
    """Cut an unfolded line at its colon; (None, text) where it has none.

    A colon inside a quoted parameter does not count, nor does a quote after a backslash inside one. Where the quotes do
    not balance, the first colon counts.
    """
    head, colon, value = text.partition(":")
    if not colon:
        return None, text
    if '"' not in head:
        return head, value
    at = next((place for char, place in _marks(text) if char == ":"), -1)
    return (head, value) if at < 0 else (text[:at], text[at + 1 :])


def _marks(text: str) -> list[tuple[str, int]]:
    """Semicolons and the first colon that stand outside quotes. One pass."""
    found: list[tuple[str, int]] = []
    quoted, skip = False, -1
    for match in _TOKEN.finditer(text):
        char, place = match.group(), match.start()
        if place == skip:
            continue
        if char == '"':
            quoted = not quoted
        elif char == "\\":
            skip = place + 1 if quoted and text[place + 1 : place + 2] == '"' else -1
        elif not quoted:
            found.append((char, place))
            if char == ":":
                break
    return found


Head = tuple[str, str, Params, bool]
"""Group, upper-case name, parameters, and whether one of them names a charset or quoted-printable."""


LONG_HEAD = 120
"""Characters from which a head is not remembered."""


def parse_long_head(head: str) -> Head:
    """Take a head apart."""
    first, semicolon, rest = head.partition(";")
    group, dot, name = first.partition(".")
    if not dot:
        group, name = "", first
    if not semicolon:
        return group.strip(), name.strip().upper(), (), False
    params = tuple(_param(part) for part in _split_params(rest) if part.strip())
    coded = any(name == "CHARSET" or value.upper() == "QUOTED-PRINTABLE" for name, value in params)
    return group.strip(), name.strip().upper(), params, coded


parse_head = lru_cache(maxsize=8192)(parse_long_head)
"""The same, remembered: most lines of most cards have one of few heads."""


def _split_params(text: str) -> list[str]:
    if '"' not in text:
        return text.split(";")
    parts, start = [], 0
    for char, place in _marks(text.replace(":", "\0")):
        if char == ";":
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _param(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    if not equals:
        return "", name.strip()
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"' and '"' not in value[1:-1].replace('\\"', ""):
        value = value[1:-1]
    return name.strip().upper(), value


def raw_params(head: str) -> list[str]:
    """The group and name, then each parameter as written."""
    first, semicolon, rest = head.partition(";")
    return [first, *(part for part in _split_params(rest) if part)] if semicolon else [first]
