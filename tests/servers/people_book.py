"""What the People API emulator keeps: people with versions, contact groups, pictures, and a log of changes."""

import base64
import copy
import hashlib
import re
import time
from dataclasses import dataclass, field
from typing import Any

from servers.people_schema import Refused, document, invalid

JSON = dict[str, Any]
SINGLETONS = ("biographies", "birthdays", "genders", "names")
OUTPUT_ONLY = (
    "ageRange",
    "ageRanges",
    "coverPhotos",
    "metadata",
    "photos",
    "relationshipStatuses",
    "taglines",
)
LISTED_VALUES = 100
"""So many addresses and numbers a listing shows of one person; people.get shows all."""

SYSTEM_GROUPS = ("myContacts", "starred", "friends", "family", "coworkers", "chatBuddies", "all", "blocked")


def stale() -> Refused:
    message = "Request person.etag is different than the current person.etag. Clear local cache and get the latest person."
    return Refused(400, "FAILED_PRECONDITION", message, "failedPrecondition")


def not_found(name: str) -> Refused:
    return Refused(404, "NOT_FOUND", f"Requested entity was not found: {name}")


@dataclass
class Stored:
    """One contact: `data` as the client gave it (fields of a CONTACT source), `profile` what a linked profile adds."""

    data: JSON
    version: int
    updated: float
    photo: bytes | None = None
    photo_version: int = 0
    previous: list[str] = field(default_factory=list)
    profile: JSON = field(default_factory=dict)


