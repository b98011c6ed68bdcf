"""Records judged one person: best-first agglomeration with cannot-link constraints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from kith.match import levels
from kith.match.edges import RULE, WORD, Edge, names_compatible, one_book
from kith.match.evidence import Evidence
from kith.match.grounds import Grounds
from kith.match.judge import judge
from kith.match.member import Member
from kith.match.namesakes import agreeing, doubt, reconsider
from kith.match.statistics import Statistics
from kith.match.verdict import ASK, SAME, Policy
from kith.match.weights import default
from kith.model.record import RecordKey, place

__all__ = ["Cluster", "Clustering", "Constraints", "Join", "Policy", "Question", "cluster"]

Pair = tuple[str, str]

WIDE = 40
"""Records of a group that are checked against those of another before they become one."""

_ORDER = attrgetter("order")
_BY = ("user", "uid", "rule")


@dataclass(frozen=True, slots=True)
class Constraints:
    """The user's word, over record ids (`str(RecordKey)`): pairs that are one person, pairs that are not. Both
    outrank every score, `apart` outranks `same`."""

    same: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


class _Grounded:
    """What has grounds weighs as much as they do."""

    __slots__ = ()
    grounds: Grounds

    @property
    def weight(self) -> float:
        """Bits: the weight of the evidence."""
        return self.grounds.weight

    @property
    def evidence(self) -> Evidence:
        """Itemised afresh at each call."""
        return self.grounds.evidence()


@dataclass(frozen=True, slots=True)
class Join(_Grounded):
    """Two records joined, and why. `by`: user (a decision), uid (one card in two accounts) or rule (the evidence)."""

    a: RecordKey
    b: RecordKey
    grounds: Grounds
    by: str = "rule"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Newcomers that are one person; `person` is the established person they join, None for a new one."""

    members: tuple[RecordKey, ...]
    person: str | None
    joins: tuple[Join, ...]


@dataclass(frozen=True, slots=True)
class Question(_Grounded):
    """Two records that may be one person. `gain` ranks the queue: records that a yes would bring together, times how
    likely a yes is."""

    a: RecordKey
    b: RecordKey
    grounds: Grounds
    gain: float = 0.0


@dataclass(frozen=True, slots=True)
class Clustering:
    """Every newcomer stands in exactly one cluster."""

    clusters: tuple[Cluster, ...]
    questions: tuple[Question, ...]


class _Groups:
    """Disjoint sets of records with what must not contradict inside one: union by best evidence. A record that stands
    alone takes no room here."""

    def __init__(self, by_id: Mapping[str, Member]) -> None:
        self.by_id = by_id
        self.parent: dict[str, str] = {}
        self.together: dict[str, list[Member]] = {}
        first: dict[str, str] = {}
        for member in by_id.values():
            if member.person is not None:
                self.union(first.setdefault(member.person, member.id), member.id)

    def find(self, record: str) -> str:
        """The first id of the record's group."""
        parent = self.parent
        while (above := parent.get(record)) is not None:
            if (next_above := parent.get(above)) is not None:
                parent[record] = next_above
            record = above
        return record

    def inside(self, root: str) -> list[Member]:
        """The records of the group whose first id is `root`."""
        return self.together.get(root) or [self.by_id[root]]

    def union(self, a: str, b: str) -> None:
        """Two groups become one."""
        keep, gone = sorted((self.find(a), self.find(b)))
        if keep == gone:
            return
        joined = [*self.inside(keep), *self.inside(gone)]
        self.together.pop(gone, None)
        self.parent[gone] = keep
        self.together[keep] = joined


def cluster(
    newcomers: Sequence[Member],
    established: Sequence[Member],
    constraints: Constraints,
    statistics: Statistics,
    policy: Policy,
) -> Clustering:
    """Who belongs together. `newcomers` have no person yet, or were changed by their owner (then they keep theirs);
    only pairs with one of them are judged; an established person is never fused with another.
    The result does not depend on the order of the members."""
    members = sorted((*newcomers, *established), key=lambda member: member.id)
    weights = statistics.weights or default()
    edges = judge(members, {member.id for member in newcomers}, statistics, policy)
    edges = reconsider(members, edges, policy, weights)
    edges.update(_told(members, constraints))
    line = _Line(members, edges, constraints, statistics, policy)
    line.run()
    if shared := line.shared_identifiers():
        edges = doubt(edges, line.by_id, shared, policy, weights)
        line = _Line(members, edges, constraints, statistics, policy)
        line.run()
    return Clustering(line.clusters(newcomers), line.questions())


def _told(members: Sequence[Member], constraints: Constraints) -> dict[Pair, Edge]:
    known = {member.id for member in members}
    pairs = (tuple(sorted(pair)) for pair in constraints.same)
    return {
        (a, b): Edge(WORD, 100.0, a, b, True, True) for a, b in pairs if a in known and b in known and a != b
    }


