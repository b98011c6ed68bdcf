"""From a cursor to pages: the part of a pull that is the same for every mail account."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from kith.connector.api import Page
from kith.connector.errors import CursorExpired
from kith.connector.mail.ledger import CARD, Ledger, Traffic, revision
from kith.connector.mail.settings import MailSettings
from kith.model.capabilities import Capabilities
from kith.model.record import RecordKey, SourceRecord

CAPABILITIES = Capabilities(writes=False, trace=True, curated=False, deltas=True)
"""A mailbox is read only; it proposes and enriches, and never puts anybody on a device by itself."""

_FORMAT = 1
_PAGE = 200


class Reading:
    """One pull: the ledger as of the cursor, and `places`, what the connector remembers of each folder or file.

    `setup` names everything that decides what is counted (place, own addresses, rules): a cursor of another setup is
    refused with CursorExpired, so that a changed rule leads to a full pull instead of half of an answer.
    `complete` is set to False by `skip`: then what is missing may only be unreadable, and nobody counts as gone.
    """

    def __init__(self, account: str, ledger: Ledger, setup: str, cursor: str | None) -> None:
        self.account, self.ledger = account, ledger
        rules = ledger.rules.model_dump_json(include=set(MailSettings.model_fields))
        self.setup = hashlib.sha256("|".join([setup, rules, *sorted(ledger.me)]).encode()).hexdigest()[:16]
        self.full = cursor is None
        self.places: dict[str, Any] = {}
        self.skipped: list[str] = []
        self.complete = True
        self.cursor = cursor
        if cursor is not None:
            self.places = self._restore(cursor, ledger)

    def skip(self, text: str) -> None:
        """Note that something could not be read."""
        self.skipped.append(text)
        self.complete = False

    def _restore(self, cursor: str, ledger: Ledger) -> dict[str, Any]:
        """Load the ledger of a cursor; returns its places. Raises CursorExpired."""
        try:
            state = json.loads(cursor)
            if state["format"] != _FORMAT or state["setup"] != self.setup:
                raise ValueError("another format or setup")
            ledger.load(state["ledger"])
            return dict(state["places"])
        except (ValueError, KeyError, TypeError) as error:
            raise CursorExpired(
                f'the account "{self.account}" is read from the beginning: its settings have changed'
            ) from error

    def _before(self) -> Ledger:
        """The ledger as the cursor has it."""
        old = Ledger(self.ledger.rules, self.ledger.me, self.ledger.now)
        if self.cursor is not None:
            self._restore(self.cursor, old)
        return old

    def unchanged(self) -> Iterator[Page]:
        """The answer when nothing is new."""
        yield Page(cursor=self.cursor, skipped=tuple(self.skipped))

    def pages(self) -> Iterator[Page]:
        """What is new or different since the cursor; everything, as a complete listing, where there was none."""
        if self.full and self.ledger.people and not any(row.sent for row in self.ledger.people.values()):
            self.skipped.append(
                f'account "{self.account}": no mail in it was sent by you, so nobody counts as someone you wrote to; '
                "state your addresses under [me] emails, or add the folder with your sent mail"
            )
        old, new = self._before(), self.ledger
        moved = (old.lists ^ new.lists) | (old.mine ^ new.mine)
        changed: list[str] = []
        gone: list[RecordKey] = []
        for address, entry in sorted(new.people.items()):
            if old.people.get(address) == entry and address not in moved:
                continue
            was, now = old.records(address), new.records(address)
            changed.extend(at for at, contact in now.items() if contact != was.get(at))
            gone.extend(RecordKey(self.account, "", at) for at in was if at not in now)
        for start in range(0, len(changed), _PAGE):
            found = (record(self.account, new, at) for at in changed[start : start + _PAGE])
            yield Page(tuple(item for item in found if item is not None))
        listed = {"": frozenset(changed)} if self.full and self.complete else {}
        yield Page(gone=tuple(gone), listed=listed, cursor=self.dump(), skipped=tuple(self.skipped))

    def dump(self) -> str:
        """The cursor to come back with."""
        state = {
            "format": _FORMAT,
            "setup": self.setup,
            "places": self.places,
            "ledger": self.ledger.dump(),
        }
        return json.dumps(state, ensure_ascii=False, separators=(",", ":"))


def record(account: str, ledger: Ledger, remote_id: str) -> SourceRecord | None:
    """The record of a remote id: a canonical address, or one with `#card`; None where there is no such contact."""
    contact = ledger.records(remote_id.removesuffix(CARD)).get(remote_id)
    if contact is None:
        return None
    return SourceRecord(RecordKey(account, "", remote_id), revision(contact), contact)


def last_contact(cursor: str) -> dict[str, Traffic]:
    """{canonical address: Traffic} from a mail account's cursor. Raises ValueError, KeyError, TypeError on any other."""
    ledger = Ledger(MailSettings(), (), 0)
    ledger.load(json.loads(cursor)["ledger"])
    return {address: ledger.traffic(address) for address in ledger.people}