class PeopleBook:
    """One user's contacts. `changes` has (number, resource name) in order; a sync token is a number in it."""

    def __init__(self) -> None:
        self.people: dict[str, Stored] = {}
        self.others: dict[str, Stored] = {}
        self.groups: dict[str, JSON] = {}
        self.gone_groups: list[tuple[int, str]] = []
        self.changes: list[tuple[int, str]] = []
        self.clock = 0
        self.base_url = ""
        for name in SYSTEM_GROUPS:
            self._put_group(f"contactGroups/{name}", name, "SYSTEM_CONTACT_GROUP")

    def tick(self) -> int:
        self.clock += 1
        return self.clock

    # -- what a user does elsewhere --------------------------------------------------------------

    def add(self, **data: Any) -> str:
        """A contact made by hand; returns its resource name."""
        return self.create(data)

    def edit(self, name: str, **fields: Any) -> None:
        """The user edits a contact: the named fields are replaced."""
        person = self.people[name]
        person.data = {**person.data, **copy.deepcopy(fields)}
        self._touched(name, person)

    def delete(self, name: str) -> None:
        if name not in self.people:
            raise not_found(name)
        del self.people[name]
        self.changes.append((self.tick(), name))

    def rename(self, name: str) -> str:
        """The contact gets linked to a profile: its resource name changes."""
        person = self.people.pop(name)
        new = f"people/c{9_000_000 + self.tick()}"
        person.previous.append(name)
        self.people[new] = person
        self._touched(new, person)
        return new

    def resolve(self, name: str) -> str:
        """The present name of a contact, by a present or an earlier one."""
        if name in self.people:
            return name
        return next((new for new, person in self.people.items() if name in person.previous), "")

    # -- mutations -------------------------------------------------------------------------------

    def create(self, data: JSON) -> str:
        data = self._accept(data)
        data.setdefault("memberships", [_membership("contactGroups/myContacts")])
        name = f"people/c{1_000_000 + self.tick()}"
        person = self.people[name] = Stored(data, self.clock, time.time())
        self._touched(name, person)
        return name

    def update(self, name: str, data: JSON, mask: tuple[str, ...]) -> str:
        self.check_etag(name, data)
        if "memberships" in mask and not data.get("memberships"):
            raise invalid("person.memberships must contain at least one contact group membership")
        accepted = self._accept(data)
        person = self.people[name]
        for part in mask:
            person.data.pop(part, None)
            if accepted.get(part):
                person.data[part] = accepted[part]
        self._touched(name, person)
        return name

    def check_etag(self, name: str, data: JSON) -> None:
        if name not in self.people:
            raise not_found(name)
        sources = [s for s in data.get("metadata", {}).get("sources", []) if s.get("type") == "CONTACT"]
        if not sources and not data.get("etag"):
            raise invalid(
                "Request must set person.etag or person.metadata.sources.etag for the source that is being updated."
            )
        sent = sources[0].get("etag") if sources else data["etag"].partition("|")[2]
        if sent != self.source_etag(self.people[name]):
            raise stale()

    def set_photo(self, name: str, content: bytes | None) -> None:
        if name not in self.people:
            raise not_found(name)
        if content is not None and not content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
            raise invalid("The photo is not JPEG or PNG")
        person = self.people[name]
        # The real server stores its own compression of what it is sent.
        person.photo = None if content is None else content + b"\x00recompressed"
        person.photo_version = self.tick()
        self._touched(name, person)

    def create_group(self, name: str) -> JSON:
        if any(group["name"] == name for group in self.groups.values()):
            raise Refused(409, "ALREADY_EXISTS", "Contact group name already exists.")
        return self._put_group(f"contactGroups/g{self.tick():x}", name, "USER_CONTACT_GROUP")

    def rename_group(self, resource: str, name: str) -> JSON:
        return self._put_group(resource, name, "USER_CONTACT_GROUP")

    def delete_group(self, resource: str) -> None:
        del self.groups[resource]
        self.gone_groups.append((self.tick(), resource))
        for name, person in self.people.items():
            kept = [m for m in person.data.get("memberships", []) if _group_of(m) != resource]
            if kept != person.data.get("memberships", []):
                person.data["memberships"] = kept or [_membership("contactGroups/myContacts")]
                self._touched(name, person)

    def _put_group(self, resource: str, name: str, kind: str) -> JSON:
        group = {"resourceName": resource, "groupType": kind, "name": name, "formattedName": name}
        if kind == "SYSTEM_CONTACT_GROUP":
            group["formattedName"] = {"friends": "Friends", "family": "Family", "coworkers": "Coworkers"}.get(
                name, name
            )
        self.groups[resource] = {
            **group,
            "etag": f"g{self.tick()}",
            "metadata": {"updateTime": _stamp(time.time())},
        }
        return self.groups[resource]

    def _accept(self, data: JSON) -> JSON:
        data = copy.deepcopy({key: value for key, value in data.items() if key not in OUTPUT_ONLY})
        for key in ("etag", "resourceName"):
            data.pop(key, None)
        for name in SINGLETONS:
            if len(data.get(name, ())) > 1:
                raise invalid(f"Only one {name} is allowed for a contact source")
        for member in data.get("memberships", ()):
            if _group_of(member) not in self.groups:
                raise invalid(f"Invalid contact group {_group_of(member)!r}")
        for row in (*data.get("birthdays", ()), *data.get("events", ())):
            _check_date(row.get("date"))
        for rows in data.values():
            for row in rows if isinstance(rows, list) else ():
                for key in ("formattedType", "canonicalForm", "metadata", "formattedProtocol"):
                    row.pop(key, None)
        return data

    def _touched(self, name: str, person: Stored) -> None:
        person.version, person.updated = self.tick(), time.time()
        self.changes.append((self.clock, name))

    # -- reading ---------------------------------------------------------------------------------

    def source_etag(self, person: Stored) -> str:
        return "#" + base64.b64encode(hashlib.sha256(f"{person.version}".encode()).digest()[:9]).decode()

    def render(
        self, name: str, mask: tuple[str, ...], sources: tuple[str, ...], listing: bool = False
    ) -> JSON:
        """A person as the API shows it. The person's etag depends on the mask, that of the source does not."""
        person = self.people.get(name) or self.others[name]
        kind = "CONTACT" if name in self.people else "OTHER_CONTACT"
        source = {"type": kind, "id": name.rpartition("/")[2][1:]}
        etag = (
            f"%{hashlib.sha256(','.join(sorted(mask)).encode()).hexdigest()[:8]}|{self.source_etag(person)}"
        )
        shown: JSON = {"resourceName": name, "etag": etag}
        if "metadata" in mask:
            row = {**source, "etag": self.source_etag(person), "updateTime": _stamp(person.updated)}
            shown["metadata"] = {"sources": [row], "objectType": "PERSON"}
        for part in mask:
            rows = [
                _decorate(part, row, number, source) for number, row in enumerate(person.data.get(part, ()))
            ]
            if part == "photos":
                rows = [self._photo(name, person, source)]
            if not sources or "READ_SOURCE_TYPE_PROFILE" in sources:
                rows += [
                    {**row, "metadata": {"source": {"type": "PROFILE"}}}
                    for row in person.profile.get(part, ())
                ]
            if listing and part in ("emailAddresses", "phoneNumbers"):
                rows = rows[:LISTED_VALUES]
            if rows and part != "metadata":
                shown[part] = rows
        return shown

    def _photo(self, name: str, person: Stored, source: JSON) -> JSON:
        row: JSON = {"metadata": {"primary": True, "source": source}}
        if person.photo is None:
            return {**row, "url": f"{self.base_url}/photo/default/{name}=s100", "default": True}
        return {**row, "url": f"{self.base_url}/photo/{person.photo_version}/{name}=s100"}

    def tombstone(self, name: str) -> JSON:
        return {
            "resourceName": name,
            "etag": "%deleted",
            "metadata": {"deleted": True, "objectType": "PERSON"},
        }


