"""What the user says about people: same, not the same, keep, discard, this value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kith.decide import rebuild
from kith.merge.parting import removed_of_both, said_of, without_other
from kith.model.account import Account
from kith.model.contact import Contact
from kith.model.holding import Holding
from kith.model.identity import person_id
from kith.model.person import USER, Person
from kith.model.record import RecordKey
from kith.store import journal
from kith.store.cards import holding_of, holdings_of, person, plan_again, save_person
from kith.store.codec import dump, load
from kith.store.database import Database, StoreError
from kith.store.journal import Ledger
from kith.store.pairs import about, key_from, key_text


@dataclass(frozen=True, slots=True)
class Word:
    """A decision as it is carried out: the history it goes into, and the accounts (for rank and kind)."""

    ledger: Ledger
    accounts: Sequence[Account]


def decide_pair(ledger: Ledger, a: RecordKey, b: RecordKey, same: bool) -> None:
    """Remember the user's word about two cards, for ever; a question about them is answered by it."""
    db, pair = ledger.db, sorted((key_text(a), key_text(b)))
    asked = db.value("SELECT weight FROM question WHERE a = ? AND b = ?", pair)
    db.execute(
        "INSERT OR REPLACE INTO decision (a, b, same, at, run, asked) VALUES (?, ?, ?, ?, ?, ?)",
        (*pair, int(same), ledger.now, ledger.run, asked),
    )
    db.execute("DELETE FROM question WHERE a = ? AND b = ?", pair)
    if not same:  # who waited because of the doubt may be let in
        plan_again(db, (a, b), dirty=1)


def join(word: Word, first: str, second: str) -> Person:
    """Make two people one: the older id stays. Returns the person. Raises StoreError where they are one already."""
    db = word.ledger.db
    if first == second:
        raise StoreError("they are one person already", "")
    with db.transaction():
        cards = [holdings_of(db, [one]) for one in (first, second)]
        if not cards[0] or not cards[1]:
            raise StoreError("a person without cards cannot be joined", "")
        older, younger = sorted((first, second), key=lambda one: _age(cards[0] if one == first else cards[1]))
        kept, gone = _existing(db, older), _existing(db, younger)
        for a in cards[0]:
            for b in cards[1]:
                decide_pair(word.ledger, a.key, b.key, same=True)
        for item in cards[0] if first == younger else cards[1]:
            journal.moved(word.ledger, item.key, younger, older, "together")
        db.execute("UPDATE card SET person = ?, linked_by = 'user' WHERE person = ?", (older, younger))
        united = replace(
            rebuild(
                replace(kept, removed=removed_of_both(kept, gone)),
                [*holdings_of(db, [older]), Holding(USER, older, "", said_of(gone))],
                word.accounts,
                word.ledger.now,
            ),
            state="active" if "active" in (kept.state, gone.state) else kept.state,
            kept_out=tuple(sorted({*kept.kept_out, *gone.kept_out})),
            edited=True,
        )
        write_down(word.ledger, kept, united)
        journal.person(word.ledger, younger, dump(gone), None)
        db.execute("DELETE FROM person WHERE id = ?", (younger,))
        db.execute("INSERT OR REPLACE INTO alias VALUES (?, ?)", (younger, older))
        _drop_questions(db, [item.key for group in cards for item in group])
        journal.note(word.ledger, older, "joined", f"with {gone.contact.full_name or younger}, by you")
    return united


