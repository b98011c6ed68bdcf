"""Display names."""

import random

import pytest

from kith.connector.mail.names import before_via, is_firm, quality, spoken, tidy
from kith.model.contact import Name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("'Anna Schmidt'", "Anna Schmidt"),
        ('"Anna Schmidt"', "Anna Schmidt"),
        ("Anna Schmidt (Vertrieb)", "Anna Schmidt"),
        ("Anna (Berlin)", "Anna (Berlin)"),
        ("anna@x.example", ""),
        ("'anna@x.example'", ""),
        ("Anna anna@x.example", ""),
        ("123", ""),
        ("", ""),
        ("x" * 200, ""),
    ],
)
def test_tidy(written, name):
    assert tidy(written) == name


def test_via():
    assert before_via("'Anna Schmidt via Freunde'") == "Anna Schmidt"
    assert before_via("Anna über Freunde") == "Anna"
    assert before_via("Viviane Via") == ""


@pytest.mark.parametrize(
    ("text", "full", "name"),
    [
        ("Müller, Bernd", "Bernd Müller", Name(("Müller",), ("Bernd",))),
        (
            "von der Heide, Anna Maria",
            "Anna Maria von der Heide",
            Name(("von der Heide",), ("Anna", "Maria")),
        ),
        ("Bernd Müller", "Bernd Müller", Name()),
        ("Robert Miller, Jr.", "Robert Miller, Jr.", Name()),
        ("Anna Schmidt, Ph.D.", "Anna Schmidt, Ph.D.", Name()),
        ("A, B, C", "A, B, C", Name()),
        ("Müller,", "Müller,", Name()),
    ],
)
def test_spoken(text, full, name):
    said = spoken(text)
    assert (said.full_name, said.name, said.kind) == (full, name, "individual")


@pytest.mark.parametrize(
    "text", ["Beispiel GmbH", "Example Inc.", "Team Beispiel", "TSV Beispiel e.V.", "Müller, Meier GmbH"]
)
def test_firms(text):
    assert is_firm(text)
    assert spoken(text).kind == "org"
    assert spoken(text).full_name == text


@pytest.mark.parametrize(
    "text", ["Ag Nielsen-Bo", "Inca Meier", "Teamo Schmidt", "Eva Verona", "Ab Smith-Oy"]
)
def test_no_firms(text):
    assert not is_firm(text)


def test_better_names_rank_higher():
    ranked = [
        "A\ufffda Schmidt",
        "anna",
        "Anna",
        "A. Schmidt",
        "anna schmidt",
        "Anna Schmidt",
        "Änna Schmidt",
    ]
    assert sorted(random.sample(ranked, 7), key=lambda name: quality(name, "x@x.example")) == ranked
