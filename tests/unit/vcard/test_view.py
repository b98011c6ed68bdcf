"""Typed values of single properties."""

import subprocess
import sys

from kith.vcard.raw import split
from kith.vcard.view import CardView

CARD = """BEGIN:VCARD
VERSION:3.0
UID:v1
FN:Ada\\, Example
N:Example;Ada;Mary,Sue;Dr.;
ADR;TYPE=HOME:;;Hauptstr. 1,Hof;Berlin;;10115;Deutschland
ORG:Mill\\, Ltd.;Looms
item1.TEL;TYPE=CELL:+49 171 39200 01
item1.X-ABLabel:Boot
NICKNAME:Addie,A\\,B
BDAY:19790229
BDAY:19791130
URL:http\\://ada.example
PHOTO;ENCODING=b:R0lG
LOGO:http://logo.example/x.png
SOUND:data:audio/basic;base64,R0lG
X-OTHER:left\\, alone
END:VCARD
"""


def view() -> CardView:
    return CardView(split(CARD.encode())[0])


def test_values_by_type():
    found = view()
    assert found.first("FN") == "Ada, Example"
    assert found.first("N") == (("Example",), ("Ada",), ("Mary", "Sue"), ("Dr.",))
    assert found.first("ORG") == (("Mill, Ltd.",), ("Looms",))
    assert found.first("NICKNAME") == ("Addie", "A,B")
    assert [found.value(line) for line in found.lines("BDAY")] == ["19790229", "1979-11-30"]
    assert found.first("URL") == "http://ada.example"
    assert found.first("PHOTO") == found.first("SOUND") == b"GIF"
    assert found.first("LOGO") == "http://logo.example/x.png"
    assert found.first("X-OTHER") == "left\\, alone"
    assert found.first("NOTE") is None


def test_label_of_a_line():
    found = view()
    (phone,) = found.lines("TEL")
    assert found.label(phone) == "Boot"
    assert found.label(found.lines("FN")[0]) == ""


def test_vobject_objects_are_built_from_our_lines():
    found = view()
    name = found.as_vobject(found.lines("N")[0]).value
    assert (name.family, name.given, name.additional, name.prefix) == (
        "Example",
        "Ada",
        ["Mary", "Sue"],
        "Dr.",
    )
    address = found.as_vobject(found.lines("ADR")[0])
    assert (address.value.city, address.value.street) == ("Berlin", ["Hauptstr. 1", "Hof"])
    assert address.params["TYPE"] == ["HOME"]
    phone = found.as_vobject(found.lines("TEL")[0])
    assert (phone.group, phone.value) == ("item1", "+49 171 39200 01")
    assert found.as_vobject(found.lines("ORG")[0]).value == ["Mill, Ltd.", "Looms"]


def test_reading_does_not_import_vobject():
    code = "import sys; import kith.vcard.read, kith.vcard.write, kith.vcard.patch, kith.vcard.view; print('vobject' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
