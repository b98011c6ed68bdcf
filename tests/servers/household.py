"""A household: several accounts in one config file, synced in this process the way `kith sync` does it."""

import json
from pathlib import Path
from typing import Any

from kith.config.load import load
from kith.sync.request import Request, Result
from kith.sync.run import sync
from servers.places import Place


class Household:
    """Accounts by name over one store in a folder of the test's own."""

    def __init__(self, folder: Path, **places: Place) -> None:
        self.places = places
        self.config, self.store = folder / "config.toml", folder / "kith.db"
        lines = ["[sync]", 'region = "DE"', ""]
        for name, place in places.items():
            lines += [f"[accounts.{name}]", 'connector = "carddav"', 'mode = "two-way"']
            lines += [f"{key} = {_toml(value)}" for key, value in place.settings.items()]
            lines.append("")
        self.config.write_text("\n".join(lines), "utf-8")
        self.config.chmod(0o600)

    def sync(self, **wishes: Any) -> Result:
        """One run, of which every account keeps the record of requests."""
        for place in self.places.values():
            place.requests.clear()
        return sync(load(self.config), self.store, Request(**wishes))

    def writes(self) -> dict[str, list[str]]:
        """What the last run asked the accounts to change, as "METHOD path -> status"."""
        return {
            name: [f"{one.method} {one.path} -> {one.status}" for one in place.writes()]
            for name, place in self.places.items()
        }

    def problems(self, result: Result) -> list[str]:
        """What went wrong, in words."""
        told = [
            f"{one.name}: {one.status}: {one.problem}"
            for one in result.accounts.values()
            if one.status != "ok"
        ]
        return [*told, *(f"{done.account}: {why}" for done in result.applied for _, why in done.refused)]


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)
