"""From ETags to revisions: what tells one state of a card from another."""

import hashlib
import re

_COUNTER = re.compile(r'(?:W/)?"?[A-Za-z]{0,4}\d{1,12}"?')
_MARKED = re.compile(r"(.+)#[0-9a-f]{8}", re.DOTALL)


def counts(etag: str) -> bool:
    """Whether an ETag looks like a counter, not like a digest. SOGo starts it anew when a card is deleted and made
    again under its old name, so that it says nothing about the content."""
    return bool(_COUNTER.fullmatch(etag))


def revision(etag: str, card: bytes) -> str:
    """The ETag; where that is a counter, with a mark of the content behind it."""
    return f"{etag}#{hashlib.sha256(card).hexdigest()[:8]}" if counts(etag) else etag


def etag_of(known: str) -> str:
    """The ETag in a revision, as the server spells it."""
    marked = _MARKED.fullmatch(known)
    return marked[1] if marked and counts(marked[1]) else known


def strong(etag: str) -> str:
    """The ETag without the mark of weakness."""
    return etag[2:] if etag.startswith("W/") else etag


def current(known: str | None, etag: str) -> bool:
    """Whether a card whose ETag is `etag` is surely the one that is known at a revision."""
    return bool(etag) and not counts(etag) and known == etag
