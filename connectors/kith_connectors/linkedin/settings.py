"""Settings of a LinkedIn account."""

from typing import Self

from pydantic import Field, model_validator

from kith.connector.info import ConnectorSettings
from kith.connector.secrets import SecretRef


class LinkedInSettings(ConnectorSettings):
    """Where the connections come from: an export, or LinkedIn's own interface for members in the EEA and Switzerland."""

    path: str = Field(
        "",
        description="the zip that LinkedIn sends (Basic or Complete), its Connections.csv, or a folder: "
        "then the newest export in it",
    )
    token: SecretRef | None = Field(
        None,
        description="instead of path: an access token for LinkedIn's Member Data Portability API (EEA, Switzerland)",
    )
    api_endpoint: str = Field("https://api.linkedin.com", description="address of that interface; for tests")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.path) == (self.token is not None):
            raise ValueError("give either path (an export) or token (LinkedIn's interface)")
        if not self.api_endpoint.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise ValueError("api_endpoint must begin with https://, or the token could be read on its way")
        return self
