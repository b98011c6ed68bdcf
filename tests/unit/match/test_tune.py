"""Weights learnt from decisions: in the right direction, bounded, reported, reversible."""

from kith.match.compare import compare
from kith.match.statistics import Statistics
from kith.match.tune import MOST, forget, report, tune
from kith.match.weights import default
from kith.model.contact import Contact, Name, Organization
from kith.normalize.features import Features, features

STATISTICS = Statistics(3000)


def pair(number: int, firms: tuple[str, str]) -> tuple[Features, Features]:
    name = Name(given=("Anna",), family=(f"Abendroth{'abcdefghij'[number % 10]}",))
    cards = (Contact(name=name, organizations=(Organization(firm),)) for firm in firms)
    one, two = (features(card, "DE") for card in cards)
    return one, two


def test_decisions_move_the_levels_they_contradict() -> None:
    labels = [(*pair(number, ("Nordwind", "Südstern")), False) for number in range(20)]
    tuned = tune(labels, STATISTICS)
    assert tuned.learned["firm"]["other"] < 0
    one, two = pair(3, ("Nordwind", "Südstern"))
    before = compare(one, two, STATISTICS).weight
    assert compare(one, two, Statistics(3000, {}, tuned)).weight < before


def test_nothing_is_learnt_from_nothing() -> None:
    assert tune([], STATISTICS) == default()


def test_the_report_counts_and_names_what_would_change() -> None:
    labels = [(*pair(number, ("Nordwind", "Südstern")), False) for number in range(20)]
    found = report(labels, STATISTICS)
    assert found.labels == 20
    assert found.agreed_after > found.agreed_before
    assert ("firm", "other", 20) in {(row.comparison, row.level, row.decisions) for row in found.changes}
    assert all(abs(row.after) <= MOST for row in found.changes)


def test_the_order_of_decisions_does_not_matter_and_they_can_be_taken_back() -> None:
    labels = [(*pair(number, ("Nordwind", "Südstern")), number % 3 == 0) for number in range(12)]
    assert tune(labels, STATISTICS) == tune(labels[::-1], STATISTICS)
    assert forget(tune(labels, STATISTICS)) == default()
