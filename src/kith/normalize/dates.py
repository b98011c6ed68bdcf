"""Birthdays: full or without a year."""

import re

_FULL = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_YEARLESS = re.compile(r"--(\d{2})-?(\d{2})")
UNKNOWN_YEARS = frozenset({"1604", "0000", "1600", "1900"})
"""Years that programs write when none is known: Apple 1604; others as seen in exports."""


def birthday(value: str) -> str:
    """`YYYY-MM-DD`, or `--MM-DD` where the year is not known; "" for anything else. A date that cannot be (`possible`), but
    whose year, month and day are all told, stands as it is written: it may be a slip, or in another order.

    >>> birthday("19840229"), birthday("1604-02-29"), birthday("--0229"), birthday("1984"), birthday("1984-29-02")
    ('1984-02-29', '--02-29', '--02-29', '', '1984-29-02')
    """
    text = value.strip()[:40]
    if found := _FULL.fullmatch(text):
        year, month, day = found.groups()
    elif found := _YEARLESS.fullmatch(text):
        year, (month, day) = "", found.groups()
    else:
        return ""
    within = f"{int(month):02}-{int(day):02}"
    if "00" in within.split("-"):
        return ""
    if year and year not in UNKNOWN_YEARS:
        return f"{int(year):04}-{within}"
    return f"--{within}" if possible(within) else ""


def possible(key: str) -> bool:
    """Whether there is a month and a day as those of a key of `birthday`."""
    return key[-5:-3] <= "12" and key[-2:] <= "31"
