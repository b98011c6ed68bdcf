"""What an entry point in group `kith.connectors` loads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from kith.connector.api import Source
from kith.model.capabilities import Capabilities


class ConnectorSettings(BaseModel):
    """Base of a connector's own keys in `[accounts.NAME]`. The keys common to all accounts are not repeated here.
    Field descriptions become the documentation and the comments of config.example.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Opening:
    """What a connector gets when it is opened, besides its settings.

    `account` is the account's name; `region` the ISO 3166 region of its phone numbers; `state_dir` a private folder
    (mode 0700) for tokens that rotate; `me` the owner's own addresses.
    """

    account: str
    region: str = ""
    state_dir: Path = Path()
    me: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class ConnectorInfo:
    """Name, title, settings and abilities of one kind of account; `open` makes a Source or Target.

    `role` is the default role; `capabilities` are those before anything is known of the server. `recognizes` tells
    from the first bytes whether a file is for this connector (drop folder, `kith import`).
    `login(settings, opening, ask, show, paste)` carries out an OAuth login (None: there is none). `extra` names the optional dependency set: pip install 'kith-contacts[EXTRA]'.
    """

    name: str
    title: str
    settings: type[ConnectorSettings]
    capabilities: Capabilities
    open: Callable[[Any, Opening], Source]
    role: str = "owner"
    extra: str = ""
    example: str = ""
    recognizes: Callable[[Path], bool] | None = None
    login: Callable[[Any, Opening, Callable[[str], str], Callable[[str], None], bool], None] | None = None
    presets: dict[str, dict[str, str]] = field(default_factory=dict)
