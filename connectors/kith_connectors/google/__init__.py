"""Google Contacts through the People API: contacts, labels, pictures, deltas; optionally the "Other contacts"."""

from kith.connector.info import ConnectorInfo
from kith_connectors.google.abilities import CAPABILITIES
from kith_connectors.google.auth import login
from kith_connectors.google.connector import open_account
from kith_connectors.google.settings import EXAMPLE, GoogleSettings

INFO = ConnectorInfo(
    name="google",
    title="Google Contacts",
    settings=GoogleSettings,
    capabilities=CAPABILITIES,
    open=open_account,
    login=login,
    extra="google",
    example=EXAMPLE,
)
