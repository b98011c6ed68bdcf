"""The counting of the matching benchmark, on cases that can be counted by hand."""

import sys
from itertools import combinations
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))  # the benchmarks are not installed

from benchmarks.matching.ceiling import provable, told
from benchmarks.matching.corpus import generate
from benchmarks.matching.measure import Joiner, best_at, best_within, curve, misses, quality, review

from kith.model.contact import Contact, Date, Name
from kith.model.record import RecordKey, SourceRecord

TRUTH = {1: "anna", 2: "anna", 3: "anna", 4: "bernd", 5: "bernd", 6: "clara"}


def test_the_truth_itself_is_perfect() -> None:
    found = quality([[1, 2, 3], [4, 5], [6]], TRUTH)
    assert (found.f1, found.b3_f1, found.wrong, found.made, found.joins) == (1.0, 1.0, 0, 3, 1.0)


def test_single_cards_join_nothing_and_nothing_wrongly() -> None:
    found = quality([[item] for item in TRUTH], TRUTH)
    assert (found.precision, found.recall, found.wrong, found.made, found.possible) == (1.0, 0.0, 0, 0, 3)


def test_wrong_merges_count_the_splits_that_are_needed() -> None:
    found = quality([[1, 2, 4, 6], [3], [5]], TRUTH)
    assert (found.wrong, found.made) == (2, 1)
    assert found.precision == pytest.approx(1 / 6)
    assert found.recall == pytest.approx(1 / 4)


def test_clusters_must_cover_all_cards() -> None:
    with pytest.raises(ValueError, match="the clusters hold 2 cards, the corpus has 6"):
        quality([[1, 2]], TRUTH)


def test_the_curve_counts_joins_as_the_threshold_falls() -> None:
    points = curve([(1, 2, 9.0), (4, 5, 8.0), (2, 4, 7.0), (3, 1, 6.0)], TRUTH)
    assert [(point.wrong, point.made) for point in points] == [(0, 1), (0, 2), (1, 2), (1, 3)]
    assert best_within(points, 0).made == 2
    assert best_within(points, 1).score == 6.0


def test_the_best_place_at_a_precision_counts_pairs() -> None:
    pairs = [(1, 2, 9.0), (4, 5, 8.0), (3, 1, 7.0), (2, 4, 6.0)]
    assert best_at(pairs, TRUTH, 0.999) == (1.0, 1.0)
    assert best_at([(1, 2, 9.0), (2, 4, 8.0), (1, 3, 7.0)], TRUTH, 0.999) == pytest.approx((0.4, 1.0))
    assert best_at([(1, 2, 9.0), (2, 4, 8.0), (1, 3, 7.0)], TRUTH, 0.5) == pytest.approx((0.6, 0.5))
    assert best_at([(1, 4, 9.0), (1, 2, 9.0)], TRUTH, 0.999) == (0.0, 1.0)


def test_a_join_between_mixed_clusters_is_right_for_everybody_in_both() -> None:
    points = curve([(1, 4, 9.0), (2, 5, 8.0), (1, 2, 7.0)], TRUTH)
    assert [(point.wrong, point.made) for point in points] == [(1, 0), (2, 0), (1, 2)]


def test_review_counts_what_right_answers_bring() -> None:
    found = review([[1, 2], [3], [4], [5], [6]], [(4, 5, 3.0), (5, 6, 2.0), (2, 3, 1.0)], TRUTH)
    assert (found.questions, found.right, found.joins) == (3, 2, 1.0)


def test_every_miss_has_a_class() -> None:
    corpus = generate(200, 3)
    apart = misses([[key] for key in corpus.truth], corpus)
    assert sum(apart.missed.values()) == corpus.joins
    assert apart.missed == apart.possible
    together = misses([list(corpus.truth)], corpus)
    assert sum(together.wrong.values()) == len(corpus.owners) - 1
    assert not together.missed
    assert together.forbidden > 0


def test_what_the_cards_prove_is_counted_without_names() -> None:
    """Fewer joins than there are, at least those that hang on a number or an address of one person alone."""
    corpus = generate(150, 7)
    own = Joiner(corpus.truth)
    for keys in corpus.owners.values():
        for left, right in combinations(keys, 2):
            if corpus.evidence(left, right) == "personal identifier":
                own.join(left, right)
    assert own.made < told(corpus) < corpus.joins


def test_twins_and_father_and_son_are_set_aside_and_a_moved_name_is_not() -> None:
    cases = [
        ("Patrick George", "Patrik George", "1990-05-06", "1990-05-06"),
        ("Callum Mahon", "Tarau Mahon", "1990-05-06", "1990-05-06"),
        ("Nicholas Leslie", "Leslie Nichllas", "1990-05-06", "1990-05-06"),
        ("Patrick George", "Patrick George", "1990-05-06", "1962-11-30"),
        ("Patrick George", "Patrick George", "1952-05-06", "1925-05-06"),
        ("Patrick George", "Patrick George", "1942-07-04", "1940-27-04"),
        ("Patrick George", "Patrick George", "1952-05-06", "1962-05-07"),
    ]
    for (one, two, born, other), proved in zip(cases, (1, 0, 1, 0, 1, 1, 0), strict=True):
        records = [_record("phone", one, born), _record("google", two, other)]
        assert provable(records, {record.key: "x" for record in records}) == proved


def _record(account: str, name: str, born: str) -> SourceRecord:
    given, family = name.split()
    contact = Contact(full_name=name, name=Name((family,), (given,)), birthday=Date(born))
    return SourceRecord(RecordKey(account, "", "1"), "1", contact)
