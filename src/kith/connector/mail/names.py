"""Display names: what of them is a name, which of several is the best, and whether it names a firm."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from kith.model.contact import Name

_QUOTES = " \t\"'`´‘’‚“”„«»‹›"
_PARENTHESES = re.compile(r"\s*[(\[{][^)\]}]*[)\]}]\s*$")
_VIA = re.compile(r"\s(?:via|über|par|vía|tramite)\s", re.IGNORECASE)
_ADDRESS = re.compile(r"\S+@\S+")
_SUFFIXES = re.compile(
    r"(?:(?:jr|sr|i{2,3}|iv|ph\.?d|m\.?d|mba|ll\.?m|esq|m\.?a|b\.?a|m\.?sc|b\.?sc|cpa|dipl\.?-?ing|dr|prof|mag|ing|med)\.?\s*)+",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(
    r"""\s(?:gmbh(?:\s*&\s*co\.?\s*kg)?|mbh|ag|kgaa|ohg|gbr|kg|e\.\s?v\.|eg|ug|inc\.?|ltd\.?|llc|corp\.?|plc|llp
        |s\.?a\.?r\.?l\.?|s\.a\.|s\.l\.|s\.r\.l\.|s\.p\.a\.|b\.?v\.|n\.v\.|oy|ab|a/s|aps|sp\.\sz\so\.o\.)(?:\s|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_FIRM_WORD = re.compile(
    r"""\b(?:team|kundenservice|kundendienst|support|newsletter|redaktion|sekretariat|buchhaltung|verwaltung|stiftung
        |foundation|universit(?:ät|y)|hochschule|gemeinschaftspraxis|zahnarztpraxis|arztpraxis|rechtsanwälte|kanzlei
        |stadtwerke|volkshochschule|verein|restaurant|stadtverwaltung|customer\s(?:care|service)|helpdesk)\b""",
    re.IGNORECASE | re.VERBOSE,
)
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Spoken:
    """A name ready for a contact."""

    full_name: str = ""
    name: Name = field(default_factory=Name)
    kind: str = "individual"


@lru_cache(maxsize=8192)
def tidy(text: str) -> str:
    """A display name without quotes and a trailing remark in parentheses; "" where it is no name at all."""
    text = text.strip(_QUOTES)
    shorter = _PARENTHESES.sub("", text)
    text = (shorter if " " in shorter.strip() else text).strip(_QUOTES).strip(",; ")
    if not any(char.isalpha() for char in text) or _ADDRESS.search(text) or len(text) > LONGEST:
        return ""
    return text


@lru_cache(maxsize=8192)
def before_via(text: str) -> str:
    """The person in `Anna Schmidt via Freunde`, or ""."""
    match = _VIA.search(text)
    return text[: match.start()].strip(_QUOTES) if match else ""


def is_firm(text: str) -> bool:
    """Whether a name is evidently not that of a human being."""
    return bool(_LEGAL_FORM.search(text) or _FIRM_WORD.search(text))


def spoken(text: str) -> Spoken:
    """A tidy name as contact fields. `Müller, Bernd` becomes `Bernd Müller` and tells family and given name apart."""
    if is_firm(text):
        return Spoken(text, kind="org")
    family, comma, given = text.partition(",")
    family, given = family.strip(), given.strip()
    if not comma or not family or not given or "," in given:
        return Spoken(text)
    if _SUFFIXES.fullmatch(given) or len(family.split()) > 3 or len(given.split()) > 3:
        return Spoken(text)
    return Spoken(f"{given} {family}", Name(family=(family,), given=tuple(given.split())))


def quality(text: str, address: str) -> tuple[int, ...]:
    """How good a name is, for choosing among several of one address: higher is better."""
    words = [word for word in re.split(r"[\s,]+", text) if any(char.isalpha() for char in word)]
    local = re.sub(r"[\W_\d]+", "", address.partition("@")[0])
    return (
        int("\ufffd" not in text and "?" not in text),
        int(re.sub(r"[\W_\d]+", "", text.casefold()) != local or len(words) > 1),
        min(len(words), 2),
        int(all(len(word.strip(".")) > 1 for word in words)),
        int(not text.islower() and not text.isupper()),
        int(not text.isascii()),
    )
