"""Dates as cards write them, and their one normal form (`kith.model.contact.Date`)."""

import re
from calendar import isleap

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_NO_YEAR = re.compile(r"--(\d\d)-?(\d\d)")
_NO_YEAR_MONTH = re.compile(r"--(\d\d)-{0,2}")
_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d{1,9})?)?(Z|[+-]\d\d(?::?\d\d)?)?"
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
OMITTED = "1604"
"""The year Apple writes, together with X-APPLE-OMIT-YEAR, where none is known."""


def valid(month: str, day: str, year: str = "2000") -> bool:
    """Whether there is such a day; without a year, 29 February is one."""
    if not 1 <= int(month) <= 12 or year == "0000":
        return False
    last = _DAYS[int(month) - 1] if month != "02" or isleap(int(year)) else 28
    return 1 <= int(day) <= last


def normal(text: str, omitted: str = "") -> tuple[str, bool]:
    """The normal form of a date as written, and whether it is a date at all (else the text itself).

    `omitted` is the value of X-APPLE-OMIT-YEAR: a date of that year has no year. A time of midnight is no time.
    """
    text = text.strip()
    if match := _DATE.fullmatch(text):
        year, month, day = match.groups()
        if not valid(month, day, year):
            return text, False
        return (f"--{month}-{day}" if year == omitted else f"{year}-{month}-{day}"), True
    if match := _NO_YEAR.fullmatch(text):
        return (f"--{match[1]}-{match[2]}", True) if valid(match[1], match[2]) else (text, False)
    if match := _TIME.fullmatch(text):
        return _date_time(text, match, omitted)
    if (match := _MONTH.fullmatch(text)) and valid(match[2], "01"):
        return text, True
    if (match := _NO_YEAR_MONTH.fullmatch(text)) and valid(match[1], "01"):
        return f"--{match[1]}", True
    return text, bool(re.fullmatch(r"\d{4}", text))


def _date_time(text: str, match: re.Match[str], omitted: str) -> tuple[str, bool]:
    year, month, day, hour, minute, second, zone = match.groups()
    if not valid(month, day, year):
        return text, False
    if (hour, minute, second or "00") == ("00", "00", "00"):
        return (f"--{month}-{day}" if year == omitted else f"{year}-{month}-{day}"), True
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}", True


def is_date(value: str) -> bool:
    """Whether a normal form is a date and not free text."""
    return normal(value) == (value, True)


def write(value: str, version: str) -> tuple[str, tuple[tuple[str, str], ...], bool]:
    """(text, parameters, whether the text is free and must be escaped) of a normal form in a version of vCard.

    3.0 has no date without year: Apple's form is written. Other partial dates and free text are VALUE=text there.
    """
    if not is_date(value):
        return value, (("VALUE", "text"),), True
    if version == "4.0":
        return _basic(value), (), False
    if match := re.fullmatch(r"--(\d\d)-(\d\d)", value):
        return f"{OMITTED}-{match[1]}-{match[2]}", (("X-APPLE-OMIT-YEAR", OMITTED),), False
    if len(value) >= 10:
        return value, (), False
    return value, (("VALUE", "text"),), True


def _basic(value: str) -> str:
    """The basic format of ISO 8601 that RFC 6350 section 4.3 asks for."""
    if match := re.fullmatch(r"--(\d\d)-(\d\d)", value):
        return f"--{match[1]}{match[2]}"
    if len(value) < 10:
        return value
    date, _, time = value.partition("T")
    return date.replace("-", "") + (f"T{time.replace(':', '')}" if time else "")
