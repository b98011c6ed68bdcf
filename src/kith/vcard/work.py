"""ORG, TITLE and ROLE: three properties, one organization."""

from collections import deque

from kith.model.contact import Organization
from kith.vcard.raw import Line
from kith.vcard.reading import Claim, Reading, read_params
from kith.vcard.text import pieces

Waiting = tuple[int, Line]
Row = dict[str, Waiting]


def settle_organizations(reading: Reading) -> None:
    """Pair what waits: by group where lines are grouped, else by order."""
    if not reading.waiting.keys() & {"ORG", "TITLE", "ROLE"}:
        return
    orgs, titles, roles = (reading.waiting.pop(name, []) for name in ("ORG", "TITLE", "ROLE"))
    rows: list[Row] = [{"ORG": org} for org in orgs]
    _assign(rows, "TITLE", titles)
    _assign(rows, "ROLE", roles)
    built = [_claim(reading, row) for row in rows]
    reading.claims.extend(sorted((claim for claim in built if claim), key=lambda claim: claim.lines[0]))


def _assign(rows: list[Row], name: str, lines: list[Waiting]) -> None:
    """Give each title (or role) to the first organization of its group that has none; one without a group to the first
    of all; what is left is an organization by itself."""
    by_group: dict[str, deque[Row]] = {}
    for row in rows if lines else ():
        by_group.setdefault(next(iter(row.values()))[1].group.lower(), deque()).append(row)
    every = deque(rows)
    for found in lines:
        group = found[1].group.lower()
        queues = (by_group.get(group), by_group.get("")) if group else (every,)
        target: Row | None = None
        for queue in queues:
            target = target or _next(queue, name)
        if target is None:
            rows.append({name: found})
        else:
            target[name] = found


def _next(queue: deque[Row] | None, name: str) -> Row | None:
    while queue:
        row = queue.popleft()
        if name not in row:
            return row
    return None


def _claim(reading: Reading, row: Row) -> Claim | None:
    first = next(iter(row.values()))[1]
    types, label, pref, rest = reading.hang(first)
    name, *units = _units(reading, row["ORG"][1].value) if "ORG" in row else ("",)
    title, role = (
        reading.text(row[part][1].value).strip() if part in row else "" for part in ("TITLE", "ROLE")
    )
    if not (name or units or title or role):
        return None
    rest += tuple(
        pair for part in ("TITLE", "ROLE") if part in row for pair in _own(reading, row[part][1], first)
    )
    value = Organization(name, tuple(units), title, role, types, label, pref, rest)
    return Claim("organizations", value, tuple(index for index, _ in row.values()))


def _own(reading: Reading, line: Line, first: Line) -> list[tuple[str, str]]:
    """Types and parameters of a TITLE or ROLE beside an ORG, each named after its property (TITLE.LANGUAGE)."""
    if line is first or not line.params:
        return []
    found = read_params(line.params, reading.version)
    told = [("TYPE", kind) for kind in found.types] + ([("PREF", str(found.pref))] if found.pref else [])
    return [(f"{line.name}.{name}", value) for name, value in (*told, *found.rest)]


def _units(reading: Reading, value: str) -> list[str]:
    parts = [reading.text(piece).strip() for piece in pieces(value, ";")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts
