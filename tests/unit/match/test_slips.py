"""Slips in names and birthdays: those that one person's cards have, and the people who look alike and are two."""

import pytest

from kith.match.blocking import keys
from kith.match.cluster import Clustering, Constraints, Policy, cluster
from kith.match.compare import compare
from kith.match.levels import birthday
from kith.match.member import Member
from kith.match.names import given_level
from kith.match.statistics import Statistics, survey
from kith.model.contact import Contact, Date, Email, Name, Phone, PostalAddress
from kith.model.record import RecordKey
from kith.normalize.features import Features, features

MOBILE = "+49 171 3920012"
LANDLINE = "+49 30 23125123"
HOME = PostalAddress(street=("Lindenstr. 12",), postal_code=("10969",), locality=("Berlin",))
STORE = Statistics(3000)


def contact(given: str, family: str, born: str = "", *values: str, home: bool = True) -> Contact:
    """A card; values with @ are mailboxes, others numbers."""
    return Contact(
        name=Name(given=(given,) if given else (), family=(family,) if family else ()),
        emails=tuple(Email(value) for value in values if "@" in value),
        phones=tuple(Phone(value) for value in values if "@" not in value),
        addresses=(HOME,) if home else (),
        birthday=Date(born) if born else None,
    )


def card(given: str, family: str, born: str = "", *values: str, home: bool = True) -> Features:
    return features(contact(given, family, born, *values, home=home), "DE")


def verdict(one: Features, two: Features) -> str:
    return compare(one, two, STORE).verdict


def levels(one: Features, two: Features) -> dict[str, str]:
    return {item.comparison: item.level for item in compare(one, two, STORE).items}


def judge(**cards: Contact) -> Clustering:
    """Clusters cards, each in a book of its own."""
    members = [Member(RecordKey(account, "", "1"), features(held, "DE")) for account, held in cards.items()]
    counted = survey(item.features for item in members)
    return cluster(members, [], Constraints(), Statistics(3000, counted.frequency), Policy())


def asked(found: Clustering) -> set[frozenset[str]]:
    return {frozenset((row.a.account, row.b.account)) for row in found.questions}


@pytest.mark.parametrize(
    ("one", "turned"),
    [(("Aurora", "Howies"), ("Howiez", "Aurorra")), (("Amelia", "Graham-Jones"), ("Graham-Jones", "Amelua")),
     (("Thomas", "Paine"), ("Pa ine", "Thomas"))],
)  # fmt: skip
def test_names_in_each_other_s_place_are_one_name_with_slips_in_both_where_the_birthday_is_one(
    one: tuple[str, str], turned: tuple[str, str]
) -> None:
    left, right = card(*one, "1956-11-22"), card(*turned, "1956-11-22")
    assert {levels(left, right)[name] for name in ("given", "family")} <= {"same", "spelling"}
    assert verdict(left, right) == verdict(right, left) == "same"


def test_a_family_name_with_a_particle_is_found_in_the_given_name_s_place() -> None:
    one, turned = card("Thomas", "van Tuil", home=False), card("van Tuil", "Thomas", home=False)
    assert {name: levels(one, turned)[name] for name in ("given", "family")} == {
        "given": "same",
        "family": "same",
    }
    assert levels(one, card("van Damme", "Thomas", home=False))["family"] == "other"


def test_without_a_birthday_two_slips_in_names_that_changed_places_are_two_names() -> None:
    one, turned = card("Aurora", "Howies"), card("Howiez", "Aurorra")
    assert verdict(one, turned) == "different"


@pytest.mark.parametrize("twins", [("Maria", "Marie"), ("Jan", "Jana"), ("Paul", "Paula"), ("Anna", "Anja")])
def test_twins_are_not_joined_where_one_card_has_the_family_name_first(twins: tuple[str, str]) -> None:
    left = card(twins[0], "Sommerfeld", "1990-05-06", LANDLINE)
    right = card("Sommerfeld", twins[1], "1990-05-06", LANDLINE)
    assert verdict(left, right) == verdict(right, left) != "same"


def test_father_and_son_are_two_also_where_one_card_has_the_family_name_first() -> None:
    father, son = (
        card("Heinz", "Krause", "1931-06-29", LANDLINE),
        card("Krause", "Heinz", "1964-02-13", LANDLINE),
    )
    assert verdict(father, son) == "different"


def test_one_of_two_names_found_in_the_other_s_place_is_asked_about() -> None:
    maiden = card("Chantelle", "Seppelt", "1937-08-14", LANDLINE)
    married = card("Binns", "Chantelle", "1937-08-14", LANDLINE)
    assert levels(maiden, married)["family"] == "moved"
    assert verdict(maiden, married) == "ask"
    twin = card("Seppelt", "Dorothea", "1937-08-14", LANDLINE)
    assert verdict(maiden, twin) == "ask"
    later = card("Binns", "Chantelle", "1939-02-11", LANDLINE)
    assert verdict(maiden, later) == "different"
    assert verdict(maiden, card("Gregor", "Binns", "1937-08-14", LANDLINE)) == "different"


