"""Settings of a table account."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kith.connector.info import ConnectorSettings
from kith_connectors.csv.targets import parse_target


def _checked(columns: dict[str, str]) -> dict[str, str]:
    for title, target in columns.items():
        try:
            parse_target(target)
        except ValueError as error:
            raise ValueError(f"column {title!r}: {error}") from None
    return columns


Columns = Annotated[dict[str, str], AfterValidator(_checked)]
_MAPPING = (
    "what the columns are, where kith does not know their titles: "
    '{ "Vorname" = "given", "Tel. dienstl." = "phone.work" }; "ignore" leaves one out'
)


class CsvSettings(ConnectorSettings):
    """A table that a program exported. It is read; kith never writes into it."""

    path: str = Field(description="the .csv file, or a folder: then the newest table in it")
    format: Literal["auto", "google", "outlook", "xing", "generic"] = Field(
        "auto", description="which program wrote it; auto tells by the titles of the columns"
    )
    columns: Columns = Field(default_factory=dict, description=_MAPPING)
    delimiter: Literal["", ",", ";", "\t", "|"] = Field("", description="default: found out from the header")


class XingSettings(ConnectorSettings):
    """An old export of XING (until 2014), or the vCards that profiles offer today (connector "vcf")."""

    path: str = Field(description="the .csv file, or a folder: then the newest table in it")
    columns: Columns = Field(default_factory=dict, description=_MAPPING)
