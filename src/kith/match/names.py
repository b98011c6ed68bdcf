"""Comparison levels of given names and family names."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from kith.normalize.features import Features
from kith.normalize.nicknames import alike, known, one_surname, roots
from kith.normalize.spelling import consonants, skeleton, sound
from kith.normalize.tables import section

GENDERED = ("a", "e", "in", "ina", "ine", "ette", "etta", "o", "os", "is", "s")
"""Endings that make another name of a given name (Andrea, Andreas; Paul, Paula), never a slip of the pen."""

GIVEN, FAMILY = 65536, 16384
"""Pairs of words whose level is remembered: names come in the order of the family names, and given names come again with
each of them."""


def slip(a: str, b: str) -> bool:
    """Whether two words differ by a typing slip: one edit from four letters on, two from nine on."""
    one, two = len(a), len(b)
    if one < 4 or two < 4 or not -3 < one - two < 3:
        return False
    limit = 2 if one > 8 < two else 1
    return OSA.distance(a, b, score_cutoff=limit) <= limit


@lru_cache(maxsize=GIVEN)
def given_level(a: str, b: str) -> str:
    """The level of two folded given names: same, variant (a name and its pet form), cousin (two pet forms of one
    name: Bob and Rob, but also Lena and Nora), spelling, short, distant, initial, unlike, or other (surely two names)."""
    if a == b:
        return "same"
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[:1] == b[:1] else "other"
    if alike(a, b):
        near = {a, b} & (roots(a) | roots(b)) or consonants(a) == consonants(b)
        return "variant" if near else "cousin"
    if _apart(a, b):
        return "unlike" if _cut(a, b) else "other"
    if sound(a) == sound(b) or slip(a, b):
        return "spelling"
    if _shortened(a, b):
        return "short"
    return "distant" if _misspelt(a, b) else "unlike"


def _misspelt(a: str, b: str) -> bool:
    """Two slips in one name, or one in a name of three letters: too little alike to count for much by itself."""
    shorter = min(len(a), len(b))
    limit = 2 if shorter > 4 else 1
    return shorter > 2 and OSA.distance(a, b, score_cutoff=limit) <= limit


def _shortened(a: str, b: str) -> bool:
    """A pet form that the table does not know: Wolfi, Wolfgang; Flo, Florian."""
    short, long = sorted((a, b), key=len)
    if len(short) < 3 or len(long) - len(short) < 1:
        return False
    stem = short[:-2] if short.endswith("ie") else short[:-1] if short[-1] in "iyo" else short
    return len(stem) >= 3 and long.startswith(stem)


def _apart(a: str, b: str) -> bool:
    """Two names that resemble each other but are two names: both known with different roots, or two genders."""
    if known(a) and known(b):
        return True
    short, long = sorted((a, b), key=len)
    if long.startswith(short) and long[len(short) :] in GENDERED:
        return True
    return len(a) == len(b) and a[:-1] == b[:-1] and {a[-1], b[-1]} <= set("aeio")


def _cut(a: str, b: str) -> bool:
    """A known name without its end, which is no name that is known (Joshua, Joshu): surely two names it is not."""
    short, long = sorted((a, b), key=len)
    return long.startswith(short) and known(long) and not known(short)


@lru_cache(maxsize=FAMILY)
def family_word_level(a: str, b: str) -> str:
    """same, spelling, initial or other, for two folded family names of one word."""
    if a == b:
        return "same"
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[:1] == b[:1] else "other"
    if one_surname(a, b):
        return "spelling"
    if slip(a, b) or (len(a) > 3 and len(b) > 3 and sound(a) == sound(b)):
        return "spelling"
    return "spelling" if _gendered(a, b) else "other"


def _gendered(a: str, b: str) -> bool:
    """Slavic family names in their two forms: Ivanov, Ivanova; Kowalski, Kowalska. One person keeps one form, but
    sources mix them up, so they are a spelling; the given name tells wife from husband."""
    if a[:2] != b[:2] or abs(len(a) - len(b)) > 1:
        return False
    short, long = sorted((a, b), key=len)
    return (long == short + "a" and short.endswith(("ov", "ev", "in", "ow"))) or (
        len(a) == len(b) and a[:-1] == b[:-1] and a[-4:-1] in {"ski", "cki", "sk", "ck"}
    )


_RANK = {
    "same": 0,
    "variant": 1,
    "part": 1,
    "second": 2,
    "cousin": 2,
    "spelling": 3,
    "initial": 4,
    "other": 5,
}


def given(a: Features, b: Features) -> str:
    """The level of the given names, nicknames and further given names taken together."""
    if not (a.given or a.nick) or not (b.given or b.nick):
        return "missing"
    left, right = a.given[:1] or a.nick[:1], b.given[:1] or b.nick[:1]
    if left == right:
        return "same"
    level = given_level(left[0], right[0])
    if level == "variant":
        return level
    if a.nick or b.nick:
        found = {given_level(x, y) for x in (*left, *a.nick) for y in (*right, *b.nick)}
        if found & {"same", "variant"}:
            return "variant"
    if a.middle or b.middle:
        level = _second(left[0], right[0], a, b) or level
    if level in {"other", "unlike"} and _transcribed(left[0], right[0], a, b):
        return "spelling"
    return level


@lru_cache(maxsize=GIVEN)
def lone_given(a: str, b: str) -> str:
    """`given` where two cards in Latin script tell nothing but one given name each."""
    level = given_level(a, b)
    return "spelling" if level in {"other", "unlike"} and _heard_alike(a, b, 4) else level


@lru_cache(maxsize=FAMILY)
def lone_family(a: str, b: str) -> str:
    """`family` where two cards in Latin script tell one family name each, without a birth name, and neither is guessed."""
    level = family_word_level(a, b)
    return "spelling" if level == "other" and _heard_alike(a, b, 4) else level


def _second(left: str, right: str, a: Features, b: Features) -> str:
    """Hans Peter and Hanspeter, Anna Maria and Maria: the further given names tell."""
    if left + "".join(a.middle[:1]) == right or left == right + "".join(b.middle[:1]):
        return "variant"
    whole_a, whole_b = left + "".join(a.middle[:1]), right + "".join(b.middle[:1])
    if not roots(whole_a).isdisjoint(roots(whole_b)) or alike(whole_a, right) or alike(whole_b, left):
        return "variant"
    if any(len(m) > 1 and given_level(m, right) in {"same", "variant"} for m in a.middle):
        return "second"
    if any(len(m) > 1 and given_level(m, left) in {"same", "variant"} for m in b.middle):
        return "second"
    return ""


def family(a: Features, b: Features) -> str:
    """The level of the family names, with double names and birth names."""
    if not a.family or not b.family:
        return "missing"
    if a.family == b.family or (len(a.family) + len(b.family) > 2 and _joined(a) == _joined(b)):
        return "same"
    if len(a.family) == 1 == len(b.family) and not a.birth and not b.birth:
        best = family_word_level(a.family[0], b.family[0])
    else:
        left, right = (*a.family, *a.birth), (*b.family, *b.birth)
        best = min((family_word_level(x, y) for x in left for y in right), key=_RANK.__getitem__)
    if best == "same":
        return "cross" if _crossed(a, b) else "part"
    return _otherwise(a, b) if best == "other" else best


def _otherwise(a: Features, b: Features) -> str:
    """The level of family names of which no two words agree."""
    if a.guessed or b.guessed:
        return "missing"
    if len(a.family) == 1 == len(b.family):
        return "spelling" if _transcribed(a.family[0], b.family[0], a, b) else "other"
    if any(_transcribed(x, y, a, b) for x in a.family for y in b.family):
        return "spelling"
    return "spelling" if slip(_joined(a), _joined(b)) or _closed_up(a, b) else "other"


def _crossed(a: Features, b: Features) -> bool:
    """Two double names that have one half in common and another besides: Díaz Cano and Díaz Castillo are cousins
    sooner than one person, where Díaz and Díaz Cano may be one."""
    if a.birth or b.birth:
        return False
    left, right = ([word for word in x.family if word not in y.family] for x, y in ((a, b), (b, a)))
    return bool(left and right) and all(family_word_level(x, y) == "other" for x in left for y in right)


def _transcribed(x: str, y: str, a: Features, b: Features) -> bool:
    """Whether two words can be one word of a foreign script in two romanisations."""
    if (a.script or b.script) and "abjad" in (a.script, b.script):
        return len(skeleton(x)) > 1 and skeleton(x) == skeleton(y)
    return _heard_alike(x, y, 3 if a.script or b.script else 4)


def _heard_alike(x: str, y: str, least: int) -> bool:
    """Whether two words sound alike but for their vowels, of at least so many consonants."""
    heard = consonants(x)
    return len(heard) >= least and heard == consonants(y)


def _joined(f: Features) -> str:
    return "".join(sorted(f.family))


def _closed_up(a: Features, b: Features) -> bool:
    """One family name with a blank in it on one card: Mac Donald, MacDonald."""
    left, right = "".join(a.family), "".join(b.family)
    return left == right or slip(left, right)


def moved(a: Features, b: Features, born: bool) -> tuple[str, str]:
    """The levels of given and family name where one of them stands in the other's place on one card, as exports and
    hurried people leave it: both exchanged (one perhaps with a slip), or a family name alone where the given name
    belongs. One whole birthday on both (`born`) lets both have a slip, or only one of them be found again: the rest is then
    taken for two given names, as twins have. ("", "") where none moved."""
    if not (a.given and b.given) or a.given == b.given:
        return "", ""
    if a.family and b.family:
        crossed = a.given[0] == b.family[-1] or b.given[0] == a.family[-1]
        return _exchanged(a, b, born) if crossed or born else ("", "")
    whole, lone = (a, b) if a.family else (b, a)
    if not whole.family or lone.family or lone.nick or known(lone.given[0]):
        return "", ""
    found = _near(lone.given[0], whole.family[-1])
    return ("missing", found) if found else ("", "")


def _exchanged(a: Features, b: Features, born: bool) -> tuple[str, str]:
    """`born`: whether both have one birthday."""
    one, two = _across(a, b), _across(b, a)
    if one and two:
        return one, two
    if born and (one or two) and {given(a, b), family(a, b)} <= {"unlike", "other"}:
        return "unlike", "moved"
    return "", ""


def _across(a: Features, b: Features) -> str:
    """same or spelling where the given names of one are the family name of the other, "" where they are not."""
    found = _near(a.given[0], b.family[-1])
    if not found and (a.middle or len(b.family) > 1):
        particles = section("names", "particles")  # which a family name is read without
        words = [word for word in (*a.given, *a.middle) if word not in particles]
        return _near("".join(words), "".join(b.family))
    return found


def crossed(x: str, y: str) -> bool:
    """Whether a given name and a family name may be one word."""
    return x == y or slip(x, y)


def _near(x: str, y: str) -> str:
    """same, spelling or "": which of two words in each other's place is a given name is not known, so they must not be
    two given names that resemble each other either."""
    if x == y:
        return "same"
    return "spelling" if slip(x, y) and not alike(x, y) and not _apart(x, y) else ""


def middle(a: Features, b: Features) -> str:
    """same, initial, other or "" where one of them has none or the given names cross."""
    if not a.middle or not b.middle:
        return ""
    left, right = a.middle[0], b.middle[0]
    if left == right or set(a.middle) & set(b.middle):
        return "same"
    level = given_level(left, right)
    return {"variant": "same", "spelling": "same", "initial": "initial"}.get(level, level)
