"""ORG, TITLE and ROLE: three properties, one organization."""

from kith.model.contact import Organization
from kith.vcard.raw import Line
from kith.vcard.reading import Claim, Reading
from kith.vcard.text import pieces

Waiting = tuple[int, Line]


def settle_organizations(reading: Reading) -> None:
    """Pair what waits: by group where lines are grouped, else by order."""
    if not reading.waiting.keys() & {"ORG", "TITLE", "ROLE"}:
        return
    orgs, titles, roles = (reading.waiting.pop(name, []) for name in ("ORG", "TITLE", "ROLE"))
    rows: list[dict[str, Waiting]] = [{"ORG": org} for org in orgs]
    for name, lines in (("TITLE", titles), ("ROLE", roles)):
        for found in lines:
            row = _row(rows, name, found[1].group.lower())
            if row is None:
                rows.append({name: found})
            else:
                row[name] = found
    built = [_claim(reading, row) for row in rows]
    reading.claims.extend(sorted((claim for claim in built if claim), key=lambda claim: claim.lines[0]))


def _row(rows: list[dict[str, Waiting]], name: str, group: str) -> dict[str, Waiting] | None:
    free = [row for row in rows if name not in row]
    if group:
        mate = next((row for row in free if _group(row) == group), None)
        return mate or next((row for row in free if not _group(row)), None)
    return next(iter(free), None)


def _group(row: dict[str, Waiting]) -> str:
    return next(iter(row.values()))[1].group.lower()


def _claim(reading: Reading, row: dict[str, Waiting]) -> Claim | None:
    first = next(iter(row.values()))[1]
    types, label, pref, rest = reading.hang(first)
    name, *units = _units(reading, row["ORG"][1].value) if "ORG" in row else ("",)
    title, role = (
        reading.text(row[part][1].value).strip() if part in row else "" for part in ("TITLE", "ROLE")
    )
    if not (name or units or title or role):
        return None
    value = Organization(name, tuple(units), title, role, types, label, pref, rest)
    return Claim("organizations", value, tuple(index for index, _ in row.values()))


def _units(reading: Reading, value: str) -> list[str]:
    parts = [reading.text(piece).strip() for piece in pieces(value, ";")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts
