"""Fixtures of the servers that come from Debian packages; see `servers.fixtures` for those from PyPI."""

from collections.abc import Iterator

import pytest

from servers.cyrus import Cyrus, missing_cyrus, start_cyrus
from servers.program import Program, required
from servers.sabre import missing_sabre, start_sabre


@pytest.fixture(scope="session")
def cyrus() -> Iterator[Cyrus]:
    """One Cyrus for the whole session: make a book of your own in it with `book()`."""
    required("Cyrus", missing_cyrus())
    server = start_cyrus()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sabre() -> Iterator[Program]:
    """One sabre/dav 1.8 for the whole session: make a book of your own in it with `book()`."""
    required("sabre/dav", missing_sabre())
    server = start_sabre()
    yield server
    server.stop()
