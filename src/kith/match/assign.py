"""Gives newcomers their person: by identity, by the user's word, by evidence, or a new one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kith.match.blocking import tokens
from kith.match.cluster import Cluster, Clustering, Constraints, Policy, cluster
from kith.match.member import Member
from kith.match.statistics import Statistics
from kith.match.weights import default
from kith.model.contact import Contact
from kith.model.decision import Question
from kith.model.facts import Facts
from kith.model.holding import Holding
from kith.model.identity import person_id
from kith.model.link import Link, LinkedBy
from kith.model.record import RecordKey, SourceRecord
from kith.normalize.features import Features, features


@dataclass(frozen=True, slots=True)
class Assignment:
    """`links` for every newcomer that has a person now; `records` {key: newcomer}; `questions` for the review queue."""

    links: tuple[Link, ...] = ()
    records: Mapping[RecordKey, SourceRecord] = ()  # type: ignore[assignment]
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()


def assign(
    facts: Facts, newcomers: Iterable[SourceRecord], changed: Mapping[RecordKey, Holding]
) -> Assignment:
    """Judge the newcomers, and the cards that their owners changed, against each other and against the established
    cards in `facts`. Only they can trigger a join; established people are never fused here."""
    records = {record.key: record for record in newcomers if not _is_me(facts, record)}
    if not records and not changed:
        return Assignment((), {}, ())
    links, rest = _moved(facts, records)
    members = {key: _member(facts, key, record.contact) for key, record in rest.items()}
    triggers = [*members.values()]
    edited = {person.id for person in facts.persons if person.edited}
    asleep = {person.id for person in facts.persons if person.state == "deleted"}
    triggers += [
        _member(facts, key, item.held, item.person, item.person in edited)
        for key, item in changed.items()
        if item.grade != "quarantine" and key not in rest and item.person not in asleep
    ]
    established = [
        _member(facts, item.key, item.held, item.person, item.person in edited)
        for item in facts.holdings
        if item.key not in changed and item.grade != "quarantine" and item.person not in asleep
    ]
    result = cluster(triggers, established, _constraints(facts), _statistics(facts, members), _policy(facts))
    links += _links(facts, rest, result)
    return Assignment(tuple(links), records, _questions(facts, result))


def _is_me(facts: Facts, record: SourceRecord) -> bool:
    """The owner is never a contact of a network or a mailbox; an own card in the address book stays what it is."""
    role = next((account.role for account in facts.accounts if account.name == record.key.account), "owner")
    addresses = {email.value.casefold() for email in record.contact.emails}
    return role == "enrich" and bool(addresses & facts.rules.me)


def _region(facts: Facts, account: str) -> str:
    return next((item.region for item in facts.accounts if item.name == account), "") or facts.rules.region


def _features(facts: Facts, key: RecordKey, contact: Contact) -> Features:
    made = facts.features.get(key)
    return made if isinstance(made, Features) else features(contact, _region(facts, key.account))


def _member(
    facts: Facts, key: RecordKey, contact: Contact, person: str | None = None, edited: bool = False
) -> Member:
    account = next((item for item in facts.accounts if item.name == key.account), None)
    return Member(
        key=key,
        features=_features(facts, key, contact),
        person=person,
        curated=account.capabilities.curated if account else True,
        edited=edited,
        uid=contact.uid,
    )


def _moved(
    facts: Facts, records: Mapping[RecordKey, SourceRecord]
) -> tuple[list[Link], dict[RecordKey, SourceRecord]]:
    """Cards that went from one place of an account to another: same UID, and the old place is gone."""
    gone = set(facts.gone)
    places = {
        (item.key.account, item.held.uid): item
        for item in facts.holdings
        if item.key in gone and item.held.uid
    }
    links, rest = [], {}
    for key, record in sorted(records.items()):
        origin = places.pop((key.account, record.contact.uid), None) if record.contact.uid else None
        if origin is None:
            rest[key] = record
        else:
            links.append(
                Link(key, origin.person, LinkedBy.UID, origin.key, because=("the same card, moved",))
            )
    return links, rest


def _constraints(facts: Facts) -> Constraints:
    same = frozenset((str(item.a), str(item.b)) for item in facts.decisions if item.same)
    apart = frozenset((str(item.a), str(item.b)) for item in facts.decisions if not item.same)
    return Constraints(same=same, apart=apart)


def _statistics(facts: Facts, newcomers: Mapping[RecordKey, Member]) -> Statistics:
    """Counts of the book as it will be, whatever came first."""
    counts: Counter[str] = Counter(dict(facts.statistics))
    for member in newcomers.values():
        counts.update(tokens(member.features))
    weights = replace(default(), learned=facts.learned) if facts.learned else None
    return Statistics(total=facts.total + len(newcomers), frequency=counts, weights=weights)


def _policy(facts: Facts) -> Policy:
    return Policy(automatic=facts.rules.automatic, timid=facts.rules.timid)


def _links(facts: Facts, records: Mapping[RecordKey, SourceRecord], result: Clustering) -> list[Link]:
    ranks = {account.name: account.rank for account in facts.accounts}
    known = {person.id for person in facts.persons}
    links = []
    placed: set[RecordKey] = set()
    for found in result.clusters:
        own = sorted(
            (key for key in found.members if key in records), key=lambda key: (ranks.get(key.account, 0), key)
        )
        placed |= set(own)
        if own:
            first = records[own[0]]
            person = found.person or _fresh_id(first, known)
            links += [_linked(key, person, found) for key in own]
    for key in sorted(set(records) - placed):
        links.append(Link(key, _fresh_id(records[key], known), LinkedBy.ALONE))
    return links


def _fresh_id(record: SourceRecord, known: set[str]) -> str:
    """An id that nobody has: a card that its owner deleted and puts back the same as before is someone new."""
    number = 0
    while (found := person_id(str(record.key), f"{record.revision}{'#' * number}")) in known:
        number += 1
    known.add(found)
    return found


def _linked(key: RecordKey, person: str, found: Cluster) -> Link:
    join = next((join for join in found.joins if key in (join.a, join.b)), None)
    if join is None:
        return Link(key, person, LinkedBy.ALONE)
    other = join.b if join.a == key else join.a
    words = tuple(item.text for item in join.evidence.items if item.for_)[:4]
    return Link(key, person, LinkedBy(join.by), other, join.weight, words)


def _questions(facts: Facts, result: Clustering) -> tuple[Question, ...]:
    asked = {frozenset((question.a, question.b)) for question in facts.questions}
    return tuple(
        Question(found.a, found.b, found.weight)
        for found in result.questions
        if frozenset((found.a, found.b)) not in asked
    )
