"""Which cards a server keeps as they are sent, learnt from cards that were read back.

A server may drop or rewrite what it is sent and still answer with an ETag. So every card that was written is read
again, unless everything about its lines was seen to come back intact before: name, parameters, how often the name
occurs, the size of the value to a power of two, and which kinds of difficult characters it holds. One line that came
back otherwise, or one that the server added, ends the trust in that address book.
"""

import hashlib
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 4096
"""A longer line (a photo) is always read back, in bytes."""

MOST = 600
"""So many traits are remembered for a book."""

SAMPLES = 500
"""So many cards that were sent wait for their comparison."""

_FOLD = re.compile(rb"\r?\n[ \t]")
_HARD = (b"\\", b"\xcc", b"\xf0", b":", b";", b",", b'"', b"\t")


def lines_of(card: bytes) -> Counter[bytes]:
    """The unfolded lines of a card, without order."""
    return Counter(line for line in _FOLD.sub(b"", card).splitlines() if line.strip())


def traits(card: bytes) -> frozenset[str]:
    """What is special about a card's lines, as short marks; the empty set for a card that is never trusted."""
    by_name: dict[bytes, list[tuple[bytes, bytes]]] = defaultdict(list)
    for line in lines_of(card).elements():
        if len(line) > LONGEST:
            return frozenset()
        head, _, value = line.partition(b":")
        group, dot, name = head.rpartition(b".") if b"." in head.partition(b";")[0] else (b"", b"", head)
        by_name[name.partition(b";")[0].upper() + (b"." if dot or group else b"")].append((name, value))
    marks = set()
    for name, found in by_name.items():
        marks.add(_mark(name, b"*%d" % len(found)))
        marks |= {_mark(head.upper(), _kind(value)) for head, value in found}
    return frozenset(marks)


def _kind(value: bytes) -> bytes:
    hard = bytes(65 + index for index, sign in enumerate(_HARD) if sign in value)
    wide = b"" if value.isascii() else b"w"
    return b"%d" % len(value).bit_length() + hard + wide


def _mark(head: bytes, kind: bytes) -> str:
    return f"{zlib.crc32(head + b'|' + kind):08x}"


@dataclass(frozen=True, slots=True)
class Sample:
    """A card that was sent: the ETag it got, what its lines were, and its traits."""

    etag: str
    digest: bytes
    traits: frozenset[str]

    def intact(self, held: bytes) -> bool:
        """Whether the card came back with exactly the lines that were sent, in whatever order."""
        return self.digest == _digest(held)


def sample(etag: str, card: bytes) -> Sample | None:
    """A card to be compared when it is read back; None where that teaches nothing."""
    found = traits(card)
    return Sample(etag, _digest(card), found) if found else None


def _digest(card: bytes) -> bytes:
    return hashlib.sha256(b"\n".join(sorted(lines_of(card).elements()))).digest()


def proven(card: bytes, marks: Iterable[str]) -> bool:
    """Whether everything about a card was seen to come back intact."""
    own = traits(card)
    return bool(own) and own <= set(marks)
