"""From content lines to claims: one reader for each property (RFC 2426, 6350, 6474, 6715, 9554 and common X- names)."""

from collections.abc import Callable
from dataclasses import replace

from kith.model.contact import Date, Email, Name, Phone, Relation, Text, Url
from kith.vcard import dates
from kith.vcard.photos import read_photo
from kith.vcard.places import read_address, read_geo, settle_addresses, wait_label
from kith.vcard.profiles import read_handle, read_profile, read_service
from kith.vcard.raw import Line
from kith.vcard.reading import Claim, Reading, components, padded, read_params
from kith.vcard.text import pieces, texts, uri, without_scheme
from kith.vcard.work import settle_organizations

Reader = Callable[[Reading, Line, int], None]
_SKIPPED = frozenset({"", "BEGIN", "END", "VERSION", "REV", "PRODID"})


def claims(reading: Reading) -> list[Claim]:
    """All claims of a card, in the order of its lines."""
    _annotations(reading)
    readers, extra = READERS, reading.extra
    for index, line in enumerate(reading.lines):
        if line.name in _SKIPPED:
            continue
        reader = readers.get(line.name)
        if reader is None:
            reading.claims.append(Claim("extras", extra(line), (index,)))
        elif line.value:
            reader(reading, line, index)
    settle_organizations(reading)
    settle_addresses(reading)
    return reading.claims


def _annotations(reading: Reading) -> None:
    """Labels and countries of groups, which may stand before or after what they are about."""
    for line in reading.lines:
        if not line.group:
            continue
        if line.name == "X-ABLABEL":
            reading.labels.setdefault(line.group.lower(), reading.text(line.value).strip())
        elif line.name == "X-ABADR":
            reading.countries.setdefault(line.group.lower(), reading.text(line.value).strip().upper())
        else:
            reading.partners.add(line.group.lower())


def _annotation(reading: Reading, line: Line, index: int) -> None:
    """A label without a partner is kept as it is; one with a partner has been read with it."""
    if line.group.lower() not in reading.partners:
        reading.claim("extras", reading.extra(line), index)


def _text(name: str, build: type[Text] = Text, types: tuple[str, ...] = ()) -> Reader:
    """A text value with types, label and preference."""

    def reader(reading: Reading, line: Line, index: int) -> None:
        kinds, label, pref, rest = reading.hang(line)
        told = read_params(line.params, reading.version).value
        if told == "uri":
            value, rest = uri(line.value), (*rest, ("VALUE", "uri"))
        else:
            value = reading.text(line.value).strip()
        if value:
            all_types = tuple(sorted({*kinds, *types})) if types else kinds
            reading.claim(name, build(value, all_types, label, pref, rest), index)

    return reader


def _uri(name: str, build: type[Text], types: tuple[str, ...] = ()) -> Reader:
    def reader(reading: Reading, line: Line, index: int) -> None:
        kinds, label, pref, rest = reading.hang(line)
        if value := uri(line.value):
            all_types = tuple(sorted({*kinds, *types})) if types else kinds
            reading.claim(name, build(value, all_types, label, pref, rest), index)

    return reader


def _once(name: str, fold: dict[str, str] | None = None) -> Reader:
    def reader(reading: Reading, line: Line, index: int) -> None:
        value = reading.text(line.value).strip()
        if value:
            reading.once(name, (fold or {}).get(value.lower(), value), index)

    return reader


def _note(reading: Reading, line: Line, index: int) -> None:
    kinds, label, pref, rest = reading.hang(line)
    reading.claim("notes", Text(reading.text(line.value), kinds, label, pref, rest), index)


def _email(reading: Reading, line: Line, index: int) -> None:
    kinds, label, pref, rest = reading.hang(line)
    if "internet" in kinds:  # what every address is (RFC 2426 section 3.3.2)
        kinds = tuple(kind for kind in kinds if kind != "internet")
    value = without_scheme(reading.text(line.value).strip(), "mailto:")
    if value:
        reading.claim("emails", Email(value, kinds, label, pref, rest), index)


def _phone(reading: Reading, line: Line, index: int) -> None:
    kinds, label, pref, rest = reading.hang(line)
    value = without_scheme(reading.text(line.value).strip(), "tel:")
    if value:
        reading.claim("phones", Phone(value, kinds, label, pref, rest), index)


