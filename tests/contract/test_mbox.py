"""The mbox connector against the contract."""

import pytest

from kith.connector.info import Opening
from kith.connector.testing import SourceContract
from kith_connectors.mbox import INFO
from letters import ME, letter, mbox


class TestMbox(SourceContract):
    @pytest.fixture
    def reopen(self, tmp_path):
        (tmp_path / "Sent").write_bytes(
            mbox(letter(to='"Schmidt, Anna" <anna@x.example>'), letter(to="b@x.example"))
        )
        return lambda: INFO.open(INFO.settings(path=str(tmp_path)), Opening("mail", me=frozenset({ME})))
