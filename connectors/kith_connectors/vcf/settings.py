"""Settings of a vCard account."""

from typing import Literal

from pydantic import Field

from kith.connector.info import ConnectorSettings


class VcfSettings(ConnectorSettings):
    """Where the vCards are. A zip of vCards is read only."""

    path: str = Field(
        description="a .vcf file, a folder of .vcf files (subfolders are address books), or a zip of them"
    )
    version: Literal["3.0", "4.0"] = Field(
        "3.0", description="vCard version of new cards; others keep theirs"
    )
