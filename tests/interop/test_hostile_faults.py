"""One fault at a time between kith and an account, in the middle of real work: nothing is lost, doubled or brought back,
the other account is synced, and one or two runs after the fault is gone everything is settled."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from servers.household import Household
from servers.places import Place, hostile_place, real_place
from servers.program import Program
from servers.rewrites import value_of
from servers.wire import card


@dataclass(frozen=True)
class Trouble:
    """A fault at the account `phone`: what it hits, what happens, how often (0: until it is taken away)."""

    match: str
    kind: str
    times: int = 1
    within: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        what = "-".join(part for part in (self.match, self.within, self.kind) if part)
        extra = "-".join(f"{value}" for value in self.more.values() if isinstance(value, int))
        return "-".join(part for part in (what, extra, "always" if not self.times else "") if part)


READS = ("sync-collection", "addressbook-multiget")
KINDS = (
    "reset_before",
    "reset_after",
    "reset_in_body",
    "cut",
    "broken_xml",
    "empty_body",
    "login_page",
    "drop",
)
TROUBLES = [
    *(Trouble("REPORT", kind, times, within) for kind in KINDS for within in READS for times in (1, 0)),
    *(Trouble("REPORT", kind, 0, "sync-collection") for kind in ("empty_listing", "stale", "bomb", "slow")),
    *(Trouble("PUT", kind, times) for kind in ("reset_before", "reset_after", "drop") for times in (1, 0)),
    *(Trouble("DELETE", kind, 1) for kind in ("reset_before", "reset_after", "drop")),
    *(
        Trouble(match, "status", times, more={"status": status})
        for match, statuses in (
            ("PUT", (500, 503, 507, 429, 412, 403, 401)),
            ("REPORT", (500, 503, 429, 404, 401)),
            ("DELETE", (500, 412)),
        )
        for status in statuses
        for times in (1, 0)
    ),
    Trouble("*", "status", 0, more={"status": 429, "headers": (("Retry-After", "1"),)}),
    Trouble("*", "status", 0, more={"status": 503, "headers": (("Retry-After", "3600"),)}),
    Trouble("*", "reset_before", 0),
    Trouble("*", "login_page", 0),
]

FIRST = {"Ada Shared", "Ben Phone", "Dora Home", "Emil Home"}
LAST = {"Ada Shared", "Ben Phone", "Dora Home", "Fay Phone", "Gina Home"}


def people(place: Place) -> dict[str, bytes]:
    """Cards by full name; two of one name fail the test."""
    found: dict[str, bytes] = {}
    for name in place.phone.names():
        text = place.phone.get(name) or b""
        assert value_of(text, "FN") not in found, f"{value_of(text, 'FN')} is there twice"
        found[value_of(text, "FN")] = text
    return found


def add_line(place: Place, full_name: str, line: str) -> None:
    name = file_of(place, full_name)
    place.phone.put(
        name, (place.phone.get(name) or b"").replace(b"END:VCARD", line.encode() + b"\r\nEND:VCARD")
    )


def file_of(place: Place, full_name: str) -> str:
    return next(
        one for one in place.phone.names() if value_of(place.phone.get(one) or b"", "FN") == full_name
    )


def work(house: Household) -> None:
    """A settled household, and then a busy day: on both sides someone comes, is edited, and one goes."""
    phone, home = house.places["phone"], house.places["home"]
    shared = ("EMAIL;TYPE=home:ada@example.org", "TEL;TYPE=CELL:+49 171 3920011")
    phone.phone.put("ada.vcf", card("u-ada", "Ada Shared", *shared))
    phone.phone.put("ben.vcf", card("u-ben", "Ben Phone", "EMAIL:ben@example.org"))
    home.phone.put("a.vcf", card("u-home-ada", "Ada Shared", *shared))
    home.phone.put("d.vcf", card("u-dora", "Dora Home", "EMAIL:dora@example.org"))
    home.phone.put("e.vcf", card("u-emil", "Emil Home", "EMAIL:emil@example.org"))
    assert house.problems(house.sync()) == []
    assert set(people(phone)) == set(people(home)) == FIRST
    phone.phone.put("fay.vcf", card("u-fay", "Fay Phone", "EMAIL:fay@example.org"))
    home.phone.put("g.vcf", card("u-gina", "Gina Home", "EMAIL:gina@example.org"))
    add_line(phone, "Ada Shared", "NICKNAME:Countess")
    add_line(home, "Ada Shared", "TITLE:Mathematician")
    add_line(home, "Ben Phone", "ROLE:Rower")
    home.phone.delete(file_of(home, "Emil Home"))


REFUSED = {403, 507}
"""Statuses of a PUT that concern the card: it is set aside and named in every run, until it is edited."""


def try_again(house: Household) -> None:
    """Every card that was refused is still named; its owner edits it."""
    refused = [item.title for item in house.sync().plan.held_back]
    assert refused
    for title in refused:
        add_line(house.places["home"], title, "NOTE:again")


def runs_through(house: Household, trouble: Trouble) -> None:
    """The day's work, synced while there is trouble, and after it."""
    phone, home = house.places["phone"], house.places["home"]
    work(house)
    phone.traffic.fault(
        trouble.match, trouble.kind, trouble.times or 1 << 30, within=trouble.within, **trouble.more
    )
    result = house.sync()
    assert set(people(home)) >= LAST - {"Fay Phone"}, "nobody goes at home because the phone is in trouble"
    assert result.accounts["home"].status == "ok"
    phone.traffic.clear()
    if trouble.more.get("status") in REFUSED:
        try_again(house)
    house.sync()
    house.sync()
    result = house.sync()
    assert house.problems(result) == []
    assert (result.plan.operations, house.writes()) == ((), {"phone": [], "home": []})
    assert set(people(phone)) == set(people(home)) == LAST
    for place in (phone, home):
        ada = people(place)["Ada Shared"]
        assert (value_of(ada, "NICKNAME"), value_of(ada, "TITLE")) == ("Countess", "Mathematician")
        assert value_of(people(place)["Ben Phone"], "ROLE") == "Rower"
    assert result.plan.conflicts == ()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Household]:
    """Two accounts on servers in memory."""
    with ExitStack() as places:
        phone = places.enter_context(hostile_place("no-data-in-report"))
        phone.settings["timeout"] = 0.3
        yield Household(tmp_path, phone=phone, home=places.enter_context(hostile_place("default")))


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_one_kind_of_trouble_at_a_time(house: Household, trouble: Trouble) -> None:
    runs_through(house, trouble)


@pytest.mark.interop
@pytest.mark.parametrize("trouble", [one for one in TROUBLES if one.match == "PUT" and one.times], ids=str)
def test_a_write_that_goes_wrong_on_a_real_server(
    tmp_path: Path, sabre: Program, cyrus: Program, trouble: Trouble
) -> None:
    with real_place("cyrus", cyrus) as phone, real_place("sabre", sabre) as home:
        phone.settings["timeout"] = 5.0 if trouble.kind != "drop" else 0.5
        runs_through(Household(tmp_path, phone=phone, home=home), trouble)
