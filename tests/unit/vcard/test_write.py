"""New cards: legal, foldable, and in the dialect that was asked for."""

import pytest
from hypothesis import given, settings

from card_strategies import contacts, photo, png
from kith.model.contact import Contact, Date, Extra, Name, Phone, Profile, Relation, Text, Url
from kith.model.extras import portable
from kith.model.record import RecordKey
from kith.vcard.read import read
from kith.vcard.write import write

KEY = RecordKey("phone", "", "1")


def lines(contact: Contact, version: str = "3.0", media=None, **how) -> list[str]:
    text = write(contact, media or {}, version, **how).decode()
    return text.replace("\r\n ", "").split("\r\n")[:-1]


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@given(case=contacts())
@settings(max_examples=50, deadline=None)
def test_every_card_is_legal(version, case):
    contact, media = case
    data = write(contact, media, version)
    assert data.startswith(f"BEGIN:VCARD\r\nVERSION:{version}\r\n".encode())
    assert data.endswith(b"\r\nEND:VCARD\r\n")
    physical = data.split(b"\r\n")
    assert all(len(line) <= 75 and not set(line) & (set(range(32)) | {127}) for line in physical)
    assert all(line.decode() is not None for line in physical)  # no character is cut
    names = [line.split(b":")[0].split(b";")[0].rpartition(b".")[2] for line in physical if line[:1] != b" "]
    assert {name: names.count(name) for name in (b"VERSION", b"UID", b"FN", b"N")} == {
        b"VERSION": 1,
        b"UID": 1,
        b"FN": 1,
        b"N": 1,
    }


def test_the_frame():
    assert lines(Contact(full_name="Ada"), uid="u-1") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//kith//EN",
        "UID:u-1",
        "FN:Ada",
        "N:;;;;",
        "END:VCARD",
    ]


def test_a_uid_is_always_there_and_in_one_line():
    assert any(line.startswith("UID:") and len(line) > 30 for line in lines(Contact(full_name="Ada")))
    assert "UID:ab" in lines(Contact(full_name="Ada"), uid="a\r\nb")
    assert write(Contact(full_name="Ada"), {}) == write(Contact(full_name="Ada"), {})


def test_fn_is_made_where_there_is_none():
    assert "FN:Dr. Ada Example" in lines(Contact(name=Name(("Example",), ("Ada",), (), ("Dr.",))))
    assert "FN:+1 202 555 0101" in lines(Contact(phones=(Phone("+1 202 555 0101"),)))


def test_forms_of_apple_in_30():
    contact = Contact(
        full_name="Ada",
        kind="org",
        maiden_name="Byron",
        birthday=Date("--02-29"),
        dates=(Date("2010-01-02", ("anniversary",)), Date("2011-01-02", (), "Diplom")),
        relations=(Relation("Bo", ("spouse",)), Relation("Ruth", (), "Patentante")),
        profiles=(Profile("linkedin", "ada", "https://l.example/ada"),),
        urls=(Url("https://ada.example", ("homepage",)),),
    )
    found = lines(contact)
    assert found[4:-1] == [
        "X-ABShowAs:COMPANY",
        "FN:Ada",
        "N:;;;;",
        "X-MAIDENNAME:Byron",
        "item1.URL:https://ada.example",
        "item1.X-ABLabel:_$!<HomePage>!$_",
        "X-SOCIALPROFILE;TYPE=LINKEDIN;x-user=ada:https://l.example/ada",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29",
        "X-ANNIVERSARY:2010-01-02",
        "item2.X-ABDATE:2011-01-02",
        "item2.X-ABLabel:Diplom",
        "item3.X-ABRELATEDNAMES:Bo",
        "item3.X-ABLabel:_$!<Spouse>!$_",
        "item4.X-ABRELATEDNAMES:Ruth",
        "item4.X-ABLabel:Patentante",
    ]
    assert "item2.X-ABLabel:_$!<Anniversary>!$_" in lines(contact, dialect="apple")


