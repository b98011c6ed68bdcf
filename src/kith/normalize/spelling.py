"""Words made comparable: case, diacritics, umlauts (both foldings) and scripts removed; and a rough sound of a word.

Romanisation is done by `anyascii` (ISC licence); umlauts are folded before, since it would turn `ä` into `a`.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

WORD_LENGTH = 40
"""Longer words are cut: no name needs more, and hostile ones must not cost more."""

_GERMANIC = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "œ": "oe", "å": "aa", "þ": "th"}
)
_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e(?=[b-df-hj-np-tv-z]|$)")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_BETWEEN = re.compile(r"[\s,;/|&+.:()\"\[\]<>_-]+")


@lru_cache(maxsize=8192)
def word(text: str) -> str:
    """The comparable form of one word, `[a-z0-9]*`: `Müller`, `Mueller` and `Muller` all give `muller`.

    >>> [word("Müller"), word("MUELLER"), word("Łukasz"), word("Юрий"), word("Bauer")]
    ['muller', 'muller', 'lukasz', 'yuriy', 'bauer']
    """
    plain = text[: WORD_LENGTH * 2]
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain).casefold().translate(_GERMANIC)
        plain = anyascii(plain)
    plain = _NOT_WORD.sub("", plain.casefold())[:WORD_LENGTH]
    return _UMLAUT.sub(r"\1", plain.replace("aa", "a")) if len(plain) > 3 else plain.replace("aa", "a")


_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"shch|schtsch|szcz", "ss"),
        (r"tsch|tch|tsj|cz", "c"),
        (r"dsch|dzh|dj|dzs", "j"),
        (r"sch|sh|sz|zh|sj", "s"),
        (r"kh|ch|ck|q", "k"),
        (r"ph|v|w|ff", "f"),
        (r"ts|tz|z", "s"),
        (r"x", "ks"),
        (r"th|dh|dt", "t"),
        (r"gh", "g"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"^(?:ye|ie|je)", "e"),
        (r"ou|oo", "u"),
        (r"[yj]", "i"),
        (r"ee|ie|ei|ai", "i"),
        (r"h(?=[^aeiou]|$)", ""),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=65536)
def sound(folded: str) -> str:
    """How a folded word roughly sounds, blind to the usual differences between romanisations.

    >>> sound("sergey") == sound("sergej") == sound("sergei"), sound("juri") == sound("yuriy")
    (True, True)
    """
    for pattern, replacement in _SOUNDS:
        folded = pattern.sub(replacement, folded)
    return folded


@lru_cache(maxsize=65536)
def consonants(folded: str) -> str:
    """The first letter and the consonants that follow, by sound: what scripts without vowels leave of a word."""
    heard = sound(folded)
    return heard[:1] + re.sub(r"[aeiou]", "", heard[1:])


@lru_cache(maxsize=65536)
def skeleton(folded: str) -> str:
    """A word without vowels, semivowels and h: what Arabic and Hebrew script leave of it, in any romanisation.

    >>> skeleton("mnswr") == skeleton("mansour") == skeleton("mansur")
    True
    """
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouwyjh]", "", folded))


@lru_cache(maxsize=2048)
def words(text: str) -> tuple[str, ...]:
    """All words of a text, folded, in order; at most 16."""
    found = [word(part) for part in _BETWEEN.split(text[:400])]
    return tuple([part for part in found if part][:16])
