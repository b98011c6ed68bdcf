"""Two records compared: which levels they reach, and what those weigh against each rival explanation."""

from math import log2

from kith.match import levels, names, places
from kith.match.blocking import full_name, signature
from kith.match.evidence import Evidence, EvidenceItem, Finding
from kith.match.statistics import Statistics
from kith.match.verdict import DIFFERENT, Policy
from kith.match.weights import RIVALS, Weights, default
from kith.match.wording import wording
from kith.normalize import kinds
from kith.normalize.features import Features
from kith.normalize.nicknames import roots

FREQUENT = 4
"""Cards of other people from which on a family name is one of its own and not a slip of another."""

PART = 4.0
"""Bits that a family name loses when only a part of a double name agrees."""

EMPLOYER = 5.2
"""Bits of an employer's rarity that say nothing between two people of one name: both may well be at one that more than
one card in 37 names."""

GROUND = 500
"""Cards added to the store's own count: a small address book says little about how frequent names are."""

Pair = tuple[Features, Features]

_POLICY = Policy()


def weigh(a: Features, b: Features, statistics: Statistics) -> list[Finding]:
    """All findings, the prior first. Their sums per rival, and the least of these, are the pair's weight."""
    weights = statistics.weights or default()
    if _rank(b) < _rank(a):
        a, b = b, a
    found = [Finding("prior", "prior", prior(statistics, weights))]
    if a.kind != kinds.PERSON or b.kind != kinds.PERSON:
        return places.weigh(a, b, found[0].bits[0], weights)
    _names(a, b, statistics, weights, found)
    _identifiers(a, b, statistics, weights, found)
    _circumstances(a, b, statistics, weights, found)
    return found


def _rank(f: Features) -> tuple[tuple[str, ...], ...]:
    """An order of records, so that comparing a with b and b with a is one computation."""
    return (f.given, f.family, f.firms, f.mobile, f.personal, f.domains)


def totals(found: list[Finding]) -> tuple[float, float, float]:
    """The sum of bits against each rival."""
    stranger = relative = colleague = 0.0
    for row in found:
        bits = row.bits
        stranger += bits[0]
        relative += bits[1]
        colleague += bits[2]
    return stranger, relative, colleague


def total(found: list[Finding]) -> tuple[float, int]:
    """(least sum of bits over the rivals, index of that rival)."""
    sums = totals(found)
    least = min(sums)
    return least, sums.index(least)


def barred(a: Features, b: Features) -> str:
    """What forbids one person whatever else agrees: two kinds, two generation marks, two sexes; "" for nothing."""
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


def prior(statistics: Statistics, weights: Weights) -> tuple[float, ...]:
    """Bits before any comparison: against a stranger the size of the store counts, against kin and colleagues not."""
    stranger, relative, colleague = weights.priors
    return (stranger - log2(statistics.total + GROUND), relative, colleague)


def _rarity(name: str, token: str, own: int, statistics: Statistics, weights: Weights) -> float:
    """-log2 of the share of other cards that carry the token, within the bounds of the weights."""
    low, high = weights.rarity[name]
    others = max(statistics.count(token) - own, 0)
    background = GROUND * 2.0**-high
    share = (others + background) / (statistics.total + GROUND)
    return min(max(-log2(share), low), high)


def _unshared(statistics: Statistics, weights: Weights) -> float:
    """Bits of an identifier against strangers: it singles out one of all cards, whatever their number."""
    return log2(statistics.total + GROUND) + weights.rarity["identifier"][0]


def _names(a: Features, b: Features, statistics: Statistics, weights: Weights, found: list[Finding]) -> None:
    given_level, family_level = names.moved(a, b)
    if not given_level:
        given_level, family_level = names.given(a, b), names.family(a, b)
    own = max(statistics.count(name) if (name := full_name(f)) else 0 for f in (a, b))
    value = a.given[0] if a.given else ""
    rare = _rarity("given", f"given:{value}", own, statistics, weights) if given_level == "same" else 0.0
    found.append(Finding("given", given_level, weights.bits("given", given_level, rare), value))
    if family_level == "spelling" and _both_frequent(a, b, statistics):
        family_level = "similar"
    told = a.family or b.family
    value = " ".join(told)
    rare = 0.0
    if family_level == "same" and told:
        rare = max(_rarity("family", f"family:{word}", own, statistics, weights) for word in told)
    elif family_level == "part":
        agreed = {*a.family, *a.birth} & {*b.family, *b.birth}
        rare = max(_rarity("family", f"family:{word}", own, statistics, weights) for word in agreed) - PART
    found.append(Finding("family", family_level, weights.bits("family", family_level, rare), value))
    if a.guessed or b.guessed:
        found.append(Finding("guess", "guess", weights.bits("guess", "guess")))
    if given_level not in {"other", "unlike"} and (level := names.middle(a, b)):
        found.append(Finding("middle", level, weights.bits("middle", level)))
    _marks(a, b, weights, found)


