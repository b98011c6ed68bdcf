"""Words, nicknames, firms, addresses, dates and profiles made comparable."""

import pytest

from kith.model.contact import PostalAddress
from kith.normalize import addresses, dates, nicknames, organizations, profiles
from kith.normalize.spelling import skeleton, sound, word
from kith.normalize.tables import lines


@pytest.mark.parametrize("form", ["Müller", "Mueller", "MÜLLER", "Muller", "mu\u0308ller"])
def test_umlauts_fold_both_ways(form: str) -> None:
    assert word(form) == "muller"


@pytest.mark.parametrize(("text", "folded"), [("Bauer", "bauer"), ("Groß", "gross"), ("Łukasz", "lukasz"), ("İbrahim", "ibrahim"), ("Ærø", "aero")])  # fmt: skip
def test_words_that_only_look_like_umlauts_stay(text: str, folded: str) -> None:
    assert word(text) == word(folded)


@pytest.mark.parametrize(("a", "b"), [("sergej", "sergey"), ("juri", "yuriy"), ("tschaikowski", "chaykovskiy"), ("youssef", "yusef")])  # fmt: skip
def test_romanisations_sound_alike(a: str, b: str) -> None:
    assert sound(a) == sound(b)


def test_arabic_without_vowels_meets_its_romanisations() -> None:
    assert skeleton("mnswr") == skeleton("mansour") == skeleton("mansur")


@pytest.mark.parametrize(
    ("a", "b"),
    [("bob", "robert"), ("sepp", "josef"), ("pepe", "jose"), ("beppe", "giuseppe"), ("kasia", "katarzyna"),
     ("memo", "mehmet"), ("sasha", "aleksandr"), ("manu", "emmanuel"), ("sanne", "susanne"), ("dimitrij", "dmitriy")],
)  # fmt: skip
def test_nicknames_of_eight_languages(a: str, b: str) -> None:
    assert nicknames.alike(word(a), word(b))


@pytest.mark.parametrize(("a", "b"), [("robert", "roland"), ("andrea", "andreas"), ("paul", "paula"), ("anna", "hanna")])  # fmt: skip
def test_two_names_are_not_forms_of_one(a: str, b: str) -> None:
    assert not nicknames.alike(a, b)


def test_every_line_of_the_nickname_table_can_be_read() -> None:
    rows = [line for line in lines("nicknames") if not line.startswith("[")]
    assert len(rows) > 600
    assert all(
        line.count(":") == 1 and all(word(form) for form in line.split(":")[1].split(",")) for line in rows
    )
    headings = {line for line in lines("nicknames") if line.startswith("[")}
    assert {"[de]", "[en]", "[fr]", "[es]", "[it]", "[pl]", "[tr]", "[ru]"} <= headings


@pytest.mark.parametrize("name", ["ACME Software GmbH & Co. KG", "Acme Software", "ACME Software, Inc.", "acme software AG"])  # fmt: skip
def test_legal_forms_do_not_count(name: str) -> None:
    assert organizations.core(name) == "acme software"


def test_a_legal_form_tells_a_firm() -> None:
    assert organizations.has_legal_form("Müller GmbH")
    assert not organizations.has_legal_form("Anna Müller")
    assert organizations.has_firm_word("Zahnarztpraxis Weber") or organizations.has_firm_word("Praxis Weber")


def test_addresses_meet_in_spite_of_abbreviations() -> None:
    long = PostalAddress(street=("Lindenstraße 12 a",), postal_code=("10969",), locality=("Berlin",))
    short = PostalAddress(street=("Lindenstr. 12a",), postal_code=("10969",), locality=("Berlin",))
    assert addresses.street(long) == addresses.street(short) != ""
    assert addresses.street(PostalAddress(locality=("Berlin",))) == ""


@pytest.mark.parametrize(
    ("value", "key"),
    [("1984-02-29", "1984-02-29"), ("19840229", "1984-02-29"), ("--0229", "--02-29"), ("1604-02-29", "--02-29"),
     ("1984-02-29T00:00:00Z", "1984-02-29"), ("1984", ""), ("soon", ""), ("1984-13-01", "1984-13-01"),
     ("1984-00-10", ""), ("1984-10-00", ""), ("1604-13-01", ""), ("--13-01", ""), ("١٩٨٤-٠٢-٢٩", "1984-02-29")],
)  # fmt: skip
def test_birthdays(value: str, key: str) -> None:
    assert dates.birthday(value) == key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.linkedin.com/in/Jane-Doe-1/", "linkedin:jane-doe-1"),
        ("http://de.linkedin.com/in/jane-doe-1?trk=x", "linkedin:jane-doe-1"),
        ("https://www.xing.com/profile/Jane_Doe", "xing:jane_doe"),
        ("https://www.linkedin.com/company/acme", ""),
        ("https://social.example/@jane", "fediverse:jane@social.example"),
        ("https://example.org/about", ""),
    ],
)
def test_profiles(url: str, key: str) -> None:
    assert profiles.from_url(url) == key
