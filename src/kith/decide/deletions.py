"""What is gone: guarded first, then carried to the people whose cards they were."""

from dataclasses import replace

from kith.decide.draft import Draft
from kith.merge.delta import delta
from kith.model.account import Account
from kith.model.facts import Book
from kith.model.holding import Holding
from kith.model.operation import Reason
from kith.model.person import Person
from kith.model.plan import Event
from kith.model.record import RecordKey
from kith.plan.guard import ANY, lost, vanished
from kith.plan.shape import shape


def hold_vanished(run: Draft) -> None:
    """Guard deletions before they are facts."""
    here = {(record.key.account, record.contact.uid) for record in run.facts.pulled if record.contact.uid}
    gone = set(run.facts.gone)
    for name, account in sorted(run.accounts.items()):
        if account.role == "enrich" and not account.writable:
            continue  # a newer export that lacks rows takes nothing away from anybody
        counts: dict[str, int] = {}
        for key in sorted(gone):
            item = run.holdings.get(key)
            if key.account != name or item is None or (name, item.held.uid) in here:
                continue
            if not _has_another_card(run, item, gone):
                counts[key.book] = counts.get(key.book, 0) + 1
        books = [book for book in run.facts.books if book.account == name]
        _hold_lost(run, account, books)
        allowed = ANY if name in run.facts.rules.rejected else run.facts.rules.allowed.get(name)
        hold = vanished(account, books, counts, allowed)
        if hold is not None:
            run.holds[name] = hold


def _hold_lost(run: Draft, account: Account, books: list[Book]) -> None:
    for book in books:
        if account.writable and (account.name, book.book) in run.facts.lost:
            hold = lost(account, book.book, book.cards, run.facts.rules.allowed.get(account.name))
            if hold is not None:
                run.holds[account.name] = hold


def _has_another_card(run: Draft, item: Holding, gone: set[RecordKey]) -> bool:
    return any(
        other.key.book == item.key.book and other.key.account == item.key.account
        for other in run.cards(item.person)
        if other.key != item.key and other.key not in gone
    )


def take_out(run: Draft) -> None:
    """What certain deletions mean for the people whose cards they were."""
    for key in sorted(run.facts.gone):
        item = run.holdings.get(key)
        if key.account in run.holds:
            continue
        if item is None:  # nobody's card: one that could not be read, or the owner's own
            run.gone += [key] if key not in run.gone else []
            continue
        del run.holdings[key]
        run.changed.pop(key, None)
        run.gone.append(key)
        account = run.accounts.get(key.account)
        person = run.people.get(item.person)
        run.events.append(Event(item.person, "gone", key, f"no longer there on {key.account}"))
        if account is None or person is None or not account.writable:
            continue
        person = run.people[item.person] = replace(person, generation=person.generation + 1)
        run.touched.add(item.person)
        still = any(other.key.account == key.account for other in run.cards(item.person))
        if still or person.state != "active":
            continue
        _person_deleted(run, person, account, item)
    _leave_lost(run)
    run.touched |= _let_in(run)


def _leave_lost(run: Draft) -> None:
    """Cards in books that are not in the account any more are forgotten: nobody deleted them."""
    for key, item in sorted(run.holdings.items()):
        account = run.accounts.get(key.account)
        if (key.account, key.book) not in run.facts.lost or key.account in run.holds:
            continue
        if account is None or not account.writable:
            continue
        del run.holdings[key]
        run.changed.pop(key, None)
        run.gone.append(key)
        run.events.append(
            Event(item.person, "gone", key, f"its address book is not in {key.account} any more")
        )
        person = run.people.get(item.person)
        if person is not None:
            run.people[item.person] = replace(person, generation=person.generation + 1)
            run.touched.add(item.person)


def _let_in(run: Draft) -> set[str]:
    """Whoever may have been the same as someone who is not there any more waits no longer."""
    persons = {item.key: item.person for item in run.facts.holdings}
    gone = {persons[key] for key in run.gone if key in persons}
    ended = {person for person in gone if not run.stands(person)}
    freed: set[str] = set()
    for question in run.facts.questions:
        people = {persons[key] for key in (question.a, question.b) if key in persons}
        if people & ended:
            freed |= people & run.people.keys()
    return freed


def _person_deleted(run: Draft, person: Person, account: Account, card: Holding) -> None:
    key = card.key
    if account.name in run.facts.rules.rejected or account.deletes == "never":
        run.restored.setdefault(person.id, set()).add(account.name)
        run.events.append(Event(person.id, "put back", key, f"deleted on {account.name}"))
    elif beaten(run, person, account, card):
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


def beaten(run: Draft, person: Person, account: Account, card: Holding) -> bool:
    """Whether an edit elsewhere beats the deletion of this card."""
    edited = any(item.key != card.key and item.device for item in run.contributions.get(person.id, ()))
    return edited or _edit_on_its_way(run, person, account, card)


def _edit_on_its_way(run: Draft, person: Person, account: Account, card: Holding) -> bool:
    """Whether a device, or the user in kith, has changed what this card had not been told yet, since its account was away or
    refused: who deleted the card did not see that."""
    abilities = account.capabilities
    told = shape(card.baseline, abilities, card.baseline)
    changes = delta(told, shape(person.contact, abilities, card.baseline), spelling=False)
    if not changes:
        return False
    by_hand = {(item.field, item.key) for item in person.sourced if any(map(run.by_hand, item.sources))}
    by_hand |= {(change.field, change.key) for change in changes if change.after is None} & set(
        person.removed
    )
    return any((change.field, change.key) in by_hand for change in changes)


def _deletes_here(account: Account) -> bool:
    return account.deletes == "here" or (account.deletes == "" and bool(account.filter))
