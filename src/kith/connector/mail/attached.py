"""vCards that people attach to their own mail. Looked for only where the user asked for it."""

import email.parser
import email.policy
import re
from dataclasses import replace

from kith.connector.mail.addresses import canonical
from kith.model.contact import Contact
from kith.model.record import RecordKey
from kith.vcard.read import read
from kith.vcard.write import write

TYPES = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
LARGEST = 512 * 1024
"""Bytes of a card, its picture included, beyond which it is left alone."""
KEPT = 16 * 1024
"""Bytes of a card without its picture, as they are kept."""
LARGEST_MESSAGE = 16 << 20

_HINT = re.compile(rb"text/(?:x-)?vcard|text/directory|\.vcf", re.IGNORECASE)
_NAMED = re.compile(r"\.vcf$", re.IGNORECASE)


def is_card(media_type: str, file_name: str) -> bool:
    """Whether a part is a vCard by its media type (lower case) or its file name."""
    return media_type in TYPES or (
        media_type == "application/octet-stream" and bool(_NAMED.search(file_name))
    )


def cards(message: bytes) -> list[bytes]:
    """The vCards attached to a whole message, decoded, at most three. Never raises."""
    if not _HINT.search(message):
        return []
    found: list[bytes] = []
    parsed = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(message)
    for part in parsed.walk():
        if is_card(part.get_content_type(), str(part.get_filename() or "")):
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and len(body) <= LARGEST:
                found.append(body)
    return found[:3]


def own_card(data: bytes, address: str) -> str:
    """The card as kith keeps it, "" where it is not the card of that canonical address.

    Somebody may attach anybody's card; only one that names the sender's own address speaks for the sender. Pictures,
    notes and groups are left out.
    """
    if b"BEGIN:VCARD" not in data[:1000].upper():
        return ""
    found = read(data, RecordKey("", "", ""))
    contact = found.contact
    if found.grade == "quarantine" or address not in {canonical(mail.value) for mail in contact.emails}:
        return ""
    text = write(_plain(contact), {}, uid=contact.uid or address).decode("utf-8")
    return text if len(text) <= KEPT else ""


def contact_of(text: str) -> Contact:
    """The contact of a kept card."""
    return read(text.encode("utf-8"), RecordKey("", "", "")).contact


def _plain(contact: Contact) -> Contact:
    return replace(contact, photo=None, notes=(), groups=(), members=(), extras=(), relations=())
