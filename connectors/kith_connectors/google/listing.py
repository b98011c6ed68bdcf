"""Pulling: everything, or what changed since the sync token."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from kith.connector.api import Page, PullRequest
from kith.connector.errors import BadReply, CursorExpired, WrongPlace
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.google import mapping
from kith_connectors.google.calls import Calls
from kith_connectors.google.cursor import Cursor, parse
from kith_connectors.google.labels import Labels
from kith_connectors.google.mapping import Person
from kith_connectors.google.pictures import Pictures, address, fingerprint
from kith_connectors.google.replies import LATER

OTHERS = "otherContacts"
PAGE_RECORDS = 250
PAGE_BYTES = 4 * 2**20
FEW = 3
"""So many known contacts must be missing before a Google account is taken for another person's."""

NO_PICTURES = f"{mapping.MASK} without pictures"
LISTED_VALUES = 100
"""A listing shows so many e-mail addresses and phone numbers of one contact; people.get shows all of them."""


class Shelf:
    """What is known of the account's contacts beyond the contacts themselves, and how one becomes a record."""

    def __init__(self, account: str, book: str, pictures: Pictures | None) -> None:
        self.account, self.book, self.pictures = account, book, pictures
        self.labels = Labels()
        self.label_sync = ""

    def key(self, name: str) -> RecordKey:
        return RecordKey(self.account, self.book, name)

    def revision(self, person: Person) -> str:
        """The contact's etag, and a fingerprint of picture and labels: a label that is renamed changes all contacts
        that carry it, and Google does not say whether a new picture changes the etag."""
        beside = "|".join((address(person), *self.labels.read(person.get("memberships", ()))))
        return f"{mapping.etag(person)} {fingerprint(beside)}" if beside else mapping.etag(person)

    def record(self, person: Person) -> SourceRecord:
        contact = replace(mapping.read(person), groups=self.labels.read(person.get("memberships", ())))
        photo, media = self.pictures.of(person) if self.pictures else (None, {})
        name = str(person["resourceName"])
        return SourceRecord(
            self.key(name),
            self.revision(person),
            replace(contact, photo=photo),
            media=media,
            modified=mapping.modified(person),
        )


