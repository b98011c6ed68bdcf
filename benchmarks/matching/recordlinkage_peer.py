"""recordlinkage: several blocking indexes, binary comparison vectors; unsupervised and taught."""

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.matching.outcome import Outcome, Pair, components
from benchmarks.matching.splink_peer import frame
from benchmarks.matching.tables import Row, table

from kith.model.record import SourceRecord

PROBABILITIES = (0.5, 0.9, 0.99, 0.999, 0.9999)
BLOCK = 300
"""Blocks with more cards are left out, as a user with limited memory would."""

_KEYS: dict[str, Callable[[Row], Iterable[str]]] = {
    "mail": lambda row: row.emails,
    "phone": lambda row: row.phones,
    "name": lambda row: [f"{row.given[:1]} {row.family}"] if row.given and row.family else [],
    "turned": lambda row: [f"{row.given} {row.family[:3]}"] if row.given and row.family else [],
    "work": lambda row: [f"{row.family} {row.company}", f"{row.given} {row.company}"] if row.company else [],
    "local": lambda row: [row.local] if len(row.local) > 3 else [],
    "place": lambda row: [f"{row.street} {row.code}"] if row.street else [],
}


def _candidates(rows: Sequence[Row]) -> Any:
    """The union of all blocks as a MultiIndex of card numbers, left < right."""
    import pandas as pd

    found: set[tuple[int, int]] = set()
    for keys in _KEYS.values():
        blocks: dict[str, list[int]] = {}
        for row in rows:
            for key in keys(row):
                blocks.setdefault(key, []).append(row.number)
        for members in blocks.values():
            if len(members) <= BLOCK:
                found.update(
                    (a, b) for place, a in enumerate(members) for b in members[place + 1 :] if a != b
                )
    return pd.MultiIndex.from_tuples(sorted(found), names=["left", "right"])


def _overlap(left: Any, right: Any) -> Any:
    """1 where the lists share a value, 0 where not, -1 where one is empty."""
    import pandas as pd

    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return pd.Series([-1 if not a or not b else int(bool(set(a) & set(b))) for a, b in pairs])


def _signs(rows: Sequence[Row], contradictions: Iterable[str]) -> Any:
    """Binary comparison vectors of all candidate pairs, the only kind the ECM classifier takes: per field "agrees",
    for some "does not contradict" (agrees or unknown), for names also "agrees and is rare" in place of the
    term-frequency adjustment it lacks."""
    import pandas as pd
    import recordlinkage

    compare = recordlinkage.Compare()
    for column in ("given", "family", "company", "place"):
        compare.string(column, column, method="jarowinkler", label=column, missing_value=-1)
    compare.exact("birthday", "birthday", label="birthday", missing_value=-1)
    compare.exact("local", "local", label="local", missing_value=-1)
    for column in ("emails", "phones"):
        compare.compare_vectorized(_overlap, column, column, label=column)
    vectors = compare.compute(_candidates(rows), frame(rows).set_index("unique_id"))
    signs = pd.DataFrame(index=vectors.index)
    for column in vectors.columns:
        signs[f"{column} agrees"] = (vectors[column] >= 0.92).astype(int)
    for column in contradictions:
        signs[f"{column} does not contradict"] = ((vectors[column] < 0) | (vectors[column] >= 0.8)).astype(
            int
        )
    for column, held in (("given", [row.given for row in rows]), ("family", [row.family for row in rows])):
        count = Counter(held)
        rare = [count[held[left]] <= max(4, len(rows) // 500) for left in vectors.index.get_level_values(0)]
        signs[f"{column} rare"] = ((vectors[column] >= 1.0) & rare).astype(int)
    return signs


def _bits(classifier: Any, signs: Any) -> Any:
    """The match weight of each pair from the fitted m and u, in bits; `prob` rounds the sure ones to 1."""
    import numpy as np

    total = np.full(len(signs), np.log2(classifier.p / (1 - classifier.p)))
    for column in signs.columns:
        m, u = classifier.m_probs[column], classifier.u_probs[column]
        weight = {value: np.log2(max(m[value], 1e-9) / max(u[value], 1e-9)) for value in m}
        total += signs[column].map(lambda value, weight=weight: weight.get(value, 0.0)).to_numpy()
    return total


def _outcome(count: int, signs: Any, bits: Any, note: str) -> Outcome:
    pairs: list[Pair] = [
        (int(a), int(b), float(score)) for (a, b), score in zip(signs.index, bits, strict=True) if score > -4
    ]
    clusters = {f"p >= {p}": components(count, pairs, math.log2(p / (1 - p))) for p in PROBABILITIES}
    return Outcome(clusters, pairs, note=f"{note}; {len(signs)} candidate pairs")


def run(records: Iterable[SourceRecord], region: str) -> Outcome:
    """Unsupervised: expectation/conditional maximisation. With more signs than these it finds another division than
    that into same and different people."""
    import recordlinkage

    warnings.simplefilter("ignore")
    rows = table(records, region)
    signs = _signs(rows, ("given",))
    classifier = recordlinkage.ECMClassifier(init="jaro", max_iter=200)
    classifier.fit(signs)
    return _outcome(len(rows), signs, _bits(classifier, signs), "ECM")


def run_labelled(
    records: Iterable[SourceRecord], region: str, training: Iterable[SourceRecord], owners: Sequence[str]
) -> Outcome:
    """Logistic regression, taught with all candidate pairs of a labelled corpus of another seed."""
    import recordlinkage

    warnings.simplefilter("ignore")
    contradictions = ("given", "family", "emails", "phones", "company", "birthday", "place")
    lessons = _signs(table(training, region), contradictions)
    same = [owners[left] == owners[right] for left, right in lessons.index]
    classifier = recordlinkage.LogisticRegressionClassifier()
    classifier.fit(lessons, lessons.index[same])
    rows = table(records, region)
    signs = _signs(rows, contradictions)
    bits = (signs.to_numpy() @ classifier.coefficients + classifier.intercept) / math.log(2)
    return _outcome(len(rows), signs, bits, "logistic regression, labels of another seed")
