"""Dates as exports write them, in German and English."""

import re

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar jän jänner",
            "feb february februar",
            "mar march mär märz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NO_YEAR = re.compile(r"--(\d{2})-?(\d{2})$")
_WORD_MONTH = re.compile(r"(\d{1,2})[.\s-]+([^\W\d_]+)\.?[\s,-]+(\d{4}|\d{2})(?!\d)")
_MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")


def iso_date(text: str, day_first: bool = False, pivot: int = 69) -> str:
    """A date as exports write it (`2024-03-05`, `05 Mar 2024`, `7-Feb-22`, `5. März 2024`, `3/5/24, 3:02 PM`, `05.03.2024`,
    `--03-05`) as YYYY-MM-DD or --MM-DD; "" where it is none, or no day of the calendar.

    Numbers joined by dots are day first, by slashes month first unless `day_first`; a number above 12 decides by itself.
    Two-digit years up to `pivot` are of this century.
    """
    text = text.strip()
    if found := _ISO.match(text):
        return _day(*found.groups())
    if found := _NO_YEAR.match(text):
        return _day("", *found.groups())
    if found := _WORD_MONTH.match(text):
        day, word, year = found.groups()
        return _day(_century(year, pivot), _month(word), day)
    if found := _MONTH_FIRST.match(text):
        word, day, year = found.groups()
        return _day(year, _month(word), day)
    if found := _NUMBERS.match(text):
        one, mark, two, year = found.groups()
        first = (day_first or mark == "." or int(one) > 12) and int(two) <= 12
        return _day(_century(year, pivot), *((two, one) if first else (one, two)))
    return ""


def _month(word: str) -> str:
    return str(_MONTHS.get(word.casefold(), 0))


def _century(year: str, pivot: int) -> str:
    return year if len(year) == 4 else f"{20 if int(year) <= pivot else 19}{year}"


def _day(year: str, month: str, day: str) -> str:
    lengths = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= int(month) <= 12 or not 1 <= int(day) <= lengths[int(month) - 1] or year == "0000":
        return ""
    return f"{year or '-'}-{int(month):02d}-{int(day):02d}"
