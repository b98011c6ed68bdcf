"""An account over a mailbox on an IMAP server (RFC 3501, RFC 9051). Folders are opened read-only, bodies never read."""

import imaplib
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from kith.connector.errors import ConnectorError, WrongPlace
from kith.connector.info import Opening
from kith.connector.mail import folders
from kith.connector.mail.account import MailAccount
from kith.connector.mail.headers import FIELDS, Headers, read
from kith.connector.mail.pull import Reading
from kith_connectors.imap.attachments import attached_cards, literal
from kith_connectors.imap.mailboxes import Folder, Listed, chosen
from kith_connectors.imap.session import connect, explained, hang_up, library
from kith_connectors.imap.settings import ImapSettings

CHUNK = 500
"""Messages per FETCH."""
WINDOW = 80_000
"""Messages per SEARCH: the answer is one line, and imaplib refuses lines beyond 1 000 000 bytes."""

_HEADERS = f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})]"


def open_imap(settings: ImapSettings, opening: Opening) -> "ImapAccount":
    library()
    return ImapAccount(settings, opening)


class ImapAccount(MailAccount):
    """The cursor keeps, for each folder, [UIDVALIDITY, the next UID to read, HIGHESTMODSEQ].

    A folder without new mail costs one EXAMINE; otherwise one SEARCH and a FETCH for every 500 new messages. Where
    UIDVALIDITY has changed the folder is read again, which counts no message twice.
    """

    def __init__(self, settings: ImapSettings, opening: Opening) -> None:
        super().__init__(settings, opening)
        self.settings = settings
        self._client: Any = None

    @property
    def setup(self) -> str:
        host, port = self.settings.address
        chosen_by_user = "|".join((*self.settings.folders, "", *self.settings.sent))
        return f"imap:{self.settings.username}@{host}:{port}|{chosen_by_user}"

    def me(self) -> frozenset[str]:
        """The owner's addresses; the login is one of them where it looks like one."""
        return self.opening.me | ({self.settings.username} if "@" in self.settings.username else set())

    def read(self, reading: Reading) -> Iterator[None]:
        try:
            yield from self._read(reading)
        except ConnectorError:
            self._drop()  # whoever tries again needs a new connection
            raise

    def _read(self, reading: Reading) -> Iterator[None]:
        old, reading.places = reading.places, {}
        for folder in self._folders():
            with explained(self.account, self.settings, f'folder "{folder.name}"'):
                place = yield from self._read_folder(folder, old.get(folder.name), reading)
            if place is not None:
                reading.places[folder.name] = place

    def check(self) -> list[str]:
        found = self._folders()
        host, port = self.settings.address
        sent = [folder.name for folder in found if folder.kind == folders.SENT]
        lines = [f"logged in to {host} port {port} as {self.settings.username}; {len(found)} folders to read"]
        if sent:
            return [*lines, f"the mail you sent is in: {', '.join(sent)}"]
        return [*lines, 'no folder with sent mail was recognized: name it, sent = ["..."]']

    def close(self) -> None:
        super().close()
        self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.logout()
        except (imaplib.IMAP4.error, OSError):
            hang_up(client)  # the connection is broken; nothing can be lost any more

    # Talking.

    def _connected(self) -> Any:
        if self._client is None:
            self._client = connect(self.account, self.settings)
        return self._client

    def _folders(self) -> list[Folder]:
        client = self._connected()
        with explained(self.account, self.settings, "list of folders"):
            rows = [_listed(*row) for row in client.list_folders()]
            foreign = _foreign(client)
        found = chosen(rows, foreign, self.settings.folders, self.settings.sent)
        names = {row.name for row in rows}
        missing = [name for name in (*self.settings.folders, *self.settings.sent) if name not in names]
        if missing or not found:
            raise WrongPlace(
                f'account "{self.account}": there is no folder "{missing[0]}"' if missing
                else f'account "{self.account}": no folder can be read',
                f"the folders are: {', '.join(sorted(names)[:30]) or 'none'}",
            )  # fmt: skip
        return found

    def _read_folder(
        self, folder: Folder, place: Any, reading: Reading
    ) -> Generator[None, None, list[int] | None]:
        """Count the new messages of a folder; returns its new place, None where it has vanished."""
        client = self._connected()
        try:
            state = client.select_folder(folder.name, readonly=True)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            what = f"cannot be opened ({error})" if client.folder_exists(folder.name) else "has just vanished"
            reading.skip(f'account "{self.account}": the folder "{folder.name}" {what}')
            return None
        valid, following, modseq = (
            int(state.get(key, 0)) for key in (b"UIDVALIDITY", b"UIDNEXT", b"HIGHESTMODSEQ")
        )
        same = bool(place) and bool(valid) and place[0] == valid
        if same and (place[1] == following if following else modseq and place[2] == modseq):
            return list(place)
        low = place[1] if same else 1
        for uids in self._new(client, int(state.get(b"EXISTS", 0)), low):
            personal: dict[int, tuple[str, Headers]] = {}
            for uid, row in client.fetch(uids, [_HEADERS]).items():
                block = literal(row, b"BODY[HEADER")
                headers = read(block.replace(b"\r\n", b"\n"))
                who = reading.ledger.add(headers, folder.kind)
                if who and self.rules.attached_cards:
                    personal[uid] = (who, headers)
            for uid, data in attached_cards(client, list(personal)):
                reading.ledger.offer(*personal[uid], data)
            yield
            low = max(low, uids[-1] + 1)
        return [valid, max(low, following), modseq]

    def _new(self, client: Any, exists: int, low: int) -> Iterable[list[int]]:
        """The UIDs from `low` on, in chunks. `n:*` always names the last message, also where it is older."""
        for first in range(1, exists + 1, WINDOW):
            last = f"{first + WINDOW - 1}" if first + WINDOW <= exists else "*"
            criteria = ["UID", f"{low}:*"] if exists <= WINDOW else [f"{first}:{last}", "UID", f"{low}:*"]
            uids = sorted(uid for uid in client.search(criteria) if uid >= low)
            for start in range(0, len(uids), CHUNK):
                yield uids[start : start + CHUNK]


def _listed(flags: Iterable[bytes], delimiter: bytes | None, name: str) -> Listed:
    lowered = frozenset(flag.decode("ascii", "replace").casefold() for flag in flags)
    return Listed(lowered, (delimiter or b"").decode("ascii", "replace"), str(name))


def _foreign(client: Any) -> tuple[str, ...]:
    """Prefixes of the folders of others (RFC 2342)."""
    if not client.has_capability("NAMESPACE"):
        return ()
    space = client.namespace()
    return tuple(prefix for part in (space.other, space.shared) for prefix, _ in part or () if prefix)