def read_name(value: str, version: str) -> Name:
    """A structured name; components after the fifth are those of RFC 9554."""
    parts = components(value, version)
    family, given, additional, prefix, suffix = padded(parts, 5)
    return Name(family, given, additional, prefix, suffix, tuple(parts[5:]))


def _name(reading: Reading, line: Line, index: int) -> None:
    reading.once("name", read_name(line.value, reading.version), index)
    for name, value in read_params(line.params, reading.version).rest:
        if name == "SORT-AS" and "sort_as" not in reading.single:
            reading.once("sort_as", value, index)


def _phonetic(part: str) -> Reader:
    def reader(reading: Reading, line: Line, index: int) -> None:
        at = reading.seen.get(("phonetic", ""))
        known = reading.claims[at] if at is not None else Claim("phonetic", Name(), ())
        if getattr(known.value, part):
            reading.claim("extras", reading.extra(line), index)
            return
        parts = texts(line.value, reading.version)
        grown = Claim("phonetic", replace(known.value, **{part: parts}), (*known.lines, index))
        if at is None:
            reading.seen["phonetic", ""] = len(reading.claims)
            reading.claims.append(grown)
        else:
            reading.claims[at] = grown

    return reader


def _sound(reading: Reading, line: Line, index: int) -> None:
    """SOUND;X-IRMC-N carries the reading of a Japanese name; any other SOUND is a recording."""
    kinds = read_params(line.params, reading.version).types
    if "x-irmc-n" in kinds and ("phonetic", "") not in reading.seen:
        reading.seen["phonetic", ""] = len(reading.claims)
        reading.claim("phonetic", read_name(line.value, reading.version), index)
    else:
        reading.claim("extras", reading.extra(line), index)


def _nicknames(reading: Reading, line: Line, index: int) -> None:
    kinds, label, pref, rest = reading.hang(line)
    for value in texts(line.value, reading.version):
        reading.claim("nicknames", Text(value, kinds, label, pref, rest), index)


def _categories(reading: Reading, line: Line, index: int) -> None:
    for value in texts(line.value, reading.version):
        if ("groups", value) not in reading.seen:
            reading.seen["groups", value] = len(reading.claims)
            reading.claim("groups", value, index)


def _date(reading: Reading, line: Line, types: tuple[str, ...]) -> Date | None:
    kinds, label, pref, rest = reading.hang(line)
    attributes = read_params(line.params, reading.version)
    omitted = next((value for name, value in rest if name == "X-APPLE-OMIT-YEAR"), "")
    rest = tuple(pair for pair in rest if pair[0] != "X-APPLE-OMIT-YEAR") if omitted else rest
    value, good = dates.normal(reading.text(line.value), omitted)
    if not value:
        return None
    if not good and attributes.value != "text" and any(char.isdigit() for char in value):
        reading.problems.append(("date", line.number, f"“{value[:40]}” is not a date; it is kept as text"))
    return Date(value, tuple(sorted({*kinds, *types})), label, pref, rest)


def _birthday(reading: Reading, line: Line, index: int) -> None:
    if value := _date(reading, line, ()):
        reading.once("birthday", value, index)


def _dated(types: tuple[str, ...]) -> Reader:
    def reader(reading: Reading, line: Line, index: int) -> None:
        if value := _date(reading, line, types):
            reading.claim("dates", value, index)

    return reader


def _related(reading: Reading, line: Line, index: int) -> None:
    kinds, label, pref, rest = reading.hang(line)
    told = read_params(line.params, reading.version).value
    value = reading.text(line.value).strip() if told == "text" else uri(line.value)
    if value:
        reading.claim("relations", Relation(value, kinds, label, pref, rest), index)


def _gender(reading: Reading, line: Line, index: int) -> None:
    parts = [reading.text(piece).strip() for piece in pieces(line.value, ";")]
    value = ";".join(parts).rstrip(";")
    if value:
        reading.once("gender", _GENDERS.get(value.lower(), value), index)


_GENDERS = {"male": "M", "female": "F"}


def _kind(reading: Reading, line: Line, index: int) -> None:
    value = reading.text(line.value).strip().lower()
    reading.once("kind", {"company": "org", "person": "individual"}.get(value, value), index)


