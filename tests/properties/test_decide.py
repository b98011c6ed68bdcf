"""`decide` is a function of facts: not of their order, not of what it was not told, and not of who answered first."""

import itertools
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kith.connector.api import PullRequest
from kith.decide import decide
from kith.model.contact import Contact, Email, Name, Phone, Text
from kith.model.facts import Facts
from kith.model.operation import Operation
from kith.sync.request import Request
from kith_connectors.memory.connector import MemoryAccount
from world import World

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
NAMES = (
    "Anna Huber",
    "Max Kern",
    "Josef Mayr",
    "Sepp Mayr",
    "Zoë Adler",
    "Zoe Adler",
    "Ida Lund",
    "Olaf Lund",
)
MAILS = ("", "anna@example.org", "max@example.org", "mayr@firm.example", "zoe@example.org", "ida@example.org")
NUMBERS = ("", "+49 171 3920012", "+49 171 3920013", "+49 30 23125001")
ACCOUNTS = ("phone", "cloud", "archive")

contacts = st.builds(
    lambda name, mails, number, note: Contact(
        full_name=name,
        name=Name(family=(name.split()[1],), given=(name.split()[0],)),
        emails=tuple(Email(mail) for mail in mails if mail),
        phones=(Phone(number, ("cell",)),) if number else (),
        notes=(Text(note),) if note else (),
    ),
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(MAILS), max_size=2, unique=True),
    st.sampled_from(NUMBERS),
    st.sampled_from(("", "rows", "likes tea")),
)
shelves = st.lists(st.lists(contacts, max_size=5), min_size=3, max_size=3)
edits = st.lists(
    st.tuples(st.sampled_from(("add", "edit", "drop")), st.integers(0, 2), st.integers(0, 9), contacts),
    max_size=5,
)


def facts_of(world: World, **wishes: Any) -> Facts:
    """The facts that a run would decide on."""
    return world.sync(Request(dry_run=True, max_delete=1000, clock=lambda: 1_790_000_000.0, **wishes)).facts


def furnished(folder: Path, books: list[list[Contact]]) -> World:
    world = World(folder, phone={}, cloud={}, archive={"mode": "read"})
    for name, book in zip(ACCOUNTS, books, strict=True):
        for number, contact in enumerate(book):
            world.shelves[name].put(f"{name}-{number}", contact)
    return world


def change(world: World, what: list[tuple[str, int, int, Contact]]) -> None:
    for number, (verb, account, place, contact) in enumerate(what):
        shelf = world.shelves[ACCOUNTS[account]]
        ids = sorted(shelf.cards)
        if verb == "add" or not ids:
            shelf.put(f"late-{number}", contact)
        elif verb == "drop":
            shelf.drop(ids[place % len(ids)])
        else:
            key = ids[place % len(ids)]
            shelf.put(key, replace(shelf.cards[key][1], notes=contact.notes, phones=contact.phones))


def in_a_folder(test: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        test(Path(folder))


def shuffled(facts: Facts, dice: Random) -> Facts:
    """The same facts in another order."""

    def mixed(values: Any) -> Any:
        items = list(values.items() if isinstance(values, dict) else values)
        dice.shuffle(items)
        return dict(items) if isinstance(values, dict) else tuple(items)

    names = ("pulled", "gone", "holdings", "lists", "persons", "decisions", "questions", "books", "accounts")
    return replace(
        facts, **{name: mixed(getattr(facts, name)) for name in (*names, "statistics", "features")}
    )


@settings(max_examples=12)
@given(books=shelves, later=edits, seed=st.integers(0, 1000))
def test_the_order_of_facts_does_not_matter(books, later, seed):
    """Cards, people, decisions, questions, books and accounts may come in any order."""

    def test(folder: Path) -> None:
        world = furnished(folder, books)
        first = facts_of(world)
        assert decide(shuffled(first, Random(seed))) == decide(first)
        world.sync(Request(max_delete=1000, clock=lambda: 1_780_000_000.0))
        change(world, later)
        for full in (False, True):
            facts = facts_of(world, full=full)
            assert decide(shuffled(facts, Random(seed))) == decide(facts)

    in_a_folder(test)


def meaning(operations: tuple[Operation, ...]) -> set[Any]:
    """What operations do, to whom and why."""
    return {
        (item.action, item.key, item.person, item.expected, repr(item.after), item.reason)
        for item in operations
    }


@settings(max_examples=12)
@given(books=shelves, later=edits)
def test_what_was_touched_is_decided_as_if_everything_had_been_looked_at(books, later):
    """The plan of a run that loads only what its changes touch is the plan of a full run, which has nothing else to do.

    Red when `_touched` (store/facts.py) leaves out the candidates of the changed cards.
    """

    def test(folder: Path) -> None:
        world = furnished(folder, books)
        for _ in range(2):
            world.sync(Request(max_delete=1000, clock=lambda: 1_780_000_000.0))
        change(world, later)
        part, whole = decide(facts_of(world)), decide(facts_of(world, full=True))
        assert meaning(part.operations) == meaning(whole.operations)
        assert {(link.key, link.person) for link in part.links} == {
            (link.key, link.person) for link in whole.links
        }
        known = {person.id: person for person in whole.persons}
        assert all(known[person.id] == person for person in part.persons)

    in_a_folder(test)


class Late:
    """Accounts that answer one after the other, in a given order."""

    def __init__(self, world: World, order: tuple[str, ...]) -> None:
        self.turns = {name: threading.Event() for name in order}
        self.order, self.world = order, world
        self.turns[order[0]].set()

    def open(self, name: str, shelf: Any, abilities: Any) -> Any:
        late = self

        class Waiting(MemoryAccount):
            def pull(self, request: PullRequest) -> Any:
                late.turns[name].wait(10)
                yield from super().pull(request)
                following = late.order.index(name) + 1
                if following < len(late.order):
                    late.turns[late.order[following]].set()

        return Waiting(name, shelf, abilities)


@settings(max_examples=4)
@given(books=shelves)
def test_a_first_run_does_not_depend_on_who_answers_first(books):
    """Facts and plan are the same for all six orders in which three accounts may answer."""

    def test(folder: Path) -> None:
        found = []
        for number, order in enumerate(itertools.permutations(ACCOUNTS)):
            world = furnished(folder / str(number), books)
            world.wrap = Late(world, order).open
            facts = facts_of(world)
            found.append((facts, decide(facts)))
        assert all(item == found[0] for item in found[1:])

    in_a_folder(test)