class Listing:
    """One pull."""

    def __init__(self, calls: Calls, shelf: Shelf, request: PullRequest) -> None:
        self.calls, self.shelf, self.request = calls, shelf, request
        self.others = shelf.book == OTHERS
        self.mask = mapping.OTHER_MASK if self.others else mapping.MASK if shelf.pictures else NO_PICTURES
        self.gone: dict[str, None] = {}
        self.moved: dict[str, str] = {}
        self.unread: dict[str, str] = {}
        self.next_sync = ""
        if shelf.pictures:
            shelf.pictures.failed.clear()
            shelf.pictures.again.clear()

    def pages(self) -> Iterator[Page]:
        """By the sync token where it is still good, else everything. A token lasts seven days; Google then answers
        with the reason EXPIRED_SYNC_TOKEN, and everything is listed in the same pull."""
        cursor = parse(self.request.cursor, self.mask)
        if cursor is not None:
            self._recall(cursor)
        if cursor is None or not cursor.sync:
            yield from self._everything({})
            return
        try:
            yield from self._changes(cursor)
        except CursorExpired:
            yield from self._everything(self.request.known(self.shelf.book))

    def _recall(self, cursor: Cursor) -> None:
        self.shelf.labels = Labels(dict(cursor.labels), set(cursor.system))
        self.shelf.label_sync = cursor.label_sync
        if self.shelf.pictures:
            self.shelf.pictures.seen = dict(cursor.pictures)

    # -- everything ------------------------------------------------------------------------------

    def _everything(self, unchanged: Mapping[str, str]) -> Iterator[Page]:
        """List all contacts. Those whose revision is in `unchanged` are listed and not read again.

        Nothing is handed on before one contact is seen that kith knows: see `_check_owner`.
        """
        self._list_labels("")
        started, names, waiting = time.time(), set[str](), list[Person]()
        known = frozenset(self.request.known(self.shelf.book))
        for people in self._walk(""):
            names |= {str(person["resourceName"]) for person in people}
            waiting += [
                row for row in people if unchanged.get(row["resourceName"]) != self.shelf.revision(row)
            ]
            if len(known) < FEW or not names.isdisjoint(known):
                yield from self._read(waiting)
                waiting = []
        if not self.others:
            waiting += self._look_for_lost(known, names)
        self._check_owner(known, names)
        yield from self._read(waiting)
        yield self._last({self.shelf.book: frozenset(names)}, started)

    def _look_for_lost(self, known: frozenset[str], names: set[str]) -> list[Person]:
        """Ask for the contacts that kith knows and the listing lacks. A complete listing does not tell old names, but
        asking for an old name answers with the new one; and a contact that answers is not gone."""
        found = []
        for asked, person in self.calls.get_many(sorted(known - names)):
            name = str(person["resourceName"])
            if name != asked:
                self.moved[asked] = name
            if name not in names:
                names.add(name)
                found.append(person)
        return found

    def _check_owner(self, known: frozenset[str], names: set[str]) -> None:
        """Where none of several known contacts is there any more and others are, it is another person's account.
        That there is nobody at all is the guard's business."""
        if not names or len(known) < FEW or self.moved or not names.isdisjoint(known):
            return
        account = self.shelf.account
        raise WrongPlace(
            f"none of the {len(known)} contacts that kith knows is in this Google account, and "
            f"{len(names)} others are; nothing was changed",
            f"log in as the right person with: kith auth {account}; or drop the old links with: kith forget {account}",
        )

    # -- changes ---------------------------------------------------------------------------------

    def _changes(self, cursor: Cursor) -> Iterator[Page]:
        again = list(cursor.again)
        first = True
        for people in self._walk(cursor.sync):
            alive = self._sort_out(people)
            if first and people and not self.others:
                again += self._refresh_labels()
            first = False
            yield from self._read(alive)
        seen = {*self.gone, *self.moved}
        rest = [
            person
            for _, person in self.calls.get_many([name for name in dict.fromkeys(again) if name not in seen])
        ]
        yield from self._read(rest)
        yield self._last({}, cursor.full)

    def _sort_out(self, people: list[Person]) -> list[Person]:
        """Note the deleted and the renamed; returns those that are there."""
        alive = []
        for person in people:
            name, about = str(person["resourceName"]), person.get("metadata", {})
            if about.get("deleted"):
                self.gone[name] = None
                continue
            self.moved.update(
                {str(old): name for old in about.get("previousResourceNames", ()) if old != name}
            )
            alive.append(person)
        return alive

    def _refresh_labels(self) -> list[str]:
        """Ask which labels changed, but only when a contact did: a run without changes is one call. Returns the
        contacts that carry a renamed label, which Google does not report as changed."""
        try:
            renamed = self._list_labels(self.shelf.label_sync)
        except CursorExpired:
            renamed = self._list_labels("")
        return [name for label in sorted(renamed) for name in self.calls.group_members(label)]

    def _list_labels(self, sync: str) -> set[str]:
        if self.others:
            return set()
        groups, self.shelf.label_sync = self.calls.groups(sync)
        if sync:
            return self.shelf.labels.take(groups)
        before, self.shelf.labels = self.shelf.labels.names, Labels()
        self.shelf.labels.take(groups)
        after = self.shelf.labels.names
        return {label for label, name in before.items() if after.get(label, name) != name}

    # -- both ------------------------------------------------------------------------------------

    def _walk(self, sync: str) -> Iterator[list[Person]]:
        call: Callable[[str, str], Person] = (
            self.calls.other_contacts if self.others else self.calls.connections
        )
        token = ""
        while True:
            answer = call(sync, token)
            yield _people(answer, "otherContacts" if self.others else "connections")
            token = answer.get("nextPageToken", "")
            if not token:
                self.next_sync = str(answer.get("nextSyncToken", ""))
                return

    def _read(self, people: list[Person]) -> Iterator[Page]:
        """Pages of records, bounded by number and by the bytes of new pictures."""
        records: list[SourceRecord] = []
        size = 0
        for person in people:
            try:
                record = self.shelf.record(self._whole(person))
            except (AttributeError, KeyError, TypeError, ValueError):
                self.unread[str(person["resourceName"])] = "it has another form than Google documents"
                continue
            records.append(record)
            size += sum(map(len, record.media.values()))
            if len(records) >= PAGE_RECORDS or size >= PAGE_BYTES:
                yield Page(tuple(records))
                records, size = [], 0
        if records:
            yield Page(tuple(records))

    def _whole(self, person: Person) -> Person:
        if (
            self.others
            or max(len(person.get(name, ())) for name in ("emailAddresses", "phoneNumbers")) < LISTED_VALUES
        ):
            return person
        return self.calls.get(str(person["resourceName"]))

    def _last(self, listed: Mapping[str, frozenset[str]], full: float) -> Page:
        key = self.shelf.key
        failed = self.shelf.pictures.failed if self.shelf.pictures else {}
        told = [f"the picture of {name} could not be read ({why})" for name, why in failed.items()]
        told += [
            f"{name} could not be read ({why}); it stays as kith knows it"
            for name, why in self.unread.items()
        ]
        return Page(
            gone=tuple(key(name) for name in self.gone if name not in self.moved),
            listed=listed,
            moved={key(old): key(new) for old, new in self.moved.items()},
            cursor=self._cursor(full).text(),
            skipped=tuple(told),
        )

    def _cursor(self, full: float) -> Cursor:
        labels, pictures = self.shelf.labels, self.shelf.pictures
        seen = pictures.seen if pictures else {}
        return Cursor(
            sync=self.next_sync,
            mask=self.mask,
            full=full,
            label_sync=self.shelf.label_sync,
            labels=dict(labels.names),
            system=tuple(sorted(labels.system)),
            pictures={
                name: row for name, row in seen.items() if name not in self.gone and name not in self.moved
            },
            again=tuple(sorted({*self.unread, *(pictures.again if pictures else ())})),
        )


def _people(answer: Person, field: str) -> list[Person]:
    """The people of an answer. Raises BadReply where it is none: that must never look like fewer contacts."""
    people = answer.get(field, [])
    if not isinstance(people, list) or not all(
        isinstance(row, dict) and row.get("resourceName") for row in people
    ):
        raise BadReply("Google's list of contacts cannot be understood", LATER)
    return people
