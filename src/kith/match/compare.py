"""Two records compared: which levels they reach, and what those weigh against each rival explanation."""

from collections.abc import Iterable
from math import log2

from kith.match import levels, names, places
from kith.match.blocking import signature
from kith.match.evidence import Evidence, EvidenceItem, Finding, Row
from kith.match.scale import Scale
from kith.match.sketch import ADDRESS, BIRTHDAY, FIRM, Naming, Sketch
from kith.match.statistics import Statistics
from kith.match.verdict import DIFFERENT, Policy
from kith.match.weights import RIVALS, Bits
from kith.match.wording import wording
from kith.normalize import kinds
from kith.normalize.features import Features
from kith.normalize.nicknames import roots

PART = 4.0
"""Bits that a family name loses when only a part of a double name agrees."""

EMPLOYER = 5.2
"""Bits of an employer's rarity that say nothing between two people of one name: both may well be at one that more than
one card in 37 names."""

_ALIKE = frozenset({"same", "spelling"})
_PLACED = frozenset({"mobile", "fixed", "personal", "address"})
_AGREED = frozenset({"same", "some"})

_POLICY = Policy()


def weigh(a: Features, b: Features, statistics: Statistics) -> list[Finding]:
    """All findings, the prior first. Their sums per rival, and the least of these, are the pair's weight."""
    scale = Scale(statistics)
    x, y = in_order(*(Sketch(f, Naming(f, statistics.frequency)) for f in (a, b)))
    if a.kind != kinds.PERSON or b.kind != kinds.PERSON:
        found = places.weigh(x.features, y.features, scale.prior[0], scale.weights)
    else:
        told = name_levels(x.naming, y.naming, bool(x.born) and x.born == y.born)
        found = [*_name_rows(x.naming, y.naming, told, scale), *circumstances(x, y, told, scale)]
    return [Finding(*row) for row in found]


def in_order(x: Sketch, y: Sketch) -> tuple[Sketch, Sketch]:
    """The two so that comparing a with b and b with a is one computation."""
    if x.naming is not y.naming and x.naming.order != y.naming.order:
        return (y, x) if y.naming.order < x.naming.order else (x, y)
    return (y, x) if _rank(y.features) < _rank(x.features) else (x, y)


def _rank(f: Features) -> tuple[tuple[str, ...], ...]:
    return (f.firms, f.mobile, f.personal, f.domains)


def name_levels(x: Naming, y: Naming, born: bool = False) -> tuple[str, str]:
    """The levels of given and family name, of two people's cards in order; `born`: one whole birthday is on both cards."""
    if born or not (x.lone and y.lone) or x.first == y.last or x.last == y.first:
        moved = names.moved(x.features, y.features, born)
        if moved[0]:
            return moved
    return _given(x, y), _family(x, y)


def _given(x: Naming, y: Naming) -> str:
    if x.first and y.first:
        return names.lone_given(x.first, y.first)
    return names.given(x.features, y.features)


def _family(x: Naming, y: Naming) -> str:
    if x.last and y.last:
        return names.lone_family(x.last, y.last)
    return names.family(x.features, y.features)


def name_sums(x: Naming, y: Naming, named: tuple[str, str], scale: Scale) -> Bits:
    """The bits of two people's names, in order, against each rival, the prior included; `named`: their levels."""
    stranger, relative, colleague = scale.prior
    for _, _, bits in _names(x, y, named, scale):
        stranger += bits[0]
        relative += bits[1]
        colleague += bits[2]
    return stranger, relative, colleague


def _name_rows(x: Naming, y: Naming, named: tuple[str, str], scale: Scale) -> list[Row]:
    """What the names alone tell of two people's cards, in order, the prior first; `named`: their levels."""
    a, b = x.features, y.features
    values = {
        "given": a.given[0] if a.given else "",
        "family": " ".join(a.family or b.family),
        "generation": a.generation or b.generation,
    }
    found: list[Row] = [("prior", "prior", scale.prior, "")]
    found += [(name, level, bits, values.get(name, "")) for name, level, bits in _names(x, y, named, scale)]
    return found


def circumstances(x: Sketch, y: Sketch, named: tuple[str, str], scale: Scale) -> list[Row]:
    """What all but the names tells of two people's cards, in order; `named` are the levels of given and family name."""
    a, b = x.features, y.features
    found: list[Row] = []
    common = not x.ground.isdisjoint(y.ground) and _identified(a, b)
    if common:
        _identifiers(a, b, scale, found)
    else:
        _contradicting(a, b, scale, found)
    if (a.locals or b.locals) and not (common and levels.shared(a.personal, b.personal)):
        _locals(x, y, scale, found)
    both = x.told & y.told
    if both & FIRM or not x.works.isdisjoint(y.works):
        _employers(a, b, scale, found)
    if both & ADDRESS and (level := levels.address(a, b)):
        found.append(("address", level, scale.bits("address", level), ""))
    if both & BIRTHDAY:
        _birthday(a, b, named, scale, found)
    return found


