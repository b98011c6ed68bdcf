"""Crowds and monsters: bounded work, no crash. (Times are shown in benchmarks/, here the work is counted.)"""

import pytest

from kith.match.candidates import BLOCK, candidates
from kith.match.cluster import Constraints, Policy, cluster
from kith.match.member import Member
from kith.match.statistics import survey
from kith.model.contact import Contact, Email, Name, Organization, Phone
from kith.model.record import RecordKey
from kith.normalize.features import features


def crowd(count: int, contact: Contact) -> list[Member]:
    shared = features(contact, "DE")
    members = [Member(RecordKey(f"a{number % 3}", "", f"{number:05}"), shared) for number in range(count)]
    return sorted(members, key=lambda member: member.id)


@pytest.mark.parametrize(
    "contact",
    [
        Contact(full_name="Anna Müller"),
        Contact(phones=(Phone("+49 171 3920012"),)),
        Contact(full_name="Anna Müller", emails=(Email("anna@example.org"),), uid="one"),
        Contact(kind="org", full_name="ACME"),
    ],
)
def test_ten_thousand_alike_are_not_compared_with_each_other(contact: Contact) -> None:
    members = crowd(10_000, contact)
    pairs = sum(len(others) for _, others in candidates(members, {member.id for member in members}))
    assert 0 < pairs < 10_000 * BLOCK


def test_one_newcomer_in_a_crowd_meets_a_handful() -> None:
    members = crowd(5_000, Contact(full_name="Anna Müller"))
    assert sum(len(others) for _, others in candidates(members, {members[2_500].id})) <= BLOCK


@pytest.mark.parametrize(
    "text", ["a", "(", '"', "geb. ", "1", "a@", ",", "ﷺ", "\u202e", " ", "王", "a & b ", "😀", "\x00", "é"]
)
def test_a_hundred_kilobytes_of_anything(text: str) -> None:
    long = text * (100_000 // len(text))
    card = Contact(
        full_name=long,
        name=Name(given=(long,), family=(long,)),
        emails=(Email(long),),
        phones=(Phone(long),),
        organizations=(Organization(long),),
    )
    members = crowd(3, card)
    found = cluster(members, [], Constraints(), survey(m.features for m in members), Policy())
    assert sum(len(row.members) for row in found.clusters) == 3


def test_empty_cards_stay_alone() -> None:
    members = crowd(50, Contact())
    found = cluster(members, [], Constraints(), survey(m.features for m in members), Policy())
    assert (len(found.clusters), found.questions) == (50, ())
