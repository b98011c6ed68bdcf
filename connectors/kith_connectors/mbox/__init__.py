"""E-mail in files: mbox (also Google Takeout and Thunderbird) and Maildir. Headers only."""

from kith.connector.info import ConnectorInfo
from kith.connector.mail.pull import CAPABILITIES
from kith_connectors.mbox.connector import open_mbox
from kith_connectors.mbox.files import is_mbox
from kith_connectors.mbox.maildir import is_maildir, open_maildir
from kith_connectors.mbox.settings import MaildirSettings, MboxSettings

INFO = ConnectorInfo(
    name="mbox",
    title="E-mail files (mbox, Google Takeout, Thunderbird)",
    settings=MboxSettings,
    capabilities=CAPABILITIES,
    open=open_mbox,
    role="enrich",
    example='path = "~/takeout/All mail Including Spam and Trash.mbox"',
    recognizes=is_mbox,
)

MAILDIR = ConnectorInfo(
    name="maildir",
    title="E-mail folder (Maildir)",
    settings=MaildirSettings,
    capabilities=CAPABILITIES,
    open=open_maildir,
    role="enrich",
    example='path = "~/Maildir"',
    recognizes=is_maildir,
)
