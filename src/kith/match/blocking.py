"""Which records may be compared at all: the keys that the store indexes and the tokens that it counts."""

from functools import lru_cache

from kith.normalize import kinds
from kith.normalize.dates import possible
from kith.normalize.emails import stem
from kith.normalize.features import Features
from kith.normalize.nicknames import root, roots, surname_roots
from kith.normalize.spelling import consonants, skeleton

Words = tuple[str, ...]

KEYS = 40
"""The most keys that a record is filed under."""


def signature(f: Features) -> str:
    """The given name as one word for counting who shares an identifier: "" where none is told."""
    if f.kind != kinds.PERSON:
        return f"*{f.kind}"
    return f.given[0] if f.given and len(f.given[0]) > 1 else ""


def identifiers(f: Features) -> tuple[str, ...]:
    """Everything that one person or one household or firm would carry and others would not."""
    found = [f"tel:{value}" for value in (*f.mobile, *f.fixed)] if f.mobile or f.fixed else []
    if f.personal or f.role:
        found += [f"mail:{value}" for value in (*f.personal, *f.role)]
    if f.profiles:
        found += [f"profile:{value}" for value in f.profiles]
    return tuple(found)


def full_name(f: Features) -> str:
    """Given and family name as a token, "" where one of them is missing."""
    if not f.given or not f.family or f.kind != kinds.PERSON:
        return ""
    return f"full:{root(f.given[0])} {' '.join(f.family)}"


def tokens(f: Features) -> tuple[str, ...]:
    """The tokens whose card counts `Statistics.frequency` holds: names (`given:anna`, `family:muller`,
    `full:anna muller`), firms and domains, identifiers (`tel:+49...`, `mail:...`, `profile:...`), and identifiers
    with the given name of their holder (`tel:+49...~anna`): the latter tell how many different people carry one."""
    holder = signature(f)
    found: list[str] = []
    if f.kind == kinds.PERSON:
        found += [f"given:{name}" for name in f.given]
        found += [f"family:{name}" for name in f.family]
        if full := full_name(f):
            found.append(full)
    if f.firms:
        found += [f"firm:{name}" for name in f.firms]
    if f.domains:
        found += [f"domain:{name}" for name in f.domains]
    for token in identifiers(f):
        found += (token, f"{token}~{holder}")
    return tuple(dict.fromkeys(found))


def keys(f: Features) -> tuple[str, ...]:
    """Blocking keys: two records are compared only when they share one. At most `KEYS`."""
    found = list(identifiers(f))
    if f.kind == kinds.PERSON:
        found += _name_keys(f.given, f.nick, f.middle, f.family, f.birth)
        found += _mixed_keys(f)
    elif f.title:
        found.append(f"title:{f.kind}:{f.title}")
    if f.kind == kinds.HOUSEHOLD:
        found += [f"house:{street}" for street in f.streets]
    unique = tuple(dict.fromkeys(found))
    return unique if len(unique) <= KEYS else unique[:KEYS]


def _pair(a: str, b: str) -> str:
    return f"name:{a} {b}" if a <= b else f"name:{b} {a}"


@lru_cache(maxsize=8192)
def _calls(word: str) -> tuple[str, ...]:
    """The names that a given name may stand for, three at most."""
    return tuple(sorted(roots(word))[:3])


@lru_cache(maxsize=8192)
def _surnames(word: str) -> tuple[str, ...]:
    return tuple(sorted(surname_roots(word))[:3])


@lru_cache(maxsize=1024)
def _name_keys(given: Words, nick: Words, middle: Words, family: Words, birth: Words) -> list[str]:
    """Remembered, since the cards of one name come one after the other."""
    called = [word for word in (*given, *nick) if len(word) > 1]
    calls = (
        _calls(called[0]) if len(called) == 1 else sorted({name for word in called for name in _calls(word)})
    )
    forms = [form for surname in (*family, *birth) for form in _surnames(surname)]
    found = [_pair(call, surname) for surname in forms for call in calls]
    first = given[0] if given else ""
    for surname in family if first else ():
        if len(surname) > 1:
            found.append(f"heard:{first[:1]}{consonants(surname)}")
            if len(first) > 1:
                found.append(f"bones:{skeleton(first)} {skeleton(surname)}")
            if len(first) > 2:
                found.append(f"heard2:{consonants(first)} {surname[:2]}{surname[-1:]}")
    if first and family and (middle or len(family) > 1):
        found.append(f"whole:{''.join(sorted((first, *middle, *family)))}")
    return found


def _mixed_keys(f: Features) -> list[str]:
    call = root(f.given[0]) if f.given else ""
    found = _birth_keys(f, call) if f.birthday and possible(f.birthday) else []
    streets = f.streets[:2]
    if streets:
        found += [f"home:{street}" for street in streets]
    places = [firm.replace(" ", "") for firm in f.firms[:3]] if f.firms else []
    if f.domains and not (f.given and f.family):
        places += [stem(domain) for domain in f.domains[:2]]
    if places:
        names = (*f.family[:2], call) if call else f.family[:2]
        found += [f"work:{place}:{name}" for place in places for name in names]
    if streets and call:
        found += [f"home:{street}:{call}" for street in streets]
    for local in f.locals[:4]:
        found += _local_keys(local)
    if f.given and f.family:
        first, last = f.given[0], f.family[-1]
        found += (f"local:{first}{last}", f"local:{first[:1]}{last}")
    return found


def _birth_keys(f: Features, call: str) -> list[str]:
    born = f.birthday
    found = [f"born:{born[-5:]}:{call[:1]}"] if call else []
    if len(born) == 10:
        found.append(f"born:{born}")  # a whole date singles out few cards, whatever became of the name
    else:
        found += [f"born:{born}:{name[:2]}" for name in f.family[:2]]
    return found


def _local_keys(local: str) -> list[str]:
    """The keys of the words of a mailbox's local part: in case they are a name, and joined."""
    parts = local.split()
    found = []
    if len(parts) == 2:
        for call, surname in (parts, parts[::-1]):
            if len(call) > 1:
                found += [_pair(form, surname) for form in _calls(call)[:2]]
    found.append(f"local:{''.join(parts)}")
    return found
