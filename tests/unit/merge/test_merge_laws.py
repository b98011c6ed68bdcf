"""Merging whole generated contacts: in any order the same, and again nothing new."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from card_strategies import contacts
from kith.merge.delta import delta, keyed, patch
from kith.merge.merge import Contribution, merge
from kith.model.contact import Contact
from kith.model.fields import FIELDS
from kith.model.person import Person
from kith.model.record import RecordKey
from kith.plan.shape import shape
from kith_connectors.carddav import INFO

ANYONE = Person("p")
CARDS = contacts(most=6).map(lambda drawn: replace(drawn[0], kind="individual", members=()))


def joining(cards: list[Contact], ranks: list[int]) -> list[Contribution]:
    return [
        Contribution(RecordKey(f"account{rank}", "", "a"), rank, True, card, joins=True)
        for card, rank in zip(cards, ranks, strict=True)
    ]


@settings(max_examples=30, deadline=None)
@given(cards=st.lists(CARDS, min_size=2, max_size=3), order=st.randoms(use_true_random=False))
def test_the_order_of_the_cards_does_not_matter(cards, order):
    contributions = joining(cards, list(range(len(cards))))
    mixed = list(contributions)
    order.shuffle(mixed)
    assert merge(ANYONE, contributions, 1.0) == merge(ANYONE, mixed, 1.0)


@settings(max_examples=30, deadline=None)
@given(cards=st.lists(CARDS, min_size=2, max_size=2))
def test_ranks_decide_which_value_stands_and_never_which_values_there_are(cards):
    first, second = (merge(ANYONE, joining(cards, ranks), 1.0).person.contact for ranks in ([0, 1], [1, 0]))
    for row in FIELDS:
        if row.many and row.name not in ("notes", "organizations", "addresses", "dates"):
            assert keyed(first, row).keys() == keyed(second, row).keys(), row.name


@settings(max_examples=30, deadline=None)
@given(card=CARDS)
def test_the_same_card_again_adds_nothing(card):
    once = merge(ANYONE, joining([card], [0]), 1.0).person
    twice = merge(once, joining([card], [0]), 2.0).person
    other = merge(once, joining([card], [1]), 2.0).person
    assert twice.contact == once.contact == other.contact


@settings(max_examples=30, deadline=None)
@given(card=CARDS)
def test_a_person_of_one_card_says_what_the_card_says(card):
    merged = merge(ANYONE, joining([card], [0]), 1.0).person.contact
    assert delta(merged, card, spelling=False) == ()


@settings(max_examples=60, deadline=None)
@given(card=contacts(most=6).map(lambda drawn: drawn[0]), empty=st.sampled_from((0, 1)))
def test_a_card_alone_makes_the_person_that_it_makes_beside_one_that_says_nothing(card, empty):
    alone, beside = joining([card], [1 - empty]), joining([Contact()], [empty])
    assert merge(ANYONE, alone, 1.0) == merge(ANYONE, [*alone, *beside], 1.0)


@settings(max_examples=30, deadline=None)
@given(before=CARDS, after=CARDS)
def test_a_patch_leads_from_one_contact_to_the_other(before, after):
    patched = patch(before, delta(before, after))
    assert delta(patched, after) == ()


@settings(max_examples=30, deadline=None)
@given(card=CARDS)
def test_what_was_shaped_keeps_its_shape(card):
    for version in ("3.0", "4.0"):
        able = INFO.capabilities.but(vcard_version=version)
        once = shape(card, able)
        assert shape(once, able) == once
