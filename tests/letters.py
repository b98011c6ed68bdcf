"""Self-written mail for tests: messages, mbox files and Maildirs of invented people."""

import time
import zlib
from email.utils import formatdate
from pathlib import Path

ME = "jo@example.org"
NOON = 1_700_000_000


def letter(sender=f"Jo Beispiel <{ME}>", to="", when=NOON, body="Hello.\n", **fields) -> bytes:
    """One message as bytes with LF line ends. Further header fields by keyword: reply_to="..."; values str or bytes."""
    lines: list[bytes] = []
    stamp = formatdate(when) if isinstance(when, int) else when
    given = {
        "From": sender,
        "To": to,
        "Date": stamp,
        "Message-ID": f"<{zlib.crc32(repr((sender, to, when)).encode())}@x.example>",
    }
    given |= {name.replace("_", "-").title(): value for name, value in fields.items()}
    for name, value in given.items():
        if value:
            lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
    lines.append(b"Subject: never read")
    return b"\n".join(lines) + b"\n\n" + body.encode()


def mbox(*letters: bytes, eol: bytes = b"\n") -> bytes:
    """Messages as an mbox file."""
    from_line = b"From - " + time.asctime(time.gmtime(NOON)).encode() + b"\n"
    text = b"".join(from_line + item + b"\n" for item in letters)
    return text.replace(b"\n", eol)


def deliver(folder: Path, name: str, message: bytes, part: str = "cur") -> Path:
    """Put a message into a Maildir folder, making the folder where it is missing."""
    for sub in ("cur", "new", "tmp"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    path = folder / part / name
    path.write_bytes(message)
    return path


def people(source, cursor=None) -> tuple[dict[str, str], str, list]:
    """One pull: ({address: full name} of the records, the next cursor, the pages)."""
    from kith.connector.api import PullRequest

    pages = list(source.pull(PullRequest(cursor)))
    records = [record for page in pages for record in page.records]
    return {r.key.remote_id: r.contact.full_name for r in records}, pages[-1].cursor, pages
