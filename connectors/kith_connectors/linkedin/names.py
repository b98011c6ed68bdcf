"""Names as members type them: with titles, degrees, pronouns and pictures around the name itself."""

import re
import unicodedata
from functools import lru_cache

from kith.connector.drafts import quick
from kith.model.contact import Name

_TITLES = """
    dr prof professor professorin med habil ing dipl diplom mag magister dipl-ing dr-ing dipl-kfm dipl-kffr dipl-psych
    mr mrs ms mx herr frau sir dame rev ra rain drs ir
"""
_DEGREES = """
    phd dphil md mba msc bsc ma ba meng beng mphil llm llb jd cpa cfa cfp pmp psm psmi cissp cisa cism ccna shrm-scp esq
    mpa mph dds dvm facp frcs emba edd rn pe aia jr sr ii iii iv fh mcse csm cspo itil prince2 acca cima fca
"""
TITLES = frozenset(_TITLES.split())
DEGREES = frozenset(_DEGREES.split())
_name = quick(Name, "family", "given")
_NOTE = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_SPLIT = re.compile(r"\s*[,|/·•]\s*|\s+[-–—]\s+|\s+")


def split_name(given: str, family: str, written: str) -> tuple[str, Name]:
    """(full name, parts) of the two name cells of a row; `written` is both with a space between.

    Titles go to the prefix, degrees to the suffix; what stands in brackets (pronouns, a former name), emoji and other
    pictures is left out.
    """
    if given.isalpha() and family.isalpha() and not family.isupper():
        return written, _name((family,), (given,))
    prefix, own, tail = _parts(given)
    more_prefix, last, suffix = _parts(family)
    if not last:  # a family name that looks like a degree ("MA") is a name all the same
        more_prefix, last, suffix = (), family.strip(), ()
    if not own and not last:
        prefix, own, tail = (), given.strip(), ()
    before, after = prefix + more_prefix, tail + suffix
    full = " ".join([*before, own, last]).strip() if before else f"{own} {last}".strip()
    name = Name(family=(last,) if last else (), given=(own,) if own else (), prefix=before, suffix=after)
    return (f"{full}, {', '.join(after)}" if after else full), name


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    if text.isalpha() and text.casefold() not in DEGREES:
        return (), text, ()
    words = [word for word in _SPLIT.split(_drawn_out(_NOTE.sub(" ", text))) if word]
    start, end = 0, len(words)
    while start < end and _bare(words[start]) in TITLES:
        start += 1
    while end > start and _is_degree(words[end - 1]):
        end -= 1
    return tuple(words[:start]), " ".join(words[start:end]), tuple(words[end:])


def _bare(word: str) -> str:
    return word.casefold().replace(".", "")


def _is_degree(word: str) -> bool:
    """A degree is written in capitals or with dots: `MBA`, `Ph.D.`, `B.Sc.`; the family name `Ma` is none."""
    bare = _bare(word)
    if bare in ("jr", "sr", "phd"):
        return True
    return bare in DEGREES and ("." in word or len(re.findall(r"[A-Z]", word)) > 1 or word.isupper())


def _drawn_out(text: str) -> str:
    """Without pictures, their modifiers and joiners, and control characters."""
    return "".join(
        " " if unicodedata.category(char) in ("So", "Sk", "Cn", "Co", "Cc") else char
        for char in text
        if char not in "\ufe0e\ufe0f\u200d\u20e3"
    )