def test_forms_of_40():
    contact = Contact(
        full_name="Ada",
        kind="org",
        sort_as="Lovelace",
        phones=(Phone("1111", ("cell", "home"), "", 1),),
        birthday=Date("--02-29"),
        dates=(Date("2010-01-02", ("anniversary",)),),
        relations=(Relation("Bo", ("spouse",)), Relation("urn:uuid:1-2", ("friend",))),
        positions=(Text("52.5,13.4"),),
        gender="F",
    )
    assert lines(contact, "4.0")[4:-1] == [
        "KIND:org",
        "FN:Ada",
        "N;SORT-AS=Lovelace:;;;;",
        "TEL;TYPE=cell,home;PREF=1:1111",
        "BDAY:--0229",
        "ANNIVERSARY:20100102",
        "RELATED;TYPE=spouse;VALUE=text:Bo",
        "RELATED;TYPE=friend:urn:uuid:1-2",
        "GENDER:F",
        "GEO:geo:52.5,13.4",
    ]


def test_pictures_in_each_version():
    data = png(3, 4)
    one = photo(data, "image/png", 3, 4)
    contact, media = Contact(full_name="Ada", photo=one), {one.sha256: data}
    starts = {
        "2.1": "PHOTO;PNG;ENCODING=BASE64:iVBOR",
        "3.0": "PHOTO;TYPE=PNG;ENCODING=b:iVBOR",
        "4.0": "PHOTO:data:image/png;base64,iVBOR",
    }
    for version, start in starts.items():
        assert any(line.startswith(start) for line in lines(contact, version, media))
        assert read(write(contact, media, version), KEY).contact.photo == one
    assert not any(line.startswith("PHOTO") for line in lines(contact))


def test_lists_in_each_version():
    group = Contact(full_name="Chor, groß", kind="group", members=("A-1", "mailto:a@example.org"))
    assert lines(group)[4:-1] == [
        "X-ADDRESSBOOKSERVER-KIND:group",
        "FN:Chor\\, groß",
        "N:Chor\\, groß;;;;",
        "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:A-1",
        "X-ADDRESSBOOKSERVER-MEMBER:mailto:a@example.org",
    ]
    assert lines(group, "4.0")[4:-1] == [
        "KIND:group",
        "FN:Chor\\, groß",
        "N:Chor\\, groß;;;;",
        "MEMBER:urn:uuid:A-1",
        "MEMBER:mailto:a@example.org",
    ]


def test_binary_extras_change_their_spelling_with_the_version():
    logo = Extra("LOGO", "R0lG", (("ENCODING", "b"), ("TYPE", "GIF")))
    contact = Contact(full_name="Ada", extras=(logo,))
    (line,) = [line for line in lines(contact, "4.0") if line.startswith("LOGO")]
    assert line == "LOGO:data:image/gif;base64,R0lG"
    again = read(write(contact, {}, "4.0"), KEY).contact
    assert read(write(again, {}, "3.0"), KEY).contact.extras == (logo,)


def test_no_extra_can_break_the_frame():
    extras = (Extra("END", "VCARD"), Extra("X-A\r\nTEL", "1\r\nTEL:666"), Extra("UID", "other"))
    contact = read(write(Contact(full_name="Ada", extras=extras), {}, uid="u-1"), KEY).contact
    assert (contact.uid, contact.phones) == ("u-1", ())


@pytest.mark.parametrize("name", ["LOGO", "CLASS", "X-PHONETIC-ORG", "X-ABDATE", "X-TWITTER"])
def test_extras_that_may_travel(name):
    assert portable(Extra(name, "v"))


@pytest.mark.parametrize(
    "name",
    [
        *(
            "X-RADICALE-NAME",
            "X-COUCHDB-REV",
            "X-EVOLUTION-UI-SLOT",
            "X-ABUID",
            "CLIENTPIDMAP",
            "SOURCE",
            "UID",
            "PHOTO",
        ),
        *(
            "X-NC-SCOPE",
            "X-ANYTHING-UNKNOWN",
            "AGENT",
            "X-APPLE-STRUCTURED-LOCATION",
            "X-ABLABEL",
            "X-MS-CARDPICTURE",
        ),
    ],
)
def test_extras_that_stay(name):
    assert not portable(Extra(name, "v"))


def test_nothing_points_into_a_machine():
    assert not portable(Extra("LOGO", "file:///home/ada/logo.png"))


def test_a_tab_stays_in_a_note():
    contact = Contact(full_name="Ada", notes=(Text("a\tb"),))
    assert read(write(contact, {}), KEY).contact.notes == contact.notes
