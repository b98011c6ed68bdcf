"""ADR with LABEL, and GEO."""

import re
from collections import deque
from dataclasses import replace

from kith.model.contact import PostalAddress, Text
from kith.vcard.raw import Line
from kith.vcard.reading import Claim, Reading, components, padded
from kith.vcard.text import unescape, uri, without_scheme

_PAIR = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,20})?)[;,]([+-]?\d{1,3}(?:\.\d{1,20})?)")


def read_address(reading: Reading, line: Line, index: int) -> None:
    types, label, pref, rest = reading.hang(line)
    own = {name: value for name, value in rest if name in ("LABEL", "CC")} if rest else {}
    if own:
        rest = tuple(pair for pair in rest if pair[0] not in own)
    parts = components(line.value, reading.version)
    po_box, extended, street, locality, region, code, nation = padded(parts, 7)
    country = reading.countries.get(line.group.lower(), "") if line.group else ""
    text = unescape(own.get("LABEL", ""))
    if not parts and not text:
        reading.waiting.setdefault("ADR", []).append((index, line))  # says nothing, unless a LABEL comes
    value = PostalAddress(
        *(po_box, extended, street, locality, region, code, nation),
        extra=tuple(parts[7:]),
        text=text,
        country_code=own.get("CC", "").upper() or country,
        types=types,
        label=label,
        pref=pref,
        params=rest,
    )
    reading.claim("addresses", value, index)


def wait_label(reading: Reading, line: Line, index: int) -> None:
    """LABEL belongs to the ADR of its group, else to one of the same types (RFC 2426 section 3.2.2)."""
    reading.waiting.setdefault("LABEL", []).append((index, line))


def settle_addresses(reading: Reading) -> None:
    """Give every waiting LABEL to its address; one without an address is an address by itself."""
    free = _free_addresses(reading) if "LABEL" in reading.waiting else {}
    for index, line in reading.waiting.pop("LABEL", []):
        types, label, pref, rest = reading.hang(line)
        text = reading.text(line.value).strip()
        if not text:
            continue
        at = _take(reading, free.get(line.group.lower() or types))
        if at is not None:
            old = reading.claims[at]
            reading.claims[at] = Claim("addresses", replace(old.value, text=text), (*old.lines, index))
        else:
            value = PostalAddress(text=text, types=types, label=label, pref=pref, params=rest)
            reading.claim("addresses", value, index)
    if reading.waiting.pop("ADR", None):
        reading.claims[:] = [
            claim for claim in reading.claims if claim.field != "addresses" or _says(claim.value)
        ]


def _free_addresses(reading: Reading) -> dict[str | tuple[str, ...], deque[int]]:
    """Claims of addresses without a text, by group, and those without a group by types."""
    free: dict[str | tuple[str, ...], deque[int]] = {}
    for at, claim in enumerate(reading.claims):
        if claim.field == "addresses" and not claim.value.text:
            group = reading.lines[claim.lines[0]].group.lower()
            for key in (group, claim.value.types) if group else (claim.value.types,):
                free.setdefault(key, deque()).append(at)
    return free


def _take(reading: Reading, queue: deque[int] | None) -> int | None:
    """The first address of a queue that still has no text."""
    while queue:
        at = queue.popleft()
        if not reading.claims[at].value.text:
            return at
    return None


def _says(value: PostalAddress) -> bool:
    return bool(value.text or value.extra or any(getattr(value, name) for name in _PARTS))


_PARTS = ("po_box", "extended", "street", "locality", "region", "postal_code", "country")


def read_geo(reading: Reading, line: Line, index: int) -> None:
    """`lat;lon` of 3.0 and `geo:lat,lon` of 4.0 alike become "lat,lon"; a geo: URI that says more stays one."""
    types, label, pref, rest = reading.hang(line)
    value = uri(line.value)
    bare = without_scheme(value, "geo:")
    if match := _PAIR.fullmatch(bare):
        value = f"{match[1]},{match[2]}"
    if value:
        reading.claim("positions", Text(value, types, label, pref, rest), index)
