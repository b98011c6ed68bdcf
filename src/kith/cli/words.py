"""Text that is fit to be shown: nothing that a card says can command a terminal, one card is not "1 cards"."""

import json
import re
import sys
import unicodedata
from typing import Any

ODD = "\N{REPLACEMENT CHARACTER}"

TURNING = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufff9\ufffa\ufffb"
)
"""Characters that change the direction of what follows, or break the line (Unicode TR9, TR13)."""

UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\ud800-\udfff" + "".join(sorted(TURNING)) + "]")
"""What JSON may hold as it is and a terminal may obey, beside the C0 controls that JSON escapes itself."""


def safe(text: str) -> str:
    """Text from a card, fit for one line of a terminal: no control or direction characters."""
    return "".join(char if _shown(char) else ODD for char in text.replace("\n", " / ").replace("\t", " "))


def printable(text: str) -> str:
    """The same for text of several lines."""
    return "\n".join(map(safe, text.split("\n"))) if not text.isascii() or not text.isprintable() else text


def as_json(event: dict[str, Any]) -> str:
    """One line of JSON for standard output, in which nothing commands a terminal and everything can be encoded."""
    foreign = (sys.stdout.encoding or "").lower().replace("_", "-") not in ("utf-8", "utf8")
    text = json.dumps(event, ensure_ascii=foreign)
    return UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _shown(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cs", "Co") and char not in TURNING


def width(text: str) -> int:
    """How many columns of a terminal a text takes: East Asian characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me")
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def cut(text: str, room: int = 60) -> str:
    """A value short enough for `room` columns of one line."""
    clean = safe(text)
    if width(clean) <= room:
        return clean
    while width(clean) > room - 1:
        clean = clean[: -max(1, (width(clean) - room) // 2)]
    return clean + "…"


def count(number: int, noun: str, many: str = "") -> str:
    """ "1 card", "2 cards"; `many` where the plural is another word ("1 person", "2 people")."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"
