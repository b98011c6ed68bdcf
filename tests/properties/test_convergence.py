"""The headline: after any sequence of edits, faults and crashes, a second quiet run plans nothing, and nothing typed by a
person is lost.

A state machine over memory accounts of different abilities: a plain one, one that keeps a single e-mail address and drops
what it does not know, one that re-spells phone numbers and cuts notes (and may answer a write without telling what it made
of the card), and a read-only one. Accounts become read-only and writable again; runs are undone.
"""

import contextlib
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kith.connector.api import CardChange, NewCard, Written
from kith.connector.errors import Rejected, Unreachable
from kith.model.account import Account
from kith.model.contact import Contact, Date, Email, Name, Phone, Text
from kith.model.record import RecordKey
from kith.store.database import Database, open_reading
from kith.store.journal import Ledger
from kith.store.undo import invert, last_run
from kith.sync.request import Request, Result
from kith_connectors.memory.connector import MemoryAccount
from world import World

GIVEN = ("Anna", "Anne", "Max", "Josef", "Sepp", "Zoë")
FAMILY = ("Müller", "Mueller", "Schmidt", "Huber", "")
EMAILS = ("anna@example.org", "max@example.org", "sepp@firm.example", "info@firm.example")
PHONES = ("+49 171 3920012", "0171 3920013", "+49 30 23125001")
NOTES = ("met in Köln", "likes tea\nhas a dog", "")
DEVICES = ("phone", "poor", "vain")
HOUR = 3600.0
START = 1_790_000_000.0

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Stores on a memory disk: the property is about order, not about the disk."""

EXAMPLES = int(os.environ.get("KITH_EXAMPLES", "0")) or (150 if os.environ.get("CI") == "true" else 60)

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

    `fates` say what the next writes of an account do: ok, lost (done, but the answer never comes), refused, down,
    crash-before, crash-after. A `mute` account does not tell what became of a card.
    """

    fates: dict[str, list[str]] = {}  # noqa: RUF012 -- shared by all accounts of one world, on purpose
    mute: frozenset[str] = frozenset()

    def _do(self, verb):
        fates = Fickle.fates.get(self.account)
        fate = fates.pop(0) if fates else "ok"
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
        return Written(done.key, "") if done and self.account in Fickle.mute else done

    def kept(self, contact: Contact) -> Contact:
        """What this server makes of a card."""
        if self.account == "poor":
            return replace(contact, emails=contact.emails[:1], groups=(), birthday=None, extras=())
        if self.account == "vain":
            phones = tuple(replace(item, value=item.value.replace(" ", "-")) for item in contact.phones)
            notes = tuple(replace(item, value=item.value[:8]) for item in contact.notes)
            return replace(contact, phones=phones, notes=notes)
        return contact

    def create(self, card: NewCard) -> Written:
        return self._do(lambda: super(Fickle, self).create(replace(card, contact=self.kept(card.contact))))

    def update(self, change: CardChange) -> Written:
        return self._do(lambda: super(Fickle, self).update(replace(change, after=self.kept(change.after))))

    def delete(self, key: RecordKey, expected: str) -> None:
        return self._do(lambda: super(Fickle, self).delete(key, expected))


