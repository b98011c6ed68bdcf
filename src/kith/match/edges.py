"""Judged pairs, and what two members' places and names say about one."""

from collections.abc import Mapping
from operator import add
from typing import NamedTuple

from kith.match.compare import barred, weigh
from kith.match.evidence import Finding, Row
from kith.match.member import Member
from kith.match.names import family, given
from kith.match.statistics import Statistics
from kith.match.verdict import Policy
from kith.match.weights import Weights, default
from kith.normalize import kinds

WORD, UID, RULE = 0, 1, 2
"""Who says that two records are one person, in the order of precedence: the user, the card's identity, the score."""


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
        sums = tuple(map(add, self.sums, finding.bits))
        weight = min(sums)
        sure = self.sure and (self.rank == UID or weight >= policy.auto)
        return self._replace(weight=weight, sums=sums, extra=(*self.extra, finding), sure=sure)

    def down_to(self, finding: Finding, weight: float) -> "Edge":
        """The edge as a doubtful one."""
        return self._replace(weight=weight, extra=(*self.extra, finding), sure=False)


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
