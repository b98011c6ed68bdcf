"""Personal names taken apart: what a card says, in whatever field and order, as folded words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from anyascii import anyascii

from kith.model.contact import Contact, Name
from kith.normalize.spelling import word
from kith.normalize.tables import section

TEXT_LENGTH = 200
"""Characters of a name that are read; the rest of a hostile 100 kB name is ignored."""

CACHED = 8192
"""Texts that are remembered once read: names repeat within a book; a whole book's would take more room than time."""

GENERATIONS = {"ii": "2", "iii": "3", "iv": "4", "2nd": "2", "3rd": "3", "4th": "4"}
_BIRTH = re.compile(r"\b(?:geb\.?|geborene|née|nee|born|nata|ur\.|rozená|z domu|roz\.)\s+", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]{1,40})[\"“”„«»]|(?<!\w)['‘’]([^'‘’]{1,40})['‘’](?!\w)")
_PARENS = re.compile(r"\(([^()]{0,80})\)|\[([^\[\]]{0,80})\]")
_NO_NAME = re.compile(r"[^A-Za-z0-9 \-.,'\"()\[\]&/+_@|]")
"""What stands in no name, of ASCII."""
_QUOTES = frozenset("\"'‘’“”„«»([")
_SPLIT = re.compile(r"[\s_.·・/+|-]+")
_APOSTROPHES = re.compile(r"['’‘`´]")
_MARKED = re.compile(r"\bd\.?\s?([ÄäJj])\.(?=\s|$|,)")
_HAN = re.compile(r"^[\u3400-\u9fff\uac00-\ud7af]{2,4}$")
_TWO_SYLLABLE = frozenset(
    ["欧阳", "司马", "上官", "诸葛", "歐陽", "司馬", "남궁", "황보", "제갈", "선우", "독고"]
)


class PersonName(NamedTuple):
    """A name as folded words. `middle`: further given names; `generation`: jr, sr, 2, 3, 4 or ""; `sex`: f, m or "",
    from a title; `kin`: the card is labelled by kinship (Mom, Onkel Peter); `sure`: the split into given and family
    name is the owner's own; `script`: `abjad` (without vowels: Arabic, Hebrew), `other` (Cyrillic, Greek, Han, ...) or
    "" for Latin."""

    given: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    birth: tuple[str, ...] = ()
    nick: tuple[str, ...] = ()
    generation: str = ""
    sex: str = ""
    kin: str = ""
    sure: bool = False
    script: str = ""

    def __bool__(self) -> bool:
        return bool(self.given or self.family or self.nick)


def read_name(contact: Contact) -> PersonName:
    """The name of a card from its structured name, else its full name, else its nickname."""
    name = contact.name
    given, family = _joined(name.given), _joined(name.family)
    if given and family:
        found = _structured(name, given, family)
    else:
        written = _text(contact.full_name)
        single = written or " ".join((given, _joined(name.additional), family)).strip()
        found = _loose(single, _marks(name))
    if not (contact.nicknames or contact.maiden_name or contact.gender or found.nick or found.birth):
        return found
    nick = [piece for text in contact.nicknames[:5] for piece in _pieces(_text(text.value))]
    birth = _pieces(_text(contact.maiden_name))
    return _with(found, nick, birth, contact.gender)


def _with(found: PersonName, nick: Iterable[str], birth: Iterable[str], gender: str) -> PersonName:
    kin = section("names", "kin")
    nicks = tuple(dict.fromkeys((*found.nick, *(word for word in nick if word not in kin))))[:4]
    births = tuple(dict.fromkeys((*found.birth, *birth)))[:4]
    sex = {"M": "m", "F": "f"}.get(gender[:1].upper(), found.sex)
    return found._replace(birth=births, nick=nicks, sex=sex)


def _joined(parts: tuple[str, ...]) -> str:
    if not parts:
        return ""
    return _text(parts[0] if len(parts) == 1 else " ".join(parts))


def _text(text: str) -> str:
    """Letters, digits and the punctuation of names only: emoji, controls and decorations go."""
    cut = text[:TEXT_LENGTH]
    if cut.isascii() and cut.replace(" ", "").isalpha():
        return cut.strip()
    return _cleaned(cut)


