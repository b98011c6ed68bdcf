"""kith against vdirsyncer on the same servers in the same run: requests, bytes, processor time, memory.

    python benchmarks/sync/run.py --vdirsyncer /path/to/vdirsyncer [--only memory] [--cards 5000] [--pictures no|yes]
        [--clients kith,vdirsyncer] [--json FILE]

Every line is one call of the program on a book that is filled and a book that is empty at first. With --json, lines
replace those of the same case in the file; benchmarks/sync/report.py makes docs/benchmarks/sync.md of it.
"""

import argparse
import dataclasses
import json
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from clients import CLIENTS, Cost, Vdirsyncer, scratch
from meter import Count
from places import PAIRS, Place

QUIET_ROUNDS = 3
"""A run without changes is repeated so often; the cheapest counts."""


@dataclasses.dataclass(frozen=True)
class Line:
    """One measurement."""

    servers: str
    cards: int
    pictures: bool
    scenario: str
    client: str
    traffic: Count
    cost: Cost


def measure(servers: str, count: int, picture: bool, client: str) -> list[Line]:
    """All scenarios of one client on a fresh pair of servers."""
    lines = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(scratch()))
        places = []
        for number, (start, filled) in enumerate(zip(PAIRS[servers], (count, 0), strict=True)):
            (folder / str(number)).mkdir()
            places.append(start(stack, folder / str(number), filled, picture))
        first, second = places
        program = CLIENTS[client](folder, first, second)
        program.prepare()

        def step(scenario: str, rounds: int = 1) -> None:
            taken(places)
            found = []
            for _ in range(rounds):
                cost = program.sync()
                found.append((cost, taken(places)))
            cost, traffic = min(found, key=lambda pair: pair[0].cpu)
            lines.append(Line(servers, count, picture, scenario, client, traffic, cost))
            print(shown(lines[-1]), file=sys.stderr, flush=True)

        step("first sync")
        same(len(second.hrefs()), count, "cards in the second book")
        step("no change", QUIET_ROUNDS)
        same(lines[-1].traffic.writes, 0, "writes without a change")
        for share, scenario in ((1, "1 change"), (count // 10, "10 % changes")):
            for number in range(share):
                first.edit(number * 7 % count, picture, f"changed: {scenario}")
            step(scenario)
            same(second.notes(f"changed: {scenario}"), share, "changes that arrived")
        step("no change after")
        same(lines.pop().traffic.writes, 0, "writes after all changes were carried")
    return lines


def taken(places: list[Place]) -> Count:
    """What passed both meters since the last call."""
    found = Count()
    for place in places:
        found = found.plus(place.meter.take())
    return found


def same(found: int, wanted: int, what: str) -> None:
    if found != wanted:
        raise RuntimeError(f"{what}: {found}, not {wanted}")


def keep(file: Path, lines: list[Line]) -> None:
    """Put lines into the file of results in place of older ones of the same case."""
    case = ("servers", "cards", "pictures", "scenario", "client")
    found = (
        {tuple(row[key] for key in case): row for row in json.loads(file.read_text())}
        if file.exists()
        else {}
    )
    for row in map(dataclasses.asdict, lines):
        found[tuple(row[key] for key in case)] = row
    file.write_text(json.dumps(list(found.values()), indent=1) + "\n")


def size(count: float) -> str:
    """Bytes as people write them."""
    return (
        f"{count:.0f} B"
        if count < 1000
        else f"{count / 1000:.1f} kB"
        if count < 1e6
        else f"{count / 1e6:.1f} MB"
    )


def shown(line: Line) -> str:
    """A row of the table."""
    count, cost = line.traffic, line.cost
    cells = (
        line.scenario, line.client, count.requests, size(count.up), size(count.down), f"{cost.cpu:.2f} s",
        f"{cost.peak:.0f} MiB", f"{cost.wall:.1f} s",
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vdirsyncer", type=Path, default=Path("vdirsyncer"))
    parser.add_argument("--only", choices=sorted(PAIRS))
    parser.add_argument("--cards", type=int, action="append")
    parser.add_argument("--pictures", choices=("no", "yes"), action="append")
    parser.add_argument("--clients", default="kith,vdirsyncer")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    Vdirsyncer.program = chosen.vdirsyncer
    lines: list[Line] = []
    for servers, sizes in (("real", (200, 1000)), ("memory", (5000,))):
        if chosen.only not in (None, servers):
            continue
        for count in chosen.cards or sizes:
            for picture in (False, True):
                if chosen.pictures and ("yes" if picture else "no") not in chosen.pictures:
                    continue
                print(f"{servers}, {count} cards, pictures: {picture}", file=sys.stderr)
                for client in chosen.clients.split(","):
                    lines += measure(servers, count, picture, client)
                if chosen.json:
                    keep(chosen.json, lines)


if __name__ == "__main__":
    main()
