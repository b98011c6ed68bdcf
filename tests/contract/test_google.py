"""The contract, for Google through the real client library against a loopback emulator of the People API."""

from pathlib import Path

import pytest
from servers.people import PeopleServer
from servers.people_account import open_google

from kith.connector.testing import Reopen, TargetContract


class TestGoogle(TargetContract):
    @pytest.fixture
    def reopen(self, people: PeopleServer, tmp_path: Path) -> Reopen:
        people.book.add(names=[{"givenName": "Ada", "familyName": "Sommer"}])
        return lambda: open_google(people, tmp_path)

    @pytest.fixture
    def people(self):
        with PeopleServer() as server:
            yield server
