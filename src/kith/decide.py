"""Facts -> Plan: the pure line. What was pulled is compared with what was agreed, newcomers find their person, every
person is merged, and each account gets what it lacks."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kith.match.assign import Assignment, assign
from kith.merge.delta import delta, patch, translate
from kith.merge.merge import Contribution, Merged, merge
from kith.model.account import Account
from kith.model.facts import Facts
from kith.model.holding import Holding
from kith.model.link import Link, LinkedBy
from kith.model.operation import Action, Operation, Reason
from kith.model.person import Person
from kith.model.plan import Conflict, Event, HeldBack, Hold, Plan
from kith.model.record import RecordKey, SourceRecord
from kith.plan.guard import ANY, rewritten, vanished
from kith.plan.plan import Wish, plan_person
from kith.plan.shape import unheld


@dataclass
class _Run:
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
    by_person: dict[str, set[RecordKey]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.holdings.values():
            self.by_person.setdefault(item.person, set()).add(item.key)

    def cards(self, person: str) -> list[Holding]:
        """The cards of a person as they are now, in a fixed order."""
        return [self.holdings[key] for key in sorted(self.by_person.get(person, ())) if key in self.holdings]

    def put(self, item: Holding) -> None:
        """Take in a card's new baseline."""
        self.holdings[item.key] = self.changed[item.key] = item
        self.by_person.setdefault(item.person, set()).add(item.key)

    def rank(self, key: RecordKey) -> int:
        account = self.accounts.get(key.account)
        return account.rank if account else 1_000_000


def decide(facts: Facts) -> Plan:
    """The plan that these facts lead to. The same facts in another order lead to the same plan."""
    run = _Run(
        facts,
        {account.name: account for account in facts.accounts},
        {person.id: person for person in facts.persons},
        {item.key: item for item in facts.holdings},
    )
    _hold_vanished(run)
    newcomers = _take_in(run)
    assignment = assign(facts, newcomers, run.changed)
    _link(run, assignment)
    merged = {person: _merge_person(run, person) for person in sorted(run.contributions)}
    for person, result in merged.items():
        run.people[person] = result.person
    _take_out(run)
    run.touched |= set(run.people) if facts.rules.full else facts.dirty & set(run.people)
    return _plan(run, merged, assignment)


def _hold_vanished(run: _Run) -> None:
    """Guard deletions before they are facts."""
    here = {(record.key.account, record.contact.uid) for record in run.facts.pulled if record.contact.uid}
    gone = set(run.facts.gone)
    for name, account in sorted(run.accounts.items()):
        counts: dict[str, int] = {}
        for key in sorted(gone):
            item = run.holdings.get(key)
            if key.account != name or item is None or (name, item.held.uid) in here:
                continue
            if not _has_another_card(run, item, gone):
                counts[key.book] = counts.get(key.book, 0) + 1
        books = [book for book in run.facts.books if book.account == name]
        allowed = ANY if name in run.facts.rules.rejected else run.facts.rules.allowed.get(name)
        hold = vanished(account, books, counts, allowed)
        if hold is not None:
            run.holds[name] = hold


def _has_another_card(run: _Run, item: Holding, gone: set[RecordKey]) -> bool:
    return any(
        other.key.book == item.key.book and other.key.account == item.key.account
        for other in run.cards(item.person)
        if other.key != item.key and other.key not in gone
    )


def _take_in(run: _Run) -> list[SourceRecord]:
    """Compare every pulled card with its baseline; returns the cards that have no person yet."""
    newcomers = []
    for record in sorted(run.facts.pulled, key=lambda item: (run.rank(item.key), item.key)):
        item = run.holdings.get(record.key)
        if item is None:
            newcomers.append(record)
            continue
        if record.grade == "quarantine":
            run.put(replace(item, revision=record.revision, grade="quarantine"))
            continue
        _take_change(run, item, record)
    for record in newcomers:
        run.warnings += [f"{record.key.account}: {problem}" for problem in record.problems]
    return [record for record in newcomers if record.grade not in ("quarantine", "reject")]


def _take_change(run: _Run, item: Holding, record: SourceRecord) -> None:
    changes = delta(item.held, record.contact)
    meant = translate(changes, item.held, item.agreed) if item.agreed is not None else changes
    agreed = patch(item.agreed, meant) if item.agreed is not None else None
    run.put(
        replace(
            item,
            revision=record.revision,
            held=record.contact,
            agreed=agreed,
            grade=record.grade,
            modified=record.modified,
        )
    )
    if not changes:
        return
    account = run.accounts.get(record.key.account)
    run.contributions.setdefault(item.person, []).append(
        Contribution(
            record.key,
            run.rank(record.key),
            device=bool(account and account.writable),
            contact=record.contact,
            changes=meant,
            modified=record.modified,
        )
    )
    run.touched.add(item.person)
    run.reasons[item.person] = (Reason.EDITED, f"edited on {record.key.account}")
    run.events.append(Event(item.person, "edited", record.key, ", ".join(sorted({c.field for c in changes}))))


