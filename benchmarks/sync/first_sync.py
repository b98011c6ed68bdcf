"""The processor time of a first sync, kith against vdirsyncer in turns: what else a machine does changes one run by half as
much again, so one pair tells little.

    python benchmarks/sync/first_sync.py --vdirsyncer /path/to/vdirsyncer [--cards 5000] [--pairs 15] [--json FILE]

Two in-memory servers, no pictures; every second pair begins with the other program. Prints each pair, then the medians.
"""

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

from clients import CLIENTS, Vdirsyncer, scratch
from places import memory


def first_sync(client: str, count: int) -> float:
    """Processor seconds of one first sync from a filled book into an empty one."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(scratch()))
        first, second = (memory(stack, folder, filled, False) for filled in (count, 0))
        program = CLIENTS[client](folder, first, second)
        program.prepare()
        cost = program.sync()
        if len(second.hrefs()) != count:
            raise RuntimeError(f"{client}: {len(second.hrefs())} cards arrived, not {count}")
        return cost.cpu


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vdirsyncer", type=Path, default=Path("vdirsyncer"))
    parser.add_argument("--cards", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    Vdirsyncer.program = chosen.vdirsyncer
    clients = list(CLIENTS)
    taken: dict[str, list[float]] = {client: [] for client in clients}
    for _ in range(chosen.pairs):
        for client in clients:
            taken[client].append(first_sync(client, chosen.cards))
        clients.reverse()
        print(", ".join(f"{client} {found[-1]:.2f} s" for client, found in taken.items()), flush=True)
    found: dict[str, float] = {client: median(seconds) for client, seconds in taken.items()}
    found["ratio"] = median(a / b for a, b in zip(taken["kith"], taken["vdirsyncer"], strict=True))
    found["pairs"] = chosen.pairs
    print(
        f"median of {chosen.pairs} pairs: kith {found['kith']:.2f} s, vdirsyncer {found['vdirsyncer']:.2f} s,"
        f" ratio {found['ratio']:.2f}"
    )
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