class _Line:
    """Best-first agglomeration: the surest pair first, each join checked against everything already inside."""

    def __init__(
        self,
        members: Sequence[Member],
        edges: dict[Pair, Edge],
        constraints: Constraints,
        statistics: Statistics,
        policy: Policy,
    ) -> None:
        self.by_id = {member.id: member for member in members}
        self.edges = edges
        self.apart = {frozenset(pair) for pair in constraints.apart}
        self.statistics = statistics
        self.policy = policy
        self.groups = _Groups(self.by_id)
        self.joins: list[Edge] = []
        self.refused: list[Edge] = []

    def run(self) -> None:
        """Joins what is sure and fits; all else becomes a question."""
        for edge in sorted(filter(self._wanted, self.edges.values()), key=_ORDER):
            left, right = self.groups.find(edge.a), self.groups.find(edge.b)
            if left == right:
                continue
            if self._fits(self.groups.inside(left), self.groups.inside(right), edge):
                self.groups.union(left, right)
                self.joins.append(edge)
            else:
                self.refused.append(edge)

    def shared_identifiers(self) -> frozenset[str]:
        """Identifiers of pairs that were sure and yet contradicted what stood already: two people carry them."""
        blocked = [edge for edge in self.refused if edge.rank == RULE and edge.identified]
        pairs = ((self.by_id[edge.a], self.by_id[edge.b]) for edge in blocked)
        return frozenset(value for left, right in pairs for value in agreeing(left, right))

    def _wanted(self, edge: Edge) -> bool:
        return edge.sure and (edge.rank < RULE or (self.policy.automatic and not self.policy.timid))

    def _fits(self, left: list[Member], right: list[Member], edge: Edge) -> bool:
        """Whether two groups may become one: no word of the user against it, not two established people, and nothing
        that contradicts anywhere between them."""
        people = {member.person for member in (*left, *right)} - {None}
        if len(people) > 1 or (self.apart and self._forbidden(left, right)):
            return False
        if edge.rank == WORD:
            return True
        return all(self._bearable(a, b) for a in left[:WIDE] for b in right[:WIDE])

    def _forbidden(self, left: list[Member], right: list[Member]) -> bool:
        return any(frozenset((a.id, b.id)) in self.apart for a in left for b in right)

    def _bearable(self, a: Member, b: Member) -> bool:
        direct = self.edges.get((a.id, b.id)) or self.edges.get((b.id, a.id))
        if direct is not None and direct.sure:
            return True
        if not names_compatible(a, b) or a.features.generation != b.features.generation:
            return False
        if one_book(a, b):
            return False
        return levels.birthday(a.features, b.features) != "other"

    def questions(self) -> tuple[Question, ...]:
        """One question per pair of groups, the best-supported pair of cards standing for it; ranked by gain."""
        best: dict[Pair, Edge] = {}
        unsure = (edge for edge in self.edges.values() if not self._wanted(edge))
        for edge in sorted((*unsure, *self.refused), key=_ORDER):  # the best first
            a, b = self.groups.find(edge.a), self.groups.find(edge.b)
            if a == b:
                continue
            if self.apart and self._forbidden(self.groups.inside(a), self.groups.inside(b)):
                continue
            best.setdefault((a, b) if a < b else (b, a), edge)
        found = [self._question(edge, pair) for pair, edge in best.items()]
        return tuple(sorted(found, key=lambda row: (-row.gain, -row.weight, row.a, row.b)))

    def _question(self, edge: Edge, pair: Pair) -> Question:
        sizes = [min(len(self.groups.inside(root)), 20) for root in pair]
        chance = 1 / (1 + 2.0 ** -max(min(edge.weight, 60.0), -60.0))
        gain = round(min(sizes) * chance, 4)
        left, right = self.by_id[edge.a], self.by_id[edge.b]
        return Question(left.key, right.key, Grounds(left, right, edge, self.statistics, ASK), gain)

    def _join(self, edge: Edge) -> Join:
        left, right = self.by_id[edge.a], self.by_id[edge.b]
        return Join(left.key, right.key, Grounds(left, right, edge, self.statistics, SAME), _BY[edge.rank])

    def clusters(self, newcomers: Sequence[Member]) -> tuple[Cluster, ...]:
        """Every newcomer in its group, with the joins that made it."""
        new = {member.id for member in newcomers}
        reasons: dict[str, list[Join]] = {}
        for edge in self.joins:
            reasons.setdefault(self.groups.find(edge.a), []).append(self._join(edge))
        found = []
        for root in sorted(self.by_id.keys() - self.groups.parent.keys()):
            inside = self.groups.inside(root)
            keys = [member.key for member in inside if member.id in new]
            if keys:
                person = next((member.person for member in inside if member.person is not None), None)
                keys.sort(key=place)
                found.append(Cluster(tuple(keys), person, tuple(reasons.get(root, ()))))
        return tuple(found)
