"""Settings of a LinkedIn account."""

from pydantic import Field

from kith.connector.info import ConnectorSettings


class LinkedInSettings(ConnectorSettings):
    """Where the export is. A newer one replaces the older: point `path` at it, or keep all of them in one folder."""

    path: str = Field(
        description="the zip that LinkedIn sends (Basic or Complete), its Connections.csv, or a folder: "
        "then the newest export in it"
    )
