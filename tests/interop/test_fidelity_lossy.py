"""A poor account beside a rich one: nothing is removed elsewhere, nothing swings, and edits on both sides are carried."""

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from card_strategies import png
from servers.hostile import HostileServer
from servers.household import Household
from servers.places import HostilePhone, Place, hostile_place
from servers.rewrites import unfold

POOR = ("one_email", "drop_x", "shrink_photo", "cut_note", "format_phones", "drop_categories")
LARGE, OTHER = (base64.b64encode(png(edge, edge)).decode() for edge in (90, 30))
RICH = "\r\n".join(
    [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:anna",
        "FN:Anna Huber",
        "N:Huber;Anna;;;",
        "TEL;TYPE=CELL:+49 171 39200-12",
        "TEL;TYPE=WORK:112233",
        "EMAIL;TYPE=HOME:anna@example.org",
        "EMAIL;TYPE=WORK:a.huber@firm.example",
        "NOTE:met in Köln at the fair\\nlikes tea",
        "CATEGORIES:Friends",
        f"PHOTO;ENCODING=b;TYPE=PNG:{LARGE}",
        "X-TWITTER:@anna",
        "END:VCARD",
        "",
    ]
)


@contextmanager
def lossy(*habits: str) -> Iterator[Place]:
    with HostileServer(rewrite=habits) as server:
        settings = {"url": server.url, "username": server.username, "password": server.password}
        yield Place("lossy", settings, HostilePhone(server.books["contacts"]), server, frozenset(habits))


@pytest.fixture(params=[POOR, ("drop_note", "drop_photo"), ("cut_n", "to_3", "sort")], ids="+".join)
def sides(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Household, Place, Place]]:
    with ExitStack() as stack:
        rich = stack.enter_context(hostile_place("default"))
        poor = stack.enter_context(lossy(*request.param))
        rich.phone.put("a.vcf", RICH.encode())
        yield Household(tmp_path, rich=rich, poor=poor), rich, poor


def rich_card(place: Place) -> str:
    return "\n".join(unfold(place.phone.get("a.vcf") or b""))


def edit(place: Place, old: str, new: str) -> None:
    (name,) = place.phone.names()
    lines = "\r\n".join([*unfold(place.phone.get(name) or b""), ""])
    assert old in lines
    place.phone.put(name, lines.replace(old, new).encode())


def quiet(house: Household) -> None:
    for full in (False, False, True, False, True):
        house.sync(full=full)
        assert house.writes() == {"rich": [], "poor": []}


def test_what_a_server_drops_is_removed_nowhere_and_nothing_swings(
    sides: tuple[Household, Place, Place],
) -> None:
    house, rich, poor = sides
    house.sync()
    assert len(poor.phone.names()) == 1
    quiet(house)
    assert rich.phone.get("a.vcf") == RICH.encode()


def test_edits_on_both_sides_are_carried_and_nothing_else_moves(
    sides: tuple[Household, Place, Place],
) -> None:
    house, rich, poor = sides
    house.sync()
    edit(poor, "FN:Anna Huber", "FN:Anna Kern")
    house.sync()
    assert rich_card(rich) == "\n".join(unfold(RICH.replace("FN:Anna Huber", "FN:Anna Kern").encode()))
    quiet(house)
    edit(rich, "FN:Anna Kern", "FN:Anna Zoë Kern")
    house.sync()
    (name,) = poor.phone.names()
    assert "FN:Anna Zoë Kern" in unfold(poor.phone.get(name) or b"")
    quiet(house)


@pytest.fixture
def poorest(tmp_path: Path) -> Iterator[tuple[Household, Place, Place]]:
    with ExitStack() as stack:
        rich, poor = stack.enter_context(hostile_place("default")), stack.enter_context(lossy(*POOR))
        rich.phone.put("a.vcf", RICH.encode())
        house = Household(tmp_path, rich=rich, poor=poor)
        house.sync()
        yield house, rich, poor


@pytest.mark.parametrize(
    ("old", "new", "mine", "there"),
    [
        ("NOTE:met in Köln at the f", "NOTE:met in Bonn at the f", "met in Köln", "met in Bonn"),
        (":anna@", ":anna.huber@", "HOME:anna@", "HOME:anna.huber@"),
        ("TEL;TYPE=CELL:", "TEL;TYPE=HOME:", "TEL;TYPE=CELL:", "TEL;TYPE=HOME:"),
        ("END:VCARD", "NICKNAME:Anni\r\nEND:VCARD", "END:VCARD", "NICKNAME:Anni\nEND:VCARD"),
    ],
)
def test_an_edit_on_the_poor_side_is_put_onto_what_it_stands_for(
    poorest: tuple[Household, Place, Place], old: str, new: str, mine: str, there: str
) -> None:
    house, rich, poor = poorest
    before = rich_card(rich)
    (name,) = poor.phone.names()
    (shown,) = [line for line in unfold(poor.phone.get(name) or b"") if line.startswith("NOTE")]
    old, new = (
        old.replace("NOTE:met in Köln at the f", shown),
        new.replace("NOTE:met in Bonn at the f", shown.replace("Köln", "Bonn")),
    )
    edit(poor, old, new)
    house.sync()
    assert rich_card(rich) == before.replace(mine, there)
    quiet(house)


def test_a_picture_replaced_on_the_poor_side_replaces_the_larger_one(
    poorest: tuple[Household, Place, Place],
) -> None:
    house, rich, poor = poorest
    (name,) = poor.phone.names()
    (shown,) = [line for line in unfold(poor.phone.get(name) or b"") if line.startswith("PHOTO")]
    poor.traffic.switches.rewrite = ()  # the owner's own device writes what it wants
    edit(poor, shown, f"PHOTO;ENCODING=b;TYPE=PNG:{OTHER}")
    poor.traffic.switches.rewrite = POOR
    house.sync()
    assert OTHER in rich_card(rich) and LARGE not in rich_card(rich)
    assert rich_card(rich).count("\n") == len(unfold(RICH.encode())) - 1
    quiet(house)


def test_an_edit_on_the_rich_side_reaches_the_poor_one_as_far_as_it_goes(
    poorest: tuple[Household, Place, Place],
) -> None:
    house, rich, poor = poorest
    edit(rich, "NOTE:met in Köln", "NOTE:saw in Bonn")
    edit(rich, "EMAIL;TYPE=HOME:anna@", "EMAIL;TYPE=HOME:zoe@")
    house.sync()
    (name,) = poor.phone.names()
    held = "\n".join(unfold(poor.phone.get(name) or b""))
    assert "zoe@example.org" in held and "NOTE:saw in Bonn" in held and "Köln" not in held
    quiet(house)
