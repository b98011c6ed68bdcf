"""Opens the configured accounts and tells `decide` what they are."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kith.config.settings import AccountSettings, Settings
from kith.connector.api import Source
from kith.connector.info import Opening
from kith.model.account import Account
from kith.model.capabilities import Capabilities


@dataclass
class OpenAccount:
    """An account with its open connector; `source` None where it could not be opened, then `problem` says why."""

    settings: AccountSettings
    account: Account
    source: Source | None = None
    problem: str = ""
    remedy: str = ""

    def close(self) -> None:
        """End its connections: it takes no further part in this run. May be called twice."""
        if self.source is not None:
            self.source.close()
        self.source = None


def describe(settings: Settings, item: AccountSettings, source: Source | None = None) -> Account:
    """The account as the pure core sees it."""
    common = item.common
    return Account(
        name=item.name,
        connector=item.info.name,
        mode=common.mode,
        role=item.role,
        rank=item.rank,
        region=common.region or settings.sync.region,
        filter=common.filter,
        outside=common.outside,
        duplicates=common.duplicates,
        deletes=common.deletes or ("here" if common.filter else "everywhere"),
        max_delete=common.max_delete or settings.sync.max_delete,
        create_in=common.create_in,
        capabilities=_narrowed(
            source.capabilities if source is not None else item.info.capabilities, common.fields
        ),
    )


NAMING = ("kind", "full_name", "name")
"""What every card has, whatever `fields` says."""


def _narrowed(abilities: Capabilities, names: tuple[str, ...]) -> Capabilities:
    """Abilities limited to the fields that the user wants written there: what is left out is neither written nor, since
    it is outside the account's shape, ever taken away."""
    if not names:
        return abilities
    limits = [abilities.limit(name) for name in dict.fromkeys((*NAMING, *names))]
    kept = [
        replace(limit, name=name)
        for name, limit in zip(dict.fromkeys((*NAMING, *names)), limits, strict=True)
        if limit is not None
    ]
    return abilities.but(fields=tuple(kept))


def opening(settings: Settings, item: AccountSettings, state: Path) -> Opening:
    """What a connector gets besides its own settings."""
    return Opening(
        account=item.name,
        region=item.common.region or settings.sync.region,
        state_dir=state,
        me=frozenset(address.casefold() for address in settings.me.emails),
    )


def state_folder(store: Path, account: str) -> Path:
    """The private folder of an account beside the store."""
    return store.parent / "accounts" / account


def chosen(settings: Settings, names: Iterable[str]) -> list[str]:
    """The accounts to take part: all, or those named."""
    wanted = set(names)
    return [name for name in settings.accounts if not wanted or name in wanted]
