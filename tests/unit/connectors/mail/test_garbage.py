"""Whatever stands in a mailbox, nothing but contacts comes out, and what comes out can be stored."""

import json
import random

import pytest

from kith.connector.mail.folders import SENT
from kith.connector.mail.headers import FIELDS, read
from kith.connector.mail.ledger import Ledger
from kith.connector.mail.settings import MailSettings
from letters import ME, NOON

PIECES = [
    b"=?utf-8?Q?", b"=?x?B?", b"?=", b'"', b"<", b">", b"(", b")", b",", b";", b":", b"@", b"\\", b"\n", b"\n ", b"\r\n",
    b"a@x.example", b"Anna", b"=FC", b"TcO8", b"\xfc", b"\xc3\xbc", b"\xed\xa0\x80", b"\x00", b" via ", b"+tag", b"xn--",
    b"\xe2\x80\xae", b"#card", b"14 Nov 2023 22:13:20 +0000", b"GmbH", b"=", b"mailto:", b".", b" ",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_random_headers(seed):
    rng = random.Random(seed)
    ledger = Ledger(MailSettings(include_received=True, include_roles=True, attached_cards=True), {ME}, NOON)
    for _ in range(150):
        lines = [
            rng.choice(FIELDS).encode() + b": " + b"".join(rng.choices(PIECES, k=rng.randrange(14)))
            for _ in range(8)
        ]
        headers = read(b"\n".join(lines))
        for kind in ("other", SENT):
            who = ledger.add(headers, kind)
            if who:
                ledger.offer(who, headers, b"BEGIN:VCARD\n" + lines[0])
    state = json.loads(json.dumps(ledger.dump(), ensure_ascii=False).encode("utf-8"))
    again = Ledger(ledger.rules, ledger.me, NOON)
    again.load(state)
    for address in ledger.correspondents():
        assert again.records(address) == ledger.records(address)
        card = ledger.contact(address)
        assert "@" in address
        assert card.emails
        assert "\n" not in card.full_name
        card.full_name.encode("utf-8")
