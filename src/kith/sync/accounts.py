"""Opens the configured accounts and tells `decide` what they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kith.config.settings import AccountSettings, Settings
from kith.connector.api import Source
from kith.connector.info import Opening
from kith.model.account import Account


@dataclass
class OpenAccount:
    """An account with its open connector; `source` None where it could not be opened, then `problem` says why."""

    settings: AccountSettings
    account: Account
    source: Source | None = None
    problem: str = ""
    remedy: str = ""


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
        capabilities=source.capabilities if source is not None else item.info.capabilities,
    )


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
