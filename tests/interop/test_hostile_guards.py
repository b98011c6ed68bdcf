"""What looks like a mass deletion, and what only looks like one: nobody goes elsewhere without the owner's word."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from servers.household import Household
from servers.places import Place, hostile_place
from servers.rewrites import value_of
from servers.wire import card

COUNT = 24


@pytest.fixture(params=["default", "no-sync-report", "no-sync-report-no-ctag"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Household]:
    """A phone with many cards, and a home that has got them all."""
    with ExitStack() as places:
        phone = places.enter_context(hostile_place(request.param))
        made = Household(tmp_path, phone=phone, home=places.enter_context(hostile_place("default")))
        for number in range(COUNT):
            mail = f"EMAIL:ada{number}@example.org"
            phone.phone.put(f"c{number}.vcf", card(f"u{number}", f"Ada Number{number}", mail))
        assert made.problems(made.sync()) == []
        assert people(made, "home") == {f"Ada Number{number}" for number in range(COUNT)}
        yield made


def people(house: Household, account: str) -> set[str]:
    phone = house.places[account].phone
    return {value_of(phone.get(name) or b"", "FN") for name in phone.names()}


def switches(house: Household) -> object:
    return house.places["phone"].traffic.switches  # type: ignore[union-attr]


def remove(place: Place, count: int) -> None:
    for number in range(count):
        place.phone.delete(f"c{number}.vcf")


@pytest.mark.parametrize(
    "gone", [COUNT, COUNT - 1, COUNT // 2, 7], ids=["all", "one-survivor", "half", "seven"]
)
def test_many_deletions_wait_for_the_owner(house: Household, gone: int) -> None:
    remove(house.places["phone"], gone)
    for _ in range(2):
        result = house.sync()
        assert [hold.account for hold in result.plan.holds] == ["phone"]
        assert result.accounts["phone"].status == "held"
        assert house.writes() == {"phone": [], "home": []}
    assert len(people(house, "home")) == COUNT
    house.sync(max_delete=COUNT)
    house.sync(max_delete=COUNT)
    assert len(people(house, "home")) == COUNT - gone == len(people(house, "phone"))


def test_a_held_account_goes_on_by_itself_when_its_cards_are_back(house: Household) -> None:
    place = house.places["phone"]
    texts = {name: place.phone.get(name) or b"" for name in place.phone.names()}
    remove(place, COUNT - 1)
    house.sync()
    for name, text in texts.items():
        place.phone.put(name, text)
    house.places["home"].phone.put("new.vcf", card("unew", "Grace New", "EMAIL:grace@example.org"))
    house.sync()
    result = house.sync()
    assert (house.problems(result), result.plan.holds, result.plan.operations) == ([], (), ())
    assert people(house, "phone") == people(house, "home") and len(people(house, "phone")) == COUNT + 1


LIES: dict[str, Callable[[Household], None]] = {
    "empty list": lambda house: setattr(switches(house), "listing", "empty"),
    "404": lambda house: setattr(switches(house), "listing", "404"),
    "login page": lambda house: setattr(switches(house), "login_page", True),
    "three not listed": lambda house: setattr(switches(house), "unlisted", {"c1.vcf", "c2.vcf", "c3.vcf"}),
    "half not listed": lambda house: setattr(switches(house), "unlisted", {f"c{n}.vcf" for n in range(12)}),
    "another password": lambda house: setattr(house.places["phone"].traffic, "password", "changed"),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("full", [False, True], ids=["sync", "full"])
def test_a_server_that_lies_deletes_nobody(house: Household, lie: str, full: bool) -> None:
    """Cards that a list leaves out although they are there, and answers that are no list at all."""
    book = house.places["phone"].phone
    book.put("c0.vcf", card("u0", "Ada Number0", "EMAIL:ada0@example.org", "NICKNAME:Countess"))
    LIES[lie](house)
    for _ in range(3):
        house.sync(full=full)
        assert house.writes()["home"] in (
            [],
            [line for line in house.writes()["home"] if line.startswith("PUT")],
        )
    assert len(people(house, "home")) == COUNT
    assert len(book.names()) == COUNT


def test_another_principal_is_another_place(house: Household) -> None:
    server = house.places["phone"].traffic
    book = server.books["contacts"]  # type: ignore[union-attr]
    server.principal = "/principals/mallory/"  # type: ignore[union-attr]
    book.recreate()
    book.put("m.vcf", card("um", "Mallory Other", "EMAIL:m@example.org"))
    for _ in range(2):
        result = house.sync()
        assert result.accounts["phone"].status in {"failed", "held"}
        assert house.writes() == {"phone": [], "home": []}
    assert len(people(house, "home")) == COUNT and "Mallory Other" not in people(house, "home")


def test_a_book_made_anew_is_no_mass_deletion(house: Household) -> None:
    house.places["phone"].traffic.books["contacts"].recreate()  # type: ignore[union-attr]
    for _ in range(2):
        result = house.sync()
        assert result.accounts["phone"].status in {"failed", "held"}
    assert len(people(house, "home")) == COUNT and people(house, "phone") == set()


def test_a_read_only_book_is_read_and_never_written(house: Household) -> None:
    switches(house).read_only = {"contacts"}  # type: ignore[attr-defined]
    house.places["home"].phone.put("new.vcf", card("unew", "Grace New", "EMAIL:grace@example.org"))
    house.places["phone"].phone.put("p.vcf", card("up", "Pia Phone", "EMAIL:pia@example.org"))
    house.sync(full=True)
    house.sync()
    assert [line for line in house.writes()["phone"] if "-> 2" in line] == []
    assert {"Grace New", "Pia Phone"} <= people(house, "home")
    assert "Grace New" not in people(house, "phone")


def test_one_card_that_is_refused_does_not_keep_the_others(house: Household) -> None:
    server = house.places["phone"].traffic
    server.fault("PUT", times=1, status=403)
    for number in range(3):
        house.places["home"].phone.put(f"n{number}.vcf", card(f"n{number}", f"New Person{number}x"))
    result = house.sync()
    assert len(house.problems(result)) == 1
    assert len(people(house, "phone")) == COUNT + 2
    assert len(house.sync().plan.held_back) == 1
