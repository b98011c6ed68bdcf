"""kith's carddav connector on hostile servers: fixtures, and what one says about a pull in a test."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest

from kith.connector.api import CardChange, NewCard, Page, PullRequest, Target
from kith.connector.info import Opening
from kith.connector.registry import load
from kith.connector.testing import gather, known_of, sample
from kith.model.contact import Contact
from kith.model.record import RecordKey, SourceRecord
from servers.hostile import HostileServer
from servers.wire import card

Records = dict[RecordKey, SourceRecord]
Connect = Callable[..., Any]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Open an account on a hostile server; closed after the test."""
    with ExitStack() as closing:

        def opened(server: HostileServer, url: str = "", **settings: Any) -> Any:
            info = load("carddav")
            options: dict[str, Any] = {"username": server.username, "password": server.password, **settings}
            options["url"] = url or server.url
            account: Any = info.open(info.settings(**options), Opening("phonebook", "DE"))
            closing.callback(account.close)
            return account

        yield opened


@pytest.fixture
def serve() -> Iterator[Callable[..., HostileServer]]:
    """Start a hostile server with a preset and switches; stopped after the test."""
    with ExitStack() as closing:
        yield lambda like="", **switches: closing.enter_context(HostileServer(like, **switches))


Serve = Callable[..., HostileServer]


def fill(server: HostileServer, count: int) -> list[str]:
    names = [f"c{number}.vcf" for number in range(count)]
    for number, name in enumerate(names):
        server.books["contacts"].put(name, card(f"u{number}", f"Ada Number{number}"))
    return names


def names(records: Records) -> dict[str, SourceRecord]:
    return {unquote(key.remote_id.rpartition("/")[2]): record for key, record in records.items()}


def again(account: Target, records: Records, pages: list[Page]) -> tuple[Records, list[Page]]:
    return gather(account, PullRequest(pages[-1].cursor, known_of(records)))


def gone(pages: list[Page]) -> set[str]:
    return {key.remote_id.rpartition("/")[2] for page in pages for key in page.gone}


def listed(pages: list[Page]) -> list[set[str]]:
    """The complete listings in a pull."""
    return [{one.rpartition("/")[2] for one in ids} for page in pages for ids in page.listed.values()]


def new(contact: Contact | None = None, **media: bytes) -> NewCard:
    serial = str(uuid.uuid4())
    return NewCard("", serial, f"urn:uuid:{serial}", contact or sample(), media)


def edit(held: SourceRecord, **fields: Any) -> CardChange:
    return CardChange(held.key, held.contact, replace(held.contact, **fields), held.raw, held.revision)
