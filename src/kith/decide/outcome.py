"""From merged people to the plan: wishes, operations, what is held, held back or refused."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from kith.decide.deletions import beaten
from kith.decide.draft import Draft
from kith.decide.lists import list_operations
from kith.match.assign import Assignment
from kith.merge.merge import Merged
from kith.model.account import Account
from kith.model.operation import ORDER, Operation, Reason
from kith.model.plan import Conflict, HeldBack, Plan
from kith.model.record import place
from kith.plan.guard import rewritten
from kith.plan.plan import Wish, plan_person


def plan(run: Draft, merged: dict[str, Merged], assignment: Assignment) -> Plan:
    writable = _writable(run.facts.accounts)
    run.doubts = _doubts(run, assignment)
    operations: list[Operation] = []
    held_back: list[HeldBack] = []
    unheld: Counter[tuple[str, str]] = Counter()
    later: set[str] = set()
    frozen: dict[str, set[str]] = {}
    for owner, name in run.facts.frozen:
        frozen.setdefault(owner, set()).add(name)
    for person in sorted(run.touched):
        if person in run.people:
            wish = _wish(run, person, merged, frozenset(frozen.get(person, ())))
            planned = plan_person(wish, writable)
            operations += planned.operations
            held_back += planned.held_back
            later |= {person} if planned.frozen else set()
            unheld.update(planned.unheld)
    operations += list_operations(run, writable, operations)
    operations, refused = _refused(run, operations)
    _hold_rewritten(run, operations)
    stopped = set(run.holds) | set(run.facts.asleep)
    pending = {operation.person for operation in operations if operation.key.account in stopped}
    held_back += [
        HeldBack(operation.key.account, operation.person, _why_held(run, operation), operation.title)
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
        holdings=tuple(sorted(run.changed.values(), key=lambda item: place(item.key))),
        links=tuple(run.links),
        gone=tuple(run.gone),
        questions=assignment.questions,
        conflicts=tuple(conflicts),
        holds=tuple(hold for _, hold in sorted(run.holds.items())),
        held_back=tuple(held_back) + tuple(refused),
        events=tuple(run.events) + tuple(event for result in merged.values() for event in result.events),
        warnings=tuple(run.warnings) + assignment.warnings,
        unheld=tuple((account, name, count) for (account, name), count in sorted(unheld.items())),
        pending=frozenset(pending | later | {item.person for item in refused}),
    )


def _why_held(run: Draft, operation: Operation) -> str:
    """Why an operation at a held account waits; what becomes of a card that is missing there, but was edited elsewhere."""
    card = run.holdings.get(operation.key)
    if operation.key not in run.facts.gone or card is None:
        return "the account is held"
    if not beaten(run, run.people[operation.person], run.accounts[operation.key.account], card):
        return "the account is held"
    where = operation.because if operation.because.startswith("edited on ") else "changed elsewhere"
    return (
        f"missing there, but {where} since: an edit beats a deletion, so it comes back whichever you answer"
    )


def _writable(accounts: Iterable[Account]) -> list[Account]:
    """The writable accounts by rank; those of equal abilities share them, so that what these allow is found out once."""
    found: list[Account] = []
    for account in sorted(accounts, key=lambda item: (item.rank, item.name)):
        if account.writable:
            twin = next((one for one in found if one.capabilities == account.capabilities), account)
            found.append(replace(account, capabilities=twin.capabilities))
    return found


def _wish(run: Draft, person: str, merged: dict[str, Merged], frozen: frozenset[str]) -> Wish:
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
        frozen,
        str(run.people[person].generation),
    )


def _waiting(run: Draft, person: str) -> frozenset[str]:
    """Accounts that hold a card of someone who may be this person."""
    accounts: set[str] = set()
    for other in run.doubts.get(person, ()):
        accounts |= {held.key.account for held in run.cards(other)}
    return frozenset(accounts)


def _doubts(run: Draft, assignment: Assignment) -> dict[str, set[str]]:
    """{person: people that it may be the same as}."""
    doubts: dict[str, set[str]] = {}
    known = {**{item.key: item for item in run.facts.holdings}, **run.holdings}
    for question in (*run.facts.questions, *assignment.questions):
        # A card that is gone leaves its doubts to the other cards of its person.
        people = {known[key].person for key in (question.a, question.b) if key in known}
        first, *rest = sorted(person for person in people if run.stands(person)) or [""]
        for second in rest:
            doubts.setdefault(first, set()).add(second)
            doubts.setdefault(second, set()).add(first)
    return doubts


def _refused(run: Draft, operations: list[Operation]) -> tuple[list[Operation], list[HeldBack]]:
    """Take out what an account has refused before and would refuse again."""
    kept, refused = [], []
    known = run.facts.refused
    found = {
        item.key: known[fingerprint(item)] for item in operations if known and fingerprint(item) in known
    }
    for operation in operations:
        why = found.get(operation.key) or (found.get(operation.needs) if operation.needs else None)
        if why is None:
            kept.append(operation)
        else:
            refused.append(HeldBack(operation.key.account, operation.person, why, operation.title))
    return kept, refused


def fingerprint(operation: Operation) -> str:
    """What an operation would send, whatever revision it starts from: equal for equal content."""
    return f"{operation.action}|{operation.key}|{operation.meant!r}"


def _hold_rewritten(run: Draft, operations: Iterable[Operation]) -> None:
    approved = set(run.facts.rules.allowed) | run.facts.rules.rejected
    first = any(book.new for book in run.facts.books)
    for name, account in sorted(run.accounts.items()):
        own = [
            operation
            for operation in operations
            if operation.key.account == name and not (run.moved_by.get(operation.person, set()) & approved)
        ]
        books = {book.book: book for book in run.facts.books if book.account == name}
        hold = rewritten(account, books, own, run.facts.rules.allowed.get(name), first)
        if hold is not None and name not in run.holds:
            run.holds[name] = hold


def _ordered(run: Draft, operations: list[Operation]) -> list[Operation]:
    """Account by account; in each what is created, then what is updated, then what is deleted. Person by person, as the
    store has them: what is confirmed together stands together there."""
    return sorted(
        operations,
        key=lambda item: (
            run.rank(item.key),
            item.key.account,
            ORDER[item.action],
            item.person,
            place(item.key),
        ),
    )
