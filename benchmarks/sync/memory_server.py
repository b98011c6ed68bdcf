"""The tests' in-memory CardDAV server as a process of its own: `memory_server.py CARDS PICTURES`; prints its port."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

sys.path[:0] = [str(Path(__file__).parents[2] / "tests"), str(Path(__file__).parent)]

from cards import card, name  # noqa: E402
from servers.hostile import HostileServer  # noqa: E402


def main() -> None:
    """Serve until standard input ends."""
    count, picture = int(sys.argv[1]), sys.argv[2] == "1"
    with HostileServer(gzip=True) as server:
        book = server.books["contacts"]
        for number in range(count):
            book.put(name(number), card(number, picture))
        print(urlsplit(server.url).port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
