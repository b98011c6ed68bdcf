"""The text of property values: escapes, lists, folding, parameter values."""

import re

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PIECES = re.compile(rb".{1,74}", re.DOTALL)
_TO_ESCAPE = re.compile(r"[\\,;\n]")
_PIECE = {sep: re.compile(r"\\.|" + re.escape(sep), re.DOTALL) for sep in ",;"}
_PLAIN_PARAM = re.compile(r'[^";:,\x00-\x1f\x7f]*')
_CONTROL = {code: None for code in (*range(32), *range(127, 160), 0xFFFE, 0xFFFF) if code not in (9, 10)} | {
    11: "\n",
    12: "\n",
    0x85: "\n",
}
_CARET = re.compile(r"\^([n^'])")


def unescape(value: str, version: str = "3.0") -> str:
    """Text as meant: \\n, \\, \\; \\: and \\\\ (RFC 6350 section 3.4); unknown escapes stay. vCard 2.1 knows \\; alone."""
    if "\\" not in value:
        return value
    if version == "2.1":
        return value.replace("\\;", ";").replace("\\,", ",")
    return _ESCAPE.sub(_unescaped, value)


def _unescaped(match: re.Match[str]) -> str:
    char = match.group(1)
    if char in "nN":
        return "\n"
    return char if char in ",;:\\" else match.group()


def escape(text: str, version: str = "3.0") -> str:
    """Text as a value: backslash, comma, semicolon and line break escaped; in vCard 2.1 the semicolon alone."""
    if version == "2.1":
        return text.replace(";", "\\;")
    if _TO_ESCAPE.search(text) is None:
        return text
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def pieces(value: str, separator: str) -> list[str]:
    """Cut at the separator where it is not escaped; escapes stay."""
    if "\\" not in value:
        return value.split(separator)
    found, start = [], 0
    for match in _PIECE[separator].finditer(value):
        if match.group() == separator:
            found.append(value[start : match.start()])
            start = match.end()
    return [*found, value[start:]]


def texts(value: str, version: str = "3.0") -> tuple[str, ...]:
    """A comma-separated list of texts, empty ones left out."""
    return tuple(text for piece in pieces(value, ",") if (text := unescape(piece, version).strip()))


def clean(text: str) -> str:
    """Without control characters and without what XML 1.0 cannot carry; line break, vertical tab and form feed become a
    line break."""
    if text.isprintable():
        return text
    return (
        text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL).encode("utf-8", "ignore").decode()
    )


def uri(value: str) -> str:
    """A URI as meant: only the escapes that programs put into URIs by mistake are undone."""
    return (
        value.replace("\\:", ":").replace("\\,", ",").replace("\\;", ";").strip()
        if "\\" in value
        else value.strip()
    )


def without_scheme(value: str, scheme: str) -> str:
    """The value without its `scheme` ("tel:"), in whatever case and however often it was put there."""
    while value[: len(scheme)].lower() == scheme:
        value = value[len(scheme) :].lstrip()
    return value


def fold(line: str, end: bytes = b"\r\n") -> bytes:
    """The line in pieces of at most 75 octets, never cut inside a character (RFC 6350 section 3.2), with line ends."""
    data = line.encode()
    if len(data) <= 75:
        return data + end
    if data.isascii():  # a picture has hundreds of pieces
        return (end + b" ").join((data[:75], *_PIECES.findall(data, 75))) + end
    out, start, size = [], 0, 75
    while start < len(data):
        stop = min(start + size, len(data))
        while stop < len(data) and data[stop] & 0xC0 == 0x80:
            stop -= 1
        out.append(data[start:stop])
        start, size = stop, 74
    return (end + b" ").join(out) + end


def fold_quoted(line: str, end: bytes = b"\r\n") -> bytes:
    """A quoted-printable line in pieces with soft line breaks (RFC 2045 section 6.7), never inside an escape."""
    data, out, start = line.encode(), [], 0
    while len(data) - start > 75:
        stop = start + 74
        while b"=" in data[stop - 2 : stop]:
            stop -= 1
        out.append(data[start:stop] + b"=" + end)
        start = stop
    return b"".join((*out, data[start:], end))


def param_value(value: str, version: str) -> str:
    """A parameter value, quoted where it must be; carets of RFC 6868 in 4.0, apostrophes for quotes before."""
    if version == "4.0":
        value = value.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    else:
        value = value.replace("\n", " ").replace('"', "'")
    value = clean(value)
    return value if _PLAIN_PARAM.fullmatch(value) else f'"{value}"'


def plain_param(value: str, version: str) -> str:
    """A parameter value as meant (RFC 6868 in 4.0)."""
    if version != "4.0" or "^" not in value:
        return value
    return _CARET.sub(lambda match: {"n": "\n", "^": "^", "'": '"'}[match.group(1)], value)
