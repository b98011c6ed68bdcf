"""The corpus generator of the matching benchmark: same seed, same books; and its truth is consistent."""

import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))  # the benchmarks are not installed

from benchmarks.matching.corpus import SOURCES, Corpus, generate

from kith.model.record import RecordKey


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return generate(300, 5)


def test_same_seed_same_books(corpus: Corpus) -> None:
    again = generate(300, 5)
    assert again.records == corpus.records
    assert again.truth == corpus.truth


def test_another_seed_gives_other_books(corpus: Corpus) -> None:
    assert generate(300, 6).records != corpus.records


def test_every_person_has_a_card_and_every_card_an_owner(corpus: Corpus) -> None:
    assert {record.key for record in corpus.records} == set(corpus.truth)
    assert set(corpus.people) <= set(corpus.truth.values())
    assert len(corpus.people) == 300
    assert {key.account for key in corpus.truth} == set(SOURCES)


def test_size_is_that_of_real_books(corpus: Corpus) -> None:
    assert 2.2 < len(corpus.records) / 300 < 3.2
    assert 1.2 < corpus.joins / 300 < 2.0


def test_own_identifiers_belong_to_one_owner(corpus: Corpus) -> None:
    owner: dict[str, str] = {}
    for key, card in corpus.cards.items():
        for identifier in card.own:
            if corpus.kind(key) == "person":
                assert owner.setdefault(identifier, corpus.truth[key]) == corpus.truth[key]


def _near(corpus: Corpus) -> dict[object, list[RecordKey]]:
    """Cards that have a home, a name, an identifier or a company in common."""
    found: dict[object, list[RecordKey]] = defaultdict(list)
    for key, owner in corpus.truth.items():
        person = corpus.people.get(owner.removeprefix("relay-"))
        groups = (
            {("home", person.home.id), ("name", person.given, person.family)} if person else {("home", owner)}
        )
        for group in groups | corpus.cards[key].own | corpus.cards[key].common:
            found[group].append(key)
    return found


def test_every_danger_and_every_difficulty_occurs() -> None:
    corpus = generate(2000, 11)
    found = {corpus.trap(*pair) for keys in _near(corpus).values() for pair in combinations(keys[:12], 2)}
    dangers = {"father and son", "twins", "household", "homonyms", "switchboard", "shared list address"}
    kinds = {
        "household and person",
        "organisation and person",
        "relay and person",
        "organisation",
        "household",
    }
    hard = {"label", "nickname", "translit", "native_script", "married_name", "no_name", "duplicate", "typo"}
    assert dangers | kinds | hard <= found


def test_generation_marks_keep_father_and_son_apart() -> None:
    corpus = generate(2000, 11)
    marked = [
        key for key, owner in corpus.truth.items() if owner in corpus.people and corpus.people[owner].mark
    ]
    pairs = [pair for pair in combinations(marked, 2) if corpus.trap(*pair) == "father and son"]
    assert pairs
    assert all(corpus.marked_apart(*pair) for pair in pairs)


def test_a_population_needs_people() -> None:
    with pytest.raises(ValueError, match="at least one"):
        generate(0, 1)
