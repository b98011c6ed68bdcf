"""Bytes to text: the charsets that cards are really written in, and quoted-printable."""

import binascii
import codecs
from dataclasses import dataclass

from kith.vcard.head import Params

_ALLOWED = {
    "utf8": "utf-8",
    "usascii": "utf-8",
    "ascii": "utf-8",
    "windows1252": "cp1252",
    "cp1252": "cp1252",
    "iso88591": "cp1252",  # as browsers do: the control range of latin-1 is never meant
    "latin1": "cp1252",
    **{f"iso8859{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
    **{f"windows125{part}": f"cp125{part}" for part in (0, 1, 3, 4, 5, 6, 7, 8)},
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "shiftjis": "cp932",
    "windows31j": "cp932",
    "eucjp": "euc_jp",
    "iso2022jp": "iso2022_jp",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "euckr": "euc_kr",
    "macintosh": "mac_roman",
    "utf16": "utf-16",
}
"""Charset label, without punctuation, to Python codec: an allow-list, so that a card cannot name any other codec."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`guessed`: the bytes were not what the card or the standard says; `charset` is what was used."""

    text: str
    charset: str
    guessed: bool


def declared_charset(params: Params) -> str:
    """The CHARSET parameter, "" where there is none."""
    return next((value for name, value in params if name == "CHARSET"), "")


def decode(data: bytes, told: str) -> Decoded:
    """Decode by the charset the line declares, else UTF-8, else Windows-1252, else latin-1. Never raises."""
    codec = _ALLOWED.get("".join(char for char in told.lower() if char.isalnum()), "utf-8")
    for name, guessed in ((codec, False), ("utf-8", True), ("cp1252", True)):
        try:
            return Decoded(data.decode(name), name, guessed)
        except UnicodeDecodeError:
            continue
    return Decoded(data.decode("latin-1"), "latin-1", True)


def quoted_printable(data: bytes) -> bytes:
    """Decode quoted-printable whose soft line breaks are already joined (RFC 2045 section 6.7)."""
    return binascii.a2b_qp(data)


def to_quoted_printable(text: str) -> str:
    """Encode as vCard 2.1 wants it: everything but printable ASCII escaped, line breaks as =0D=0A, no soft breaks."""
    data = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 61 else f"={byte:02X}" for byte in data)


def sniff_utf16(data: bytes) -> str:
    """The codec of a UTF-16 input, by its byte order mark or by the zero bytes of its first letters; else ""."""
    if data.startswith(codecs.BOM_UTF16_LE) or data[:6] == b"B\0E\0G\0":
        return "utf-16-le"
    if data.startswith(codecs.BOM_UTF16_BE) or data[:6] == b"\0B\0E\0G":
        return "utf-16-be"
    return ""
