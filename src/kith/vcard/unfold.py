"""Physical lines -> logical lines: folds, quoted-printable soft breaks, base64 without indentation, cards inside cards."""

from collections.abc import Iterator

_BLANKS = (b"\r\n", b"\n", b"\r")
_KNOWN = frozenset(
    {
        "N",
        "FN",
        "TEL",
        "EMAIL",
        "ADR",
        "ORG",
        "TITLE",
        "ROLE",
        "NOTE",
        "URL",
        "BDAY",
        "LABEL",
        "PHOTO",
        "REV",
        "END",
    }
)
"""Names that end a quoted-printable value whose last line has a soft break by mistake."""


_SPECIAL = (b"ENCODING", b"QUOTED-PRINTABLE", b"BASE64", b"CHARSET", b"AGENT")


def plain_lines(data: bytes) -> list[tuple[bytes, int, str]] | None:
    """(raw bytes, number counted from 0, unfolded text) of each line of an ordinary card: UTF-8, no transfer encoding, no
    card inside, no blank line. None for any other card: `logical_lines` reads that."""
    upper = data.upper()
    if data.count(b"\r") != data.count(b"\r\n") or any(map(upper.count, _SPECIAL)):
        return None
    try:
        texts = data.decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        return None
    physical = data.splitlines(keepends=True)
    if "" in texts[: len(physical)]:
        return None
    found, index, count = [], 0, len(physical)
    while index < count:
        end = index + 1
        while end < count and physical[end][0] in (32, 9):
            end += 1
        if end == index + 1:
            found.append((physical[index], index, texts[index]))
        else:
            rest = [text[1:] for text in texts[index + 1 : end]]
            found.append((b"".join(physical[index:end]), index, "".join((texts[index], *rest))))
        index = end
    return found


def _is_base64(first: bytes) -> bool:
    head = first.partition(b":")[0].upper()
    return b"BASE64" in head or b"ENCODING=B" in head


def _continues(first: bytes, following: bytes) -> bool:
    """Whether an unindented line belongs to the base64 value above it."""
    return b":" not in following and b";" not in following and bool(following.strip()) and _is_base64(first)


def _new_property(line: bytes) -> bool:
    name = line.partition(b":")[0].partition(b";")[0].strip().decode("latin-1")
    return b":" in line and name in _KNOWN


def logical_lines(data: bytes, number: int) -> Iterator[tuple[bytes, int, bytes, bool]]:
    """Yield (raw bytes, number of the first physical line, unfolded bytes, whether quoted-printable was joined)."""
    physical = data.splitlines(keepends=True)  # of bytes: CR, LF, CR LF only
    if b"\r\r\n" in data:
        physical = _joined_returns(physical)
    special = data.upper()
    quoted, base64 = b"QUOTED-PRINTABLE" in special, b"ENCODING=B" in special or b"BASE64" in special
    nested = b"AGENT" in special
    count, index = len(physical), 0
    while index < count:
        first, end = physical[index], index + 1
        while end < count and physical[end][0] in (32, 9):
            end += 1
        if quoted and b"QUOTED-PRINTABLE" in first.partition(b":")[0].upper():
            end = _soft_end(physical, index)
            raw, body = b"".join(physical[index:end]), _soft_join(physical[index:end])
            yield raw, number + index, body, True
            index = end
            continue
        if base64 and end < count and _is_base64(first):
            end = _base64_end(physical, index, end)
        if nested and end < count and first[:6].upper().startswith(b"AGENT") and is_agent(first):
            end = _agent_end(physical, end)
            yield b"".join(physical[index:end]), number + index, _agent_text(physical[index:end]), False
            index = end
            continue
        raw = first if end == index + 1 else b"".join(physical[index:end])
        yield raw, number + index, _joined(raw, physical[index:end]), False
        index = end


def _joined(raw: bytes, physical: list[bytes]) -> bytes:
    """The lines of one value, which are `raw`, unfolded. A picture has hundreds, mostly all folded in the one usual way."""
    if raw.count(b"\r\n ") == len(physical) - 1 and b"\r\r" not in raw:
        return raw.rstrip(b"\r\n").replace(b"\r\n ", b"")
    first, *rest = (line.rstrip(b"\r\n") for line in physical)
    return first + b"".join([line[1:] if line[:1] in (b" ", b"\t") else line for line in rest])


def _joined_returns(physical: list[bytes]) -> list[bytes]:
    """CR CR LF is one line end (seen in an export of a phone)."""
    joined: list[bytes] = []
    for line in physical:
        if line == b"\r\n" and joined and joined[-1].endswith(b"\r"):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _soft_end(physical: list[bytes], index: int) -> int:
    """The end of a quoted-printable value: soft line breaks and folds are followed."""
    end, count = index + 1, len(physical)
    while end < count:
        following = physical[end]
        soft = physical[end - 1].rstrip(b"\r\n").endswith(b"=")
        if following[0] not in (32, 9) and (not soft or _new_property(following)):
            break
        end += 1
    return end


def _soft_join(physical: list[bytes]) -> bytes:
    rest = [line.rstrip(b"\r\n") for line in physical[1:]]
    indented = [line for line in rest if line[:1] in (b" ", b"\t")]
    # A space after a soft break is text, unless every continuation has one: then it is a fold. Without a soft break it is
    # one that a server made which knows no quoted-printable: at 75 octets, even inside an escape.
    folds = len(indented) == len(rest) and (len(rest) > 1 or (rest[:1] and rest[0][1:2] == b"="))
    before = [line.rstrip(b"\r\n") for line in physical]
    cut = {at for at, line in enumerate(rest) if line[:1] in (b" ", b"\t") and _cut_by_length(before[at])}
    lines = [
        physical[0].rstrip(b"\r\n"),
        *(line[1:] if folds or at in cut else line for at, line in enumerate(rest)),
    ]
    soft = [line[:-1] if line.endswith(b"=") else line for line in lines]
    return b"".join(soft)


def _cut_by_length(line: bytes) -> bool:
    """Whether a quoted-printable line goes on after a fold that is no soft break."""
    return not line.endswith(b"=") and (len(line) >= 74 or line[-2:-1] == b"=")


def _base64_end(physical: list[bytes], index: int, end: int) -> int:
    """Unindented base64 lines, and blank lines between indented ones."""
    first, count = physical[index], len(physical)
    while end < count:
        blank = physical[end] in _BLANKS and end + 1 < count and physical[end + 1][0] in (32, 9)
        if not blank and physical[end][0] not in (32, 9) and not _continues(first, physical[end]):
            break
        end += 1
    return end


def is_agent(line: bytes) -> bool:
    """Whether a line announces a card inside the card (`AGENT:` with nothing after it)."""
    head, colon, value = line.partition(b":")
    return bool(colon) and head.upper().startswith(b"AGENT") and not value.strip()


def _agent_end(physical: list[bytes], end: int) -> int:
    depth, index = 0, end
    while index < len(physical):
        bare = physical[index].strip().upper()
        if bare == b"BEGIN:VCARD":
            depth += 1
        elif bare == b"END:VCARD":
            depth -= 1
            if depth == 0:
                return index + 1
        elif bare and depth == 0:
            return end
        index += 1
    return end


def _agent_text(physical: list[bytes]) -> bytes:
    """The inner card in the one-line form of RFC 2426 section 3.5.4."""
    inner = b"\\n".join(line.rstrip(b"\r\n").replace(b"\\", b"\\\\") for line in physical[1:] if line.strip())
    return physical[0].rstrip(b"\r\n") + inner
