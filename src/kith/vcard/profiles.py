"""Profiles on networks and instant-messaging addresses, in the spellings of Apple, RFC 9554, RFC 4770 and older X- names."""

from urllib.parse import quote, unquote

from kith.model.contact import Handle, Profile
from kith.vcard.raw import Line
from kith.vcard.reading import Claim, Reading, read_params
from kith.vcard.text import uri

_NOT_SERVICES = frozenset({"home", "work", "other", "pref", "internet"})
_SCHEMES = {
    "X-AIM": "aim",
    "X-ICQ": "icq",
    "X-JABBER": "xmpp",
    "X-GTALK": "xmpp",
    "X-GOOGLE-TALK": "xmpp",
    "X-GOOGLE TALK": "xmpp",
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
_NO_ADDRESS = "x-apple:"
"""What Apple writes where a profile has a handle but no address."""


def read_profile(reading: Reading, line: Line, index: int) -> None:
    types, label, pref, rest = reading.hang(line)
    own = {name: value for name, value in rest if name in ("SERVICE-TYPE", "X-USER", "USERNAME")}
    service = own.get("SERVICE-TYPE", "").lower()
    if not service and line.name == "X-SOCIALPROFILE":
        service = next((kind for kind in types if kind not in _NOT_SERVICES), "")
        types = tuple(kind for kind in types if kind != service)
    handle, url = own.get("X-USER", own.get("USERNAME", "")), uri(line.value)
    if url.startswith(_NO_ADDRESS):
        handle, url = handle or unquote(url[len(_NO_ADDRESS) :]), ""
    elif read_params(line.params, reading.version).value == "text":
        handle, url = handle or reading.text(line.value).strip(), ""
    if not (url or handle):
        return
    rest = tuple(pair for pair in rest if pair[0] not in own)
    reading.claim("profiles", Profile(service, handle, url, types, label, pref, rest), index)


def no_address(handle: str) -> str:
    """The stand-in for a missing profile address."""
    return _NO_ADDRESS + quote(handle, safe="@._-+~")


def _add(reading: Reading, value: Handle, index: int) -> None:
    """Apple writes one address twice, as X-AIM and as IMPP: it is one handle on two lines."""
    key = ("handles", value.value.lower())
    at = reading.seen.get(key)
    if at is None:
        reading.seen[key] = len(reading.claims)
        reading.claim("handles", value, index)
        return
    known = reading.claims[at]
    richer = known.value if known.value.params or not value.params else value
    reading.claims[at] = Claim(
        "handles", richer, (*known.lines, index) if len(known.lines) < 8 else known.lines
    )


def read_handle(reading: Reading, line: Line, index: int) -> None:
    types, label, pref, rest = reading.hang(line)
    if value := uri(line.value):
        _add(reading, Handle(value, types, label, pref, rest), index)


def read_service(reading: Reading, line: Line, index: int) -> None:
    """X-AIM:name and its kind, as the URI that IMPP would have."""
    types, label, pref, rest = reading.hang(line)
    value, scheme = reading.text(line.value).strip(), _SCHEMES[line.name]
    if not value:
        return
    if not value.lower().startswith(f"{scheme}:"):
        value = f"{scheme}:{value}"
    _add(reading, Handle(value, types, label, pref, rest), index)
