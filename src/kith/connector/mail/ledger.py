"""Who wrote to whom and when, per address, so that reading the same mail twice changes nothing."""

import hashlib
from bisect import insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields

from kith.connector.mail.addresses import Mailbox, canonical, mailboxes, shown
from kith.connector.mail.attached import contact_of, own_card
from kith.connector.mail.folders import OTHER, SENT
from kith.connector.mail.headers import UNDATED, Headers, people, stamp
from kith.connector.mail.machines import is_bulk, list_addresses, nature
from kith.connector.mail.names import before_via, quality, spoken, tidy
from kith.connector.mail.settings import MailSettings
from kith.model.contact import Contact, Email

KEPT = 40
"""How many of the newest stamps are kept for each address and direction: a count of 40 means 40 or more."""

CARD = "#card"
"""What the remote id of an attached card has after the address."""

_SPELLINGS = 5
_OWN_AFTER = 3  # messages in Sent that must come from an address before it is taken for the owner's


@dataclass(slots=True)
class Entry:
    """What is known of one address.

    `sent` and `received` are stamps of messages to and from it, sorted: sets of which the newest `KEPT` are kept, so
    the order and the number of readings do not matter. `first` is the oldest time (0 for none). Names and spellings
    of the address map to the newest stamp they were seen with: `own` is the name they use, `typed` the one I used.
    `card` is the newest vCard they attached to a mail of theirs, as {text: stamp}.
    """

    sent: list[int] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    first: int = 0
    own: dict[str, int] = field(default_factory=dict)
    typed: dict[str, int] = field(default_factory=dict)
    spelled: dict[str, int] = field(default_factory=dict)
    card: dict[str, int] = field(default_factory=dict)

    def count(self, stamps: list[int], when: int) -> None:
        if when in stamps:
            return
        insort(stamps, when)
        del stamps[:-KEPT]
        if when > UNDATED and (not self.first or when < self.first):
            self.first = when


@dataclass(frozen=True, slots=True)
class Traffic:
    """For the care of relations: messages to and from an address (at most `KEPT` each) and epoch seconds of the first,
    of the last I sent and of the last they sent (0 for none)."""

    sent: int
    received: int
    first: int
    last_sent: int
    last_received: int


