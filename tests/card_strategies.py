"""Hypothesis strategies for whole contacts and for cards as odd programs write them."""

import hashlib
import struct
import zlib

from hypothesis import strategies as st

from kith.model.contact import (
    Contact,
    Date,
    Email,
    Extra,
    Handle,
    Name,
    Organization,
    Phone,
    Photo,
    PostalAddress,
    Profile,
    Relation,
    Text,
    Url,
)
from kith.model.fields import BY_NAME

_WORD = st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufffe\uffff\ufeff")
_HARD = st.sampled_from(
    [
        "a,b",
        "a;b",
        "c:\\new",
        "x\ny",
        "\\",
        "\\,",
        "\\n",
        "ü" * 40,
        "名前" * 30,
        "a\u2028b",
        "\u202eabc",
        "=20",
        "^n",
    ]
)


def texts(min_size: int = 1) -> st.SearchStrategy[str]:
    """Text without control characters, without white space at its ends, with line breaks inside now and then."""
    plain = st.text(_WORD, max_size=24) | _HARD
    return plain.map(lambda text: text.strip() or "x" * min_size)


WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäöüßñ"), max_size=10).map(lambda text: text or "w")
TOKENS = st.sampled_from(["home", "work", "cell", "x-boat", "other", "voice", "fax"])
TYPES = st.lists(TOKENS, max_size=3, unique=True).map(lambda found: tuple(sorted(found)))
LABELS = st.just("") | texts()
PARAM_VALUES = st.sampled_from(["de", "a,b", "a;b", "x:y", "ü 1", "1", "two words"])
PARAMS = st.lists(
    st.tuples(st.sampled_from(["X-ONE", "LANGUAGE", "ALTID", "X-TWO"]), PARAM_VALUES),
    max_size=2,
    unique_by=lambda pair: pair[0],
).map(tuple)
PREFS = st.sampled_from([0, 0, 0, 1, 2, 100])
HANG = {"types": TYPES, "label": LABELS, "pref": PREFS, "params": PARAMS}
URIS = st.builds(
    lambda scheme, host, path: f"{scheme}://{host}.example/{path}",
    st.sampled_from(["http", "https"]),
    st.text(st.sampled_from("abcxyz"), max_size=8).map(lambda text: text or "w"),
    st.text(st.sampled_from("abc/?=&%20;,@:~#ü"), max_size=20),
)


def _tuples(values, size=3, key=repr):
    return st.lists(values, max_size=size, unique_by=key).map(tuple)


PARTS = _tuples(texts(), 2)
_FILLED = st.tuples(texts()) | st.tuples(texts(), texts())
EXTRA_PARTS = st.just(()) | st.tuples(_FILLED) | st.tuples(_FILLED, _FILLED)
NAMES = st.builds(Name, PARTS, PARTS, PARTS, PARTS, PARTS, EXTRA_PARTS)
PHONETIC = st.builds(Name, family=PARTS, given=PARTS, additional=PARTS)
DAYS = st.dates().map(lambda day: day.isoformat())
DATE_VALUES = st.one_of(
    DAYS,
    DAYS.map(lambda day: "-" + day[4:]),
    DAYS.map(lambda day: day[:7]),
    DAYS.map(lambda day: day[:4]),
    DAYS.map(lambda day: "-" + day[4:7]),
    st.datetimes()
    .filter(lambda when: when.hour)
    .map(lambda when: when.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)),
    texts().filter(lambda text: not any(char.isdigit() for char in text)),
)


_DATE_TYPES = st.sampled_from([("anniversary",), ("death",), (), ("other",)])
_RELATION_TYPES = st.sampled_from([("spouse",), (), ("child", "friend")])


def _typed(build, values, **more):
    return st.builds(build, values, **{**HANG, **more})


def _with_type(*kinds):
    return st.tuples(TYPES, st.sampled_from(kinds)).map(lambda pair: tuple(sorted({*pair[0], pair[1]})))


