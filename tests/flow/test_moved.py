"""An account that leads to another address book than before: held, and never taken for a loss of people."""

import pytest

from flow.house import DavBook, House
from servers.process import Server


@pytest.fixture
def books(radicale: Server) -> tuple[DavBook, DavBook, DavBook]:
    """The phone's book with three people, and two empty ones of the tablet."""
    phone, old, new = (DavBook(radicale, radicale.book()) for _ in range(3))
    for number in range(3):
        phone.put(
            f"{number}.vcf",
            f"moved-{number}",
            f"Person{number} Nummer{number}",
            f"TEL:+49 171 392000{number}",
        )
    return phone, old, new


def test_another_url_is_held_and_then_filled(house: House, books: tuple[DavBook, DavBook, DavBook]) -> None:
    phone, old, new = books
    people = set(phone.cards())
    house.write_config(phone.table("phone"), old.table("tablet"))
    assert house.kith("sync", "--json").written == (3, 0, 0)
    house.write_config(phone.table("phone"), new.table("tablet"))
    for _ in range(2):
        held = house.kith("sync", code=4).text
        assert "where kith knows 3 cards, is not in this account any more" in held
        assert "kith approve tablet, then kith sync --full: nothing is deleted" in held
        assert new.cards() == {}
    assert "kith sync --full carries out what is held" in house.kith("approve", "tablet").out
    assert house.kith("sync", "--json").written == (3, 0, 0)
    assert set(phone.cards()) == set(old.cards()) == set(new.cards()) == people
    for words in (["sync", "--json"], ["sync", "--full", "--json"]):
        assert house.kith(*words).written == (0, 0, 0)
    assert {len(one["cards"]) for one in house.people().values()} == {2}


def test_the_old_url_again_lifts_the_hold(house: House, books: tuple[DavBook, DavBook, DavBook]) -> None:
    phone, old, new = books
    house.write_config(phone.table("phone"), old.table("tablet"))
    house.kith("sync")
    house.write_config(phone.table("phone"), new.table("tablet"))
    house.kith("sync", code=4)
    house.write_config(phone.table("phone"), old.table("tablet"))
    assert house.kith("sync", "--json").written == (0, 0, 0)
    assert house.kith("status", "--json").only("status")[0]["needs"] == []


def test_a_book_that_is_left_out_of_the_config(house: House, books: tuple[DavBook, DavBook, DavBook]) -> None:
    phone, old, new = books
    both = old.server.home
    names = [book.url.rstrip("/").rpartition("/")[2] for book in (old, new)]
    old.put("own.vcf", "own", "Olga Stein", "EMAIL:olga@stein.example")
    table = DavBook(old.server, both).table
    house.write_config(phone.table("phone"), table("tablet", address_books=f'["{names[0]}", "{names[1]}"]'))
    house.kith("sync")
    house.write_config(phone.table("phone"), table("tablet", address_books=f'["{names[1]}"]'))
    phone.put("0.vcf", "moved-0", "Person0 Nummer0", "TEL:+49 171 3920000", "NOTE:later")
    told = house.kith("sync", code=3).err
    assert "in this account" in told and "kith sync --full (nothing is deleted by that)" in told
    held = house.kith("sync", "--full", code=4).text
    assert "is not in this account any more" in held
    house.kith("approve", "tablet")
    house.kith("sync", "--full")
    assert {"Olga Stein"} <= set(new.cards()) & set(old.cards()) & set(phone.cards())
    assert house.kith("sync", "--full", "--json").written == (0, 0, 0)
