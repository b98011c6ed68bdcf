"""Settings of an IMAP mailbox."""

import ipaddress
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from kith.connector.mail.settings import MailSettings
from kith.connector.secrets import SecretRef


class ImapSettings(MailSettings):
    """A mailbox on a server: who you wrote to becomes known to kith. Only headers are read, nothing is changed."""

    host: str = Field(min_length=1, description="the IMAP server, such as imap.fastmail.com")
    port: int = Field(default=0, ge=0, le=65535, description="default: 993 with tls, else 143")
    username: str = Field(min_length=1, description="the login, mostly the whole e-mail address")
    password: SecretRef = Field(
        description="the password, for many providers an app password; with xoauth2 an access token"
    )
    auth: Literal["password", "xoauth2"] = Field(
        default="password",
        description="how to log in; xoauth2 wants password = {command = [...]} that prints a token",
    )
    security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="how the connection is encrypted; none only on this machine"
    )
    insecure: bool = Field(
        default=False,
        description="allow security = none to another machine: everyone on the way reads the password",
    )
    ca_file: str = Field(
        default="", description="certificate (PEM) to trust, for a server of your own with a self-signed one"
    )
    folders: tuple[str, ...] = Field(
        default=(), description="read these folders only; default: all of your own but spam, trash and drafts"
    )
    sent: tuple[str, ...] = Field(
        default=(), description="folders with the mail you sent, where kith does not recognize them by itself"
    )
    timeout: float = Field(default=30.0, gt=0, description="seconds to wait for an answer")

    @field_validator("host", "username")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("no line breaks or control characters here")
        return value.strip()

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if self.security == "none" and not self.insecure and not _is_here(self.host):
            raise ValueError(
                f'security = "none" would send the password to {self.host} in clear text: use tls'
            )
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to connect to."""
        return self.host, self.port or (993 if self.security == "tls" else 143)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
