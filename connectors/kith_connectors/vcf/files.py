"""The files: what is there, which cards each holds, and how one card of a file is replaced without touching the rest."""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kith.connector.archive import Archive, is_zip
from kith.connector.errors import BadSource
from kith.vcard import raw
from kith.vcard.raw import RawCard
from kith.vcard.scan import Span

SUFFIXES = (".vcf", ".vcard")
HEAD = 64 * 1024
FILE_BYTES = 512 * 1024 * 1024
FILE_CARDS = 200_000
_UID = re.compile(
    rb"^(?:[A-Z0-9-]+\.)?UID(?:;[^:\r\n]*)?:([^\r\n]*)\r?\n(?![ \t])", re.IGNORECASE | re.MULTILINE
)
_SPECIAL = re.compile(
    rb"AGENT|QUOTED-PRINTABLE|^(?:[A-Z0-9-]+\.)?UID[^\r\n]*\r?\n[ \t]|\r(?!\n)", re.IGNORECASE | re.MULTILINE
)
Mark = tuple[int, int, int]
"""Size in bytes, modification time in ns, inode: a file whose mark is the same was not changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """One file: its address book (the subfolder, "" at the top), its name in it, and its mark when it was listed.

    `alone`: the account is this very file; then its name is no part of the ids of its cards.
    """

    path: Path
    book: str
    name: str
    mark: Mark
    alone: bool = False

    @property
    def relative(self) -> str:
        return f"{self.book}/{self.name}" if self.book else self.name


class Piece:
    """A stretch of a file: a card with what stands around it, or the rest. What is asked of it often is found once; its
    content lines are not kept."""

    __slots__ = ("_id", "_uid", "card")

    def __init__(self, card: RawCard) -> None:
        self.card = card
        self._uid: str | None = None
        self._id: str | None = None

    @property
    def is_card(self) -> bool:
        return self.card.span.kind == "card"

    @property
    def uid(self) -> str:
        """The UID as written, "" where there is none."""
        if self._uid is None:
            found = _quick_uid(self.card)
            self._uid = self.fresh().value("UID") if found is None else found
        return self._uid

    @property
    def own_id(self) -> str:
        """What the card is known by inside its file: its UID, or an id derived from its names."""
        if self._id is None:
            self._id = self.uid or derived(self.fresh())
        return self._id

    @property
    def revision(self) -> str:
        """The card's bytes as a revision; the line end after it belongs to the file."""
        return hashlib.sha256(self.card.raw.rstrip(b"\r\n")).hexdigest()[:32]

    def fresh(self) -> RawCard:
        """The card without the lines it has lexed, which are several times its size."""
        return RawCard(self.card.span, self.card.encoding)


def _quick_uid(card: RawCard) -> str | None:
    """The UID from the bytes of an ordinary card, None where only the lexer can tell."""
    data = card.raw
    if card.encoding != "utf-8" or _SPECIAL.search(data):
        return None
    found = _UID.findall(data)
    return found[0].decode().strip() if len(found) == 1 and found[0].isascii() else None


@dataclass(slots=True)
class CardFile:
    """A file as read: `pieces` joined are its bytes; `cards` are those of its pieces that are cards, `ids` their ids."""

    place: Place
    mark: Mark
    pieces: list[Piece]
    cards: list[Piece] = field(init=False)
    ids: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.cards = [piece for piece in self.pieces if piece.is_card]
        self.ids = identify(self.cards, None if self.place.alone else self.place.name)

    @property
    def cut_off(self) -> bool:
        """Whether the file ends inside a card, so that nothing is known about what followed."""
        return bool(self.cards) and any(
            note[0] in ("truncated", "no-end") for note in self.cards[-1].card.span.notes
        )

    @property
    def is_junk(self) -> bool:
        """Whether the file says something, but no card is in it."""
        return any(piece.card.span.kind == "junk" for piece in self.pieces)

    @property
    def problem(self) -> BadSource | None:
        """What is wrong with the file as a whole."""
        path = self.place.path
        if self.is_junk:
            return BadSource(
                f"{path} is not a vCard file", "take it out of the folder, or export it again as vCard"
            )
        if self.cut_off:
            return BadSource(
                f"{path} is cut off in its last card", "restore the file; its other cards were read"
            )
        return None


def recognizes(path: Path) -> bool:
    """Whether a file holds vCards, or is a zip of files that do, by what is in it."""
    try:
        if path.is_dir():
            return False
        if not is_zip(path):
            with path.open("rb") as file:
                return holds_cards(file.read(HEAD))
        with Archive(path) as archive:
            names = [name for name in archive.names if name.lower().endswith(SUFFIXES)]
            return bool(names) and holds_cards(archive.read(names[0])[:HEAD])
    except (OSError, BadSource):
        return False


