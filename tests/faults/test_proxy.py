"""The bars of docs/safety.md, between kith and two real servers with a proxy in the way: how much is asked of a server in
trouble, and how much of the work gets done all the same. What each kind of fault leads to at each stage of a run is in
tests/interop/test_hostile_faults.py."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from faults.kill import books, crowd, mail
from servers.household import Household
from servers.places import Place, real_place
from servers.process import Server
from servers.wire import card

PEOPLE = crowd(60)

pytestmark = pytest.mark.interop


@pytest.fixture
def house(radicale: Server, xandikos: Server, tmp_path: Path) -> Iterator[Household]:
    """The account `phone` on Radicale and `home` on Xandikos, both empty."""
    with ExitStack() as opened:
        phone = opened.enter_context(real_place("phone", radicale))
        home = opened.enter_context(real_place("home", xandikos))
        for place in (phone, home):
            place.settings["timeout"] = 10.0
        yield Household(tmp_path, phone=phone, home=home)


def fill(place: Place, people: list[str]) -> None:
    for name in people:
        number = PEOPLE.index(name)
        place.phone.put(f"c{number}.vcf", card(f"u{number}", name, mail(name)))


def settled(house: Household, people: list[str]) -> None:
    """One further run, and one that has nothing to do: everyone is on both sides once, and no conflict was seen."""
    house.sync()
    result = house.sync()
    assert (house.problems(result), result.plan.operations, result.plan.conflicts) == ([], (), ())
    assert house.writes() == {"phone": [], "home": []}
    found = books(house)
    assert set(found["phone"]) == set(found["home"]) == set(people)
    for name in people:
        assert said(found["phone"][name]) == said(found["home"][name])


def said(lines: tuple[str, ...]) -> set[tuple[str, str]]:
    """{(property, value)} of a card: kith and a device spell types differently."""
    pairs = (line.partition(":") for line in lines)
    return {(head.partition(";")[0], value) for head, _, value in pairs if head not in ("VERSION", "UID")}


@pytest.mark.parametrize("headers", [(), (("Retry-After", "3600"),)], ids=["without", "with-retry-after"])
def test_too_many_requests_for_good_costs_three_refusals_at_most(house: Household, headers: tuple) -> None:
    """Forty cards to write and 429 for each: the account waits, the other one is synced, and later all arrive."""
    phone, home = house.places.values()
    fill(phone, PEOPLE[:3])
    fill(home, PEOPLE[3:42])
    home.phone.put("late.vcf", card("u-late", "Late Arrival", mail("Late Arrival")))
    phone.traffic.fault("PUT", "status", status=429, headers=headers)
    result = house.sync()
    assert 1 <= len(phone.writes()) <= (1 if headers else 3)
    assert (result.accounts["phone"].status, result.accounts["home"].status) == ("failed", "ok")
    assert result.accounts["home"].created == 3
    phone.traffic.clear()
    settled(house, [*PEOPLE[:42], "Late Arrival"])


def test_a_cut_answer_with_the_cards_is_asked_for_again_in_the_same_run(house: Household) -> None:
    """Forty cards came on one side, and the answer that carries them is cut off once: all forty arrive in that run."""
    phone = house.places["phone"]
    fill(phone, PEOPLE[:20])
    house.sync()
    fill(phone, PEOPLE[20:])
    fault = phone.traffic.fault("REPORT", "cut", times=1, within="address-data")
    result = house.sync()
    assert fault.hits >= 2, "the fault was not met, or not got over"
    assert result.accounts["home"].created == 40
    settled(house, PEOPLE)


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_five_lost_answers_make_no_twin(house: Household, kind: str) -> None:
    """Five writes of which the answer never comes: carried out or not, one further run finds out."""
    phone, home = house.places.values()
    fill(home, PEOPLE[:40])
    fault = phone.traffic.fault("PUT", kind, times=5)
    result = house.sync()
    assert (fault.hits > 0, result.accounts["home"].status) == (True, "ok")
    for _ in range(5):
        house.sync()
    phone.traffic.clear()
    settled(house, PEOPLE[:40])


@pytest.mark.parametrize("kind", ["empty_listing", "login_page", "cut", "broken_xml", "empty_body", "stale"])
def test_a_listing_in_trouble_removes_nobody(house: Household, kind: str) -> None:
    """A full look at both books while every listing of one is wrong; the other is still brought up to date."""
    phone, home = house.places.values()
    fill(phone, PEOPLE[:12])
    house.sync()
    settled(house, PEOPLE[:12])
    home.phone.put("new.vcf", card("u-new", "Late Arrival", mail("Late Arrival")))
    phone.traffic.fault("REPORT", kind)
    phone.traffic.fault("PROPFIND", kind, within="getetag")
    for full in (False, True, True):
        result = house.sync(full=full)
        assert result.accounts["home"].status == "ok"
        assert [item for item in house.writes()["home"] if item.startswith("DELETE")] == []
        assert [item for item in house.writes()["phone"] if item.startswith("DELETE")] == []
    phone.traffic.clear()
    house.sync()
    settled(house, [*PEOPLE[:12], "Late Arrival"])
