"""Forms of one given name: nicknames, diminutives and the same name in other languages, from a curated table."""

from functools import cache, lru_cache

from kith.normalize.spelling import word
from kith.normalize.tables import lines


@cache
def _table(name: str) -> dict[str, frozenset[str]]:
    """{folded form: the roots it may stand for}. `Alex` stands for both Alexander and Alexandra."""
    found: dict[str, set[str]] = {}
    for line in lines(name):
        if line.startswith("["):
            continue
        root, _, forms = line.partition(":")
        for form in (root, *forms.split(",")):
            found.setdefault(word(form), set()).add(word(root))
    return {form: frozenset(roots) for form, roots in found.items() if form}


@lru_cache(maxsize=65536)
def roots(folded: str) -> frozenset[str]:
    """The full names that a folded given name may stand for; the word itself where the table does not know it."""
    return _table("nicknames").get(folded) or frozenset((folded,))


def known(folded: str) -> bool:
    """Whether the table has this form."""
    return folded in _table("nicknames")


def alike(a: str, b: str) -> bool:
    """Whether two folded given names can be one name in two forms (`bob`, `robert`)."""
    return a == b or not roots(a).isdisjoint(roots(b))


@lru_cache(maxsize=65536)
def root(folded: str) -> str:
    """One stable representative of the roots, for keys and counts."""
    return min(roots(folded))


@lru_cache(maxsize=65536)
def surname_roots(folded: str) -> frozenset[str]:
    """The family names that a romanised one may stand for (Kim, Gim; Chang, Zhang); itself where none is known."""
    return _table("surnames").get(folded) or frozenset((folded,))


def one_surname(a: str, b: str) -> bool:
    """Whether two romanised family names may stand for one: hardly any is in the table."""
    table = _table("surnames")
    if a not in table and b not in table:
        return a == b
    return not surname_roots(a).isdisjoint(surname_roots(b))
