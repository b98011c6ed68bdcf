"""Pairs judged: the candidates' weights, before anything is joined.

Most pairs of a large book are out of reach of every threshold, and the same two names meet again and again. So the records
are taken name by name, two names are compared once, and the rest of two cards only where it may matter.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain
from math import inf

from kith.match import levels, places
from kith.match.candidates import candidates
from kith.match.ceiling import Ceiling, both, contrary, most_of_names
from kith.match.compare import barred, circumstances, in_order, name_levels, name_sums, totals
from kith.match.edges import RULE, UID, Edge, names_compatible, one_book, one_source
from kith.match.evidence import Row
from kith.match.member import Member
from kith.match.names import crossed, moved
from kith.match.scale import Scale
from kith.match.sketch import APART, BIRTHDAY, FIRM, MET, Naming, Sketch, bearing, differ
from kith.match.statistics import Statistics
from kith.match.verdict import Policy
from kith.match.weights import RIVALS, Bits
from kith.normalize import kinds

ROUNDING = 1e-6
"""Bits by which sums of the same bits may differ at most, as they are added in another order."""

PERSONAL = frozenset({"mobile", "personal", "profile"})
"""Comparisons that find an identifier of one human being."""

_AGREED = frozenset({"same", "some"})


def judge(
    members: Sequence[Member], triggers: Set[str], statistics: Statistics, policy: Policy
) -> dict[tuple[str, str], Edge]:
    """The edges worth keeping: from just below the review threshold up."""
    groups = by_name(members)
    pairs = candidates(list(chain.from_iterable(groups)), triggers)
    bench = Bench(groups, statistics, policy)
    found: dict[tuple[str, str], Edge] = {}
    for place, others in pairs:
        for other in bench.within_reach(place, others):
            edge = bench.edge(place, other)
            if edge is not None:
                found[edge.a, edge.b] = edge
    return found


def by_name(members: Iterable[Member]) -> list[list[Member]]:
    """The members, those of one name together, and names near those that they will be compared with: what a processor
    fetched for one pair is still at hand for the next."""
    found: dict[tuple[object, ...], list[Member]] = {}
    for member in members:
        found.setdefault(bearing(member.features), []).append(member)
    return sorted(found.values(), key=_filing)


def _filing(alike: Sequence[Member]) -> str:
    f = alike[0].features
    return f"{f.family[0] if f.family else ''} {f.given[0] if f.given else ''}"


class _Names:
    """Two names: the most that pairs of their bearers can weigh by them alone, against each rival; what was compared (the
    sums, and the levels of given and family name), None where it was not needed yet."""

    __slots__ = ("compared", "most")

    def __init__(self, most: Bits, compared: tuple[Bits, tuple[str, str]] | None = None) -> None:
        self.most = most
        self.compared = compared


_BARRED = _Names((-inf,) * len(RIVALS))
_UNBOUNDED = _Names((inf,) * len(RIVALS))


class Bench:
    """Where the pairs of one book are judged by one policy. `members`: those of one name stand together."""

    def __init__(self, groups: Iterable[Sequence[Member]], statistics: Statistics, policy: Policy) -> None:
        self.members: list[Member] = []
        self.sketches: list[Sketch] = []
        for alike in groups:
            naming = Naming(alike[0].features, statistics.frequency)
            self.members += alike
            self.sketches += [Sketch(member.features, naming) for member in alike]
        self.accounts = [member.key.account for member in self.members]
        self.policy = policy
        self.least = policy.ask - ROUNDING
        self.scale = Scale(statistics)
        self.ceiling = Ceiling(self.scale.weights)
        self.books = {curated: one_source(curated, self.scale.weights) for curated in (False, True)}
        self.contrary: dict[tuple[str, str], _Names] = {}
        self.naming: Naming | None = None
        self.known: dict[Naming, _Names] = {}

    def within_reach(self, place: int, others: Sequence[int]) -> Iterator[int]:
        """Those of `others` whose weight with a record may be at the threshold or above it; none is left out whose weight
        is, or which has the record's UID."""
        sketches, known = self.sketches, self._known(place)
        own, uid = sketches[place], self.members[place].uid
        told, ground, works, born, digits = own.told, own.ground, own.works, own.born, own.digits
        ceiling, accounts, account = self.ceiling, self.accounts, self.accounts[place]
        apart = (self.least,) * len(RIVALS)
        _, _, bits, _ = self.books[self.members[place].curated]
        together = tuple(self.least - book for book in bits)
        for other in others:
            seen = sketches[other]
            names = known.get(seen.naming)
            if names is None:
                names = known[seen.naming] = self._names(own.naming, seen.naming)
            common = told & seen.told
            if common & BIRTHDAY and differ(digits, seen.digits):
                common ^= BIRTHDAY | APART
            if not common & FIRM and not works.isdisjoint(seen.works):
                common |= MET
            most, rest = names.most, ceiling[common]
            ask = together if accounts[other] == account else apart
            if (
                (most[0] + rest[0] >= ask[0] and most[1] + rest[1] >= ask[1] and most[2] + rest[2] >= ask[2])
                or not ground.isdisjoint(seen.ground)
                or (born and born == seen.born)
                or (uid and uid == self.members[other].uid)
            ):
                yield other

    def edge(self, place: int, other: int) -> Edge | None:
        """The edge between two members, None where it is not worth keeping."""
        left, right = self.members[place], self.members[other]
        one = one_book(left, right)
        same_uid = not one and left.uid == right.uid != ""
        if not same_uid and barred(left.features, right.features):
            return None
        x, y = self.sketches[place], self.sketches[other]
        book = [self.books[left.curated]] if one else []
        if not same_uid and self._falls_short(x, y, totals(book)):
            return None
        found, sums = self._weighed(x, y)
        sums = totals(book, sums)
        weight = min(sums)
        a, b = (left.id, right.id) if left.id < right.id else (right.id, left.id)
        if same_uid:
            return Edge(UID, weight + 50.0, a, b, True, names_compatible(left, right), sums)
        if weight < self.policy.ask:
            return None
        identified = _identified(found) or (_born_alike(found) and names_compatible(left, right))
        return Edge(RULE, weight, a, b, identified, weight >= self.policy.auto, sums)

    def _known(self, place: int) -> dict[Naming, _Names]:
        """The names that were compared with that of a record so far."""
        naming = self.sketches[place].naming
        if self.naming is not naming:
            self.naming, self.known = naming, {}
        return self.known

    def _names(self, x: Naming, y: Naming) -> _Names:
        if not (x.lone and y.lone):
            if barred(x.features, y.features):
                return _BARRED
            if x.features.kind != kinds.PERSON:
                return _UNBOUNDED
            if y.order < x.order:
                x, y = y, x
        named = name_levels(x, y)
        if not contrary(x, y, named):
            return self._bounded(x, y, (name_sums(x, y, named, self.scale), named))
        found = self.contrary.get(named)
        if found is None:
            found = self.contrary[named] = _Names(most_of_names(self.scale, named))
        return found

    def _bounded(self, x: Naming, y: Naming, compared: tuple[Bits, tuple[str, str]]) -> _Names:
        most = both(compared[0], self.ceiling.spelled) if x.nameless or y.nameless else compared[0]
        return _Names(most, compared)

    def _falls_short(self, x: Sketch, y: Sketch, book: Bits) -> bool:
        """Whether two cards without common ground, `x` that of the record at hand, stay below the threshold when looked at
        closely: their birthdays, their employers, at last how rare their names are. `book`: what it tells that they stand
        in one book."""
        if x.naming.nameless or y.naming.nameless or not x.ground.isdisjoint(y.ground):
            return False
        if x.features.kind != kinds.PERSON:
            return False
        rest = both(self._most_of_rest(x, y), book)
        if not self._turned(x, y):
            names = self.known[y.naming]
            if self._below(names.most, rest):
                return True
            if names.compared is not None:  # then the most is what they weigh
                return False
        return self._below(self._compared(x, y)[0], rest)

    def _below(self, one: Bits, two: Bits) -> bool:
        """Whether the sums are less than the threshold against any rival."""
        least = self.least
        return one[0] + two[0] < least or one[1] + two[1] < least or one[2] + two[2] < least

    def _most_of_rest(self, x: Sketch, y: Sketch) -> Bits:
        """The most that all but the names can add, of two cards without common ground."""
        a, b = x.features, y.features
        told, ceiling, firm = x.told & y.told, self.ceiling, ""
        if told & FIRM or not x.works.isdisjoint(y.works):
            firm, _ = levels.firm(a, b)
            told = told | MET if firm in {"same", "domain"} else told & ~FIRM
        most = ceiling[told & ~BIRTHDAY]
        if firm == "other":
            most = both(most, ceiling.elsewhere)
        if not told & BIRTHDAY:
            return most
        alike = x.digits == y.digits != 0
        return both(most, ceiling.born["same" if alike else levels.birthday(a, b)])

    def _weighed(self, x: Sketch, y: Sketch) -> tuple[list[Row], Bits]:
        """What is found of two cards besides their names, and all bits; `x` is that of the record at hand."""
        one, two = in_order(x, y)
        if one.features.kind == two.features.kind == kinds.PERSON:
            sums, named = self._compared(x, y)
            found = circumstances(one, two, named, self.scale)
            return found, totals(found, sums)
        found = places.weigh(one.features, two.features, self.scale.prior[0], self.scale.weights)
        return found, totals(found)

    def _turned(self, x: Sketch, y: Sketch) -> bool:
        """Whether one whole birthday on both cards lets their names be seen in each other's place."""
        if not x.born or x.born != y.born:
            return False
        a, b = x.naming, y.naming
        if a.lone and b.lone and not crossed(a.first, b.last) and not crossed(b.first, a.last):
            return False  # as `moved` would find
        one, two = in_order(x, y)
        return bool(moved(one.features, two.features, True)[0])

    def _compared(self, x: Sketch, y: Sketch) -> tuple[Bits, tuple[str, str]]:
        """The sums of two cards' names, and the levels of given and family name; `x` is that of the record at hand."""
        turned = self._turned(x, y)
        compared = None if turned else self.known[y.naming].compared
        if compared is None:
            one, two = (y.naming, x.naming) if y.naming.order < x.naming.order else (x.naming, y.naming)
            named = name_levels(one, two, turned)
            compared = name_sums(one, two, named, self.scale), named
            if not turned:
                self.known[y.naming] = self._bounded(one, two, compared)
        return compared


def _identified(found: Sequence[Row]) -> bool:
    return any(level in _AGREED and comparison in PERSONAL for comparison, level, _, _ in found)


def _born_alike(found: Sequence[Row]) -> bool:
    return any(comparison == "birthday" and level == "same" for comparison, level, _, _ in found)
