"""What a card says without reading it is what reading it gives: for every contact for which that is claimed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from card_strategies import contacts
from kith.model.contact import (
    Contact,
    Date,
    Email,
    Extra,
    Name,
    Organization,
    Phone,
    Photo,
    PostalAddress,
    Text,
    Url,
)
from kith.model.record import RecordKey, SourceRecord
from kith.vcard.faithful import read_alike
from kith.vcard.read import read
from kith.vcard.write import write

KEY = RecordKey("phone", "", "1")
UID = "urn:uuid:0b8f3a52-8a7c-4a5b-9d55-0d7a3f1f0c11"

_HARD = st.text(max_size=12) | st.sampled_from(
    [
        "Rosenquist", "Renée", "a,b", "a;b", "x:y", ":", ";", ",", '"q"', "^n", "=20", "=", "BEGIN:VCARD", "END:VCARD",
        "AGENT:", "mailto:a", "tel:1", "TEL:1", "data:,x", "ENCODING=B", "BASE64", "CHARSET=X", "QUOTED-PRINTABLE",
        "x" * 80, "ü" * 80, "名" * 60, "x" * 74 + " y", "\u00a0", "\ufeffa", "\u2028", "\x85", "a  b", " a", "b ", "\\n", "",
    ]
)  # fmt: skip
_ANY = st.integers(0, 24).flatmap(
    lambda one: (
        st.sampled_from(["Rosenquist", "Renée", "a,b", "a;b", "x:y", '"q"', "ü" * 80]) if one else _HARD
    )
)
_PART = st.lists(_ANY, max_size=2).map(tuple)
_TYPES = st.lists(
    st.sampled_from(
        ["home", "work", "cell", "x-boat", "pref", "internet", "Home", "uri", "b", "text", "a,b"]
    ),
    max_size=2,
).map(tuple)
_HANG = {"types": _TYPES}
PLAIN = st.builds(
    Contact,
    full_name=_ANY,
    name=st.builds(Name, _PART, _PART, _PART, _PART, _PART),
    emails=st.lists(st.builds(Email, _ANY, **_HANG), max_size=2).map(tuple),
    phones=st.lists(st.builds(Phone, _ANY, **_HANG), max_size=2).map(tuple),
    addresses=st.lists(
        st.builds(PostalAddress, _PART, _PART, _PART, _PART, _PART, _PART, _PART, **_HANG), max_size=2
    ).map(tuple),
    organizations=st.lists(
        st.builds(Organization, _ANY, _PART, _ANY, _ANY, **_HANG), max_size=2
    ).map(tuple),
    birthday=st.none() | st.builds(Date, st.dates().map(str) | _ANY | st.just("2026-02-30"), **_HANG),
    notes=st.lists(st.builds(Text, _ANY, **_HANG), max_size=2).map(tuple),
    revised=st.sampled_from(["", "20260101T000000Z"]),
)  # fmt: skip


def agree(contact: Contact, version: str, dialect: str) -> None:
    said = read_alike(contact, version, UID)
    if said is None:
        return
    data = write(contact, {}, version, UID, dialect)
    assert read(data, KEY) == SourceRecord(KEY, "", said, data)


@pytest.mark.parametrize("dialect", ["", "apple"])
@pytest.mark.parametrize("version", ["3.0", "4.0"])
@given(contact=PLAIN)
@settings(max_examples=300, deadline=None)
def test_what_a_card_says_unread_is_what_it_is_read_as(version, dialect, contact):
    agree(contact, version, dialect)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@given(case=contacts())
@settings(max_examples=100, deadline=None)
def test_so_it_is_for_contacts_of_every_kind(version, case):
    agree(case[0], version, "")


USUAL = Contact(
    full_name="Ida Rosenquist",
    name=Name(("Rosenquist",), ("Ida",), prefix=("Dr.",)),
    emails=(Email("ida@example.org", ("home",)), Email("ida@company.example", ("work",))),
    phones=(Phone("+49 30 23125001", ("cell", "voice")),),
    addresses=(
        PostalAddress(street=("Uferweg 3",), locality=("Trier",), country=("Germany",), types=("home",)),
    ),
    organizations=(Organization("Holzbau, Sohn; Co", ("Einkauf",), "Leiterin"),),
    birthday=Date("1980-02-29"),
    notes=(Text("Kennt den Weg zum Leuchtturm, auch bei Nacht; " * 4 + "ja."),),
)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_an_ordinary_card_needs_no_reading(version):
    data = write(USUAL, {}, version, UID)
    assert read_alike(USUAL, version, UID) == read(data, KEY).contact


@pytest.mark.parametrize(
    "change",
    [
        {"full_name": ""},
        {"full_name": "Ida\nRosenquist"},
        {"kind": "org"},
        {"notes": (Text("a\\b"),)},
        {"notes": (Text("a", label="Boot"),)},
        {"phones": (Phone("1", pref=1),)},
        {"phones": (Phone("+49 30 23125001", e164="+493023125001"),)},
        {"emails": (Email("a@example.org", params=(("X-ONE", "1"),)),)},
        {"emails": (Email("a@example.org", ("work", "home")),)},
        {"birthday": Date("--02-29")},
        {"organizations": (Organization("A"), Organization("B"))},
        {"addresses": (PostalAddress(street=("Uferweg 3",), country_code="DE"),)},
        {"photo": Photo(uri="https://example.org/a.png")},
        {"urls": (Url("https://example.org/", ("homepage",)),)},
        {"extras": (Extra("X-FOO", "1"),)},
        {"notes": (Text("x" * 100_001),)},
        {"emails": tuple(Email(f"a{number}@example.org") for number in range(201))},
    ],
)  # fmt: skip
def test_what_has_more_than_one_form_is_read(change):
    assert read_alike(USUAL, "3.0", UID) is not None
    assert read_alike(USUAL.but(**change), "3.0", UID) is None


@pytest.mark.parametrize(("version", "uid"), [("2.1", UID), ("3.0", ""), ("3.0", "a\nb"), ("4.0", "a\\b")])
def test_other_versions_and_odd_ids_are_read(version, uid):
    assert read_alike(USUAL, version, uid) is None
