"""Text of header values: bytes to str, and encoded words (RFC 2047) as mailers really write them."""

import base64
import re
import unicodedata

_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_GAP = re.compile(r"(?<=\?=)\s+(?==\?)")
_HEX = re.compile(r"=([0-9A-Fa-f]{2})")
# Cs: lone surrogates cannot be written to JSON or SQLite; Cc, Cf: nothing that a name needs, and bidi marks deceive.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SUPERSETS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf8": "utf-8",
}
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


def from_bytes(data: bytes) -> str:
    """Raw 8-bit header text: UTF-8 where it is that, else cp1252, else latin-1. Never raises, no surrogates."""
    for charset in ("utf-8", "cp1252"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def decode(text: str) -> str:
    """Header text with its encoded words decoded and cleaned: one line, NFC, no control characters, no surrogates.

    Neighbouring words of one charset are joined as bytes before they are decoded, because mailers cut words inside
    a character. An unknown charset, or bytes that do not fit it, are read as UTF-8, then cp1252.
    """
    if "=?" in text:
        text = _decode_words(text)
        if "=?" in text and _WORD.search(text):  # encoded twice
            text = _decode_words(text)
    return clean(text)


def clean(text: str) -> str:
    """NFC on one line, without control, format and surrogate characters."""
    if not text.isprintable():
        shown = (" " if char in "\t\r\n" else char for char in text)
        text = "".join(char for char in shown if unicodedata.category(char) not in _DROPPED)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def _decode_words(text: str) -> str:
    text = _GAP.sub("", text)
    out: list[str] = []
    run: list[tuple[str, str]] = []  # (encoding, text) of neighbouring words
    charset, end = "", 0
    for match in _WORD.finditer(text):
        if run and (match.start() != end or match[1].casefold() != charset):
            out.append(_run(run, charset))
            run = []
        out.append(text[end : match.start()])
        charset, end = match[1].casefold(), match.end()
        run.append((match[2].lower(), match[3]))
    if run:
        out.append(_run(run, charset))
    return "".join([*out, text[end:]])


def _run(run: list[tuple[str, str]], charset: str) -> str:
    joined: list[tuple[str, str]] = []
    for encoding, text in run:
        # A base64 text without padding that ends inside a group of four goes on in the next word.
        if joined and encoding == "b" == joined[-1][0] and _is_cut(joined[-1][1]):
            joined[-1] = ("b", joined[-1][1] + text)
        else:
            joined.append((encoding, text))
    return _in_charset(b"".join(_bytes(encoding, text) for encoding, text in joined), charset)


def _is_cut(text: str) -> bool:
    return not text.endswith("=") and len(text) % 4 != 0


def _bytes(encoding: str, text: str) -> bytes:
    if encoding == "q":
        raw = text.replace("_", " ").encode("utf-8", "replace")
        return _HEX.sub(lambda found: chr(int(found[1], 16)), raw.decode("latin-1")).encode("latin-1")
    bare = re.sub(r"[^A-Za-z0-9+/]", "", text)
    bare = bare[:-1] if len(bare) % 4 == 1 else bare
    return base64.b64decode(bare + "=" * (-len(bare) % 4))


def _in_charset(data: bytes, charset: str) -> str:
    charset = _SUPERSETS.get(charset, charset)
    if charset.replace("-", "_") in _NOT_CHARSETS:
        return from_bytes(data)
    try:
        return data.decode(charset)
    except (LookupError, UnicodeError, ValueError):
        return from_bytes(data)
