"""dedupe: learns its blocking and its weights from labelled pairs of the training corpus."""

import io
import logging
import random
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from benchmarks.matching.outcome import Outcome, Pair
from benchmarks.matching.tables import Row, table

from kith.model.record import SourceRecord

EXAMPLES = 300
THRESHOLDS = (0.5, 0.7, 0.9)


def _fields(row: Row) -> dict[str, Any]:
    """A record as dedupe wants it; unknown is None."""
    return {
        "given": row.given or None,
        "family": row.family or None,
        "full": row.full or None,
        "emails": tuple(row.emails) or None,
        "phones": tuple(row.phones) or None,
        "company": row.company or None,
        "birthday": row.birthday or None,
        "place": f"{row.street} {row.code}".strip() or None,
    }


def _examples(rows: Sequence[Row], owners: Sequence[str]) -> Any:
    """True pairs, and false ones of which two thirds are hard: the same surname, phone or company."""
    rng = random.Random(3)
    by_owner: dict[str, list[int]] = defaultdict(list)
    near: dict[str, list[int]] = defaultdict(list)
    for row, owner in zip(rows, owners, strict=True):
        by_owner[owner].append(row.number)
        for key in (row.family, row.company, *row.all_phones):
            if key:
                near[key].append(row.number)
    same = [pair for held in by_owner.values() for pair in combinations(held, 2)]
    hard = [
        pair
        for held in near.values()
        for pair in combinations(held[:20], 2)
        if owners[pair[0]] != owners[pair[1]]
    ]
    easy = [(rng.randrange(len(rows)), rng.randrange(len(rows))) for _ in range(EXAMPLES // 3)]
    easy = [pair for pair in easy if owners[pair[0]] != owners[pair[1]]]
    chosen = {
        "match": rng.sample(same, min(EXAMPLES, len(same))),
        "distinct": rng.sample(hard, EXAMPLES * 2 // 3) + easy,
    }
    return {
        word: [(_fields(rows[left]), _fields(rows[right])) for left, right in pairs]
        for word, pairs in chosen.items()
    }


def run_labelled(
    records: Iterable[SourceRecord], region: str, training: Iterable[SourceRecord], owners: Sequence[str]
) -> Outcome:
    """Trains on labelled pairs of another corpus, then partitions the cards at hand."""
    import dedupe
    from dedupe import variables

    logging.getLogger("dedupe").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    random.seed(1)
    data = {row.number: _fields(row) for row in table(records, region)}
    linker = dedupe.Dedupe(
        [
            variables.String("given", has_missing=True),
            variables.String("family", has_missing=True),
            variables.String("full", has_missing=True),
            variables.Set("emails", has_missing=True),
            variables.Set("phones", has_missing=True),
            variables.String("company", has_missing=True),
            variables.Exact("birthday", has_missing=True),
            variables.String("place", has_missing=True),
        ],
        num_cores=1,
        in_memory=True,
    )
    lessons = io.StringIO()
    dedupe.serializer.write_training(_examples(table(training, region), owners), lessons)
    lessons.seek(0)
    linker.prepare_training(data, training_file=lessons, sample_size=1000)
    linker.train(recall=0.9, index_predicates=False)
    scores = linker.score(linker.pairs(data))
    pairs: list[Pair] = [
        (int(a), int(b), float(score)) for (a, b), score in zip(*_columns(scores), strict=True)
    ]
    clusters: dict[str, list[list[int]]] = {}
    for threshold in THRESHOLDS:
        found = [[int(item) for item in members] for members, _ in linker.cluster(scores, threshold)]
        joined = {item for members in found for item in members}
        clusters[f"threshold {threshold}"] = found + [[item] for item in data if item not in joined]
    return Outcome(clusters, pairs, note=f"{EXAMPLES * 2} labelled pairs of another seed")


def _columns(scores: Any) -> tuple[Any, Any]:
    """Pairs and scores of dedupe's structured array."""
    return scores["pairs"], scores["score"]
