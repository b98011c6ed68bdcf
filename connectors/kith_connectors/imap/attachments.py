"""The vCards among the attachments of messages, without fetching anything else of them."""

import base64
import binascii
import quopri
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kith.connector.mail.attached import LARGEST, is_card

_CARDS_PER_MESSAGE = 3


class Part(NamedTuple):
    """A part by its section number (RFC 3501 section 6.4.5), its transfer encoding in lower case, its size in bytes."""

    section: str
    encoding: str
    size: int


def attached_cards(client: Any, uids: list[int]) -> Iterator[tuple[int, bytes]]:
    """(UID, decoded vCard) of the messages of the open folder; nothing is marked as read."""
    if not uids:
        return
    for uid, row in client.fetch(uids, ["BODYSTRUCTURE"]).items():
        for part in list(card_parts(row.get(b"BODYSTRUCTURE", ())))[:_CARDS_PER_MESSAGE]:
            answer = client.fetch([uid], [f"BODY.PEEK[{part.section}]"]).get(uid, {})
            yield uid, _decoded(literal(answer, b"BODY["), part.encoding)


def card_parts(structure: Any, number: str = "") -> Iterator[Part]:
    """The vCards in a BODYSTRUCTURE as IMAPClient gives it. Those inside a forwarded message are not the sender's."""
    if structure and isinstance(structure[0], list):
        for index, part in enumerate(structure[0], 1):
            yield from card_parts(part, f"{number}.{index}" if number else str(index))
    elif len(structure) > 6:
        media_type = f"{_text(structure[0])}/{_text(structure[1])}".lower()
        size = structure[6] if isinstance(structure[6], int) else 0
        if is_card(media_type, _file_name(structure)) and size <= 2 * LARGEST:
            yield Part(number or "1", _text(structure[5]).lower(), size)


def literal(row: Mapping[bytes, Any], key: bytes) -> bytes:
    """The value of a row of FETCH whose key begins so; servers repeat the rest in their own spelling."""
    found = next((value for name, value in row.items() if name.upper().startswith(key)), b"")
    return found if isinstance(found, bytes) else b""


def _file_name(structure: Any) -> str:
    """The file name in the parameters or the disposition; both are flat lists of names and values."""
    flat = [structure[2] or (), *(item[1] or () for item in structure[7:] if _is_disposition(item))]
    for params in flat:
        names = dict(zip(params[::2], params[1::2], strict=False))
        for name, value in names.items():
            if _text(name).lower() in ("name", "filename"):
                return _text(value)
    return ""


def _is_disposition(item: Any) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], tuple)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value or "")


def _decoded(data: bytes, encoding: str) -> bytes:
    try:
        if encoding == "base64":
            return base64.b64decode(data)
        return quopri.decodestring(data) if encoding == "quoted-printable" else data
    except binascii.Error:
        return b""