def _both_frequent(a: Features, b: Features, statistics: Statistics) -> bool:
    """Whether two family names that differ little are both carried by others: Schmid and Schmidt are two names."""
    others = (
        max((statistics.count(f"family:{word}") for word in f.family), default=0)
        - statistics.count(full_name(f))
        for f in (a, b)
    )
    return min(others) >= FREQUENT


def _marks(a: Features, b: Features, weights: Weights, found: list[Finding]) -> None:
    if a.generation or b.generation:
        level = (
            "same" if a.generation == b.generation else "other" if a.generation and b.generation else "one"
        )
        found.append(
            Finding("generation", level, weights.bits("generation", level), a.generation or b.generation)
        )
    if a.sex and b.sex and a.sex != b.sex:
        found.append(Finding("sex", "other", weights.bits("sex", "other")))


def _identifiers(
    a: Features, b: Features, statistics: Statistics, weights: Weights, found: list[Finding]
) -> None:
    _phones(a, b, statistics, weights, found)
    for comparison, left, right in (("personal", a.personal, b.personal), ("role", a.role, b.role)):
        if value := levels.shared(left, right):
            level = "family" if comparison == "personal" and levels.family_box(value, a, b) else "same"
            bits = weights.bits(comparison, level, _unshared(statistics, weights))
            found.append(Finding(comparison, level, damp(f"mail:{value}", (a, b), bits, statistics), value))
        elif left and right and comparison != "role":
            found.append(Finding(comparison, "other", weights.bits(comparison, "other")))
    if level := levels.services(a, b):
        value = levels.shared(a.profiles, b.profiles)
        rare = _unshared(statistics, weights)
        found.append(Finding("profile", level, weights.bits("profile", level, rare), value))
    if not levels.shared(a.personal, b.personal):
        _locals(a, b, statistics, weights, found)


def _phones(a: Features, b: Features, statistics: Statistics, weights: Weights, found: list[Finding]) -> None:
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
            bits = weights.bits(comparison, level, _unshared(statistics, weights))
            damped = [(damp(f"tel:{value}", (a, b), bits, statistics), value) for value in agreed]
            found.append(Finding(comparison, level, *max(damped)))
        elif both:
            found.append(Finding(comparison, "other", weights.bits(comparison, "other")))


def _locals(a: Features, b: Features, statistics: Statistics, weights: Weights, found: list[Finding]) -> None:
    level, value = levels.local(a, b)
    if not level:
        return
    named = b if not a.given and not a.family else a
    rare = 0.0
    if level in {"name", "short"}:
        rare = _rarity("family", f"family:{named.family[-1]}", 1, statistics, weights)
        rare += (
            _rarity("given", f"given:{named.given[0]}", 1, statistics, weights) if level == "name" else 1.0
        )
    found.append(Finding("local", level, weights.bits("local", level, rare), value))


def damp(token: str, pair: Pair, bits: tuple[float, ...], statistics: Statistics) -> tuple[float, ...]:
    """An identifier's bits, less where other people carry it too: each card with another given name says that it
    belongs to a household or a firm, and many cards at all say that it is a switchboard."""
    held = statistics.count(token)
    if held <= 2:
        return bits
    own = {""}
    for f in pair:
        if mine := signature(f):
            own |= {mine, *roots(mine)}
    strangers = max(held - sum(statistics.count(f"{token}~{name}") for name in own), 0)
    if not strangers and held <= 8:
        return bits
    loss = 2.0 * log2(1 + strangers) + max(log2(max(held, 1) / 8), 0.0)
    return tuple(max(value - loss, 0.0) if value > 0 else value for value in bits)


def _circumstances(
    a: Features, b: Features, statistics: Statistics, weights: Weights, found: list[Finding]
) -> None:
    level, token = levels.firm(a, b)
    if level == "domain" and (levels.shared(a.personal, b.personal) or levels.shared(a.role, b.role)):
        level = ""  # one mailbox has one domain: that is no second witness
    if level:
        rare = _rarity("firm", token, 2, statistics, weights) if token else 0.0
        bits = weights.bits("firm", level, rare)
        if level == "same":
            bits = (bits[0], min(bits[1], rare - EMPLOYER), *bits[2:])
        found.append(Finding("firm", level, bits, token))
        if level == "same" and (held := levels.position(a, b)):
            found.append(Finding("position", held, weights.bits("position", held)))
        known = levels.shared(a.personal, b.personal) or levels.shared(a.mobile, b.mobile)
        if level != "other" and not known and (box := levels.numbered(a, b)):
            found.append(Finding("numbered", "firm", weights.bits("numbered", "firm"), box))
    if level := levels.address(a, b):
        found.append(Finding("address", level, weights.bits("address", level)))
    if level := levels.birthday(a, b):
        if level == "same" and names.given(a, b) in {"variant", "cousin"} and levels.sisters(a, b):
            level = "twins"
        found.append(Finding("birthday", level, weights.bits("birthday", level), a.birthday))
