"""Records judged one person: best-first agglomeration with cannot-link constraints."""

from collections.abc import Sequence
from dataclasses import dataclass

from kith.match.candidates import candidates
from kith.match.compare import barred, evidence, total, weigh
from kith.match.evidence import Evidence, EvidenceItem
from kith.match.member import Member
from kith.match.names import family, given
from kith.match.statistics import Statistics
from kith.match.verdict import ASK, SAME, Policy
from kith.match.weights import default
from kith.match.wording import wording
from kith.model.record import RecordKey
from kith.normalize import kinds

__all__ = ["Cluster", "Clustering", "Constraints", "Join", "Policy", "Question", "cluster"]

Pair = tuple[str, str]

_BY = ("user", "uid", "rule")


@dataclass(frozen=True, slots=True)
class Constraints:
    """The user's word, over record ids (`str(RecordKey)`): pairs that are one person, pairs that are not. Both
    outrank every score, `apart` outranks `same`."""

    same: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Join:
    """Two records joined, and why. `by`: user (a decision), uid (one card in two accounts) or rule (the evidence)."""

    a: RecordKey
    b: RecordKey
    evidence: Evidence
    by: str = "rule"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Newcomers that are one person; `person` is the established person they join, None for a new one."""

    members: tuple[RecordKey, ...]
    person: str | None
    joins: tuple[Join, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Two records that may be one person. `gain` ranks the queue: records that a yes would bring together, times how
    likely a yes is."""

    a: RecordKey
    b: RecordKey
    evidence: Evidence
    gain: float = 0.0


