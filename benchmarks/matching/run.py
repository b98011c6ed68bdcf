"""Runs the matching benchmark and writes its page.

    python benchmarks/matching/run.py --people 2000 --seeds 1001 1002 1003 --out docs/benchmarks/matching.md
    python benchmarks/matching/run.py --growth 2000 20000 100000 --engines kith splink --out docs/benchmarks/matching.md
    python benchmarks/matching/run.py --febrl --one-change 100000 --out docs/benchmarks/matching.md

Every call adds its figures to `results.json` beside this file (same size, seed and engine: replaced) and renders the page
from all of them.
"""

import argparse
import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.matching import bars, ceiling, engines, measure, public_data, report  # noqa: E402
from benchmarks.matching.corpus import REGION, Corpus, generate  # noqa: E402
from benchmarks.matching.kith_path import JOINED  # noqa: E402
from benchmarks.matching.public_data import NUMBERED  # noqa: E402

from kith.model.record import RecordKey, SourceRecord  # noqa: E402

RESULTS = Path(__file__).with_name("results.json")
WITHIN = (0, 1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 2000)
TEACHER = 500_000
"""Added to a seed: the labelled corpus (2 000 people) for engines that learn from labels."""
PACKAGES = ("splink", "duckdb", "recordlinkage", "dedupe", "rapidfuzz", "phonenumbers")


def _figures(quality: measure.Quality) -> dict[str, float]:
    return {
        "precision": quality.precision,
        "recall": quality.recall,
        "f1": quality.f1,
        "b3": quality.b3_f1,
        "wrong": quality.wrong,
        "made": quality.made,
        "joins": quality.joins,
    }


def _row(run: engines.Run, truth: dict[int, str]) -> dict[str, Any]:
    """The figures of one engine that need no more than clusters, scores and truth."""
    settings = {name: _figures(measure.quality(found, truth)) for name, found in run.outcome.clusters.items()}
    row: dict[str, Any] = {
        "engine": run.engine, "cpu": run.cpu, "wall": run.wall, "peak": run.peak, "failure": run.failure,
        "note": run.outcome.note, "seconds": run.outcome.seconds, "settings": settings,
    }  # fmt: skip
    if run.outcome.pairs:
        points = measure.curve(run.outcome.pairs, truth)
        row["within"] = {str(limit): measure.best_within(points, limit).made for limit in range(31)}
        row["within"] |= {str(limit): measure.best_within(points, limit).made for limit in WITHIN}
    return row


def _kith(
    run: engines.Run, records: list[SourceRecord], corpus: Corpus | None, truth: dict[int, str]
) -> dict[str, Any]:
    """What is known of kith alone: the review queue, and every miss by trap class."""
    clusters = run.outcome.clusters["default"]
    found = measure.review(clusters, run.outcome.questions, truth)
    answered = measure.Joiner(truth)
    for cluster in clusters:
        for other in cluster[1:]:
            answered.join(cluster[0], other)
    for left, right, _ in run.outcome.questions:
        if truth[left] == truth[right]:
            answered.join(left, right)
    row: dict[str, Any] = {
        "bands": _bands(run, truth),
        "review": {
            "questions": found.questions,
            "right": found.right,
            "joins": found.joins,
            "f1": measure.quality(answered.clusters(), truth).f1,
            "first_half": found.first_half,
        },
    }
    if corpus is not None:
        first = measure.misses(_keyed(clusters, records), corpus)
        after = measure.misses(_keyed(answered.clusters(), records), corpus)
        row |= {
            "wrong": first.wrong,
            "forbidden": first.forbidden,
            "missed": first.missed,
            "possible": first.possible,
        }
        row |= {"lost": after.missed, "asked_wrong": _asked_wrong(run, records, corpus, truth)}
    return row


