"""The calls. A pull without changes is one stat a file; a write changes one card and leaves all other bytes alone."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from kith.connector.api import CardChange, NewCard, Page, PullRequest, Source, Written
from kith.connector.archive import is_zip
from kith.connector.errors import Rejected, RevisionMismatch, WrongPlace
from kith.connector.info import Opening
from kith.model.capabilities import Capabilities
from kith.model.record import RecordKey, SourceRecord
from kith.vcard import patch, read, renew, write
from kith_connectors.vcf.files import (
    SUFFIXES,
    CardFile,
    Piece,
    Place,
    appended,
    joined,
    mark_of,
    places,
    read_file,
    replaced,
    unreadable,
)
from kith_connectors.vcf.pulling import Pull
from kith_connectors.vcf.settings import VcfSettings
from kith_connectors.vcf.writing import new_file, remove_file, replace_file, writable_path
from kith_connectors.vcf.zipped import ZippedCards

CAPABILITIES = Capabilities(writes=True, deletes=True, deltas=True)


def open_account(settings: VcfSettings, opening: Opening) -> Source:
    """A zip of vCards is a source, everything else a target. A path that is not there is told by the first call."""
    path = Path(settings.path).expanduser()
    try:
        if path.is_file() and is_zip(path):
            return ZippedCards(path, opening)
    except OSError:
        pass
    return VcfAccount(path, opening, settings.version)


class VcfAccount:
    """A Target over one file (a single book "") or a folder (a book for every folder that holds vCards)."""

    def __init__(self, path: Path, opening: Opening, version: str = "3.0") -> None:
        self.path, self.opening, self.version = path, opening, version
        self.capabilities = CAPABILITIES.but(vcard_version=version)
        self._held: CardFile | None = None  # the file written last: many writes to one file read it once

    def pull(self, request: PullRequest) -> Iterator[Page]:
        return Pull(self.opening.account, self.record, request).pages(self.path)

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        found = self._find(key)
        return self.record(found[0], found[1]) if found else None

    def check(self) -> list[str]:
        listed = list(places(self.path))
        files = [self._read(place) for place in listed]
        said = [f"{self.path}: {sum(len(file.ids) for file in files)} cards in {len(files)} files"]
        said += [f"{problem.message}: {problem.remedy}" for file in files if (problem := file.problem)]
        folders = {place.path.parent for place in listed} or {
            self.path if self.path.is_dir() else self.path.parent
        }
        closed = sorted(str(folder) for folder in folders if not os.access(folder, os.W_OK))
        return said + [
            f'{folder} is not writable for this user: use mode = "read" or change its rights'
            for folder in closed
        ]

    def close(self) -> None:
        self._held = None

    def create(self, card: NewCard) -> Written:
        data = self._text(card)
        if self.path.is_dir():
            return self._create_file(card, data)
        file = self._read(self._place(self.path, "", alone=True))
        if card.uid in {held.uid for held in file.cards}:
            raise RevisionMismatch(f"{self.path} has a card with this UID already")
        return self._written(self._store(file, appended(file, data)), len(file.ids))

    def _text(self, card: NewCard) -> bytes:
        """A new card; one that was there before is its old text, brought up to date."""
        if card.base is not None and card.before is not None:
            with suppress(ValueError):  # what was no card cannot be edited
                return renew.renew(card.base, card.before, card.contact, card.media, card.uid)
        return write.write(card.contact, card.media, version=self.version, uid=card.uid)

    def update(self, change: CardChange) -> Written:
        file, index = self._expected(change.key, change.expected)
        card = file.cards[index].card
        try:
            data = patch.patch(card.raw, change.after, change.media, change.before)
        except ValueError as error:
            raise Rejected(
                f"{file.place.path}: the card {change.key.remote_id} is not a vCard that can be edited",
                str(error),
            ) from error
        if data != card.raw:
            file = self._store(file, replaced(file, index, data))
        return self._written(file, index)

    def delete(self, key: RecordKey, expected: str) -> None:
        file, index = self._expected(key, expected)
        if len(file.ids) > 1 or file.place.alone:
            self._store(file, replaced(file, index, b""))
            return
        self._held = None
        remove_file(writable_path(file.place.path, self.path), file.mark)

    def record(self, file: CardFile, index: int) -> SourceRecord:
        """One card of a file as a record."""
        card = file.cards[index]
        own_file = not file.place.alone and len(file.ids) == 1
        return read.read(
            card.fresh(),
            RecordKey(self.opening.account, file.place.book, file.ids[index]),
            revision=card.revision,
            region=self.opening.region,
            modified=file.mark[1] / 1e9 if own_file else 0.0,
        )

    def _create_file(self, card: NewCard, data: bytes) -> Written:
        folder = self.path / card.book if card.book else self.path
        name = quote(card.remote_id, safe="-_.@+ ").lstrip(".")[:200] or "card"
        if not folder.is_dir():
            raise WrongPlace(f"{folder} is not there", "make the folder, or take it out of create_in")
        path = folder / f"{name}.vcf"
        writable_path(folder, self.path)
        new_file(path, data)
        file = self._read(self._place(path, card.book))
        return self._written(file, 0)

    def _written(self, file: CardFile, index: int) -> Written:
        record = self.record(file, index)
        return Written(record.key, record.revision, record)

    def _store(self, file: CardFile, pieces: list[Piece]) -> CardFile:
        """Write a file whose pieces have changed."""
        path = writable_path(file.place.path, self.path)
        if any(piece.card.encoding != "utf-8" for piece in pieces):
            raise Rejected(f"{path} is in UTF-16", "save it as UTF-8: kith does not write UTF-16 files")
        if file.cut_off:
            raise Rejected(f"{path} is cut off in its last card", "restore the file before kith writes to it")
        self._held = None
        mark = replace_file(path, joined(pieces), file.mark)
        held = CardFile(replace(file.place, mark=mark), mark, pieces)
        self._held = held
        return held

    def _expected(self, key: RecordKey, expected: str) -> tuple[CardFile, int]:
        found = self._find(key)
        if found is None:
            raise RevisionMismatch(f"the card {key.remote_id} is not in {self.path} any more")
        file, index = found
        if file.cards[index].revision != expected:
            raise RevisionMismatch(f"the card {key.remote_id} was changed in {file.place.path} meanwhile")
        return found

    def _find(self, key: RecordKey) -> tuple[CardFile, int] | None:
        for place in self._candidates(key):
            file = self._read(place)
            if key.remote_id in file.ids:
                return file, file.ids.index(key.remote_id)
        return None

    def _candidates(self, key: RecordKey) -> Iterator[Place]:
        """The files that may hold a card: the account's one file, or those whose name the id begins with."""
        if not self.path.is_dir():
            yield self._place(self.path, "", alone=True)
            return
        folder = self.path / key.book
        parts = key.remote_id.split("#")
        for end in range(len(parts), 0, -1):
            name = "#".join(parts[:end])
            path = folder / name
            plain = name.lower().endswith(SUFFIXES) and "/" not in name and ".." not in Path(key.book).parts
            if plain and path.is_file():
                yield self._place(path, key.book)

    def _place(self, path: Path, book: str, alone: bool = False) -> Place:
        try:
            return Place(path, book, path.name, mark_of(path.stat()), alone)
        except OSError as error:
            raise unreadable(path, error) from error

    def _read(self, place: Place) -> CardFile:
        if self._held and (self._held.place.path, self._held.mark) == (place.path, place.mark):
            return self._held
        try:
            self._held = read_file(place)
        except OSError as error:
            raise unreadable(place.path, error) from error
        return self._held
