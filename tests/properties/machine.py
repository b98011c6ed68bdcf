"""The state machine: people edit cards on their devices, servers fail, the process dies, the user decides; kith runs in
between. It asserts what must hold whatever happened."""

import contextlib
import itertools
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kith.model.account import Account
from kith.model.contact import Contact, Date, Email, Name, Phone, Text
from kith.model.fields import BY_NAME
from kith.model.person import USER, Person, Sourced
from kith.model.record import RecordKey
from kith.store import journal
from kith.store.cards import key_of, person
from kith.store.codec import load
from kith.store.database import Database
from kith.store.journal import Ledger
from kith.store.people import Word, change, join, split
from kith.store.undo import Inverse, invert, last_run
from kith.sync.accounts import describe
from kith.sync.request import Request, Result
from kith.sync.run import Run
from properties.stores import MEMORY, FileStore, MemoryStore
from properties.tally import Tally
from properties.weather import PLAIN, Crash, Fickle, Life, Mortal, Weather
from world import World

GIVEN = ("Anna", "Anne", "Max", "Josef", "Sepp", "Zoë")
FAMILY = ("Müller", "Mueller", "Schmidt", "Huber", "")
EMAILS = ("anna@example.org", "max@example.org", "sepp@firm.example", "info@firm.example")
PHONES = ("+49 171 3920012", "0171 3920013", "+49 30 23125001")
NOTES = ("met in Köln", "likes tea\nhas a dog", "")
SOURCES = ("archive", "attic")
"""Accounts that kith never writes."""
HOUSEHOLDS = (
    ("phone", "poor", "vain", "archive"),
    ("phone", "vain"),
    ("phone", "tablet", "poor"),
    ("poor", "phone", "archive"),
    ("phone", "tablet", "poor", "vain", "archive", "attic"),
)
"""Two to six accounts, in the order of their rank."""
TURN = 600.0
"""Seconds from one run to the next: a history ends before what an account refused is tried again, a day later."""
START = 1_790_000_000.0


def card(*, given, family, emails, phones, birthday, note, groups) -> Contact:
    """What stands on a card that someone wrote."""
    return Contact(
        full_name=f"{given} {family}".strip(),
        name=Name(family=(family,) if family else (), given=(given,)),
        emails=tuple(Email(value) for value in emails),
        phones=tuple(Phone(value, ("cell",)) for value in phones),
        birthday=Date(birthday) if birthday else None,
        notes=(Text(note),) if note else (),
        groups=groups,
    )


contacts = st.builds(
    card,
    given=st.sampled_from(GIVEN),
    family=st.sampled_from(FAMILY),
    emails=st.lists(st.sampled_from(EMAILS), max_size=2, unique=True),
    phones=st.lists(st.sampled_from(PHONES), max_size=2, unique=True),
    birthday=st.sampled_from(("", "", "1971-03-04", "--03-04", "1980-12-24")),
    note=st.sampled_from(NOTES),
    groups=st.sampled_from(((), ("A",), ("A", "Family, close"))),
)
anywhere = st.runner().flatmap(lambda machine: st.sampled_from(list(machine.world.shelves)))
devices = st.runner().flatmap(lambda machine: st.sampled_from(machine.devices))
FATES = ("ok", "lost", "down", "refused", "meanwhile", "crash-before", "crash-after")


