"""Address books as tables: Google, Outlook, XING and any other with a mapping in the config; read only."""

from kith.connector.info import ConnectorInfo
from kith_connectors.csv.connector import CAPABILITIES, open_account, open_xing, recognizes
from kith_connectors.csv.settings import CsvSettings, XingSettings

INFO = ConnectorInfo(
    name="csv",
    title="CSV file (Google, Outlook, any table)",
    settings=CsvSettings,
    capabilities=CAPABILITIES,
    open=open_account,
    example='[accounts.oldbook]\nconnector = "csv"\npath = "~/Downloads/contacts.csv"\n',
    recognizes=recognizes,
)
XING = ConnectorInfo(
    name="xing",
    title="XING (old CSV export)",
    settings=XingSettings,
    capabilities=CAPABILITIES,
    open=open_xing,
    role="enrich",
    example='[accounts.xing]\nconnector = "xing"\npath = "~/Downloads/xing-contacts.csv"\n',
)
