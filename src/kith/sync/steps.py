"""What brings one account back, card by card: to a date, or to what it was before a restore. Nothing is written here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kith.merge.delta import delta
from kith.merge.inverse import values_back
from kith.model.account import Account
from kith.model.contact import NOTHING, Contact
from kith.model.operation import ORDER, Action
from kith.model.plan import Hold
from kith.model.record import RecordKey, SourceRecord
from kith.plan.guard import limit
from kith.store.cards import card_row, key_of, owner, resolve
from kith.store.codec import load
from kith.store.database import Database
from kith.store.former import Former, former_of
from kith.sync.numbers import without_numbers


@dataclass(frozen=True, slots=True)
class Step:
    """One card to bring back: `now` as it is, `then` as it was (None: it was not there); `former` is its old text, where
    it is put back, and `person` whose it is. `replaces` names the card in whose stead another one stands now."""

    action: Action
    key: RecordKey
    now: SourceRecord | None
    then: Contact | None
    former: Former | None = None
    person: str = ""
    replaces: RecordKey | None = None

    @property
    def contact(self) -> Contact:
        """What it is about."""
        return self.then or (self.now.contact if self.now else NOTHING)

    @property
    def title(self) -> str:
        return self.contact.full_name or self.key.remote_id

    @property
    def names(self) -> set[tuple[str, str]]:
        """What another card of the same person would share with this one."""
        shared = {("uid", self.contact.uid), ("person", self.person), ("name", self.contact.full_name)}
        return {(kind, value) for kind, value in shared if value}


@dataclass(frozen=True, slots=True)
class Was:
    """A card at a time in the past, and whose it was; with the hash and the content (JSON) of the text that its first change
    after that time found."""

    contact: Contact
    person: str
    text: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What history tells of an account at a time: its cards, the address books of which there was any by then, and all
    cards that ever were."""

    cards: dict[RecordKey, Was]
    books: frozenset[str]
    ever: frozenset[RecordKey]


@dataclass(frozen=True, slots=True)
class Present:
    """An account as it was read just now: its cards, and all that its complete listings name, read or not."""

    cards: Mapping[RecordKey, SourceRecord]
    listed: frozenset[RecordKey]


def as_of(db: Database, account: str, moment: float) -> Past:
    """An account at a time (epoch seconds), from the history of every card. Of what is older than `keep_history` only the
    newest row is there: what a card's first change after that time found tells, too."""
    last: dict[RecordKey, tuple[str | None, str]] = {}
    texts: dict[RecordKey, tuple[str, str]] = {}
    books = set()
    for row in db.rows("SELECT * FROM card_history WHERE account = ? ORDER BY id", (account,)):
        key, by_then = key_of(row), row["at"] <= moment
        if not by_then and row["before_raw"]:
            texts.setdefault(key, (row["before_raw"], row["before"]))
        if not by_then and key in last:
            continue
        said = row["after"] if by_then else row["before"]
        last[key] = (said, row["person"])
        if by_then or said is not None:
            books.add(key.book)
    then = {
        key: Was(load(Contact, said), who, texts.get(key))
        for key, (said, who) in last.items()
        if said is not None
    }
    return Past(then, frozenset(books), frozenset(last))


def steps_to(
    db: Database, account: str, moment: float, present: Present
) -> tuple[list[Step], dict[str, int]]:
    """What brings an account back to a time: what to put back, to change, to remove. With it {address book: its cards} of
    those that had no history by then: they are left alone. What stands in a card's stead is changed, not removed."""
    past, now = as_of(db, account, moment), present.cards
    then = past.cards
    left = Counter(key.book for key in now if key.book not in past.books)
    pairs = _pairs(db, then, now)
    steps = [
        Step(Action.CREATE, key, None, then[key].contact, _text(db, key, then[key]), _whose(db, then, key))
        for key in sorted(then.keys() - now.keys() - pairs.keys() - present.listed)
    ]
    stays = {key: key for key in then.keys() & now.keys()}
    for old, new in sorted((stays | pairs).items(), key=lambda pair: pair[1]):
        contact = then[old].contact.but(uid=now[new].contact.uid)
        if delta(without_numbers(now[new].contact), without_numbers(contact)):
            replaces = None if old == new else old
            steps.append(
                Step(Action.UPDATE, new, now[new], contact, None, _whose(db, then, old, new), replaces)
            )
    for key in sorted(now.keys() - then.keys() - set(pairs.values())):
        if key.book in past.books and not _left_alone(db, now[key], past):
            steps.append(Step(Action.DELETE, key, now[key], None, None, owner(db, key) or ""))
    return steps, dict(left)


def _text(db: Database, key: RecordKey, was: Was) -> Former | None:
    return former_of(db, *was.text, key.book) if was.text else None


def _whose(db: Database, then: Mapping[RecordKey, Was], old: RecordKey, new: RecordKey | None = None) -> str:
    return owner(db, new or old) or resolve(db, then[old].person)


def _left_alone(db: Database, record: SourceRecord, past: Past) -> bool:
    """Whether a card is one that cannot be read, or that kith holds without a history of its own (the owner's card)."""
    set_aside = record.key not in past.ever and card_row(db, record.key) is not None
    return set_aside or record.grade not in ("accept", "repair")


