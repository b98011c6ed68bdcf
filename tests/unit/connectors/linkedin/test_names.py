"""Names, profile addresses and dates as members and LinkedIn write them."""

import pytest

from kith_connectors.linkedin.mapping import profile_id
from kith_connectors.linkedin.names import split_name


@pytest.mark.parametrize(
    ("given", "family", "full", "parts"),
    [
        ("Anna", "Müller", "Anna Müller", ((), "Anna", "Müller", ())),
        ("Dr. Anna", "Müller", "Dr. Anna Müller", (("Dr.",), "Anna", "Müller", ())),
        ("Prof. Dr. Jörg", "Weiß", "Prof. Dr. Jörg Weiß", (("Prof.", "Dr."), "Jörg", "Weiß", ())),
        ("Ann", "Example, Ph.D., PMP", "Ann Example, Ph.D., PMP", ((), "Ann", "Example", ("Ph.D.", "PMP"))),
        ("Ann", "EXAMPLE", "Ann EXAMPLE", ((), "Ann", "EXAMPLE", ())),
        ("Ann (she/her)", "Example 🌈", "Ann Example", ((), "Ann", "Example", ())),
        ("🚀 Max", "de Vries", "Max de Vries", ((), "Max", "de Vries", ())),
        ("Hans-Peter", "O'Brien", "Hans-Peter O'Brien", ((), "Hans-Peter", "O'Brien", ())),
        ("Li", "Ma", "Li Ma", ((), "Li", "Ma", ())),
        ("Yo-Yo", "MA", "Yo-Yo MA", ((), "Yo-Yo", "MA", ())),
        ("Ma", "Li MBA", "Ma Li, MBA", ((), "Ma", "Li", ("MBA",))),
        ("陽子", "山田", "陽子 山田", ((), "陽子", "山田", ())),
        ("Madonna", "", "Madonna", ((), "Madonna", "", ())),
    ],
)
def test_split_name(given, family, full, parts):
    shown, name = split_name(given, family, f"{given} {family}")
    assert shown.strip() == full
    assert (name.prefix, " ".join(name.given), " ".join(name.family), name.suffix) == parts


@pytest.mark.parametrize(
    "written",
    [
        "https://www.linkedin.com/in/jörg-weiß",
        "https://www.linkedin.com/in/j%C3%B6rg-wei%C3%9F",
        "https://www.linkedin.com/in/j%c3%b6rg-wei%c3%9f/",
        "https://de.linkedin.com/in/J%C3%B6rg-Wei%C3%9F?trk=x",
        "www.linkedin.com/in/jo\u0308rg-weiß",
        "http://linkedin.com/in/jörg-weiß#top",
    ],
)
def test_one_profile_address_in_all_spellings(written):
    assert profile_id(written) == "https://www.linkedin.com/in/jörg-weiß"


@pytest.mark.parametrize("written", ["", "n/a", "https://www.linkedin.com/"])
def test_what_is_no_profile_address(written):
    assert profile_id(written) == ""
