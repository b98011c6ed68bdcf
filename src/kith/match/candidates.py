"""The pairs that are worth comparing, with bounded work however the names fall."""

from collections.abc import Iterator, Sequence, Set

from kith.match.blocking import keys
from kith.match.member import Member

BLOCK = 60
"""Records that may share a key and still all be compared with each other; a larger block is split."""

WINDOW = 5
"""Neighbours (in the order of their ids at the source) that are compared in a crowd that nothing tells apart."""


def candidates(members: Sequence[Member], triggers: Set[str]) -> Iterator[tuple[int, list[int]]]:
    """(place of a record, places of later ones that it is worth comparing with), for `members` sorted by id. Each pair
    comes once, has one of `triggers` (ids) in it and is not within one person."""
    groups = _groups(members)
    done: list[list[int]] = []
    triggering = [member.id in triggers for member in members]
    for left, around in enumerate(groups):
        near = sorted({right for group in around for right in group if right > left})
        groups[left] = done
        if not triggering[left]:
            near = [right for right in near if triggering[right]]
        if members[left].person is not None:
            near = [right for right in near if not _one(members[left], members[right])]
        if near:
            yield left, near


def _groups(members: Sequence[Member]) -> list[list[list[int]]]:
    """For every record the groups of records, itself among them, that are compared with each other."""
    found: list[list[list[int]]] = [[] for _ in members]
    filed: dict[int, tuple[str, ...]] = {}
    for key, block in _blocks(members).items():
        for group in _parts(key, block, members, filed):
            for index in group:
                found[index].append(group)
    return found


def _blocks(members: Sequence[Member]) -> dict[str, list[int]]:
    """{key: places of the members that share it}. Most keys are one member's own: they take no more room than they must."""
    first: dict[str, int] = {}
    shared: dict[str, list[int]] = {}
    for index, member in enumerate(members):
        for key in _filed(member):
            other = first.setdefault(key, index)
            if other != index:
                shared.setdefault(key, [other]).append(index)
    return shared


def _one(left: Member, right: Member) -> bool:
    return left.person is not None and left.person == right.person


def _filed(member: Member) -> tuple[str, ...]:
    found = keys(member.features)
    return (*found, f"uid:{member.uid}") if member.uid else found


def _parts(
    key: str, block: list[int], members: Sequence[Member], filed: dict[int, tuple[str, ...]]
) -> Iterator[list[int]]:
    """The block itself, or its parts that share a second key. What no second key sets apart from the crowd is compared
    with its neighbours only. `filed` remembers the keys of records in crowds."""
    if len(block) <= BLOCK:
        yield block
        return
    inner: dict[str, list[int]] = {}
    for index in block:
        if index not in filed:
            filed[index] = _filed(members[index])
        for other in filed[index]:
            if other != key:
                inner.setdefault(other, []).append(index)
    placed: set[int] = set()
    for part in inner.values():
        if 2 <= len(part) <= BLOCK:
            placed.update(part)
            yield part
    rest = sorted(
        (index for index in block if index not in placed), key=lambda i: (members[i].key.remote_id, i)
    )
    for start in range(0, len(rest) - 1, WINDOW - 1):
        yield rest[start : start + WINDOW]
