"""Settings of a memory account."""

from pydantic import Field

from kith.connector.info import ConnectorSettings


class MemorySettings(ConnectorSettings):
    """A memory account has a shelf: accounts opened in one process with the same shelf see the same cards."""

    shelf: str = Field("", description="name of the shelf; default: the account's name")
