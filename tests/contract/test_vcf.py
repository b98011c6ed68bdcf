"""vCards on disk against the contract: a folder of files, and one file of many cards."""

import pytest

from kith.connector.info import Opening
from kith.connector.testing import TargetContract
from kith_connectors.vcf import INFO
from kith_connectors.vcf.settings import VcfSettings

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{0}\r\nN:Muster;{0};;;\r\nFN:{0} Muster\r\nEND:VCARD\r\n"


@pytest.mark.parametrize("name", ["a/one.vcf", "a.vcf"])
class TestVcf(TargetContract):
    @pytest.fixture
    def reopen(self, tmp_path, name):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(CARD.format("Ada") + CARD.format("Ole") * (name == "a.vcf"), newline="")
        return lambda: INFO.open(VcfSettings(path=str(tmp_path / name.split("/")[0])), Opening("vcf"))
