"""Two accounts and whole runs: one is any server, the other a correct one. The sharpest question is the second run."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from servers.household import Household
from servers.places import VARIANTS, Place, hostile_place, real_place
from servers.rewrites import unfold, value_of
from servers.wire import card

REAL = ("radicale", "xandikos", "cyrus", "sabre")


@pytest.fixture(
    params=[
        *(pytest.param(name, marks=pytest.mark.interop, id=name) for name in REAL),
        *(pytest.param(name, id=f"hostile-{name}") for name in VARIANTS),
    ]
)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Household]:
    """The account `phone` on each server in turn, and `home` on a correct one."""
    with ExitStack() as places:
        if request.param in REAL:
            phone = places.enter_context(real_place(request.param, request.getfixturevalue(request.param)))
        else:
            phone = places.enter_context(hostile_place(request.param))
        yield Household(tmp_path, phone=phone, home=places.enter_context(hostile_place("default")))


def furnish(house: Household) -> None:
    """Three cards on the phone, three at home, one person in both."""
    phone, home = house.places["phone"].phone, house.places["home"].phone
    shared = ("EMAIL;TYPE=home:ada@example.org", "TEL;TYPE=CELL:+49 171 3920011")
    phone.put("ada.vcf", card("u-ada", "Ada Shared", *shared))
    phone.put("ben.vcf", card("u-ben", "Ben Phone", "EMAIL:ben@example.org", "TEL;TYPE=CELL:+49 171 3920012"))
    phone.put("cleo.vcf", card("u-cleo", "Cleo Phone", "EMAIL:cleo@example.org", "ORG:Firm GmbH"))
    home.put("a.vcf", card("u-home-ada", "Ada Shared", *shared, "BDAY:1980-02-03"))
    home.put(
        "d.vcf",
        card(
            "u-dora",
            "Dora Home",
            "EMAIL;TYPE=home:dora@example.org",
            "EMAIL;TYPE=work:dora@firm.example",
            "TEL;TYPE=CELL:+49 171 3920014",
            "CATEGORIES:Friends,Rowing",
            "NOTE:A long note that says a lot about Dora and goes on and on",
            "X-SHOE-SIZE:43",
            "item1.X-ABDATE;VALUE=date:2001-05-06",
            "item1.X-ABLabel:First met",
        ),
    )
    home.put(
        "e.vcf", card("u-emil", "Emil Home", "EMAIL:emil@example.org", "ADR;TYPE=home:;;Weg 1;Köln;;50667;")
    )


def people(place: Place) -> dict[str, bytes]:
    """Cards by full name; two of one name fail the test."""
    found: dict[str, bytes] = {}
    for name in place.phone.names():
        text = place.phone.get(name)
        assert text is not None
        full_name = value_of(text, "FN")
        assert full_name not in found, f"{full_name} is there twice"
        found[full_name] = text
    return found


EVERYONE = {"Ada Shared", "Ben Phone", "Cleo Phone", "Dora Home", "Emil Home"}


def settled(house: Household) -> None:
    """A run that carries something, then a quiet one."""
    result = house.sync()
    assert house.problems(result) == []
    still(house)


def test_the_second_run_writes_nothing_and_nothing_is_lost(house: Household) -> None:
    """Everyone is everywhere after the first run; then also a full run has nothing to do. At home not a line went,
    whatever the phone's server forgets or rewrites."""
    furnish(house)
    before = people(house.places["home"])
    settled(house)
    for place in house.places.values():
        assert set(people(place)) == EVERYONE
    result = house.sync(full=True)
    assert house.problems(result) == []
    assert (result.plan.operations, house.writes()) == ((), {"phone": [], "home": []})
    now = people(house.places["home"])
    for name, text in before.items():
        kept = unfold(now[name])
        assert [
            line for line in unfold(text) if line not in kept and not line.startswith(REWRITABLE)
        ] == [], name


REWRITABLE = ("REV", "PRODID", "N:")


