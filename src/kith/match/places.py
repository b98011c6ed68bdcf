"""Firms, households, shared mailboxes and groups compared: by their name, and by what belongs to the place."""

from kith.match import levels
from kith.match.evidence import Row
from kith.match.names import slip
from kith.match.weights import Weights
from kith.normalize.features import Features

_ONLY = (0.0, 60.0, 60.0)
"""There are no relatives or colleagues of a firm: only the first rival counts, two that are alike by chance."""


def weigh(a: Features, b: Features, prior: float, weights: Weights) -> list[Row]:
    """All findings about two records of which neither is a person, the prior first."""
    found: list[Row] = [("prior", "prior", (prior, *_ONLY[1:]), "")]
    for comparison, level, value in _levels(a, b):
        if level:
            found.append((f"place {comparison}", level, weights.bits(f"place {comparison}", level), value))
    return found


def _levels(a: Features, b: Features) -> list[tuple[str, str, str]]:
    left, right = (*a.fixed, *a.mobile, *a.shared), (*b.fixed, *b.mobile, *b.shared)
    boxes = (*a.role, *a.personal), (*b.role, *b.personal)
    return [
        ("title", _title(a, b), a.title),
        ("number", _set(left, right), levels.shared(left, right)),
        ("mailbox", _set(*boxes), levels.shared(*boxes)),
        ("domain", _set(a.domains, b.domains), levels.shared(a.domains, b.domains)),
        ("address", levels.address(a, b), ""),
    ]


def _title(a: Features, b: Features) -> str:
    if not a.title or not b.title:
        return ""
    if a.title == b.title:
        return "same"
    longer, shorter = sorted((a.title, b.title), key=len, reverse=True)
    return "near" if slip(a.title, b.title) or longer.startswith(shorter + " ") else "other"


def _set(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    if not left or not right:
        return ""
    return "same" if levels.shared(left, right) else "other"
