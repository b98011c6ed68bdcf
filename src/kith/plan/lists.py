"""Lists that live as cards of their own (Apple's group cards): memberships in, memberships out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kith.merge.delta import Change
from kith.model.account import Account
from kith.model.contact import Contact
from kith.model.holding import Holding
from kith.model.identity import remote_id
from kith.model.operation import Action, FieldChange, Operation, Reason
from kith.model.person import Person
from kith.model.record import RecordKey

URN = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class ListChange:
    """What a list card's owner did: `joined` and `left` are UIDs, `name` is its name now ("" where it was deleted),
    `was` its earlier name ("" for a new one)."""

    name: str
    was: str
    joined: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()

    @property
    def renamed(self) -> bool:
        return bool(self.was and self.name and self.was != self.name)

    def changes(self, uids: Iterable[str], groups: Iterable[str]) -> tuple[Change, ...]:
        """The change of memberships for a person with these UIDs in that account and these lists so far."""
        own = {bare(uid) for uid in uids}
        found: list[Change] = []
        listed = self.was in set(groups)
        if (not self.name and listed) or own & self.left:
            found.append(Change("groups", self.was, self.was, None))
        elif self.renamed and listed:
            found += [
                Change("groups", self.was, self.was, None),
                Change("groups", self.name, None, self.name),
            ]
        if own & self.joined:
            found.append(Change("groups", self.name, None, self.name))
        return tuple(found)


def bare(uid: str) -> str:
    """A UID as cards and list cards both may write it."""
    return uid.removeprefix(URN)


def members(contact: Contact) -> frozenset[str]:
    """The UIDs on a list card."""
    return frozenset(bare(uid) for uid in contact.members)


def compare(before: Contact | None, after: Contact | None) -> ListChange:
    """What changed on a list card; `after` None: it was deleted."""
    old = members(before) if before else frozenset()
    new = members(after) if after else frozenset()
    name, was = after.full_name if after else "", before.full_name if before else ""
    return ListChange(name, was, new - old, (old - new) if after else frozenset())


@dataclass(frozen=True, slots=True)
class Membership:
    """A person with the UIDs of its cards in one account, those about to be created there included."""

    person: Person
    uids: tuple[str, ...] = ()


@dataclass
class _Wanted:
    """One list as it shall be in one account."""

    card: Holding | None
    name: str
    members: list[str] = field(default_factory=list)


def plan_lists(
    account: Account, cards: Iterable[Holding], people: Iterable[Membership], renames: Mapping[str, str]
) -> list[Operation]:
    """Operations on the list cards of one account, for the people that a run touches; others' memberships stay."""
    wanted = {
        item.held.full_name: _Wanted(item, item.held.full_name, list(item.held.members)) for item in cards
    }
    for old, new in renames.items():
        if old in wanted and new not in wanted:
            wanted[new] = wanted.pop(old)
            wanted[new].name = new
    for one in people:
        groups = set(one.person.contact.groups) if one.person.state == "active" else set()
        for name in sorted(groups - wanted.keys()):
            if one.uids:
                wanted[name] = _Wanted(None, name)
        for name, item in wanted.items():
            _place(item, one.uids, name in groups)
    operations = [_operation(account, item) for _, item in sorted(wanted.items())]
    return [operation for operation in operations if operation is not None]


def _place(item: _Wanted, uids: tuple[str, ...], inside: bool) -> None:
    present = {bare(uid) for uid in item.members}
    own = {bare(uid) for uid in uids}
    if not inside:
        item.members = [uid for uid in item.members if bare(uid) not in own]
    elif own and not own & present:
        item.members.append(uids[0])


def _operation(account: Account, item: _Wanted) -> Operation | None:
    if item.card is None:
        token = remote_id(f"list {item.name}", account.name, account.create_in, "")
        after = Contact(kind="group", full_name=item.name, members=tuple(item.members))
        key = RecordKey(account.name, account.create_in, token)
        fields = (FieldChange("members", "", f"{len(item.members)} people"),)
        title = f"list {item.name}"
        return Operation(
            Action.CREATE,
            key,
            "",
            Reason.MISSING,
            uid=token,
            after=after,
            agreed=after,
            fields=fields,
            title=title,
        )
    held = item.card.held
    after = replace(held, full_name=item.name, members=tuple(item.members))
    if members(after) == members(held) and after.full_name == held.full_name:
        return None
    fields = (FieldChange("members", f"{len(held.members)} people", f"{len(after.members)} people"),)
    if after.full_name != held.full_name:
        fields = (FieldChange("full_name", held.full_name, after.full_name),)
    return Operation(
        Action.UPDATE, item.card.key, "", Reason.EDITED, item.card.revision, held.uid, held, after, after, fields,
        "memberships changed", title=f"list {item.name}",
    )  # fmt: skip
