"""From what is odd about a card to its grade and to sentences for its owner."""

from kith.model.contact import Contact
from kith.model.record import RecordKey

Problem = tuple[str, int, str]
"""Code, input line (0: the whole card), sentence."""

QUARANTINED = frozenset({"not-a-card", "too-large", "too-many-lines", "too-deep", "truncated", "empty"})
"""Codes after which a card is kept and left alone; every other code is a repair."""


def grade(problems: list[Problem]) -> str:
    """accept, repair or quarantine."""
    if any(code in QUARANTINED for code, _, _ in problems):
        return "quarantine"
    return "repair" if problems else "accept"


def sentences(contact: Contact, key: RecordKey, problems: list[Problem]) -> tuple[str, ...]:
    """One sentence for each problem, naming card and line; at most 20, so that one card cannot fill a screen."""
    if not problems:
        return ()
    name = f"{key} ({contact.full_name[:60]})" if contact.full_name else str(key)
    told = [f"{name}, line {line}: {text}" for _, line, text in problems[:20]]
    if len(problems) > 20:
        told.append(f"{name}: {len(problems) - 20} more of this kind")
    return tuple(told)
