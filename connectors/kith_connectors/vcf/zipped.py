"""A zip of vCards, as phones and Takeout give it: read only, every card once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from kith.connector.api import Page, PullRequest
from kith.connector.archive import Archive
from kith.connector.errors import BadSource
from kith.connector.info import Opening
from kith.connector.snapshot import Reading, Snapshot
from kith.model.capabilities import Capabilities
from kith.model.record import RecordKey, SourceRecord
from kith.vcard import raw, read
from kith_connectors.vcf.files import SUFFIXES, Piece, identify

CAPABILITIES = Capabilities(deltas=True)


class ZippedCards:
    """A Source over all .vcf members of a zip, as one book."""

    capabilities = CAPABILITIES

    def __init__(self, path: Path, opening: Opening) -> None:
        self.path, self.opening = path, opening
        self._snapshot = Snapshot(path, lambda folder: folder, self._read, "1")

    def pull(self, request: PullRequest) -> Iterator[Page]:
        return self._snapshot.pull(request)

    def fetch(self, key: RecordKey) -> SourceRecord | None:
        return self._snapshot.fetch(key)

    def check(self) -> list[str]:
        reading = self._read(self.path)
        return [
            f"{self.path}: {sum(1 for _ in reading.books[''])} cards (a zip is read only)",
            *reading.skipped,
        ]

    def close(self) -> None:
        """Nothing to give back."""

    def _read(self, path: Path) -> Reading:
        cards, skipped = _cards(path)
        digest = hashlib.sha256(b"".join(card.revision.encode() for card in cards)).hexdigest()
        return Reading(digest, {"": self._records(cards)}, skipped)

    def _records(self, cards: list[Piece]) -> Iterator[SourceRecord]:
        for card, remote_id in zip(cards, identify(cards, None), strict=True):
            key = RecordKey(self.opening.account, "", remote_id)
            yield read.read(card.fresh(), key, revision=card.revision, region=self.opening.region)


def _cards(path: Path) -> tuple[list[Piece], list[str]]:
    """All different cards: Takeout has the same one in the folder of each of its labels."""
    cards: dict[str, Piece] = {}
    skipped: list[str] = []
    with Archive(path) as archive:
        names = [name for name in archive.names if name.lower().endswith(SUFFIXES)]
        if not names:
            raise BadSource(f"{path} has no vCards; it holds {archive.contents()}", "export as vCard (.vcf)")
        for name in names:
            pieces = [Piece(card) for card in raw.split(archive.read(name))]
            if any(piece.card.span.kind == "junk" for piece in pieces):
                skipped.append(f"{path}: {name} is not a vCard file")
            for piece in pieces:
                if piece.is_card:
                    cards.setdefault(piece.revision, piece)
    return list(cards.values()), skipped