class Convergence(RuleBasedStateMachine):
    """People edit cards on their devices, servers fail, the machine dies; kith runs in between."""

    tally = Tally()

    @initialize(
        names=st.sampled_from(HOUSEHOLDS),
        mute=st.booleans(),
        on_disk=st.sampled_from((False,) * 7 + (True,)),
        cards=st.lists(st.tuples(st.integers(0, 5), contacts), min_size=2, max_size=5),
        known=st.booleans(),
    )
    def begin(self, names, mute, on_disk, cards, known):
        """`on_disk`: the store in a file, as in life, instead of in memory, which costs half. The household has some cards to
        begin with, and `known`: kith has seen them."""
        self.folder = Path(tempfile.mkdtemp(prefix="kith-property-", dir=MEMORY))
        tables = {name: {"mode": "read"} if name in SOURCES else {} for name in names}
        self.world = World(self.folder, **tables)
        self.store = FileStore(self.world.store) if on_disk else MemoryStore(self.world.store)
        self.weather = Weather(mute=frozenset({"vain"}) if mute else frozenset())
        self.world.wrap = type("Here", (Fickle,), {"weather": self.weather})
        self.devices = [name for name in names if name not in SOURCES]
        self.settings = self.world.settings()
        self.turns = itertools.count(1)
        self.serial = self.runs = 0
        self.quiet = False
        self.typed: set[str] = set()
        """Addresses and numbers that a person typed once and nobody took back."""
        self.people: dict[str, list[RecordKey]] = {}
        """The cards of each person, as of the last run."""
        self.told: dict[frozenset[RecordKey], bool] = {}
        """What the user said of two cards: one person, or two."""
        self.story: list[str] = [repr((names, mute, on_disk))]
        self.happened: list[str] = []
        for place, contact in cards:
            self.someone_adds_a_card(names[place % len(names)], contact)
        if known:
            self.kith_runs()

    def teardown(self):
        if hasattr(self, "folder"):
            self.store.end()
            shutil.rmtree(self.folder, ignore_errors=True)
            type(self).tally.add(self.story, self.happened)

    def _tell(self, what: str, *details: object) -> None:
        self.story.append(f"{what} {details}")
        self.happened.append(what)

    # what people do

    def _kept(self, account: str, contact: Contact) -> Contact:
        return self.world.open(account).kept(contact)

    def _put(self, account, remote_id, contact):
        self.quiet = False
        self.world.shelves[account].put(remote_id, self._kept(account, contact))

    def _take_back(self, *contacts):
        """What stood on these cards may go: its owner said so."""
        self.typed -= {value for contact in contacts for value in words(contact)}

    @rule(account=anywhere, contact=contacts)
    def someone_adds_a_card(self, account, contact):
        self.serial += 1
        self._put(account, f"own-{self.serial}", contact)
        if self._writable(account):  # a source brings back nothing that someone removed on a device
            self.typed |= words(self._kept(account, contact))
        self._tell("someone adds a card", account, contact)

    def _some_card(self, data, names, least=1) -> tuple[str, str, Contact] | None:
        """A card of one of these accounts, where there are so many at least."""
        shelves = self.world.shelves
        found = [
            (name, key)
            for name in names
            if len(shelves[name].cards) >= least
            for key in sorted(shelves[name].cards)
        ]
        if not found:
            return None
        account, remote_id = data.draw(st.sampled_from(found))
        return account, remote_id, shelves[account].cards[remote_id][1]

    @rule(data=st.data())
    def someone_edits_a_card(self, data):
        found = self._some_card(data, self.devices)
        if found is None:
            return
        account, remote_id, contact = found
        self.serial += 1
        mail, mobile = f"new{self.serial}@example.org", f"+49 171 3920{self.serial + 100}"
        edit = data.draw(
            st.sampled_from(
                (
                    {"emails": (Email(mail), *contact.emails)},
                    {"emails": contact.emails[1:]},
                    {"phones": (Phone(mobile, ("cell",)),)},
                    {"notes": (Text(f"note {self.serial}"),)},
                    {"birthday": Date("1999-09-09")},
                )
            )
        )
        after = self._kept(account, replace(contact, **edit))
        self.typed |= (words(after) & {mail, number(mobile)}) - words(contact)
        self._take_back(
            *(replace(Contact(), emails=(gone,)) for gone in contact.emails if gone not in after.emails)
        )
        self._take_back(
            *(replace(Contact(), phones=(gone,)) for gone in contact.phones if gone not in after.phones)
        )
        self._put(account, remote_id, after)
        self._tell("someone edits a card", account, remote_id, edit)

    @rule(data=st.data())
    def someone_deletes_a_card(self, data):
        found = self._some_card(data, list(self.world.shelves), least=2)
        if found is None:
            return
        account, remote_id, contact = found
        self._take_back(contact, *self._whole_person(account, remote_id))
        self.typed -= self._known(account, remote_id)
        self.quiet = False
        self.world.shelves[account].drop(remote_id)
        self._tell("someone deletes a card", account, remote_id)

    def _whole_person(self, account, remote_id) -> list[Contact]:
        """All cards, as they are now, of the person that a card belongs to."""
        key = RecordKey(account, "", remote_id)
        keys = next((keys for keys in self.people.values() if key in keys), [])
        shelves = self.world.shelves
        return [
            shelves[item.account].cards[item.remote_id][1]
            for item in keys
            if item.remote_id in shelves[item.account].cards
        ]

    def _known(self, account, remote_id) -> set[str]:
        """What kith has for the person of a card, on other cards or told by the user."""
        with self.store.reading() as db:
            body = db.value(
                "SELECT body FROM person WHERE id = (SELECT person FROM card WHERE account = ? AND remote_id = ?)",
                (account, remote_id),
            )
        return found_in(json.loads(body)["contact"]) if body else set()

    @rule(account=devices)
    def an_account_turns(self, account):
        """Read-only, or writable again."""
        table = self.world.tables[account]
        table["mode"] = "two-way" if table.get("mode") == "read" else "read"
        if not self.quiet:
            self._take_back(*(contact for _, contact in self.world.shelves[account].cards.values()))
        self.settings = self.world.settings()
        self.quiet = False
        self._tell(
            f"an account turns {'read-only' if table['mode'] == 'read' else 'writable again'}", account
        )

    # what kith does

    def _sync(self, guarded=False, dry_run=False, **wishes) -> Result:
        wishes.setdefault("clock", self._clock())
        request = Request(
            max_delete=None if guarded else 1000,
            in_turn=True,  # what happens is the same each time
            id=self._name(),
            dry_run=dry_run,
            **wishes,
        )
        try:
            with ExitStack() as stack:
                db = stack.enter_context(self.store.copied() if dry_run else self.store.opened())
                run = Run(self.settings, self._mortal(db), self.world.store, request)
                stack.callback(run.close)
                result = run.go()
        finally:
            self.happened += self.weather.met
            self.typed |= set(self.weather.added)
            self.weather.clear()
            self._look()
        self._note(result)
        return result

    def _mortal(self, db: Database) -> Database | Mortal:
        """The store as a process has it that may die."""
        dying = any(fate.startswith("crash") for fate in self.weather.fates)
        return Mortal(db, self.weather.life) if self.weather.life.last or dying else db

    def _name(self) -> str:
        """The id of the next run: the same in each repetition."""
        self.runs += 1
        return f"{self.runs:012x}"

    def _clock(self):
        now = START + TURN * next(self.turns)
        return lambda: now

    def _look(self) -> None:
        """Whose card is whose now."""
        with self.store.reading() as db:
            self.people = {}
            for row in db.rows(
                "SELECT card.* FROM card JOIN person ON person.id = card.person WHERE person.state = 'active' ORDER BY"
                " person, account, remote_id"
            ):
                self.people.setdefault(row["person"], []).append(key_of(row))

    def _note(self, result: Result) -> None:
        """What the run did, for the tally."""
        plan = result.plan
        self.happened += [f"kith: {item.action}" for item in plan.operations]
        self.happened += [
            f"kith: {item.reason}" for item in plan.operations if item.reason in ("consolidated",)
        ]
        self.happened += ["kith: holds an account"] * len(plan.holds)
        self.happened += ["kith: joins cards"] * result.joined
        self.happened += ["kith: finds a conflict"] * len(plan.conflicts)
        self.happened += ["kith: asks"] * len(plan.questions)
        self.happened += ["kith: settles what was in doubt"] * sum(
            "settled" in line for line in result.warnings
        )

    @rule(
        data=st.data(),
        fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=5),
        away=st.sampled_from(("", "", "", "phone", "poor", "vain", "archive")),
    )
    def kith_runs_in_bad_weather(self, data, fates, away):
        """Just when there is something to write."""
        self.someone_edits_a_card(data)
        self._tell("kith runs in bad weather", fates, away)
        self.weather.fates = list(fates)
        self.weather.away = frozenset({away})
        self.quiet = False
        with contextlib.suppress(Crash):
            self._sync()

    @rule(data=st.data(), last=st.integers(1, 60), after=st.booleans())
    def kith_dies_at_a_commit(self, data, last, after):
        self.someone_edits_a_card(data)
        self._tell("kith runs, to die at a commit", last, after)
        self.weather.life = Life(last, after)
        self.quiet = False
        try:
            self._sync()
        except Crash:
            self.happened.append("kith died at a commit")

    @rule()
    def kith_runs(self):
        self._tell("kith runs")
        if self._sync().plan.operations:
            self._sync()
        self.quiet = True

    @rule()
    def kith_tells_beforehand(self):
        """A dry run changes nothing, and says what the run then does."""
        self._tell("kith tells beforehand")
        clock, before, store = self._clock(), self._cards(), self._rows()
        told = self._sync(dry_run=True, clock=clock)
        assert (self._cards(), self._rows()) == (before, store)
        done = self._sync(clock=clock)
        assert told.plan.operations == done.plan.operations
        self.quiet = False

    @precondition(lambda self: self.quiet)
    @rule(account=anywhere, how=st.sampled_from(("gone", "listed")))
    def a_server_loses_sight(self, account, how):
        """A book that suddenly looks empty takes nobody away from the others."""
        if len(self.world.shelves[account].cards) < 2:
            return
        self._tell("a server shows an empty book", account, how)
        before = self._cards()
        self.weather.blind = {account: how}
        result = self._sync(guarded=True)
        assert [hold.account for hold in result.plan.holds] == [account]
        assert result.plan.operations == ()
        assert self._cards() == before

    @rule()
    def someone_undoes_the_last_run(self):
        with self.store.reading() as db:
            run, before = last_run(db), standing(db)
        if run is None:
            return
        self._tell("someone undoes the last run")

        def prepare(ledger: Ledger, accounts: list[Account]) -> Inverse:
            return invert(ledger, run, accounts)

        self._sync(command=f"undo {run}", prepare=prepare)
        with self.store.reading() as db:
            self.typed -= before - standing(db)
        self.told = {}
        self.quiet = False

    # what the user says

    @contextlib.contextmanager
    def _deciding(self, command: str) -> Iterator[Word]:
        """A run of its own for what the user decides, as on the command line."""
        with self.store.opened() as db:
            ledger = Ledger(db, self._name(), self._clock()())
            journal.start(db, ledger.run, ledger.now, command)
            yield Word(ledger, [describe(self.settings, item) for item in self.settings.accounts.values()])
            journal.end(db, ledger.run, ledger.now, "done", {})
        self._look()
        self.quiet = False

    @precondition(lambda self: len(self.people) > 1)
    @rule(data=st.data())
    def the_user_joins_two(self, data):
        first, second = data.draw(st.permutations(sorted(self.people)))[:2]
        self._tell("the user joins two people", first, second)
        cards = [*self.people[first], *self.people[second]]
        with self._deciding("join") as word:
            join(word, first, second)
        self.told |= {frozenset(pair): True for pair in itertools.combinations(cards, 2)}

    @precondition(lambda self: any(len(cards) > 1 for cards in self.people.values()))
    @rule(data=st.data())
    def the_user_splits_someone(self, data):
        identity = data.draw(st.sampled_from([who for who, cards in self.people.items() if len(cards) > 1]))
        key = data.draw(st.sampled_from(self.people[identity]))
        self._tell("the user splits someone", identity, key)
        others = [card for card in self.people[identity] if card != key]
        with self._deciding("split") as word:
            split(word, identity, [key])
        self.told |= {frozenset((key, card)): False for card in others}

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def the_user_edits_someone(self, data):
        identity = data.draw(st.sampled_from(sorted(self.people)))
        self.serial += 1
        mail = f"told{self.serial}@example.org"
        self._tell("the user edits someone", identity)
        with self._deciding("edit") as word:
            before = person(word.ledger.db, identity)
            sourced = tuple(
                sorted(
                    (
                        *before.sourced,
                        Sourced("emails", BY_NAME["emails"].key(Email(mail)), (USER,), 0.0, "edited"),
                    ),
                    key=repr,
                )
            )
            emails = (*before.contact.emails, Email(mail))
            after = replace(
                before, contact=replace(before.contact, emails=emails), sourced=sourced, edited=True
            )
            change(word, before, after, f"+ emails {mail}")
        shelves = self.world.shelves
        if all(key.remote_id in shelves[key.account].cards for key in self.people.get(identity, ())):
            self.typed.add(mail)  # else someone has deleted them already, and kith does not know yet

    # what must hold

    def _rows(self) -> list[str]:
        """What the store says of cards, people and runs."""
        with self.store.reading() as db:
            tables = ("card", "person", "run", "outbox", "account", "staged", "event")
            return [repr(tuple(row)) for table in tables for row in db.rows(f"SELECT * FROM {table}")]

    def _cards(self) -> dict[str, dict]:
        return {name: dict(shelf.cards) for name, shelf in self.world.shelves.items()}

    @invariant()
    def a_second_run_does_nothing(self):
        if not getattr(self, "quiet", False):
            return
        before = self._cards()
        for full in (False, True):
            result = self._sync(full=full)
            assert result.plan.operations == ()
        assert self._cards() == before
        self.happened.append("it is quiet: a second run and a full one did nothing")

    @invariant()
    def what_the_user_said_holds(self):
        owners = {card: who for who, cards in getattr(self, "people", {}).items() for card in cards}
        for pair, same in getattr(self, "told", {}).items():
            if pair <= owners.keys():
                assert (len({owners[card] for card in pair}) == 1) == same

    @invariant()
    def nothing_is_lost_or_doubled(self):
        if not getattr(self, "quiet", False):
            return
        with self.store.reading() as db:
            assert self.typed - standing(db) - named(db) - self._only_read() == set()
            refusing = {row[0] for row in db.rows("SELECT account FROM refused")}
            for name in self.devices:
                if self._writable(name) and name not in refusing:
                    assert self._doubled(db, name) == []
                    assert name not in PLAIN or self._lacking(db, name) == set()

    def _only_read(self) -> set[str]:
        """What stands on accounts that kith only reads: a deletion elsewhere wins over an edit there, and takes nothing
        from there."""
        names = [name for name in self.world.shelves if not self._writable(name)]
        return set().union(*(words(contact) for name in names for contact in self.world.cards(name)))

    def _writable(self, name: str) -> bool:
        return self.world.tables[name].get("mode") != "read"

    def _doubled(self, db: Database, name: str) -> list[str]:
        """People with two cards in a book, where the user says that they are one, or the owners of both an address or a
        number; who was joined by name and birthday alone keeps both."""
        found = []
        for row in db.rows(
            "SELECT person, json_group_array(remote_id) AS ids, sum(linked_by = 'user') AS told, body FROM card JOIN person ON"
            " person.id = person WHERE account = ? GROUP BY person HAVING count(*) > 1",
            (name,),
        ):
            ids = set(json.loads(row["ids"]))
            said = [
                {key.remote_id for key in item.sources if key.account == name}
                for item in load(Person, row["body"]).sourced
                if item.field in ("emails", "phones")
            ]
            if row["told"] or any(len(ids & keys) > 1 for keys in said):
                found.append(row["person"])
        return found

    def _lacking(self, db: Database, name: str) -> set[str]:
        """What others cannot hold is not taken from an account that can: what it lacks of what was typed."""
        rows = db.rows(
            "SELECT body FROM person WHERE state = 'active' AND id IN (SELECT person FROM card WHERE account = ?)",
            (name,),
        )
        wanted = set().union(*(found_in(json.loads(row[0])["contact"]) for row in rows)) & self.typed
        return wanted - {value for contact in self.world.cards(name) for value in words(contact)}


def words(contact: Contact) -> set[str]:
    """The addresses and numbers of a card, in one spelling."""
    return {email.value for email in contact.emails} | {number(phone.value) for phone in contact.phones}


def found_in(body: dict) -> set[str]:
    """The same of a contact as the store writes it."""
    numbers = {number(item["value"]) for item in body.get("phones", ())}
    return {item["value"] for item in body.get("emails", ())} | numbers


def number(text: str) -> str:
    """A number of the household's country in one spelling."""
    digits = text.replace(" ", "").replace("-", "")
    return f"+49{digits[1:]}" if digits.startswith("0") else digits


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
