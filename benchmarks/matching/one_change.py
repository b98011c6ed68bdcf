"""What one changed card costs in a large store, beside the full match of that store (bar: a thousandth)."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from benchmarks.matching.kith_path import member, statistics
from benchmarks.matching.outcome import Outcome

from kith.match.blocking import keys
from kith.match.candidates import BLOCK
from kith.match.cluster import Constraints, cluster
from kith.match.member import Member
from kith.match.statistics import Statistics
from kith.match.verdict import Policy
from kith.model.contact import Phone
from kith.model.record import SourceRecord

CHANGES = 300


@dataclass(frozen=True, slots=True)
class Store:
    """What a store keeps between runs: its members, the index from key to members, the cards of each person, and the
    token counts."""

    members: list[Member]
    index: dict[str, list[int]]
    people: dict[str, list[int]]
    counts: Statistics


def settled(
    members: list[Member], clusters: Iterable[tuple[str, Iterable[int]]], counts: Statistics
) -> Store:
    """The store after a first run."""
    index: dict[str, list[int]] = {}
    people: dict[str, list[int]] = {}
    linked = list(members)
    for person, numbers in clusters:
        people[person] = list(numbers)
        for number in people[person]:
            linked[number] = replace(members[number], person=person)
    for number, found in enumerate(linked):
        for key in keys(found.features):
            index.setdefault(key, []).append(number)
    return Store(linked, index, people, counts)


def judge(store: Store, changed: Member) -> int:
    """Matches one changed card against its candidates; returns how many cards took part."""
    near: set[int] = set()
    for key in keys(changed.features):
        block = store.index.get(key, [])
        if len(block) <= BLOCK:
            near.update(block)
    people = {store.members[number].person for number in near}
    near.update(number for person in people if person for number in store.people[person])
    around = [store.members[number] for number in sorted(near) if store.members[number].key != changed.key]
    cluster([changed], around, Constraints(), store.counts, Policy())
    return len(around)


def run(records: Iterable[SourceRecord], region: str) -> Outcome:
    """A first run over everything, then `CHANGES` cards one at a time that got another number from their owner.

    `seconds`: "full" for the first run, "change" for one card (mean), "worst" for the dearest one.
    """
    cards = list(records)
    started = time.process_time()
    members = [member(record, region) for record in cards]
    counts = statistics(members)
    result = cluster(members, [], Constraints(), counts, Policy())
    full = time.process_time() - started
    place = {found.key: number for number, found in enumerate(members)}
    clusters = [
        (f"p{number}", [place[key] for key in row.members]) for number, row in enumerate(result.clusters)
    ]
    store = settled(members, clusters, counts)
    rng = random.Random(1)
    spent: list[float] = []
    near = 0
    for number in rng.sample(range(len(cards)), min(CHANGES, len(cards))):
        old = cards[number]
        phones = (*old.contact.phones, Phone(f"0171 39200{rng.randint(10, 99)}"))
        fresh = replace(old, contact=replace(old.contact, phones=phones))
        before = time.process_time()
        near += judge(store, member(fresh, region, store.members[number].person))
        spent.append(time.process_time() - before)
    return Outcome(
        {},
        seconds={"full": full, "change": sum(spent) / len(spent), "worst": max(spent)},
        note=f"{near / len(spent):.1f} cards compared per change",
    )