def _member(reading: Reading, line: Line, index: int) -> None:
    value = without_scheme(uri(line.value), "urn:uuid:")
    if value:
        reading.claim("members", value, index)


def _uid(reading: Reading, line: Line, index: int) -> None:
    reading.once("uid", line.value.strip(), index)


def _wait(reading: Reading, line: Line, index: int) -> None:
    """ORG, TITLE and ROLE make organizations together, once all are known."""
    reading.waiting.setdefault(line.name, []).append((index, line))


def _aliases(reader: Reader, *names: str) -> dict[str, Reader]:
    return dict.fromkeys(names, reader)


def _relations(**kinds: str) -> dict[str, Reader]:
    return {
        f"{prefix}{name}": _text("relations", Relation, (kind,))
        for name, kind in kinds.items()
        for prefix in ("X-", "X-EVOLUTION-", "X-KADDRESSBOOK-X-")
    }


READERS: dict[str, Reader] = {
    "FN": _once("full_name"),
    "N": _name,
    "UID": _uid,
    **_aliases(_kind, "KIND", "X-KIND", "X-ADDRESSBOOKSERVER-KIND", "X-ABSHOWAS"),
    "SORT-STRING": _once("sort_as"),
    "X-MAIDENNAME": _once("maiden_name"),
    "X-PHONETIC-FIRST-NAME": _phonetic("given"),
    "X-PHONETIC-MIDDLE-NAME": _phonetic("additional"),
    "X-PHONETIC-LAST-NAME": _phonetic("family"),
    "SOUND": _sound,
    "NICKNAME": _nicknames,
    "EMAIL": _email,
    "TEL": _phone,
    "ADR": read_address,
    "LABEL": wait_label,
    **_aliases(_wait, "ORG", "TITLE", "ROLE"),
    "URL": _uri("urls", Url),
    **_aliases(read_profile, "X-SOCIALPROFILE", "SOCIALPROFILE"),
    "IMPP": read_handle,
    **_aliases(
        read_service,
        *("X-AIM", "X-ICQ", "X-JABBER", "X-MSN", "X-YAHOO", "X-SKYPE", "X-SKYPE-USERNAME", "X-GTALK", "X-QQ"),
        *("X-GOOGLE-TALK", "X-GOOGLE TALK", "X-GADUGADU", "X-GROUPWISE", "X-SIP", "X-MATRIX", "X-TELEGRAM"),
    ),
    "BDAY": _birthday,
    **_aliases(
        _dated(("anniversary",)),
        *("ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY"),
    ),
    **_aliases(_dated(("death",)), "DEATHDATE", "X-DEATHDATE"),
    "X-ABDATE": _dated(()),
    "RELATED": _related,
    "X-ABRELATEDNAMES": _text("relations", Relation),
    **_relations(SPOUSE="spouse", MANAGER="manager", ASSISTANT="assistant"),
    "X-KADDRESSBOOK-X-SPOUSESNAME": _text("relations", Relation, ("spouse",)),
    "X-KADDRESSBOOK-X-MANAGERSNAME": _text("relations", Relation, ("manager",)),
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": _text("relations", Relation, ("assistant",)),
    "NOTE": _note,
    "CATEGORIES": _categories,
    "PHOTO": read_photo,
    **_aliases(_gender, "GENDER", "X-GENDER"),
    **_aliases(_text("languages"), "LANG", "X-LANG"),
    **_aliases(_text("places", types=("birth",)), "BIRTHPLACE", "X-BIRTHPLACE"),
    **_aliases(_text("places", types=("death",)), "DEATHPLACE", "X-DEATHPLACE"),
    "GEO": read_geo,
    "TZ": _text("timezones"),
    "FBURL": _uri("calendars", Url, ("fburl",)),
    "CALURI": _uri("calendars", Url, ("caluri",)),
    "CALADRURI": _uri("calendars", Url, ("caladruri",)),
    **{
        f"{prefix}{name}": _text("interests", types=(name.lower(),))
        for name in ("INTEREST", "HOBBY", "EXPERTISE")
        for prefix in ("", "X-")
    },
    **_aliases(_text("pronouns"), "PRONOUNS", "X-PRONOUNS"),
    **_aliases(_member, "MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"),
    **_aliases(_annotation, "X-ABLABEL", "X-ABADR"),
}
"""Upper-case property name to its reader; what is not here is an extra."""