def _bands(run: engines.Run, truth: dict[int, str]) -> dict[str, list[int]]:
    """How often a pair of so many bits is one person: {"joined 8": [right, wrong]}, bands of two bits."""
    found: dict[str, list[int]] = {}
    for left, right, score in run.outcome.pairs:
        joined = score > JOINED / 2
        band = int((score - JOINED * joined) // 2 * 2)
        cell = found.setdefault(f"{'joined' if joined else 'asked'} {band}", [0, 0])
        cell[truth[left] != truth[right]] += 1
    return found


def _asked_wrong(
    run: engines.Run, records: list[SourceRecord], corpus: Corpus, truth: dict[int, str]
) -> dict[str, int]:
    count: dict[str, int] = {}
    for left, right, _ in run.outcome.questions:
        if truth[left] != truth[right]:
            trap = corpus.trap(records[left].key, records[right].key)
            count[trap] = count.get(trap, 0) + 1
    return count


def _keyed(clusters: Any, records: list[SourceRecord]) -> list[list[RecordKey]]:
    return [[records[number].key for number in cluster] for cluster in clusters]


def corpus_run(people: int, seed: int, names: list[str], limit: float) -> list[dict[str, Any]]:
    """All engines on one corpus."""
    corpus = generate(people, seed)
    teacher = generate(2000, seed + TEACHER) if set(names) & set(engines.TAUGHT) else None
    records = list(corpus.records)
    truth = {number: corpus.truth[record.key] for number, record in enumerate(records)}
    told = ceiling.told(corpus)
    rows = []
    for name in names:
        run = engines.run(name, records, REGION, teacher, limit)
        row = {"people": people, "seed": seed, "cards": len(records), "possible": corpus.joins} | _row(
            run, truth
        )
        row["told"] = told
        if name == "kith" and not run.failure:
            row["kith"] = _kith(run, records, corpus, truth)
        rows.append(row)
        print(report.line(row), flush=True)
    return rows


def febrl_run(names: list[str], limit: float, numbered: bool) -> list[dict[str, Any]]:
    """All engines that need no labels on FEBRL 4, without its number or with that as TEL."""
    records, owners = public_data.febrl4(numbered)
    apart = public_data.given_names_apart(records, owners)
    provable = ceiling.provable(records, owners)
    truth = {number: owners[record.key] for number, record in enumerate(records)}
    rows = []
    for name in names:
        if name in engines.TAUGHT:
            continue
        run = engines.run(name, records, public_data.REGION, None, limit)
        row = {
            "set": NUMBERED if numbered else "febrl4",
            "cards": len(records),
            "possible": 5000,
            "apart": apart,
            "provable": provable,
        } | _row(run, truth)
        if name == "kith" and not run.failure:
            row["kith"] = _kith(run, records, None, truth)
        if run.outcome.pairs:
            row["at"] = measure.best_at(run.outcome.pairs, truth, bars.PRECISION)
        rows.append(row)
        print(report.line(row), flush=True)
    return rows


def change_run(people: int, seed: int, limit: float) -> dict[str, Any]:
    """One changed card in a store of `people`."""
    run = engines.run("one-change", generate(people, seed).records, REGION, None, limit)
    return {
        "people": people,
        "seed": seed,
        "failure": run.failure,
        "note": run.outcome.note,
    } | run.outcome.seconds


def _machine() -> dict[str, Any]:
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "system": platform.system(),
    }
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _keep(results: dict[str, Any], section: str, row: dict[str, Any], same: tuple[str, ...]) -> None:
    """Replaces the row of the same size, seed and engine."""
    rows = results.setdefault(section, [])
    rows[:] = [old for old in rows if any(old.get(name) != row.get(name) for name in same)]
    rows.append(row)


def main() -> None:
    """Parses the command line, runs what it asks for, writes `results.json` and the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="*", default=[])
    parser.add_argument("--seeds", type=int, nargs="*", default=[1001, 1002, 1003])
    parser.add_argument("--engines", nargs="*", default=list(engines.NAMES), choices=engines.NAMES)
    parser.add_argument(
        "--growth", type=int, nargs="*", default=[], help="sizes that are run with the first seed only"
    )
    parser.add_argument("--febrl", action="store_true")
    parser.add_argument("--one-change", type=int, default=0, metavar="PEOPLE")
    parser.add_argument("--limit", type=float, default=900.0, help="seconds that one engine may take")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    results = json.loads(asked.results.read_text(encoding="utf-8")) if asked.results.exists() else {}
    results["machine"] = _machine()
    jobs = [(people, seed) for people in asked.people for seed in asked.seeds]
    jobs += [(people, asked.seeds[0]) for people in asked.growth]
    for people, seed in jobs:
        for row in corpus_run(people, seed, asked.engines, asked.limit):
            _keep(results, "corpora", row, ("people", "seed", "engine"))
    if asked.febrl:
        for numbered in (False, True):
            for row in febrl_run(asked.engines, asked.limit, numbered):
                _keep(results, "public", row, ("set", "engine"))
    if asked.one_change:
        _keep(
            results, "change", change_run(asked.one_change, asked.seeds[0], asked.limit), ("people", "seed")
        )
    asked.results.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if asked.out:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(report.page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
