"""Size and type of pictures by their header."""

import struct

import pytest

from card_strategies import png
from kith.vcard import pictures

JPEG = (
    b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xff\xc2\0\x11\x08"
    + struct.pack(">HH", 480, 640)
    + b"\x03"
    + b"\0" * 12
)
GIF = b"GIF89a" + struct.pack("<HH", 20, 10) + b"\0\0\0"
LOSSY = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 320, 200)
LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 319 | 199 << 14)
EXTENDED = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (319).to_bytes(3, "little") + (199).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (png(3, 4), ("image/png", 3, 4)),
        (JPEG, ("image/jpeg", 640, 480)),
        (GIF, ("image/gif", 20, 10)),
        (LOSSY, ("image/webp", 320, 200)),
        (LOSSLESS, ("image/webp", 320, 200)),
        (EXTENDED, ("image/webp", 320, 200)),
        (b"BM nothing we know", ("", 0, 0)),
        (b"", ("", 0, 0)),
    ],
)
def test_look(data, seen):
    assert pictures.look(data) == seen


@pytest.mark.parametrize("whole", [png(3, 4), JPEG, GIF, LOSSY, LOSSLESS, EXTENDED])
def test_any_part_of_a_header_is_harmless(whole):
    for length in range(len(whole)):
        media_type, width, height = pictures.look(whole[:length])
        assert media_type in ("", pictures.look(whole)[0])
        assert width >= 0 <= height


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("R0lG", b"GIF"),
        ("R0 lG\r\n", b"GIF"),
        ("R0lGOA", b"GIF8"),
        ("R0lGOA==", b"GIF8"),
        ("R0lGO", None),
        ("", None),
        ("%%%%", None),
        ("ﾻﾄﾳ", None),
    ],
)
def test_base64(text, data):
    assert pictures.from_base64(text) == data


def test_data_uri():
    assert pictures.from_data_uri("data:image/gif;base64,R0lG") == ("image/gif", b"GIF")
    assert pictures.from_data_uri("DATA:image/gif;charset=x;BASE64,R0lG") == ("image/gif", b"GIF")
    assert pictures.from_data_uri("data:text/plain,a%20b") == ("text/plain", b"a b")
    assert pictures.from_data_uri("data:image/gif;base64,") == ("image/gif", None)
    assert pictures.from_data_uri("https://example.org/a.png") == ("", None)