class Ledger:
    """The correspondence of one account. Feed it headers with `add`; ask it for contacts.

    `me` are the owner's addresses; further ones are learnt from mail in Sent. `now` (epoch seconds) only tells which
    dates lie in the future.
    """

    def __init__(self, rules: MailSettings, me: Iterable[str], now: float) -> None:
        self.rules, self.now = rules, now
        self.me = frozenset(canonical(address) for address in (*me, *rules.addresses) if "@" in address)
        self.people: dict[str, Entry] = {}
        self.lists: set[str] = set()
        self.senders: dict[str, list[int]] = {}  # addresses that mail in Sent comes from
        self._mine: frozenset[str] | None = None

    @property
    def mine(self) -> frozenset[str]:
        """The owner's addresses: those stated, and those that mail in Sent regularly comes from."""
        if self._mine is None:
            learnt = {address for address, stamps in self.senders.items() if len(stamps) >= _OWN_AFTER}
            if not self.me and not learnt and self.senders:
                learnt = {max(sorted(self.senders), key=lambda address: len(self.senders[address]))}
            self._mine = self.me | learnt
        return self._mine

    def add(self, headers: Headers, kind: str = OTHER) -> str:
        """Count one message from a folder of that kind (`folders.SENT` or `folders.OTHER`).

        Returns the canonical address of the person who wrote it to me personally, "" for all other mail.
        """
        for address in list_addresses(headers):
            self.lists.add(canonical(address))
        senders = mailboxes(headers.get("FROM", ""))
        if not senders:
            return ""
        when = stamp(headers, self.now)
        sender = canonical(senders[0].address)
        if kind == SENT or sender in self.mine:
            if not is_bulk(headers):
                self._sent(headers, sender, when, kind)
            return ""
        return self._received(headers, senders[0], when)

    def offer(self, address: str, headers: Headers, data: bytes) -> None:
        """Take over a vCard that came attached to a message counted before, if it is the sender's own."""
        when, entry = stamp(headers, self.now), self.entry(address)
        text = own_card(data, address)
        if text and all((when, text) > (at, held) for held, at in entry.card.items()):
            entry.card = {text: when}

    def _sent(self, headers: Headers, sender: str, when: int, kind: str) -> None:
        if kind == SENT:
            self._count_sender(sender, when)
        receivers = {canonical(box.address): box for box in people(headers, "TO", "CC", "BCC")}
        if len(receivers) > self.rules.max_recipients:
            return
        for address, box in receivers.items():
            entry = self.entry(address)
            entry.count(entry.sent, when)
            _note(entry.spelled, shown(box.address), when)
            _note(entry.typed, tidy(box.name), when)

    def _received(self, headers: Headers, box: Mailbox, when: int) -> str:
        via = before_via(box.name)
        answers = mailboxes(headers.get("REPLY-TO", "")) if via else ()
        if via and len(answers) == 1 and canonical(answers[0].address) not in self.lists:
            box = Mailbox(via, answers[0].address)  # the list is in From, the person in Reply-To
        elif via:
            return ""
        bulk = is_bulk(headers)
        address = canonical(box.address)
        if (bulk and not via) or address in self.mine or nature(shown(box.address)) == "machine":
            return ""
        entry = self.entry(address)
        _note(entry.own, tidy(box.name), when)
        if bulk or self._recipients(headers) > self.rules.max_recipients:
            return ""
        _note(entry.spelled, shown(box.address), when)
        entry.count(entry.received, when)
        return address

    def _recipients(self, headers: Headers) -> int:
        return sum(len(mailboxes(headers[name])) for name in ("TO", "CC") if name in headers)

    def _count_sender(self, sender: str, when: int) -> None:
        stamps = self.senders.setdefault(sender, [])
        if when not in stamps and len(stamps) < _OWN_AFTER:
            stamps.append(when)
            self._mine = None

    def entry(self, address: str) -> Entry:
        """The entry of a canonical address, made where there is none."""
        found = self.people.get(address)
        if found is None:
            found = self.people[address] = Entry()
        return found

    # Answers.

    def correspondents(self) -> Iterator[str]:
        """The canonical addresses that are contacts under the rules, sorted."""
        return (address for address in sorted(self.people) if self.belongs(address))

    def belongs(self, address: str) -> bool:
        """Whether an address is a contact under the rules."""
        entry = self.people.get(address)
        if entry is None or address in self.mine or address in self.lists:
            return False
        wrote = bool(entry.sent) or (self.rules.include_received and len(entry.received) >= 2)
        if not wrote or len(entry.sent) + len(entry.received) < self.rules.min_messages:
            return False
        looks = {nature(spelling) for spelling in (address, *entry.spelled)}
        return "machine" not in looks and ("role" not in looks or self.rules.include_roles)

    def contact(self, address: str) -> Contact:
        """The card of a correspondent: addresses as written, the best name. The name that the person uses wins."""
        entry = self.people[address]
        said = spoken(_best(entry.own, address) or _best(entry.typed, address))
        kind = "org" if nature(address) == "role" else said.kind
        spellings = sorted(entry.spelled, key=lambda text: ("+" in text, text)) or [shown(address)]
        plain = [text for text in spellings if "+" not in text.partition("@")[0]]
        emails = tuple(Email(text) for text in plain[:_SPELLINGS] or spellings[:_SPELLINGS])
        name = said.name if kind == "individual" else type(said.name)()
        return Contact(kind=kind, full_name=said.full_name, name=name, emails=emails)

    def records(self, address: str) -> dict[str, Contact]:
        """{remote id: contact} of an address: none where it is no contact; the card it sent is one of its own."""
        if not self.belongs(address):
            return {}
        found = {address: self.contact(address)}
        for text in self.people[address].card if self.rules.attached_cards else ():
            found[address + CARD] = contact_of(text)
        return found

    def traffic(self, address: str) -> Traffic:
        """Counts and dates of a canonical address; zeros where it is unknown."""
        entry = self.people.get(address, Entry())
        last = [
            max((at for at in stamps if at > UNDATED), default=0) for stamps in (entry.sent, entry.received)
        ]
        return Traffic(len(entry.sent), len(entry.received), entry.first, last[0], last[1])

    # State.

    def dump(self) -> dict[str, object]:
        """The state as JSON values. Grows with the number of correspondents, not with that of messages."""
        rows = {
            address: [
                entry.sent,
                entry.received,
                entry.first,
                entry.own,
                entry.typed,
                entry.spelled,
                entry.card,
            ]
            for address, entry in sorted(self.people.items())
        }
        return {"people": rows, "lists": sorted(self.lists), "senders": self.senders}

    def load(self, state: dict[str, object]) -> None:
        """Take over what `dump` gave. Raises TypeError, KeyError or ValueError for anything else."""
        rows, lists, senders = state["people"], state["lists"], state["senders"]
        if not (isinstance(rows, dict) and isinstance(lists, list) and isinstance(senders, dict)):
            raise TypeError("not the state of a ledger")
        self.people = {address: Entry(*row) for address, row in rows.items()}
        self.lists, self.senders, self._mine = set(lists), senders, None


def revision(card: Contact) -> str:
    """A hash of what a record says. Counts and dates are not part of it."""
    said = [(row.name, value) for row in fields(card) if (value := getattr(card, row.name))]
    return hashlib.sha256(repr(said).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _note(seen: dict[str, int], text: str, when: int) -> None:
    """Remember a spelling with the newest time it was used; the oldest of more than five is forgotten."""
    if not text or seen.get(text, -1) >= when:
        return
    seen[text] = when
    if len(seen) > _SPELLINGS:
        del seen[min(seen, key=lambda key: (seen[key], key))]


def _best(names: dict[str, int], address: str) -> str:
    if len(names) == 1:
        return next(iter(names))
    ranked = sorted(names, key=lambda name: (quality(name, address), names[name], name))
    return ranked[-1] if ranked else ""
