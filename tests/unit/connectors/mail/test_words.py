"""Decoding of header text: every pitfall that real mailboxes hold."""

import json

import pytest

from kith.connector.mail.words import decode, from_bytes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?J=C3=BCrgen_M=C3=BCller?=", "Jürgen Müller"),
        ("=?ISO-8859-1?Q?J=FCrgen?= M.", "Jürgen M."),
        ("=?utf-8?B?TcO8bGxlcg==?=", "Müller"),
        ("=?utf-8?Q?M=C3?= =?utf-8?Q?=BCller?=", "Müller"),  # cut inside a character
        ("=?utf-8?Q?M=C3=BC?=\n =?utf-8?Q?ller?=", "Müller"),  # cut inside a word, folded
        ("=?utf-8?B?TcO?= =?utf-8?B?8bGxlcg==?=", "Müller"),  # base64 cut inside a group of four
        ("=?utf-8?B?TcO8?= =?utf-8?Q?ller?=", "Müller"),  # both encodings
        ("=?utf-8?Q?M=C3=BC?= =?iso-8859-1?Q?ller_=E4?=", "Müller ä"),  # two charsets
        ("=?x-unknown?Q?Mu=DFe?=", "Muße"),  # unknown charset: cp1252
        ("=?us-ascii?Q?Mu=DFe?=", "Muße"),
        ("=?iso-8859-1?Q?=84Jo=93?=", "„Jo“"),  # cp1252 quotes under the wrong label
        ("=?gb2312?B?1cXOsA==?=", "张伟"),
        ("=?utf-8*de?Q?M=C3=BCller?=", "Müller"),  # RFC 2231 language
        ("=?utf-8?B?TcO8bGxlcg?=", "Müller"),  # padding left out
        ("=?utf-8?B?!!!?=", ""),
        ("=?idna?Q?xn--mller-kva?=", "xn--mller-kva"),
        ("=?utf-8?Q?=3D=3Futf-8=3FQ=3FM=3DC3=3DBCller=3F=3D?=", "Müller"),  # encoded twice
        ("Jo\u202egnirts\x00", "Jognirts"),
        ("Mu\u0308ller", "Müller"),
        ("=?broken", "=?broken"),
    ],
)
def test_decode(written, meant):
    assert decode(written) == meant


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("Müller".encode(), "Müller"),
        ("Müller".encode("latin-1"), "Müller"),
        (b"\x80uro", "€uro"),
        (b"\x81\xfc", "\x81ü"),
    ],
)
def test_raw_eight_bit(raw, meant):
    assert from_bytes(raw) == meant


def test_what_comes_out_can_always_be_stored():
    for byte in range(256):
        for charset in ("utf-8", "x-unknown", "utf-7", "utf-16", "ascii"):
            text = decode(f"=?{charset}?Q?A={byte:02X}?=")
            assert json.loads(json.dumps(text, ensure_ascii=False).encode("utf-8")) == text
