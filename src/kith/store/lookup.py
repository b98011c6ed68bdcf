"""Finds people and cards by what a user writes: an id, a unique prefix of one, account/remote_id, or a unique name."""

from kith.model.fields import fold
from kith.model.record import RecordKey
from kith.store.cards import key_of, owner, person, resolve
from kith.store.database import Database

FEWEST_PREFIX = 4


class Unclear(Exception):
    """What the user wrote names nothing, or several: `candidates` are (id, title)."""

    def __init__(self, text: str, candidates: list[tuple[str, str]]) -> None:
        self.text, self.candidates = text, candidates
        if len(candidates) == 1:
            said = "is only a part of a name"
        else:
            said = "names " + (f"{len(candidates)} people" if candidates else "nobody")
        super().__init__(f'"{text}" {said}')


def find_person(db: Database, text: str, whole: bool = False) -> str:
    """The id of the person meant. `whole`: a part of a word of the name is not enough. Raises Unclear with the candidates."""
    current = resolve(db, text)
    if db.value("SELECT 1 FROM person WHERE id = ?", (current,)):
        return current
    card = find_card(db, text)
    if card is not None:
        identity = owner(db, card)
        if identity:
            return identity
    found = _by_prefix(db, text) or search(db, text, exact=True) or search(db, text)
    if len(found) == 1 and (not whole or _named(db, found[0], text)):
        return found[0][0]
    raise Unclear(text, found[:20])


def _named(db: Database, found: tuple[str, str], text: str) -> bool:
    """Whether `text` is the beginning of the id, words of the name, or one of the addresses."""
    identity, title = found
    if identity.startswith(text.lower()) or set(fold(text).split()) <= set(fold(title).split()):
        return True
    held = person(db, identity)
    return held is not None and fold(text) in {fold(email.value) for email in held.contact.emails}


def _by_prefix(db: Database, text: str) -> list[tuple[str, str]]:
    if len(text) < FEWEST_PREFIX or not text.isalnum():
        return []
    rows = db.rows(
        "SELECT id, title FROM person WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 20",
        (len(text), text.lower()),
    )
    return [(row[0], row[1]) for row in rows]


def search(db: Database, text: str, exact: bool = False, state: str | None = None) -> list[tuple[str, str]]:
    """(id, title) of people whose name holds all words of `text`, or is exactly it; ordered by name."""
    wanted = fold(text)
    found = []
    for row in db.rows(
        "SELECT id, title, state, body FROM person WHERE state <> 'deleted' ORDER BY title, id"
    ):
        if state is not None and row["state"] != state:
            continue
        title = fold(row["title"])
        hit = title == wanted if exact else all(word in title for word in wanted.split())
        if hit or (not exact and "@" in wanted and wanted in fold(row["body"])):
            found.append((row["id"], row["title"]))
    return found


def find_card(db: Database, text: str) -> RecordKey | None:
    """The card that `account/remote_id` names; the remote id may be shortened to its last part where that is unique."""
    account, slash, remote_id = text.partition("/")
    if not slash:
        return None
    rows = db.rows(
        "SELECT account, book, remote_id FROM card WHERE account = ? AND remote_id = ?", (account, remote_id)
    )
    if not rows:
        tail = "%" + remote_id.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        rows = db.rows(
            "SELECT account, book, remote_id FROM card WHERE account = ? AND remote_id LIKE ? ESCAPE '\\'",
            (account, tail),
        )
    return key_of(rows[0]) if len(rows) == 1 else None
