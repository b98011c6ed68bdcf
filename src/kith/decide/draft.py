"""The values of one decision as they come about."""

from dataclasses import dataclass, field

from kith.merge.merge import Contribution
from kith.model.account import Account
from kith.model.facts import Facts
from kith.model.holding import Holding
from kith.model.link import Link
from kith.model.operation import Reason
from kith.model.person import USER, Person
from kith.model.plan import Event, Hold
from kith.model.record import RecordKey, place


@dataclass
class Draft:
    """The values of one decision as they come about; nothing of it leaves `decide`."""

    facts: Facts
    accounts: dict[str, Account]
    people: dict[str, Person]
    holdings: dict[RecordKey, Holding]
    holds: dict[str, Hold] = field(default_factory=dict)
    contributions: dict[str, list[Contribution]] = field(default_factory=dict)
    changed: dict[RecordKey, Holding] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    gone: list[RecordKey] = field(default_factory=list)
    reasons: dict[str, tuple[Reason, str]] = field(default_factory=dict)
    restored: dict[str, set[str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    moved_by: dict[str, set[str]] = field(default_factory=dict)  # person -> accounts that deleted it

    doubts: dict[str, set[str]] = field(default_factory=dict)
    lists: dict[RecordKey, Holding] = field(default_factory=dict)
    renames: dict[str, str] = field(default_factory=dict)
    by_person: dict[str, list[RecordKey]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.holdings.values():
            self.by_person.setdefault(item.person, []).append(item.key)

    def cards(self, person: str) -> list[Holding]:
        """The cards of a person as they are now, in a fixed order."""
        keys = self.by_person.get(person, ())
        ordered = sorted(keys, key=place) if len(keys) > 1 else keys
        return [self.holdings[key] for key in ordered if key in self.holdings]

    def stands(self, person: str) -> bool:
        """Whether a person is there: not deleted, and with cards."""
        found = self.people.get(person)
        return (found is None or found.state != "deleted") and bool(self.cards(person))

    def put(self, item: Holding) -> None:
        """Take in a card's new baseline."""
        if item.key not in self.holdings:
            self.by_person.setdefault(item.person, []).append(item.key)
        self.holdings[item.key] = self.changed[item.key] = item

    def by_hand(self, source: RecordKey) -> bool:
        """Whether someone wrote there: in kith itself, or on a device that is in two-way."""
        account = self.accounts.get(source.account)
        return source == USER or (account is not None and account.writable)

    def rank(self, key: RecordKey) -> int:
        account = self.accounts.get(key.account)
        return account.rank if account else 1_000_000
