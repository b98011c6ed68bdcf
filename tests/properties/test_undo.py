"""Every run can be undone: an undo brings back what every device showed before, the undo of that undo what the run had
made of it, and the third what was before once more; each is quiet afterwards.

Nobody is in doubt here, and nobody has two cards in one book: who waits for a review is let in when the other one goes, and
of two cards of one person one comes back, with all that they say. tests/unit/store/test_undo_of_joins.py has the doubts.

That it can fail was tried on 2026-11-23 by faults put into kith, one at a time: whom the user had joined before the last join is
not put back; joins by hand that a run carried out are not noticed; an undo of an undo is taken for what an earlier run brought.
"""

import itertools
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kith.model.contact import Contact, Date, Email, Name, Phone, Text
from kith.model.record import RecordKey
from kith.store import journal
from kith.store.cards import key_of, person
from kith.store.journal import Ledger
from kith.store.people import Word, change, join, split
from kith.store.undo import invert, last_run
from kith.sync.accounts import describe
from kith.sync.request import Request, Result
from kith.sync.run import Run
from properties.machine import START, TURN, contacts
from properties.stores import MEMORY, MemoryStore
from world import World

CI = os.environ.get("CI") == "true"
EXAMPLES = int(os.environ.get("KITH_EXAMPLES", "0")) or (400 if CI else 40)
HOUSEHOLDS = (
    ("phone", "tablet"),
    ("phone", "tablet", "desk"),
    ("phone", "archive"),
    ("phone", "tablet", "archive"),
)
EDITS = (
    {"emails": (Email("new@example.org"),)},
    {"phones": ()},
    {"phones": (Phone("+49 171 3920777", ("cell",)),)},
    {"notes": (Text("a new note"),)},
    {"birthday": Date("1999-09-09")},
    {"groups": ("B",)},
    {"full_name": "Neu Name", "name": Name(given=("Neu",), family=("Name",))},
)
Picture = dict[str, Counter[str]]


