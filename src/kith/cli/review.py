"""`kith review`, `join`, `split`."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from kith.cli import render
from kith.cli.asking import deciding, the_card, the_person, two_cards
from kith.cli.people import evidence_object, regions_of
from kith.cli.session import Session
from kith.cli.words import cut, safe
from kith.match.evidence import Evidence
from kith.match.explain import explain
from kith.match.verdict import ASK
from kith.merge.merge import say
from kith.model.contact import Contact
from kith.model.fields import FIELDS, values
from kith.model.record import RecordKey
from kith.store.cards import holding, owner
from kith.store.database import Database
from kith.store.pairs import key_from
from kith.store.people import Word, decide_pair, join, split
from kith.sync.judge import judge


@dataclass(frozen=True, slots=True)
class Question:
    """Two cards that may be one person's: whose they are now, what stands on them, and what speaks for and against it."""

    a: RecordKey
    b: RecordKey
    people: tuple[str, str]
    cards: tuple[Contact, Contact]
    found: Evidence

    @property
    def titles(self) -> tuple[str, str]:
        """Their names, for a line of a list."""
        first, second = (cut(card.full_name or "(no name)", 40) for card in self.cards)
        return first, second

    def event(self) -> dict[str, Any]:
        """As `kith review --json` prints it."""
        return {
            "event": "review",
            "a": self.people[0],
            "b": self.people[1],
            "card_a": str(self.a),
            "card_b": str(self.b),
            **evidence_object(self.found),
        }


KEYS = "m same person, d different people, s skip, w why, q quit"


@click.group("review", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="The queue as JSON, one pair a line.")
@click.pass_context
def review_command(ctx: click.Context, as_json: bool) -> None:
    """Who may be the same person? Interactive on a terminal, a list elsewhere.

    Example: kith review; kith review join A B; kith review apart A B
    """
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    session.as_json = session.as_json or as_json
    queue = _queue(session)
    for item in queue:
        session.emit(item.event())
    if not queue:
        session.say("Nothing to review.")
    elif session.interactive:
        _ask(session, queue)
    elif not session.as_json:
        for place, item in enumerate(queue, 1):
            session.say(f"{place}. {'  ?=  '.join(item.titles)}   ({item.a}  {item.b})")
            for line in explain(item.found):
                session.say(f"     {safe(line)}")


def _queue(session: Session) -> list[Question]:
    """Open questions, the surest first, those of one person together."""
    regions = regions_of(session)
    found = []
    with session.reading() as db:
        for row in db.rows("SELECT a, b FROM question ORDER BY a, b"):
            a, b = key_from(row["a"]), key_from(row["b"])
            first, second = holding(db, a), holding(db, b)
            one, two = owner(db, a), owner(db, b)
            if first is None or second is None or one is None or two is None:
                continue
            evidence = replace(judge(db, a, b, regions), verdict=ASK)
            found.append(Question(a, b, (one, two), (first.held, second.held), evidence))
    return _by_person(found)


def _by_person(queue: list[Question]) -> list[Question]:
    """The surest question first, by its weight of today; whatever else is asked about its two people follows it."""
    waiting = sorted(queue, key=lambda item: -item.found.weight)
    ordered: list[Question] = []
    while waiting:
        people = set(waiting[0].people)
        ordered += [item for item in waiting if people & set(item.people)]
        waiting = [item for item in waiting if not people & set(item.people)]
    return ordered


def _ask(session: Session, queue: list[Question]) -> None:
    session.say(f"{len(queue)} to decide. {KEYS}")
    said = 0
    for place, item in enumerate(queue):
        if _settled(session, item):
            continue
        _side_by_side(session, item)
        answer = _answer(session, item, len(queue) - place)
        if answer == "q":
            break
        if answer in ("m", "d"):
            decided(session, [(item.a, item.b)], answer == "m")
            said += 1
    session.say(f"{said} decided, {len(queue) - said} left" + ("; next: kith sync" if said else ""))


def _settled(session: Session, item: Question) -> bool:
    """Whether the two are one person by now: an answer to an earlier question may have made them that."""
    with session.reading() as db:
        return owner(db, item.a) == owner(db, item.b)


def _answer(session: Session, item: Question, left: int) -> str:
    """m, d, s or q; anything else is asked again, so that a slip decides nothing."""
    while True:
        answer = click.prompt(f"{left} left [m/d/s/w/q]", default="s", show_default=False).strip().lower()
        if answer in ("m", "d", "s", "q"):
            return str(answer)
        if answer == "w":
            for line in explain(item.found):
                session.say(f"  {safe(line)}")
        else:
            session.say(KEYS)


def _side_by_side(session: Session, item: Question) -> None:
    accounts = (item.a.account, item.b.account)
    room = (shutil.get_terminal_size().columns - LABEL - 4) // 2
    rows = list(_compared(item))
    session.say()
    if room < NARROW:
        for line in _stacked(accounts, rows):
            session.say(line)
    else:
        cells = ((label, *(cut(text, min(room, WIDE)) for text in pair)) for label, pair in rows)
        for line in render.table([("", *accounts), *cells]):
            session.say(line)
    for text in explain(item.found)[:4]:
        session.say(f"  {safe(text)}")


