"""Nothing that a card says commands a terminal; columns stay columns; one card is one card."""

import io
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.cli.render import table
from kith.cli.words import as_json, count, cut, printable, safe, width

ORDERS = [
    "\x1b[31m",
    "\x9b2J",
    "\x1b]0;title\x07",
    "\r",
    "\b",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u061c",
    "\u2028",
]


@pytest.mark.parametrize("order", ORDERS, ids=ascii)
def test_orders_to_the_terminal_are_taken_out(order: str) -> None:
    for shown in (safe(f"Ida{order}Lenz"), printable(f"Ida{order}Lenz\nnext"), cut(f"Ida{order}Lenz")):
        assert not set(order) & set(shown) - set("[]0;title2J31m"), ascii(shown)
        assert shown.startswith("Ida")


@given(st.text())
def test_whatever_a_card_says_one_line_is_shown(text: str) -> None:
    shown = safe(text)
    assert "\n" not in shown and "\x1b" not in shown
    shown.encode()
    assert printable(shown) == shown, "it says the same the second time"


@given(st.dictionaries(st.text(max_size=9), st.text(alphabet=st.characters(), max_size=30)))
def test_json_means_the_same_and_can_be_encoded(event: dict[str, str]) -> None:
    line = as_json(event)
    line.encode()
    assert json.loads(line) == event
    assert "\x1b" not in line and "\u202e" not in line and "\x9b" not in line and "\n" not in line


def test_json_is_valid_where_standard_output_knows_ascii_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert as_json({"name": "Jürgen 🎉"}) == '{"name": "J\\u00fcrgen \\ud83c\\udf89"}'


def test_names_keep_their_letters() -> None:
    for name in ("Jürgen Groß", "محمد علي", "山田 太郎", "🦊 Fuchs 👩‍👩‍👧", "नमस्ते"):
        assert safe(name) == name


def test_columns_stay_in_line_with_wide_and_combining_letters() -> None:
    names = ["山田太郎", "Zoe\u0301", "Anna", "🦊"]
    rows = list(table((name, "here") for name in names))
    assert {width(row.split("here")[0]) for row in rows} == {10}


@given(st.text(), st.integers(2, 30))
def test_a_value_that_is_cut_fits(text: str, room: int) -> None:
    shown = cut(text, room)
    assert width(shown) <= room
    assert shown == safe(text) or shown.endswith("…")


def test_one_is_not_many() -> None:
    assert [count(n, "card") for n in (0, 1, 2)] == ["0 cards", "1 card", "2 cards"]
    assert [count(n, "person", "people") for n in (1, 2)] == ["1 person", "2 people"]
