"""The baseline that address books offer as "merge duplicates": equal mail, equal phone, equal full name."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from benchmarks.matching.outcome import Outcome, Pair, components
from benchmarks.matching.tables import Row, table

from kith.model.record import SourceRecord

KEYS: dict[str, Callable[[Row], tuple[str, ...]]] = {
    "mail": lambda row: row.all_emails,
    "phone": lambda row: row.all_phones,
    "name": lambda row: (row.full,) if row.given and row.family else (),
}
SETTINGS = {
    "mail or phone or full name": ("mail", "phone", "name"),
    "mail or phone": ("mail", "phone"),
    "mail": ("mail",),
    "full name": ("name",),
}


def run(records: Iterable[SourceRecord], region: str) -> Outcome:
    """One clustering for each choice of keys; no scores."""
    rows = table(records, region)
    links: dict[str, list[Pair]] = {name: [] for name in KEYS}
    for name, values in KEYS.items():
        first: dict[str, int] = {}
        for row in rows:
            for value in values(row):
                links[name].append((first.setdefault(value, row.number), row.number, 1.0))
    found = defaultdict(list)
    for setting, names in SETTINGS.items():
        found[setting] = components(len(rows), [pair for name in names for pair in links[name]], 1.0)
    return Outcome(dict(found))
