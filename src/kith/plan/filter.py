"""`filter = "list:A or list:B"`: for whom kith creates a card in an account.

    expression = term { "or" term }
    term       = factor { "and" factor }
    factor     = "not" factor | "(" expression ")" | "all" | "list:" NAME | "has:" FIELD

A NAME with spaces stands in quotes: list:"Close friends".
"""

import re
from collections.abc import Callable
from functools import lru_cache

from kith.model.contact import Contact
from kith.model.fields import BY_NAME, values

Test = Callable[[Contact], bool]

_WORD = re.compile(r'\s*(\(|\)|(?:list|has):"[^"]*"|(?:list|has):[^\s()"]+|[^\s()]+)')
_FIELDS = {
    "phone": "phones",
    "email": "emails",
    "photo": "photo",
    "address": "addresses",
    "birthday": "birthday",
}


class BadFilter(ValueError):
    """A filter that cannot be understood; the message says where."""


@lru_cache(maxsize=64)
def parse(text: str) -> Test:
    """The test that a filter stands for. Raises BadFilter."""
    words = [found[1] for found in _WORD.finditer(text)]
    if not words:
        return lambda _contact: True
    test, rest = _expression(words)
    if rest:
        raise BadFilter(f'unexpected "{rest[0]}" in filter {text!r}')
    return test


def _expression(words: list[str]) -> tuple[Test, list[str]]:
    left, rest = _term(words)
    while rest and rest[0] == "or":
        right, rest = _term(rest[1:])
        left = _either(left, right)
    return left, rest


def _term(words: list[str]) -> tuple[Test, list[str]]:
    left, rest = _factor(words)
    while rest and rest[0] == "and":
        right, rest = _factor(rest[1:])
        left = _both(left, right)
    return left, rest


def _factor(words: list[str]) -> tuple[Test, list[str]]:
    if not words:
        raise BadFilter('the filter ends too early; example: "list:A or list:B"')
    head, rest = words[0], words[1:]
    if head == "not":
        test, rest = _factor(rest)
        return (lambda contact: not test(contact)), rest
    if head == "(":
        test, rest = _expression(rest)
        if not rest or rest[0] != ")":
            raise BadFilter("a closing parenthesis is missing in the filter")
        return test, rest[1:]
    return _atom(head), rest


def _atom(word: str) -> Test:
    kind, _, argument = word.partition(":")
    argument = argument.strip('"')
    if word == "all":
        return lambda _contact: True
    if kind == "list" and argument:
        return lambda contact: argument in contact.groups
    if kind == "has" and argument in _FIELDS:
        row = BY_NAME[_FIELDS[argument]]
        return lambda contact: bool(values(contact, row))
    raise BadFilter(f'"{word}" is not a filter term; use list:NAME, has:{"|has:".join(_FIELDS)} or all')


def _either(left: Test, right: Test) -> Test:
    return lambda contact: left(contact) or right(contact)


def _both(left: Test, right: Test) -> Test:
    return lambda contact: left(contact) and right(contact)
