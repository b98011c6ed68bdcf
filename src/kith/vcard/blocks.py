"""Values -> properties: how each field is spelled in a version of vCard. What `kith.vcard.claims` reads, this writes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kith.model.contact import Extra, Name, Organization, Params, PostalAddress, Profile, Text
from kith.vcard import dates
from kith.vcard.dialects import apple_label, extra_in
from kith.vcard.photo_block import photo_property
from kith.vcard.profiles import no_address
from kith.vcard.text import clean, escape

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:\S+")
_PLAIN_GEO = re.compile(r"[+-]?\d{1,3}(?:\.\d+)?,[+-]?\d{1,3}(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Form:
    """What is written: version 2.1, 3.0 or 4.0; dialect "" or apple; the pictures by sha256."""

    version: str = "3.0"
    dialect: str = ""
    media: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, value: str) -> str:
        return escape(clean(value), self.version)


class Property(NamedTuple):
    """A content line to be: `value` is the text after the colon, escaped already."""

    name: str
    value: str
    types: tuple[str, ...] = ()
    pref: int = 0
    params: Params = ()


class Block(NamedTuple):
    """The properties of one value. `label` is the text of X-ABLabel, `country` that of X-ABADR; `grouped` says that the
    properties must share a group."""

    properties: tuple[Property, ...]
    label: str = ""
    country: str = ""
    grouped: bool = False


def emit(name: str, value: Any, form: Form) -> Block:
    """The block of a value of a field of `Contact`; one without properties where the version has no form for it."""
    return _EMITTERS[name](value, form)


def _one(
    name: str, value: str, source: Any = None, params: Params = (), types: tuple[str, ...] | None = None
) -> Block:
    """A block of one property with the types, preference, label and parameters of `source`."""
    if source is None:
        return Block((Property(name, value, types or (), 0, params),))
    kinds = source.types if types is None else types
    return Block((Property(name, value, kinds, source.pref, (*params, *source.params)),), source.label)


def _is_uri_param(params: Params) -> bool:
    return ("VALUE", "uri") in params


def _text(name: str, older: str = "", drop: str = "") -> Callable[[Any, Form], Block]:
    """A text property; `older` is its name before 4.0, `drop` a type that the name itself says."""

    def emitter(value: Text, form: Form) -> Block:
        text = (
            clean(value.value).replace("\n", " ") if _is_uri_param(value.params) else form.text(value.value)
        )
        types = tuple(kind for kind in value.types if kind != drop) if drop in value.types else value.types
        return _one(name if form.version == "4.0" or not older else older, text, value, types=types)

    return emitter


def _uri(name: str) -> Callable[[Any, Form], Block]:
    def emitter(value: Text, form: Form) -> Block:
        return _labelled(_one(name, _bare(value.value), value), value, form)

    return emitter


def _bare(value: str) -> str:
    """A URI in one line."""
    return clean(value).replace("\n", "")


def _labelled(block: Block, value: Any, form: Form) -> Block:
    """Types that Apple has labels for and vCard 3.0 has no TYPE for become that label."""
    label = (
        apple_label(value.types[0])
        if len(value.types) == 1 and not value.label and form.version != "2.1"
        else ""
    )
    if not label:
        return block
    head = block.properties[0]
    return Block((Property(head.name, head.value, (), head.pref, head.params), *block.properties[1:]), label)


def _plain(name: str, older: str = "") -> Callable[[Any, Form], Block]:
    def emitter(value: str, form: Form) -> Block:
        return _one(name if form.version == "4.0" or not older else older, form.text(value))

    return emitter


def _kind(value: str, form: Form) -> Block:
    if value == "individual":
        return Block(())
    if form.version == "4.0":
        return _one("KIND", form.text(value))
    if value == "org":
        return _one("X-ABShowAs", "COMPANY")
    return _one("X-ADDRESSBOOKSERVER-KIND" if value == "group" else "X-KIND", form.text(value))


def structured(parts: tuple[tuple[str, ...], ...], form: Form, least: int) -> str:
    """Components of texts: semicolons between components, commas inside."""
    padded = (*parts, *((),) * (least - len(parts)))
    return ";".join([",".join(map(form.text, part)) for part in padded])


def name_value(value: Name, form: Form) -> str:
    parts = (value.family, value.given, value.additional, value.prefix, value.suffix, *value.extra)
    return structured(parts, form, 5)


def _name(value: Name, form: Form) -> Block:
    return _one("N", name_value(value, form))


def _phonetic(value: Name, form: Form) -> Block:
    rows = (("FIRST", value.given), ("MIDDLE", value.additional), ("LAST", value.family))
    return Block(
        tuple(
            Property(f"X-PHONETIC-{row}-NAME", ",".join(map(form.text, part))) for row, part in rows if part
        )
    )


def _email(value: Text, form: Form) -> Block:
    types = value.types if form.version == "4.0" else ("internet", *value.types)
    return _one("EMAIL", form.text(value.value), value, types=types)


def _address(value: PostalAddress, form: Form) -> Block:
    parts = (
        value.po_box,
        value.extended,
        value.street,
        value.locality,
        value.region,
        value.postal_code,
        value.country,
    )
    text = structured((*parts, *value.extra), form, 7)
    if form.version == "4.0":
        own = (("LABEL", value.text.replace("\\", "\\\\")), ("CC", value.country_code))
        return _one("ADR", text, value, tuple(pair for pair in own if pair[1]))
    first = Property("ADR", text, value.types, value.pref, value.params)
    if not value.text:
        return Block((first,), value.label, value.country_code.lower())
    label = Property("LABEL", form.text(value.text), value.types)
    return Block((first, label), value.label, value.country_code.lower(), grouped=True)


def _organization(value: Organization, form: Form) -> Block:
    units = (
        ";".join(form.text(text) for text in (value.name, *value.units)) if value.name or value.units else ""
    )
    texts = (("ORG", units), ("TITLE", form.text(value.title)), ("ROLE", form.text(value.role)))
    found = [(name, text) for name, text in texts if text]
    if not found:
        return Block(())
    own = {name: _params_of(name, value.params) for name in ("TITLE", "ROLE")}
    rest = tuple(pair for pair in value.params if not pair[0].startswith(("TITLE.", "ROLE.")))
    name, text = found[0]
    first = Property(name, text, value.types, value.pref, (*rest, *own.get(name, ())))
    return Block((first, *(Property(name, text, params=own[name]) for name, text in found[1:])), value.label)


def _params_of(name: str, params: Params) -> Params:
    """What belongs to the TITLE or ROLE of an organization: TITLE.LANGUAGE is the LANGUAGE of its title."""
    return tuple((key[len(name) + 1 :], text) for key, text in params if key.startswith(f"{name}."))


def _profile(value: Profile, form: Form) -> Block:
    if form.version == "4.0":
        told = (("SERVICE-TYPE", value.service), ("USERNAME", value.handle if value.url else ""))
        params = tuple(pair for pair in told if pair[1])
        if value.url:
            return _one("SOCIALPROFILE", _bare(value.url), value, params)
        return _one("SOCIALPROFILE", form.text(value.handle), value, (*params, ("VALUE", "text")))
    types = (value.service, *value.types) if value.service else value.types
    params = (("x-user", value.handle),) if value.handle else ()
    return _one("X-SOCIALPROFILE", _bare(value.url) or no_address(value.handle), value, params, types)


def _date_block(name: str, value: Any, form: Form, types: tuple[str, ...], label: str) -> Block:
    text, params, free = dates.write(clean(value.value), form.version)
    written = form.text(text) if free else text
    return Block((Property(name, written, types, value.pref, (*params, *value.params)),), label)


def _birthday(value: Any, form: Form) -> Block:
    return _date_block("BDAY", value, form, value.types, value.label)


def _date(value: Any, form: Form) -> Block:
    new = form.version == "4.0"
    for kind, name in (("anniversary", "ANNIVERSARY"), ("death", "DEATHDATE")):
        if kind in value.types and not (
            kind == "anniversary" and form.dialect == "apple" and len(value.types) == 1
        ):
            types = tuple(other for other in value.types if other != kind)
            return _date_block(name if new else f"X-{name}", value, form, types, value.label)
    if len(value.types) == 1 and not value.label:
        return _date_block("X-ABDATE", value, form, (), apple_label(value.types[0], always=True))
    return _date_block("X-ABDATE", value, form, value.types, value.label)


def _relation(value: Text, form: Form) -> Block:
    if form.version == "4.0":
        if _URI.fullmatch(value.value):
            return _one("RELATED", _bare(value.value), value)
        return _one("RELATED", form.text(value.value), value, (("VALUE", "text"),))
    block = _one("X-ABRELATEDNAMES", form.text(value.value), value)
    if len(value.types) == 1 and not value.label:
        head = block.properties[0]
        bare = Property(head.name, head.value, (), head.pref, head.params)
        return Block((bare,), apple_label(value.types[0], always=True))
    return block


def _gender(value: str, form: Form) -> Block:
    sex, semicolon, identity = clean(value).partition(";")
    text = form.text(sex) + semicolon + form.text(identity)
    return _one("GENDER" if form.version == "4.0" else "X-GENDER", text)


def _position(value: Text, form: Form) -> Block:
    plain = _PLAIN_GEO.fullmatch(value.value)
    if form.version == "4.0":
        return _one("GEO", f"geo:{value.value}" if plain else _bare(value.value), value)
    if plain:
        return _one("GEO", value.value.replace(",", ";"), value)
    return _one("GEO", _bare(value.value), value)


def _timezone(value: Text, form: Form) -> Block:
    offset = re.fullmatch(r"[+-]\d\d:?\d\d", value.value)
    if form.version == "4.0" or offset or _is_uri_param(value.params):
        return _text("TZ")(value, form)
    return _one("TZ", form.text(value.value), value, (("VALUE", "text"),))


def _calendar(value: Text, _form: Form) -> Block:
    name = next((kind for kind in ("fburl", "caluri", "caladruri") if kind in value.types), "caluri")
    return _one(
        name.upper(), _bare(value.value), value, types=tuple(kind for kind in value.types if kind != name)
    )


def _place(value: Text, form: Form) -> Block:
    name = "death" if "death" in value.types else "birth"
    return _text(f"{name.upper()}PLACE", f"X-{name.upper()}PLACE", name)(value, form)


def _interest(value: Text, form: Form) -> Block:
    name = next((kind for kind in ("interest", "hobby", "expertise") if kind in value.types), "interest")
    return _text(name.upper(), f"X-{name.upper()}", name)(value, form)


def _member(value: str, form: Form) -> Block:
    text = _bare(value)
    text = text if _URI.fullmatch(text) else f"urn:uuid:{text}"
    return _one("MEMBER" if form.version == "4.0" else "X-ADDRESSBOOKSERVER-MEMBER", text)


def _photo(value: Any, form: Form) -> Block:
    found = photo_property(value, form.media, form.version)
    return Block((Property(*found),)) if found else Block(())


def _extra(value: Extra, form: Form) -> Block:
    converted = extra_in(value, form.version)
    if converted is None:
        return Block(())
    text = clean(converted.value).replace("\n", "\\n")
    return Block((Property(converted.name, text, (), 0, converted.params),), converted.label)


def _listed(name: str) -> Callable[[Any, Form], Block]:
    """One value of a list property; `kith.vcard.write` and `patch` put values of equal parameters on one line."""

    def emitter(value: Any, form: Form) -> Block:
        return (
            _one(name, form.text(value))
            if isinstance(value, str)
            else _one(name, form.text(value.value), value)
        )

    return emitter


LISTS = frozenset({"groups", "nicknames"})
"""Fields of which many values share a line."""

_EMITTERS: dict[str, Callable[[Any, Form], Block]] = {
    "kind": _kind,
    "full_name": _plain("FN"),
    "name": _name,
    "sort_as": _plain("SORT-STRING"),
    "phonetic": _phonetic,
    "maiden_name": _plain("X-MAIDENNAME"),
    "nicknames": _listed("NICKNAME"),
    "emails": _email,
    "phones": _text("TEL"),
    "addresses": _address,
    "organizations": _organization,
    "urls": _uri("URL"),
    "profiles": _profile,
    "handles": _uri("IMPP"),
    "birthday": _birthday,
    "dates": _date,
    "relations": _relation,
    "notes": _text("NOTE"),
    "groups": _listed("CATEGORIES"),
    "photo": _photo,
    "gender": _gender,
    "languages": _text("LANG", "X-LANG"),
    "places": _place,
    "positions": _position,
    "timezones": _timezone,
    "calendars": _calendar,
    "interests": _interest,
    "pronouns": _text("PRONOUNS", "X-PRONOUNS"),
    "members": _member,
    "extras": _extra,
}
