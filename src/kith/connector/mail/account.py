"""The Source that every mail account is; a connector adds the reading of its folders or files."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator

from kith.connector.api import Page, PullRequest
from kith.connector.info import Opening
from kith.connector.mail.ledger import Ledger
from kith.connector.mail.pull import CAPABILITIES, Reading, record
from kith.connector.mail.settings import MailSettings
from kith.model.record import RecordKey, SourceRecord


class MailAccount(ABC):
    """One record per correspondent, key: the canonical e-mail address. Read only.

    Memory grows with the number of correspondents, not with that of messages.
    """

    capabilities = CAPABILITIES

    def __init__(self, rules: MailSettings, opening: Opening) -> None:
        self.rules, self.opening, self.account = rules, opening, opening.account
        self._ledger: Ledger | None = None

    @property
    @abstractmethod
    def setup(self) -> str:
        """The place that is read; a cursor of another place is refused."""

    @abstractmethod
    def read(self, reading: Reading) -> Iterator[None]:
        """Add what is new to `reading.ledger` and renew `reading.places`.

        Yields now and then, so that whoever pulls sees that work goes on. Raises ConnectorError; then nothing of this
        reading is kept.
        """

    @abstractmethod
    def check(self) -> list[str]:
        """Sentences about what was found. Raises ConnectorError."""

    def close(self) -> None:
        """Forget what was read."""
        self._ledger = None

    def me(self) -> frozenset[str]:
        """The owner's addresses as far as they are stated."""
        return self.opening.me

    def pull(self, request: PullRequest) -> Iterator[Page]:
        """Records that are new or say something else than before; on the first pull a complete listing.

        The records come once everything is read, so an error in the middle leaves nothing half-imported; empty pages
        before them tell that the reading goes on.
        """
        reading = self._reading(request.cursor)
        before = reading.places
        for _ in self.read(reading):
            yield Page()
        self._ledger = reading.ledger
        yield from reading.pages() if reading.full or reading.places != before else reading.unchanged()

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        """One correspondent, from this instance's last pull; without one, the whole mailbox is read."""
        ledger = self._ledger or self.read_all().ledger
        return record(self.account, ledger, key.remote_id)

    def read_all(self) -> Reading:
        """A complete reading, as on the first pull."""
        reading = self._reading(None)
        for _ in self.read(reading):
            pass
        self._ledger = reading.ledger
        return reading

    def _reading(self, cursor: str | None) -> Reading:
        ledger = Ledger(self.rules, self.me(), time.time())
        return Reading(self.account, ledger, self.setup, cursor)
