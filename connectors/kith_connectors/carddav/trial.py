"""Which cards a server keeps as they are sent, learnt from cards that were read back.

A server may drop or rewrite what it is sent and still answer with an ETag. So every card that was written is read
again, unless everything about its lines was seen to come back intact before: name, parameters, how often the name
occurs, the size of the value to a power of two, and which kinds of difficult characters it holds. One line that came
back otherwise, or one that the server added, ends the trust in that address book.
"""

import hashlib
import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 4096
"""A longer line (a photo) is always read back, in bytes."""

MOST = 600
"""So many traits are remembered for a book."""

SAMPLES = 500
"""So many cards that were sent wait for their comparison."""

FIRST_LOOK = 25
"""When so many wait they are read back at once; then when twice as many do, and so on."""

_FOLD = re.compile(rb"\r?\n[ \t]")
_HARD = (b"\\", b"\xcc", b"\xf0", b":", b";", b",", b'"', b"\t")
_EASY = bytes(sorted(set(range(256)) - set(b"".join(_HARD))))


def lines_of(card: bytes) -> list[bytes]:
    """The unfolded lines of a card, in order."""
    whole = _FOLD.sub(b"", card) if b"\n " in card or b"\n\t" in card else card
    return [line for line in whole.splitlines() if line.strip()]


def traits(card: bytes) -> frozenset[str]:
    """What is special about a card's lines, as short marks; the empty set for a card that is never trusted."""
    names = []
    marks = []
    for line in lines_of(card):
        if len(line) > LONGEST:
            return frozenset()
        head, _, value = line.partition(b":")
        signs = value.translate(None, _EASY)
        if len(signs) > 8:
            signs = bytes(sorted(set(signs)))
        name, mark = _line(head, len(value).bit_length(), signs, value.isascii())
        names.append(name)
        marks.append(mark)
    return frozenset((*marks, *_counted(tuple(sorted(names)))))


@lru_cache(256)
def _counted(names: tuple[bytes, ...]) -> tuple[str, ...]:
    """How often each name occurs: most cards of a book have the same ones."""
    return tuple(_mark(name, b"*%d" % count) for name, count in Counter(names).items())


@lru_cache(2048)
def _line(head: bytes, size: int, signs: bytes, plain: bool) -> tuple[bytes, str]:
    """What a line's name counts as, without its group; the mark of the line: name and parameters in capitals, length of
    the value in bits, difficult characters."""
    group, dot, name = head.rpartition(b".") if b"." in head.partition(b";")[0] else (b"", b"", head)
    hard = bytes(65 + index for index, sign in enumerate(_HARD) if sign in signs)
    kind = b"%d" % size + hard + (b"" if plain else b"w")
    return name.partition(b";")[0].upper() + (b"." if dot or group else b""), _mark(name.upper(), kind)


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


def sample(etag: str, card: bytes, marks: frozenset[str]) -> Sample:
    """A card to be compared when it is read back; `marks` are its traits."""
    return Sample(etag, _digest(card), marks)


def _digest(card: bytes) -> bytes:
    return hashlib.sha256(b"\n".join(sorted(lines_of(card)))).digest()


class Trust:
    """What is proven of an address book, ready to be asked for every card."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()
        self._marks: frozenset[str] = frozenset()

    def covers(self, marks: frozenset[str], known: tuple[str, ...]) -> bool:
        """Whether everything about a card was seen to come back intact; `known` is what the book has shown."""
        if known is not self._known:
            self._known, self._marks = known, frozenset(known)
        return bool(marks) and marks <= self._marks