def _identified(a: Features, b: Features) -> bool:
    """Whether the two have an identifier in common."""
    own = {*a.mobile, *a.fixed, *a.personal, *a.role, *a.profiles}
    return not own.isdisjoint((*b.mobile, *b.fixed, *b.personal, *b.role, *b.profiles))


def totals(found: Iterable[Row], before: Bits = (0.0, 0.0, 0.0)) -> Bits:
    """The sum of bits against each rival, on top of what there was `before`."""
    stranger, relative, colleague = before
    for _, _, bits, _ in found:
        stranger += bits[0]
        relative += bits[1]
        colleague += bits[2]
    return stranger, relative, colleague


def total(found: Iterable[Row]) -> tuple[float, int]:
    """(least sum of bits over the rivals, index of that rival)."""
    sums = totals(found)
    least = min(sums)
    return least, sums.index(least)


def barred(a: Features, b: Features) -> str:
    """What forbids one person whatever else agrees: two kinds, two generation marks; "" for nothing."""
    if a.kind != b.kind:
        return "kind"
    if a.generation and b.generation and a.generation != b.generation:
        return "generation"
    return ""


def compare(a: Features, b: Features, statistics: Statistics) -> Evidence:
    """The evidence for and against one person, for any two records."""
    found = weigh(a, b, statistics)
    return evidence(a, b, found, statistics)


def evidence(a: Features, b: Features, found: list[Finding], statistics: Statistics) -> Evidence:
    """Findings in words, strongest first."""
    weight, rival = total(found)
    items = [
        EvidenceItem(
            row.comparison,
            row.level,
            row.bits[rival] >= 0,
            round(row.bits[rival], 2),
            wording(row.comparison, row.level, row.value, statistics),
        )
        for row in found
    ]
    items.sort(key=lambda item: (-abs(item.weight), item.comparison, item.level))
    reason = barred(a, b)
    verdict = DIFFERENT if reason else _POLICY.verdict(weight)
    return Evidence(round(weight, 3), tuple(items), verdict, RIVALS[rival], reason)


def _names(
    x: Naming, y: Naming, named: tuple[str, str], scale: Scale
) -> list[tuple[str, str, tuple[float, ...]]]:
    """(comparison, level, bits) of all that two names tell."""
    given, family = named
    own = x.namesakes if x.namesakes > y.namesakes else y.namesakes
    rare = scale.rarity("given", x.given, own) if given == "same" else 0.0
    found = [("given", given, scale.bits("given", given, rare))]
    if family == "spelling" and x.frequent and y.frequent:
        family = "similar"
    rare = 0.0
    if family == "same":
        rare = max([scale.rarity("family", held, own) for held in x.family or y.family], default=0.0)
    elif family == "part":
        rare = _rarest_half(x, y, own, scale) - PART
    found.append(("family", family, scale.bits("family", family, rare)))
    if not (x.lone and y.lone):
        _further(x.features, y.features, given, scale, found)
    return found


def _rarest_half(x: Naming, y: Naming, own: int, scale: Scale) -> float:
    """The rarity of the rarest word that two family names have in common."""
    a, b = x.features, y.features
    agreed = {*a.family, *a.birth} & {*b.family, *b.birth}
    return max(scale.rarity("family", scale.count(f"family:{word}"), own) for word in agreed)


def _further(
    a: Features, b: Features, given: str, scale: Scale, found: list[tuple[str, str, tuple[float, ...]]]
) -> None:
    """What two names tell besides given and family name."""
    if a.guessed or b.guessed:
        found.append(("guess", "guess", scale.bits("guess", "guess")))
    if a.middle and b.middle and given not in {"other", "unlike"} and (level := names.middle(a, b)):
        found.append(("middle", level, scale.bits("middle", level)))
    if a.generation or b.generation:
        level = (
            "same" if a.generation == b.generation else "other" if a.generation and b.generation else "one"
        )
        found.append(("generation", level, scale.bits("generation", level)))
    if a.sex and b.sex and a.sex != b.sex:
        found.append(("sex", "other", scale.bits("sex", "other")))


def _identifiers(a: Features, b: Features, scale: Scale, found: list[Row]) -> None:
    """Where the two have one in common."""
    _phones(a, b, scale, found)
    for comparison, left, right in (("personal", a.personal, b.personal), ("role", a.role, b.role)):
        if value := levels.shared(left, right):
            level = "family" if comparison == "personal" and levels.family_box(value, a, b) else "same"
            bits = scale.bits(comparison, level, scale.unshared)
            found.append((comparison, level, damp(f"mail:{value}", (a, b), bits, scale), value))
        elif left and right and comparison != "role":
            found.append((comparison, "other", scale.bits(comparison, "other"), ""))
    if level := levels.services(a, b):
        value = levels.shared(a.profiles, b.profiles)
        found.append(("profile", level, scale.bits("profile", level, scale.unshared), value))


