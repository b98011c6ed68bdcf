"""A card under the knife: lines that can be changed, removed and added while all others keep their bytes."""

import re

from kith.model.contact import Params
from kith.vcard.blocks import Property
from kith.vcard.charset import to_quoted_printable
from kith.vcard.head import raw_params
from kith.vcard.raw import Line, RawCard
from kith.vcard.text import param_value
from kith.vcard.write import folded, token_text

_ITEM = re.compile(r"item(\d{1,9})", re.IGNORECASE)
_CODING = frozenset({"CHARSET", "ENCODING", "VALUE", "X-APPLE-OMIT-YEAR"})
_CODING_WORDS = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"})
ANNOTATIONS = frozenset({"X-ABLABEL", "X-ABADR"})


class EditedLine:
    """A line with changes. Parameters that no change names keep their text; so does the value."""

    def __init__(self, line: Line) -> None:
        first, *params = raw_params(line.head)
        self.group = line.group
        self.name = first.partition(".")[2] if line.group else first
        self.params = params
        self.value = line.value
        if line.encoded or line.coded:  # `value` is decoded: the line is written in UTF-8
            self.params = [part for part in params if not _names_charset(part)]

    def set_value(self, value: str, params: Params) -> None:
        """A new value, written in UTF-8; what described the coding of the old one goes."""
        self.value = value
        self.params = [part for part in self.params if not _codes(part)]
        self.params += [f"{name}={value}" for name, value in params if name in _CODING]

    def retype(self, old: Property, new: Property, version: str) -> None:
        """Apply the difference of types, preference and parameters."""
        removed = {kind.lower() for kind in old.types} - {kind.lower() for kind in new.types}
        added = [kind for kind in new.types if kind.lower() not in {known.lower() for known in old.types}]
        if old.pref != new.pref:
            removed.add("pref")
            self.params = [part for part in self.params if not part.upper().startswith("PREF=")]
            if new.pref == 1 and version != "4.0":
                added.append("PREF")
            elif new.pref:
                self.params.append(f"PREF={new.pref}")
        if removed:
            self.params = [kept for part in self.params if (kept := _without(part, removed))]
        if added:
            self._add_types([token_text(kind, version) for kind in added], version)
        for pair in set(old.params) - set(new.params):
            self.params = [
                part for part in self.params if _pair(part) != pair and _name(part) != pair[0].upper()
            ]
        for name, value in new.params:
            if (name, value) not in old.params and name not in _CODING:
                self.params = [part for part in self.params if _name(part) != name.upper()]
                self.params.append(f"{name}={param_value(value, version)}")

    def _add_types(self, tokens: list[str], version: str) -> None:
        if version == "2.1":
            self.params += tokens
            return
        known = next((at for at, part in enumerate(self.params) if part.upper().startswith("TYPE=")), None)
        if known is None:
            self.params.insert(0, f"TYPE={','.join(tokens)}")
        elif self.params[known].endswith('"'):
            self.params[known] = f'{self.params[known][:-1]},{",".join(tokens)}"'
        else:
            self.params[known] += "," + ",".join(tokens)

    def text(self, version: str) -> str:
        """The unfolded line."""
        head = ";".join((f"{self.group}.{self.name}" if self.group else self.name, *self.params))
        if version == "2.1" and not (self.value.isascii() and "\n" not in self.value):
            return f"{head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{to_quoted_printable(self.value)}"
        value = self.value.replace("\n", "\\n")
        return f"{head}:{value}"


def _name(part: str) -> str:
    return part.partition("=")[0].strip().upper() if "=" in part else ""


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip().upper(), value.strip().strip('"')


def _names_charset(part: str) -> bool:
    name, equals, value = part.partition("=")
    coding = value if equals else name
    return name.strip().upper() == "CHARSET" or coding.strip().upper() == "QUOTED-PRINTABLE"


def _codes(part: str) -> bool:
    return _name(part) in _CODING if "=" in part else part.strip().upper() in _CODING_WORDS


