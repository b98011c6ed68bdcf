"""Quality of a clustering against the truth: pairs, B-cubed, wrong merges, joins made, and what each miss was."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.matching.corpus import Corpus

from kith.model.record import RecordKey

# Worst first: a wrong merge of two people is counted under the first class that one of its pairs has.
DANGERS = ("father and son", "twins", "organisation and person", "household and person", "relay and person",
           "role and person", "not people", "switchboard", "shared info@", "shared list address", "household",
           "homonyms", "colleagues", "others")  # fmt: skip
FORBIDDEN = frozenset(
    {"organisation and person", "household and person", "relay and person", "role and person"}
)


@dataclass(frozen=True, slots=True)
class Quality:
    """Figures of one clustering. `wrong`: splits needed to part the strangers. `made`: joins that are right;
    `possible`: joins that lead to the truth. Shares lie in 0..1."""

    precision: float
    recall: float
    b3_precision: float
    b3_recall: float
    wrong: int
    made: int
    possible: int

    @property
    def f1(self) -> float:
        return harmonic(self.precision, self.recall)

    @property
    def b3_f1(self) -> float:
        return harmonic(self.b3_precision, self.b3_recall)

    @property
    def joins(self) -> float:
        """Share of the possible joins that was made."""
        return self.made / self.possible if self.possible else 1.0


@dataclass(frozen=True, slots=True)
class Misses:
    """Wrong merges and missed joins by class; `forbidden` merges join kinds or generation marks that never may."""

    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    possible: Counter[str] = field(default_factory=Counter)
    forbidden: int = 0


def harmonic(one: float, two: float) -> float:
    return 2 * one * two / (one + two) if one + two else 0.0


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def quality(clusters: Iterable[Sequence[Hashable]], truth: Mapping[Any, str]) -> Quality:
    """Compares disjoint clusters that cover all items of `truth` with the owners it names."""
    owners = Counter(truth.values())
    cells: list[Counter[str]] = [Counter(truth[item] for item in cluster) for cluster in clusters]
    covered = sum(sum(cell.values()) for cell in cells)
    if covered != len(truth):
        raise ValueError(f"the clusters hold {covered} cards, the corpus has {len(truth)}")
    both = sum(_pairs(cell.values()) for cell in cells)
    said = _pairs(sum(cell.values()) for cell in cells)
    right = _pairs(owners.values())
    made = sum(count - 1 for cell in cells for count in cell.values())
    b3_precision = sum(count * count / sum(cell.values()) for cell in cells for count in cell.values())
    b3_recall = sum(count * count / owners[owner] for cell in cells for owner, count in cell.items())
    return Quality(
        precision=both / said if said else 1.0,
        recall=both / right if right else 1.0,
        b3_precision=b3_precision / covered,
        b3_recall=b3_recall / covered,
        wrong=sum(len(cell) - 1 for cell in cells),
        made=made,
        possible=covered - len(owners),
    )


def misses(clusters: Iterable[Sequence[RecordKey]], corpus: Corpus) -> Misses:
    """Names every wrong merge and every missed join by trap class; a missed join by the easiest pair it had."""
    found = Misses()
    place: dict[RecordKey, int] = {}
    forbidden = 0
    for number, cluster in enumerate(clusters):
        place.update(dict.fromkeys(cluster, number))
        owners: dict[str, list[RecordKey]] = defaultdict(list)
        for key in cluster:
            owners[corpus.truth[key]].append(key)
        parts = sorted(owners.values(), key=lambda part: (-len(part), part[0]))
        for part in parts[1:]:
            traps = {corpus.trap(one, two) for one in parts[0] for two in part}
            found.wrong[min(traps, key=DANGERS.index)] += 1
            forbidden += bool(traps & FORBIDDEN) or any(
                corpus.marked_apart(one, two) for one in parts[0] for two in part
            )
    for keys in corpus.owners.values():
        fragments: dict[int, list[RecordKey]] = defaultdict(list)
        for key in keys:
            fragments[place[key]].append(key)
        _missed(sorted(fragments.values(), key=lambda part: (-len(part), part[0])), corpus, found.missed)
        _missed([[key] for key in sorted(keys)], corpus, found.possible)
    return Misses(found.wrong, found.missed, found.possible, forbidden)


def _missed(fragments: list[list[RecordKey]], corpus: Corpus, count: Counter[str]) -> None:
    """Each fragment after the first is one join that is missing."""
    for number, part in enumerate(fragments[1:], 1):
        pairs = [(one, two) for other in fragments[:number] for one in other for two in part]
        strong = [pair for pair in pairs if corpus.evidence(*pair) == "personal identifier"]
        traps = Counter(corpus.trap(*pair) for pair in strong or pairs)
        kind = "same identifier" if strong else "no identifier"
        count[f"{traps.most_common(1)[0][0]}, {kind}"] += 1


@dataclass(frozen=True, slots=True)
class Review:
    """The queue of questions. `questions` pairs of cards; `right` of them are one person; `joins`: share of possible joins
    made when every question is answered rightly; `first_half`: share of the gain in the first half of the queue."""

    questions: int
    right: int
    joins: float
    first_half: float

    @property
    def precision(self) -> float:
        return self.right / self.questions if self.questions else 1.0


class Joiner:
    """Union-find that counts right and wrong joins as clusters grow."""

    def __init__(self, truth: Mapping[Any, str]) -> None:
        self.parent: dict[Hashable, Hashable] = {item: item for item in truth}
        self.owners: dict[Hashable, set[str]] = {item: {owner} for item, owner in truth.items()}
        self.made = 0
        self.wrong = 0
        self.possible = len(truth) - len(set(truth.values()))

    def join(self, left: Hashable, right: Hashable) -> None:
        one, two = _top(self.parent, left), _top(self.parent, right)
        if one == two:
            return
        if len(self.owners[one]) < len(self.owners[two]):
            one, two = two, one
        common = len(self.owners[one] & self.owners[two])
        self.made += common
        self.wrong += 1 - common
        self.owners[one] |= self.owners.pop(two)
        self.parent[two] = one

    def clusters(self) -> list[list[Hashable]]:
        found: dict[Hashable, list[Hashable]] = defaultdict(list)
        for item in self.parent:
            found[_top(self.parent, item)].append(item)
        return list(found.values())


def review(
    clusters: Iterable[Sequence[Hashable]],
    questions: Sequence[tuple[Hashable, Hashable, float]],
    truth: Mapping[Any, str],
) -> Review:
    """The queue in its order, answered by somebody who knows."""
    joiner = Joiner(truth)
    for cluster in clusters:
        for other in cluster[1:]:
            joiner.join(cluster[0], other)
    before = joiner.made
    gains: list[int] = []
    right = 0
    for left, other, _ in questions:
        if truth[left] == truth[other]:
            right += 1
            joiner.join(left, other)
        gains.append(joiner.made - before)
    total = gains[-1] if gains else 0
    half = gains[len(gains) // 2] / total if total else 0.0
    return Review(len(questions), right, joiner.made / max(joiner.possible, 1), half)


@dataclass(frozen=True, slots=True)
class Point:
    """One place of the trade-off curve: at this score and above, so many wrong merges and right joins."""

    score: float
    wrong: int
    made: int


def curve(pairs: Iterable[tuple[Hashable, Hashable, float]], truth: Mapping[Any, str]) -> list[Point]:
    """Joins everything that scores at least s, for every s that occurs (highest first): connected components."""
    joiner = Joiner(truth)
    points: list[Point] = []
    last: float | None = None
    for left, right, score in sorted(pairs, key=lambda row: -row[2]):
        if last is not None and score != last:
            points.append(Point(last, joiner.wrong, joiner.made))
        joiner.join(left, right)
        last = score
    if last is not None:
        points.append(Point(last, joiner.wrong, joiner.made))
    return points


def best_at(
    pairs: Iterable[tuple[Hashable, Hashable, float]], truth: Mapping[Any, str], precision: float
) -> tuple[float, float]:
    """(F1, precision) of pairs at the best threshold whose precision is at least `precision`, chosen with the truth in
    hand; recall is of all pairs that are one person. (0, 1) where no threshold has it."""
    possible = _pairs(Counter(truth.values()).values())
    parent: dict[Hashable, Hashable] = {item: item for item in truth}
    held: dict[Hashable, Counter[str]] = {item: Counter([owner]) for item, owner in truth.items()}
    right = said = 0
    best = (0.0, 1.0)
    ordered = sorted(pairs, key=lambda row: -row[2])
    for place, (left, other, score) in enumerate(ordered, 1):
        one, two = _top(parent, left), _top(parent, other)
        if one != two:
            right += sum(count * held[one][owner] for owner, count in held[two].items())
            said += held[one].total() * held[two].total()
            held[one] += held.pop(two)
            parent[two] = one
        last = place == len(ordered) or ordered[place][2] != score
        if last and said and right >= precision * said:
            best = max(best, (harmonic(right / said, right / possible), right / said))
    return best


def _top(parent: dict[Hashable, Hashable], item: Hashable) -> Hashable:
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


def best_within(points: Iterable[Point], wrong: int) -> Point:
    """The most joins with at most `wrong` wrong merges: what the best possible threshold would have given."""
    allowed = [point for point in points if point.wrong <= wrong]
    return max(allowed, key=lambda point: point.made, default=Point(float("inf"), 0, 0))
