"""Tables of contacts against the contract."""

import pytest

from kith.connector.info import Opening
from kith.connector.testing import SourceContract
from kith_connectors.csv import INFO, XING
from kith_connectors.csv.settings import CsvSettings, XingSettings

TABLE = "Vorname;Nachname;E-Mail-Adresse\nAnna;Müller;anna@example.org\nBernd;Weiß;bernd@example.org\n"


@pytest.mark.parametrize(("info", "settings"), [(INFO, CsvSettings), (XING, XingSettings)])
class TestCsv(SourceContract):
    @pytest.fixture
    def reopen(self, tmp_path, info, settings):
        (tmp_path / "contacts.csv").write_text(TABLE, encoding="cp1252")
        return lambda: info.open(settings(path=str(tmp_path / "contacts.csv")), Opening("csv"))
