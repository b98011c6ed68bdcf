"""`Contact` -> a new card."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from kith.model.contact import Contact, Name, Params
from kith.model.fields import FIELDS, contents
from kith.vcard.blocks import LISTS, Block, Form, Property, emit
from kith.vcard.charset import to_quoted_printable
from kith.vcard.read import derived_full_name
from kith.vcard.text import clean, fold, fold_quoted, param_value

PRODUCT = "-//kith//EN"
_BAD_NAME = re.compile(r"[^A-Za-z0-9-]")
_ALWAYS = frozenset({"full_name", "name"})


def write(
    contact: Contact, media: Mapping[str, bytes], version: str = "3.0", uid: str = "", dialect: str = ""
) -> bytes:
    """A new card: CRLF, folded at 75 octets, always with VERSION, UID, FN and N.

    `media` holds the picture's bytes by sha256; without them the card has no picture. `version`: 2.1, 3.0 or 4.0.
    `uid` wins over `contact.uid`; where both are empty the UID is derived from the content. `dialect` apple writes
    anniversaries as X-ABDATE. Extras are written as they are: which of them may travel is `kith.model.extras.portable`.
    """
    form = Form(version, dialect, media)
    own = clean(uid or contact.uid).replace("\n", "") or str(uuid5(NAMESPACE_URL, repr(contact)))
    lines = ["BEGIN:VCARD", f"VERSION:{version}", f"PRODID:{PRODUCT}", f"UID:{own}"]
    number = 0
    for block in blocks(contact, form):
        group = ""
        if block.label or block.country or block.grouped:
            number += 1
            group = f"item{number}"
        lines += block_lines(block, group, version)
    lines.append("END:VCARD")
    return b"".join([folded(line, version) for line in lines])


def folded(line: str, version: str, end: bytes = b"\r\n") -> bytes:
    """The line as bytes. In vCard 2.1 quoted-printable has soft breaks and a blank line ends base64."""
    if version != "2.1":
        return fold(line, end)
    head = line.partition(":")[0].upper()
    if "QUOTED-PRINTABLE" in head:
        return fold_quoted(line, end)
    return fold(line, end) + (end if "ENCODING=BASE64" in head else b"")


def blocks(contact: Contact, form: Form) -> Iterator[Block]:
    """The properties of a contact in the order of `kith.model.fields`."""
    for row, held in zip(FIELDS, contents(contact), strict=True):
        if not held and row.name not in _ALWAYS:
            continue
        if row.name in LISTS:
            yield from list_blocks(row.name, held, form)
        elif row.name == "organizations":
            yield from _organizations(held, form)
        elif row.name == "full_name":
            yield emit("full_name", held or derived_full_name(contact) or "?", form)
        elif row.name == "name":
            yield name_block(contact, form)
        elif row.many:
            yield from (emit(row.name, value, form) for value in held)
        elif not (row.name == "sort_as" and form.version == "4.0"):
            yield emit(row.name, held, form)


def name_block(contact: Contact, form: Form) -> Block:
    """N, which in 4.0 carries SORT-AS; for a list it repeats the name, as Apple's do."""
    lists = contact.kind == "group" and not contact.name
    head = emit("name", Name((contact.full_name,)) if lists else contact.name, form).properties[0]
    params: Params = (("SORT-AS", contact.sort_as),) if contact.sort_as and form.version == "4.0" else ()
    return Block((Property(head.name, head.value, params=params),))


def _organizations(held: tuple[Any, ...], form: Form) -> Iterator[Block]:
    for value in held:
        block = emit("organizations", value, form)
        yield Block(block.properties, block.label, grouped=len(held) > 1)


def list_blocks(name: str, held: tuple[Any, ...], form: Form) -> Iterator[Block]:
    """Values of a list property; those with equal parameters share a line."""
    rows: dict[tuple[Any, ...], list[str]] = {}
    for value in held:
        block = emit(name, value, form)
        head = block.properties[0]
        rows.setdefault((head.name, head.types, head.pref, head.params, block.label), []).append(head.value)
    for (line, types, pref, params, label), texts in rows.items():
        yield Block((Property(line, ",".join(texts), types, pref, params),), label)


def block_lines(block: Block, group: str, version: str) -> list[str]:
    """The unfolded lines of a block, its annotations behind it."""
    rows = block.properties
    if block.label:
        rows += (Property("X-ABLabel", Form(version).text(block.label)),)
    if block.country:
        rows += (Property("X-ABADR", Form(version).text(block.country)),)
    return [property_line(row, group, version) for row in rows]


def property_line(row: Property, group: str, version: str) -> str:
    """One unfolded content line."""
    head = (
        _head(row.name, row.types, row.pref, version)
        if not row.params
        else _named(row.name) + params_text(row, version)
    )
    if group:
        head = f"{group}.{head}"
    value = row.value
    if version == "2.1" and not (value.isascii() and "\n" not in value):
        return f"{head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{to_quoted_printable(value)}"
    return f"{head}:{value}"


def _named(name: str) -> str:
    return _BAD_NAME.sub("-", name)


@lru_cache(maxsize=1024)
def _head(name: str, types: tuple[str, ...], pref: int, version: str) -> str:
    """What stands in front of the colon: nearly all lines of all cards have one of few."""
    return _named(name) + params_text(Property(name, "", types, pref), version)


def params_text(row: Property, version: str) -> str:
    """The parameters of a property, each with its semicolon."""
    tokens = [token_text(kind, version) for kind in row.types]
    params = [(name, value) for name, value in row.params if name]
    if row.pref == 1 and version != "4.0":
        tokens.append("PREF")
    elif row.pref:
        params.insert(0, ("PREF", str(row.pref)))
    text = "".join(f";{_BAD_NAME.sub('-', name)}={param_value(value, version)}" for name, value in params)
    if not tokens:
        return text
    return (
        "".join(f";{token}" for token in tokens) + text
        if version == "2.1"
        else f";TYPE={','.join(tokens)}{text}"
    )


def token_text(kind: str, version: str) -> str:
    """A type as a parameter value: upper case up to 3.0, as older programs expect."""
    text = param_value(kind.replace(",", " "), version)
    return text if version == "4.0" else text.upper()