def _link(run: _Run, assignment: Assignment) -> None:
    """Give every newcomer its person."""
    order = int(run.facts.now) * 1_000_000
    for link in assignment.links:
        order += 1
        record = assignment.records[link.key]
        item = Holding(
            link.key,
            link.person,
            record.revision,
            record.contact,
            linked_by=link.by,
            linked_at=order,
            grade=record.grade,
            modified=record.modified,
        )
        known = link.person in run.people
        run.people.setdefault(
            link.person, Person(link.person, state=_first_state(run, assignment, link.person))
        )
        run.put(item)
        run.links.append(link)
        account = run.accounts[link.key.account]
        person = run.people[link.person]
        if account.role == "owner" and person.state == "inbox":
            run.people[link.person] = replace(person, state="active")
        run.contributions.setdefault(link.person, []).append(
            Contribution(
                link.key,
                run.rank(link.key),
                device=account.writable,
                contact=record.contact,
                joins=True,
                modified=record.modified,
            )
        )
        run.touched.add(link.person)
        run.reasons.setdefault(
            link.person,
            (Reason.ENRICHED, f"{link.key.account} adds to it" if known else f"new on {link.key.account}"),
        )
        run.events.append(Event(link.person, "linked", link.key, "; ".join(link.because) or link.by))


def _first_state(run: _Run, assignment: Assignment, person: str) -> str:
    owners = (
        run.accounts[link.key.account].role == "owner" for link in assignment.links if link.person == person
    )
    return "active" if any(owners) else "inbox"


def _merge_person(run: _Run, person: str) -> Merged:
    ranks = {item.key: run.rank(item.key) for item in run.cards(person)}
    return merge(run.people[person], run.contributions[person], run.facts.now, run.facts.rules.prefer, ranks)


def _take_out(run: _Run) -> None:
    """What certain deletions mean for the people whose cards they were."""
    for key in sorted(run.facts.gone):
        item = run.holdings.get(key)
        if item is None or key.account in run.holds:
            continue
        del run.holdings[key]
        run.changed.pop(key, None)
        run.gone.append(key)
        account = run.accounts.get(key.account)
        person = run.people.get(item.person)
        if account is None or person is None or not account.writable:
            continue
        person = run.people[item.person] = replace(person, generation=person.generation + 1)
        run.touched.add(item.person)
        still = any(other.key.account == key.account for other in run.cards(item.person))
        if still or person.state != "active":
            continue
        _person_deleted(run, person, account, key)


def _person_deleted(run: _Run, person: Person, account: Account, key: RecordKey) -> None:
    edited = any(item.key != key and not item.joins for item in run.contributions.get(person.id, ()))
    added = any(item.joins and item.device for item in run.contributions.get(person.id, ()))
    if account.name in run.facts.rules.rejected or account.deletes == "never":
        run.restored.setdefault(person.id, set()).add(account.name)
        run.events.append(Event(person.id, "put back", key, f"deleted on {account.name}"))
    elif edited or added:
        run.restored.setdefault(person.id, set()).add(account.name)
        run.events.append(
            Event(
                person.id,
                "kept",
                key,
                f"deleted on {account.name}, but changed elsewhere since: an edit beats a deletion",
            )
        )
    elif _deletes_here(account):
        run.people[person.id] = replace(person, kept_out=tuple(sorted({*person.kept_out, account.name})))
        run.events.append(Event(person.id, "kept out", key, f"deleted on {account.name}, stays elsewhere"))
    else:
        run.people[person.id] = replace(person, state="deleted")
        run.moved_by.setdefault(person.id, set()).add(account.name)
        run.reasons[person.id] = (Reason.DELETED, f"deleted on {account.name}")
        run.events.append(Event(person.id, "deleted", key, f"deleted on {account.name}"))


def _deletes_here(account: Account) -> bool:
    return account.deletes == "here" or (account.deletes == "" and bool(account.filter))


def _plan(run: _Run, merged: dict[str, Merged], assignment: Assignment) -> Plan:
    writable = [account for account in run.facts.accounts if account.writable]
    run.doubts = _doubts(run, assignment)
    operations: list[Operation] = []
    held_back: list[HeldBack] = []
    for person in sorted(run.touched):
        if person in run.people:
            draft = plan_person(_wish(run, person, merged), writable)
            operations += draft.operations
            held_back += draft.held_back
    operations, refused = _refused(run, operations)
    _hold_rewritten(run, operations)
    stopped = set(run.holds) | set(run.facts.asleep)
    pending = {operation.person for operation in operations if operation.key.account in stopped}
    held_back += [
        HeldBack(operation.key.account, operation.person, "the account is held", operation.title)
        for operation in operations
        if operation.key.account in run.holds
    ]
    conflicts: list[Conflict] = [conflict for result in merged.values() for conflict in result.conflicts]
    return Plan(
        operations=tuple(_ordered(run, [item for item in operations if item.key.account not in stopped])),
        persons=tuple(
            person
            for person in sorted(run.people.values(), key=lambda item: item.id)
            if person.id in run.touched
        ),
        holdings=tuple(item for _, item in sorted(run.changed.items())),
        links=tuple(run.links),
        gone=tuple(run.gone),
        questions=assignment.questions,
        conflicts=tuple(conflicts),
        holds=tuple(hold for _, hold in sorted(run.holds.items())),
        held_back=tuple(held_back) + tuple(refused),
        events=tuple(run.events) + tuple(event for result in merged.values() for event in result.events),
        warnings=tuple(run.warnings) + assignment.warnings,
        unheld=_unheld(run, writable),
        pending=frozenset(pending | {item.person for item in refused}),
    )


