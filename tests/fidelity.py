"""The fidelity checker: what of one card is missing from another, property by property.

It shares no code with `kith.vcard`, so that a mistake there cannot hide here. Forgiven is what the standards allow: folding,
case of names and types, order, `TYPE=a,b` against `TYPE=a;TYPE=b` and bare types, other names for groups, base64 spelling,
quoted-printable and charset against UTF-8, escapes, added UID, REV and PRODID, and each version's own form of the same
thing (`NAMES`, dates, GEO, inline data, labels).
"""

import base64
import quopri
import re
from collections import Counter

Property = tuple[str, str, frozenset[str]]
"""Name, normalized value, what hangs on it (types, parameters, label)."""

IGNORED = {"BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "X-ABLABEL", "X-ABADR", "PROFILE"}
NAMES = {
    "X-ANNIVERSARY": "ANNIVERSARY",
    "X-EVOLUTION-ANNIVERSARY": "ANNIVERSARY",
    "X-KADDRESSBOOK-X-ANNIVERSARY": "ANNIVERSARY",
    "X-DEATHDATE": "DEATHDATE",
    "X-GENDER": "GENDER",
    "X-LANG": "LANG",
    "X-KIND": "KIND",
    "X-ADDRESSBOOKSERVER-KIND": "KIND",
    "X-ADDRESSBOOKSERVER-MEMBER": "MEMBER",
    "X-BIRTHPLACE": "BIRTHPLACE",
    "X-DEATHPLACE": "DEATHPLACE",
    "X-INTEREST": "INTEREST",
    "X-HOBBY": "HOBBY",
    "X-EXPERTISE": "EXPERTISE",
    "X-PRONOUNS": "PRONOUNS",
    "X-ABRELATEDNAMES": "RELATED",
    "X-SOCIALPROFILE": "SOCIALPROFILE",
}
RELATIONS = {
    f"X-{prefix}{name}": name.lower()
    for name in ("SPOUSE", "MANAGER", "ASSISTANT")
    for prefix in ("", "EVOLUTION-", "KADDRESSBOOK-X-")
} | {f"X-KADDRESSBOOK-X-{name}SNAME": name.lower() for name in ("SPOUSE", "MANAGER", "ASSISTANT")}
MESSENGERS = {
    "X-AIM": "aim",
    "X-ICQ": "icq",
    "X-JABBER": "xmpp",
    "X-GTALK": "xmpp",
    "X-GOOGLE-TALK": "xmpp",
    "X-MSN": "msnim",
    "X-YAHOO": "ymsgr",
    "X-SKYPE": "skype",
    "X-SKYPE-USERNAME": "skype",
    "X-QQ": "qq",
    "X-GADUGADU": "gg",
    "X-GROUPWISE": "groupwise",
    "X-SIP": "sip",
    "X-MATRIX": "matrix",
    "X-TELEGRAM": "telegram",
}
STRUCTURED = {"N": 5, "ADR": 7, "ORG": 1, "GENDER": 1}
LISTS = {"CATEGORIES", "NICKNAME"}
BINARY = {"PHOTO", "LOGO", "KEY"}
DATES = {"BDAY", "ANNIVERSARY", "DEATHDATE", "X-ABDATE"}
CODING = {"ENCODING", "CHARSET", "VALUE", "X-APPLE-OMIT-YEAR", "PID", "MEDIATYPE"}
CODES = {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B"}


def properties(card: bytes) -> Counter[Property]:
    """The properties of a card, normalized, with how often each occurs."""
    rows = list(_rows(card))
    version = next((value.strip() for _, name, _, value in rows if name == "VERSION"), "3.0")
    labels = {group: value for group, name, _, value in rows if name == "X-ABLABEL" and group}
    found: Counter[Property] = Counter()
    for group, name, params, value in rows:
        for row in _normal(name, params, value, labels.get(group, "") if group else "", version):
            found[row] += 1
    return _untwinned(found, rows)


def _untwinned(
    found: Counter[Property], rows: list[tuple[str, str, list[tuple[str, str]], str]]
) -> Counter[Property]:
    """Apple writes one messenger address twice, as IMPP and as X-AIM and its kind: the second says nothing new."""
    for _, name, params, value in rows:
        twin = next(_normal(name, params, value, "", ""), None) if name in MESSENGERS else None
        if twin and found[twin] and any(row[:2] == twin[:2] and row != twin for row in found):
            del found[twin]
    return found


def compare(one: bytes, other: bytes) -> list[Property]:
    """The properties of `one` that `other` lost."""
    return list((properties(one) - properties(other)).elements())


def values(card: bytes, *names: str) -> Counter[tuple[str, str]]:
    """Name and value alone, of some properties."""
    found: Counter[tuple[str, str]] = Counter()
    for (name, value, _), count in properties(card).items():
        if not names or name in names:
            found[name, value] += count
    return found


def _text(data: bytes) -> bytes:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16").encode()
    return data.removeprefix(b"\xef\xbb\xbf")


def _lines(card: bytes) -> list[bytes]:
    """Unfolded lines; quoted-printable soft breaks and unindented base64 joined."""
    data = re.sub(rb"\r+\n|\r", b"\n", _text(card))
    found: list[bytes] = []
    soft = False
    for line in data.split(b"\n"):
        head = found[-1].split(b":")[0].upper() if found else b""
        binary = b"BASE64" in head or b"ENCODING=B" in head
        if found and soft:
            found[-1] = found[-1][:-1] + (line[1:] if line[:2] == b" =" else line)
        elif found and line[:1] in (b" ", b"\t") and (line.strip() or not binary):
            found[-1] += line[1:]
        elif found and binary and line.strip() and b":" not in line:
            found[-1] += line.strip()
        elif line.strip():
            found.append(line)
        head = found[-1].split(b":")[0].upper() if found else b""
        soft = b"QUOTED-PRINTABLE" in head and found[-1].endswith(b"=")
    return found


def _rows(card: bytes):
    """(group, NAME, [(NAME, value)], decoded value) of each line; a card inside the card stays out."""
    depth = 0
    for line in _lines(card):
        bare = line.strip().upper()
        depth += (bare == b"BEGIN:VCARD") - (bare == b"END:VCARD")
        if depth > 1 or (bare == b"END:VCARD" and depth == 1):
            continue
        match = (
            re.match(rb'((?:[^":]|"[^"]*")*):(.*)', line, re.DOTALL) if line.count(b'"') % 2 == 0 else None
        )
        head, value = match.groups() if match else (line.partition(b":")[0], line.partition(b":")[2])
        first, *rest = re.findall(r';?((?:[^";]|"[^"]*")+)', _decode(head, "")) or [""]
        group, _, name = first.rpartition(".")
        params = [_param(part) for part in rest]
        if any(text.upper() == "QUOTED-PRINTABLE" for _, text in params):
            value = quopri.decodestring(value)
        charset = next((text for key, text in params if key == "CHARSET"), "")
        name = re.sub(r"[^A-Z0-9-]", "-", name.strip().upper())
        yield group.lower(), name, params, _decode(value, charset).replace("\r\n", "\n")


def _param(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    return (name.strip().upper(), value.strip().strip('"')) if equals else ("", name.strip())


def _decode(data: bytes, charset: str) -> str:
    for name in (charset, "utf-8", "cp1252"):
        try:
            return data.decode(name) if name else data.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")


def _plain(value: str) -> str:
    value = re.sub(r"\\([nN,;:\\])", lambda match: "\n" if match[1] in "nN" else match[1], value)
    value = value.replace("\x85", "\n")
    return "".join(char for char in value if char == "\n" or ord(char) >= 32).strip()


def _cut(value: str, separator: str) -> list[str]:
    found, last = [""], ""
    for char in value:
        if char == separator and last != "\\":
            found.append("")
        else:
            found[-1] += char
        last = "" if last == "\\" else char
    return found


def _hangs(params: list[tuple[str, str]], label: str) -> frozenset[str]:
    """Types and parameters as a set of words; Apple's own labels are types."""
    found: set[str] = set()
    for name, value in params:
        if name in CODING or (not name and value.upper() in CODES | {"URL", "URI", "INLINE"}):
            continue
        if name in ("", "TYPE"):
            found |= {token.strip().lower() for token in value.replace('"', "").split(",") if token.strip()}
        elif name == "PREF":
            found.add("pref" if value == "1" else f"pref={value}")
        else:
            for caret, char in (("^n", "\n"), ("^'", "'"), ("^^", "^"), ('"', "'")):
                value = value.replace(caret, char)
            found.add(f"{name}={value}")
    if label.startswith("_$!<"):
        found.add(label[4:-4].lower())
    elif label:
        found.add(f"label={_plain(label)}")
    return frozenset(found - {"internet"})


def _normal(name: str, params: list[tuple[str, str]], value: str, label: str, version: str):
    hangs = _hangs(params, label)
    if name in RELATIONS:
        name, hangs = "RELATED", hangs | {RELATIONS[name]}
    if name in MESSENGERS:
        scheme = MESSENGERS[name]
        value = value if value.startswith(scheme) else f"{scheme}:{value}"
        name = "IMPP"
    name = NAMES.get(name, name)
    if name in IGNORED or not value.strip():
        return
    if name in LISTS:
        yield from ((name, _plain(piece), hangs) for piece in _cut(value, ",") if piece.strip())
    elif name in BINARY:
        yield name, *_binary(value, hangs, params)
    else:
        yield from _single(name, value, hangs, params, version)


def _single(name: str, value: str, hangs: frozenset[str], params: list[tuple[str, str]], version: str):
    sort = next((part[8:] for part in hangs if part.startswith("SORT-AS=") and name == "N"), "")
    if sort:
        hangs -= {f"SORT-AS={sort}"}
        yield "SORT", sort, frozenset()
    special = SPECIAL.get(name)
    if special:
        yield from special(name, value, hangs, params)
    elif version == "2.1":
        yield name, value.replace("\\;", ";").strip(), hangs
    else:
        yield name, _plain(value), hangs


def _dates(name: str, value: str, hangs: frozenset[str], params: list[tuple[str, str]]):
    kinds = {"ANNIVERSARY": "anniversary", "DEATHDATE": "death"}
    if name in kinds or name == "X-ABDATE":
        hangs, name = hangs | ({kinds[name]} if name in kinds else set()), "DATE"
    yield name, _date(value, params), hangs


def _geo(name: str, value: str, hangs: frozenset[str], _params: object):
    yield name, _plain(value).removeprefix("geo:").replace(";", ","), hangs


def _social(name: str, value: str, hangs: frozenset[str], params: list[tuple[str, str]]):
    plain, text = _plain(value), ("VALUE", "text") in params
    told = {part.partition("=")[0]: part.partition("=")[2] for part in hangs if "=" in part}
    user = told.pop("X-USER", told.pop("USERNAME", ""))
    service = told.pop("SERVICE-TYPE", "").lower()
    if plain.startswith("x-apple:") or text:
        user, plain = user or plain.removeprefix("x-apple:"), ""
    words = {part for part in hangs if "=" not in part} | {f"{key}={text}" for key, text in told.items()}
    yield name, plain, frozenset(words | ({service} if service else set()) | {f"user={user}"})


def _structured(name: str, value: str, hangs: frozenset[str], _params: object):
    parts = [
        ",".join(_plain(text) for text in _cut(piece, ",") if text.strip()) for piece in _cut(value, ";")
    ]
    if text := ";".join(parts).rstrip(";"):
        text = {"male": "M", "female": "F"}.get(text.lower(), text) if name == "GENDER" else text
        yield name, text, frozenset(part for part in hangs if not part.startswith(("LABEL=", "CC=")))
    printed = next((part[6:] for part in hangs if part.startswith("LABEL=")), "")
    if printed:
        yield from _printed("LABEL", printed, frozenset(part for part in hangs if "=" not in part), ())


def _printed(name: str, value: str, hangs: frozenset[str], _params: object):
    yield name, _plain(value).replace("\n", " ").replace('"', "'"), hangs - {"pref"}


def _phonetic(_name: str, value: str, hangs: frozenset[str], params: list[tuple[str, str]]):
    if "x-irmc-n" not in hangs:
        yield ("SOUND", *_binary(value, hangs, params))
        return
    for part, text in zip(("LAST", "FIRST", "MIDDLE"), _cut(value, ";"), strict=False):
        if text:
            yield f"X-PHONETIC-{part}-NAME", _plain(text), frozenset()


def _reference(name: str, value: str, hangs: frozenset[str], _params: object):
    yield name, _plain(value).removeprefix("urn:uuid:").lower(), hangs


SPECIAL = {
    **dict.fromkeys(DATES, _dates),
    **dict.fromkeys(STRUCTURED, _structured),
    "GEO": _geo,
    "SOCIALPROFILE": _social,
    "LABEL": _printed,
    "X-ABSHOWAS": lambda *_: [("KIND", "org", frozenset())],
    "TEL": lambda name, value, hangs, _: [(name, _plain(value).removeprefix("tel:"), hangs)],
    "MEMBER": _reference,
    "KIND": _reference,
    "SORT-STRING": lambda _name, value, *_: [("SORT", _plain(value), frozenset())],
    "SOUND": _phonetic,
}
"""What is compared in a form of its own."""


def _date(value: str, params: list[tuple[str, str]]) -> str:
    text = re.sub(r"[-:]", "", _plain(value)) if re.fullmatch(r"[\d:TZ+-]+", _plain(value)) else _plain(value)
    omitted = next((year for name, year in params if name == "X-APPLE-OMIT-YEAR"), "")
    text = re.sub(r"T0{4,6}Z?$", "", text)
    text = re.sub(r"T(\d{4})(?=Z|\d{4}$|$)", r"T\g<1>00", text)
    if omitted and text.startswith(omitted):
        return text[4:]
    return text


def _binary(value: str, hangs: frozenset[str], params: list[tuple[str, str]]) -> tuple[str, frozenset[str]]:
    """Inline data as its bytes, with the subtype of its media type; an address as it is."""
    value = re.sub(r"\\([,;:])", r"\1", value.strip())
    if match := re.match(r"data:(?:\w+/)?([\w.+-]*);base64,", value):
        data, hangs = value[match.end() :], hangs | ({match[1].lower()} if match[1] else set())
    elif any(text.upper() in ("B", "BASE64") for name, text in params if name in ("ENCODING", "")):
        data = value
    else:
        told = {text.rpartition("/")[2].lower() for name, text in params if name == "MEDIATYPE"}
        return value, hangs | told
    bare = re.sub(r"[^A-Za-z0-9+/]", "", data)
    bytes_ = base64.b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + "=" * (-len(bare) % 4))
    kinds = {kind.rpartition("/")[2].replace("jpg", "jpeg") for kind in hangs} - {"octet-stream"}
    return bytes_.hex(), frozenset(kinds)
