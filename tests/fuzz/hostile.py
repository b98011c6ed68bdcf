"""Bad input by class, each with the grade it must get. The dangerous strings are built by loops."""

from collections.abc import Callable
from dataclasses import dataclass

GOOD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\n%sEND:VCARD\r\n"


@dataclass(frozen=True)
class Case:
    """A class of bad input: its bytes on demand, and the grade of its (first) card."""

    name: str
    make: Callable[[], bytes]
    grade: str


def card(*lines: bytes) -> bytes:
    return GOOD % b"".join(line + b"\r\n" for line in lines)


def gif(width: int, height: int) -> bytes:
    import base64

    head = b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\0\0\0;"
    return b"PHOTO;ENCODING=b;TYPE=GIF:" + base64.b64encode(head)


CASES = (
    Case("nothing at all", lambda: b"", "quarantine"),
    Case("blank lines", lambda: b"\r\n\r\n", "quarantine"),
    Case("an empty card", lambda: b"BEGIN:VCARD\r\nEND:VCARD\r\n", "quarantine"),
    Case("HTML", lambda: b"<!doctype html><html><body>Please log in: BEGIN</body></html>", "quarantine"),
    Case("JSON", lambda: b'{"error": {"code": 503}}', "quarantine"),
    Case("a calendar", lambda: b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "quarantine"),
    Case("broken off inside a line", lambda: card(b"TEL:+49 30 23125 001")[:-20], "quarantine"),
    Case("no END", lambda: card().replace(b"END:VCARD\r\n", b""), "repair"),
    Case("base64 broken off", lambda: card(b"PHOTO;ENCODING=b;TYPE=JPEG:" + b"QUJD" * 20 + b"A"), "repair"),
    Case("base64 that is none", lambda: card(b"PHOTO;ENCODING=b;TYPE=JPEG:%%%%"), "repair"),
    Case("data: URI without data", lambda: card(b"PHOTO:data:image/jpeg;base64,"), "repair"),
    Case("wrong charset", lambda: card(b"NOTE;CHARSET=UTF-8:caf\xe9"), "repair"),
    Case("missing charset", lambda: card(b"NOTE:caf\xe9"), "repair"),
    Case("unknown charset", lambda: card(b"NOTE;CHARSET=zlib_codec:plain"), "accept"),
    Case("UTF-16", lambda: card().decode().encode("utf-16"), "accept"),
    Case("UTF-16 without a mark", lambda: card().decode().encode("utf-16-le"), "accept"),
    Case("odd number of UTF-16 bytes", lambda: card().decode().encode("utf-16")[:-1], "quarantine"),
    Case(
        "BEGIN in BEGIN, 5000 deep",
        lambda: card(*[b"AGENT:\r\nBEGIN:VCARD"] * 5000, *[b"END:VCARD"] * 5000),
        "quarantine",
    ),
    Case("5000 BEGIN without END", lambda: b"BEGIN:VCARD\r\n" * 5000, "quarantine"),
    Case("AGENT in itself", lambda: card(b"AGENT:", card().rstrip()), "accept"),
    Case("a line of 50 MB", lambda: card(b"NOTE:" + b"x" * 50_000_000), "quarantine"),
    Case("null characters", lambda: card(b"NOTE:a\0b\0c"), "repair"),
    Case("control characters", lambda: card(b"NOTE:\x1b[2J\x07\x08"), "repair"),
    Case(
        "line end inside a UID",
        lambda: card().replace(b"UID:u1", b"UID;ENCODING=QUOTED-PRINTABLE:u=0D=0A1"),
        "accept",
    ),
    Case("path as UID", lambda: card().replace(b"UID:u1", b"UID:../../etc/passwd"), "accept"),
    Case("10000 numbers", lambda: card(*(b"TEL:+49302%06d" % n for n in range(10_000))), "accept"),
    *(
        Case(
            f"5000 times {line[:24]}",
            lambda line=line: card(*(line.replace("#", str(n)).encode() for n in range(5000))),
            "accept",
        )
        for line in (
            "item#.X-ABLabel:x",
            "CATEGORIES:c#",
            "IMPP:xmpp:a#@b.example",
            "ORG:o#",
            "item#.TITLE:t#",
            "ORG:o#\r\nTITLE:t#",
            "LABEL;TYPE=HOME:t#\r\nADR;TYPE=HOME:;;s#;;;;",
            "X-PHONETIC-FIRST-NAME:#",
            "FN:#",
            "item#.TEL:+49#\r\nitem#.X-ABLabel:l#",
            "PHOTO;ENCODING=b:R0lG",
        )
    ),
    Case("10000 parameters", lambda: card(b"TEL" + b";X-A=1" * 10_000 + b":1"), "accept"),
    Case("10000 bare parameters", lambda: card(b"TEL" + b";HOME" * 10_000 + b":1"), "accept"),
    Case("30000 lines", lambda: card(*[b"X-A:1"] * 30_000), "quarantine"),
    Case("folded after every character", lambda: card(b"NOTE:" + b"\r\n ".join([b"x"] * 100_000)), "accept"),
    Case(
        "quoted-printable soft breaks",
        lambda: card(b"NOTE;ENCODING=QUOTED-PRINTABLE:" + b"a=\r\n" * 50_000),
        "accept",
    ),
    Case("a parameter list without end", lambda: card(b"TEL" + b";x" * 40 + b'="'), "repair"),
    Case("quotes and backslashes", lambda: card(b'TEL;X="' + b'\\"' * 100_000 + b":1"), "accept"),
    Case("many quotes", lambda: card(b"TEL;X=" + b'"' * 100_001 + b":1"), "accept"),
    Case("backslashes", lambda: card(b"NOTE:" + b"\\" * 100_001), "accept"),
    Case("separators", lambda: card(b"ORG:" + b";" * 100_000, b"NICKNAME:" + b"," * 100_000), "accept"),
    Case("carriage returns", lambda: card(b"NOTE:x" + b"\r" * 100_000), "accept"),
    Case("marks without end", lambda: card(b"NOTE:" + b":VCARD " * 50_000), "accept"),
    Case("digits as a preference", lambda: card(b"TEL;PREF=" + b"9" * 50_000 + b":1"), "accept"),
    Case("impossible date", lambda: card(b"BDAY:1985-13-45"), "repair"),
    Case("digits as a date", lambda: card(b"BDAY:" + b"1" * 50_000), "repair"),
    Case("XML-hostile name", lambda: card(b"NOTE:]]><![CDATA[\xef\xbf\xbe"), "repair"),
    Case("bidirectional overrides", lambda: card("NICKNAME:\u202egnp.exe".encode()), "accept"),
    Case("CSV formula as name", lambda: card(b"NICKNAME:=HYPERLINK(1)"), "accept"),
    Case("PHOTO from a file", lambda: card(b"PHOTO;VALUE=uri:file:///etc/passwd"), "accept"),
    Case("PHOTO from inside", lambda: card(b"PHOTO;VALUE=uri:http://127.0.0.1:1/x.jpg"), "accept"),
    Case("a picture of 4 gigapixels", lambda: card(gif(65535, 65535)), "repair"),
    Case("a JPEG of padding", lambda: card(b"PHOTO;ENCODING=b:/9j/" + b"////" * 500_000), "accept"),
    Case("no FN", lambda: card().replace(b"FN:Ada Example\r\n", b""), "repair"),
    Case("no N", lambda: card().replace(b"N:Example;Ada;;;\r\n", b""), "repair"),
    Case("no VERSION", lambda: card().replace(b"VERSION:3.0\r\n", b""), "repair"),
    Case("a line without a colon", lambda: card(b"this is not a property"), "repair"),
    Case("a name of 100 kB", lambda: card(b"X" * 100_000 + b":1"), "accept"),
)