def test_edits_on_both_sides_meet_and_a_deletion_stays(house: Household) -> None:
    """Two fields of one person are edited in two places; later a person is deleted on the phone."""
    furnish(house)
    house.sync()
    phone, home = house.places["phone"], house.places["home"]
    for place, line in ((phone, "NICKNAME:Countess"), (home, "TITLE:Mathematician")):
        place.phone.put(*with_line(place, "Ada Shared", line))
    settled(house)
    for place in (phone, home):
        text = people(place)["Ada Shared"]
        assert (value_of(text, "NICKNAME"), value_of(text, "TITLE")) == ("Countess", "Mathematician")
    assert set(people(home)) == EVERYONE
    phone.phone.delete(file_of(phone, "Emil Home"))
    house.sync()
    house.sync()
    still(house)
    assert set(people(phone)) == set(people(home)) == EVERYONE - {"Emil Home"}


def test_an_edit_before_our_write_was_read_back_is_an_edit(house: Household) -> None:
    """The phone edits a card that kith has just made there. What its server dropped is still no removal."""
    furnish(house)
    phone, home = house.places["phone"], house.places["home"]
    before = people(home)["Dora Home"]
    house.sync()
    phone.phone.put(*with_line(phone, "Dora Home", "NICKNAME:Dori"))
    settled(house)
    now = people(home)["Dora Home"]
    assert value_of(now, "NICKNAME") == "Dori"
    kept = unfold(now)
    assert [line for line in unfold(before) if line not in kept and not line.startswith(REWRITABLE)] == []


def file_of(place: Place, full_name: str) -> str:
    """The file name of a person's card."""
    return next(
        one for one in place.phone.names() if value_of(place.phone.get(one) or b"", "FN") == full_name
    )


def with_line(place: Place, full_name: str, line: str) -> tuple[str, bytes]:
    """A person's card with a further line, as its owner's device would write it."""
    name = file_of(place, full_name)
    text = place.phone.get(name)
    assert text is not None
    return name, text.replace(b"END:VCARD", line.encode() + b"\r\nEND:VCARD")


GIVEN = ("Agnes", "Boris", "Chiara", "Dora", "Emil", "Farida", "Gustav", "Hedwig", "Ivo", "Jasmin")
FAMILY = ("Weber", "Kowalski", "Yilmaz", "Rossi", "Andersen", "Okafor")


@pytest.mark.interop
def test_four_real_servers_agree(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Sixty people on four servers of four makers: everyone everywhere, then quiet; edits in all four meet in one card."""
    with ExitStack() as opened:
        places = {
            name: opened.enter_context(real_place(name, request.getfixturevalue(name))) for name in REAL
        }
        all_four = Household(tmp_path, **places)
        everyone = {f"{given} {family}" for given in GIVEN for family in FAMILY}
        for number, name in enumerate(sorted(everyone)):
            mail = f"EMAIL;TYPE=home:{name.replace(' ', '.').lower()}@example.org"
            places[REAL[number % 4]].phone.put(f"c{number}.vcf", card(f"u{number}", name, mail))
        assert all_four.problems(all_four.sync()) == []
        assert [set(people(place)) == everyone for place in places.values()] == [True] * 4
        still(all_four)
        lines = ("NICKNAME:Countess", "TITLE:Mathematician", "NOTE:Likes tea", "URL:https://ada.example")
        for place, line in zip(places.values(), lines, strict=True):
            place.phone.put(*with_line(place, "Dora Weber", line))
        places["xandikos"].phone.delete(file_of(places["xandikos"], "Emil Yilmaz"))
        all_four.sync()
        all_four.sync()
        still(all_four)
        for place in places.values():
            found = people(place)
            assert set(found) == everyone - {"Emil Yilmaz"}
            text = found["Dora Weber"]
            assert [value_of(text, one.partition(":")[0]) for one in lines] == [
                one.partition(":")[2] for one in lines
            ]


def still(house: Household) -> None:
    """A run that has nothing to do, however many accounts there are."""
    result = house.sync()
    assert (house.problems(result), result.plan.operations) == ([], ())
    assert all(written == [] for written in house.writes().values())
