"""Settings of a CardDAV account."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from kith.connector.errors import WrongPlace
from kith.connector.info import ConnectorSettings
from kith.connector.secrets import SecretRef
from kith_connectors.carddav.providers import PROVIDERS
from kith_connectors.carddav.trust import Trust


class CardDavSettings(ConnectorSettings):
    """Where the address books are and how to log in. Either `url` or `provider` is needed."""

    url: str = Field(
        "",
        description="a server, a bare domain, an e-mail address, a principal, a home set, or one address book",
    )
    provider: str = Field(
        "", description=f"one of {', '.join(sorted(PROVIDERS))}; fills in what url leaves out"
    )
    username: str = Field("", description="login name; often the e-mail address")
    password: SecretRef | None = Field(None, description="a reference such as password.command = [...]")
    address_books: tuple[str, ...] = Field(
        (), description="names or paths of the address books; default: all that the account offers"
    )
    ca_file: str = Field("", description="PEM file of an own certificate authority, besides the usual ones")
    insecure_http: bool = Field(
        False,
        validate_default=True,
        description="allow an unencrypted http address that is not on this machine",
    )
    timeout: float = Field(60.0, gt=0, le=3600, description="seconds to wait for the server each time")
    auth: Literal["auto", "basic", "digest"] = Field("auto", description="how to log in")

    @field_validator("provider")
    @classmethod
    def _known(cls, value: str) -> str:
        found = PROVIDERS.get(value) if value else None
        if value and found is None:
            raise ValueError(f"there is no provider {value!r}; there are: {', '.join(sorted(PROVIDERS))}")
        if found and found.refused:
            raise ValueError(found.refused)
        return value

    @field_validator("insecure_http")
    @classmethod
    def _encrypted(cls, value: bool, info: ValidationInfo) -> bool:
        """What would be refused with the first request is a mistake of the config."""
        url = info.data.get("url", "").strip()
        if urlsplit(url).scheme == "http":
            try:
                Trust(url, insecure=value).check(url)
            except WrongPlace as error:
                raise ValueError(f"{error.message}; {error.remedy}") from None
        return value

    @model_validator(mode="after")
    def _somewhere(self) -> "CardDavSettings":
        if not self.url and not (self.provider and PROVIDERS[self.provider].url):
            raise ValueError(
                "url is missing: give the address of the server, for example https://dav.example.org"
            )
        return self
