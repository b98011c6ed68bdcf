"""Pictures: fetched once per URL, sent once per content.

Google recompresses what it is sent. So that this is not taken for the user's edit, kith remembers which picture it
sent: as long as Google serves that one, the contact's picture is the one that was sent.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kith.connector.errors import AuthenticationFailed, ConnectorError, RateLimited
from kith.model.contact import Photo
from kith.vcard.pictures import digest, look
from kith_connectors.google.cursor import Row
from kith_connectors.google.mapping import Person
from kith_connectors.google.replies import NotThere
from kith_connectors.google.slots import own

EDGE = 720
"""Pixels of the longest edge that is asked for; larger ones are not kept by Google Contacts."""

PHOTO_HOST = ".googleusercontent.com"
Found = tuple[Photo | None, dict[str, bytes]]


def address(person: Person) -> str:
    """The URL of a picture that the user gave the contact; "" for a letter on a coloured ground or a profile's own."""
    rows = [row for row in own(person.get("photos", ())) if not row.get("default")]
    return str(rows[0].get("url", "")) if rows else ""


def fingerprint(url: str) -> str:
    return hashlib.blake2s(url.encode(), digest_size=8).hexdigest() if url else ""


def allowed(url: str, endpoint: str) -> bool:
    """Whether a picture may be fetched: only from Google's host for pictures, or from the configured endpoint."""
    if endpoint and urlsplit(url).netloc == urlsplit(endpoint).netloc:
        return True
    parts = urlsplit(url)
    return parts.scheme == "https" and (parts.hostname or "").endswith(PHOTO_HOST)


def sized(url: str) -> str:
    """The URL for a large picture (`sz` is documented at Person.photos)."""
    return f"{url}{'&' if '?' in url else '?'}sz={EDGE}"


def photo_of(content: bytes) -> Photo:
    return Photo(digest(content), len(content), *look(content))


def row_of(photo: Photo) -> Row:
    """A picture as it stands in the cursor."""
    return [photo.sha256, photo.size, photo.media_type, photo.width, photo.height]


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture that kith sent: the fingerprint of the URL it got, the hash of what is served there, what was sent."""

    url: str
    served: str
    row: Row


class SentPictures:
    """{resource name: Sent} in a file of the account's private folder: it must outlive the run that wrote."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: dict[str, Sent] | None = None

    @property
    def rows(self) -> dict[str, Sent]:
        if self._rows is None:
            self._rows = self._load()
        return self._rows

    def _load(self) -> dict[str, Sent]:
        try:
            held = json.loads(self.path.read_text(encoding="utf-8"))
            return {name: Sent(*row) for name, row in held.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # at worst a recompressed picture is read as a new one, once

    def put(self, name: str, sent: Sent | None) -> None:
        if sent is None and name not in self.rows:
            return
        if sent is None:
            del self.rows[name]
        else:
            self.rows[name] = sent
        write_private(
            self.path, json.dumps({key: [row.url, row.served, row.row] for key, row in self.rows.items()})
        )


class Pictures:
    """`seen` {resource name: [fingerprint of the URL, sha256, bytes, media type, width, height]} of this and earlier pulls."""

    def __init__(self, fetch: Callable[[str], bytes], sent: SentPictures) -> None:
        self._fetch, self.sent = fetch, sent
        self.seen: dict[str, Row] = {}
        self.failed: dict[str, str] = {}
        self.again: set[str] = set()

    def of(self, person: Person) -> Found:
        """The contact's picture, with its bytes where they are new.

        A picture that cannot be fetched is never "no picture": the one known so far stays, and the contact is noted
        in `failed` {resource name: why}, and in `again` where another try may help.
        """
        name, url = str(person["resourceName"]), address(person)
        if not url:
            self.seen.pop(name, None)
            return None, {}
        mark = fingerprint(url)
        row = self.seen.get(name)
        sent = self.sent.rows.get(name)
        if sent is not None and sent.url == mark:
            return self._keep(name, mark, sent.row)
        if row is not None and row[0] == mark:
            return self._keep(name, mark, row[1:])
        content = self._fetched(name, url)
        photo = photo_of(content)
        if not photo.media_type:
            return (Photo(*row[1:]), {}) if row else (None, {})
        if sent is not None and sent.served == photo.sha256:
            return self._keep(name, mark, sent.row)
        self.seen[name] = [mark, *row_of(photo)]
        return photo, {photo.sha256: content}

    def _fetched(self, name: str, url: str) -> bytes:
        """The bytes of a picture, b"" where there is none to be had. Raises where the whole account must stop."""
        try:
            content = self._fetch(url)
        except (AuthenticationFailed, RateLimited):
            raise
        except NotThere:
            return b""
        except ConnectorError as error:
            self.failed[name] = error.message
            if error.again == "later":
                self.again.add(name)
            return b""
        if content and not look(content)[0]:
            self.failed[name] = "it is no picture"
        return content

    def _keep(self, name: str, mark: str, row: Row) -> Found:
        self.seen[name] = [mark, *row]
        return Photo(*row), {}

    def put(self, person: Person, content: bytes | None) -> None:
        """Remember what was sent for a contact, from the Person as it is after that (None: the picture was removed)."""
        name, url = str(person["resourceName"]), address(person)
        if content is None or not url:
            self.seen.pop(name, None)
            self.sent.put(name, None)
            return
        photo = photo_of(content)
        row = row_of(photo)
        try:
            served = photo_of(self._fetch(url)).sha256
        except ConnectorError:
            served = ""
        self.seen[name] = [fingerprint(url), *row]
        self.sent.put(name, Sent(fingerprint(url), served, row))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