class Convergence(RuleBasedStateMachine):
    """People edit cards on their devices, servers fail, the machine dies; kith runs in between."""

    @initialize(mute=st.booleans())
    def begin(self, mute):
        self.folder = Path(tempfile.mkdtemp(prefix="kith-property-", dir=MEMORY))
        self.world = World(
            self.folder,
            phone={"max_delete": "100%"},
            poor={"max_delete": "100%"},
            vain={"max_delete": "100%"},
            archive={"mode": "read"},
        )
        self.world.wrap = Fickle
        Fickle.fates, Fickle.mute = {}, frozenset({"vain"}) if mute else frozenset()
        self.hours = itertools.count(1)
        self.serial = 0
        self.quiet = False
        self.typed: set[str] = set()
        """Addresses and numbers that a person typed once and nobody took back."""

    def teardown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    # what people do

    def _shelf(self, account):
        self.quiet = False
        return self.world.shelves[account]

    def _put(self, account, remote_id, contact):
        self._shelf(account).put(remote_id, Fickle(account, self.world.shelves[account]).kept(contact))

    def _take_back(self, *contacts):
        """What stood on these cards may go: its owner said so."""
        self.typed -= {value for contact in contacts for value in words(contact)}

    @rule(account=st.sampled_from((*DEVICES, "archive")), contact=contacts)
    def someone_adds_a_card(self, account, contact):
        self.serial += 1
        self._put(account, f"own-{self.serial}", contact)

    @precondition(lambda self: any(self.world.cards(name) for name in DEVICES))
    @rule(data=st.data(), account=st.sampled_from(DEVICES))
    def someone_edits_a_card(self, data, account):
        cards = self.world.shelves[account].cards
        if not cards:
            return
        remote_id = data.draw(st.sampled_from(sorted(cards)))
        contact = cards[remote_id][1]
        self.serial += 1
        mail, number = f"new{self.serial}@example.org", f"+49 171 3920{self.serial + 100}"
        change = data.draw(
            st.sampled_from(
                (
                    {"emails": (Email(mail), *contact.emails)},
                    {"emails": contact.emails[1:]},
                    {"phones": (Phone(number, ("cell",)),)},
                    {"notes": (Text(f"note {self.serial}"),)},
                    {"birthday": Date("1999-09-09")},
                )
            )
        )
        after = Fickle(account, self.world.shelves[account]).kept(replace(contact, **change))
        self.typed |= (words(after) & {mail, number.replace(" ", "")}) - words(contact)
        self._take_back(
            *(replace(Contact(), emails=(gone,)) for gone in contact.emails if gone not in after.emails)
        )
        self._take_back(
            *(replace(Contact(), phones=(gone,)) for gone in contact.phones if gone not in after.phones)
        )
        self._put(account, remote_id, after)

    @rule(data=st.data(), account=st.sampled_from((*DEVICES, "archive")))
    def someone_deletes_a_card(self, data, account):
        cards = self.world.shelves[account].cards
        if len(cards) > 1:
            remote_id = data.draw(st.sampled_from(sorted(cards)))
            self._take_back(cards[remote_id][1], *self._whole_person(account, remote_id))
            self._shelf(account).drop(remote_id)

    def _whole_person(self, account, remote_id) -> list[Contact]:
        """All cards, as they are now, of the person that a card belongs to."""
        if not self.world.store.exists():
            return []
        with reading(self.world) as db:
            rows = db.rows(
                "SELECT account, remote_id FROM card WHERE person = (SELECT person FROM card WHERE account = ? AND remote_id"
                " = ?)",
                (account, remote_id),
            )
        cards = {
            (name, key): held
            for name, shelf in self.world.shelves.items()
            for key, (_, held) in shelf.cards.items()
        }
        return [cards[row[0], row[1]] for row in rows if (row[0], row[1]) in cards]

    @rule(account=st.sampled_from(DEVICES))
    def an_account_turns(self, account):
        """Read-only, or writable again."""
        table = self.world.tables[account]
        table["mode"] = "two-way" if table.get("mode") == "read" else "read"
        self.quiet = False

    # what kith does

    def _sync(self, **wishes) -> Result:
        clock = lambda: START + HOUR * next(self.hours)  # noqa: E731
        return self.world.sync(Request(max_delete=1000, clock=clock, **wishes))

    @rule(
        fates=st.dictionaries(
            st.sampled_from(DEVICES),
            st.lists(
                st.sampled_from(("ok", "lost", "down", "refused", "crash-before", "crash-after")),
                min_size=1,
                max_size=3,
            ),
        )
    )
    def kith_runs_in_bad_weather(self, fates):
        Fickle.fates = {name: list(own) for name, own in fates.items()}
        with contextlib.suppress(Crash):
            self._sync()
        Fickle.fates = {}
        self.quiet = False

    @rule()
    def kith_runs(self):
        self._sync()
        self._sync()
        self.quiet = True

    @precondition(lambda self: self.world.store.exists())
    @rule()
    def someone_undoes_the_last_run(self):
        with reading(self.world) as db:
            run, before = last_run(db), standing(db)
        if run is None:
            return

        def prepare(ledger: Ledger, accounts: list[Account]) -> frozenset[RecordKey]:
            return frozenset(invert(ledger, run, accounts).unwanted)

        self._sync(command=f"undo {run}", prepare=prepare)
        with reading(self.world) as db:
            self.typed -= before - standing(db)
        self.quiet = False

    # what must hold

    @invariant()
    def a_second_run_does_nothing(self):
        if not getattr(self, "quiet", False):
            return
        before = {name: dict(shelf.cards) for name, shelf in self.world.shelves.items()}
        for full in (False, True):
            result = self._sync(full=full)
            assert result.plan.operations == ()
        assert {name: dict(shelf.cards) for name, shelf in self.world.shelves.items()} == before

    @invariant()
    def nothing_typed_is_lost(self):
        if not getattr(self, "quiet", False):
            return
        with reading(self.world) as db:
            here, told = standing(db), named(db)
        assert self.typed - here - told == set()

    @invariant()
    def nobody_has_two_cards_in_a_book(self):
        if not getattr(self, "quiet", False):
            return
        with reading(self.world) as db:
            rows = db.rows(
                "SELECT person, account, count(*) FROM card WHERE person IS NOT NULL GROUP BY person, account, book HAVING"
                " count(*) > 1"
            )
        writable = {name for name in DEVICES if self.world.tables[name].get("mode") != "read"}
        assert [tuple(row) for row in rows if row[1] in writable] == []

    @invariant()
    def the_good_account_has_everything(self):
        """What the poor and the vain account cannot hold is not taken from the one that can."""
        if not getattr(self, "quiet", False) or self.world.tables["phone"].get("mode") == "read":
            return
        with reading(self.world) as db:
            if db.value("SELECT count(*) FROM refused"):
                return
            rows = db.rows(
                "SELECT body FROM person WHERE state = 'active' AND id IN (SELECT person FROM card WHERE account = 'phone')"
            )
        wanted = set().union(*(found_in(json.loads(row[0])["contact"]) for row in rows)) & self.typed
        assert wanted - {value for contact in self.world.cards("phone") for value in words(contact)} == set()


