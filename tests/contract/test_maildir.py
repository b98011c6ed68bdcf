"""The maildir connector against the contract."""

import pytest

from kith.connector.info import Opening
from kith.connector.testing import SourceContract
from kith_connectors.mbox import MAILDIR
from letters import ME, deliver, letter


class TestMaildir(SourceContract):
    @pytest.fixture
    def reopen(self, tmp_path):
        deliver(tmp_path, "1.a:2,S", letter(to='"Schmidt, Anna" <anna@x.example>, b@x.example'))
        return lambda: MAILDIR.open(MAILDIR.settings(path=str(tmp_path)), Opening("mail", me=frozenset({ME})))
