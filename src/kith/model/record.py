"""A card as one account holds it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter

from kith.model.contact import Contact


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """Account, address book (its stable id at that account, "" where there are none) and remote id.

    `remote_id` is what the source itself would recognize: href, resourceName, UID or file name, profile URL,
    e-mail address. It is opaque: compared exactly, never taken apart.
    """

    account: str
    book: str
    remote_id: str

    def __str__(self) -> str:
        return f"{self.account}/{self.remote_id}"


place: Callable[[RecordKey], tuple[str, str, str]] = attrgetter("account", "book", "remote_id")
"""A key as a tuple, which sorts as the key does and many times faster."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One card at one revision.

    `raw` are the bytes as the source gave them (None where the source has no text form of a card, such as the
    People API: then `contact` alone is the card). `media` holds the bytes of pictures that `contact` names by
    hash: {sha256: bytes}. `modified` is the time that the *server* states (epoch seconds; 0 where it states none).
    `grade`: accept, repair, or quarantine (kept, not merged, not pushed, not deleted); `problems` are sentences
    that name the line.
    """

    key: RecordKey
    revision: str
    contact: Contact
    raw: bytes | None = None
    media: dict[str, bytes] = field(default_factory=dict)
    modified: float = 0.0
    grade: str = "accept"
    problems: tuple[str, ...] = ()

    def saying(self, contact: Contact) -> "SourceRecord":
        """The record with another contact."""
        return SourceRecord(
            self.key, self.revision, contact, self.raw, self.media, self.modified, self.grade, self.problems
        )