def _membership(group: str) -> JSON:
    return {"contactGroupMembership": {"contactGroupResourceName": group}}


def _group_of(member: JSON) -> str:
    return str(member.get("contactGroupMembership", {}).get("contactGroupResourceName", ""))


def _stamp(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1e6):06d}Z"


def _check_date(date: JSON | None) -> None:
    if date is None:
        return
    year, month, day = (date.get(key, 0) for key in ("year", "month", "day"))
    whole = 1 <= month <= 12 and 1 <= day <= 31
    partial = year and not day and 0 <= month <= 12
    if not (0 <= year <= 9999 and (whole or partial)):
        raise invalid(f"Invalid date {date}")


def _decorate(part: str, row: JSON, number: int, source: JSON) -> JSON:
    """What the server adds to a value: where it comes from, and the fields that are output only."""
    shown = {**row, "metadata": {"primary": number == 0, "source": source}}
    known = document()["schemas"]["Person"]["properties"][part]
    schema = document()["schemas"][known["items"]["$ref"]]["properties"] if "items" in known else {}
    if "type" in row and "formattedType" in schema:
        shown["formattedType"] = row["type"].capitalize()
    if part == "names":
        return _name(shown)
    if part == "phoneNumbers" and row.get("value", "").startswith("+"):
        shown["canonicalForm"] = "+" + re.sub(r"\D", "", row["value"])
    if part == "addresses" and "formattedValue" not in row:
        order = ("streetAddress", "extendedAddress", "postalCode", "city", "region", "country")
        shown["formattedValue"] = "\n".join(row[key] for key in order if row.get(key))
    return shown


def _name(row: JSON) -> JSON:
    """Google parses a free form name into parts where these are missing, and joins parts where it is missing."""
    parts = ("honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix")
    if not any(row.get(part) for part in parts) and row.get("unstructuredName"):
        words = row["unstructuredName"].split()
        row |= {"givenName": words[0]} | ({"familyName": " ".join(words[1:])} if words[1:] else {})
    row.setdefault("unstructuredName", " ".join(row[part] for part in parts if row.get(part)))
    return {**row, "displayName": row["unstructuredName"]}
