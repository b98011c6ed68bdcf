"""Slips in names: those that one person's cards have, and the people who look alike and are two."""

import pytest

from kith.match.compare import compare
from kith.match.names import given_level
from kith.match.statistics import Statistics
from kith.model.contact import Contact, Date, Email, Name, Phone, PostalAddress
from kith.normalize.features import Features, features

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


def test_without_a_birthday_two_slips_in_names_that_changed_places_are_two_names() -> None:
    one, turned = card("Aurora", "Howies"), card("Howiez", "Aurorra")
    assert verdict(one, turned) == "different"


@pytest.mark.parametrize("twins", [("Maria", "Marie"), ("Jan", "Jana"), ("Paul", "Paula"), ("Anna", "Anja")])
def test_twins_are_not_joined_where_one_card_has_the_family_name_first(twins: tuple[str, str]) -> None:
    left = card(twins[0], "Sommerfeld", "1990-05-06", LANDLINE)
    right = card("Sommerfeld", twins[1], "1990-05-06", LANDLINE)
    assert verdict(left, right) == verdict(right, left) != "same"


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
