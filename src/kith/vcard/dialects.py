"""What differs between programs and versions: Apple's labels, and binary properties of 3.0 in 4.0 and back."""

from dataclasses import replace

from kith.model.contact import Extra
from kith.model.extras import portable

__all__ = ["apple_label", "extra_in", "portable"]

_APPLE = {
    "anniversary": "Anniversary",
    "homepage": "HomePage",
    "other": "Other",
    "spouse": "Spouse",
    "partner": "Partner",
    "child": "Child",
    "son": "Son",
    "daughter": "Daughter",
    "father": "Father",
    "mother": "Mother",
    "parent": "Parent",
    "brother": "Brother",
    "sister": "Sister",
    "friend": "Friend",
    "manager": "Manager",
    "assistant": "Assistant",
}
_LABEL_ONLY = frozenset({"homepage", "other"})
_STRUCTURE = frozenset({"BEGIN", "END", "VERSION", "UID", "REV", "PRODID", ""})
_MEDIA = {"LOGO": "image", "SOUND": "audio", "KEY": "application", "PHOTO": "image"}


def apple_label(kind: str, always: bool = False) -> str:
    """Apple's built-in label for a type (`_$!<HomePage>!$_`). Without `always`: only for types that vCard has no TYPE
    for, "" for others."""
    if not always and kind not in _LABEL_ONLY:
        return ""
    return f"_$!<{_APPLE.get(kind, kind.capitalize())}>!$_"


def extra_in(extra: Extra, version: str) -> Extra | None:
    """An extra as a version of vCard spells it; None for what cannot stand in a card twice.

    LOGO, SOUND, KEY and further PHOTOs: `ENCODING=b;TYPE=PNG` up to 3.0, a data: URI in 4.0 (RFC 6350 section 6.2.4).
    """
    if extra.name in _STRUCTURE:
        return None
    if extra.name not in _MEDIA:
        return extra
    encoded = next((value for name, value in extra.params if name == "ENCODING"), "")
    if version == "4.0" and encoded.upper() in ("B", "BASE64"):
        return _as_data_uri(extra)
    if version != "4.0" and extra.value[:5].lower() == "data:" and ";base64," in extra.value[:200]:
        return _as_base64(extra, "b" if version == "3.0" else "BASE64")
    return extra


def _as_data_uri(extra: Extra) -> Extra:
    kind = next((value for name, value in extra.params if name == "TYPE"), "").lower()
    family = _MEDIA[extra.name]
    media_type = kind if "/" in kind else f"{family}/{kind or 'octet-stream'}"
    params = tuple(pair for pair in extra.params if pair[0] not in ("ENCODING", "TYPE", "VALUE"))
    value = "".join(extra.value.split())
    return replace(extra, value=f"data:{media_type};base64,{value}", params=params)


def _as_base64(extra: Extra, encoding: str) -> Extra:
    head, _, body = extra.value.partition(",")
    media_type = head[5:].split(";")[0]
    kind = media_type.removeprefix(f"{_MEDIA[extra.name]}/")
    told = () if kind in ("", "octet-stream") else (("TYPE", kind.upper()),)
    return replace(extra, value=body, params=(("ENCODING", encoding), *told, *extra.params))
