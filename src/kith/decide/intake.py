"""What was pulled, against what was agreed: edits, newcomers and the people they belong to."""

from dataclasses import replace

from kith.decide.draft import Draft
from kith.match.assign import Assignment
from kith.merge.delta import delta, patch, translate
from kith.merge.merge import Contribution, Merged, merge
from kith.model.account import Account
from kith.model.holding import Holding
from kith.model.operation import Reason
from kith.model.person import Person
from kith.model.plan import Event
from kith.model.record import SourceRecord, place


def take_in(run: Draft) -> list[SourceRecord]:
    """Compare every pulled card with its baseline; returns the cards that have no person yet."""
    newcomers = []
    for record in sorted(run.facts.pulled, key=lambda item: (run.rank(item.key), place(item.key))):
        if record.contact.kind == "group":
            continue
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


def _take_change(run: Draft, item: Holding, record: SourceRecord) -> None:
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
    stopped = [change.field for change in changes if (item.person, change.field) in run.facts.frozen]
    if stopped:
        run.warnings.append(
            f"{record.contact.full_name or record.key}: {stopped[0]} goes back and forth between accounts; kith sends it nowhere "
            f"for a day. Does another program carry changes between {record.key.account} and others?"
        )
    if not meant:
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
    _revive(run, item, account)
    run.reasons[item.person] = (Reason.EDITED, f"edited on {record.key.account}")
    run.events.append(Event(item.person, "edited", record.key, ", ".join(sorted({c.field for c in changes}))))


def _revive(run: Draft, item: Holding, account: Account | None) -> None:
    """Someone deleted while this account was away, or between reading and writing: its owner's edit beats that."""
    person = run.people.get(item.person)
    if person is None or person.state != "deleted" or account is None or not account.writable:
        return
    run.people[item.person] = replace(person, state="active")
    why = f"deleted elsewhere, but changed on {account.name} since: an edit beats a deletion"
    run.events.append(Event(item.person, "kept", item.key, why))


def link(run: Draft, assignment: Assignment) -> None:
    """Give every newcomer its person."""
    order = int(run.facts.now) * 1_000_000
    owned = {link.person for link in assignment.links if run.accounts[link.key.account].role == "owner"}
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
        if not known:
            run.people[link.person] = Person(link.person, state="active" if link.person in owned else "inbox")
        run.put(item)
        run.links.append(link)
        account = run.accounts[link.key.account]
        person = run.people[link.person]
        if account.role == "owner" and person.state in ("inbox", "discarded"):
            person = replace(person, state="active")
        if account.name in person.kept_out:  # its owner has put it there again
            person = replace(person, kept_out=tuple(name for name in person.kept_out if name != account.name))
        run.people[link.person] = person
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


def merge_person(run: Draft, person: str) -> Merged:
    ranks = {item.key: run.rank(item.key) for item in run.cards(person)}
    return merge(run.people[person], run.contributions[person], run.facts.now, run.facts.rules.prefer, ranks)
