"""Birthdays: full or without a year."""

import re

_FULL = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_YEARLESS = re.compile(r"--(\d{2})-?(\d{2})")
UNKNOWN_YEARS = frozenset({"1604", "0000", "1600", "1900"})
"""Years that programs write when none is known: Apple 1604; others as seen in exports."""


def birthday(value: str) -> str:
    """`YYYY-MM-DD`, or `--MM-DD` where the year is not known; "" for anything else and impossible dates.

    >>> birthday("19840229"), birthday("1604-02-29"), birthday("--0229"), birthday("1984")
    ('1984-02-29', '--02-29', '--02-29', '')
    """
    text = value.strip()[:40]
    if found := _FULL.fullmatch(text):
        year, month, day = found.groups()
    elif found := _YEARLESS.fullmatch(text):
        year, (month, day) = "", found.groups()
    else:
        return ""
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return ""
    return f"--{month}-{day}" if not year or year in UNKNOWN_YEARS else f"{year}-{month}-{day}"