@lru_cache(maxsize=CACHED)
def _cleaned(cut: str) -> str:
    if cut.isascii():
        return " ".join(_NO_NAME.sub(" ", cut).split())
    cut = unicodedata.normalize("NFKC", cut)
    if cut.replace(" ", "").isalpha():
        return " ".join(cut.split())[:TEXT_LENGTH]
    kept = (
        char if unicodedata.category(char)[0] in "LMN" or char in " -.,'’‘\"“”„«»()[]&/+_@·・|" else " "
        for char in cut
    )
    return " ".join("".join(kept).split())[:TEXT_LENGTH]


@lru_cache(maxsize=CACHED)
def _pieces(text: str) -> tuple[str, ...]:
    """The words of a text, folded; apostrophes close up (`O'Brien` is one word), hyphens and dots separate."""
    bare = _APOSTROPHES.sub("", text)
    return tuple([piece for part in _SPLIT.split(bare)[:16] if (piece := word(part.strip(',;:()[]&"')))])


def _marks(name: Name) -> tuple[str, str]:
    """(generation, sex) from prefixes and suffixes."""
    if not name.prefix and not name.suffix:
        return "", ""
    before, after = _pieces(_joined(name.prefix)), _suffixes(_joined(name.suffix))
    return _generation(after), _sex(before)


def _suffixes(text: str) -> tuple[str, ...]:
    if text.isascii() and "." not in text:
        return _pieces(text) if text else ()
    return _pieces(_MARKED.sub(r" d\1 ", text).replace("dÄ", "dae").replace("dä", "dae"))


def _generation(found: Iterable[str]) -> str:
    for piece in found:
        if piece in section("names", "junior"):
            return "jr"
        if piece in section("names", "senior"):
            return "sr"
        if piece in GENERATIONS:
            return GENERATIONS[piece]
    return ""


def _sex(found: Iterable[str]) -> str:
    for piece in found:
        if piece in section("names", "female"):
            return "f"
        if piece in section("names", "male"):
            return "m"
    return ""


class _Part(NamedTuple):
    """The given or the family name of a card, read: its words, what else was found in it (nicknames, birth names), a
    generation mark at its end, its text without those, and whether that is Chinese or Korean."""

    words: tuple[str, ...]
    aside: tuple[str, ...]
    mark: str
    text: str
    han: bool


@lru_cache(maxsize=CACHED)
def _given_part(text: str) -> _Part:
    plain, quoted = _quoted(text)
    return _Part(_strip(_pieces(plain)), quoted, "", plain, bool(_HAN.match(plain.replace(" ", ""))))


@lru_cache(maxsize=CACHED)
def _family_part(text: str) -> _Part:
    plain, birth = _born(text)
    words, mark = _surname(_pieces(plain))
    return _Part(words, birth, mark, plain, bool(_HAN.match(plain)))


def _structured(name: Name, given_text: str, family_text: str) -> PersonName:
    first, last = _given_part(given_text), _family_part(family_text)
    generation, sex = _marks(name)
    given, family = first.words, last.words
    middle = _strip(_pieces(_joined(name.additional))) if name.additional else ()
    if first.han or last.han:
        given, family = _closed(first.text), _closed(last.text)
    script = _script(" ".join((*name.given, *name.family)))
    further = (*given[1:], *middle)[:4] if middle or len(given) > 1 else ()
    mark = generation or last.mark
    return PersonName(given[:1], further, family, last.aside, first.aside, mark, sex, "", True, script)


def _closed(text: str) -> tuple[str, ...]:
    """Chinese and Korean: the syllables of a given name written as one word."""
    piece = word(anyascii(text).replace(" ", ""))
    return (piece,) if piece else ()


def _script(text: str) -> str:
    if text.isascii() or max(text) <= "\u0250":
        return ""
    if any("\u0590" <= char <= "\u06ff" for char in text[:40]):
        return "abjad"
    return (
        "other"
        if any(char > "\u0250" and char.isalpha() and not "\u1e00" <= char <= "\u1eff" for char in text[:40])
        else ""
    )


def _quoted(text: str) -> tuple[str, tuple[str, ...]]:
    """Text without quoted and bracketed parts, and the nicknames in them."""
    if text.isalpha() or _QUOTES.isdisjoint(text):
        return text, ()
    nicks: list[str] = []
    for pattern in (_QUOTED, _PARENS):
        for match in pattern.finditer(text):
            inner = _pieces(match.group(1) or match.group(2) or "")
            if len(inner) == 1 and inner[0] not in section("names", "noise"):
                nicks.extend(inner)
        text = pattern.sub(" ", text)
    return " ".join(text.split()), tuple(nicks[:3])