def _contradicting(a: Features, b: Features, scale: Scale, found: list[Row]) -> None:
    """Where the two have none in common though both have one."""
    if a.mobile and b.mobile:
        found.append(("mobile", "other", scale.bits("mobile", "other"), ""))
    if a.fixed and b.fixed:
        found.append(("fixed", "other", scale.bits("fixed", "other"), ""))
    if a.personal and b.personal:
        found.append(("personal", "other", scale.bits("personal", "other"), ""))
    if a.profiles and b.profiles and levels.services(a, b):
        found.append(("profile", "other", scale.bits("profile", "other"), ""))


def _phones(a: Features, b: Features, scale: Scale, found: list[Row]) -> None:
    """Each kind of number counts once; a number is mobile where either side knows it as one."""
    left, right = (*a.mobile, *a.fixed), (*b.mobile, *b.fixed)
    same = [value for value in left if value in right]
    mobiles = {*a.mobile, *b.mobile}
    for comparison, agreed, both in (
        ("mobile", [value for value in same if value in mobiles], bool(a.mobile and b.mobile)),
        ("fixed", [value for value in same if value not in mobiles], bool(a.fixed and b.fixed)),
    ):
        if agreed:
            level = "some" if comparison == "mobile" and set(a.mobile) != set(b.mobile) else "same"
            bits = scale.bits(comparison, level, scale.unshared)
            damped = [(damp(f"tel:{value}", (a, b), bits, scale), value) for value in agreed]
            found.append((comparison, level, *max(damped)))
        elif both:
            found.append((comparison, "other", scale.bits(comparison, "other"), ""))


def _locals(x: Sketch, y: Sketch, scale: Scale, found: list[Row]) -> None:
    a, b = x.features, y.features
    level, value = levels.local(a, b)
    if not level:
        return
    rare = 0.0
    if level in {"name", "short"}:
        named = y.naming if not a.given and not a.family else x.naming
        rare = scale.rarity("family", named.family[-1], 1)
        rare += scale.rarity("given", named.given, 1) if level == "name" else 1.0
    found.append(("local", level, scale.bits("local", level, rare), value))


def damp(token: str, pair: tuple[Features, Features], bits: Bits, scale: Scale) -> Bits:
    """An identifier's bits, less where other people carry it too: each card with another given name says that it
    belongs to a household or a firm, and many cards at all say that it is a switchboard."""
    held = scale.count(token)
    if held <= 2:
        return bits
    own = {""}
    for f in pair:
        if mine := signature(f):
            own |= {mine, *roots(mine)}
    strangers = max(held - sum(scale.count(f"{token}~{name}") for name in own), 0)
    if not strangers and held <= 8:
        return bits
    loss = 2.0 * log2(1 + strangers) + max(log2(max(held, 1) / 8), 0.0)
    return tuple(max(value - loss, 0.0) if value > 0 else value for value in bits)


def _birthday(a: Features, b: Features, named: tuple[str, str], scale: Scale, found: list[Row]) -> None:
    """`named` are the levels of given and family name."""
    level = levels.birthday(a, b)
    if level == "same" and named[0] in {"variant", "cousin"} and levels.sisters(a, b):
        level = "twins"
    elif level == "other" and _ALIKE.issuperset(named) and levels.coeval(a, b) and _at_one_place(found):
        level = "coeval"
    if level:
        found.append(("birthday", level, scale.bits("birthday", level), a.birthday))


def _at_one_place(found: list[Row]) -> bool:
    """Whether two cards agree in a number, a mailbox or a street: those of a name alone are namesakes sooner."""
    return any(comparison in _PLACED and level in _AGREED for comparison, level, _, _ in found)


def _employers(a: Features, b: Features, scale: Scale, found: list[Row]) -> None:
    level, token = levels.firm(a, b)
    if level == "domain" and (levels.shared(a.personal, b.personal) or levels.shared(a.role, b.role)):
        level = ""  # one mailbox has one domain: that is no second witness
    if not level:
        return
    rare = scale.rarity("firm", scale.count(token), 2) if token else 0.0
    bits = scale.bits("firm", level, rare)
    if level == "same":
        bits = (bits[0], min(bits[1], rare - EMPLOYER), *bits[2:])
    found.append(("firm", level, bits, token))
    if level == "same" and (held := levels.position(a, b)):
        found.append(("position", held, scale.bits("position", held), ""))
    known = levels.shared(a.personal, b.personal) or levels.shared(a.mobile, b.mobile)
    if level != "other" and not known and (box := levels.numbered(a, b)):
        found.append(("numbered", "firm", scale.bits("numbered", "firm"), box))
