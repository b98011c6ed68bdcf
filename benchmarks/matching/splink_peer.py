"""Splink on DuckDB: unsupervised (EM), and once with parameters taken from a labelled corpus of another seed."""

import logging
import math
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.matching.outcome import Outcome, Pair, components
from benchmarks.matching.tables import Row, table

from kith.model.record import SourceRecord

PROBABILITIES = (0.5, 0.9, 0.99, 0.999, 0.9999)


def frame(rows: Sequence[Row], owners: Sequence[str] | None = None) -> Any:
    """The table as a pandas frame; unknown is None, lists stay lists."""
    import pandas as pd

    columns: dict[str, list[Any]] = {
        "unique_id": [row.number for row in rows],
        "given": [row.given or None for row in rows],
        "family": [row.family or None for row in rows],
        "given_family": [row.full if row.given and row.family else None for row in rows],
        "initial": [row.given[:1] or None for row in rows],
        "emails": [list(row.emails) or None for row in rows],
        "phones": [list(row.phones) or None for row in rows],
        "email": [row.emails[0] if row.emails else None for row in rows],
        "phone": [row.phones[0] if row.phones else None for row in rows],
        "company": [row.company or None for row in rows],
        "birthday": [row.birthday or None for row in rows],
        "place": [f"{row.street} {row.code}".strip() or None for row in rows],
        "local": [row.local if len(row.local) > 3 else None for row in rows],
    }
    if owners is not None:
        columns["owner"] = list(owners)
    return pd.DataFrame(columns)


def _comparisons(known: set[str]) -> list[Any]:
    """Comparisons of the columns that hold anything, with term-frequency adjustment on names, firms and places."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as compare

    mail = compare.CustomComparison(
        output_column_name="emails",
        comparison_levels=[
            levels.NullLevel("emails"),
            levels.ArrayIntersectLevel("emails", 1),
            levels.ExactMatchLevel("local"),
            levels.ElseLevel(),
        ],
    )
    found = {
        "given": compare.NameComparison("given").configure(term_frequency_adjustments=True),
        "family": compare.NameComparison("family").configure(term_frequency_adjustments=True),
        "emails": mail,
        "phones": compare.ArrayIntersectAtSizes("phones", [1]),
        "company": compare.JaroWinklerAtThresholds("company", [0.92]).configure(
            term_frequency_adjustments=True
        ),
        "birthday": compare.ExactMatch("birthday"),
        "place": compare.JaroWinklerAtThresholds("place", [0.95]).configure(term_frequency_adjustments=True),
    }
    return [comparison for name, comparison in found.items() if name in known]


def _settings(known: set[str]) -> Any:
    """Comparisons and blocking rules over the columns that hold anything."""
    from splink import SettingsCreator, block_on

    rules = {
        "emails": [block_on("emails", arrays_to_explode=["emails"]), block_on("local")],
        "phones": [block_on("phones", arrays_to_explode=["phones"])],
        "given": [
            block_on("given", "family"),
            block_on("family", "initial"),
            block_on("given", "substr(family, 1, 3)"),
        ],
        "company": [block_on("given", "company"), block_on("family", "company")],
        "birthday": [block_on("birthday", "initial")],
        "place": [block_on("place")],
    }
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(known),
        blocking_rules_to_generate_predictions=[
            rule for name, held in rules.items() if name in known for rule in held
        ],
        retain_matching_columns=False,
        max_iterations=50,
    )


def _known(rows: Sequence[Row]) -> set[str]:
    """Columns that hold anything."""
    columns = ("given", "family", "emails", "phones", "company", "birthday")
    found = {name for name in columns if any(getattr(row, name) for row in rows)}
    return found | ({"place"} if any(row.street for row in rows) else set())


def _linker(rows: Sequence[Row], settings: Any, owners: Sequence[str] | None = None) -> Any:
    from splink import DuckDBAPI, Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    return Linker(api.register(frame(rows, owners)), settings, log_level=logging.ERROR)


def _prior(linker: Any, known: set[str]) -> None:
    from splink import block_on

    sure = {
        "emails": block_on("email"),
        "phones": block_on("phone"),
        "company": block_on("given", "family", "company"),
    }
    rules = [rule for name, rule in sure.items() if name in known] or [
        block_on("given", "family", "birthday")
    ]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.5)


def _train(linker: Any, known: set[str]) -> None:
    """EM sessions over all records, each with another rule, so that every comparison is free in at least one."""
    from splink import block_on

    _prior(linker, known)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    rules: list[tuple[str, ...]] = [("given", "family")]
    rules += [(column,) for name, column in (("emails", "email"), ("phones", "phone")) if name in known]
    if len(rules) < 3:
        rules += [("birthday",), ("place",)]
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), fix_probability_two_random_records_match=True, record_sample_proportion=1.0
        )


def _predict(linker: Any, count: int, note: str) -> Outcome:
    found = linker.inference.predict(threshold_match_probability=0.05, warning_mode="never")
    linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_probability=0.99)
    data = found.as_pandas_dataframe()
    pairs: list[Pair] = list(
        zip(
            data["unique_id_l"].tolist(),
            data["unique_id_r"].tolist(),
            data["match_weight"].tolist(),
            strict=True,
        )
    )
    clusters = {f"p >= {p}": components(count, pairs, math.log2(p / (1 - p))) for p in PROBABILITIES}
    return Outcome(clusters, pairs, note=note)


def run(records: Iterable[SourceRecord], region: str) -> Outcome:
    """Unsupervised: u by sampling, m by expectation maximisation."""
    rows = table(records, region)
    known = _known(rows)
    linker = _linker(rows, _settings(known))
    _train(linker, known)
    return _predict(linker, len(rows), "unsupervised EM")


def run_labelled(
    records: Iterable[SourceRecord], region: str, training: Iterable[SourceRecord], owners: Sequence[str]
) -> Outcome:
    """m from the true owners of a training corpus; u and the prior from the cards at hand."""
    rows = table(records, region)
    known = _known(rows)
    teacher = _linker(table(training, region), _settings(known), owners)
    teacher.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    teacher.training.estimate_m_from_label_column("owner")
    linker = _linker(rows, teacher.misc.save_model_to_json())
    _prior(linker, known)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    return _predict(linker, len(rows), "m from a labelled corpus of another seed")
