"""The five laws of the architecture (docs/architecture.md): each docstring names the change of one line that turns the test
red. Every one of them was tried."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kith.connector.api import CardChange, NewCard, Written
from kith.model.capabilities import FieldLimit
from kith.model.contact import Contact, Email, Name, Phone, Text
from kith.store.database import open_reading
from kith_connectors.memory.connector import MemoryAccount
from world import World, person

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
MOBILE = "+49 171 3920012"
NAME_ONLY = Contact(full_name="Zoë", name=Name(given=("Zoë",)))


def counts(world: World) -> list[int]:
    return [len(world.cards(name)) for name in world.shelves]


def test_identity_is_remembered_and_not_derived_again(tmp_path):
    """A card that has only a name cannot be found again by any score: 1 card for ever, not 1, 2, 4, 8.

    Red when `gather` (store/facts.py) leaves the known cards out: `holdings=()`.
    """
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("z", NAME_ONLY)
    seen = []
    for number in range(4):
        world.sync()
        seen.append(counts(world))
        name = ("phone", "cloud")[number % 2]
        world.edit(name, "Zoë", notes=(Text(f"day {number}"),))
    assert seen == [[1, 1]] * 4
    world.sync(full=True)
    assert counts(world) == [1, 1]


def test_every_member_of_a_person_is_linked_and_not_only_what_kith_wrote(tmp_path):
    """All cards of a person get a link when the plan is accepted, also those that were there before kith came.

    Red when `_write_cards` (store/accept.py) passes over the cards of other accounts than the first one of a person.
    """
    world = World(tmp_path, phone={}, cloud={}, archive={"mode": "read"})
    anna = person("Anna", "Huber", email="anna@example.org", phone=MOBILE)
    for name in world.shelves:
        world.shelves[name].put(f"{name}-own", anna)
    world.shelves["phone"].put("z", NAME_ONLY)
    world.sync()
    db = open_reading(world.store)
    rows = db.rows("SELECT account, remote_id, person FROM card ORDER BY account, remote_id")
    db.close()
    held = {(row["account"], row["remote_id"]) for row in rows if row["person"]}
    assert held == {(name, key) for name, shelf in world.shelves.items() for key in shelf.cards}
    assert len({row["person"] for row in rows}) == 2
    assert world.sync(full=True).plan.operations == ()


class Gone(BaseException):
    """The process is gone."""


class Spied(MemoryAccount):
    """Looks into the store at the moment a create arrives, and may die right after it was carried out."""

    store = None
    found: list[tuple[str, str]] = []  # noqa: RUF012
    dies = False

    def create(self, card: NewCard) -> Written:
        db = open_reading(Spied.store)
        row = db.row("SELECT state FROM outbox WHERE remote_id = ?", (card.remote_id,))
        db.close()
        Spied.found.append((card.remote_id, row["state"] if row else "nowhere"))
        done = super().create(card)
        if Spied.dies:
            raise Gone
        return done


def test_the_id_of_a_new_card_is_written_down_before_the_card_is_sent(tmp_path):
    """A crash between the write there and the record here makes no twin, even of a card with only a name: 1, 1, 1.

    Red when `sending` (store/outbox.py) marks nothing as sent.
    """
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("z", NAME_ONLY)
    world.wrap, Spied.store, Spied.found, Spied.dies = Spied, world.store, [], True
    with pytest.raises(Gone):
        world.sync()
    Spied.dies = False
    assert [state for _, state in Spied.found] == ["sent"]
    assert set(world.shelves["cloud"].cards) == {Spied.found[0][0]}
    for _ in range(3):
        world.sync()
        assert counts(world) == [1, 1]
    assert len(Spied.found) == 1, "it was not sent a second time"


class OneAddress(MemoryAccount):
    """A server that forgets all e-mail addresses but the first, and tells nobody."""

    def _less(self, contact: Contact) -> Contact:
        return replace(contact, emails=contact.emails[:1]) if self.account == "poor" else contact

    def create(self, card: NewCard) -> Written:
        return super().create(replace(card, contact=self._less(card.contact)))

    def update(self, change: CardChange) -> Written:
        return super().update(replace(change, after=self._less(change.after)))


def test_an_account_is_compared_in_its_own_shape(tmp_path):
    """What an account cannot hold is never planned for it: 1 write, then 0, and the plan says what will be there.

    Red when `shape` (plan/shape.py) returns its contact as it is.
    """
    limits = {
        "writes": True,
        "deletes": True,
        "deltas": True,
        "fields": tuple(held(name) for name in ("full_name", "name", "emails", "phones", "kind")),
    }
    world = World(tmp_path, phone={}, poor={"abilities": limits})
    two = (Email("anna@example.org"), Email("anna@firm.example"))
    world.shelves["phone"].put("a", replace(person("Anna", "Huber", phone=MOBILE), emails=two))
    first = world.sync()
    assert [len(item.after.emails) for item in first.plan.operations] == [1]
    assert [len(world.sync(full=full).plan.operations) for full in (False, True, True)] == [0, 0, 0]
    assert world.cards("phone")[0].emails == two


def held(name: str) -> FieldLimit:
    return FieldLimit(name, count=1 if name == "emails" else 0)


def test_the_baseline_is_what_the_account_gave_back(tmp_path):
    """A server that drops a value without saying so is not written again and again, and a later edit there takes nothing
    from the others.

    Red when `_baseline` (store/outbox.py) remembers what was sent: `held = operation.after`.
    """
    world = World(tmp_path, phone={}, poor={})
    world.wrap = OneAddress
    two = (Email("anna@example.org"), Email("anna@firm.example"))
    world.shelves["phone"].put("a", replace(person("Anna", "Huber", phone=MOBILE), emails=two))
    writes = [len(world.sync(full=full).plan.operations) for full in (False, True, True, True)]
    assert writes == [1, 0, 0, 0]
    world.edit("poor", "Anna Huber", nicknames=(Text("Anni"),))
    world.sync()
    assert world.cards("phone")[0].emails == two
    assert world.cards("phone")[0].nicknames == (Text("Anni"),)


def chain() -> dict[str, Contact]:
    """Three cards of one person, of which the first and the last have nothing but the name in common."""
    return {
        "phone": person("Anna", "Huber", email="anna@example.org"),
        "cloud": person("Anna", "Huber", email="anna@example.org", phone=MOBILE),
        "tablet": person("Anna", "Huber", phone=MOBILE),
    }


def test_matching_goes_on_until_nothing_joins_before_anything_is_written(tmp_path):
    """A chain of cards becomes one person in one run, in whatever account its links stand: afterwards nothing is left.

    Red when `run` of match/cluster.py stops after its first join.
    """
    world = World(tmp_path, phone={}, cloud={}, tablet={})
    for name, contact in chain().items():
        world.shelves[name].put("own", contact)
    world.sync()
    assert counts(world) == [1, 1, 1]
    assert {len(card.emails) + len(card.phones) for name in world.shelves for card in world.cards(name)} == {
        2
    }
    assert [len(world.sync(full=full).plan.operations) for full in (False, True)] == [0, 0]


NAMES = ("Anna Huber", "Ann Huber", "Anna Hubert", "A. Huber", "Hanna Huber", "Anna Hueber")
alike = st.builds(
    lambda name, mail, number: Contact(
        full_name=name,
        name=Name(family=(name.split()[1],), given=(name.split()[0],)),
        emails=(Email(mail),) if mail else (),
        phones=(Phone(number, ("cell",)),) if number else (),
    ),
    st.sampled_from(NAMES),
    st.sampled_from(("", "anna@example.org", "huber@example.org")),
    st.sampled_from(("", MOBILE, "+49 171 3920013")),
)


@settings(max_examples=25)
@given(books=st.lists(st.lists(alike, max_size=3), min_size=3, max_size=3))
def test_what_kith_wrote_itself_never_joins_anybody(books):
    """Address books of near-alike names settle in one run: the richer cards that kith made are no new evidence.

    Red when `assign` (match/assign.py) counts established cards among the triggers.
    """
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        world = World(Path(folder), phone={}, cloud={}, tablet={})
        for name, book in zip(world.shelves, books, strict=True):
            for number, contact in enumerate(book):
                world.shelves[name].put(f"{name}-{number}", contact)
        world.sync(max_delete=100)
        assert world.sync(max_delete=100, full=True).plan.operations == ()
