"""Fixtures of the flow tests."""

from pathlib import Path

import pytest

from flow.house import DavBook, House
from servers.process import Server


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A user with an empty home."""
    return House(tmp_path)


@pytest.fixture
def phone(radicale: Server) -> DavBook:
    """A fresh address book on Radicale."""
    return DavBook(radicale, radicale.book())


@pytest.fixture
def tablet(xandikos: Server) -> DavBook:
    """A fresh address book on Xandikos."""
    return DavBook(xandikos, xandikos.book())
