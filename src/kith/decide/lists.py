"""List cards: what their owners changed, and what must change on them."""

from collections.abc import Iterable

from kith.decide.draft import Draft
from kith.merge.delta import Change
from kith.merge.merge import Contribution
from kith.model.account import Account
from kith.model.contact import Contact
from kith.model.holding import Holding
from kith.model.operation import Action, Operation, Reason
from kith.model.record import RecordKey
from kith.plan.lists import ListChange, Membership, compare, plan_lists


def take_lists(run: Draft) -> None:
    """Changes of list cards become changes of their members."""
    lists = {item.key: item for item in run.facts.lists}
    gone = [key for key in run.facts.gone if key in lists and key.account not in run.holds]
    found: list[tuple[RecordKey, ListChange, float]] = []
    for record in run.facts.pulled:
        if record.contact.kind == "group" and record.grade != "quarantine":
            before = lists.get(record.key)
            found.append(
                (record.key, compare(before.held if before else None, record.contact), record.modified)
            )
            item = Holding(
                record.key, "", record.revision, record.contact, linked_by="list", grade=record.grade
            )
            lists[record.key] = run.changed[record.key] = item
    for key in gone:
        found.append((key, compare(lists.pop(key).held, None), 0.0))
        run.gone.append(key)
    run.lists = lists
    for key, change, modified in sorted(found, key=lambda item: item[0]):
        if change.renamed:
            run.renames[change.was] = change.name
        for person in sorted(run.people):
            uids = [item.held.uid for item in run.cards(person) if item.key.account == key.account]
            changes = change.changes(uids, run.people[person].contact.groups)
            if changes:
                _contribute_list(run, person, key, changes, modified)


def _contribute_list(
    run: Draft, person: str, key: RecordKey, changes: tuple[Change, ...], modified: float
) -> None:
    account = run.accounts[key.account]
    run.contributions.setdefault(person, []).append(
        Contribution(key, account.rank, account.writable, Contact(), changes=changes, modified=modified)
    )
    run.touched.add(person)
    run.reasons.setdefault(person, (Reason.EDITED, f"list changed on {key.account}"))


def list_operations(run: Draft, writable: Iterable[Account], operations: list[Operation]) -> list[Operation]:
    """Operations on the list cards of the accounts that keep lists as cards."""
    found: list[Operation] = []
    for account in writable:
        if account.capabilities.groups != "cards":
            continue
        made = {
            item.person: item.uid
            for item in operations
            if item.action is Action.CREATE and item.key.account == account.name
        }
        people = []
        for person in sorted(run.touched & run.people.keys()):
            own = [item.held.uid for item in run.cards(person) if item.key.account == account.name]
            uids = tuple(uid for uid in (*own, made.get(person, "")) if uid)
            people.append(Membership(run.people[person], uids))
        cards = [item for _, item in sorted(run.lists.items()) if item.key.account == account.name]
        found += plan_lists(account, cards, people, run.renames)
    return found
