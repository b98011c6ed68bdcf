"""Opening a Google account, and writing to it: one change after the other, as Google asks for."""

import contextlib
import time
from collections.abc import Callable, Mapping

from kith.connector.api import CardChange, NewCard, Source, Written
from kith.connector.errors import ConnectorError, RateLimited, Rejected, RevisionMismatch, Unreachable
from kith.connector.info import Opening
from kith.model.contact import Contact
from kith.model.record import RecordKey
from kith_connectors.google import mapping
from kith_connectors.google.auth import credentials
from kith_connectors.google.calls import Calls
from kith_connectors.google.mapping import Person
from kith_connectors.google.reading import GoogleSource
from kith_connectors.google.replies import NameTaken
from kith_connectors.google.settings import GoogleSettings
from kith_connectors.google.slots import Entry

WAITS = (0.3, 1.0, 3.0)
LONGEST_WAIT = 20.0
"""Seconds between the tries to send a picture, and the longest wait that Google may ask for there."""


def open_account(settings: GoogleSettings, opening: Opening) -> Source:
    """Open the account with the login that `kith auth` has left. Nothing is sent yet."""
    kind = GoogleAccount if settings.writes else GoogleSource
    return kind(settings, opening, Calls(opening.account, settings, credentials(settings, opening)))


class GoogleAccount(GoogleSource):
    """A Target over the contacts of an account."""

    def create(self, card: NewCard) -> Written:
        """Create a contact, marked with the card's UID and kith's own id. Never repeat it blindly: fetch() by that
        id first. A picture that Google refuses does not undo the contact; it is simply not there afterwards."""
        person = mapping.write(card.contact)
        person["memberships"] = self._memberships([], card.contact.groups)
        marks = {mapping.UID_MARK: card.uid, mapping.CARD_MARK: card.remote_id}
        person["clientData"] = [{"key": key, "value": value} for key, value in marks.items() if value]
        made = self.calls.create(person)
        with contextlib.suppress(ConnectorError):  # the contact is there: to fail now would make it twice
            made = self._write_picture(made, Contact(), card.contact, card.media)
        return self._written(made)

    def update(self, change: CardChange) -> Written:
        """Write the difference. The contact is read first: Google replaces whole fields, and what kith does not hold
        of them must stay."""
        person = self._expect(change.key, change.expected)
        fields = mapping.changed(person, change.before, change.after)
        if set(change.before.groups) != set(change.after.groups):
            fields["memberships"] = self._memberships(person.get("memberships", []), change.after.groups)
        if fields:
            source = {
                key: value for key, value in mapping.source(person).items() if key in ("type", "id", "etag")
            }
            body = {"metadata": {"sources": [source]}, **fields}
            person = self.calls.update(str(person["resourceName"]), body, sorted(fields))
        return self._written(self._write_picture(person, change.before, change.after, change.media))

    def delete(self, key: RecordKey, expected: str) -> None:
        person = self._expect(key, expected)
        self.calls.delete(str(person["resourceName"]))

    def _expect(self, key: RecordKey, expected: str) -> Person:
        """The contact as it is now. Raises RevisionMismatch where it has changed, was renamed or is gone."""
        person = self.calls.get(key.remote_id)
        if person["resourceName"] != key.remote_id:
            raise RevisionMismatch(f"{key}: Google has given the contact another name")
        if mapping.etag(person) != expected.partition(" ")[0]:
            raise RevisionMismatch(f"{key}: the contact was changed at Google in the meantime")
        return person

    def _written(self, person: Person) -> Written:
        """What was written. Where its labels cannot be looked up just now, the next pull reads it back: a failure
        here would look like a failure to write."""
        try:
            record = self.record(person)
        except ConnectorError:
            return Written(self.shelf.key(str(person["resourceName"])), "")
        return Written(record.key, record.revision, record)

    def _memberships(self, held: list[Entry], wanted: tuple[str, ...]) -> list[Entry]:
        labels = self.shelf.labels
        if not labels.system:
            self.list_labels()
        return labels.write(held, [self._label(name) for name in wanted if name])

    def _label(self, name: str) -> str:
        """The resource name of a label, which is created where it is missing."""
        labels = self.shelf.labels
        if not labels.resource(name):
            try:
                labels.take([self.calls.create_group(name)])
            except NameTaken:
                self.list_labels()  # made elsewhere in the meantime
        if not labels.resource(name):
            raise Rejected(f'Google does not take "{name}" as a label', "rename that list")
        return labels.resource(name)

    def _write_picture(
        self, person: Person, before: Contact, after: Contact, media: Mapping[str, bytes]
    ) -> Person:
        old, new = (contact.photo.sha256 if contact.photo else "" for contact in (before, after))
        if self.pictures is None or old == new or (after.photo and not new):
            return person
        name = str(person["resourceName"])
        if not new:
            person = _patiently(lambda: self.calls.drop_picture(name))
            self.pictures.put(person, None)
        elif new in media:
            person = _patiently(lambda: self.calls.set_picture(name, media[new]))
            self.pictures.put(person, media[new])
        return person


def _patiently(send: Callable[[], Person]) -> Person:
    """Send a picture, which may be repeated without harm, a few times.

    It is the second half of a write whose first half has been carried out: for kith the write is one, so that a picture
    which fails here is planned again only where the failure is known to have changed nothing (RateLimited).
    """
    waits = iter(WAITS)
    while True:
        try:
            return send()
        except (Unreachable, RateLimited) as error:
            asked = getattr(error, "retry_after", None)
            wait = next(waits, None)
            if wait is None or (asked or 0.0) > LONGEST_WAIT:
                raise RateLimited(error.message, error.remedy, asked) from error
            time.sleep(max(wait, asked or 0.0))
