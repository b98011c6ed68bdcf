"""Postal addresses as comparable keys."""

import re

from kith.model.contact import PostalAddress
from kith.normalize.spelling import word, words
from kith.normalize.tables import section

_NUMBER = re.compile(r"\d+\s*[a-zA-Z]?\b")


def place(address: PostalAddress) -> str:
    """Town: postal code where there is one, else the locality folded."""
    code = "".join(word(part) for part in address.postal_code)[:12]
    return code or "".join(words(" ".join(address.locality))[:3])


def town(address: PostalAddress) -> str:
    """The locality folded, "" where it is not told."""
    return "".join(words(" ".join(address.locality))[:3])


def street(address: PostalAddress) -> str:
    """Street and house number within a town, `10115|linden|12`; "" where street or place is missing.

    Street words (`Straße`, `Street`, `rue`) are dropped: they are abbreviated in too many ways.
    """
    line = " ".join((*address.street, *address.po_box))[:200]
    where = place(address)
    if not line or not where:
        return ""
    number = _NUMBER.search(line)
    house = word(number.group()) if number else ""
    rest = line.replace(number.group(), " ", 1) if number else line
    generic = section("streets", "street words")
    named = [_stem(part) for part in words(rest) if part not in generic and not part[0].isdigit()]
    core = "".join(named)[:30]
    return f"{where}|{core}|{house}" if core else ""


def _stem(part: str) -> str:
    for ending in (
        "strasse",
        "strase",
        "str",
        "street",
        "straat",
        "gatan",
        "vej",
        "weg",
        "platz",
        "gasse",
        "allee",
    ):
        if part.endswith(ending) and len(part) > len(ending) + 2:
            return part[: -len(ending)]
    return part
