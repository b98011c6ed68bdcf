"""The tables of config.toml as typed settings. Field descriptions become config.example.toml and the docs."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from kith.connector.info import ConnectorInfo, ConnectorSettings
from kith.model.fields import BY_NAME
from kith.plan.filter import BadFilter, parse

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def seconds(text: object) -> float:
    """ "30 minutes" as seconds. Raises ValueError with an example."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*", str(text))
    if not found or found[2] not in SECONDS:
        raise ValueError('write a time such as "30 minutes", "4 hours" or "90 days"')
    return float(found[1]) * SECONDS[found[2]]


def _share_or_number(value: object) -> str:
    text = str(value).strip()
    if not re.fullmatch(r"\d+|\d+(\.\d+)?%", text):
        raise ValueError('write a share such as "10%" or a number of cards such as 20')
    return text


def _region(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError('write the two letters of a country, such as "DE"')
    return value.upper()


def _filter(value: str) -> str:
    try:
        parse(value)
    except BadFilter as error:
        raise ValueError(str(error)) from None
    return value


def _field(value: str) -> str:
    if value not in BY_NAME:
        near = difflib.get_close_matches(value, BY_NAME, n=1)
        hint = f'; did you mean "{near[0]}"?' if near else f"; fields are: {', '.join(BY_NAME)}"
        raise ValueError(f'"{value}" is no field{hint}')
    return value


Span = Annotated[float, BeforeValidator(seconds)]
Share = Annotated[str, BeforeValidator(_share_or_number)]
Region = Annotated[str, AfterValidator(_region)]
FieldName = Annotated[str, AfterValidator(_field)]
FilterText = Annotated[str, AfterValidator(_filter)]


class Table(BaseModel):
    """A table of the config: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreTable(Table):
    path: Path | None = Field(
        None, description="the one file kith keeps; default: $STATE_DIRECTORY or $XDG_DATA_HOME/kith"
    )


class SyncTable(Table):
    every: Span = Field(1800.0, description="how often the daemon looks at an account")
    region: Region = Field("", description="ISO 3166 region for phone numbers without +CC, such as DE")
    max_delete: Share = Field(
        "10%",
        description="more people than this vanish from a book in one run: the account is held; 5 always pass",
    )
    keep_history: Span = Field(7776000.0, description="how long before and after of every card are kept")
    hold_joins: Span = Field(600.0, description="how long a join made in the page waits before it is written")
    inbox: Path | None = Field(
        None, description="a folder: files dropped there are recognized and imported once"
    )


class MatchTable(Table):
    auto: bool = Field(
        True, description="join certain matches by themselves; false: everything waits for review"
    )


class MergeTable(Table):
    prefer: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description='which account wins for a field, e.g. { organizations = ["linkedin"], photo = ["phone"] }',
    )


class MeTable(Table):
    emails: tuple[str, ...] = Field(
        (), description="your own addresses: never a contact, and what you sent counts"
    )


class AccountTable(Table):
    """The keys that every account has, whatever its connector."""

    connector: str = Field(
        description="the kind of account: carddav, vcf, google, imap, mbox, maildir, linkedin, csv, ..."
    )
    mode: Literal["read", "two-way"] = Field(
        "read", description="read: kith never writes there; two-way: it does"
    )
    role: Literal["owner", "enrich"] | None = Field(
        None, description="owner: its cards create people; enrich: they add to people already known"
    )
    filter: FilterText = Field("", description='for whom kith creates cards there, e.g. "list:A or list:B"')
    outside: Literal["leave", "remove"] = Field("leave", description="cards of people outside the filter")
    duplicates: Literal["consolidate", "keep"] = Field(
        "consolidate", description="two cards of one person in one book: make one of them, or keep both"
    )
    deletes: Literal["everywhere", "here", "never"] | None = Field(
        None, description="a person deleted there is deleted everywhere, only there, or put back"
    )
    max_delete: Share | None = Field(None, description="overrides [sync] max_delete")
    fields: tuple[FieldName, ...] = Field(
        (),
        description='which fields kith writes there besides the name, e.g. ["phones", "emails"]; default: all',
    )
    create_in: str = Field(
        "", description="the address book for new cards; default: the account's own default"
    )
    every: Span | None = Field(default=None, description="overrides [sync] every")
    region: Region = Field(default="", description="overrides [sync] region")


PARTS = ("address_books", "folders", "other_contacts")
"""Keys of connectors that limit an account to a part of its place."""


@dataclass(frozen=True)
class AccountSettings:
    """One `[accounts.NAME]` table, both halves: common keys and the connector's own."""

    name: str
    common: AccountTable
    info: ConnectorInfo
    own: ConnectorSettings
    rank: int

    @property
    def role(self) -> str:
        return self.common.role or self.info.role

    @property
    def identity(self) -> str:
        """What the account is, whatever it is called: connector, place and user."""
        own = self.own.model_dump(mode="json")
        place = [str(own.get(key) or "") for key in ("url", "host", "path", "username", "shelf")]
        named = [str(own["provider"])] if own.get("provider") and not own.get("url") else []
        return "|".join([self.info.name, *place, *named])

    @property
    def place(self) -> str:
        """`identity` where two spellings of one place are one: a path as it is on the disk, a URL without its last slash."""
        path = getattr(self.own, "path", None)
        if path:
            return f"{self.info.name}|{Path(path).expanduser().resolve()}"
        told = self.identity.casefold().replace("/|", "|")
        return (
            told if told.replace("|", "") != self.info.name else f"{told}{self.name}"
        )  # the place follows from the name

    def overlaps(self, other: "AccountSettings") -> bool:
        """Whether two accounts at one place are about the same cards: both about all, or about parts in common."""
        for key in PARTS:
            mine, theirs = (getattr(item.own, key, None) for item in (self, other))
            if isinstance(mine, bool) and mine != theirs:
                return False
            if isinstance(mine, tuple) and isinstance(theirs, tuple) and mine and theirs:
                return bool(set(mine) & set(theirs))
        return True


@dataclass(frozen=True)
class Settings:
    """The whole configuration."""

    file: Path | None
    store: StoreTable
    sync: SyncTable
    match: MatchTable
    merge: MergeTable
    me: MeTable
    accounts: Mapping[str, AccountSettings]
    warnings: tuple[str, ...] = ()


TABLES: dict[str, type[Table]] = {
    "store": StoreTable,
    "sync": SyncTable,
    "match": MatchTable,
    "merge": MergeTable,
    "me": MeTable,
}
