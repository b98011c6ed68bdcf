"""The contract, for Google through the real client library against a loopback emulator of the People API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kith.connector.testing import Reopen, TargetContract
from servers.people import PeopleServer
from servers.people_account import open_google


class TestGoogle(TargetContract):
    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Iterator[Reopen]:
        with PeopleServer() as people:
            people.book.add(names=[{"givenName": "Ada", "familyName": "Sommer"}])
            yield lambda: open_google(people, tmp_path)
