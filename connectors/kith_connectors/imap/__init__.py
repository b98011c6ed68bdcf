"""E-mail on an IMAP server. Headers only, read-only."""

from kith.connector.info import ConnectorInfo
from kith.connector.mail.pull import CAPABILITIES
from kith_connectors.imap.connector import open_imap
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
    presets={
        "gmail": {"host": "imap.gmail.com"},
        "icloud": {"host": "imap.mail.me.com"},
        "outlook": {"host": "outlook.office365.com", "auth": "xoauth2"},
        "fastmail": {"host": "imap.fastmail.com"},
        "gmx": {"host": "imap.gmx.net"},
        "webde": {"host": "imap.web.de"},
        "tonline": {"host": "secureimap.t-online.de"},
        "posteo": {"host": "posteo.de"},
        "mailbox.org": {"host": "imap.mailbox.org"},
        "yahoo": {"host": "imap.mail.yahoo.com"},
    },
)
