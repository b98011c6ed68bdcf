"""docs/benchmarks/sync.md from the results of run.py, first_sync.py and footprint.py.

python benchmarks/sync/report.py
"""

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from run import size  # noqa: E402

PAGE = HERE.parents[1] / "docs" / "benchmarks" / "sync.md"
SCENARIOS = ("first sync", "no change", "1 change", "10 % changes")
PLACES = {"real": "Radicale (filled) and Xandikos (empty)", "memory": "two in-memory servers, gzip"}
BATCH = 100

Row = dict[str, Any]
Case = tuple[str, int, bool, str, str]

HEAD = """# What a sync costs

kith beside vdirsyncer 0.21 on the same servers, one after the other in the same run. One book is filled, the other
empty at first; the card has two addresses, two numbers, a place, a firm, a birthday and a note (about 560 bytes), with
or without a picture of 20 kB. Requests and bytes are counted by a relay between client and server, headers included,
both ways. Processor time is user and system time of the client's whole process, interpreter start included; memory is
its peak. Wall time is not listed: the machine (2 cores) had much other work, and processor time grows with that load,
too, so that the same run costs half as much again from one hour to the next. The ratios between the two programs are
what counts, not the seconds.

```
python -m venv /tmp/vd && /tmp/vd/bin/pip install vdirsyncer==0.21.0
python benchmarks/sync/run.py --vdirsyncer /tmp/vd/bin/vdirsyncer --json benchmarks/sync/results.json
python benchmarks/sync/first_sync.py --vdirsyncer /tmp/vd/bin/vdirsyncer --json benchmarks/sync/first_sync.json
python benchmarks/sync/footprint.py --json benchmarks/sync/footprint.json
python benchmarks/sync/report.py
```
"""


def main() -> None:
    """Write the page."""
    rows: dict[Case, Row] = {case(row): row for row in json.loads((HERE / "results.json").read_text())}
    light: dict[str, float] = json.loads((HERE / "footprint.json").read_text())
    parts = [HEAD, "## Bars\n", *bars(rows, light), *tables(rows), *small(light)]
    PAGE.write_text("\n".join(parts) + "\n", encoding="utf-8")


def case(row: Row) -> Case:
    return (row["servers"], row["cards"], row["pictures"], row["scenario"], row["client"])


def tables(rows: dict[Case, Row]) -> list[str]:
    """One table for each pair of servers, number of cards, with and without pictures."""
    lines = []
    for servers, cards, pictures in sorted(
        {key[:3] for key in rows}, key=lambda item: (item[0] != "memory", *item)
    ):
        shown = "with pictures" if pictures else "without pictures"
        lines += [f"\n## {cards} cards {shown}: {PLACES[servers]}\n"]
        lines += [
            "| run | program | requests | sent | received | processor | peak memory |",
            "| --- | --- | --: | --: | --: | --: | --: |",
        ]
        for scenario in SCENARIOS:
            for client in ("kith", "vdirsyncer"):
                row = rows.get((servers, cards, pictures, scenario, client))
                if row:
                    lines.append(line(row))
    return lines


def line(row: Row) -> str:
    traffic, cost = row["traffic"], row["cost"]
    cells = (
        row["scenario"], row["client"], str(traffic["requests"]), size(traffic["up"]), size(traffic["down"]),
        f"{cost['cpu']:.2f} s", f"{cost['peak']:.0f} MiB",
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def bars(rows: dict[Case, Row], light: dict[str, float]) -> list[str]:
    """Each bar of the design, what was measured, and whether it is met."""

    def get(scenario: str, pictures: bool = False, client: str = "kith", cards: int = 5000) -> Row:
        return rows["memory", cards, pictures, scenario, client]

    def moved(row: Row) -> float:
        return float(row["traffic"]["up"] + row["traffic"]["down"])

    none, one, ten = get("no change"), get("1 change"), get("10 % changes")
    turns = json.loads((HERE / "first_sync.json").read_text())
    first, heavy = get("first sync"), rows.get(("memory", 5000, True, "first sync", "kith"))
    least = {"first": 2 + -(-5000 // BATCH) + 5000 + 1, "ten": 2 + -(-500 // BATCH) + 500 + 1}
    found = [
        ("no change: requests", none["traffic"]["requests"], 2, str),
        ("no change: bytes", moved(none), 2000, size),
        ("no change: processor, start included", none["cost"]["cpu"], 0.4, second),
        (
            f"no change: processor, a turn of the daemon ({light['cards']:.0f} cards)",
            light["a turn"],
            0.02,
            thousandth,
        ),
        ("1 change: bytes", moved(one), 8000, size),
        *([("first sync with pictures: peak memory", heavy["cost"]["peak"], 120, mebi)] if heavy else []),
        ("first sync without pictures: peak memory", first["cost"]["peak"], 120, mebi),
        (
            f"first sync: processor, against vdirsyncer (median of {turns['pairs']} pairs)",
            turns["ratio"],
            8 / 8.2,
            ratio,
        ),
        (
            f"first sync: requests (floor {least['first']} + 5 %)",
            first["traffic"]["requests"],
            int(least["first"] * 1.05),
            str,
        ),
        (
            f"10 % changes: requests (floor {least['ten']} + 5 %)",
            ten["traffic"]["requests"],
            int(least["ten"] * 1.05),
            str,
        ),
        (
            "`kith --help` against a bare interpreter",
            light["kith --help"] / light["bare interpreter"],
            4,
            times,
        ),
        ("idle daemon: PSS", light["idle PSS"], 60, mebi),
        ("daemon after it carried a change: PSS", light["PSS after a change was carried"], 60, mebi),
    ]
    lines = ["| 5 000 cards in two books | measured | bar | |", "| --- | --: | --: | --- |"]
    for what, got, limit, spell in found:
        lines.append(
            f"| {what} | {spell(got)} | {spell(limit)} | {'met' if got <= limit else '**missed**'} |"
        )
    lines.append(
        f"\nOf {turns['pairs']} first syncs each, in turns, the median is {second(turns['kith'])} of kith and"
        f" {second(turns['vdirsyncer'])} of vdirsyncer. The bar was 8 s on an idle machine, where vdirsyncer took 8.2 s. For"
        " that, kith also compares every card with every other that shares anything with it, merges, keeps each card's text"
        " and history, and writes every operation down before it is sent."
    )
    return lines


def small(light: dict[str, float]) -> list[str]:
    lines = ["\n## Start-up and the daemon\n", "| what | measured |", "| --- | --: |"]
    for name, value in light.items():
        if name == "cards":
            continue
        lines.append(f"| {name} | " + (mebi(value) if "SS" in name else thousandth(value)) + " |")
    return lines


def second(value: float) -> str:
    return f"{value:.2f} s"


def thousandth(value: float) -> str:
    return f"{value * 1000:.0f} ms"


def mebi(value: float) -> str:
    return f"{value:.0f} MiB"


def ratio(value: float) -> str:
    return f"{value:.2f} x"


def times(value: float) -> str:
    return f"{value:.1f} x"


if __name__ == "__main__":
    main()
