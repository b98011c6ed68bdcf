"""Pairs judged: the candidates' weights, before anything is joined."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from kith.match.candidates import candidates
from kith.match.ceiling import Ceiling, Sketch
from kith.match.compare import barred, totals, weigh
from kith.match.evidence import Finding
from kith.match.member import Member
from kith.match.names import family, given
from kith.match.statistics import Statistics
from kith.match.verdict import Policy
from kith.match.weights import default
from kith.normalize import kinds

WORD, UID, RULE = 0, 1, 2
"""Who says that two records are one person, in the order of precedence: the user, the card's identity, the score."""

PERSONAL = frozenset({"mobile", "personal", "profile"})
"""Comparisons that find an identifier of one human being."""

_AGREED = frozenset({"same", "some"})


@dataclass(frozen=True, slots=True)
class Edge:
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
        return replace(self, weight=weight, sums=sums, extra=(*self.extra, finding), sure=sure)

    def down_to(self, finding: Finding, weight: float) -> "Edge":
        """The edge as a doubtful one."""
        return replace(self, weight=weight, extra=(*self.extra, finding), sure=False)


def judge(
    members: Sequence[Member], triggers: Set[str], statistics: Statistics, policy: Policy
) -> dict[tuple[str, str], Edge]:
    """The edges worth keeping: from just below the review threshold up. `members` are sorted by id."""
    ceiling = Ceiling(statistics, policy.ask)
    sketches: dict[int, Sketch] = {}
    found: dict[tuple[str, str], Edge] = {}
    for place, others in candidates(members, triggers):
        left = members[place]
        drawn = sketches.pop(place, None) or Sketch(left.features)
        for other in others:
            right = members[other]
            seen = sketches.get(other)
            if seen is None:
                seen = sketches[other] = Sketch(right.features)
            if ceiling.reachable(drawn, seen) or (left.uid and left.uid == right.uid):
                edge = _edge(left, right, statistics, policy)
                if edge is not None:
                    found[left.id, right.id] = edge
    return found


def findings(left: Member, right: Member, statistics: Statistics) -> list[Finding]:
    """What two members' features and places tell."""
    found = weigh(left.features, right.features, statistics)
    if one_book(left, right):
        weights = statistics.weights or default()
        level = "curated" if left.curated and right.curated else "heap"
        found.append(Finding("book", level, weights.bits("book", level)))
    return found


def one_book(left: Member, right: Member) -> bool:
    """Whether both stand in one address book, or in one source of mentions."""
    return left.key.account == right.key.account


def _edge(left: Member, right: Member, statistics: Statistics, policy: Policy) -> Edge | None:
    same_uid = bool(left.uid) and left.uid == right.uid and not one_book(left, right)
    if barred(left.features, right.features) and not same_uid:
        return None
    found = findings(left, right, statistics)
    sums = totals(found)
    weight = min(sums)
    if same_uid:
        return Edge(UID, weight + 50.0, left.id, right.id, True, names_compatible(left, right), sums)
    if weight < policy.ask:
        return None
    identified = any(row.level in _AGREED and row.comparison in PERSONAL for row in found)
    identified = identified or (_born_alike(found) and names_compatible(left, right))
    return Edge(RULE, weight, left.id, right.id, identified, weight >= policy.auto, sums)


def _born_alike(found: list[Finding]) -> bool:
    return any(row.comparison == "birthday" and row.level == "same" for row in found)


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
