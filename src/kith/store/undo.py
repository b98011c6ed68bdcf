"""The inverse of a run, value by value: what is still as the run left it goes back, what was changed since stays."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeVar

from kith.merge.delta import delta
from kith.merge.inverse import values_back
from kith.model.account import Account
from kith.model.contact import NOTHING, Contact
from kith.model.holding import Holding
from kith.model.identity import person_id
from kith.model.person import Person
from kith.model.record import RecordKey
from kith.store import journal
from kith.store.cards import (
    card_row,
    holding,
    holding_of,
    holdings_of,
    key_of,
    owner,
    person,
    resolve,
    save_person,
)
from kith.store.causes import causes
from kith.store.codec import dump, load
from kith.store.database import Database
from kith.store.journal import Ledger, number_of
from kith.store.pairs import key_from
from kith.store.parted import Parting, own_cards, parted
from kith.store.people import decide_pair, share_doubts, write_down

T = TypeVar("T")


@dataclass
class Inverse:
    """What an undo prepared: `unwanted` cards to take away again, `restored` (person, account) that had a card there before,
    `kept` sentences about what was changed since."""

    unwanted: set[RecordKey] = field(default_factory=set)
    restored: set[tuple[str, str]] = field(default_factory=set)
    kept: list[str] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    parted: set[str] = field(default_factory=set)
    gone: dict[str, list[Holding]] = field(default_factory=dict)
    """Second cards of the parted that are gone."""
    homes: dict[RecordKey, str] = field(default_factory=dict)
    apart: list[tuple[RecordKey, RecordKey]] = field(default_factory=list)
    """Pairs of cards that are of two people from now on, unless the other one follows."""
    together: list[tuple[RecordKey, RecordKey]] = field(default_factory=list)
    """Pairs of cards that the user had called the same before an undo parted them."""
    joined: set[str] = field(default_factory=set)
    """Joins by hand that are taken back along with what carried them out: whose card it was before, and who was joined."""


def last_run(db: Database) -> str | None:
    """The latest run that changed or decided something."""
    found = db.value(
        "SELECT run.id FROM run WHERE EXISTS (SELECT 1 FROM card_history WHERE run = run.id AND by = 'kith') OR EXISTS"
        " (SELECT 1 FROM person_history WHERE run = run.id) OR EXISTS (SELECT 1 FROM decision WHERE run = run.id)"
        " OR EXISTS (SELECT 1 FROM decision_undone WHERE run = run.id) ORDER BY rowid DESC LIMIT 1"
    )
    return str(found) if found else None


def invert(ledger: Ledger, run: str, accounts: Sequence[Account], only: str | None = None) -> Inverse:
    """Put people and links back to what they were before `run` (with `only`: that person alone) and mark them for
    planning. Nothing is sent here."""
    db, found = ledger.db, Inverse()
    with db.transaction():
        earlier_too = causes(db, run, only)
        decided = earlier_too.first
        _joins_by_hand(db, found, decided)
        whom = {only} if only is not None else None
        _links_back(ledger, found, run, whom, accounts)
        _people_back(ledger, found, run, whom)
        _cards_back(ledger, found, run, only)
        for earlier, pairs in groupby(decided, lambda pair: pair[0]):
            whom = {identity for _, identity in pairs}
            _links_back(ledger, found, earlier, whom, accounts)
            _people_back(ledger, found, earlier, whom)
        found.restored = set().union(*(_had_cards(db, one) for one in {run, *(one for one, _ in decided)}))
        _decide(ledger, found)
        _part(ledger, found, [(run, None), *decided], accounts)
        for imported, whose in ((run, only), *decided):
            _strangers_again(ledger, found, imported, whose)
        _words_back(ledger, run, {earlier for earlier, _ in decided}, only)
        _words_again(ledger, run, only)
        _drop_empty(ledger, found)
        found.kept += _told_elsewhere(db, earlier_too.before)
    return found


def _words_back(ledger: Ledger, run: str, decided: set[str], only: str | None) -> None:
    """Take back what `run` decided about pairs; of earlier runs, and of a part of a run, what is not true any more."""
    db = ledger.db
    if only is None:
        _ask_again(db, run)
    for each in {run} | decided:
        for row in db.rows("SELECT a, b, same FROM decision WHERE run = ?", (each,)):
            if (each == run and only is None) or not _true(db, row):
                said = (row["a"], row["b"], row["same"])
                db.execute("INSERT OR IGNORE INTO decision_undone VALUES (?, ?, ?, ?)", (ledger.run, *said))
                db.execute("DELETE FROM decision WHERE a = ? AND b = ?", said[:2])


def _words_again(ledger: Ledger, run: str, only: str | None) -> None:
    """Say again what `run` took back of it, where nothing else was said since."""
    db = ledger.db
    for row in db.rows("SELECT a, b, same FROM decision_undone WHERE run = ?", (run,)):
        a, b = key_from(row["a"]), key_from(row["b"])
        said = db.value("SELECT 1 FROM decision WHERE a = ? AND b = ?", (row["a"], row["b"]))
        if said is None and only in (None, owner(db, a), owner(db, b)) and _true(db, row):
            decide_pair(ledger, a, b, bool(row["same"]))


def _true(db: Database, said: sqlite3.Row) -> bool:
    """Whether two cards are of one person, or of two, as it was said."""
    return (owner(db, key_from(said["a"])) == owner(db, key_from(said["b"]))) == bool(said["same"])


def _ask_again(db: Database, run: str) -> None:
    """What was in question before `run` parted it is in question again, where both cards are still there."""
    sql = "SELECT a, b, asked, at FROM decision WHERE run = ? AND same = 0 AND asked IS NOT NULL"
    for row in db.rows(sql, (run,)):
        people = [owner(db, key_from(row[side])) for side in ("a", "b")]
        if None not in people and people[0] != people[1]:
            db.execute("INSERT OR IGNORE INTO question (a, b, weight, at) VALUES (?, ?, ?, ?)", tuple(row))


def _told_elsewhere(db: Database, before: Mapping[str, str]) -> Iterator[str]:
    """What the run only brought to the rest of the accounts, in words."""
    for identity, run in before.items():
        known = person(db, identity)
        if known is not None:
            name = known.contact.full_name or identity
            yield f"{name}: what came stays; other accounts had it before: kith undo {run} takes it back everywhere"


def _joins_by_hand(db: Database, found: Inverse, decided: Sequence[tuple[str, str]]) -> None:
    for run, identity in decided:
        for row in db.rows(
            "SELECT * FROM link_history WHERE run = ? AND after = ? AND before IS NOT NULL AND how = 'together'",
            (run, identity),
        ):
            found.homes[key_of(row)] = row["before"]
            found.joined.add(identity)


def _links_back(
    ledger: Ledger, found: Inverse, run: str, only: Set[str] | None, accounts: Sequence[Account]
) -> None:
    """The last one stays who the person is, with what the user said: of cards that came together that is the one on the
    highest account that the user writes on."""
    names = [account.name for account in sorted(accounts, key=lambda one: (one.writable, -one.rank))]
    places = {name: place for place, name in enumerate(names)}
    rows = ledger.db.rows("SELECT * FROM link_history WHERE run = ? ORDER BY id DESC", (run,))
    for row in sorted(rows, key=lambda row: places.get(row["account"], -1)):
        if only is None or not only.isdisjoint((row["before"], row["after"])):
            _move_back(ledger, found, row)


def _people_back(ledger: Ledger, found: Inverse, run: str, only: Set[str] | None) -> None:
    """Also whoever got a card of these, or lost one to them, without having any card that is written."""
    db = ledger.db
    moves = db.rows("SELECT before, after FROM link_history WHERE run = ? AND before IS NOT NULL", (run,))
    whom = set(only or ()).union(*(row for row in moves if only and not only.isdisjoint(row)))
    for row in db.rows("SELECT * FROM person_history WHERE run = ? ORDER BY id DESC", (run,)):
        if only is None or row["person"] in whom:
            _person_back(ledger, found, row["person"], row["before"], row["after"])


def _move_back(ledger: Ledger, found: Inverse, move: sqlite3.Row) -> None:
    db, key, before = ledger.db, key_of(move), move["before"]
    after, how = resolve(db, move["after"]), move["how"]
    row = card_row(db, key)
    if row is None and how == "apart" and before is not None and not holdings_of(db, [after]):
        # The card of whom that run had parted is gone since: they are part of the other again, and not someone without any.
        journal.moved(ledger, key, after, before, "together")
        found.people |= {before, after}
    if row is None or row["person"] != after:
        return
    if how == "apart":
        if before is not None:
            if row["linked_by"] == "user" and _of_an_undo(db, move["run"]):
                others = own_cards(db, before, number_of(db, move["run"]))
                found.together += [(key, item.key) for item in others]
            _place(ledger, key, after, before, "together")
            found.people |= {before, after}
        return
    if before is None and row["linked_by"] in ("alone", "creation"):
        return
    others = [item for item in own_cards(db, after, number_of(db, move["run"])) if item.key != key]
    if before is None and not others:
        return
    target = before or person_id(str(key), f"undo {ledger.run}")
    _place(ledger, key, after, target, "apart")
    found.apart += [(key, item.key) for item in others]
    found.people |= {after, target}
    if before is None:
        found.parted |= {after, target}


def _of_an_undo(db: Database, run: str) -> bool:
    return str(db.value("SELECT command FROM run WHERE id = ?", (run,)) or "").startswith("undo ")


def _decide(ledger: Ledger, found: Inverse) -> None:
    """Remember who is the same again and who is not, once every card is where it belongs: the cards of one person move one
    by one."""
    for pairs, same in ((found.apart, False), (found.together, True)):
        for a, b in pairs:
            if (owner(ledger.db, a) == owner(ledger.db, b)) == same:
                decide_pair(ledger, a, b, same)


def _place(ledger: Ledger, key: RecordKey, here: str, there: str, how: str) -> None:
    """Give a card to another person, who is made anew from history where it is gone."""
    db = ledger.db
    if how == "apart":
        staying = [item.key for item in holdings_of(db, [here]) if item.key != key]
        share_doubts(db, [key], staying)
    _revive(ledger, there, here)
    db.execute(
        "UPDATE card SET person = ? WHERE account = ? AND book = ? AND remote_id = ?",
        (there, key.account, key.book, key.remote_id),
    )
    journal.moved(ledger, key, here, there, how)
    left = person(db, here)
    if left is not None:  # the card keeps its id: it is not taken for a new card of whom it left
        save_person(db, replace(left, generation=left.generation + 1), ledger.now, dirty=1)


def _revive(ledger: Ledger, identity: str, joined_to: str) -> None:
    """A person who is gone, from history; nothing where there is one."""
    db = ledger.db
    if person(db, identity) is not None and resolve(db, identity) == identity:
        return
    db.execute("DELETE FROM alias WHERE old = ?", (identity,))
    body = db.value(
        "SELECT before FROM person_history WHERE person = ? AND before IS NOT NULL ORDER BY id DESC LIMIT 1",
        (identity,),
    )
    source = person(db, joined_to)
    state = source.state if source else "active"
    made = load(Person, body) if body else Person(identity, state=state)
    # A card on its way at the join arrived in the name of the other: what is made from now on has ids of its own.
    save_person(db, replace(made, generation=made.generation + 1), ledger.now, dirty=1)


def _person_back(
    ledger: Ledger, found: Inverse, identity: str, before: str | None, after: str | None
) -> None:
    db = ledger.db
    present = person(db, identity)
    if present is None or before is None or after is None or resolve(db, identity) != identity:
        return
    was, became = load(Person, before), load(Person, after)
    contact, kept = values_back(present.contact, became.contact, was.contact)
    found.kept += [f"{present.contact.full_name or identity}: {line}" for line in kept]
    restored = replace(
        present,
        contact=contact,
        uid=was.uid if present.uid == became.uid else present.uid,
        state=was.state if present.state == became.state else present.state,
        removed=_set_back(present.removed, became.removed, was.removed),
        kept_out=_set_back(present.kept_out, became.kept_out, was.kept_out),
        sourced=tuple(
            sorted(
                {(item.field, item.key): item for item in (*was.sourced, *present.sourced)}.values(), key=repr
            )
        ),
        edited=True,
    )
    write_down(ledger, present, restored)
    found.people.add(identity)


def _set_back(present: tuple[T, ...], became: tuple[T, ...], was: tuple[T, ...]) -> tuple[T, ...]:
    """A set with the difference from `was` to `became` inverted."""
    return tuple(sorted((set(present) - (set(became) - set(was))) | (set(was) - set(became))))  # type: ignore[type-var]


def _cards_back(ledger: Ledger, found: Inverse, run: str, only: str | None) -> None:
    """Cards that kith made go; second cards that it consolidated come back as someone of their own."""
    db = ledger.db
    for row in db.rows("SELECT * FROM card_history WHERE run = ? AND by = 'kith'", (run,)):
        if only is not None and row["person"] != only:
            continue
        key = key_of(row)
        if row["action"] == "create":
            _unmake(ledger, found, key, row)
        elif row["action"] == "delete" and row["reason"] == "consolidated":
            came_with = _came_with(db, run, key, row["person"])
            if row["person"] in found.joined and not came_with:
                _revive(ledger, found.homes.get(key, row["person"]), row["person"])
                continue
            contact = load(Contact, row["before"])
            _second_card_back(ledger, key, contact)
            if came_with:
                found.parted.add(row["person"])
                found.gone.setdefault(row["person"], []).append(Holding(key, row["person"], "", contact))


def _second_card_back(ledger: Ledger, key: RecordKey, contact: Contact) -> None:
    """A second card that was consolidated, as someone of their own in that account alone."""
    again = Person(person_id(str(key), f"undo {ledger.run}"), contact.uid, contact=contact, edited=True)
    others = sorted(row[0] for row in ledger.db.rows("SELECT name FROM account") if row[0] != key.account)
    write_down(ledger, None, replace(again, kept_out=tuple(others)))


def _had_cards(db: Database, run: str) -> set[tuple[str, str]]:
    """(person, account) of the cards that went in a run. A card may have gone as the second one of someone else than whose it
    was before."""
    went = "SELECT account, book, remote_id, person FROM card_history WHERE run = ? AND action IN ('delete', 'deleted')"
    whose = {key_of(row): row["person"] for row in db.rows(went, (run,))}
    if whose:
        for row in db.rows(
            "SELECT account, book, remote_id, person FROM card_history WHERE id < (SELECT min(id) FROM card_history WHERE run = ?)"
            " ORDER BY id",
            (run,),
        ):
            if (key := key_of(row)) in whose:
                whose[key] = row["person"]
    return {(resolve(db, person), key.account) for key, person in whose.items()}


def _came_with(db: Database, run: str, key: RecordKey, identity: str) -> bool:
    """Whether a card was found and given to that person in this very run: what it brought leaves with it."""
    row = db.row(
        "SELECT after FROM link_history WHERE run = ? AND account = ? AND book = ? AND remote_id = ? AND how = 'together'",
        (run, key.account, key.book, key.remote_id),
    )
    return row is not None and row["after"] == identity


def _unmake(ledger: Ledger, found: Inverse, key: RecordKey, made: sqlite3.Row) -> None:
    row = card_row(ledger.db, key)
    if row is None:
        return
    if not _as_made(ledger.db, row, made):
        found.kept.append(f"{key}: the card was changed since and stays")
        return
    found.unwanted.add(key)
    whose = person(ledger.db, row["person"])
    if whose is not None:
        write_down(ledger, whose, replace(whose, kept_out=tuple(sorted({*whose.kept_out, key.account}))))
        found.people.add(whose.id)


def _as_made(db: Database, row: sqlite3.Row, made: sqlite3.Row) -> bool:
    """Whether a card is as kith made it. What a server makes of a card, which may show only later, is no change."""
    said = load(Contact, made["after"] or "{}")
    if not delta(said, load(Contact, row["held"])):
        return True
    edited = db.value(
        "SELECT 1 FROM card_history WHERE account = ? AND book = ? AND remote_id = ? AND id > ? AND by = 'owner'",
        (row["account"], row["book"], row["remote_id"], made["id"]),
    )
    return not edited and not delta(said, holding_of(row).baseline)


def _part(
    ledger: Ledger, found: Inverse, undone: Sequence[tuple[str, str | None]], accounts: Sequence[Account]
) -> None:
    """Give those whom this undo parts what is theirs."""
    db, left = ledger.db, {name: list(cards) for name, cards in found.gone.items()}
    for row in db.rows("SELECT * FROM link_history WHERE run = ? AND how = 'apart'", (ledger.run,)):
        card = holding(db, key_of(row))
        if card is not None and row["before"] is not None:
            left.setdefault(row["before"], []).append(card)
    for identity in sorted(found.parted):
        known = person(db, identity)
        if known is None:
            continue
        since = min(number_of(db, run) for run, only in undone if only in (None, identity))
        after = parted(Parting(ledger, since, left.get(identity, ()), accounts), known)
        if after != known:
            write_down(ledger, None if known.contact == NOTHING else known, after)


def _strangers_again(ledger: Ledger, found: Inverse, run: str, only: str | None) -> None:
    """Whom an import brought, and nobody else knows, waits in the inbox when the import is taken back: what it had not
    sent yet is never sent."""
    db = ledger.db
    rows = db.rows(
        "SELECT DISTINCT card.person FROM card_history AS past JOIN run ON run.id = past.run JOIN card ON card.account ="
        " past.account AND card.book = past.book AND card.remote_id = past.remote_id WHERE past.run = ? AND run.command ="
        " 'import' AND past.action = 'found' AND card.person IS NOT NULL",
        (run,),
    )
    for identity in sorted(row[0] for row in rows if only in (None, row[0]) or row[0] in found.parted):
        known = person(db, identity)
        left = {item.key for item in holdings_of(db, [identity])} - found.unwanted
        brought = all(key.account.startswith("import:") for key in left)
        if known is not None and known.state == "active" and brought:
            write_down(ledger, known, replace(known, state="inbox"))
            found.people.add(identity)


def _drop_empty(ledger: Ledger, found: Inverse) -> None:
    """People whose cards an undo gave back to someone else, and who are to have none: what kith had made for them goes in
    the name of that someone."""
    db = ledger.db
    moves = db.rows("SELECT before, after FROM link_history WHERE run = ? ORDER BY id", (ledger.run,))
    heirs = {row["before"]: row["after"] for row in moves}
    put_back = {identity for identity, _ in found.restored}
    for identity in sorted(((found.people | found.parted) & heirs.keys()) - put_back):
        known = person(db, identity)
        if known is None or known.state == "deleted" or resolve(db, identity) != identity:
            continue
        if {item.key for item in holdings_of(db, [identity])} <= found.unwanted:
            heir = heirs[identity]
            while person(db, heir) is None:  # gone in their turn, to someone else
                heir = heirs[heir]
            db.execute("UPDATE card SET person = ? WHERE person = ?", (heir, identity))
            journal.person(ledger, identity, dump(known), None)
            db.execute("DELETE FROM person WHERE id = ?", (identity,))
