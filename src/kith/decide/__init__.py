"""Facts -> Plan: the pure line. What was pulled is compared with what was agreed, newcomers find their person, every
person is merged, and each account gets what it lacks."""

from collections.abc import Iterable
from dataclasses import replace

from kith.decide.deletions import hold_vanished, take_out
from kith.decide.draft import Draft
from kith.decide.intake import link, merge_person, take_in
from kith.decide.lists import take_lists
from kith.decide.outcome import fingerprint, plan
from kith.match.assign import assign
from kith.merge.merge import Contribution, merge
from kith.model.account import Account
from kith.model.facts import Facts
from kith.model.holding import Holding
from kith.model.person import USER, Person
from kith.model.plan import Plan

__all__ = ["decide", "fingerprint", "rebuild"]


def decide(facts: Facts) -> Plan:
    """The plan that these facts lead to. The same facts in another order lead to the same plan."""
    run = Draft(
        facts,
        {account.name: account for account in facts.accounts},
        {person.id: person for person in facts.persons},
        {item.key: item for item in facts.holdings},
    )
    for person, account in facts.restored:
        run.restored.setdefault(person, set()).add(account)
    hold_vanished(run)
    newcomers = take_in(run)
    edited = {item.key: run.holdings[item.key] for found in run.contributions.values() for item in found}
    assignment = assign(facts, newcomers, edited)
    link(run, assignment)
    assignment = replace(assignment, records={})  # linked by now
    take_lists(run)
    merged = {person: merge_person(run, person) for person in sorted(run.contributions)}
    for person, result in merged.items():
        run.people[person] = result.person
    take_out(run)
    run.touched |= set(run.people) if facts.rules.full else facts.dirty & set(run.people)
    return plan(run, merged, assignment)


def rebuild(person: Person, holdings: Iterable[Holding], accounts: Iterable[Account], now: float) -> Person:
    """A person made anew from its cards, after the user joined or split: what the user said stays, and what devices
    removed is not brought back by cards that still have it."""
    known = {account.name: account for account in accounts}
    contributions = []
    for item in holdings:
        account = known.get(item.key.account, Account(item.key.account, rank=1_000_000))
        contributions.append(
            Contribution(item.key, account.rank, False, item.baseline, joins=True, modified=item.modified)
        )
    said = tuple(item for item in person.sourced if USER in item.sources)
    return merge(replace(person, sourced=said), contributions, now).person