def split(word: Word, identity: str, keys: Iterable[RecordKey]) -> Person:
    """Take cards out of a person; they become one of their own, never joined again by itself. Returns the new person."""
    db = word.ledger.db
    with db.transaction():
        before = _existing(db, identity)
        cards = holdings_of(db, [identity])
        leaving = set(keys)
        going = [item for item in cards if item.key in leaving]
        staying = [item for item in cards if item.key not in leaving]
        if not going or not staying:
            raise StoreError(
                "a split needs cards on both sides",
                "name some, not all, of the person's cards (kith show PERSON)",
            )
        share_doubts(db, [item.key for item in going], [item.key for item in staying])
        new = _new_person(db, going[0])
        for a in going:
            for b in staying:
                decide_pair(word.ledger, a.key, b.key, same=False)
        db.execute(
            "INSERT INTO person VALUES (?, ?, ?, ?, 1, ?)",
            (new.id, new.state, dump(new), "", word.ledger.now),
        )
        for item in going:
            journal.moved(word.ledger, item.key, identity, new.id, "apart")
        db.many(
            "UPDATE card SET person = ?, linked_by = 'user' WHERE account = ? AND book = ? AND remote_id = ?",
            [(new.id, item.key.account, item.key.book, item.key.remote_id) for item in going],
        )
        roles = {account.name: account.role for account in word.accounts}
        left, own = [own_card(db, item) for item in staying], [own_card(db, item) for item in going]
        made = rebuild(replace(new, removed=before.removed), own, word.accounts, word.ledger.now)
        owned = any(roles.get(item.key.account, "owner") == "owner" for item in going)
        made = replace(made, state="active" if owned else "inbox")
        alone = rebuild(replace(before, contact=said_of(before)), left, word.accounts, word.ledger.now)
        kept = without_other(before.contact, made.contact, alone.contact)
        rest = rebuild(replace(before, contact=kept), left, word.accounts, word.ledger.now)
        write_down(word.ledger, None, made)
        # the cards that leave keep their ids: none of them is taken for a new card of this person
        write_down(word.ledger, before, replace(rest, generation=before.generation + 1, edited=True))
        journal.note(word.ledger, identity, "split", f"{made.contact.full_name} is someone else, by you")
        journal.note(word.ledger, made.id, "split", f"from {before.contact.full_name}, by you")
    return made


def share_doubts(db: Database, going: Sequence[RecordKey], staying: Sequence[RecordKey]) -> None:
    """A doubt about a person who is two from now on is one about both, and whoever waits because of it is planned again."""
    own = {key_text(key): half for half, keys in ((staying, going), (going, staying)) for key in keys}
    for row in about(db, "question", (*going, *staying)):
        mine, other = (row["a"], row["b"]) if row["a"] in own else (row["b"], row["a"])
        if other in own or not own[mine]:
            continue
        a, b = sorted((key_text(own[mine][0]), other))
        if db.value("SELECT 1 FROM decision WHERE a = ? AND b = ?", (a, b)) is None:
            db.execute("INSERT OR IGNORE INTO question VALUES (?, ?, ?, ?)", (a, b, row["weight"], row["at"]))
        plan_again(db, [key_from(other)])


def own_card(db: Database, item: Holding) -> Holding:
    """The card as its owner last wrote it: what kith put on it from the other person's cards does not count."""
    row = db.row(
        "SELECT after FROM card_history WHERE account = ? AND book = ? AND remote_id = ? AND by = 'owner' AND after IS NOT NULL"
        " ORDER BY id DESC LIMIT 1",
        (item.key.account, item.key.book, item.key.remote_id),
    )
    if row is None:
        return item
    return replace(item, held=load(Contact, row["after"]), agreed=None)


def set_state(word: Word, identity: str, state: str) -> Person:
    """Keep an inbox person (active) or discard it (discarded)."""
    db = word.ledger.db
    with db.transaction():
        before = _existing(db, identity)
        after = replace(before, state=state, edited=True)
        write_down(word.ledger, before, after)
        journal.note(word.ledger, identity, "kept" if state == "active" else state, "by you")
    return after


def change(word: Word, before: Person, after: Person, what: str) -> None:
    """Write a person that the user edited."""
    with word.ledger.db.transaction():
        write_down(word.ledger, before, after)
        journal.note(word.ledger, after.id, "edited", what)


def _existing(db: Database, identity: str) -> Person:
    found = person(db, identity)
    if found is None:
        raise StoreError(f"there is no person {identity}", "kith people lists them")
    return found


def _new_person(db: Database, card: Holding) -> Person:
    number = db.value("SELECT count(*) FROM person_history")
    return Person(person_id(str(card.key), f"split {number}"), edited=True)


def _age(cards: list[Holding]) -> tuple[int, str]:
    return min((item.linked_at, str(item.key)) for item in cards)


def write_down(ledger: Ledger, before: Person | None, after: Person) -> None:
    """Write a person, who is planned again, and keep what they were before (None: nobody)."""
    save_person(ledger.db, after, ledger.now, dirty=1)
    journal.person(ledger, after.id, dump(before) if before else None, dump(after))


def _drop_questions(db: Database, keys: Iterable[RecordKey]) -> None:
    texts = {key_text(key) for key in keys}
    for row in db.rows("SELECT a, b FROM question"):
        if row["a"] in texts and row["b"] in texts:
            db.execute("DELETE FROM question WHERE a = ? AND b = ?", (row["a"], row["b"]))


def cards_of(db: Database, identity: str) -> list[Holding]:
    """A person's cards, first linked first."""
    rows = db.rows("SELECT * FROM card WHERE person = ? ORDER BY linked_at, id", (identity,))
    return [holding_of(row) for row in rows]