@dataclass(frozen=True, slots=True)
class Clustering:
    """Every newcomer stands in exactly one cluster."""

    clusters: tuple[Cluster, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A scored pair; `rank` 0: the user's word, 1: one UID, 2: score."""

    rank: int
    weight: float
    a: str
    b: str
    evidence: Evidence

    @property
    def order(self) -> tuple[int, float, str, str]:
        return (self.rank, -self.weight, self.a, self.b)


class _Groups:
    """Disjoint sets of records with what must not contradict inside one: union by best evidence."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.parent = {member.id: member.id for member in members}
        self.inside = {member.id: [member] for member in members}

    def find(self, record: str) -> str:
        while self.parent[record] != record:
            self.parent[record] = self.parent[self.parent[record]]
            record = self.parent[record]
        return record

    def union(self, a: str, b: str) -> None:
        keep, gone = sorted((self.find(a), self.find(b)))
        self.parent[gone] = keep
        self.inside[keep] += self.inside.pop(gone)


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
    by_id = {member.id: member for member in members}
    triggers = {member.id for member in newcomers}
    edges = _edges(members, triggers, constraints, statistics, policy)
    groups = _Groups(members)
    _link_established(groups, members)
    apart = {frozenset(pair) for pair in constraints.apart}
    joins: list[Edge] = []
    asked: list[Edge] = []
    scored = {frozenset((edge.a, edge.b)): edge for edge in edges}
    for edge in sorted(edges, key=lambda row: row.order):
        left, right = groups.find(edge.a), groups.find(edge.b)
        if left == right:
            continue
        if not _wanted(edge, policy) or not _fits(
            groups.inside[left], groups.inside[right], edge, (apart, scored, policy)
        ):
            asked.append(edge)
            continue
        groups.union(left, right)
        joins.append(edge)
    return _result(newcomers, by_id, groups, joins, _questions(asked, groups, apart, policy, by_id))


def _wanted(edge: Edge, policy: Policy) -> bool:
    return edge.rank == 0 or (
        edge.evidence.verdict == SAME and not (edge.rank == 2 and policy.verdict(edge.weight) != SAME)
    )


def _edges(
    members: Sequence[Member],
    triggers: set[str],
    constraints: Constraints,
    statistics: Statistics,
    policy: Policy,
) -> list[Edge]:
    by_id = {member.id: member for member in members}
    found: dict[Pair, Edge] = {}
    for a, b in candidates(members, triggers):
        left, right = by_id[a], by_id[b]
        edge = _judge(left, right, statistics, policy)
        if edge:
            found[edge.a, edge.b] = edge
    for pair in constraints.same:
        a, b = sorted(pair)
        if a in by_id and b in by_id and a != b:
            word = EvidenceItem("decision", "same", True, 100.0, "you said that they are one person")
            found[a, b] = Edge(0, 100.0, a, b, Evidence(100.0, (word,), SAME, "stranger"))
    return list(found.values())


def _judge(left: Member, right: Member, statistics: Statistics, policy: Policy) -> Edge | None:
    a, b = left.features, right.features
    same_uid = bool(left.uid) and left.uid == right.uid and left.key.account != right.key.account
    if barred(a, b):
        return None
    found = weigh(a, b, statistics)
    if left.key.account == right.key.account:
        weights = statistics.weights or default()
        level = "curated" if left.curated or right.curated else "heap"
        found.append(type(found[0])("book", level, weights.bits("book", level)))
    weight, _ = total(found)
    if same_uid:
        return _by_uid(left, right, evidence(a, b, found, statistics), statistics)
    if weight < policy.ask:
        return None
    return Edge(2, weight, left.id, right.id, evidence(a, b, found, statistics))


def _by_uid(left: Member, right: Member, found: Evidence, statistics: Statistics) -> Edge:
    compatible = names_compatible(left, right)
    item = EvidenceItem("uid", "same", True, 50.0, wording("uid", "same", "", statistics))
    verdict = SAME if compatible else ASK
    whole = Evidence(found.weight + 50.0, (item, *found.items), verdict, found.rival)
    return Edge(1, whole.weight, left.id, right.id, whole)


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


def _link_established(groups: _Groups, members: Sequence[Member]) -> None:
    first: dict[str, str] = {}
    for member in members:
        if member.person is None:
            continue
        if member.person in first:
            groups.union(first[member.person], member.id)
        else:
            first[member.person] = member.id


def _fits(
    left: list[Member],
    right: list[Member],
    edge: Edge,
    context: tuple[set[frozenset[str]], dict[frozenset[str], Edge], Policy],
) -> bool:
    """Whether two groups may become one: no word of the user against it, not two established people, and nothing
    that contradicts anywhere between them."""
    apart, scored, policy = context
    people = {member.person for member in (*left, *right)} - {None}
    if len(people) > 1 or any(frozenset((a.id, b.id)) in apart for a in left for b in right):
        return False
    if edge.rank == 0:
        return True
    for a in left[:40]:
        for b in right[:40]:
            if not _bearable(a, b, scored, policy):
                return False
    return True


def _bearable(a: Member, b: Member, scored: dict[frozenset[str], Edge], policy: Policy) -> bool:
    direct = scored.get(frozenset((a.id, b.id)))
    if direct and (direct.rank < 2 or direct.weight >= policy.auto):
        return True
    if barred(a.features, b.features) or not names_compatible(a, b):
        return False
    if a.key.account == b.key.account:
        return False
    left, right = a.features.birthday, b.features.birthday
    return not left or not right or left[-5:] == right[-5:]


def _questions(
    asked: list[Edge], groups: _Groups, apart: set[frozenset[str]], policy: Policy, by_id: dict[str, Member]
) -> tuple[Question, ...]:
    best: dict[Pair, Edge] = {}
    for edge in sorted(asked, key=lambda row: row.order):
        a, b = sorted((groups.find(edge.a), groups.find(edge.b)))
        if a == b or frozenset((edge.a, edge.b)) in apart or (edge.rank == 2 and edge.weight < policy.ask):
            continue
        if any(frozenset((x.id, y.id)) in apart for x in groups.inside[a] for y in groups.inside[b]):
            continue
        best.setdefault((a, b), edge)
    found = []
    for (a, b), edge in best.items():
        size = min(len(groups.inside[a]), 20) * min(len(groups.inside[b]), 20)
        chance = 1 / (1 + 2.0 ** -max(min(edge.weight, 60.0), -60.0))
        found.append(
            Question(by_id[edge.a].key, by_id[edge.b].key, _asking(edge.evidence), round(size * chance, 4))
        )
    return tuple(sorted(found, key=lambda row: (-row.gain, -row.evidence.weight, row.a, row.b)))


def _asking(found: Evidence) -> Evidence:
    return Evidence(found.weight, found.items, ASK, found.rival, found.barred)


def _result(
    newcomers: Sequence[Member],
    by_id: dict[str, Member],
    groups: _Groups,
    joins: list[Edge],
    questions: tuple[Question, ...],
) -> Clustering:
    inside: dict[str, list[RecordKey]] = {}
    for member in newcomers:
        inside.setdefault(groups.find(member.id), []).append(member.key)
    reasons: dict[str, list[Join]] = {}
    for edge in joins:
        row = Join(by_id[edge.a].key, by_id[edge.b].key, edge.evidence, _BY[edge.rank])
        reasons.setdefault(groups.find(edge.a), []).append(row)
    found = []
    for root in sorted(inside):
        person = next((m.person for m in groups.inside[root] if m.person is not None), None)
        found.append(Cluster(tuple(sorted(inside[root])), person, tuple(reasons.get(root, ()))))
    return Clustering(tuple(found), questions)