def test_a_family_name_with_a_blank_in_it_is_one_name() -> None:
    assert levels(card("Anna", "MacDonald"), card("Anna", "Mac Donald"))["family"] == "spelling"
    assert levels(card("Anna", "Mac Donald"), card("Anna", "MacDonnell"))["family"] == "other"


def test_a_name_without_its_end_is_asked_about_and_two_known_names_are_two() -> None:
    assert given_level("emma", "emm") == "unlike"
    assert given_level("paul", "paula") == given_level("jan", "jana") == "other"
    whole, short = (card(name, "Sommerfeld", "1990-05-06", LANDLINE) for name in ("Emma", "Emm"))
    assert verdict(whole, short) == "ask"


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [("1957-12-23", "1957-12-24", "slip"), ("1952-01-18", "1925-01-18", "slip"), ("1910-04-12", "1910-12-04", "slip"),
     ("1942-07-04", "1940-27-04", "slip"), ("1984-25-12", "1984-12-25", "slip"), ("1913-11-16", "1913-14-16", "slip"),
     ("1952-01-18", "1952-10-28", "other"), ("1966-03-06", "1913-06-29", "other"), ("1984-25-12", "1971-03-09", ""),
     ("1984-25-12", "1984-25-12", ""), ("1984-25-12", "--03-09", ""), ("1984-99-99", "1984-12-25", "")],
)  # fmt: skip
def test_birthdays_that_differ(left: str, right: str, level: str) -> None:
    """One digit, two neighbours, or day and month exchanged; a date that cannot be is no other birthday."""
    assert birthday(Features(birthday=left), Features(birthday=right)) == level
    assert birthday(Features(birthday=right), Features(birthday=left)) == level


def test_a_date_that_cannot_be_brings_no_cards_together() -> None:
    assert not any(key.startswith("born:") for key in keys(card("Anna", "Weber", "1984-25-12")))
    assert any(key.startswith("born:") for key in keys(card("Anna", "Weber", "1984-12-25")))


def test_two_birthdays_within_a_generation_in_one_home_are_asked_about() -> None:
    one = card("Millane", "Laundon", "1964-02-13", LANDLINE)
    assert verdict(one, card("Millane", "Laundon", "1959-12-20", LANDLINE)) == "ask"
    father = card("Millane", "Laundon", "1931-06-29", LANDLINE)
    assert levels(one, father)["birthday"] == "other"
    assert verdict(one, father) == "different"


def test_two_birthdays_within_a_generation_join_nobody_by_one_number() -> None:
    """Brothers may have one first given name, and one telephone."""
    one, two = (
        card("Mohammed", "Sommerfeld", born, LANDLINE, MOBILE) for born in ("1984-02-13", "1987-10-02")
    )
    assert verdict(one, two) == "ask"


def test_two_birthdays_within_a_generation_are_two_people_s_where_a_name_is_all_that_agrees() -> None:
    one, two = (card("Millane", "Laundon", born, home=False) for born in ("1964-02-13", "1959-12-20"))
    assert verdict(one, two) == "different"
    sister = card("Veronika", "Laundon", "1959-12-20", LANDLINE)
    assert verdict(card("Millane", "Laundon", "1964-02-13", LANDLINE), sister) == "different"


def test_one_wrong_birthday_alone_shows_no_namesakes() -> None:
    found = judge(
        phone=contact("Millane", "Laundon", "1964-02-13", LANDLINE),
        google=contact("Millane", "Laundon", "1959-12-20", LANDLINE),
    )
    assert asked(found) == {frozenset(("phone", "google"))}


def test_namesakes_elsewhere_leave_one_birthday_and_one_home_a_question() -> None:
    elsewhere = {
        "linkedin": contact("Jack", "Reid", "1950-01-02", "+49 171 3920013", home=False),
        "xing": contact("Jack", "Reid", "1980-03-04", "+49 171 3920014", home=False),
    }
    born = judge(
        phone=contact("Jack", "Reid", "1916-08-17", LANDLINE),
        google=contact("Hunter", "Reid", "1916-08-17", LANDLINE),
        **elsewhere,
    )
    assert frozenset(("phone", "google")) in asked(born)
    assert all(len(row.members) == 1 for row in born.clusters)
    home = judge(
        phone=contact("Jack", "Reid", "1916-08-17", LANDLINE),
        google=contact("Jack", "Reid", "", LANDLINE),
        **elsewhere,
    )
    assert frozenset(("phone", "google")) in asked(home)
    assert all(len(row.members) == 1 for row in home.clusters)
