"""The IMAP connector against the contract, on a real Dovecot."""

import pytest

from kith.connector.info import Opening
from kith.connector.testing import SourceContract
from kith_connectors.imap import INFO
from letters import ME, letter
from servers.dovecot import PASSWORD, dovecot

__all__ = ["dovecot"]


class TestImap(SourceContract):
    @pytest.fixture
    def reopen(self, dovecot):
        box = dovecot.mailbox()
        box.put("Sent", letter(to='"Schmidt, Anna" <anna@x.example>'), letter(to="b@x.example"))
        keys = {"host": "127.0.0.1", "port": dovecot.port, "security": "none", "username": box.user}
        settings = INFO.settings(password=PASSWORD, **keys)
        return lambda: INFO.open(settings, Opening("mail", me=frozenset({ME})))
