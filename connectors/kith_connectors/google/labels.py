"""Labels: Google's contact groups as lists of a contact. Google's own groups (myContacts, starred, ...) are no lists."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kith_connectors.google.slots import Entry

MY_CONTACTS = "contactGroups/myContacts"
"""Every contact is in at least one group; this one makes it show up under "Contacts"."""

USER = "USER_CONTACT_GROUP"


@dataclass
class Labels:
    """The groups of an account: `names` {resource name: name} of the user's own, `system` those of Google."""

    names: dict[str, str] = field(default_factory=dict)
    system: set[str] = field(default_factory=set)

    def take(self, groups: Iterable[dict[str, Any]]) -> set[str]:
        """Take in a listing or its changes; returns the labels whose name is another than before."""
        renamed = set()
        for group in groups:
            resource = str(group["resourceName"])
            if group.get("metadata", {}).get("deleted"):
                self.names.pop(resource, None)
            elif group.get("groupType") == USER:
                name = _plain(str(group.get("name", "")))
                if self.names.get(resource, name) != name:
                    renamed.add(resource)
                self.names[resource] = name
            else:
                self.system.add(resource)
        return renamed

    def resource(self, name: str) -> str:
        """The resource name of a label, "" where there is none of that name."""
        return next((resource for resource, held in self.names.items() if held == _plain(name)), "")

    def read(self, memberships: Iterable[Entry]) -> tuple[str, ...]:
        """The lists that a contact is on, sorted."""
        return tuple(
            sorted({self.names[group] for group in map(group_of, memberships) if group in self.names})
        )

    def unknown(self, memberships: Iterable[Entry]) -> bool:
        """Whether a membership names a group that was never listed."""
        groups = {group_of(row) for row in memberships} - {""}
        return bool(groups - set(self.names) - self.system)

    def write(self, memberships: Iterable[Entry], wanted: Iterable[str]) -> list[Entry]:
        """The new memberships: Google's own groups as they are, and exactly the labels that are wanted."""
        kept = [group for group in map(group_of, memberships) if group and group not in self.names]
        groups = dict.fromkeys([*kept, *wanted]) or {MY_CONTACTS: None}
        return [{"contactGroupMembership": {"contactGroupResourceName": group}} for group in groups]


def group_of(membership: Entry) -> str:
    return str(membership.get("contactGroupMembership", {}).get("contactGroupResourceName", ""))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)
