"""The export that LinkedIn gives its members: connections and imported address books, read only."""

from kith.connector.info import ConnectorInfo
from kith_connectors.linkedin.connector import CAPABILITIES, open_account
from kith_connectors.linkedin.export import recognizes
from kith_connectors.linkedin.settings import LinkedInSettings

INFO = ConnectorInfo(
    name="linkedin",
    title="LinkedIn export",
    settings=LinkedInSettings,
    capabilities=CAPABILITIES,
    open=open_account,
    role="enrich",
    example='[accounts.linkedin]\nconnector = "linkedin"\npath = "~/Downloads/Basic_LinkedInDataExport_11-21-2026.zip"\n',
    recognizes=recognizes,
)
