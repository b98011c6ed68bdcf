"""Fixtures of real servers: `pytest_plugins = ["servers.fixtures"]` in conftest.py."""

from collections.abc import Iterator

import pytest

from servers.process import Server
from servers.radicale import start_radicale
from servers.xandikos import start_xandikos

STARTS = {"radicale": start_radicale, "xandikos": start_xandikos}


@pytest.fixture(scope="session")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Radicale for the whole session: make a book of your own in it with `book()`."""
    server = start_radicale(tmp_path_factory.mktemp("radicale"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def xandikos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Xandikos for the whole session: make a book of your own in it with `book()`."""
    server = start_xandikos(tmp_path_factory.mktemp("xandikos"))
    yield server
    server.stop()


@pytest.fixture(scope="session", params=sorted(STARTS))
def dav_server(request: pytest.FixtureRequest) -> Server:
    """Every real server that is installed with the tests, one after the other."""
    server: Server = request.getfixturevalue(request.param)
    return server
