"""One normal form for every spelling of a date."""

import pytest

from kith.vcard import dates


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("1979-11-30", "1979-11-30"),
        ("19791130", "1979-11-30"),
        ("1979-11-30T00:00:00Z", "1979-11-30"),
        ("19791130T000000", "1979-11-30"),
        ("19791130T101500Z", "1979-11-30T10:15:00Z"),
        ("20090808T1430-0500", "2009-08-08T14:30:00-0500"),
        ("--0229", "--02-29"),
        ("--02-29", "--02-29"),
        ("--02", "--02"),
        ("1979-11", "1979-11"),
        ("1979", "1979"),
        ("2000-02-29", "2000-02-29"),
    ],
)
def test_dates(text, normal):
    assert dates.normal(text) == (normal, True)
    assert dates.normal(normal) == (normal, True)


@pytest.mark.parametrize(
    "text", ["1979-02-29", "1985-13-45", "0000-06-24", "--1301", "um 1900", "30.11.1979", "197911", ""]
)
def test_what_is_no_date_stays(text):
    assert dates.normal(text) == (text, False)


def test_the_omitted_year():
    assert dates.normal("1604-02-29", "1604") == ("--02-29", True)
    assert dates.normal("1979-02-28", "1604") == ("1979-02-28", True)


@pytest.mark.parametrize(
    ("value", "old", "new"),
    [
        ("1979-11-30", ("1979-11-30", (), False), ("19791130", (), False)),
        ("--02-29", ("1604-02-29", (("X-APPLE-OMIT-YEAR", "1604"),), False), ("--0229", (), False)),
        ("1979-11", ("1979-11", (("VALUE", "text"),), True), ("1979-11", (), False)),
        ("um 1900", ("um 1900", (("VALUE", "text"),), True), ("um 1900", (("VALUE", "text"),), True)),
    ],
)
def test_writing(value, old, new):
    assert dates.write(value, "3.0") == old
    assert dates.write(value, "4.0") == new
