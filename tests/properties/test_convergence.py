"""The headline: after any sequence of edits, faults and crashes, a second quiet run plans nothing, and nothing typed by a
person is lost.

A state machine over memory accounts of different abilities: a plain one, one that keeps a single e-mail address and drops
what it does not know, one that re-spells phone numbers and cuts notes, and a read-only one.
"""

import contextlib
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kith.connector.api import CardChange, NewCard, Written
from kith.connector.errors import Rejected, Unreachable
from kith.model.contact import Contact, Date, Email, Name, Phone, Text
from kith.model.record import RecordKey
from kith_connectors.memory.connector import MemoryAccount
from world import World

GIVEN = ("Anna", "Anne", "Max", "Josef", "Sepp", "Zoë")
FAMILY = ("Müller", "Mueller", "Schmidt", "Huber", "")
EMAILS = ("anna@example.org", "max@example.org", "sepp@firm.example", "info@firm.example")
PHONES = ("+49 171 3920012", "0171 3920013", "+49 30 23125001")
NOTES = ("met in Köln", "likes tea\nhas a dog", "")

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Stores on a memory disk: the property is about order, not about the disk."""

EXAMPLES = int(os.environ.get("KITH_EXAMPLES", "0")) or (2000 if os.environ.get("CI") == "true" else 60)

contacts = st.builds(
    lambda given, family, emails, phones, birthday, note, groups: Contact(
        full_name=f"{given} {family}".strip(),
        name=Name(family=(family,) if family else (), given=(given,)),
        emails=tuple(Email(value) for value in emails),
        phones=tuple(Phone(value, ("cell",)) for value in phones),
        birthday=Date(birthday) if birthday else None,
        notes=(Text(note),) if note else (),
        groups=groups,
    ),
    st.sampled_from(GIVEN),
    st.sampled_from(FAMILY),
    st.lists(st.sampled_from(EMAILS), max_size=2, unique=True),
    st.lists(st.sampled_from(PHONES), max_size=2, unique=True),
    st.sampled_from(("", "", "1971-03-04", "--03-04", "1980-12-24")),
    st.sampled_from(NOTES),
    st.sampled_from(((), ("A",), ("A", "Family, close"))),
)


class Crash(BaseException):
    """The process is gone: nothing after this line happens."""


class Fickle(MemoryAccount):
    """A memory account with the manners of real servers, and faults on demand.

    `fate` says what the next writes do: ok, lost (done, but the answer never comes), refused, down, crash-before,
    crash-after.
    """

    fates: list[str] = []  # noqa: RUF012 -- shared by all accounts of one world, on purpose

    def _fate(self) -> str:
        return Fickle.fates.pop(0) if Fickle.fates else "ok"

    def _do(self, verb):
        fate = self._fate()
        if fate == "crash-before":
            raise Crash
        if fate == "down":
            raise Unreachable("nobody answers")
        if fate == "refused":
            raise Rejected("not this card")
        done = verb()
        if fate == "crash-after":
            raise Crash
        if fate == "lost":
            raise Unreachable("the answer was lost")
        return done

    def _kept(self, contact: Contact) -> Contact:
        """What this server makes of a card."""
        if self.account == "poor":
            return replace(contact, emails=contact.emails[:1], groups=(), birthday=None, extras=())
        if self.account == "vain":
            phones = tuple(replace(item, value=item.value.replace(" ", "-")) for item in contact.phones)
            notes = tuple(replace(item, value=item.value[:8]) for item in contact.notes)
            return replace(contact, phones=phones, notes=notes)
        return contact

    def create(self, card: NewCard) -> Written:
        return self._do(lambda: super(Fickle, self).create(replace(card, contact=self._kept(card.contact))))

    def update(self, change: CardChange) -> Written:
        return self._do(lambda: super(Fickle, self).update(replace(change, after=self._kept(change.after))))

    def delete(self, key: RecordKey, expected: str) -> None:
        return self._do(lambda: super(Fickle, self).delete(key, expected))


class Convergence(RuleBasedStateMachine):
    """People edit cards on their devices, servers fail, the machine dies; kith runs in between."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp(prefix="kith-property-", dir=MEMORY))
        self.world = World(
            self.folder,
            phone={"max_delete": "100%"},
            poor={"max_delete": "100%"},
            vain={"max_delete": "100%"},
            archive={"mode": "read"},
        )
        self.world.wrap = Fickle
        Fickle.fates = []
        self.serial = 0
        self.quiet = False

    def teardown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def _shelf(self, account):
        self.quiet = False
        return self.world.shelves[account]

    @rule(account=st.sampled_from(("phone", "poor", "vain", "archive")), contact=contacts)
    def someone_adds_a_card(self, account, contact):
        self.serial += 1
        kept = Fickle(account, self.world.shelves[account])._kept(contact)
        self._shelf(account).put(f"own-{self.serial}", kept)

    @precondition(lambda self: any(self.world.cards(name) for name in ("phone", "poor", "vain")))
    @rule(data=st.data(), account=st.sampled_from(("phone", "poor", "vain")))
    def someone_edits_a_card(self, data, account):
        cards = self.world.shelves[account].cards
        if not cards:
            return
        remote_id = data.draw(st.sampled_from(sorted(cards)))
        contact = cards[remote_id][1]
        change = data.draw(
            st.sampled_from(
                (
                    {"emails": (*contact.emails, Email(f"new{self.serial}@example.org"))},
                    {"emails": contact.emails[1:]},
                    {"phones": (Phone(f"+49 171 39201{self.serial % 90 + 10}", ("cell",)),)},
                    {"notes": (Text(f"note {self.serial}"),)},
                    {"birthday": Date("1999-09-09")},
                )
            )
        )
        self.serial += 1
        kept = Fickle(account, self.world.shelves[account])._kept(replace(contact, **change))
        self._shelf(account).put(remote_id, kept)

    @rule(data=st.data(), account=st.sampled_from(("phone", "poor", "vain", "archive")))
    def someone_deletes_a_card(self, data, account):
        cards = self.world.shelves[account].cards
        if len(cards) > 1:
            self._shelf(account).drop(data.draw(st.sampled_from(sorted(cards))))

    @rule(fates=st.lists(st.sampled_from(("ok", "lost", "down", "refused", "crash-before", "crash-after")), max_size=4))
    def kith_runs_in_bad_weather(self, fates):
        Fickle.fates = list(fates)
        with contextlib.suppress(Crash):
            self.world.sync(max_delete=1000)
        Fickle.fates = []
        self.quiet = False

    @rule()
    def kith_runs(self):
        self.world.sync(max_delete=1000)
        self.world.sync(max_delete=1000)
        self.quiet = True

    @invariant()
    def a_second_run_does_nothing(self):
        if not getattr(self, "quiet", False):
            return
        before = {name: dict(shelf.cards) for name, shelf in self.world.shelves.items()}
        result = self.world.sync(max_delete=1000)
        assert result.plan.operations == ()
        assert {name: dict(shelf.cards) for name, shelf in self.world.shelves.items()} == before


TestConvergence = Convergence.TestCase
TestConvergence.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
