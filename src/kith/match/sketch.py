"""What comparing looks at of one card and of its name, taken once for all their pairs."""

from collections.abc import Mapping
from sys import intern
from types import MappingProxyType

from kith.match.blocking import full_name
from kith.match.levels import TELLING
from kith.normalize import kinds
from kith.normalize.dates import possible
from kith.normalize.emails import stem
from kith.normalize.features import Features

FREQUENT = 4
"""Cards of other people from which on a family name is one of its own and not a slip of another."""

MOBILE, FIXED, PERSONAL, PROFILE, FIRM, ADDRESS, BIRTHDAY, MET, APART = (1 << bit for bit in range(9))
"""What a card may tell, as bits of `Sketch.told`; the last two are of two cards: their `works` meet; both tell a birthday,
and the two `differ`."""

_NONE: Mapping[str, int] = MappingProxyType({})
_NONE_TOLD: frozenset[str] = frozenset()


def bearing(f: Features) -> tuple[object, ...]:
    """All that names are compared by: cards that are equal in this are one in the eyes of every other name."""
    return (f.kind, f.given, f.family, f.middle, f.birth, f.nick, f.generation, f.sex, f.script, f.guessed)


class Naming:
    """One name, taken from the `features` of any card that bears it; `frequency` as in `Statistics`.

    `namesakes`: cards of the full name, `given` and `family`: cards of the given name and of each of the family names;
    `frequent`: whether others carry the family name; `nameless`: neither given nor family name is told; `order`: which
    of two names is looked at first. `first`, `last`: the given and the family name where that is one word in Latin
    script, not guessed, and nothing further stands beside it, else ""; `lone`: whether a person's name is these two.
    """

    __slots__ = (
        "family",
        "features",
        "first",
        "frequent",
        "given",
        "last",
        "lone",
        "nameless",
        "namesakes",
        "order",
    )

    def __init__(self, features: Features, frequency: Mapping[str, int] = _NONE) -> None:
        f = self.features = features
        count = frequency.get
        full = full_name(f)
        self.namesakes = count(full, 0) if full else 0
        self.given = count(f"given:{f.given[0]}", 0) if f.given else 0
        self.family = tuple([count(f"family:{word}", 0) for word in f.family])
        self.frequent = max(self.family, default=0) - self.namesakes >= FREQUENT
        self.nameless = not f.given and not f.family
        self.order = (f.given, f.family)
        plain = not f.script and not f.guessed
        self.first = intern(f.given[0]) if plain and len(f.given) == 1 and not f.middle and not f.nick else ""
        self.last = intern(f.family[0]) if plain and len(f.family) == 1 and not f.birth else ""
        unmarked = f.kind == kinds.PERSON and not f.generation and not f.sex
        self.lone = unmarked and self.first != "" != self.last


class Sketch:
    """A card's features with what its pairs would ask of them again and again.

    `naming`: its name; `born`: its whole birthday, or ""; `digits`: those of `born`, as they stand in a hexadecimal number, 0
    where it cannot be; `told`: which of MOBILE to BIRTHDAY it has, as bits; `ground`: its identifiers, and local parts of
    mailboxes that its own name does not explain; `works`: its employers, mail domains, and the names in those. Two cards whose
    `works` do not meet may have one employer all the same, written in two ways.
    """

    __slots__ = ("born", "digits", "features", "ground", "naming", "told", "works")

    def __init__(self, features: Features, naming: Naming) -> None:
        f = self.features = features
        self.naming = naming
        self.born = f.birthday if len(f.birthday) == 10 else ""
        self.digits = int(self.born.replace("-", ""), 16) if self.born and possible(self.born) else 0
        self.told = (
            (MOBILE if f.mobile else 0)
            | (FIXED if f.fixed else 0)
            | (PERSONAL if f.personal else 0)
            | (PROFILE if f.profiles else 0)
            | (FIRM if f.firms else 0)
            | (ADDRESS if f.codes or f.towns or f.streets else 0)
            | (BIRTHDAY if f.birthday else 0)
        )
        found = [*f.mobile, *f.fixed, *f.personal, *f.role, *f.profiles]
        if f.locals:
            found += [part for part in f.locals if _telling(part, f)]
        self.ground = frozenset(found) if found else _NONE_TOLD
        self.works = _works(f) if f.firms or f.domains else _NONE_TOLD


def differ(x: int, y: int) -> bool:
    """Whether two birthdays (`Sketch.digits`) are both told and neither one nor a slip of the other, as `levels.birthday` has
    it."""
    bits = x ^ y
    places = (bits | bits >> 1 | bits >> 2 | bits >> 3) & 0x11111111  # where their digits differ
    if not (x and y and places & places - 1):
        return False
    if not bits >> 16 and x & 0xFFFF == (y & 0xFF) << 8 | y >> 8 & 0xFF:  # day and month exchanged
        return False
    last = places & -places
    if places != last * 0x11:
        return True
    one, two = x // last & 0xFF, y // last & 0xFF  # neighbours: exchanged?
    return one != (two & 0xF) << 4 | two >> 4


def _works(f: Features) -> frozenset[str]:
    joined = [firm.replace(" ", "") for firm in f.firms if " " in firm]
    return frozenset((*f.firms, *joined, *f.domains, *(stem(domain) for domain in f.domains)))


def _telling(part: str, f: Features) -> bool:
    """Whether a mailbox's local part may tell more than the name on its own card."""
    if len(part) < TELLING:
        return False
    if part[-1].isdigit():
        return True
    joined = part.replace(" ", "")
    return not any(len(word) > 2 and word in joined for word in (*f.given, *f.family, *f.middle, *f.birth))
