"""The owner edits a card that kith wrote and could not read back: the edit is carried, and what the server dropped is not
taken for a removal."""

import contextlib
import time
from dataclasses import replace

import pytest

from kith.connector.api import Written
from kith.connector.errors import Unreachable
from kith.model.contact import Phone, Text
from kith.store import journal
from kith.store.cards import person as the_person
from kith.store.database import open_database
from kith.store.journal import Ledger
from kith.store.people import Word, change, join
from kith_connectors.memory.connector import MemoryAccount
from world import World, person


class Mute(MemoryAccount):
    """A server that drops lists, answers writes without the card, and goes away before kith reads it back."""

    etag = True
    away = False

    def pull(self, request):
        if Mute.away and self.account == "mute":
            raise Unreachable("nobody answers")
        return super().pull(request)

    def _answer(self, written):
        Mute.away = self.account == "mute"
        return (
            Written(written.key, written.revision if Mute.etag else "") if self.account == "mute" else written
        )

    def create(self, card):
        kept = replace(card.contact, groups=()) if self.account == "mute" else card.contact
        return self._answer(super().create(replace(card, contact=kept)))


@pytest.mark.parametrize("etag", [True, False])
def test_an_edit_meets_a_write_that_was_not_read_back(tmp_path, monkeypatch, etag):
    monkeypatch.setattr("kith.sync.patience.FIRST_WAIT", 0.001)
    world = World(tmp_path, phone={}, mute={})
    world.wrap = Mute
    Mute.etag, Mute.away = etag, False
    world.shelves["phone"].put(
        "a", replace(person("Anna", "Huber", email="anna@example.org"), groups=("Friends",))
    )
    world.sync()
    Mute.away = False
    world.edit("mute", "Anna Huber", phones=(Phone("+49 171 3920012", ("cell",)),))
    world.sync()
    Mute.away = False
    [card] = world.cards("phone")
    assert card.groups == ("Friends",), "what the server dropped stays"
    assert [phone.value for phone in card.phones] == ["+49 171 3920012"], "what the owner added is carried"
    assert world.sync().plan.operations == ()


class Silent(MemoryAccount):
    """Carries out an update and does not answer, once."""

    silent = True

    def update(self, change):
        written = super().update(change)
        if self.account == "mute" and Silent.silent:
            Silent.silent = False
            raise Unreachable("the answer was lost")
        return written


def test_a_dry_run_asks_what_became_of_a_lost_answer(tmp_path):
    """Otherwise what kith wrote itself would be announced as the owner's edit."""
    world = World(tmp_path, phone={}, mute={}, third={"mode": "read"})
    world.wrap = Silent
    Silent.silent = True
    world.shelves["phone"].put("a", person("Anna", "Huber"))
    world.sync()
    world.edit("phone", "Anna Huber", phones=(Phone("+49 171 3920012", ("cell",)),))
    world.sync()
    told, done = world.sync(dry_run=True), world.sync()
    assert [item for item in told.warnings if "settled" in item] == [
        item for item in done.warnings if "settled" in item
    ]
    assert any("settled" in item for item in told.warnings)
    assert told.plan.events == done.plan.events == ()


def test_what_the_user_said_meanwhile_is_carried_after_a_lost_answer(tmp_path):
    """The person of a write that turns out to have arrived is planned again: the edit on the command line came after."""
    world = World(tmp_path, phone={}, mute={})
    world.wrap = Silent
    Silent.silent = True
    world.shelves["phone"].put("a", person("Anna", "Huber"))
    world.sync()
    world.edit("phone", "Anna Huber", phones=(Phone("+49 171 3920012", ("cell",)),))
    world.sync()
    with contextlib.closing(open_database(world.store)) as db:
        [identity] = [row[0] for row in db.rows("SELECT id FROM person")]
        ledger = Ledger(db, "0123456789ab", time.time())
        journal.start(db, ledger.run, ledger.now, "edit")
        before = the_person(db, identity)
        after = replace(before, contact=replace(before.contact, notes=(Text("tea"),)), edited=True)
        change(Word(ledger, ()), before, after, "note")
    world.sync()
    assert [card.notes for name in ("phone", "mute") for card in world.cards(name)] == [(Text("tea"),)] * 2


def test_two_who_were_joined_while_a_write_was_in_doubt(tmp_path):
    """What arrived for someone who is part of someone else by now is a card of that one."""

    class Lost(MemoryAccount):
        lost = True

        def create(self, card):
            written = super().create(card)
            if Lost.lost and self.account == "mute":
                Lost.lost = False
                raise Unreachable("the answer was lost")
            return written

    world = World(tmp_path, phone={}, mute={})
    world.wrap = Lost
    world.shelves["phone"].put("a", person("Anna", "Huber"))
    world.shelves["phone"].put("b", person("Zoe", "Kern"))
    world.sync()
    [title] = world.names("mute")
    with contextlib.closing(open_database(world.store)) as db:
        ledger = Ledger(db, "0123456789ab", time.time())
        journal.start(db, ledger.run, ledger.now, "join")
        people = dict(tuple(row) for row in db.rows("SELECT title, id FROM person"))
        db.execute(
            "UPDATE card SET linked_at = linked_at + 1000 WHERE person = ?", (people[title],)
        )  # the younger one
        join(Word(ledger, ()), *people.values())
    world.sync()
    world.sync()
    for full in (False, True):
        assert world.sync(full=full).plan.operations == ()
    assert [len(world.cards(name)) for name in ("phone", "mute")] == [1, 1]