def holds_cards(data: bytes) -> bool:
    """Whether bytes begin like vCards: BEGIN:VCARD on a line of its own near the top."""
    return any(piece.span.kind == "card" for piece in raw.split(data))


def mark_of(found: os.stat_result) -> Mark:
    return found.st_size, found.st_mtime_ns, found.st_ino


def places(root: Path) -> Iterator[Place]:
    """Every vCard file of an account, in a fixed order: one stat for each. Raises BadSource where the path is missing."""
    try:
        found = root.stat()
        if not stat.S_ISDIR(found.st_mode):
            yield Place(root, "", root.name, mark_of(found), alone=True)
            return
        yield from _in_folder(root, "")
    except OSError as error:
        raise unreadable(root, error) from error


def unreadable(path: Path, error: OSError) -> BadSource:
    return BadSource(
        f"{path} cannot be read ({error.strerror or error})",
        "check `path` of this account; for a new address book make an empty folder or file there first. "
        "A missing path is never taken for an empty address book",
    )


def _in_folder(folder: Path, book: str) -> Iterator[Place]:
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _in_folder(folder / entry.name, f"{book}/{entry.name}" if book else entry.name)
        elif entry.name.lower().endswith(SUFFIXES):
            try:
                found = entry.stat()
            except FileNotFoundError:  # a dangling link, or removed just now
                continue
            if stat.S_ISREG(found.st_mode):
                yield Place(folder / entry.name, book, entry.name, mark_of(found))


def read_file(place: Place) -> CardFile:
    """Read one file. Raises OSError, and BadSource where another program keeps rewriting it or it is far too large."""
    for _ in range(3):
        with place.path.open("rb") as file:
            mark = mark_of(os.fstat(file.fileno()))
            if mark[0] > FILE_BYTES:
                raise BadSource(f"{place.path} is {mark[0] >> 20} MB large", "split it into several files")
            pieces = [Piece(card) for card in islice(raw.stream(file), FILE_CARDS + 1)]
            if len(pieces) > FILE_CARDS:
                raise BadSource(
                    f"{place.path} has more than {FILE_CARDS} cards", "split it into several files"
                )
        if mark_of(place.path.stat()) == mark:
            return CardFile(place, mark, pieces)
    raise BadSource(f"{place.path} changes while it is read", "wait until the other program is done with it")


def identify(cards: list[Piece], name: str | None) -> list[str]:
    """The remote ids of the cards of a file: its name where it is one card in a folder, else the UID of each (after the
    name in a folder). A card without UID is known by its names; the second of two with one id gets a number."""
    if name is not None and len(cards) == 1:
        return [name]
    ids: list[str] = []
    used: dict[str, int] = {}
    for card in cards:
        stem = card.own_id
        used[stem] = used.get(stem, 0) + 1
        numbered = stem if used[stem] == 1 else f"{stem}~{used[stem]}"
        ids.append(numbered if name is None else f"{name}#{numbered}")
    return ids


def derived(card: RawCard) -> str:
    """An id from what rarely changes: the names, else the first firm, address or number, else the bytes."""
    said = [card.value("FN"), card.value("N")]
    if not any(said):
        said = [card.value("ORG") or card.value("EMAIL") or card.value("TEL")]
    text = "\n".join(" ".join(unicodedata.normalize("NFC", part).casefold().split()) for part in said)
    basis = text.encode() if text.strip() else card.raw.rstrip()
    return f"card:{hashlib.sha256(basis).hexdigest()[:24]}"


def replaced(file: CardFile, index: int, card: bytes) -> list[Piece]:
    """The pieces with the bytes of the index-th card replaced (removed, where `card` is empty)."""
    pieces = list(file.pieces)
    at = [number for number, piece in enumerate(pieces) if piece.is_card][index]
    old = pieces[at].card
    if card:
        ended = old.raw.endswith((b"\n", b"\r"))
        new = card if card.endswith(b"\n") or not ended else card + b"\r\n"
        pieces[at] = _piece(old.before, new, old.after)
    else:
        pieces[at] = Piece(RawCard(Span(b"", b"", old.before + old.after, old.number, "blank")))
    return pieces


def appended(file: CardFile, card: bytes) -> list[Piece]:
    """The pieces with one more card at the end."""
    last = joined(file.pieces[-1:])
    gap = b"" if not last or last.endswith((b"\n", b"\r")) else b"\r\n"
    return [*file.pieces, _piece(gap, card, b"")]


def _piece(before: bytes, card: bytes, after: bytes) -> Piece:
    """One card's bytes between what stands before and after it in the file."""
    parsed = next(found for found in raw.split(card) if found.span.kind == "card")
    return Piece(RawCard(Span(parsed.raw, before, after, 1, "card", parsed.span.notes), parsed.encoding))


def joined(pieces: list[Piece]) -> bytes:
    """The bytes of the file."""
    return b"".join(piece.card.before + piece.card.raw + piece.card.after for piece in pieces)
