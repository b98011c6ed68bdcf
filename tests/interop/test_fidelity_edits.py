"""One edit on one server, byte by byte on the other: it arrives exactly, and every other line stays as it was."""

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from card_strategies import png
from servers.household import Household
from servers.places import Place, hostile_place
from servers.rewrites import unfold


def picture(edge: int) -> str:
    return base64.b64encode(png(edge, edge)).decode()


MINE = "\r\n".join(
    [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:anna",
        "FN:Anna Maria Huber",
        "N:Huber;Anna Maria;;;",
        "item1.TEL;TYPE=CELL;X-OWN=1:+49 171 39200-12",
        "item1.X-ABLabel:Boat",
        "TEL;TYPE=HOME,PREF:+49 30 23125 001",
        "EMAIL;TYPE=HOME:anna@example.org",
        "ADR;TYPE=HOME:;;Hafenweg 3;Husum;;25813;Germany",
        "ORG:Acme;Lab",
        "TITLE:Engineer",
        "NOTE:met in Köln\\nlikes tea\\nhas a dog",
        "BDAY:1971-03-04",
        "CATEGORIES:Friends",
        f"PHOTO;ENCODING=b;TYPE=PNG:{picture(90)}",
        "X-RADICALE-NAME:mine.vcf",
        "END:VCARD",
        "",
    ]
)
THEIRS = "\r\n".join(
    [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:other-id",
        "N:Huber;Anna Maria;;;",
        "FN:Anna Maria Huber",
        "X-EVOLUTION-UI-SLOT:4",
        "TEL;TYPE=home;TYPE=pref:030 23125-001",
        "item7.TEL;type=CELL;X-THEIRS=yes:0171/3920012",
        "item7.X-ABLabel:Boat",
        "EMAIL;type=INTERNET;type=HOME:Anna@example.org",
        "item3.ADR;type=HOME:;;Hafenweg 3;Husum;;25813;Germany",
        "item3.X-ABADR:de",
        "ORG:Acme;Lab",
        "TITLE:Engineer",
        "NOTE:met in Köln\\nlikes tea\\nhas a dog",
        "BDAY;VALUE=date:1971-03-04",
        "CATEGORIES:Friends",
        f"PHOTO;ENCODING=b;TYPE=PNG:{picture(90)}",
        "END:VCARD",
        "",
    ]
)
EDITS: dict[str, tuple[str, str, list[str], list[str]]] = {
    "a label": ("Boat", "Ship", ["item7.X-ABLabel:Boat"], ["item7.X-ABLabel:Ship"]),
    "a preference": (
        "TEL;TYPE=HOME,PREF:",
        "TEL;TYPE=HOME:",
        ["TEL;TYPE=home;TYPE=pref:030 23125-001"],
        ["TEL;TYPE=home:030 23125-001"],
    ),
    "a type": (
        "EMAIL;TYPE=HOME:",
        "EMAIL;TYPE=WORK:",
        ["EMAIL;type=INTERNET;type=HOME:Anna@example.org"],
        ["EMAIL;type=INTERNET,WORK:Anna@example.org"],
    ),
    "an address in capitals": (
        "anna@example.org",
        "ANNA@example.org",
        ["EMAIL;type=INTERNET;type=HOME:Anna@example.org"],
        ["EMAIL;type=INTERNET;type=HOME:ANNA@example.org"],
    ),
    "a smaller picture": (picture(90), picture(9), [f"PHOTO;ENCODING=b;TYPE=PNG:{picture(90)}"], [f"PHOTO;TYPE=PNG;ENCODING=b:{picture(9)}"]),
    "a shorter note": (
        "\\nlikes tea\\nhas a dog",
        "",
        ["NOTE:met in Köln\\nlikes tea\\nhas a dog"],
        ["NOTE:met in Köln"],
    ),
    "a shorter name": (
        "Anna Maria",
        "Anna",
        ["N:Huber;Anna Maria;;;", "FN:Anna Maria Huber"],
        ["N:Huber;Anna;;;", "FN:Anna Huber"],
    ),
    "a firm in capitals": ("ORG:Acme", "ORG:ACME", ["ORG:Acme;Lab"], ["ORG:ACME;Lab"]),
    "a title": ("TITLE:Engineer", "TITLE:Chief", ["TITLE:Engineer"], ["TITLE:Chief"]),
    "a street": (
        "Hafenweg 3;",
        "Hafenweg 4;",
        ["item3.ADR;type=HOME:;;Hafenweg 3;Husum;;25813;Germany"],
        ["item3.ADR;type=HOME:;;Hafenweg 4;Husum;;25813;Germany"],
    ),
    "a list in capitals": ("CATEGORIES:Friends", "CATEGORIES:FRIENDS", ["CATEGORIES:Friends"], ["CATEGORIES:FRIENDS"]),
    "no birthday": ("BDAY:1971-03-04\r\n", "", ["BDAY;VALUE=date:1971-03-04"], []),
}  # fmt: skip


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Household, Place, Place]]:
    """Two servers that keep every byte, agreed about one person."""
    with ExitStack() as stack:
        a, b = (stack.enter_context(hostile_place("default")) for _ in "ab")
        a.phone.put("a.vcf", MINE.encode())
        b.phone.put("b.vcf", THEIRS.encode())
        house = Household(tmp_path, a=a, b=b)
        house.sync()
        assert house.writes() == {"a": [], "b": []}
        yield house, a, b


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_arrives_exactly_and_nothing_else_changes(
    sides: tuple[Household, Place, Place], what: str
) -> None:
    house, a, b = sides
    old, new, gone, come = EDITS[what]
    assert old in MINE
    a.phone.put("a.vcf", MINE.replace(old, new).encode())
    house.sync()
    held = b.phone.get("b.vcf") or b""
    before, after = unfold(THEIRS.encode()), unfold(held)
    assert [line for line in before if line not in after] == gone
    assert [line for line in after if line not in before] == come
    assert [line for line in after if line in before] == [line for line in before if line in after]
    assert a.phone.get("a.vcf") == MINE.replace(old, new).encode()
    house.sync(full=True)
    assert house.writes() == {"a": [], "b": []}
