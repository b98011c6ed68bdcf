"""Whole runs of kith between Google and another account, over the real client library and the emulator."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kith.config.settings import AccountSettings, AccountTable, Settings
from kith.connector.info import Opening
from kith.connector.testing import picture
from kith.model.contact import Contact, Date, Email, Organization, Phone, Photo, PostalAddress, Text, Url
from kith.sync.request import Request, Result
from kith.sync.run import sync
from kith_connectors.google import INFO
from kith_connectors.google.auth import store_token
from servers.people import PeopleServer
from servers.people_account import google_settings
from world import World, person


@pytest.fixture
def people() -> Iterator[PeopleServer]:
    with PeopleServer() as server:
        yield server


class Home:
    """A phone (in memory) and Google, both two-way."""

    def __init__(self, folder: Path, people: PeopleServer) -> None:
        self.people = people
        self.world = World(folder, phone={})
        self.store = folder / "state" / "kith.db"
        state = self.store.parent / "accounts" / "google"
        store_token(Opening("google", "DE", state), "refresh-1", "client-1", google_settings(people).scopes)

    @property
    def shelf(self) -> Any:
        return self.world.shelves["phone"]

    def settings(self) -> Settings:
        base = self.world.settings()
        common = AccountTable(connector="google", mode="two-way")
        google = AccountSettings("google", common, INFO, google_settings(self.people), 1)
        return replace(base, accounts={**base.accounts, "google": google})

    def sync(self, **more: Any) -> Result:
        self.people.reset_counts()
        return sync(self.settings(), self.store, Request(**more))

    def counts(self, result: Result) -> dict[str, tuple[int, int, int]]:
        return {name: (row.created, row.updated, row.deleted) for name, row in result.accounts.items()}


@pytest.fixture
def home(tmp_path: Path, people: PeopleServer) -> Home:
    return Home(tmp_path, people)


QUIET = {"phone": (0, 0, 0), "google": (0, 0, 0)}


def rich(name: str, photo: Photo | None = None) -> Contact:
    """A contact with much that Google holds otherwise than a card does."""
    own = ord(name[0]) - ord("A")
    base = person(name, "Sommer", email=f"{name.lower()}@example.org", phone=f"+49 171 392001{own}")
    return replace(
        base,
        phones=(*base.phones, Phone(f"030 2312500{own}", ("home", "voice", "x-old"))),
        emails=tuple(replace(row, pref=1) for row in base.emails),
        addresses=(
            PostalAddress(street=(f"Am Ufer {own}", "Hof"), locality=("Köln",), types=("dom", "home")),
        ),
        organizations=(Organization("Firm", ("Sales", "North"), "Head"),),
        urls=(Url("https://anna.example", ("x-boat",)),),
        birthday=Date(f"--0{own + 1}-29"),
        dates=(Date("some day", label="met"),),
        notes=(Text("one"), Text("two")),
        groups=("Rowing", "Friends"),
        photo=photo,
    )


def test_both_fill_each_other_and_then_there_is_nothing_to_do(home, people):
    people.book.add(
        names=[{"givenName": "Bert", "familyName": "Braun"}],
        emailAddresses=[{"value": "bert@example.org", "type": "work"}],
        userDefined=[{"key": "Shoe size", "value": "43"}],
        events=[{"date": {"month": 5, "day": 1}, "type": "First sail"}],
    )
    for name in ("Anna", "Cleo", "Dora"):
        home.shelf.put(f"{name}.vcf", rich(name))
    first = home.sync()
    assert home.counts(first) == {"phone": (1, 0, 0), "google": (3, 0, 0)}
    settled = [home.sync() for _ in range(2)]
    assert [home.counts(result) for result in settled] == [QUIET, QUIET]
    assert people.mutations == 0
    assert people.calls == {"people.connections.list": 1}
    assert len(people.book.people) == 4
    assert len(home.shelf.cards) == 4


def test_an_edit_travels_each_way_as_one_mutation(home, people):
    home.shelf.put("anna.vcf", rich("Anna"))
    home.sync()
    home.sync()
    (name,) = people.book.people
    people.book.edit(name, phoneNumbers=[{"value": "+49 171 3920099", "type": "mobile"}])
    home.sync()
    assert [row.value for row in home.shelf.cards["anna.vcf"][1].phones] == ["+49 171 3920099"]
    assert people.mutations == 0
    _, card = home.shelf.cards["anna.vcf"]
    home.shelf.put("anna.vcf", replace(card, birthday=Date("1980-01-29")))
    home.sync()
    assert people.mutations == 1
    assert people.book.people[name].data["birthdays"] == [{"date": {"year": 1980, "month": 1, "day": 29}}]
    assert home.counts(home.sync()) == QUIET


def test_a_deletion_at_google_is_carried_over(home, people):
    for name in ("Anna", "Cleo"):
        home.shelf.put(f"{name}.vcf", rich(name))
    home.sync()
    home.sync()
    people.book.delete(next(iter(people.book.people)))
    home.sync()
    assert len(home.shelf.cards) == 1
    assert home.counts(home.sync()) == QUIET


def test_a_rename_at_google_deletes_and_doubles_nobody(home, people):
    home.shelf.put("anna.vcf", rich("Anna"))
    home.sync()
    home.sync()
    people.book.rename(next(iter(people.book.people)))
    home.sync()
    assert (len(home.shelf.cards), len(people.book.people)) == (1, 1)
    assert people.mutations == 0
    assert home.counts(home.sync()) == QUIET


def test_an_own_update_that_renames_the_contact_deletes_and_doubles_nobody(home, people):
    home.shelf.put("anna.vcf", rich("Anna"))
    home.sync()
    home.sync()
    _, card = home.shelf.cards["anna.vcf"]
    home.shelf.put("anna.vcf", replace(card, emails=(*card.emails, Email("anna@profile.example"))))
    people.faults.rename_on_update = True
    home.sync()
    people.faults.rename_on_update = False
    assert home.counts(home.sync()) == QUIET
    assert home.counts(home.sync(full=True)) == QUIET
    assert (len(home.shelf.cards), len(people.book.people)) == (1, 1)


def test_a_creation_whose_answer_was_lost_is_found_in_the_next_run(home, people):
    home.shelf.put("anna.vcf", rich("Anna"))
    people.faults.lose_answer = "createContact"
    home.sync()
    home.sync()
    home.sync()
    assert len(people.book.people) == 1
    assert len(home.shelf.cards) == 1
    assert home.counts(home.sync()) == QUIET


def test_a_picture_goes_there_once_and_stays_what_it_is(home, people):
    photo, data = picture()
    home.shelf.media[photo.sha256] = data
    home.shelf.put("anna.vcf", rich("Anna", photo))
    home.sync()
    assert next(iter(people.book.people.values())).photo.startswith(data)
    assert home.counts(home.sync()) == QUIET
    assert people.calls["photo"] == 0
    assert home.shelf.cards["anna.vcf"][1].photo.sha256 == photo.sha256


def test_a_revoked_login_stops_google_and_nobody_else(home, people):
    home.shelf.put("anna.vcf", rich("Anna"))
    home.sync()
    people.faults.revoked = True
    home.shelf.put("cleo.vcf", rich("Cleo"))
    result = home.sync()
    assert result.accounts["google"].status == "login"
    assert "kith auth google" in result.accounts["google"].remedy
    assert result.accounts["phone"].status == "ok"
    assert len(home.shelf.cards) == 2


def test_an_expired_token_costs_a_listing_and_no_change(home, people):
    for name in ("Anna", "Cleo"):
        home.shelf.put(f"{name}.vcf", rich(name))
    home.sync()
    home.sync()
    people.faults.expire_tokens()
    assert home.counts(home.sync()) == QUIET
    assert home.counts(home.sync(full=True)) == QUIET
    assert people.mutations == 0


METHODS = (
    "connections.list",
    "createContact",
    "updateContactPhoto",
    "contactGroups",
    "updateContact",
    "people.get",
)


def hail(people: PeopleServer, chance: random.Random) -> None:
    """Up to five things go wrong, anywhere."""
    faults = people.faults
    for _ in range(chance.randint(1, 5)):
        method = chance.choice(METHODS)
        chance.choice(
            [
                lambda method=method: setattr(faults, "lose_answer", method),
                lambda method=method: faults.fail(503, 1, method),
                lambda method=method: faults.fail(503, 1, method, retry_after="0"),
                lambda method=method: faults.fail(500, 2, method),
                lambda method=method: faults.quota(1, method, retry_after="0"),
                lambda: faults.expire_tokens(chance.choice([400, 410])),
            ]
        )()


@pytest.mark.parametrize("seed", [11, 12])
def test_whatever_goes_wrong_on_the_way_nobody_is_lost_or_doubled(home, people, seed):
    chance = random.Random(seed)
    photo, data = picture()
    home.shelf.media[photo.sha256] = data
    for name in ("Anna", "Cleo", "Dora", "Emil"):
        home.shelf.put(f"{name}.vcf", rich(name, photo))
    for turn in range(3):
        hail(people, chance)
        home.sync()
        for name in ("Anna.vcf", "Dora.vcf"):
            home.shelf.put(name, replace(home.shelf.cards[name][1], nicknames=(Text(f"N{turn}"),)))
    people.faults.planned.clear()
    people.faults.lose_answer, people.faults.expired = "", None
    home.sync()
    home.sync()
    assert home.counts(home.sync()) == QUIET
    assert len(home.shelf.cards) == 4
    nicknames = {
        person.data["names"][0]["givenName"]: person.data.get("nicknames")
        for person in people.book.people.values()
    }
    last = [{"value": "N2"}]
    assert nicknames == {"Anna": last, "Cleo": None, "Dora": last, "Emil": None}
    assert all(person.photo for person in people.book.people.values())
