"""One configured endpoint."""

from dataclasses import dataclass, field

from kith.model.capabilities import Capabilities


@dataclass(frozen=True, slots=True)
class Account:
    """An account as `decide` sees it. `rank` 0 is the first in the config: the one that wins.

    `mode`: read, two-way. `role`: owner (creates people), enrich (adds to people already known).
    `deletes`: everywhere, here, never. `outside`: leave, remove. `duplicates`: consolidate, keep.
    `max_delete`: a number such as "7" or a share such as "10%".
    """

    name: str
    connector: str = "memory"
    mode: str = "read"
    role: str = "owner"
    rank: int = 0
    region: str = ""
    filter: str = ""
    outside: str = "leave"
    duplicates: str = "consolidate"
    deletes: str = "everywhere"
    max_delete: str = "10%"
    create_in: str = ""
    capabilities: Capabilities = field(default_factory=Capabilities)

    @property
    def writable(self) -> bool:
        return self.mode == "two-way" and self.capabilities.writes
