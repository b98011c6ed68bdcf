"""How long a LinkedIn export takes to read, as a multiple of what csv.DictReader alone needs for the same zip.

    python benchmarks/linkedin.py [--rows 30000] [--runs 15]

Both read the zip from disk; runs alternate, and the best CPU time of each is compared (what else the machine does can only
add to it). Counted on kith's side is all that a sync takes from the connector, from opening the account to the last page: unzip,
check the file for damage, find the table, take names apart, build every record with its revision, list the book and
its cursor. Records are plain values: no field of them is worked out later. On the other side the rows are only
handed out as dicts. Prints one JSON object.
"""

import argparse
import csv
import io
import json
import random
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from kith.connector.api import PullRequest
from kith.connector.info import Opening
from kith_connectors.linkedin import INFO
from kith_connectors.linkedin.settings import LinkedInSettings

_GIVEN = "Anna Bernd Çağla Dörte Émile Fatma Gülşen Hans-Peter Ivo Jürgen Kateryna Luís Maren Nils Oya Paul"
_FAMILY = "Müller Schmidt Yılmaz Weiß Øster Garcia de-Vries Nowak Kovács Brandt Lindqvist Okafor Sato"
GIVEN, FAMILY = _GIVEN.split(), _FAMILY.split()
PREAMBLE = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing, '
    'because not every member lets connections download theirs."\n\n'
)
HEADER = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")


def export(path: Path, rows: int) -> None:
    """Write a Basic export with that many connections: 3 % with an e-mail address, 1 in 200 a closed account."""
    pick = random.Random(7)
    text = io.StringIO()
    text.write(PREAMBLE)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for n in range(rows):
        day = f"{pick.randint(1, 28):02d} {pick.choice(('Jan', 'Mar', 'May', 'Oct'))} {pick.randint(2008, 2026)}"
        if n % 200 == 199:
            writer.writerow(("", "", "", "", "", "", day))
            continue
        family = f"{pick.choice(FAMILY)}{', MBA' if n % 50 == 0 else ''}"
        writer.writerow(
            (
                f"Dr. {pick.choice(GIVEN)}" if n % 40 == 0 else pick.choice(GIVEN),
                family,
                f"https://www.linkedin.com/in/member-{n:x}-{pick.randrange(1 << 30):x}",
                f"member{n}@example.org" if pick.random() < 0.03 else "",
                f"Beispiel {pick.randrange(rows // 4 + 1)} GmbH",
                f"{pick.choice(('Engineer', 'Head of Sales', 'Geschäftsführerin'))} {pick.randrange(90)}",
                day,
            )
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Connections.csv", text.getvalue())


def with_dict_reader(path: Path) -> int:
    """What the standard library needs to hand out every row as a dict, starting at the header."""
    with zipfile.ZipFile(path) as archive, archive.open("Connections.csv") as member:
        lines = io.TextIOWrapper(member, "utf-8", newline="")
        for _ in range(3):
            next(lines)
        return sum(1 for _ in csv.DictReader(lines))


def with_kith(path: Path) -> int:
    """What the connector needs to hand out every person as a record."""
    account = INFO.open(LinkedInSettings(path=str(path)), Opening("linkedin", region="DE"))
    return sum(len(page.records) for page in account.pull(PullRequest()))


def seconds(read: Callable[[Path], int], path: Path) -> float:
    start = time.process_time()
    read(path)
    return time.process_time() - start


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=30_000)
    words.add_argument("--runs", type=int, default=15)
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Basic_LinkedInDataExport.zip"
        export(path, chosen.rows)
        pairs = [(seconds(with_dict_reader, path), seconds(with_kith, path)) for _ in range(chosen.runs)]
        people = with_kith(path)
    plain, own = (min(column) for column in zip(*pairs, strict=True))
    result = {
        "rows": chosen.rows,
        "people": people,
        "dict_reader_s": round(plain, 4),
        "kith_s": round(own, 4),
        "ratio": round(own / plain, 2),
        "bar": 3.0,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
