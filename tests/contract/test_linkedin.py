"""The LinkedIn export against the contract."""

import pytest

from kith.connector.info import Opening
from kith.connector.testing import SourceContract
from kith_connectors.linkedin import INFO
from kith_connectors.linkedin.settings import LinkedInSettings

TABLE = """Notes:\n"When exporting, you may notice, some are missing."\n
First Name,Last Name,URL,Email Address,Company,Position,Connected On
Anna,Beispiel,https://www.linkedin.com/in/anna-beispiel,,Beispiel GmbH,Chefin,05 Mar 2024\n"""


class TestLinkedIn(SourceContract):
    @pytest.fixture
    def reopen(self, tmp_path):
        (tmp_path / "Connections.csv").write_text(TABLE)
        return lambda: INFO.open(LinkedInSettings(path=str(tmp_path)), Opening("linkedin"))
