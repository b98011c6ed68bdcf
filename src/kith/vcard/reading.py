"""What one card says, claim by claim: each value with the lines it stands on, so that a patch finds them again."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from kith.model.contact import Extra, Params
from kith.vcard.raw import Line, RawCard
from kith.vcard.text import pieces, plain_param, texts, unescape

_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B", "Q"})
_PLACES = frozenset({"URL", "URI", "INLINE", "CID", "CONTENT-ID", "BINARY", "TEXT"})
_BUILT_IN = ("_$!<", ">!$_")
VERSIONS = ("2.1", "3.0", "4.0")


class Claim(NamedTuple):
    """A value of a field of `Contact` and the indexes of the lines that say it."""

    field: str
    value: Any
    lines: tuple[int, ...]


class Attributes(NamedTuple):
    """What the parameters of a line mean: types without pref, preference, VALUE, ENCODING, and the rest."""

    types: tuple[str, ...]
    pref: int
    value: str
    encoding: str
    rest: Params


@dataclass(slots=True)
class Reading:
    """The state while one card is read. `problems` are (code, line number, sentence)."""

    lines: list[Line]
    version: str
    claims: list[Claim] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    problems: list[tuple[str, int, str]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)
    waiting: dict[str, list[tuple[int, Line]]] = field(default_factory=dict)
    partners: set[str] = field(default_factory=set)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    """(field, normal form) of values that may stand on several lines, and the index of their claim."""

    def claim(self, name: str, value: Any, index: int) -> None:
        self.claims.append(Claim(name, value, (index,)))

    def once(self, name: str, value: Any, index: int) -> None:
        """The first value of a single-valued field; later ones are kept as they are."""
        if name in self.single:
            self.claim("extras", self.extra(self.lines[index]), index)
        else:
            self.single.add(name)
            self.claim(name, value, index)

    def text(self, value: str) -> str:
        return unescape(value, self.version)

    def hang(self, line: Line) -> tuple[tuple[str, ...], str, int, Params]:
        """Types, label, pref and remaining parameters of a line, the label of its group included."""
        attributes = read_params(line.params, self.version)
        if line.group and (label := self.labels.get(line.group.lower(), "")):
            token = built_in(label)
            if token:
                types = tuple(sorted({*attributes.types, token}))
                return types, "", attributes.pref, attributes.rest
            return attributes.types, label, attributes.pref, attributes.rest
        return attributes.types, "", attributes.pref, attributes.rest

    def extra(self, line: Line) -> Extra:
        """A line that no field expresses, verbatim."""
        gone = ("CHARSET", "ENCODING") if line.encoded else ("CHARSET",)
        params = tuple(
            ("ENCODING" if value.upper() in _ENCODINGS else "TYPE", value) if not name else (name, value)
            for name, value in line.params
            if name not in gone and not (line.encoded and not name and value.upper() in _ENCODINGS)
        )
        label = self.labels.get(line.group.lower(), "") if line.group else ""
        return Extra(line.name, line.value.replace("\n", "\\n"), params, label)


def built_in(label: str) -> str:
    """The type behind one of Apple's own labels (`_$!<HomePage>!$_` is homepage); "" for a label of the owner."""
    if label.startswith(_BUILT_IN[0]) and label.endswith(_BUILT_IN[1]):
        return label[4:-4].strip().lower()
    return ""


def components(value: str, version: str) -> list[tuple[str, ...]]:
    """The components of a structured value, each a list of texts; empty ones at the end left out."""
    found: list[tuple[str, ...]]
    if "\\" not in value and "," not in value:
        found = [(text,) if (text := piece.strip()) else () for piece in value.split(";")]
    else:
        found = [texts(piece, version) for piece in pieces(value, ";")]
    while found and not found[-1]:
        found.pop()
    return found


def padded(parts: list[tuple[str, ...]], count: int) -> list[tuple[str, ...]]:
    """The first `count` components, absent ones empty."""
    return [*parts[:count], *[()] * (count - len(parts))]


def read_params(params: Params, version: str) -> Attributes:
    """Sort the parameters of a line by meaning."""
    if not params:
        return _NONE
    return _read_params(params, version) if len(params) < 20 else _read_params.__wrapped__(params, version)


_NONE = Attributes((), 0, "", "", ())


@lru_cache(maxsize=8192)
def _read_params(params: Params, version: str) -> Attributes:
    types: dict[str, None] = {}
    told = {"PREF": "", "VALUE": "", "ENCODING": ""}
    rest: list[tuple[str, str]] = []
    for name, value in params:
        if name in ("", "TYPE"):
            for token in _tokens(name, value, told):
                types[token] = None
        elif name in told:
            told[name] = value
        elif name not in ("CHARSET", "PID"):  # PID means something on its own server only
            rest.append((name, plain_param(value, version)))
    pref = int(told["PREF"]) if told["PREF"].isdecimal() and 1 <= int(told["PREF"][:9]) <= 100 else 0
    if "pref" in types:
        del types["pref"]
        pref = pref or 1
    return Attributes(
        tuple(sorted(types)), pref, told["VALUE"].lower(), told["ENCODING"].upper(), tuple(rest)
    )


def _tokens(name: str, value: str, told: dict[str, str]) -> list[str]:
    if not name and value.upper() in _ENCODINGS:
        told["ENCODING"] = value
        return []
    if not name and value.upper() in _PLACES:
        told["VALUE"] = value
        return []
    return [token for part in value.replace('"', "").split(",") if (token := part.strip().lower())]


def version_of(card: RawCard) -> str:
    """The version a card says it has, else what it looks like."""
    told = card.value("VERSION")
    if told in VERSIONS:
        return told
    if told.startswith(("4", "3", "2")):
        return {"4": "4.0", "3": "3.0", "2": "2.1"}[told[0]]
    bare = any(not name for line in card.lines for name, _ in line.params)
    return "2.1" if bare or any(line.encoded for line in card.lines) else "3.0"
