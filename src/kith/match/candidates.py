"""The pairs that are worth comparing, with bounded work however the names fall."""

from collections.abc import Iterator, Mapping, Sequence, Set

from kith.match.blocking import keys
from kith.match.member import Member

BLOCK = 60
"""Records that may share a key and still all be compared with each other; a larger block is split."""

WINDOW = 5
"""Neighbours (in the order of their ids at the source) that are compared in a crowd that nothing tells apart."""

Blocks = dict[str, list[int]]
"""{key: places of the records that share it}."""


def candidates(members: Sequence[Member], triggers: Set[str]) -> Iterator[tuple[int, list[int]]]:
    """(place of a record, places of earlier ones that it is worth comparing with). Each pair comes once, has one of
    `triggers` (ids) in it and is not within one person. All is filed before the first pair is asked for."""
    return _meetings(_rooms(members), members, triggers)


def _meetings(
    rooms: Sequence[list[list[int]]], members: Sequence[Member], triggers: Set[str]
) -> Iterator[tuple[int, list[int]]]:
    triggering = [member.id in triggers for member in members]
    for place, entered in enumerate(rooms):
        met = list(set().union(*entered))
        for room in entered:
            room.append(place)
        entered.clear()
        if not triggering[place]:
            met = [other for other in met if triggering[other]]
        if members[place].person is not None:
            met = [other for other in met if members[other].person != members[place].person]
        if met:
            yield place, met


def _rooms(members: Sequence[Member]) -> list[list[list[int]]]:
    """For every record the rooms that it enters, all empty yet: who enters a room meets those that are in it."""
    found: list[list[list[int]]] = [[] for _ in members]
    shared = _blocks(members)
    crowds = {key: block for key, block in shared.items() if len(block) > BLOCK}
    for block in shared.values():
        if len(block) <= BLOCK:
            _open(block, found)
    for group in _parts(shared, crowds, members) if crowds else ():
        _open(group, found)
    return found


def _open(group: Sequence[int], rooms: list[list[list[int]]]) -> None:
    room: list[int] = []
    for place in group:
        rooms[place].append(room)


def _blocks(members: Sequence[Member]) -> Blocks:
    """The keys that several share. Most keys are one member's own: they take no more room than they must."""
    found: dict[str, int | list[int]] = {}
    for place, member in enumerate(members):
        for key in _filed(member):
            block = found.get(key)
            if block is None:
                found[key] = place
            elif isinstance(block, int):
                found[key] = [block, place]
            else:
                block.append(place)
    return {key: block for key, block in found.items() if not isinstance(block, int)}


def _filed(member: Member) -> tuple[str, ...]:
    found = keys(member.features)
    return (*found, f"uid:{member.uid}") if member.uid else found


def _parts(shared: Blocks, crowds: Blocks, members: Sequence[Member]) -> Iterator[list[int]]:
    """The parts of crowds that share a second key. What no second key sets apart from the crowd is compared with its
    neighbours only. A part whose second key is no crowd's is not named: its records meet by that key alone."""
    filed: dict[int, list[str]] = {place: [] for block in crowds.values() for place in block}
    for key, block in shared.items():
        for place in block:
            if place in filed:
                filed[place].append(key)
    for key, block in crowds.items():
        placed: set[int] = set()
        for other, part in _split(key, block, filed).items():
            placed.update(part)
            if key < other and other in crowds:
                yield part
        rest = [place for place in block if place not in placed]
        rest.sort(key=lambda place: (members[place].key.remote_id, members[place].id))
        for start in range(0, len(rest) - 1, WINDOW - 1):
            yield rest[start : start + WINDOW]


def _split(key: str, block: Sequence[int], filed: Mapping[int, Sequence[str]]) -> Blocks:
    """What of a crowd shares another key, and is none itself."""
    inner: Blocks = {}
    for place in block:
        for other in filed[place]:
            if other != key:
                inner.setdefault(other, []).append(place)
    return {other: part for other, part in inner.items() if 2 <= len(part) <= BLOCK}