def _wish(run: _Run, person: str, merged: dict[str, Merged]) -> Wish:
    usual = (Reason.UNDONE, "taken back") if run.facts.rules.undoing else (Reason.DRIFTED, "not as agreed")
    reason, because = run.reasons.get(person, usual)
    return Wish(
        run.people[person],
        tuple(run.cards(person)),
        reason,
        because,
        merged[person].respelled if person in merged else frozenset(),
        _waiting(run, person),
        frozenset(run.restored.get(person, ())),
        run.facts.unwanted,
        str(run.people[person].generation),
    )


def _waiting(run: _Run, person: str) -> frozenset[str]:
    """Accounts that hold a card of someone who may be this person."""
    accounts: set[str] = set()
    for other in run.doubts.get(person, ()):
        accounts |= {held.key.account for held in run.cards(other)}
    return frozenset(accounts)


def _doubts(run: _Run, assignment: Assignment) -> dict[str, set[str]]:
    """{person: people that it may be the same as}."""
    doubts: dict[str, set[str]] = {}
    for question in (*run.facts.questions, *assignment.questions):
        first, second = run.holdings.get(question.a), run.holdings.get(question.b)
        if first is not None and second is not None and first.person != second.person:
            doubts.setdefault(first.person, set()).add(second.person)
            doubts.setdefault(second.person, set()).add(first.person)
    return doubts


def _refused(run: _Run, operations: list[Operation]) -> tuple[list[Operation], list[HeldBack]]:
    """Take out what an account has refused before and would refuse again."""
    kept, refused = [], []
    for operation in operations:
        why = run.facts.refused.get(fingerprint(operation)) if run.facts.refused else None
        if why is None:
            kept.append(operation)
        else:
            refused.append(HeldBack(operation.key.account, operation.person, why, operation.title))
    return kept, refused


def fingerprint(operation: Operation) -> str:
    """What an operation would send, whatever revision it starts from: equal for equal content."""
    return f"{operation.action}|{operation.key}|{operation.agreed!r}"


def _hold_rewritten(run: _Run, operations: Iterable[Operation]) -> None:
    approved = set(run.facts.rules.allowed) | run.facts.rules.rejected
    first = any(book.new for book in run.facts.books)
    for name, account in sorted(run.accounts.items()):
        own = [
            operation
            for operation in operations
            if operation.key.account == name and not (run.moved_by.get(operation.person, set()) & approved)
        ]
        books = {book.book: book for book in run.facts.books if book.account == name}
        hold = rewritten(account, books, own, name in approved, first)
        if hold is not None and name not in run.holds:
            run.holds[name] = hold


def _ordered(run: _Run, operations: list[Operation]) -> list[Operation]:
    """Account by account; in each what is created, then what is updated, then what is deleted."""
    steps = {Action.CREATE: 0, Action.UPDATE: 1, Action.DELETE: 2}
    return sorted(
        operations, key=lambda item: (run.rank(item.key), item.key.account, steps[item.action], item.key)
    )


def _unheld(run: _Run, writable: list[Account]) -> tuple[tuple[str, str, int], ...]:
    counts: dict[tuple[str, str], int] = {}
    for person in run.touched:
        if person not in run.people or run.people[person].state != "active":
            continue
        for account in writable:
            for name in unheld(run.people[person].contact, account.capabilities):
                counts[account.name, name] = counts.get((account.name, name), 0) + 1
    return tuple((account, name, count) for (account, name), count in sorted(counts.items()))


def rebuild(person: Person, holdings: Iterable[Holding], accounts: Iterable[Account], now: float) -> Person:
    """A person made anew from its cards, after the user joined or split: what the user said stays."""
    known = {account.name: account for account in accounts}
    contributions = []
    for item in holdings:
        account = known.get(item.key.account, Account(item.key.account, rank=1_000_000))
        contributions.append(
            Contribution(
                item.key, account.rank, account.writable, item.baseline, joins=True, modified=item.modified
            )
        )
    return merge(replace(person, sourced=(), removed=()), contributions, now).person


__all__ = ["LinkedBy", "decide", "fingerprint", "rebuild"]
