"""Pictures inside cards: bytes, type and size in pixels, from the header alone. Nothing is decoded or fetched."""

import binascii
import hashlib
import re
from urllib.parse import unquote_to_bytes

MAX_PIXELS = 100_000_000
"""A picture that claims more pixels is a trap, not a portrait."""

_DATA = re.compile(r"data:([\w.+/-]{0,80})((?:;[\w.+=-]{1,80}){0,5}),", re.IGNORECASE)
_NOT_FF = re.compile(rb"[^\xff]")
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def from_base64(text: str) -> bytes | None:
    """The bytes of a base64 text; None where it is empty or broken off."""
    bare = "".join(text.replace("\\", " ").split()).rstrip("=")
    if not bare or len(bare) % 4 == 1:
        return None
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except ValueError:  # not base64, or not even ASCII
        return None


def from_data_uri(text: str) -> tuple[str, bytes | None]:
    """Media type and bytes of a data: URI (RFC 2397); bytes None where it carries nothing usable."""
    match = _DATA.match(text)
    if match is None:
        return "", None
    body = text[match.end() :]
    if "base64" in match.group(2).lower():
        return match.group(1).lower(), from_base64(body)
    return match.group(1).lower(), unquote_to_bytes(body) or None


def digest(data: bytes) -> str:
    """The name under which the store keeps a picture."""
    return hashlib.sha256(data).hexdigest()


def look(data: bytes) -> tuple[str, int, int]:
    """Media type, width and height by the file header; ("", 0, 0) where it is none of JPEG, PNG, GIF, WebP."""
    for magic, media_type, measure in _FORMATS:
        if data.startswith(magic):
            return (media_type, *measure(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ("image/webp", *_webp(data))
    return "", 0, 0


def _png(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return 0, 0
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _gif(data: bytes) -> tuple[int, int]:
    if len(data) < 10:
        return 0, 0
    return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")


def _jpeg(data: bytes) -> tuple[int, int]:
    """Walk the segments to the start of frame (ITU T.81 annex B)."""
    at = 2
    for _ in range(2000):
        if data[at : at + 2] == b"\xff\xff":  # padding
            end = _NOT_FF.search(data, at)
            at = end.start() - 1 if end else len(data)
        if at + 9 > len(data) or data[at] != 0xFF:
            break
        if data[at + 1] in _SOF:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return 0, 0


def _webp(data: bytes) -> tuple[int, int]:
    """RFC 9649: lossy, lossless and extended form."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(data) >= 30:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return 0, 0


_FORMATS = (
    (b"\xff\xd8\xff", "image/jpeg", _jpeg),
    (b"\x89PNG\r\n\x1a\n", "image/png", _png),
    (b"GIF8", "image/gif", _gif),
)


def media_type(declared: str, data: bytes) -> str:
    """What the bytes are, else what the card says: `JPEG` and `image/jpeg` alike."""
    seen = look(data)[0]
    told = declared.lower()
    if seen or not told:
        return seen
    return told if "/" in told else f"image/{'jpeg' if told == 'jpg' else told}"
