"""E-mail on an IMAP server. Headers only, read-only."""

from kith.connector.info import ConnectorInfo
from kith.connector.mail.pull import CAPABILITIES
from kith_connectors.imap.connector import open_imap
from kith_connectors.imap.providers import PRESETS
from kith_connectors.imap.settings import ImapSettings

INFO = ConnectorInfo(
    name="imap",
    title="E-mail (IMAP)",
    settings=ImapSettings,
    capabilities=CAPABILITIES,
    open=open_imap,
    role="enrich",
    extra="imap",
    example='host = "imap.example.org"\nusername = "jo@example.org"\npassword = { command = ["pass", "show", "mail"] }',
    presets=PRESETS,
)
