"""Which layout a header has, and what each of its columns is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kith.connector.tables import plain_header
from kith_connectors.csv.synonyms import synonyms
from kith_connectors.csv.targets import IGNORED, Target, parse_target

_NUMBERED = re.compile(
    r"(e-?mail|phone|address|organization|relation|website|event|im|custom field|jot|external id) (\d+) - (.+)",
    re.IGNORECASE,
)
_FIELDS = {
    "email": "email",
    "e-mail": "email",
    "phone": "phone",
    "address": "address",
    "organization": "organization",
    "relation": "relation",
    "website": "url",
    "event": "date",
    "im": "im",
    "custom field": "custom",
    "jot": "note",
    "external id": "custom",
}
_PARTS = {
    "label": "label",
    "type": "label",
    "value": "value",
    "formatted": "text",
    "street": "street",
    "extended address": "extended",
    "po box": "po_box",
    "city": "city",
    "region": "region",
    "postal code": "postal_code",
    "country": "country",
    "name": "name",
    "title": "title",
    "department": "department",
    "job description": "role",
    "service": "service",
}
_OUTLOOK_MARKS = frozenset(
    plain_header(title)
    for title in (
        "Business Street",
        "E-mail 2 Address",
        "Business Phone",
        "Home Phone",
        "Company Main Phone",
        "Straße geschäftlich",
        "E-Mail 2: Adresse",
        "Telefon geschäftlich",
        "Telefon privat",
        "Weitere Vornamen",
    )
)
_IDENTIFYING = frozenset(("full_name", "given", "family", "email", "phone", "organization", "profile"))
_OTHER_EXPORTS = frozenset(("connectedon", "verbundenam", "vernetztam"))


@dataclass(frozen=True, slots=True)
class Layout:
    """`name` of the layout, and a target (None: unknown) for each column."""

    name: str
    targets: tuple[Target | None, ...]

    @property
    def known(self) -> int:
        return sum(target is not None for target in self.targets)


def google_target(title: str) -> Target | None:
    """The target of a numbered column of Google's layouts, such as `E-mail 1 - Value` or `Address 2 - City`."""
    found = _NUMBERED.fullmatch(title.strip())
    part = _PARTS.get(found[3].casefold()) if found else None
    if not found or part is None:
        return None
    return Target(_FIELDS[found[1].casefold()], part, slot=found[2])


def layout_of(header: Sequence[str], name: str = "auto", columns: Mapping[str, str] | None = None) -> Layout:
    """What each column is. `columns` are the user's words and win; `name` "auto" is told from the titles."""
    own = {plain_header(title): parse_target(target) for title, target in (columns or {}).items()}
    plain = [plain_header(title) for title in header]
    if name == "auto":
        name = _guess(header, plain)
    words = synonyms(name)
    targets: list[Target | None] = []
    for title, bare in zip(header, plain, strict=True):
        if bare in own:
            targets.append(own[bare])
        elif not bare:
            targets.append(IGNORED)
        else:
            targets.append(google_target(title) or _known(words, bare))
    return Layout(name, tuple(targets))


def _known(words: Mapping[str, str], bare: str) -> Target | None:
    found = words.get(bare)
    return parse_target(found) if found else None


def _guess(header: Sequence[str], plain: Sequence[str]) -> str:
    if any(google_target(title) for title in header):
        return "google"
    if len(_OUTLOOK_MARKS.intersection(plain)) >= 2:
        return "outlook"
    if any("xing" in bare for bare in plain):
        return "xing"
    return "generic"


def score(header: Sequence[str], name: str = "auto", columns: Mapping[str, str] | None = None) -> int:
    """How many columns are known; 0 where the row cannot be the header of an address book."""
    layout = layout_of(header, name, columns)
    fields = [target.field for target in layout.targets if target is not None and target is not IGNORED]
    enough = 1 if columns else 2
    return len(fields) if len(fields) >= enough and _IDENTIFYING.intersection(fields) else 0


def is_address_book(header: Sequence[str]) -> int:
    """The stricter score for files that nobody announced: most columns are known, a way to reach people is among them,
    and it is not the export of a network that has a connector of its own."""
    if _OTHER_EXPORTS.intersection(map(plain_header, header)):
        return 0
    found = score(header)
    fields = {target.field for target in layout_of(header).targets if target is not None}
    filled = sum(bool(title.strip()) for title in header)
    named = fields & {"given", "family", "full_name"}
    return found if found * 2 >= filled and named and fields & {"email", "phone", "profile"} else 0