def _pairs(
    db: Database, then: Mapping[RecordKey, Was], now: Mapping[RecordKey, SourceRecord]
) -> dict[RecordKey, RecordKey]:
    """{card of then: the card that stands in its stead now}, in one address book: the same UID; else the same person,
    one against one; else the same content (what an earlier restore has put back)."""
    olds = {key: then[key] for key in sorted(then.keys() - now.keys())}
    news = {key: now[key] for key in sorted(now.keys() - then.keys())}
    found: dict[RecordKey, RecordKey] = {}

    def take(pairs: Iterable[tuple[RecordKey, RecordKey]]) -> None:
        for old, new in list(pairs):
            found[old] = new
            del olds[old], news[new]

    take(_of_one_name(_uids(olds), _uids(news), alone=False))
    people = {key: resolve(db, was.person) for key, was in olds.items() if was.person}
    take(_of_one_name(people, {key: whose for key in news if (whose := owner(db, key))}, alone=True))
    take(_of_one_content(olds, news))
    return found


def _uids(cards: Mapping[RecordKey, Was | SourceRecord]) -> dict[RecordKey, str]:
    return {key: card.contact.uid for key, card in cards.items() if card.contact.uid}


def _of_one_name(
    olds: Mapping[RecordKey, str], news: Mapping[RecordKey, str], alone: bool
) -> Iterator[tuple[RecordKey, RecordKey]]:
    """Pairs of cards of one book that bear one name; where several do, in their order, or (`alone`) none of them."""
    here = _by_place(news)
    for name, keys in _by_place(olds).items():
        others = here.get(name, [])
        if not alone or len(keys) == len(others) == 1:
            yield from zip(keys, others, strict=False)


def _of_one_content(
    olds: Mapping[RecordKey, Was], news: Mapping[RecordKey, SourceRecord]
) -> Iterator[tuple[RecordKey, RecordKey]]:
    here = _by_place({key: card.contact.full_name for key, card in news.items()})
    for old, was in olds.items():
        others, then = here.get((old.book, was.contact.full_name), []), without_numbers(was.contact)
        same = next((key for key in others if not delta(then, without_numbers(news[key].contact))), None)
        if same is not None:
            others.remove(same)
            yield old, same


def _by_place(names: Mapping[RecordKey, str]) -> dict[tuple[str, str], list[RecordKey]]:
    places: dict[tuple[str, str], list[RecordKey]] = {}
    for key, name in names.items():
        places.setdefault((key.book, name), []).append(key)
    return places


def steps_back(
    db: Database, run: str, present: Present, person: str | None = None
) -> tuple[list[Step], list[str]]:
    """The inverse of a restore, or of the undo of one, as its rows of history tell it (with `person`: of that one alone).
    With it, in words, what was changed since and so stays."""
    steps: list[Step] = []
    kept: list[str] = []
    uids = {(key.book, card.contact.uid): card for key, card in present.cards.items() if card.contact.uid}
    only = resolve(db, person) if person is not None else None
    for row in db.rows("SELECT * FROM card_history WHERE run = ? AND by = 'kith' ORDER BY id DESC", (run,)):
        whose = resolve(db, row["person"])
        if only is not None and whose != only:
            continue
        key = key_of(row)
        before = load(Contact, row["before"]) if row["before"] else None
        after = load(Contact, row["after"]) if row["after"] else None
        here = present.cards.get(key)
        if here is None and before is None and after is not None:
            here = uids.get((key.book, after.uid))  # the answer that named its place was lost
        if before is None:
            step, why = _made(here, after or NOTHING, whose)
        elif after is None:
            if here or key in present.listed or (key.book, before.uid) in uids:
                step, why = None, ["is there again"]
            else:
                old = former_of(db, row["before_raw"], row["before"], key.book)
                step, why = Step(Action.CREATE, key, None, before, old, whose), []
        else:
            step, why = _changed(here, before, after, whose)
        steps += [step] if step else []
        kept += [f"{(after or before or NOTHING).full_name or key.remote_id}: {line}" for line in why]
    return sorted(steps, key=lambda step: ORDER[step.action]), kept


def _made(here: SourceRecord | None, after: Contact, person: str) -> tuple[Step | None, list[str]]:
    """Take away a card that the run made."""
    if here is None:
        return None, []
    if delta(without_numbers(after), without_numbers(here.contact), spelling=False):
        return None, ["the card was changed since and stays"]
    return Step(Action.DELETE, here.key, here, None, None, person), []


def _changed(
    here: SourceRecord | None, before: Contact, after: Contact, person: str
) -> tuple[Step | None, list[str]]:
    """Put back, value by value, what the run changed on a card and nobody has changed since."""
    if here is None:
        return None, ["the card is gone since"]
    contact, kept = values_back(here.contact, after, before)
    changed = delta(here.contact, contact)
    return Step(Action.UPDATE, here.key, here, contact, None, person) if changed else None, kept


def guarded(
    account: Account, steps: Iterable[Step], present: Present, allowed: int | None, command: str
) -> Hold | None:
    """A hold where more cards would be removed from an address book than `max_delete` lets, or it would be empty;
    `allowed` is the number that the user gave for this once."""
    removed = Counter(step.key.book for step in steps if step.action is Action.DELETE)
    made = {step.key.book for step in steps if step.action is Action.CREATE}
    sizes = Counter(key.book for key in present.cards)
    for book, count in sorted(removed.items()):
        permitted = limit(account.max_delete, sizes[book]) if allowed is None else allowed
        emptied = allowed is None and count >= sizes[book] > 1 and book not in made
        if count > permitted or emptied:
            most = max(removed.values())
            return Hold(
                account.name,
                f"this would remove {count} of {sizes[book]} cards in {book or account.name!r} (allowed in one run: {permitted})",
                f"look at what it would do with --dry-run; if it is right: {command} --max-delete {most}",
            )
    return None
