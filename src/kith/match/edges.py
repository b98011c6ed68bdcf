"""Pairs judged: the candidates' weights, before anything is joined."""

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from kith.match.candidates import candidates
from kith.match.ceiling import Ceiling
from kith.match.compare import barred, in_order, name_levels, rows, totals, weigh
from kith.match.evidence import Finding, Row
from kith.match.member import Member
from kith.match.names import family, given
from kith.match.scale import Scale
from kith.match.sketch import Sketch
from kith.match.statistics import Statistics
from kith.match.verdict import Policy
from kith.match.weights import Weights, default
from kith.normalize import kinds

WORD, UID, RULE = 0, 1, 2
"""Who says that two records are one person, in the order of precedence: the user, the card's identity, the score."""

PERSONAL = frozenset({"mobile", "personal", "profile"})
"""Comparisons that find an identifier of one human being."""

_AGREED = frozenset({"same", "some"})


class Edge(NamedTuple):
    """A judged pair of record ids, a < b. `extra` are findings that other records than the two give rise to;
    `identified`: a personal identifier agrees; `sure`: it is joined unless something forbids it."""

    rank: int
    weight: float
    a: str
    b: str
    identified: bool = False
    sure: bool = False
    sums: tuple[float, ...] = ()
    extra: tuple[Finding, ...] = ()

    @property
    def order(self) -> tuple[int, float, str, str]:
        return (self.rank, -self.weight, self.a, self.b)

    def with_(self, finding: Finding, policy: Policy) -> "Edge":
        """The edge after one more finding."""
        sums = tuple(x + y for x, y in zip(self.sums, finding.bits, strict=True))
        weight = min(sums)
        sure = self.sure and (self.rank == UID or weight >= policy.auto)
        return self._replace(weight=weight, sums=sums, extra=(*self.extra, finding), sure=sure)

    def down_to(self, finding: Finding, weight: float) -> "Edge":
        """The edge as a doubtful one."""
        return self._replace(weight=weight, extra=(*self.extra, finding), sure=False)


def judge(
    members: Sequence[Member], triggers: Set[str], statistics: Statistics, policy: Policy
) -> dict[tuple[str, str], Edge]:
    """The edges worth keeping: from just below the review threshold up. `members` are sorted by id."""
    bench = _Bench(statistics, policy)
    sketches: dict[int, Sketch] = {}
    found: dict[tuple[str, str], Edge] = {}
    for place, others in candidates(members, triggers):
        left = members[place]
        drawn = sketches.pop(place, None) or Sketch(left.features, statistics.frequency)
        for other in others:
            right = members[other]
            seen = sketches.get(other)
            if seen is None:
                seen = sketches[other] = Sketch(right.features, statistics.frequency)
            edge = bench.edge(left, right, drawn, seen)
            if edge is not None:
                found[left.id, right.id] = edge
    return found


class _Bench:
    """Where pairs of one store are judged by one policy."""

    def __init__(self, statistics: Statistics, policy: Policy) -> None:
        self.policy = policy
        self.scale = Scale(statistics)
        self.ceiling = Ceiling(self.scale, policy.ask)

    def edge(self, left: Member, right: Member, x: Sketch, y: Sketch) -> Edge | None:
        """The edge between two members, whose sketches are `x` and `y`; None where it is not worth keeping."""
        a, b = left.features, right.features
        same_uid = bool(left.uid) and left.uid == right.uid and not one_book(left, right)
        if not same_uid and barred(a, b):
            return None
        x, y = in_order(x, y)
        named = ("", "")
        if a.kind == b.kind == kinds.PERSON:
            named = name_levels(x.features, y.features)
            if not same_uid and not self.ceiling.reachable(x, y, named):
                return None
        found = rows(x, y, named, self.scale)
        if one_book(left, right):
            found.append(one_source(left.curated and right.curated, self.scale.weights))
        sums = totals(found)
        weight = min(sums)
        if same_uid:
            return Edge(UID, weight + 50.0, left.id, right.id, True, names_compatible(left, right), sums)
        if weight < self.policy.ask:
            return None
        return Edge(
            RULE,
            weight,
            left.id,
            right.id,
            _identified(found) or (_born_alike(found) and names_compatible(left, right)),
            weight >= self.policy.auto,
            sums,
        )


def findings(left: Member, right: Member, statistics: Statistics) -> list[Finding]:
    """What two members' features and places tell."""
    found = weigh(left.features, right.features, statistics)
    if one_book(left, right):
        found.append(Finding(*one_source(left.curated and right.curated, statistics.weights or default())))
    return found


def one_book(left: Member, right: Member) -> bool:
    """Whether both stand in one address book, or in one source of mentions."""
    return left.key.account == right.key.account


def one_source(curated: bool, weights: Weights) -> Row:
    """What it tells that both stand in one address book (`curated`), or in one heap of mentions."""
    level = "curated" if curated else "heap"
    return ("book", level, weights.bits("book", level), "")


def _identified(found: Sequence[Row]) -> bool:
    return any(level in _AGREED and comparison in PERSONAL for comparison, level, _, _ in found)


def _born_alike(found: Sequence[Row]) -> bool:
    return any(comparison == "birthday" and level == "same" for comparison, level, _, _ in found)


def names_compatible(left: Member, right: Member) -> bool:
    """Whether two records' names can be one person's (or one firm's): nothing in them contradicts."""
    a, b = left.features, right.features
    if barred(a, b):
        return False
    if a.kind != kinds.PERSON:
        return a.title == b.title or not a.title or not b.title
    given_level, family_level = given(a, b), family(a, b)
    if given_level in {"other", "unlike"}:
        return False
    return family_level != "other" or given_level in {"same", "variant"}


def index(edges: Mapping[tuple[str, str], Edge], least: float) -> dict[str, list[Edge]]:
    """{record id: its edges of at least so many bits}."""
    found: dict[str, list[Edge]] = {}
    for edge in edges.values():
        if edge.weight >= least:
            found.setdefault(edge.a, []).append(edge)
            found.setdefault(edge.b, []).append(edge)
    return found
