"""Names of firms and clubs without legal form, case and punctuation."""

from functools import lru_cache

from kith.normalize.spelling import words
from kith.normalize.tables import section


@lru_cache(maxsize=4096)
def core(name: str) -> str:
    """The firm's name as it is spoken: `ACME Software GmbH & Co. KG` gives `acme software`; "" for none.

    >>> core("Müller & Söhne GmbH"), core("GmbH")
    ('muller sohne', 'gmbh')
    """
    found = words(name)
    legal = section("organizations", "legal forms")
    kept = [part for part in found if part not in legal]
    return " ".join(kept or found)[:80]


@lru_cache(maxsize=1024)
def has_legal_form(name: str) -> bool:
    """Whether a name ends in a legal form (GmbH, Ltd, S.A.), as those of firms do and those of people do not."""
    found = words(name)
    return len(found) > 1 and bool(set(found[1:]) & section("organizations", "sure forms"))


@lru_cache(maxsize=1024)
def has_firm_word(name: str) -> bool:
    """Whether a word in the name says that it is a shop, an office or a practice rather than a person."""
    return bool(set(words(name)) & section("organizations", "firm words"))