def _without(part: str, removed: set[str]) -> str:
    """A parameter without some types; "" where nothing is left of it."""
    name, equals, value = part.partition("=")
    if not equals:
        return "" if name.strip().lower() in removed else part
    if name.strip().upper() != "TYPE":
        return part
    kept = [token for token in value.replace('"', "").split(",") if token.strip().lower() not in removed]
    if len(kept) == len(value.split(",")):
        return part
    return f"{name}={','.join(kept)}" if kept else ""


def _line_end(raw: bytes) -> bytes:
    """The line end of a card: CR LF, or LF or CR alone."""
    if raw.endswith(b"\n"):
        return b"\r\n" if raw.endswith(b"\r\n") else b"\n"
    return b"\r" if raw.endswith(b"\r") else b"\r\n"


class Sheet:
    """All lines of a card: untouched, edited, removed, or added behind another."""

    def __init__(self, card: RawCard, version: str) -> None:
        self.card, self.version, self.lines = card, version, card.lines
        self.edited: dict[int, EditedLine] = {}
        self.removed: set[int] = set()
        self.added: dict[int, list[str]] = {}
        self._groups: dict[str, list[int]] = {}
        self._last: dict[str, int] = {}
        for index, line in enumerate(self.lines):
            self._last[line.name] = index
            if line.group:
                self._groups.setdefault(line.group.lower(), []).append(index)
        self._next = 1 + max(
            (int(m[1]) for line in self.lines if (m := _ITEM.fullmatch(line.group))), default=0
        )

    @property
    def touched(self) -> bool:
        return bool(self.edited or self.removed or self.added)

    def edit(self, index: int) -> EditedLine:
        """The line, ready to be changed."""
        if index not in self.edited:
            self.edited[index] = EditedLine(self.lines[index])
        return self.edited[index]

    def free_group(self) -> str:
        """A group name that no line of the card has."""
        self._next += 1
        return f"item{self._next - 1}"

    def group(self, index: int) -> str:
        """The group of a line as it is now."""
        return self.edited[index].group if index in self.edited else self.lines[index].group

    def mate(self, group: str, name: str) -> int | None:
        """The annotation of that name in a group."""
        mates = self._groups.get(group.lower(), ()) if group else ()
        return next((i for i in mates if self.lines[i].name == name and i not in self.removed), None)

    def append(self, texts: list[str], names: set[str]) -> None:
        """Add unfolded lines behind the last line of one of these properties, else in front of END."""
        at = max((self._last[name] for name in names if name in self._last), default=-1)
        if at < 0:
            at = self._last.get("END", len(self.lines)) - 1
        else:
            owner = self.lines[at].group.lower()
            while owner and at + 1 < len(self.lines) and self._annotates(at + 1, owner):
                at += 1
        self.added.setdefault(at, []).extend(texts)

    def _annotates(self, index: int, group: str) -> bool:
        return self.lines[index].name in ANNOTATIONS and self.lines[index].group.lower() == group

    def remove(self, index: int) -> None:
        """Take a line away, and what only annotated it."""
        self.removed.add(index)
        mates = self._groups.get(self.lines[index].group.lower(), [])[:64]
        left = [i for i in mates if i not in self.removed]
        if all(self.lines[i].name in ANNOTATIONS for i in left):
            self.removed.update(left)

    def to_bytes(self) -> bytes:
        """The card with its changes; lines without changes have the bytes they had."""
        end = _line_end(self.lines[0].raw)
        out: list[bytes] = []
        raws = self.card.physical()
        for index, raw in enumerate(raws):
            if index in self.edited and index not in self.removed:
                out.append(folded(self.edited[index].text(self.version), self.version, end))
            elif index not in self.removed:
                out.append(raw)
            for text in self.added.get(index, ()):
                if out and not out[-1].endswith((b"\n", b"\r")):
                    out.append(end)
                out.append(folded(text, self.version, end))
        data = b"".join(out)
        return data if self.card.encoding == "utf-8" else data.decode().encode(self.card.encoding)
