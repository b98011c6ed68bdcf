"""A small world for tests: memory accounts, a store, and runs of the real engine over them."""

from dataclasses import replace
from pathlib import Path

from kith.config.settings import (
    AccountSettings,
    AccountTable,
    MatchTable,
    MergeTable,
    MeTable,
    Settings,
    StoreTable,
    SyncTable,
)
from kith.connector.info import ConnectorInfo
from kith.model.capabilities import Capabilities
from kith.model.contact import Contact, Email, Name, Phone
from kith.sync.request import Request, Result
from kith.sync.run import sync
from kith_connectors.memory.connector import CAPABILITIES, MemoryAccount, Shelf
from kith_connectors.memory.settings import MemorySettings


def person(given: str, family: str = "", *, email: str = "", phone: str = "", **more: object) -> Contact:
    """A contact with a name and, where given, an address and a mobile number."""
    return Contact(
        full_name=f"{given} {family}".strip(),
        name=Name(family=(family,) if family else (), given=(given,)),
        emails=(Email(email),) if email else (),
        phones=(Phone(phone, ("cell",)),) if phone else (),
        **more,  # type: ignore[arg-type]
    )


class World:
    """Accounts by name, in the order of their rank; every change to a shelf is an edit by its owner."""

    def __init__(self, folder: Path, **accounts: dict[str, object]) -> None:
        self.store = folder / "state" / "kith.db"
        self.shelves = {name: Shelf() for name in accounts}
        self.abilities = {
            name: Capabilities(**table.pop("abilities")) if "abilities" in table else CAPABILITIES
            for name, table in accounts.items()
        }  # type: ignore[arg-type]
        self.tables = accounts
        self.wrap = MemoryAccount

    def settings(self, **sync_keys: object) -> Settings:
        accounts = {}
        for rank, (name, table) in enumerate(self.tables.items()):
            info = ConnectorInfo(
                "memory",
                "Memory",
                MemorySettings,
                self.abilities[name],
                lambda own, opening: self.open(opening.account),
            )
            common = AccountTable(connector="memory", **{"mode": "two-way", **table})  # type: ignore[arg-type]
            accounts[name] = AccountSettings(name, common, info, MemorySettings(shelf=name), rank)
        match = MatchTable(auto=bool(sync_keys.pop("auto", True)))
        return Settings(
            None,
            StoreTable(),
            SyncTable(**{"region": "DE", **sync_keys}),
            match,
            MergeTable(),
            MeTable(),
            accounts,
        )

    def open(self, name: str) -> MemoryAccount:
        return self.wrap(name, self.shelves[name], self.abilities[name])

    def sync(self, request: Request | None = None, **more: object) -> Result:
        settings = self.settings(
            **{key: more.pop(key) for key in ("auto", "max_delete") if key in more and key != "max_delete"}
        )
        return sync(settings, self.store, request or Request(**more))  # type: ignore[arg-type]

    def cards(self, name: str) -> list[Contact]:
        return [contact for _, contact in self.shelves[name].cards.values()]

    def names(self, name: str) -> list[str]:
        return sorted(contact.full_name for contact in self.cards(name))

    def find(self, account: str, name: str) -> str:
        """The remote id of the card with that full name."""
        return next(
            key for key, (_, contact) in self.shelves[account].cards.items() if contact.full_name == name
        )

    def edit(self, account: str, name: str, **changes: object) -> None:
        """The owner changes a card on one account."""
        key = self.find(account, name)
        self.shelves[account].put(key, replace(self.shelves[account].cards[key][1], **changes))  # type: ignore[arg-type]

    def drop(self, account: str, name: str) -> None:
        self.shelves[account].drop(self.find(account, name))
