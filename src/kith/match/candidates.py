"""The pairs that are worth comparing, with bounded work however the names fall."""

from collections.abc import Iterator, Sequence, Set
from itertools import combinations

from kith.match.blocking import keys
from kith.match.member import Member

BLOCK = 60
"""Records that may share a key and still all be compared with each other; a larger block is split."""

WINDOW = 5
"""Neighbours (in the order of their ids at the source) that are compared in a crowd that nothing tells apart."""


def candidates(members: Sequence[Member], triggers: Set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of ids (a < b) of `members` (sorted by id), each once, with one of `triggers` in it and not within one person."""
    blocks = _blocks(members)
    seen: set[int] = set()
    size = len(members)
    ids = [member.id for member in members]
    triggering = [record in triggers for record in ids]
    for key in sorted(blocks):
        for part in _parts(key, blocks[key], members):
            for left, right in combinations(sorted(part), 2):
                if not (triggering[left] or triggering[right]) or _one(members[left], members[right]):
                    continue
                number = left * size + right
                if number not in seen:
                    seen.add(number)
                    yield ids[left], ids[right]


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


def _parts(key: str, block: list[int], members: Sequence[Member]) -> Iterator[list[int]]:
    """The block itself, or its parts that share a second key. What no second key sets apart from the crowd is compared
    with its neighbours only."""
    if len(block) <= BLOCK:
        yield block
        return
    inner: dict[str, list[int]] = {}
    for index in block:
        for other in _filed(members[index]):
            if other != key:
                inner.setdefault(other, []).append(index)
    placed: set[int] = set()
    for other in sorted(inner):
        part = inner[other]
        if 2 <= len(part) <= BLOCK:
            placed.update(part)
            yield part
    rest = sorted(
        (index for index in block if index not in placed), key=lambda i: (members[i].key.remote_id, i)
    )
    for start in range(0, len(rest) - 1, WINDOW - 1):
        yield rest[start : start + WINDOW]
