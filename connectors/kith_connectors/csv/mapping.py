"""Rows into contacts: each target has one small function that puts its cells where they belong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kith.connector.tables import plain_header
from kith.model.contact import (
    Contact,
    Date,
    Email,
    Extra,
    Handle,
    Name,
    Organization,
    Phone,
    PostalAddress,
    Profile,
    Relation,
    Text,
    Url,
)
from kith_connectors.csv.cells import date, group_names, is_address, is_exchange, labelled, parted, written
from kith_connectors.csv.layout import Layout
from kith_connectors.csv.targets import MANY, SINGLE, Target

COLUMN = "X-KITH-COLUMN-"
"""Prefix of the private properties that keep cells of columns kith has no field for."""
_SALUTATIONS = frozenset(("herr", "frau", "mr", "mrs", "ms", "miss", "mr.", "mrs.", "ms."))
_GENDERS = {"male": "M", "männlich": "M", "m": "M", "female": "F", "weiblich": "F", "w": "F", "f": "F"}


@dataclass(slots=True)
class Cells:
    """The cells of one row by what they are. `values` are {(field, slot): {part: text}} with the target that began them."""

    single: dict[str, str] = field(default_factory=dict)
    many: dict[str, list[str]] = field(default_factory=dict)
    values: dict[tuple[str, str], tuple[Target, dict[str, str]]] = field(default_factory=dict)
    unknown: list[Extra] = field(default_factory=list)
    google: bool = False


def sort_cells(row: Sequence[str], header: Sequence[str], layout: Layout) -> Cells:
    """Put every filled cell of a row under its target."""
    cells = Cells(google=layout.name == "google")
    for number, (text, target) in enumerate(zip(row, layout.targets, strict=True)):
        if not text or (target is not None and target.field == "ignore"):
            continue
        text = written(text)
        if not text:
            continue
        if target is None:
            cells.unknown.append(Extra(COLUMN + plain_header(header[number]).upper(), text))
        elif target.field in SINGLE and not target.slot:
            cells.single.setdefault(target.field, text)
        elif target.field in MANY:
            cells.many.setdefault(target.field, []).append(text)
        else:
            _value(cells, target, text, number)
    return cells


def _value(cells: Cells, target: Target, text: str, number: int) -> None:
    slot = target.slot if target.slot or target.field == "address" else f"column {number}"
    _, parts = cells.values.setdefault((target.field, slot), (target, {}))
    parts[target.part] = f"{parts[target.part]}\n{text}" if target.part in parts else text


def contact_of(cells: Cells, day_first: bool) -> Contact:
    """The contact that a row's cells make."""
    contact = _with_name(cells.single)
    contact = replace(
        contact,
        gender=_GENDERS.get(cells.single.get("gender", "").casefold(), ""),
        maiden_name=cells.single.get("maiden_name", ""),
        birthday=date(cells.single.get("birthday", ""), day_first),
        nicknames=tuple(map(Text, cells.many.get("nickname", ()))),
        notes=tuple(map(Text, cells.many.get("note", ()))),
        groups=tuple(
            dict.fromkeys(
                name for cell in cells.many.get("groups", ()) for name in group_names(cell, cells.google)
            )
        ),
        interests=tuple(Text(text, ("hobby",)) for text in cells.many.get("hobby", ())),
        languages=tuple(map(Text, cells.many.get("language", ()))),
        organizations=_organization(cells.single),
        extras=tuple(cells.unknown),
    )
    gathered: dict[str, list[Any]] = {}
    for (kind, _), (target, parts) in cells.values.items():
        name, make = _MAKERS[kind]
        for split in _parted(parts):
            value = make(target, split, day_first)
            if value is not None:
                gathered.setdefault(name, []).append(value)
            elif kind in ("email", "phone") and split.get("value") and not is_exchange(split["value"]):
                gathered.setdefault("extras", []).append(Extra(f"{COLUMN}{kind.upper()}", split["value"]))
    added: dict[str, Any] = {
        name: _added(getattr(contact, name), values) for name, values in gathered.items()
    }
    return replace(contact, **added)


def _added(held: tuple[Any, ...], values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys((*held, *values)))


def _with_name(single: Mapping[str, str]) -> Contact:
    parts = [single.get(part, "") for part in ("family", "given", "additional", "prefix", "suffix")]
    name = Name(*(((part,) if part else ()) for part in parts))  # type: ignore[arg-type]
    phonetic = Name(
        family=_part(single.get("phonetic_family", "")), given=_part(single.get("phonetic_given", ""))
    )
    family, given, additional, prefix, suffix = parts
    shown = "" if prefix.casefold() in _SALUTATIONS else prefix
    full = single.get("full_name") or " ".join(part for part in (shown, given, additional, family) if part)
    if suffix and full and "full_name" not in single:
        full = f"{full}, {suffix}"
    return Contact(
        full_name=full or single.get("organization", ""), name=name, phonetic=phonetic, kind=_kind(single)
    )


