"""What servers do to a card between PUT and GET, and what they refuse. Works on bytes; one name for each habit."""

import base64
import re
from collections.abc import Callable

NOTE_LIMIT = 20
UID_PREFIX = "srv-"


def unfold(card: bytes) -> list[str]:
    """The logical lines of a card; undecodable bytes survive as surrogates."""
    text = card.decode("utf-8", "surrogateescape")
    return [line for line in re.sub(r"\r?\n[ \t]", "", text).replace("\r\n", "\n").split("\n") if line]


def refold(lines: list[str]) -> bytes:
    """Lines back into a card with CRLF, folded at 75 octets between characters (RFC 6350 section 3.2)."""
    return b"".join(_fold(line) for line in lines)


def _fold(line: str) -> bytes:
    raw = line.encode("utf-8", "surrogateescape")
    parts, start = [], 0
    while len(raw) - start > (75 if start == 0 else 74):
        end = start + (75 if start == 0 else 74)
        while raw[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(raw[start:end])
        start = end
    parts.append(raw[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def name_of(line: str) -> str:
    """The property name of a logical line, upper-case and without its group."""
    return re.split(r"[;:]", line, maxsplit=1)[0].rpartition(".")[2].upper()


def value_of(card: bytes, name: str) -> str:
    """The value of the first property of that name, "" where there is none."""
    for line in unfold(card):
        if name_of(line) == name:
            return line.partition(":")[2]
    return ""


def _keep(test: Callable[[str], bool]) -> Callable[[bytes], bytes]:
    return lambda card: refold([line for line in unfold(card) if test(line)])


def _each(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    return lambda card: refold([change(line) for line in unfold(card)])


def _before_end(card: bytes, line: str) -> bytes:
    lines = unfold(card)
    at = next((i for i, text in enumerate(lines) if text.upper() == "END:VCARD"), len(lines))
    return refold([*lines[:at], line, *lines[at:]])


def _sort(card: bytes) -> bytes:
    lines = unfold(card)
    head = [line for line in lines if name_of(line) in {"BEGIN", "VERSION"}]
    tail = [line for line in lines if name_of(line) == "END"]
    rest = [line for line in lines if name_of(line) not in {"BEGIN", "VERSION", "END"}]
    return refold([*head, *sorted(rest, key=lambda line: (name_of(line), line)), *tail])


def _add_uid(card: bytes) -> bytes:
    return card if value_of(card, "UID") else _before_end(card, "UID:made-by-the-server")


def _change_uid(card: bytes) -> bytes:
    def changed(line: str) -> str:
        head, _, value = line.partition(":")
        return f"{head}:{UID_PREFIX}{value.removeprefix(UID_PREFIX)}" if name_of(line) == "UID" else line

    return _each(changed)(card)


def _add_rev(card: bytes) -> bytes:
    kept = [line for line in unfold(card) if name_of(line) != "REV"]
    return _before_end(refold(kept), "REV:20261122T120000Z")


def _prodid(card: bytes) -> bytes:
    lines = [line for line in unfold(card) if name_of(line) != "PRODID"]
    return refold([*lines[:2], "PRODID:-//Example Server 9.9//EN", *lines[2:]])


def _upper_names(card: bytes) -> bytes:
    def upper(line: str) -> str:
        head = re.split(r"[;:]", line, maxsplit=1)[0]
        return head.upper() + line[len(head) :]

    return _each(upper)(card)


def _one_email(card: bytes) -> bytes:
    lines = unfold(card)
    mails = [line for line in lines if name_of(line) == "EMAIL"]
    return refold([line for line in lines if line not in mails[1:]])


def _cut_note(card: bytes) -> bytes:
    def cut(line: str) -> str:
        head, _, value = line.partition(":")
        return f"{head}:{value[:NOTE_LIMIT].rstrip(chr(92))}" if name_of(line) == "NOTE" else line

    return _each(cut)(card)


def _format_phones(card: bytes) -> bytes:
    def formatted(line: str) -> str:
        if name_of(line) != "TEL":
            return line
        head, _, value = line.partition(":")
        if head.upper().endswith("TEL") and value.startswith("tel"):
            return line
        digits = re.sub(r"[^\d+]", "", value)
        return f"{head}:{digits[:3]} {digits[3:6]}-{digits[6:]}"

    return _each(formatted)(card)


def _shrink_photo(card: bytes) -> bytes:
    """Another picture in place of the one sent, as a server does that recompresses: the bytes differ, it is valid."""

    def shrunk(line: str) -> str:
        if name_of(line) != "PHOTO" or ("base64" not in line.lower() and "encoding=b" not in line.lower()):
            return line
        return f"PHOTO;ENCODING=b;TYPE=PNG:{base64.b64encode(PIXEL).decode()}"

    return _each(shrunk)(card)


def _cut_n(card: bytes) -> bytes:
    def cut(line: str) -> str:
        return re.sub(r";+$", "", line) if name_of(line) == "N" else line

    return _each(cut)(card)


def _to_3(card: bytes) -> bytes:
    def older(line: str) -> str:
        if name_of(line) == "VERSION":
            return "VERSION:3.0"
        match = re.match(r"PHOTO[^:]*:data:image/(\w+);base64,(.*)", line)
        return f"PHOTO;ENCODING=b;TYPE={match[1].upper()}:{match[2]}" if match else line

    return _each(older)(card)


def _escape_data(card: bytes) -> bytes:
    def escaped(line: str) -> str:
        head, found, tail = line.partition("data:")
        return head + found + tail.replace(";", r"\;").replace(",", r"\,") if found else line

    return _each(escaped)(card)


def _repeat_types(card: bytes) -> bytes:
    def repeated(line: str) -> str:
        head, colon, value = line.partition(":")
        return re.sub(r"TYPE=([\w,]+)", _types, head, flags=re.IGNORECASE) + colon + value

    return _each(repeated)(card)


def _types(match: re.Match[str]) -> str:
    return ";".join(f"type={name.upper()}" for name in match[1].split(","))


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

REWRITES: dict[str, Callable[[bytes], bytes]] = {
    "sort": _sort,
    "add_uid": _add_uid,
    "change_uid": _change_uid,
    "add_rev": _add_rev,
    "prodid": _prodid,
    "upper_names": _upper_names,
    "repeat_types": _repeat_types,
    "drop_x": _keep(lambda line: not name_of(line).startswith("X-")),
    "drop_categories": _keep(lambda line: name_of(line) != "CATEGORIES"),
    "drop_photo": _keep(lambda line: name_of(line) != "PHOTO"),
    "drop_note": _keep(lambda line: name_of(line) != "NOTE"),
    "one_email": _one_email,
    "cut_note": _cut_note,
    "format_phones": _format_phones,
    "shrink_photo": _shrink_photo,
    "cut_n": _cut_n,
    "to_3": _to_3,
    "escape_data": _escape_data,
    "strip_control": lambda card: re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", card),
    "unfold": lambda card: "\r\n".join([*unfold(card), ""]).encode("utf-8", "surrogateescape"),
}
"""Habit by name: a function from the card as sent to the card as stored (or as shown)."""


def _count(name: str) -> Callable[[bytes], int]:
    return lambda card: sum(1 for line in unfold(card) if name_of(line) == name)


CHECKS: dict[str, Callable[[bytes], bool]] = {
    "not_a_card": lambda card: not card.lstrip().upper().startswith(b"BEGIN:VCARD"),
    "no_uid": lambda card: not value_of(card, "UID"),
    "no_fn": lambda card: not value_of(card, "FN"),
    "no_n": lambda card: not _count("N")(card) and b"VERSION:3.0" in card,
    "two_bday": lambda card: _count("BDAY")(card) > 1,
    "folded_prodid": lambda card: bool(re.search(rb"PRODID[^\r\n]*\r?\n[ \t]", card)),
    "latin1": lambda card: any(
        "\udc80" <= char <= "\udcff" for char in card.decode("utf-8", "surrogateescape")
    ),
}
"""Reason by name: whether a card falls under it and is refused."""


def rewritten(card: bytes, names: tuple[str, ...]) -> bytes:
    """The card after the named habits, in that order."""
    for name in names:
        card = REWRITES[name](card)
    return card