LABEL, NARROW, WIDE = 15, 20, 34
"""Columns of a terminal for the names of fields; below which two cards do not fit side by side; that a value needs."""


def _compared(item: Question) -> Iterator[tuple[str, tuple[str, str]]]:
    """(sign and field, (value of the one, value of the other)), line by line: = equal, + only on one side, ! different."""
    for row in FIELDS:
        sides = [[say(value) for value in values(card, row)] for card in item.cards]
        if row.name in ("name", "kind", "extras") or not any(sides):
            continue
        sign = "=" if sides[0] == sides[1] else "+" if not all(sides) else "!"
        for place in range(max(map(len, sides))):
            first, second = (side[place] if place < len(side) else "" for side in sides)
            yield (f"{sign} {row.name.replace('_', ' ')}" if not place else "", (first, second))


def _stacked(accounts: tuple[str, str], rows: Iterable[tuple[str, tuple[str, str]]]) -> Iterator[str]:
    """One value a line, for a narrow terminal; what is equal is said once."""
    for label, pair in rows:
        if label:
            yield label
        if pair[0] == pair[1]:
            yield f"    {safe(pair[0])}"
            continue
        for account, text in zip(accounts, pair, strict=True):
            if text:
                yield f"    {account}: {safe(text)}"


def decided(session: Session, pairs: Sequence[tuple[RecordKey, RecordKey]], same: bool) -> None:
    """Carry out a decision about pairs of cards: one word of the user, one run."""
    with deciding(session, "review join" if same else "review apart") as word:
        for a, b in pairs:
            _decide(word, a, b, same)
    session.say("one person: the next sync brings it to every device" if same else "kept apart, for ever")
    for a, b in pairs:
        session.emit({"event": "decided", "card_a": str(a), "card_b": str(b), "same": same})


def _decide(word: Word, a: RecordKey, b: RecordKey, same: bool) -> None:
    db = word.ledger.db
    first, second = owner(db, a), owner(db, b)
    if not same and first == second:
        raise click.UsageError(f"{a} and {b} are cards of one person; kith split takes cards out of a person")
    decide_pair(word.ledger, a, b, same)
    if same and first and second and first != second:
        join(word, first, second)


@review_command.command("join")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.pass_obj
def review_join(session: Session, first: str, second: str) -> None:
    """A and B are one person."""
    with session.reading() as db:
        pair = two_cards(db, first, second, whole=True)
    decided(session, [pair], same=True)


@review_command.command("apart")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.pass_obj
def review_apart(session: Session, first: str, second: str) -> None:
    """A and B are not the same person, and kith never asks again."""
    with session.reading() as db:
        pairs = _all_pairs(db, first, second)
    decided(session, pairs, same=False)


def _all_pairs(db: Database, first: str, second: str) -> list[tuple[RecordKey, RecordKey]]:
    """The pairs in question between two people; where none is asked, their first cards."""
    pair = two_cards(db, first, second, whole=True)
    people = {owner(db, card) for card in pair}
    asked = [(key_from(row["a"]), key_from(row["b"])) for row in db.rows("SELECT a, b FROM question")]
    found = [(a, b) for a, b in asked if {owner(db, a), owner(db, b)} == people]
    return found or [pair]


@click.command("join")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.pass_obj
def join_command(session: Session, first: str, second: str) -> None:
    """A and B are one person; the older id stays. Taken back with `kith split` or `kith undo`.

    Example: kith join "Renée Müller" "R. Müller"
    """
    with deciding(session, "join") as word:
        found = join(word, *(the_person(word.ledger.db, text, whole=True) for text in (first, second)))
    session.say(
        f"{cut(found.contact.full_name)} is one person now ({found.id}); the next sync brings it to every device"
    )
    session.emit({"event": "joined", "person": found.id})


@click.command("split")
@click.argument("who", metavar="PERSON")
@click.argument("cards", metavar="CARD...", nargs=-1, required=True)
@click.pass_obj
def split_command(session: Session, who: str, cards: tuple[str, ...]) -> None:
    """Take cards out of a person; they become someone else and are never joined again by themselves.

    Example: kith split "Renée Müller" google/people/c123
    """
    with deciding(session, "split") as word:
        db = word.ledger.db
        identity, keys = the_person(db, who, whole=True), [the_card(db, text, whole=True) for text in cards]
        for key in keys:
            if owner(db, key) != identity:
                raise click.UsageError(f"{key} is no card of {who}; kith show lists the cards of a person")
        made = split(word, identity, keys)
    session.say(f"{cut(made.contact.full_name) or '(no name)'} is someone else now ({made.id})")
    session.emit({"event": "split", "person": made.id})