def _kind(single: Mapping[str, str]) -> str:
    named = any(single.get(part) for part in ("full_name", "given", "family"))
    return "org" if single.get("organization") and not named else "individual"


def _part(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _organization(single: Mapping[str, str]) -> tuple[Organization, ...]:
    name, unit, title, role = (
        single.get(part, "") for part in ("organization", "department", "title", "role")
    )
    return (Organization(name, _part(unit), title, role),) if name or unit or title or role else ()


def _parted(parts: Mapping[str, str]) -> list[dict[str, str]]:
    """Google joins several values of one kind in one cell, in all cells of that value alike; its label is written once, and
    its star means the first of them."""
    split = {part: parted(text) for part, text in parts.items() if part != "label"}
    label = parts.get("label", "")
    return [
        {
            "label": label if number == 0 else label.lstrip("* "),
            **{part: texts[number] for part, texts in split.items() if number < len(texts)},
        }
        for number in range(max(map(len, split.values()), default=0))
    ]


def _kinds(target: Target, parts: Mapping[str, str]) -> dict[str, Any]:
    types, label, pref = labelled(parts.get("label", ""))
    types = tuple(sorted(kind for kind in {*types, *target.types} if kind != "other"))
    return {"types": types, "label": label or target.label, "pref": pref}


def _email(target: Target, parts: Mapping[str, str], _day_first: bool) -> Email | None:
    value = parts.get("value", "").removeprefix("mailto:")
    return Email(value, **_kinds(target, parts)) if is_address(value) else None


def _phone(target: Target, parts: Mapping[str, str], _day_first: bool) -> Phone | None:
    value = parts.get("value", "")
    return Phone(value, **_kinds(target, parts)) if any(map(str.isdigit, value)) else None


def _url(target: Target, parts: Mapping[str, str], _day_first: bool) -> Url | None:
    return Url(parts["value"], **_kinds(target, parts)) if parts.get("value") else None


def _relation(target: Target, parts: Mapping[str, str], _day_first: bool) -> Relation | None:
    word = parts.get("label", "").strip("* ").casefold() or target.label
    known = word in ("spouse", "child", "parent", "friend", "sibling", "partner", "mother", "father")
    types, label = ((word,), "") if known else ((), word)
    return Relation(parts["value"], types, label) if parts.get("value") else None


def _date(target: Target, parts: Mapping[str, str], day_first: bool) -> Date | None:
    found = date(parts.get("value", ""), day_first)
    word = parts.get("label", "").strip("* ") or target.label
    if found is None:
        return None
    anniversary = word.casefold() in ("anniversary", "jahrestag")
    return replace(found, types=("anniversary",) if anniversary else (), label="" if anniversary else word)


def _profile(target: Target, parts: Mapping[str, str], _day_first: bool) -> Profile | None:
    value = parts.get("value", "")
    url = value if "/" in value else ""
    return Profile(target.label, "" if url else value, url) if value else None


def _handle(target: Target, parts: Mapping[str, str], _day_first: bool) -> Handle | None:
    service = (parts.get("service", "") or target.label).strip("* ").casefold().replace(" ", "")
    kinds = _kinds(Target("im"), parts)
    return Handle(f"{service or 'im'}:{parts['value']}", **kinds) if parts.get("value") else None


def _address(target: Target, parts: Mapping[str, str], _day_first: bool) -> PostalAddress | None:
    given = {part: _part(text) for part, text in parts.items() if part not in ("label", "text") and text}
    text = parts.get("text", "")
    if not given and not text:
        return None
    return PostalAddress(
        po_box=given.get("po_box", ()),
        extended=given.get("extended", ()),
        street=given.get("street", ()),
        locality=given.get("city", ()),
        region=given.get("region", ()),
        postal_code=given.get("postal_code", ()),
        country=given.get("country", ()),
        text=text,
        **_kinds(target, parts),
    )


def _job(_target: Target, parts: Mapping[str, str], _day_first: bool) -> Organization | None:
    name, unit, title, role = (parts.get(part, "") for part in ("name", "department", "title", "role"))
    return Organization(name, _part(unit), title, role) if name or unit or title or role else None


def _custom(_target: Target, parts: Mapping[str, str], _day_first: bool) -> Extra | None:
    label = parts.get("label", "").strip("* ")
    return Extra(f"{COLUMN}CUSTOM", parts["value"], label=label) if parts.get("value") else None


def _jot(_target: Target, parts: Mapping[str, str], _day_first: bool) -> Text | None:
    return Text(parts["value"]) if parts.get("value") else None


_MAKERS: dict[str, tuple[str, Callable[[Target, Mapping[str, str], bool], Any]]] = {
    "email": ("emails", _email),
    "phone": ("phones", _phone),
    "url": ("urls", _url),
    "relation": ("relations", _relation),
    "date": ("dates", _date),
    "profile": ("profiles", _profile),
    "im": ("handles", _handle),
    "address": ("addresses", _address),
    "organization": ("organizations", _job),
    "custom": ("extras", _custom),
    "note": ("notes", _jot),
}
