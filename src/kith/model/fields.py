"""The fields of a contact as data: one row each, so that merge, diff and shape need no ladder of names."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

from kith.model.contact import Contact, Extra, Name, Organization, Phone, Photo, PostalAddress, Profile, Text


@dataclass(frozen=True, slots=True)
class Field:
    """One field of `Contact`: its name, whether it holds many values, and what makes two values the same one."""

    name: str
    many: bool
    key: Callable[[Any], str]
    """The normal form: two values with one key are one value written twice; "" counts as absent."""


@lru_cache(maxsize=2048)
def fold(text: str) -> str:
    """Case, width, composition and white space removed: for comparing words, never for writing them."""
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    folded = " ".join(plain.split())
    return (
        text if folded == text else folded
    )  # most of what is folded is kept beside the text: one copy is enough


def _text(value: Text) -> str:
    return fold(value.value)


def _exact(value: str) -> str:
    return unicodedata.normalize("NFC", value).strip()


def phone_key(text: str, region: str = "") -> str:
    """Digits with a leading + where the number is international; `region` is only a name space for local ones.

    The E.164 form needs the account's region and a numbering plan: `kith.normalize.phones` supplies it and
    connectors' numbers pass through there before they are compared across accounts.
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[^\d*#a-z,;]", "", bare.casefold().replace("(0)", ""))
    if bare.startswith("+"):
        return "+" + digits
    if digits.startswith("00") and len(digits) > 8:
        return "+" + digits[2:]
    return f"{region}{digits}" if digits else fold(bare)


def _phone(value: Phone) -> str:
    return value.e164 or phone_key(value.value)


def _url(value: Text) -> str:
    text = value.value.strip()
    head, sep, tail = text.partition("://")
    if not sep:
        return text.casefold()
    host, slash, path = tail.partition("/")
    return f"{head.casefold()}://{host.casefold()}{slash}{path}".rstrip("/")


def _address(value: PostalAddress) -> str:
    parts = (
        value.po_box,
        value.extended,
        value.street,
        value.locality,
        value.region,
        value.postal_code,
        value.country,
    )
    joined = fold(" ".join(" ".join(part) for part in (*parts, *value.extra)))
    return re.sub(r"[^\w]+", " ", joined).strip() or fold(value.text)


def _organization(value: Organization) -> str:
    return fold("|".join((value.name, *value.units, value.title, value.role)))


def _profile(value: Profile) -> str:
    return fold(value.url.rstrip("/")) or fold(f"{value.service}:{value.handle}".strip(":"))


def _typed(value: Text) -> str:
    return f"{','.join(value.types)}|{value.label}|{fold(value.value)}"


def _photo(value: Photo) -> str:
    return value.sha256 or value.uri


def _extra(value: Extra) -> str:
    return f"{value.name}:{_exact(value.value)}"


def _name(value: Name) -> str:
    parts = (value.family, value.given, value.additional, value.prefix, value.suffix, *value.extra)
    return "|".join(_exact(" ".join(part)) for part in parts).strip("|")


FIELDS: tuple[Field, ...] = (
    Field("kind", False, str),
    Field("full_name", False, _exact),
    Field("name", False, _name),
    Field("phonetic", False, _name),
    Field("maiden_name", False, _exact),
    Field("sort_as", False, _exact),
    Field("nicknames", True, _text),
    Field("emails", True, _text),
    Field("phones", True, _phone),
    Field("addresses", True, _address),
    Field("organizations", True, _organization),
    Field("urls", True, _url),
    Field("profiles", True, _profile),
    Field("handles", True, _text),
    Field("birthday", False, lambda value: _exact(value.value)),
    Field("dates", True, _typed),
    Field("relations", True, _typed),
    Field("notes", True, lambda value: _exact(value.value)),
    Field("groups", True, _exact),
    Field("photo", False, _photo),
    Field("gender", False, _exact),
    Field("languages", True, _text),
    Field("places", True, _typed),
    Field("positions", True, _text),
    Field("timezones", True, _text),
    Field("calendars", True, _typed),
    Field("interests", True, _typed),
    Field("pronouns", True, _text),
    Field("members", True, _exact),
    Field("extras", True, _extra),
)
"""All fields that are merged, compared and shaped. `uid`, `revised` and `product` are not among them."""

BY_NAME: dict[str, Field] = {row.name: row for row in FIELDS}


contents: Callable[[Contact], tuple[Any, ...]] = attrgetter(*BY_NAME)
"""The values of all fields of a contact, in the order of FIELDS."""


def values(contact: Contact, row: Field) -> tuple[Any, ...]:
    """The field's values as a tuple, also for a single-valued one; absent ones are left out."""
    held = getattr(contact, row.name)
    if row.many:
        return tuple(value for value in held if row.key(value))
    return (held,) if held is not None and row.key(held) else ()
