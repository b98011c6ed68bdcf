"""People come back from the store as they went in, also those that an earlier version wrote."""

import json
from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st

from card_strategies import contacts
from kith.merge.merge import Contribution, merge
from kith.model.person import Person
from kith.model.record import RecordKey
from kith.store.codec import dump, load

CARDS = st.lists(contacts(most=4).map(lambda drawn: drawn[0]), min_size=1, max_size=3)


def of_cards(cards, gone=()) -> Person:
    """A person of these cards, with values that came from one of them, from several, and later."""
    made = Person("p", state="inbox", kept_out=("cloud",), removed=tuple(gone), edited=True, generation=3)
    for number, card in enumerate(cards):
        key = RecordKey(f"account{number % 2}", "", f"/book/{number}.vcf")
        made = merge(made, [Contribution(key, number, True, card, joins=True)], number / 3).person
    return made


@settings(max_examples=60, deadline=None)
@given(cards=CARDS)
def test_a_person_comes_back_as_it_was(cards):
    person = of_cards(cards, gone=(("emails", "old@firm.example"),))
    assert load(Person, dump(person)) == person


@settings(max_examples=30, deadline=None)
@given(cards=CARDS)
def test_a_person_that_an_earlier_version_wrote_comes_back(cards):
    person = of_cards(cards)
    assert load(Person, json.dumps(asdict(person))) == person


@settings(max_examples=30, deadline=None)
@given(card=contacts(most=6).map(lambda drawn: drawn[0]))
def test_a_source_is_named_once_for_all_that_it_says(card):
    assert dump(of_cards([card])).count("/book/0.vcf") <= 1
