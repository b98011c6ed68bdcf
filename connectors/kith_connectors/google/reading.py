"""Reading a Google account: its contacts (book ""), or its "Other contacts" (book "otherContacts")."""

from collections.abc import Iterator

from kith.connector.api import Page, PullRequest
from kith.connector.info import Opening
from kith.model.record import RecordKey, SourceRecord
from kith_connectors.google import mapping
from kith_connectors.google.abilities import abilities
from kith_connectors.google.calls import Calls
from kith_connectors.google.listing import OTHERS, Listing, Shelf
from kith_connectors.google.mapping import Person
from kith_connectors.google.pictures import Pictures, SentPictures
from kith_connectors.google.replies import NotThere
from kith_connectors.google.settings import GoogleSettings

OWN_NAME = "people/"


class GoogleSource:
    """A Source. Not thread-safe."""

    def __init__(self, settings: GoogleSettings, opening: Opening, calls: Calls) -> None:
        self.account, self.calls = opening.account, calls
        self.capabilities = abilities(settings)
        sent = SentPictures(opening.state_dir / f"google-{opening.account}-pictures.json")
        self.pictures = (
            Pictures(calls.picture, sent) if settings.photos and not settings.other_contacts else None
        )
        self.shelf = Shelf(opening.account, OTHERS if settings.other_contacts else "", self.pictures)

    def close(self) -> None:
        self.calls.close()

    # -- reading ---------------------------------------------------------------------------------

    def pull(self, request: PullRequest) -> Iterator[Page]:
        return Listing(self.calls, self.shelf, request).pages()

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        """Read one contact. The key of the answer is the contact's present name, which may be another than asked for.

        An id that is not Google's is one that kith chose for a new card: the contact that was created with it is
        looked for in a complete listing, so that a creation whose answer was lost is not repeated.
        """
        if self.shelf.book == OTHERS or not key.remote_id.startswith(OWN_NAME):
            person = self._search(key.remote_id)
        else:
            try:
                person = self.calls.get(key.remote_id)
            except NotThere:
                person = None
        return self.record(person) if person else None

    def _search(self, remote_id: str) -> Person | None:
        call = self.calls.other_contacts if self.shelf.book == OTHERS else self.calls.connections
        token = ""
        while True:
            answer = call("", token)
            for person in answer.get("otherContacts" if self.shelf.book == OTHERS else "connections", ()):
                if remote_id in (person["resourceName"], mapping.mark(person, mapping.CARD_MARK)):
                    return dict(person)
            token = answer.get("nextPageToken", "")
            if not token:
                return None

    def check(self) -> list[str]:
        if self.shelf.book == OTHERS:
            total = self.calls.other_contacts("", "", page_size=1).get("totalSize", 0)
            return [
                f"{total} other contacts (people you wrote to; read only, they create nobody by themselves)"
            ]
        total = self.calls.connections("", "", page_size=1).get("totalItems", 0)
        self.list_labels()
        return [f"{_count(total, 'contact')}, {_count(len(self.shelf.labels.names), 'label')}"]

    def record(self, person: Person) -> SourceRecord:
        if self.shelf.labels.unknown(person.get("memberships", ())):
            self.list_labels()
        return self.shelf.record(person)

    def list_labels(self) -> None:
        groups, self.shelf.label_sync = self.calls.groups("")
        self.shelf.labels.take(groups)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
