"""Settings of e-mail files."""

from pydantic import Field

from kith.connector.mail.settings import MailSettings


class MboxSettings(MailSettings):
    """Mail in mbox files: who you wrote to becomes known to kith. Only headers are read, nothing is changed."""

    path: str = Field(
        description="an mbox file, a Google Takeout .zip or .tgz, or a folder of mbox files such as "
        "~/.thunderbird/PROFILE/Mail/Local Folders"
    )


class MaildirSettings(MailSettings):
    """Mail in a Maildir: who you wrote to becomes known to kith. Only headers are read, nothing is changed."""

    path: str = Field(description="the Maildir: the folder that holds cur, new and tmp, or such folders")
