"""kith's own path, through the functions that a sync uses: features, statistics, candidates, clustering."""

import time
from collections.abc import Iterable

from benchmarks.matching.corpus import CURATED
from benchmarks.matching.outcome import Outcome, Pair

from kith.match.cluster import Clustering, Constraints, cluster
from kith.match.member import Member
from kith.match.statistics import Statistics, survey
from kith.match.verdict import Policy
from kith.model.record import RecordKey, SourceRecord
from kith.normalize.features import features
from kith.sync.collector import resting

JOINED = 1000.0
"""Added to the bits of a pair that was joined, so that the curve takes what kith joins by itself before what it asks."""


def member(record: SourceRecord, region: str, person: str | None = None) -> Member:
    """A card as `kith.match.assign` presents it."""
    return Member(
        key=record.key,
        features=features(record.contact, region),
        person=person,
        curated=record.key.account in CURATED,
        uid=record.contact.uid,
    )


def statistics(members: Iterable[Member]) -> Statistics:
    """Token counts of all cards."""
    return survey(found.features for found in members)


def scored(result: Clustering, place: dict[RecordKey, int]) -> list[Pair]:
    """The joins that were made, then the questions, as scored pairs for the trade-off curve."""
    made = [
        (place[join.a], place[join.b], JOINED + join.weight)
        for found in result.clusters
        for join in found.joins
    ]
    return made + questions(result, place)


def questions(result: Clustering, place: dict[RecordKey, int]) -> list[Pair]:
    """The review queue in its order."""
    return [(place[row.a], place[row.b], row.weight) for row in result.questions]


def run(records: Iterable[SourceRecord], region: str) -> Outcome:
    """A first run: all cards are newcomers, nothing is decided yet, the default policy. As in a sync, the garbage
    collector rests meanwhile."""
    with resting():
        return _run(records, region)


def _run(records: Iterable[SourceRecord], region: str) -> Outcome:
    started = time.process_time()
    members = [member(record, region) for record in records]
    read = time.process_time()
    result = cluster(members, [], Constraints(), statistics(members), Policy())
    done = time.process_time()
    place = {found.key: number for number, found in enumerate(members)}
    return Outcome(
        clusters={"default": [[place[key] for key in found.members] for found in result.clusters]},
        pairs=scored(result, place),
        questions=questions(result, place),
        seconds={"features": read - started, "matching": done - read},
    )