def _born(text: str) -> tuple[str, tuple[str, ...]]:
    """Text before and name after `geb.`, `née`, `born`, also in brackets."""
    found = None if text.isalpha() else _BIRTH.search(text)
    if not found:
        return text, ()
    return text[: found.start()].rstrip(" (,["), _pieces(text[found.end() :])[:3]


@cache
def _trailing() -> frozenset[str]:
    return section("names", "after") | section("names", "noise")


def _strip(pieces: tuple[str, ...]) -> tuple[str, ...]:
    """Without titles in front and degrees and noise behind, unless nothing would remain."""
    start, end = 0, len(pieces)
    titles, after = section("names", "titles"), _trailing()
    while start < end - 1 and pieces[start] in titles:
        start += 1
    while end - 1 > start and pieces[end - 1] in after:
        end -= 1
    return pieces[start:end]


def _surname(pieces: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """(family words without particles, generation mark found at their end)."""
    pieces = _strip(pieces)
    generation = _generation(pieces[-1:]) if len(pieces) > 1 else ""
    if generation:
        pieces = pieces[:-1]
    kept = tuple(piece for piece in pieces if piece not in section("names", "particles"))
    return (kept or pieces)[:4], generation


@lru_cache(maxsize=CACHED)
def _loose(text: str, marks: tuple[str, str] = ("", "")) -> PersonName:
    """A name written as one text: `Dr. Anna von Weber-Lang`, `Weber, Anna`, `王小明`, `Onkel Peter`, `Mama`."""
    if "@" in text or not (text[:1].isalpha() or any(char.isalpha() for char in text)):
        return PersonName()
    text, birth = _born(text)
    text, nick = _quoted(text)
    generation, sex = marks
    if _HAN.match(text.replace(" ", "")):
        return _han(text)
    head, comma, tail = text.partition(",")
    tail_pieces = _suffixes(tail)
    if comma and tail_pieces and set(tail_pieces) <= _behind():
        generation, comma, text = generation or _generation(tail_pieces), "", head
    script = _script(text)
    if comma and tail_pieces:
        family, mark = _surname(_pieces(head))
        given = _strip(_pieces(tail))
        return PersonName(
            given[:1],
            given[1:4],
            family,
            birth,
            nick,
            generation or mark or _generation(given[1:]),
            sex,
            "",
            True,
            script,
        )
    hyphened = reversed(text.split()) if "-" in text else ()
    double = next((_pieces(token) for token in hyphened if "-" in token), ())
    return _ordered(_suffixes(text), birth, nick, (generation, sex, script), double)


@cache
def _behind() -> frozenset[str]:
    return (
        section("names", "junior")
        | section("names", "senior")
        | section("names", "after")
        | frozenset(GENERATIONS)
    )


def _ordered(
    pieces: tuple[str, ...],
    birth: tuple[str, ...],
    nick: tuple[str, ...],
    marks: tuple[str, str, str],
    double: tuple[str, ...],
) -> PersonName:
    """Given names, particles, family name: the order that most of the covered languages use."""
    generation, sex, script = marks
    sex = sex or _sex(pieces[:1] if len(pieces) > 1 else ())
    kept = _strip(pieces)
    if len(kept) > 2 and (mark := _generation(kept[-1:])):
        generation, kept = generation or mark, kept[:-1]
    kin = ""
    if kept and kept[0] in section("names", "kin"):
        kin, kept = kept[0], kept[1:]
    if not kept:
        return PersonName((), (), (), birth, nick, generation, sex, kin, False, script)
    if len(kept) == 1:
        return PersonName(kept, (), (), birth, nick, generation, sex, kin, False, script)
    split = len(kept) - 1
    if 1 < len(double) < len(kept) and kept[-len(double) :] == double:
        split = len(kept) - len(double)
    particles = section("names", "particles")
    while split > 1 and kept[split - 1] in particles:
        split -= 1
    family, _ = _surname(kept[split:])
    return PersonName(kept[:1], kept[1:split][:4], family, birth, nick, generation, sex, kin, False, script)


def _han(text: str) -> PersonName:
    """Chinese and Korean: the family name comes first and has one syllable, rarely two."""
    plain = text.replace(" ", "")
    parts = text.split()
    if len(parts) == 2:
        first, rest = parts
    else:
        cut = 2 if plain[:2] in _TWO_SYLLABLE and len(plain) > 2 else 1
        first, rest = plain[:cut], plain[cut:]
    return PersonName(_closed(rest), (), _closed(first), script="other")
