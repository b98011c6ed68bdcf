"""Typed values of single properties, made when they are asked for.

vobject serves as object model for structured values alone (`vobject.vcard.Name`, `Address`, `ContentLine`): its objects
are built from our lines. It never parses input and never writes output, and it is imported when the first such value is
asked for.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kith.vcard import dates, pictures
from kith.vcard.raw import Line, RawCard
from kith.vcard.reading import components, read_params, version_of
from kith.vcard.text import pieces, texts, unescape, uri

if TYPE_CHECKING:
    from vobject.base import ContentLine

KINDS: dict[str, str] = {
    **dict.fromkeys(
        (
            "FN",
            "NOTE",
            "TITLE",
            "ROLE",
            "SORT-STRING",
            "PRODID",
            "LABEL",
            "MAILER",
            "X-ABLABEL",
            "X-MAIDENNAME",
        ),
        "text",
    ),
    **dict.fromkeys(
        ("EMAIL", "TEL", "GENDER", "LANG", "TZ", "KIND", "CLASS", "PRONOUNS", "X-ABRELATEDNAMES"), "text"
    ),
    **dict.fromkeys(("NICKNAME", "CATEGORIES"), "text-list"),
    **dict.fromkeys(("N", "ADR", "ORG"), "structured"),
    **dict.fromkeys(
        ("URL", "SOURCE", "IMPP", "RELATED", "MEMBER", "FBURL", "CALURI", "CALADRURI", "SOCIALPROFILE"), "uri"
    ),
    **dict.fromkeys(("GEO", "UID", "X-SOCIALPROFILE", "X-ADDRESSBOOKSERVER-MEMBER"), "uri"),
    **dict.fromkeys(("BDAY", "ANNIVERSARY", "X-ANNIVERSARY", "DEATHDATE", "X-ABDATE", "REV"), "date"),
    **dict.fromkeys(("PHOTO", "LOGO", "SOUND", "KEY"), "binary"),
}
"""Property name to value type (RFC 6350 section 6); any other property is raw."""

Value = str | bytes | tuple[str, ...] | tuple[tuple[str, ...], ...] | None


class CardView:
    """A card property by property; nothing is decoded before it is asked for, and the card is never changed."""

    def __init__(self, card: RawCard) -> None:
        self.card = card
        self.version = version_of(card)

    def lines(self, name: str) -> list[Line]:
        """All properties of an upper-case name."""
        return [line for line in self.card.lines if line.name == name]

    def first(self, name: str) -> Value:
        """The typed value of the first property of that name, None where there is none."""
        found = self.lines(name)
        return self.value(found[0]) if found else None

    def values(self) -> list[tuple[str, Value]]:
        """Name and typed value of all properties in order."""
        return [(line.name, self.value(line)) for line in self.card.lines if line.name]

    def value(self, line: Line) -> Value:
        """The value by its type: text, list of texts, components, URI, normal form of a date, or bytes (None where they
        are damaged). A value of an unknown property is the text as it stands."""
        told = read_params(line.params, self.version).value
        kind = {"uri": "uri", "text": "text"}.get(told, KINDS.get(line.name, "raw"))
        match kind:
            case "text":
                return unescape(line.value, self.version)
            case "text-list":
                return texts(line.value, self.version)
            case "structured":
                return tuple(components(line.value, self.version))
            case "uri":
                return uri(line.value)
            case "date":
                return dates.normal(unescape(line.value, self.version))[0]
            case "binary":
                return self._bytes(line)
        return line.value

    def _bytes(self, line: Line) -> bytes | str | None:
        """Inline data; the address of remote data."""
        value = line.value.strip()
        if value[:5].lower() == "data:":
            return pictures.from_data_uri(value)[1]
        encoded = read_params(line.params, self.version).encoding in ("B", "BASE64")
        return pictures.from_base64(value) if encoded or ":" not in value else uri(value)

    def label(self, line: Line) -> str:
        """The X-ABLabel of a line's group, as written; "" where there is none."""
        group = line.group.lower()
        mates = (mate for mate in self.lines("X-ABLABEL") if group and mate.group.lower() == group)
        return next((unescape(mate.value, self.version) for mate in mates), "")

    def as_vobject(self, line: Line) -> "ContentLine":
        """A line as vobject's `ContentLine`, N as its `Name`, ADR as its `Address`, ORG as a list."""
        from vobject.base import ContentLine

        params = [[name, *pieces(value, ",")] if name else [value] for name, value in line.params]
        built: ContentLine = ContentLine(line.name, params, "", group=line.group or None)
        built.value = self._object(line)
        return built

    def _object(self, line: Line) -> Any:
        if line.name not in ("N", "ADR", "ORG"):
            return self.value(line)
        from vobject.vcard import Address, Name

        parts = [list(part) for part in components(line.value, self.version)]
        if line.name == "ORG":
            return [",".join(part) for part in parts]
        padded = [_one_or_many(part) for part in parts] + [""] * 7
        if line.name == "N":
            names = dict(zip(("family", "given", "additional", "prefix", "suffix"), padded, strict=False))
            return Name(**names)
        keys = ("box", "extended", "street", "city", "region", "code", "country")
        return Address(**dict(zip(keys, padded, strict=False)))

    def __iter__(self) -> Iterator[Line]:
        return iter(self.card.lines)


def _one_or_many(part: list[str]) -> str | list[str]:
    return part if len(part) > 1 else "".join(part)
