"""Which folders of a mailbox are read, and what for."""

from collections.abc import Iterable
from dataclasses import dataclass

from kith.connector.mail import folders

_UNREADABLE = frozenset({"\\noselect", "\\nonexistent"})
_VIRTUAL = frozenset({"\\flagged", "\\important"})  # views of mail that lies elsewhere


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder by its decoded name, and its kind (`kith.connector.mail.folders`)."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of LIST: flags in lower case, the delimiter ("" for none), the decoded name."""

    flags: frozenset[str]
    delimiter: str
    name: str


def chosen(
    rows: Iterable[Listed], foreign: tuple[str, ...], only: tuple[str, ...], sent: tuple[str, ...]
) -> list[Folder]:
    """The folders to read, those with sent mail first: they teach which addresses are the owner's.

    `foreign` are the prefixes of other people's and shared folders: what others sent is not the owner's mail.
    Where the server has a folder with all mail (Gmail), that one and the sent mail are enough.
    """
    readable = [
        row
        for row in rows
        if not row.flags & (_UNREADABLE | _VIRTUAL)
        and not any(row.name.startswith(prefix) for prefix in foreign)
    ]
    special = {row.name: kind for row in readable if (kind := folders.flagged(row.flags))}
    found = [Folder(row.name, _kind(row, special, sent)) for row in readable]
    if only:
        found = [folder for folder in found if folder.name in only]
    else:
        found = [folder for folder in found if folder.kind not in folders.SKIPPED]
        if any(folder.kind == folders.ALL for folder in found):
            found = [folder for folder in found if folder.kind in (folders.ALL, folders.SENT)]
    return sorted(found, key=lambda folder: (folder.kind != folders.SENT, folder.name))


def _kind(row: Listed, special: dict[str, str], sent: tuple[str, ...]) -> str:
    """By the user's word, the flag, the flag of a folder above, or the names on the path."""
    if row.name in sent:
        return folders.SENT
    path = row.name.split(row.delimiter) if row.delimiter else [row.name]
    for length in range(len(path), 0, -1):
        above = row.delimiter.join(path[:length])
        if above in special and (length == len(path) or special[above] != folders.ALL):
            return special[above]
    return folders.kind(path)
