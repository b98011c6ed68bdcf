"""What a file or folder is, by its content, and why it is nothing that kith can read."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from kith.connector import registry
from kith.connector.archive import Archive, is_zip
from kith.connector.errors import BadSource, ConnectorError
from kith.connector.info import ConnectorInfo, ConnectorSettings, Opening
from kith.connector.tables import is_html

ORDER = ("linkedin", "vcf", "xing", "csv", "mbox", "maildir")
"""Connectors that read files, the most particular first."""
HEAD = 4096
FOLDERS = 1_000
"""More folders below a given one than any export has: a home folder given by mistake is not searched through."""
LISTS = (".csv", ".vcf", ".vcard")
MEMBERS = 20
_KNOWN = "kith reads vCards, exports of LinkedIn, tables of Google, Outlook and XING, mbox and Maildir; an HTML page is no export"


def recognize(path: Path) -> ConnectorInfo | None:
    """The connector whose files look like this one, None where none does. The name of a file counts for nothing."""
    points = registry.available()
    for name in (*ORDER, *sorted(set(points) - set(ORDER))):
        if name not in points:
            continue
        info = registry.load(name)
        if info.recognizes is not None and info.recognizes(path):
            return info
    return None


def contents(path: Path) -> list[tuple[Path, ConnectorInfo]]:
    """What there is to read at a path: the file itself (a zip of contacts and mail as both); of a folder each Maildir, each
    folder of vCards as one, and every other file that a connector knows. Raises ConnectorError where that is nothing, with the reason."""
    if not path.is_dir():
        known = [(path, info) for info in _kinds(path)]
        if not known:
            raise _reason(path)
        return known
    found: list[tuple[Path, ConnectorInfo]] = []
    for folder in _folders(path):
        above = folder != path and any(taken == folder.parent for taken, _ in found)
        found.extend(item for item in _in_folder(folder) if not (above and item[0] == folder))
    if not found:
        raise BadSource("is a folder without any file that kith recognizes by its content", _KNOWN)
    return found


def _kinds(path: Path) -> list[ConnectorInfo]:
    """The connectors that read a file: one, or two for a zip (as Takeout makes it) that holds contacts and mail."""
    first = recognize(path)
    if first is None:
        return []
    mail = registry.load("mbox")
    both = first.name != mail.name and is_zip(path) and mail.recognizes is not None and mail.recognizes(path)
    return [first, mail] if both else [first]


def settings_for(path: Path, info: ConnectorInfo) -> ConnectorSettings:
    """The connector's settings for that path. Raises ConnectorError."""
    try:
        return info.settings.model_validate({"path": str(path)})
    except ValidationError as error:
        raise ConnectorError(f"cannot be read as {info.title}", str(error.errors()[0]["msg"])) from None


def _folders(top: Path) -> Iterator[Path]:
    """A folder and those below it; neither hidden ones nor what a Maildir is made of."""
    waiting, seen = [top], 0
    while waiting:
        folder = waiting.pop(0)
        seen += 1
        if seen > FOLDERS:
            raise BadSource(f"has more than {FOLDERS} folders in it", "name the one that holds the export")
        yield folder
        if not _is_maildir(folder):
            waiting.extend(sorted(item for item in _entries(folder) if item.is_dir()))


def _entries(folder: Path) -> list[Path]:
    try:
        return [item for item in folder.iterdir() if not item.name.startswith(".") and not item.is_symlink()]
    except OSError as error:
        raise BadSource(f"cannot be read ({error.strerror})", "check its rights") from error


def _is_maildir(folder: Path) -> bool:
    maildir = registry.load("maildir")
    return maildir.recognizes is not None and maildir.recognizes(folder)


def _in_folder(folder: Path) -> Iterator[tuple[Path, ConnectorInfo]]:
    if _is_maildir(folder):
        yield folder, registry.load("maildir")
        return
    cards = False
    for path in sorted(item for item in _entries(folder) if item.is_file()):
        for info in _kinds(path):
            if info.name == "vcf" and path.suffix.lower() in (".vcf", ".vcard"):
                if not cards:  # the folder is read as a whole
                    yield folder, info
                cards = True
            else:
                yield path, info


def _reason(path: Path) -> ConnectorError:
    """Why a file cannot be read: what is wrong with it where that shows, else that it is nothing known."""
    unknown = BadSource("is nothing that kith recognizes by its content", _KNOWN)
    try:
        if is_zip(path):
            with Archive(path) as archive:
                for name in [name for name in archive.names if name.lower().endswith(LISTS)][:MEMBERS]:
                    archive.read(name)  # tells what is wrong with it
                return BadSource(f"is a zip that holds {archive.contents()}: nothing that kith reads", _KNOWN)
        with path.open("rb") as file:
            head = file.read(HEAD)
        if not head:
            return BadSource("is empty", "copy or download it again")
        if is_html(head):
            return BadSource("is a web page (HTML)", "export again, and choose vCard or CSV as the format")
        if not any(mark in head for mark in (b",", b";", b"\t")) or b"\0" in head:
            return unknown
        table = registry.load("csv")
        table.open(settings_for(path, table), Opening("import")).check()
        return BadSource(
            "is a table, but not surely one of people",
            f'if it is, make it an account: connector = "csv", path = "{path}"',
        )
    except ConnectorError as error:
        return type(error)(error.message.removeprefix(str(path)).lstrip(": "), error.remedy)
    except OSError as error:
        return BadSource(f"cannot be read ({error.strerror})", "check its rights")
