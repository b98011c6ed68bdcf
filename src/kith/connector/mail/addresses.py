"""Address lists of From, To and Cc (RFC 5322 section 3.4), with the deviations that occur in real mailboxes."""

import re
from dataclasses import dataclass
from functools import lru_cache

from kith.connector.mail.words import clean, decode

_TOKEN = re.compile(
    r"""(?P<word>=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)   # an encoded word is one token, also with a comma inside
      | "(?P<quoted>(?:[^"\\]|\\.)*)"?
      | <(?P<angle>[^<>,;]*)>?
      | (?P<mark>[(),;:>])
      | (?P<plain>[^"(),;:<>=]+|=)""",
    re.VERBOSE | re.DOTALL,
)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\]{2,}")
_ROUTE = re.compile(r"^(?:@[^:]*:|mailto:)", re.IGNORECASE)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address of a header: `name` as written there, decoded ("" for none), `address` as written."""

    name: str
    address: str


@dataclass
class _Segment:
    """What stands between two separators."""

    phrase: str = ""
    comment: str = ""
    angle: str | None = None


@lru_cache(maxsize=8192)
def mailboxes(text: str) -> tuple[Mailbox, ...]:
    """All mailboxes of an address list, in order. Never raises.

    Understood beyond the grammar: `;` between addresses (Outlook), group syntax (`friends: a@b, c@d;`), a comma in an
    unquoted name (`Miller, Bob <b@d>`), encoded words in quotes, the old `a@b (Name)`. What has no valid address
    (`<>`, `undisclosed-recipients:;`, an Exchange X.500 string, a bare host name) is left out.
    """
    if text.count('"') % 2:
        text = text.replace('"', " ")  # a quote that is never closed would swallow the other addresses
    found: list[Mailbox] = []
    segment, pending, depth = _Segment(), "", 0
    for token in _TOKEN.finditer(text + ","):
        kind, value = str(token.lastgroup), token[token.lastgroup or 0]
        if kind == "mark" and value in "()":
            depth = max(0, depth + (1 if value == "(" else -1))
        elif depth:
            segment.comment += token[0] if token.end() <= len(text) else ""
        elif kind != "mark":
            _take(segment, kind, value)
        elif value == ":":
            segment, pending = _Segment(), ""  # the name of a group
        elif value in ",;":
            pending = _flush(segment, pending, found)
            segment, pending = _Segment(), pending if value == "," else ""
    if depth:
        _flush(segment, pending, found)  # a comment that is never closed hides the separator
    return tuple(found)


def _take(segment: _Segment, kind: str, value: str) -> None:
    if kind == "angle":
        segment.angle = value
    elif kind == "quoted":
        segment.phrase += re.sub(r"\\(.)", r"\1", value)
    else:
        segment.phrase += value


def _flush(segment: _Segment, pending: str, found: list[Mailbox]) -> str:
    """Add the segment's mailbox; returns a name that waits for its second half (`Miller, Bob <b@d>`)."""
    phrase = " ".join(segment.phrase.split())
    if segment.angle is None:
        if "@" not in phrase:
            return phrase
        address, name = phrase, segment.comment
    else:
        address = segment.angle
        name = ", ".join(part for part in (pending, phrase) if part) or segment.comment
    address = clean(_ROUTE.sub("", address.strip().strip("'")))
    if _ADDRESS.fullmatch(address):
        found.append(Mailbox(decode(name), address))
    return ""


@lru_cache(maxsize=65536)
def canonical(address: str) -> str:
    """The key of a mailbox: lower case, host in ASCII (IDNA), without a `+tag`; in Gmail dots do not count."""
    local, _, host = address.strip().lower().rpartition("@")
    host = ".".join(_to_ascii(label) for label in host.rstrip(".").split("."))
    local = local.partition("+")[0] or local
    if host in _GMAIL:
        local, host = local.replace(".", ""), "gmail.com"
    return f"{local}@{host}"


@lru_cache(maxsize=65536)
def shown(address: str) -> str:
    """An address to show and to write to: tag kept, lower case, host in Unicode."""
    local, _, host = address.strip().lower().rpartition("@")
    return f"{local}@" + ".".join(_to_unicode(label) for label in host.rstrip(".").split("."))


def _to_ascii(label: str) -> str:
    # Not the codec "idna": it follows IDNA 2003, which makes another host of one with ß.
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _to_unicode(label: str) -> str:
    try:
        return clean(label[4:].encode("ascii").decode("punycode")) if label.startswith("xn--") else label
    except UnicodeError:
        return label