@contextlib.contextmanager
def reading(world: World) -> Iterator[Database]:
    db = open_reading(world.store)
    try:
        yield db
    finally:
        db.close()


def words(contact: Contact) -> set[str]:
    """The addresses and numbers of a card."""
    numbers = {phone.value.replace(" ", "").replace("-", "") for phone in contact.phones}
    return {email.value for email in contact.emails} | numbers


def found_in(body: dict) -> set[str]:
    """The same of a contact as the store writes it."""
    numbers = {item["value"].replace(" ", "").replace("-", "") for item in body.get("phones", ())}
    return {item["value"] for item in body.get("emails", ())} | numbers


def standing(db: Database) -> set[str]:
    """The addresses and numbers of all people who are not deleted."""
    rows = db.rows("SELECT body FROM person WHERE state <> 'deleted'")
    return set().union(*(found_in(json.loads(row[0])["contact"]) for row in rows))


def named(db: Database) -> set[str]:
    """What events and conflicts name as set aside."""
    rows = [
        *db.rows("SELECT detail FROM event WHERE what = 'set aside'"),
        *db.rows("SELECT other FROM conflict"),
    ]
    return {word.replace(" ", "") for row in rows for word in (row[0], row[0].partition(": ")[2])}


TestConvergence = pytest.mark.timeout(1800)(Convergence.TestCase)
TestConvergence.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