class House:
    """Accounts that keep a card as it is given, a store in memory, and runs one after the other. An archive is only read."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self.world = World(folder, **{name: {"mode": "read"} if name == "archive" else {} for name in names})
        self.devices = [name for name in names if name != "archive"]
        self.store = MemoryStore(self.world.store)
        self.settings = self.world.settings()
        self._turns = itertools.count(1)

    def sync(self, **wishes: object) -> Result:
        turn = next(self._turns)
        request = Request(
            max_delete=1000, in_turn=True, id=f"{turn:012x}", clock=lambda: START + TURN * turn, **wishes
        )  # type: ignore[arg-type]
        with self.store.opened() as db, closing(Run(self.settings, db, self.world.store, request)) as run:
            return run.go()

    def undo(self) -> list[str]:
        """Take the last run back; what stays, in words."""
        with self.store.reading() as db:
            target = last_run(db)
        assert target is not None
        kept: list[str] = []

        def prepare(ledger, accounts):
            found = invert(ledger, target, accounts)
            kept.extend(found.kept)
            return found

        self.sync(command=f"undo {target}", prepare=prepare)
        return kept

    @contextmanager
    def deciding(self) -> Iterator[Word]:
        """A run of its own for what the user says."""
        turn = next(self._turns)
        with self.store.opened() as db:
            ledger = Ledger(db, f"{turn:012x}", START + TURN * turn)
            journal.start(db, ledger.run, ledger.now, "by hand")
            yield Word(ledger, [describe(self.settings, item) for item in self.settings.accounts.values()])
            journal.end(db, ledger.run, ledger.now, "done", {})

    def people(self) -> dict[str, list[RecordKey]]:
        """{person: cards} of everybody."""
        found: dict[str, list[RecordKey]] = {}
        with self.store.reading() as db:
            for row in db.rows("SELECT * FROM card ORDER BY person, account, remote_id"):
                found.setdefault(row["person"], []).append(key_of(row))
        return found

    def doubts(self) -> int:
        with self.store.reading() as db:
            return int(db.value("SELECT count(*) FROM question"))

    def picture(self) -> Picture:
        """What every account shows, card by card; neither ids nor the order of values count."""
        return {name: Counter(map(_said, self.world.cards(name))) for name in self.world.shelves}

    def is_quiet(self) -> bool:
        """Whether two further runs, one of them full, have nothing to do."""
        return not self.sync().plan.operations and not self.sync(full=True).plan.operations


def _said(contact: Contact) -> str:
    many = {name: tuple(sorted(getattr(contact, name), key=repr)) for name in ("emails", "phones", "groups")}
    return repr(replace(contact, uid="", **many))


def edit(house: House, data: st.DataObject) -> None:
    name, key = data.draw(st.sampled_from(_cards(house)))
    shelf = house.world.shelves[name]
    shelf.put(key, replace(shelf.cards[key][1], **data.draw(st.sampled_from(EDITS))))


def delete(house: House, data: st.DataObject) -> None:
    name, key = data.draw(st.sampled_from(_cards(house)))
    house.world.shelves[name].drop(key)


def unite(house: House, data: st.DataObject) -> None:
    """Two of them, or three in a row."""
    people = sorted(house.people())
    for _ in range(data.draw(st.integers(1, max(1, min(2, len(people) - 1))))):
        people = sorted(house.people())
        if len(people) > 1:
            first, second = data.draw(st.permutations(people))[:2]
            with house.deciding() as word:
                join(word, first, second)


def part(house: House, data: st.DataObject) -> None:
    several = {who: cards for who, cards in house.people().items() if len(cards) > 1}
    if several:
        who = data.draw(st.sampled_from(sorted(several)))
        with house.deciding() as word:
            split(word, who, [data.draw(st.sampled_from(several[who]))])


def tell(house: House, data: st.DataObject) -> None:
    """A note by the user, in kith itself."""
    who = data.draw(st.sampled_from(sorted(house.people())))
    with house.deciding() as word:
        before = person(word.ledger.db, who)
        assert before is not None
        contact = replace(before.contact, notes=(*before.contact.notes, Text("told")))
        change(word, before, replace(before, contact=contact, edited=True), "a note")


def _doubled(house: House) -> bool:
    """Whether anybody has two cards in one book: one card with all that they say comes back."""
    return any(len({key.account for key in cards}) < len(cards) for cards in house.people().values())


def _cards(house: House) -> list[tuple[str, str]]:
    return [(name, key) for name in house.devices for key in sorted(house.world.shelves[name].cards)]


@pytest.mark.parametrize("act", [edit, delete, unite, part, tell])
def test_an_undo_brings_back_what_was_and_its_undo_what_became_of_it(act) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=CI,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        names=st.sampled_from(HOUSEHOLDS),
        cards=st.lists(st.tuples(st.integers(0, 5), contacts), min_size=2, max_size=5),
        data=st.data(),
    )
    def histories(names, cards, data) -> None:
        with tempfile.TemporaryDirectory(prefix="kith-undo-", dir=MEMORY) as folder:
            house = House(Path(folder), names)
            try:
                _there_and_back(house, names, cards, act, data)
            finally:
                house.store.end()

    histories()


def _there_and_back(house: House, names, cards, act, data) -> None:
    for number, (place, contact) in enumerate(cards):
        house.world.shelves[names[place % len(names)]].put(f"own-{number}", contact)
    while house.sync().plan.operations:
        pass
    if house.doubts() or not _cards(house) or _doubled(house):
        return
    before = house.picture()
    act(house, data)
    done = house.sync()
    assert house.is_quiet()
    after = house.picture()
    if house.doubts() or not done.plan.operations or after == before:
        return
    for number, expected in enumerate((before, after, before), 1):
        assert house.undo() == [], f"undo {number}"
        assert house.picture() == expected, f"undo {number}"
        assert house.is_quiet(), f"undo {number}"