ADDRESSES = st.builds(
    PostalAddress,
    PARTS,
    PARTS,
    PARTS,
    PARTS,
    PARTS,
    PARTS,
    PARTS,
    EXTRA_PARTS,
    text=st.just("") | texts(),
    country_code=st.sampled_from(["", "DE", "US"]),
    **HANG,
).filter(lambda a: a.text or a.street or a.locality or a.country)
ORGANIZATIONS = st.builds(
    Organization,
    texts(0),
    _tuples(texts()),
    texts(0),
    texts(0),
    **HANG,
).filter(lambda o: o.name or o.units or o.title or o.role)
PROFILES = st.builds(
    Profile,
    st.sampled_from(["", "linkedin", "xing", "mastodon"]),
    st.text(st.sampled_from("abc.@_-ü9"), max_size=9),
    st.just("") | URIS,
    **HANG | {"types": st.sampled_from([(), ("home",), ("home", "work")])},
).filter(lambda p: p.url or p.handle)
EXTRAS = st.builds(
    Extra,
    st.sampled_from(["X-FOO", "X-ODD-ONE", "CLASS", "X-GENERATED"]),
    st.text(st.sampled_from("abc,;:ü\\ 12=%"), max_size=40).map(lambda text: text or "v"),
    PARAMS,
    LABELS,
)


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x7f" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def photo(data: bytes, media_type: str, width: int, height: int) -> Photo:
    return Photo(hashlib.sha256(data).hexdigest(), len(data), media_type, width, height)


PICTURES = st.tuples(st.integers(1, 40), st.integers(1, 40)).map(lambda size: (png(*size), size))
PHOTOS = st.one_of(
    st.just((None, {})),
    URIS.map(lambda uri: (Photo(uri=uri), {})),
    PICTURES.map(
        lambda found: (
            photo(found[0], "image/png", *found[1]),
            {hashlib.sha256(found[0]).hexdigest(): found[0]},
        )
    ),
)


FIELD_VALUES = {
    "kind": st.sampled_from(["org", "group", "location"]),
    "name": NAMES,
    "phonetic": PHONETIC,
    "maiden_name": texts(),
    "sort_as": WORDS,
    "nicknames": _tuples(_typed(Text, texts())),
    "emails": _tuples(_typed(Email, WORDS.map(lambda word: f"{word}@example.org") | texts())),
    "phones": _tuples(
        _typed(Phone, st.sampled_from(["+49 30 23125 001", "0171/39200-01", "112;ext=5", "*31#"]))
    ),
    "addresses": _tuples(ADDRESSES, 2),
    "organizations": _tuples(ORGANIZATIONS),
    "urls": _tuples(_typed(Url, URIS)),
    "profiles": _tuples(PROFILES, 2),
    "handles": _tuples(_typed(Handle, WORDS.map(lambda w: f"xmpp:{w}@example.org")), key=lambda h: h.value),
    "birthday": st.builds(Date, DATE_VALUES, params=PARAMS),
    "dates": _tuples(_typed(Date, DATE_VALUES, types=_DATE_TYPES)),
    "relations": _tuples(_typed(Relation, texts() | URIS, types=_RELATION_TYPES)),
    "notes": _tuples(_typed(Text, texts()), 2),
    "groups": _tuples(texts()),
    "gender": st.sampled_from(["M", "F", "O;anders, ja"]),
    "languages": _tuples(_typed(Text, st.sampled_from(["de", "fr-CH"]))),
    "places": _tuples(_typed(Text, texts(), types=_with_type("birth", "death")), 2),
    "positions": _tuples(_typed(Text, st.sampled_from(["52.5,13.4", "-1,2", "geo:1,2;u=35"])), 2),
    "timezones": _tuples(_typed(Text, st.sampled_from(["Europe/Berlin", "-05:00"])), 2),
    "calendars": _tuples(_typed(Url, URIS, types=_with_type("fburl", "caluri", "caladruri")), 2),
    "interests": _tuples(_typed(Text, texts(), types=_with_type("interest", "hobby")), 2),
    "pronouns": _tuples(_typed(Text, texts()), 2),
    "members": _tuples(st.uuids().map(str) | st.just("mailto:a@example.org"), 2),
    "extras": _tuples(EXTRAS),
}
"""Field name to values in normal form; `full_name` and `photo` are drawn apart."""


def _distinct(name, held):
    """One value for each normal form: two of them are one value written twice."""
    row = BY_NAME[name]
    return tuple({row.key(value): value for value in reversed(held)}.values()) if row.many else held


@st.composite
def contacts(draw, most: int = 5) -> tuple[Contact, dict[str, bytes]]:
    """A contact in normal form with up to `most` fields filled, and the pictures it names."""
    picture, media = draw(PHOTOS)
    names = draw(st.lists(st.sampled_from(sorted(FIELD_VALUES)), max_size=most, unique=True))
    filled = {name: _distinct(name, draw(FIELD_VALUES[name])) for name in names}
    full_name = draw(texts())
    if filled.get("name") == Name((full_name,)):
        del filled["name"]  # on a list, this is how Apple repeats the full name: not a name of its own
    return Contact(uid=draw(st.uuids().map(str)), full_name=full_name, photo=picture, **filled), media
