"""vCards on disk: one file, or a folder of them; read and written in place."""

from kith.connector.info import ConnectorInfo
from kith_connectors.vcf.connector import CAPABILITIES, open_account
from kith_connectors.vcf.files import recognizes
from kith_connectors.vcf.settings import VcfSettings

INFO = ConnectorInfo(
    name="vcf",
    title="vCard file or folder",
    settings=VcfSettings,
    capabilities=CAPABILITIES,
    open=open_account,
    example='[accounts.archive]\nconnector = "vcf"\npath = "~/contacts"   # a .vcf file or a folder of them\nmode = "two-way"\n',
    recognizes=recognizes,
)
