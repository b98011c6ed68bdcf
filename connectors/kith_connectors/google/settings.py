"""Settings of a Google account."""

import json
from pathlib import Path
from typing import Any

from pydantic import Field

from kith.connector.errors import ConnectorError
from kith.connector.info import ConnectorSettings
from kith.connector.secrets import SecretRef

CONTACTS = "https://www.googleapis.com/auth/contacts"
CONTACTS_READ = "https://www.googleapis.com/auth/contacts.readonly"
OTHER_READ = "https://www.googleapis.com/auth/contacts.other.readonly"
HIDDEN: dict[str, Any] = {"hidden": True}
HOW_TO = (
    "the README of the Google connector shows step by step how to make an OAuth client of type Desktop app"
)

EXAMPLE = """\
[accounts.google]
connector = "google"
username = "anna@gmail.com"
client_file = "~/.config/kith/client_secret.json"   # downloaded from the Google Cloud console
"""


class ClientMissing(ConnectorError):
    """The OAuth client of the account is not configured, or its file cannot be used."""

    again = "never"


class GoogleSettings(ConnectorSettings):
    """A Google account. The OAuth client is your own: give its downloaded file, or its id and secret.
    Log in once with `kith auth ACCOUNT`."""

    username: str = Field(description="the account's Google address, such as anna@gmail.com")
    client_file: str = Field("", description="the client_secret_….json file downloaded from Google Cloud")
    client_id: str = Field("", description="the client's id, where there is no client_file")
    client_secret: SecretRef | None = Field(None, description="the client's secret, a reference or a string")
    read_only: bool = Field(
        False, description="ask Google for the right to read only; kith can then never write there"
    )
    photos: bool = Field(True, description="read and write pictures")
    other_contacts: bool = Field(
        False,
        description='read the "Other contacts" (people you once wrote to) instead of the contacts; read only',
    )
    api_endpoint: str = Field("", json_schema_extra=HIDDEN)
    token_uri: str = Field("https://oauth2.googleapis.com/token", json_schema_extra=HIDDEN)
    auth_uri: str = Field("https://accounts.google.com/o/oauth2/v2/auth", json_schema_extra=HIDDEN)

    @property
    def writes(self) -> bool:
        return not (self.read_only or self.other_contacts)

    @property
    def scopes(self) -> list[str]:
        """What kith asks Google for: no more than the account needs."""
        if self.other_contacts:
            return [OTHER_READ]
        return [CONTACTS_READ if self.read_only else CONTACTS]

    def client(self) -> tuple[str, str]:
        """(client id, client secret). Raises ClientMissing, SecretMissing."""
        if self.client_file:
            return _from_file(Path(self.client_file).expanduser())
        if not self.client_id or self.client_secret is None:
            raise ClientMissing("the account has no OAuth client", f"set client_file; {HOW_TO}")
        return self.client_id, self.client_secret.reveal()


def _from_file(path: Path) -> tuple[str, str]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ClientMissing(f"the client file {path} cannot be read ({error.strerror})", HOW_TO) from None
    except ValueError:
        raise ClientMissing(
            f"the client file {path} is not JSON", "download it again from the Google Cloud console"
        ) from None
    client = content.get("installed") if isinstance(content, dict) else None
    if not isinstance(client, dict) or not client.get("client_id") or not client.get("client_secret"):
        raise ClientMissing(f"the client file {path} is not that of a Desktop app", HOW_TO)
    return str(client["client_id"]), str(client["client_secret"])
