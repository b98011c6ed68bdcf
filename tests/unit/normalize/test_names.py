"""Names taken apart, whatever field and order they come in."""

import pytest

from kith.model.contact import Contact, Name, Text
from kith.normalize.names import read_name


def written(text: str) -> Contact:
    return Contact(full_name=text)


def parts(given: str, family: str, **more: tuple[str, ...]) -> Contact:
    return Contact(name=Name(given=(given,), family=(family,), **more))


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("Anna Weber", ("anna",), ("weber",)),
        ("Weber, Anna", ("anna",), ("weber",)),
        ("Dr. med. Anna Weber", ("anna",), ("weber",)),
        ("Anna Weber, PhD", ("anna",), ("weber",)),
        ("Ludwig van Beethoven", ("ludwig",), ("beethoven",)),
        ("Anna Müller-Lüdenscheidt", ("anna",), ("muller", "ludenscheidt")),
        ("Robert Miller Jr.", ("robert",), ("miller",)),
        ("Seán O'Brien", ("sean",), ("obrien",)),
        ("王小明", ("xiaoming",), ("wang",)),
        ("欧阳修文", ("xiuwen",), ("ouyang",)),
        ("김철수", ("cheolsu",), ("gim",)),
        ("Юрий Щербаков", ("yuriy",), ("shcherbakov",)),
        ("Γιώργος Παπαδόπουλος", ("giorgos",), ("papadopoylos",)),
        ("Onkel Peter", ("peter",), ()),
        ("Mama", (), ()),
        ("😀👍", (), ()),
        ("jane@example.org", (), ()),
        ("", (), ()),
    ],
)
def test_reads_a_name_written_as_one_text(text: str, given: tuple[str, ...], family: tuple[str, ...]) -> None:
    found = read_name(written(text))
    assert (found.given, found.family) == (given, family)


def test_a_structured_name_keeps_its_owner_s_split() -> None:
    found = read_name(parts("Hans-Peter", "von der Heide"))
    assert (found.given, found.middle, found.family, found.sure) == (("hans",), ("peter",), ("heide",), True)


def test_a_whole_name_in_one_field_is_split() -> None:
    found = read_name(Contact(name=Name(given=("Jane Doe",))))
    assert (found.given, found.family) == (("jane",), ("doe",))


@pytest.mark.parametrize(
    ("contact", "mark"),
    [
        (written("Robert Miller Jr."), "jr"),
        (written("Miller, Robert, Jr."), "jr"),
        (written("Robert Miller Sr"), "sr"),
        (written("Robert Miller III"), "3"),
        (written("Heinz Krause d. J."), "jr"),
        (written("Heinz Krause d. Ä."), "sr"),
        (parts("Robert", "Miller", suffix=("Jr.",)), "jr"),
        (parts("Robert", "Miller"), ""),
    ],
)
def test_generation_marks(contact: Contact, mark: str) -> None:
    assert read_name(contact).generation == mark


def test_birth_names_from_text_and_field() -> None:
    assert read_name(written("Anna Schmidt (geb. Müller)")).birth == ("muller",)
    assert read_name(written("Anna Schmidt née Müller")).birth == ("muller",)
    assert read_name(Contact(full_name="Anna Schmidt", maiden_name="Müller")).birth == ("muller",)


def test_nicknames_from_quotes_and_field() -> None:
    assert read_name(written('Robert "Bob" Miller')).nick == ("bob",)
    assert read_name(Contact(full_name="Robert Miller", nicknames=(Text("Bob"),))).nick == ("bob",)


def test_the_title_tells_woman_from_man() -> None:
    assert read_name(parts("Kim", "Park", prefix=("Frau",))).sex == "f"
    assert read_name(written("Herr Kim Park")).sex == "m"
    assert read_name(Contact(full_name="Kim Park", gender="F")).sex == "f"


def test_a_name_of_100_kb_is_cut() -> None:
    found = read_name(written("x" * 100_000))
    assert len(found.given[0]) <= 40


def test_scripts_without_vowels_are_marked() -> None:
    assert read_name(written("محمد علي")).script == "abjad"
    assert read_name(written("Юрий")).script == "other"
    assert read_name(written("Łukasz Müller")).script == ""
