"""The CardDAV connector against the contract, on real servers."""

import pytest

from kith.connector.info import Opening
from kith.connector.testing import TargetContract
from kith_connectors.carddav import INFO


class TestCardDav(TargetContract):
    @pytest.fixture
    def reopen(self, dav_server):
        settings = INFO.settings(
            url=dav_server.book(), username=dav_server.username, password=dav_server.password
        )
        return lambda: INFO.open(settings, Opening("dav", region="DE"))
