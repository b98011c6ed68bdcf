"""A header block as far as kith reads it: who wrote to whom, when, and whether a machine did."""

import re
import zlib
from collections.abc import Mapping
from datetime import date
from email.utils import mktime_tz, parsedate_tz

from kith.connector.mail.addresses import Mailbox, mailboxes
from kith.connector.mail.words import from_bytes

FIELDS = (
    "FROM",
    "TO",
    "CC",
    "BCC",
    "REPLY-TO",
    "SENDER",
    "DATE",
    "MESSAGE-ID",
    "LIST-ID",
    "LIST-UNSUBSCRIBE",
    "LIST-POST",
    "PRECEDENCE",
    "AUTO-SUBMITTED",
    "RETURN-PATH",
    "FEEDBACK-ID",
)
"""All that is asked of an IMAP server. Subjects and bodies are never read."""

_WANTED = frozenset((*FIELDS, "X-GMAIL-LABELS", "X-GITHUB-REASON", "X-MOZILLA-STATUS"))
_LISTS = frozenset({"FROM", "TO", "CC", "BCC", "REPLY-TO"})
_DATE = re.compile(
    r"(\d{1,2})[ -](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[ -](\d{4}) +"
    r"(\d{1,2}):(\d\d)(?::(\d\d))?(?: +([+-])(\d\d)(\d\d))?",
    re.IGNORECASE,
)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_EPOCH = date(1970, 1, 1).toordinal()
EARLIEST = 315_532_800  # 1980: an older date is a broken clock
UNDATED = 1 << 24  # stamps below this are hashes, not times

Headers = Mapping[str, str]
"""{NAME in upper case: unfolded text, encoded words not yet decoded}; repeated address lines are joined by commas."""


def read(block: bytes) -> Headers:
    """The fields of a header block that kith knows. Never raises; 8-bit text is read as UTF-8, then cp1252."""
    try:
        lines = block.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        # Line by line: one line may be latin-1 and the next UTF-8.
        lines = [from_bytes(line) for line in block.split(b"\n")]
    found: dict[str, str] = {}
    key = ""  # the wanted field that the line before belongs to
    for line in lines:
        if line[:1] in _FOLDED:
            if key and line:
                found[key] += " " + line.strip()
            continue
        name, _, value = line.partition(":")
        key = _KEYS[name]
        if not key:
            continue
        if key not in found:
            found[key] = value.strip()
        elif key in _LISTS:
            found[key] += ", " + value.strip()
        else:
            key = ""
    return found


class _Keys(dict[str, str]):
    """{field name as written: its key, "" for a field that is not wanted}; most blocks use the same few names."""

    def __missing__(self, name: str) -> str:
        upper = name.rstrip().upper()
        key = upper if upper in _WANTED else ""
        if len(self) < 4096:
            self[name] = key
        return key


_KEYS = _Keys()
_FOLDED = ("", " ", "\t")


def people(headers: Headers, *names: str) -> tuple[Mailbox, ...]:
    """The mailboxes of the named fields, in order."""
    return tuple(box for name in names if name in headers for box in mailboxes(headers[name]))


def stamp(headers: Headers, now: float) -> int:
    """What identifies a message among those with one correspondent: its time in epoch seconds.

    A copy of the message in another folder has the same stamp, so counting stamps counts no message twice. Where the
    date is missing, before 1980 or in the future (more than two days after `now`), the stamp is a hash below
    `UNDATED`: the message counts, but says nothing about when.
    """
    seconds = _seconds(headers.get("DATE", ""))
    if EARLIEST <= seconds <= now + 172_800:
        return seconds
    text = headers.get("MESSAGE-ID") or "|".join(f"{key}:{headers[key]}" for key in sorted(headers))
    return zlib.crc32(text.encode("utf-8", "replace")) % UNDATED


def _seconds(text: str) -> int:
    match = _DATE.search(text)
    try:
        if match is None:
            parsed = parsedate_tz(text)
            return int(mktime_tz(parsed)) if parsed else 0
        day, month, year, hour, minute, second, sign, off_h, off_m = match.groups()
        days = date(int(year), _MONTHS[month.lower()], int(day)).toordinal() - _EPOCH
    except (ValueError, OverflowError, TypeError, IndexError):
        return 0
    offset = (int(off_h) * 60 + int(off_m)) * 60 if sign else 0
    local = days * 86_400 + int(hour) * 3600 + int(minute) * 60 + int(second or 0)
    return local + offset if sign == "-" else local - offset
