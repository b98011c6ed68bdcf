"""Which of two values stands: richer before poorer, and otherwise the higher account."""

import re
from enum import Enum
from typing import Any

from kith.model.contact import Date, Name, Organization, Photo, PostalAddress
from kith.model.fields import fold


class Relation(Enum):
    """How a new value stands to the present one."""

    SAME = "same"
    RICHER = "richer"
    POORER = "poorer"
    CONTRADICTS = "contradicts"


def relation(field: str, present: Any, new: Any) -> Relation:
    """Whether `new` says the same as `present`, more, less, or something else."""
    if field == "birthday":
        return _partial(_date_parts(present), _date_parts(new))
    if field in ("full_name", "maiden_name"):
        return _names(_words(present), _words(new))
    if field in ("name", "phonetic"):
        return _names(_name_words(present), _name_words(new))
    if field == "photo":
        return _photos(present, new)
    return Relation.SAME if present == new else Relation.CONTRADICTS


PARTIAL = frozenset({"organizations", "addresses", "dates"})
"""Fields of which one value may be a part of another."""


def contains(field: str, poorer: Any, richer: Any) -> bool:
    """Whether one of many values says nothing that another does not say: a firm without the title, a town without the
    street, a date without its year."""
    if field == "organizations":
        return _organization_in(poorer, richer)
    if field == "addresses":
        return _address_in(poorer, richer)
    if field == "dates":
        return (
            poorer.types == richer.types
            and poorer.label == richer.label
            and _partial(_date_parts(poorer), _date_parts(richer)) is Relation.RICHER
        )
    return False


def _date_parts(value: Date) -> tuple[str, ...]:
    """(year, month and day); one part alone for what is not a date."""
    found = re.fullmatch(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?:T.*)?", value.value.strip())
    return (found[1].strip("-"), found[2] + found[3]) if found else (value.value.strip(),)


def _partial(present: tuple[str, ...], new: tuple[str, ...]) -> Relation:
    if present == new:
        return Relation.SAME
    if len(present) == len(new) == 2 and present[1] == new[1]:
        if not present[0]:
            return Relation.RICHER
        if not new[0]:
            return Relation.POORER
    return Relation.CONTRADICTS


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", fold(text)) if word]


def _name_words(name: Name) -> list[str]:
    parts = (*name.prefix, *name.given, *name.additional, *name.family, *name.suffix)
    return [word for part in parts for word in _words(part)]


def _names(present: list[str], new: list[str]) -> Relation:
    if sorted(present) == sorted(new):
        return Relation.SAME
    if _covered(present, new):
        return Relation.RICHER
    if _covered(new, present):
        return Relation.POORER
    return Relation.CONTRADICTS


def _covered(words: list[str], by: list[str]) -> bool:
    """Whether each word stands in `by`, written out or as its initial."""
    left = list(by)
    for word in sorted(words, key=len, reverse=True):
        bare = word.rstrip(".")
        match = next((w for w in left if w == word or (len(bare) == 1 and w.startswith(bare))), None)
        if match is None:
            return False
        left.remove(match)
    return True


def _photos(present: Photo, new: Photo) -> Relation:
    if (present.sha256 or present.uri) == (new.sha256 or new.uri):
        return Relation.SAME
    return Relation.RICHER if _photo_worth(new) > _photo_worth(present) else Relation.POORER


def _photo_worth(photo: Photo) -> tuple[bool, int, int, str]:
    return (bool(photo.sha256), photo.width * photo.height, photo.size, photo.sha256 or photo.uri)


def _organization_in(poorer: Organization, richer: Organization) -> bool:
    if poorer.name and fold(poorer.name) != fold(richer.name):
        return False
    pairs = ((poorer.title, richer.title), (poorer.role, richer.role))
    if any(small and fold(small) != fold(large) for small, large in pairs):
        return False
    return set(map(fold, poorer.units)) <= set(map(fold, richer.units))


def _address_in(poorer: PostalAddress, richer: PostalAddress) -> bool:
    names = ("po_box", "extended", "street", "locality", "region", "postal_code", "country")
    for name in names:
        small, large = fold(" ".join(getattr(poorer, name))), fold(" ".join(getattr(richer, name)))
        if small and small != large:
            return False
    return bool(richer.street) or not poorer.street
