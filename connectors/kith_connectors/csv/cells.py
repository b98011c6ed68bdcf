"""Cells into values: types and labels, joined cells, dates, what Outlook writes for nothing."""

import re

from kith.connector.written_dates import iso_date
from kith.model.contact import Date

JOINT = " ::: "
"""Google's separator of several values in one cell."""

_KINDS = {
    "home": ("home",),
    "privat": ("home",),
    "private": ("home",),
    "personal": ("home",),
    "zuhause": ("home",),
    "work": ("work",),
    "business": ("work",),
    "arbeit": ("work",),
    "geschäftlich": ("work",),
    "mobile": ("cell",),
    "cell": ("cell",),
    "mobil": ("cell",),
    "handy": ("cell",),
    "work mobile": ("cell", "work"),
    "home fax": ("fax", "home"),
    "fax privat": ("fax", "home"),
    "work fax": ("fax", "work"),
    "fax geschäftlich": ("fax", "work"),
    "fax": ("fax",),
    "pager": ("pager",),
    "work pager": ("pager", "work"),
    "main": ("main",),
    "other": (),
    "andere": (),
    "weitere": (),
    "": (),
}
_NOTHING = re.compile(r"0{1,4}[./-]0{1,2}[./-]0{1,4}|(0?1[./-]0?1[./-]|)4501.*|")


def labelled(text: str) -> tuple[tuple[str, ...], str, int]:
    """(types, label, pref) of a cell such as `Home`, `* Work` (the star marks the first choice) or `Holiday flat`."""
    bare = text.strip()
    pref = 1 if bare.startswith("*") else 0
    bare = bare.lstrip("* ").strip()
    kinds = _KINDS.get(bare.casefold())
    return (kinds, "", pref) if kinds is not None else ((), bare, pref)


def parted(cell: str) -> list[str]:
    """The values that Google joined in one cell; empty ones keep their place."""
    return [part.strip() for part in cell.split(JOINT.strip())]


def written(cell: str) -> str:
    """A cell as its owner wrote it: with plain line ends, without the apostrophe that protects spreadsheets from formulas."""
    text = cell.strip().replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def is_address(text: str) -> bool:
    """Whether a cell of an e-mail column is one."""
    return "@" in text and not is_exchange(text) and " " not in text


def is_exchange(text: str) -> bool:
    """Whether a cell is a path in the directory of an Exchange server (`/o=Firm/ou=...`), of no use outside it."""
    return text.casefold().startswith(("/o=", "ex:/o="))


def date(text: str, day_first: bool) -> Date | None:
    """A date; None for what programs write where there is none (`0.0.00`, `0/0/00`, the year 4501). One that cannot be
    understood is kept as written."""
    bare = text.strip()
    if _NOTHING.fullmatch(bare):
        return None
    return Date(iso_date(bare, day_first, pivot=29) or bare)


def day_comes_first(cells: list[str], german: bool) -> bool:
    """Whether `3/5/1980` is in May, told from all dates of a table: one number above 12 decides for all."""
    firsts = [int(found[1]) for cell in cells if (found := re.match(r"(\d{1,2})/\d{1,2}/\d", cell.strip()))]
    seconds = [int(found[1]) for cell in cells if (found := re.match(r"\d{1,2}/(\d{1,2})/\d", cell.strip()))]
    if any(number > 12 for number in firsts):
        return True
    return german and not any(number > 12 for number in seconds)


def group_names(cell: str, google: bool) -> list[str]:
    """The lists that a person is on; Google joins them its own way, others by commas or semicolons. `* myContacts` and
    other lists of Google's system are none."""
    names = parted(cell) if google else [part.strip() for part in re.split(r"[;,]", cell)]
    return [name for name in dict.fromkeys(names) if name and not (google and name.startswith("*"))]


def only_collected(cell: str) -> bool:
    """Whether Google collected the address by itself ("Other contacts") and its owner never saved it."""
    names = {part.casefold().lstrip("* ").replace(" ", "") for part in parted(cell) if part}
    return names == {"othercontacts"}
