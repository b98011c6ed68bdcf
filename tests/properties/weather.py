"""Accounts with the manners of real servers, faults on demand, and a store that can die at any of its commits."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kith.connector.api import CardChange, NewCard, Page, PullRequest, Written
from kith.connector.errors import AuthenticationFailed, CursorExpired, Rejected, Unreachable
from kith.model.contact import Contact, Phone
from kith.model.record import RecordKey
from kith.store.database import Database
from kith_connectors.memory.connector import MemoryAccount

PLAIN = ("phone", "tablet")
"""Accounts that keep a card as it is given."""

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Crash(BaseException):
    """The process is gone: nothing after this line happens."""


@dataclass
class Life:
    """How long the process lives: to its `last` commit (0: to the end), and whether that one still takes effect."""

    last: int = 0
    after: bool = False
    commits: int = 0
    dead: bool = False

    def must(self) -> None:
        """The dead do nothing."""
        if self.dead:
            raise Crash

    def end(self) -> None:
        self.dead = True
        raise Crash

    def before_commit(self) -> None:
        self.commits += 1
        if self.commits == self.last and not self.after:
            self.end()

    def after_commit(self) -> None:
        if self.commits == self.last:
            self.end()


@dataclass
class Weather:
    """What happens to the accounts of one world.

    `fates` say what becomes of the next writes, whichever account they are for: ok, lost (done, but the answer never comes), refused, down,
    crash-before, crash-after, meanwhile (the owner changes the card just before). A `mute` account does not tell what
    became of a card, one that is `away` does not let kith in, a `blind` one shows no card at all: in a listing, or as
    deletions one by one.
    """

    fates: list[str] = field(default_factory=list)
    mute: frozenset[str] = frozenset()
    away: frozenset[str] = frozenset()
    blind: dict[str, str] = field(default_factory=dict)
    life: Life = field(default_factory=Life)
    met: list[str] = field(default_factory=list)
    """The fates that came true."""
    added: list[str] = field(default_factory=list)
    """Numbers that owners typed meanwhile."""

    def clear(self) -> None:
        self.fates, self.away, self.blind, self.life = [], frozenset(), {}, Life()
        self.met, self.added = [], []


class Fickle(MemoryAccount):
    """A memory account with the manners of real servers; `weather` is set by the world that it belongs to."""

    weather = Weather()

    def pull(self, request: PullRequest) -> Iterator[Page]:
        self.weather.life.must()
        if self.account in self.weather.away:
            raise AuthenticationFailed("the password is not taken")
        how = self.weather.blind.get(self.account)
        if how == "gone" and request.cursor:
            yield Page(gone=tuple(map(self._key, self.shelf.cards)), cursor=request.cursor)
        elif how and request.cursor:
            raise CursorExpired("start anew")
        elif how:
            yield Page(listed={"": frozenset()}, cursor=request.cursor)
        else:
            yield from super().pull(request)

    def fetch(self, key: RecordKey):
        self.weather.life.must()
        return None if self.account in self.weather.blind else super().fetch(key)

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
        kept = self._made(card.contact)
        return self._do("", lambda: super(Fickle, self).create(replace(card, contact=kept)))

    def update(self, change: CardChange) -> Written:
        kept = self._made(change.after)
        return self._do(change.key.remote_id, lambda: super(Fickle, self).update(replace(change, after=kept)))

    def delete(self, key: RecordKey, expected: str) -> None:
        return self._do(key.remote_id, lambda: super(Fickle, self).delete(key, expected))

    def _made(self, contact: Contact) -> Contact:
        kept = self.kept(contact)
        if kept != contact:
            self.weather.met.append("a server made something else of a card")
        return kept

    def _do(self, remote_id, verb):
        weather = self.weather
        weather.life.must()
        fate = weather.fates.pop(0) if weather.fates else "ok"
        if fate != "ok":
            weather.met.append(f"a write: {fate}")
        if fate == "crash-before":
            weather.life.end()
        if fate == "down":
            raise Unreachable("nobody answers")
        if fate == "refused":
            raise Rejected("not this card")
        if fate == "meanwhile" and remote_id in self.shelf.cards:
            self._change(remote_id)
        done = verb()
        if fate == "crash-after":
            weather.life.end()
        if fate == "lost":
            raise Unreachable("the answer was lost")
        return Written(done.key, "") if done and self.account in weather.mute else done

    def _change(self, remote_id: str) -> None:
        """The owner adds a number, between kith's reading and its writing."""
        number = f"+49 171 39209{len(self.shelf.changes):02d}"
        contact = self.shelf.cards[remote_id][1]
        self.shelf.put(
            remote_id, self.kept(replace(contact, phones=(*contact.phones, Phone(number, ("cell",)))))
        )
        self.weather.added.append(number.replace(" ", ""))


class Mortal:
    """A store whose process may die just before or just after any commit: as `Database`, and dead from then on."""

    def __init__(self, db: Database, life: Life) -> None:
        self._db, self._life, self.path = db, life, db.path
        self._turn = threading.RLock()
        self._depth = 0

    def execute(self, sql, values=()):
        return self._said(sql, lambda: self._db.execute(sql, values))

    def many(self, sql, rows):
        return self._said(sql, lambda: self._db.many(sql, rows))

    def _said(self, sql, verb):
        with self._turn:
            self._life.must()
            if self._depth or not sql.lstrip().startswith(WRITES):
                return verb()
            self._life.before_commit()
            done = verb()
            self._life.after_commit()
            return done

    def rows(self, sql, values=()):
        with self._turn:
            self._life.must()
            return self._db.rows(sql, values)

    def row(self, sql, values=()):
        with self._turn:
            self._life.must()
            return self._db.row(sql, values)

    def value(self, sql, values=()):
        with self._turn:
            self._life.must()
            return self._db.value(sql, values)

    def back_up(self, label):
        self._life.must()
        return self._db.back_up(label)

    @contextlib.contextmanager
    def transaction(self):
        with self._turn:
            self._life.must()
            if self._depth:
                yield self
                return
            self._depth += 1
            try:
                with self._db.transaction():
                    yield self
                    self._life.before_commit()
                self._life.after_commit()
            finally:
                self._depth -= 1

    def close(self):
        self._db.close()
