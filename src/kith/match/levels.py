"""Which level each comparison of two records reaches: everything but names."""

import re

from rapidfuzz.fuzz import ratio

from kith.normalize.dates import possible
from kith.normalize.emails import local_words, stem
from kith.normalize.features import Features
from kith.normalize.nicknames import alike
from kith.normalize.spelling import consonants, skeleton

_DIGIT = re.compile(r"[0-9]")

GENERATION = 14
"""Years that lie between parent and child at least."""

TELLING = 5
"""Letters, digits and blanks that a mailbox's local part must have to tell anything by itself."""


def shared(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    """The first value that both have, "" for none."""
    if right:
        for value in left:
            if value in right:
                return value
    return ""


def local(a: Features, b: Features) -> tuple[str, str]:
    """What mailboxes' local parts tell where they are not one address.

    `same`: one word that no name explains (`sonne699`), or one name with one number (`jane.doe82`). `name`: a card
    without a name has the other's full name there; `short`: it has the other's initial and family name.
    """
    if not a.locals and not b.locals:
        return "", ""
    for part in a.locals:
        if part in b.locals and len(part) >= TELLING and _telling(part, a, b):
            return "same", part.replace(" ", "")
    if not a.given and not a.family:
        return spelled(b, a.locals), ""
    if not b.given and not b.family:
        return spelled(a, b.locals), ""
    return "", ""


def _telling(part: str, a: Features, b: Features) -> bool:
    if part[-1].isdigit():
        return True
    name = {*a.given, *a.family, *a.middle, *a.birth, *b.given, *b.family, *b.middle, *b.birth}
    joined = part.replace(" ", "")
    return not any(
        len(word) > 2
        and (word in joined or any(alike(word, own) or _resembles(word, own) for own in part.split()))
        for word in name
    )


def _resembles(word: str, own: str) -> bool:
    """Whether a local part's word is a name in another romanisation, or without its vowels."""
    heard = consonants(word)
    return (
        heard == consonants(own)
        or skeleton(word) == skeleton(own)
        or (len(word) > 3 and heard[1:] == consonants(own)[-len(heard[1:]) :])
    )


def family_box(address: str, a: Features, b: Features) -> bool:
    """Whether a mailbox is named after a family rather than after one of its members: mueller@, die-muellers@."""
    parts = [part for part in local_words(address) if not part.isdigit()]
    if parts and parts[0] in {"familie", "family", "fam", "famille", "famiglia", "familia", "die", "the"}:
        return True
    name = "".join(parts)
    families = {
        form for word in (*a.family, *b.family) for form in (word, f"{word}s", f"{word.removesuffix('a')}s")
    }
    joined = {"".join(a.family), "".join(b.family)} - {""}
    if name in families or name in joined or name.startswith("familie"):
        return True
    if name[-1:] != "s" or name in a.given or name in b.given:
        return False
    return consonants(name) in {consonants(form) for form in families if len(form) > 4}


def spelled(f: Features, found: tuple[str, ...]) -> str:
    """How local parts spell a name: `name` (janedoe, doejane), `short` (jdoe, janed) or ""."""
    if not f.given or not f.family or not found:
        return ""
    first, last = f.given[0], f.family[-1]
    if len(last) < 2:
        return ""
    heads = {"".join(word for word in part.split() if not word.isdigit()) for part in found}
    if not heads.isdisjoint({first + last, last + first}) and len(first) > 1:
        return "name"
    return "short" if not heads.isdisjoint({first[0] + last, last + first[0], last}) else ""


def firm(a: Features, b: Features) -> tuple[str, str]:
    """same with the firm, domain with the domain, other where both name employers and none agrees."""
    if not (a.firms or a.domains) or not (b.firms or b.domains):
        return "", ""
    if same := shared(a.firms, b.firms):
        return "same", f"firm:{same}"
    if same := shared(a.domains, b.domains):
        return "domain", f"domain:{same}"
    if near := _by_domain(a, b) or _by_domain(b, a):
        return "same", f"firm:{near}"
    if not a.firms or not b.firms:
        return "", ""
    near = next((x for x in a.firms for y in b.firms if _near(x, y)), "")
    return ("same", f"firm:{near}") if near else ("other", "")


def _by_domain(a: Features, b: Features) -> str:
    """A firm of one that the other's mail domain spells."""
    if not a.firms or not b.domains:
        return ""
    stems = [stem(domain) for domain in b.domains]
    for firm in a.firms:
        if len(firm) > 4 and firm.replace(" ", "") in stems:
            return firm
    return ""


def _near(x: str, y: str) -> bool:
    if x.startswith(y + " ") or y.startswith(x + " "):
        return True
    return ratio(x, y, score_cutoff=88) > 0


def position(a: Features, b: Features) -> str:
    """same where two cards name one position, or one names it more exactly; other or "" where one names none."""
    if not a.positions or not b.positions:
        return ""
    left, right = ([set(words.split()) for words in f.positions] for f in (a, b))
    return "same" if any(one <= two or two <= one for one in left for two in right) else "other"


def numbered(a: Features, b: Features) -> str:
    """A mailbox with a number (`j.doe2@`) at the employer that two cards have in common and that only one of them
    has, "" for none: an employer numbers a mailbox when somebody else there has the name already."""
    if not a.personal and not b.personal:
        return ""
    houses = {firm.replace(" ", "") for firm in (*a.firms, *b.firms)}
    common = {*a.domains} & {*b.domains}
    for address in (*a.personal, *b.personal):
        if _DIGIT.search(address) is None:
            continue
        domain = address.partition("@")[2]
        if domain not in common and stem(domain) not in houses:
            continue
        number = local_words(address)[-1:]
        told = number and number[0].isdigit() and len(number[0]) < 3
        if told and (address not in a.personal or address not in b.personal):
            return address
    return ""


def address(a: Features, b: Features) -> str:
    """same (street and number), town, other or ""."""
    if not (a.codes or a.towns or a.streets) or not (b.codes or b.towns or b.streets):
        return ""
    if shared(a.streets, b.streets):
        return "same"
    if shared(a.codes, b.codes) or shared(a.towns, b.towns):
        return "same" if _near_street(a, b) else "town"
    return "other" if a.codes and b.codes else ""


def _near_street(a: Features, b: Features) -> bool:
    """One street and house number in one town, where the postal code has a slip or the street is misspelt."""
    for left in a.streets:
        code, street, house = left.split("|")
        for right in b.streets:
            other_code, other_street, other_house = right.split("|")
            placed = house and house == other_house and (code == other_code or street == other_street)
            if placed and ratio(street, other_street, score_cutoff=80) > 0:
                return True
    return False


def birthday(a: Features, b: Features) -> str:
    """same, day (one without a year), slip (day and month exchanged, one digit, or two neighbouring ones exchanged),
    other or "". A date that cannot be is a slip of another, or tells nothing."""
    left, right = a.birthday, b.birthday
    if not left or not right:
        return ""
    if left[-5:] == right[-5:]:
        if left == right and not left.startswith("--"):
            return "same" if possible(left) else ""
        if left.startswith("--") or right.startswith("--"):
            return "day"
    if left.startswith("--") or right.startswith("--"):
        return "other" if possible(left) and possible(right) else ""
    swapped = left[:4] == right[:4] and left[5:7] == right[8:] and left[8:] == right[5:7]
    if swapped or _slip(left.replace("-", ""), right.replace("-", "")):
        return "slip"
    return "other" if possible(left) and possible(right) else ""


def _slip(left: str, right: str) -> bool:
    """Whether two texts of one length differ in one character, or in two neighbours that changed places."""
    apart = [place for place, (x, y) in enumerate(zip(left, right, strict=True)) if x != y]
    if len(apart) == 2:
        first, second = apart
        return second == first + 1 and left[first] == right[second] and left[second] == right[first]
    return len(apart) == 1


def coeval(a: Features, b: Features) -> bool:
    """Whether two whole birthdays are less than a generation apart: too near for parent and child."""
    if len(a.birthday) != 10 or len(b.birthday) != 10:
        return False
    return abs(int(a.birthday[:4]) - int(b.birthday[:4])) < GENERATION


def sisters(a: Features, b: Features) -> bool:
    """Whether two forms of one given name are as long as each other, as twins' names are and pet forms are not: Anna and
    Anja, Marie and Maria."""
    return bool(a.given and b.given) and abs(len(a.given[0]) - len(b.given[0])) < 2


def services(a: Features, b: Features) -> str:
    """same where a profile agrees; other where both have an account with one network and it is not the same."""
    if not a.profiles or not b.profiles:
        return ""
    if shared(a.profiles, b.profiles):
        return "same"
    left = {profile.partition(":")[0] for profile in a.profiles}
    right = {profile.partition(":")[0] for profile in b.profiles}
    return "other" if left & right & {"linkedin", "xing"} else ""
