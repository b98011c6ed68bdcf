"""What other records say about a pair: that the name is carried by several people, or that another card fits as well.

Two cards that agree in nothing but a name are one person far more often than not, unless the address book itself
shows two people of that name: two entries in one curated book, two birthdays, a Jr, two mobile numbers.
"""

from collections.abc import Mapping, Sequence, Set
from itertools import combinations

from kith.match import levels
from kith.match.edges import RULE, Edge, index, names_compatible, one_book
from kith.match.evidence import Finding
from kith.match.member import Member
from kith.match.verdict import Policy
from kith.match.weights import Weights
from kith.normalize import kinds
from kith.normalize.nicknames import roots

CROWD = 40
"""Cards of one name from which on it is taken to be carried by several people without looking closer."""

MARGIN = 4.0
"""Bits by which the better of two rival cards must lead to be joined without asking."""

Edges = dict[tuple[str, str], Edge]


def reconsider(members: Sequence[Member], edges: Edges, policy: Policy, weights: Weights) -> Edges:
    """The edges, less sure where other records speak against a hasty join."""
    unsure = _ambiguous(members, edges)
    by_id = {member.id: member for member in members}
    found: Edges = {}
    for pair, edge in edges.items():
        if edge.rank == RULE and (edge.a in unsure or edge.b in unsure):
            edge = _less_sure(edge, by_id[edge.a], by_id[edge.b], policy, weights)
        if edge.rank != RULE or edge.weight >= policy.ask:
            found[pair] = edge
    return _contested(found, by_id, policy, weights)


def _less_sure(edge: Edge, left: Member, right: Member, policy: Policy, weights: Weights) -> Edge:
    """The edge after what the name's several bearers mean for it."""
    level = _level(edge, left, right)
    if not level:
        return edge
    finding = Finding("namesakes", level, weights.bits("namesakes", level))
    after = edge.with_(finding, policy)
    refused = (level != "several" or _at_home(left, right)) and after.weight < policy.ask
    return edge.down_to(finding, policy.ask) if refused else after


def _level(edge: Edge, left: Member, right: Member) -> str:
    """What it means for a pair that its name is carried by several: "" for nothing."""
    a, b = left.features, right.features
    if levels.birthday(a, b) == "same":
        return ""  # they agree in more than a name and a number
    if not edge.identified:
        return "employed" if levels.firm(a, b)[0] == "same" else "several"
    lent = agreeing(left, right) <= {*a.mobile, *b.mobile, *a.fixed, *b.fixed}
    return "lent" if lent and (_partial(left) or _partial(right)) else ""


def _at_home(left: Member, right: Member) -> bool:
    """Whether two records show one home: one number, in one town."""
    a, b = left.features, right.features
    return bool(agreeing(left, right)) and levels.address(a, b) in {"same", "town"}


def _partial(member: Member) -> bool:
    """Whether the name is not wholly on the card: an initial, or a part read out of a mailbox."""
    f = member.features
    return f.guessed or not f.given or not f.family or len(f.given[0]) < 2 or len(f.family[-1]) < 2


def _ambiguous(members: Sequence[Member], edges: Edges) -> frozenset[str]:
    """The ids of the records whose name (root and family name) the records show to be carried by several people."""
    named: dict[tuple[str, str], list[Member]] = {}
    for member in members:
        f = member.features
        if f.given and f.family and f.kind == kinds.PERSON:
            named.setdefault((f.given[0], f.family[-1]), []).append(member)
    groups: dict[str, list[Member]] = {}
    for (given, family), bearers in named.items():
        for root in roots(given):
            groups.setdefault(f"{root} {family}", []).extend(bearers)
    shown = (group for group in groups.values() if len(group) > 1 and _several(group, edges))
    return frozenset(member.id for group in shown for member in group)


def _several(group: Sequence[Member], edges: Mapping[tuple[str, str], Edge]) -> bool:
    if len(group) > CROWD:
        return True
    for left, right in combinations(group, 2):
        if contradict(left, right):
            edge = edges.get((left.id, right.id)) or edges.get((right.id, left.id))
            if edge is None or (not edge.identified and contradict(left, right, asked=True)):
                return True
    return False


def contradict(left: Member, right: Member, asked: bool = False) -> bool:
    """Whether two records of one name, without a personal identifier in common, look like two people. `asked`: the two
    are a question as it is, and then not because two birthdays are less than a generation apart."""
    a, b = left.features, right.features
    if one_book(left, right) and left.curated and right.curated:
        return True
    if a.generation != b.generation or (a.mobile and b.mobile):
        return True
    return levels.birthday(a, b) == "other" and not (asked and levels.coeval(a, b))


def _contested(edges: Edges, by_id: Mapping[str, Member], policy: Policy, weights: Weights) -> Edges:
    """Edges that would be joined although another card, which cannot be the same person's as the first, fits the
    record nearly as well: then nobody knows which, and both are asked."""
    bits = weights.bits("namesakes", "contested")
    doubtful: set[tuple[str, str]] = set()
    for record, strong in index(edges, policy.auto - MARGIN).items():
        if len(strong) < 2:
            continue
        for left, right in combinations(sorted(strong, key=lambda edge: edge.order)[:CROWD], 2):
            x, y = _other(left, record), _other(right, record)
            if _rivals(by_id[x], by_id[y], edges):
                doubtful.add((right.a, right.b))
                if left.weight - right.weight < MARGIN:
                    doubtful.add((left.a, left.b))
    finding = Finding("namesakes", "contested", bits)
    found = dict(edges)
    for pair in doubtful:
        if edges[pair].rank == RULE:
            found[pair] = _doubted(edges[pair], finding, policy)
    return found


def _doubted(edge: Edge, finding: Finding, policy: Policy) -> Edge:
    """Never below the review threshold: a contested pair is a question, not a refusal."""
    return edge.down_to(finding, max(min(edge.weight, policy.auto) + finding.bits[0], policy.ask))


def _other(edge: Edge, record: str) -> str:
    return edge.b if edge.a == record else edge.a


def _rivals(x: Member, y: Member, edges: Edges) -> bool:
    """Whether two cards that fit one record cannot both be its person's."""
    direct = edges.get((x.id, y.id)) or edges.get((y.id, x.id))
    if direct is not None and direct.sure:
        return False
    if x.features.kind != kinds.PERSON:
        return False
    if one_book(x, y) and x.curated and y.curated:
        return True
    return not names_compatible(x, y) or levels.birthday(x.features, y.features) == "other"


def doubt(
    edges: Edges, by_id: Mapping[str, Member], shared: Set[str], policy: Policy, weights: Weights
) -> Edges:
    """Edges without trust in the identifiers of `shared`: two people turned out to carry them."""
    bits = weights.bits("namesakes", "contested")
    finding = Finding("namesakes", "shared", bits)
    found = dict(edges)
    for pair, edge in edges.items():
        if edge.rank == RULE and edge.identified:
            agreed = agreeing(by_id[edge.a], by_id[edge.b])
            if agreed and agreed <= shared:
                found[pair] = _doubted(edge, finding, policy)
    return found


def agreeing(left: Member, right: Member) -> frozenset[str]:
    """The personal identifiers that two records have in common."""
    a, b = left.features, right.features
    return frozenset(
        {*a.mobile, *a.fixed, *a.personal, *a.profiles} & {*b.mobile, *b.fixed, *b.personal, *b.profiles}
    )
