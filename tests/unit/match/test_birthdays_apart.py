"""Birthdays that are plainly two are told apart by their digits, as the full comparison tells them apart."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kith.match.levels import birthday
from kith.match.sketch import Naming, Sketch, differ
from kith.normalize.dates import possible
from kith.normalize.features import Features


def sketch(text: str) -> Sketch:
    found = Features(birthday=text)
    return Sketch(found, Naming(found))


@st.composite
def slipped(draw: st.DrawFn, of: str) -> str:
    """The date with up to three digits replaced or exchanged, or with day and month exchanged."""
    digits = list(of.replace("-", ""))
    for _ in range(draw(st.integers(0, 3))):
        here, there = draw(st.integers(0, 7)), draw(st.integers(0, 7))
        if draw(st.booleans()):
            digits[here] = str(draw(st.integers(0, 9)))
        else:
            digits[here], digits[there] = digits[there], digits[here]
    if draw(st.booleans()):
        digits[4:6], digits[6:] = digits[6:], digits[4:6]
    return f"{''.join(digits[:4])}-{''.join(digits[4:6])}-{''.join(digits[6:])}"


DAYS = st.dates(date(1900, 1, 1), date(2030, 12, 31))


@given(DAYS, st.data())
def test_as_the_full_comparison_has_it(day, data):
    near = st.integers(-400, 400).map(lambda days: (day + timedelta(days)).isoformat())
    other = data.draw(st.one_of(DAYS.map(date.isoformat), near, slipped(day.isoformat())))
    left, right = sketch(day.isoformat()), sketch(other)
    expected = birthday(left.features, right.features) == "other" and possible(other)
    assert differ(left.digits, right.digits) == expected
    assert differ(right.digits, left.digits) == expected


def test_a_day_without_a_year_or_one_that_cannot_be_is_left_to_the_full_comparison():
    whole = sketch("1970-03-01")
    for text in ("--12-24", "1970-13-45", ""):
        assert not differ(whole.digits, sketch(text).digits)
