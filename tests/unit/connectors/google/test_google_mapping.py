"""Person <-> Contact, field by field."""

from dataclasses import replace
from typing import Any

import pytest

from kith.model.contact import (
    Contact,
    Date,
    Email,
    Extra,
    Handle,
    Name,
    Organization,
    Phone,
    PostalAddress,
    Profile,
    Relation,
    Text,
    Url,
)
from kith_connectors.google.mapping import FIELDS, MASK, changed, etag, mark, modified, read, write
from kith_connectors.google.slots import bare, own

NAME = {"unstructuredName": "Dr. Anna Maria Sommer jr."}

PAIRS: dict[str, tuple[Contact, dict[str, Any]]] = {
    "name": (
        Contact(
            full_name="Dr. Anna Maria Sommer jr.",
            name=Name(("Sommer",), ("Anna",), ("Maria",), ("Dr.",), ("jr.",)),
            phonetic=Name(("Zommer",), ("Ana",)),
        ),
        {
            "names": [
                {
                    **NAME,
                    "familyName": "Sommer",
                    "givenName": "Anna",
                    "middleName": "Maria",
                    "honorificPrefix": "Dr.",
                    "honorificSuffix": "jr.",
                    "phoneticFamilyName": "Zommer",
                    "phoneticGivenName": "Ana",
                }
            ]
        },
    ),
    "a free-form name": (Contact(full_name="Anna"), {"names": [{"unstructuredName": "Anna"}]}),
    "nicknames": (
        Contact(nicknames=(Text("Anni"), Text("A")), maiden_name="Winter"),
        {"nicknames": [{"value": "Anni"}, {"value": "A"}, {"value": "Winter", "type": "MAIDEN_NAME"}]},
    ),
    "emails": (
        Contact(
            emails=(
                Email("a@example.org", ("home",)),
                Email("b@example.org", label="Boat"),
                Email("c@example.org"),
            )
        ),
        {
            "emailAddresses": [
                {"value": "a@example.org", "type": "home"},
                {"value": "b@example.org", "type": "Boat"},
                {"value": "c@example.org"},
            ]
        },
    ),
    "phones": (
        Contact(
            phones=(
                Phone("+49 171 3920011", ("cell",)),
                Phone("+49 30 23125001", ("fax", "work")),
                Phone("+49 171 3920012", ("cell", "work")),
                Phone("030 23125002", ("pager",)),
                Phone("030 23125003", ("fax",)),
                Phone("030 23125004", ("main",)),
                Phone("030 23125005", label="googleVoice"),
            )
        ),
        {
            "phoneNumbers": [
                {"value": "+49 171 3920011", "type": "mobile"},
                {"value": "+49 30 23125001", "type": "workFax"},
                {"value": "+49 171 3920012", "type": "workMobile"},
                {"value": "030 23125002", "type": "pager"},
                {"value": "030 23125003", "type": "otherFax"},
                {"value": "030 23125004", "type": "main"},
                {"value": "030 23125005", "type": "googleVoice"},
            ]
        },
    ),
    "addresses": (
        Contact(
            addresses=(
                PostalAddress(
                    po_box=("12",),
                    extended=("c/o Winter",),
                    street=("Am Ufer 3\nHinterhaus",),
                    locality=("Köln",),
                    region=("NRW",),
                    postal_code=("50667",),
                    country=("Germany",),
                    country_code="DE",
                    types=("work",),
                ),
                PostalAddress(text="somewhere by the sea"),
            )
        ),
        {
            "addresses": [
                {
                    "poBox": "12",
                    "extendedAddress": "c/o Winter",
                    "streetAddress": "Am Ufer 3\nHinterhaus",
                    "city": "Köln",
                    "region": "NRW",
                    "postalCode": "50667",
                    "country": "Germany",
                    "countryCode": "DE",
                    "type": "work",
                },
                {"formattedValue": "somewhere by the sea"},
            ]
        },
    ),
    "organizations": (
        Contact(
            organizations=(
                Organization("Firm", ("Sales", "North"), "Head", "sells"),
                Organization(title="Baker", types=("work",)),
            )
        ),
        {
            "organizations": [
                {"name": "Firm", "department": "Sales / North", "title": "Head", "jobDescription": "sells"},
                {"title": "Baker", "type": "work"},
            ]
        },
    ),
    "urls and profiles": (
        Contact(
            urls=(Url("https://anna.example", ("homepage",)), Url("https://b.example", label="Boat")),
            profiles=(Profile("linkedin", "", "https://www.linkedin.com/in/anna-example"),),
        ),
        {
            "urls": [
                {"value": "https://anna.example", "type": "homePage"},
                {"value": "https://b.example", "type": "Boat"},
                {"value": "https://www.linkedin.com/in/anna-example", "type": "profile"},
            ]
        },
    ),
    "handles": (
        Contact(
            handles=(
                Handle("xmpp:anna@example.org", ("home",)),
                Handle("matrix:@anna:example.org"),
                Handle("anna"),
            )
        ),
        {
            "imClients": [
                {"protocol": "jabber", "username": "anna@example.org", "type": "home"},
                {"protocol": "matrix", "username": "@anna:example.org"},
                {"username": "anna"},
            ]
        },
    ),
    "sip": (
        Contact(handles=(Handle("sip:anna@example.org", ("work",)),)),
        {"sipAddresses": [{"value": "sip:anna@example.org", "type": "work"}]},
    ),
    "a birthday": (
        Contact(birthday=Date("1971-03-04")),
        {"birthdays": [{"date": {"year": 1971, "month": 3, "day": 4}}]},
    ),
    "a birthday without year": (
        Contact(birthday=Date("--02-29")),
        {"birthdays": [{"date": {"month": 2, "day": 29}}]},
    ),
    "a year": (Contact(birthday=Date("1971")), {"birthdays": [{"date": {"year": 1971}}]}),
    "a month": (Contact(birthday=Date("1971-03")), {"birthdays": [{"date": {"year": 1971, "month": 3}}]}),
    "a birthday in words": (Contact(birthday=Date("in spring")), {"birthdays": [{"text": "in spring"}]}),
    "events": (
        Contact(dates=(Date("2001-06-30", ("anniversary",)), Date("--07-01", label="Boat christened"))),
        {
            "events": [
                {"date": {"year": 2001, "month": 6, "day": 30}, "type": "anniversary"},
                {"date": {"month": 7, "day": 1}, "type": "Boat christened"},
            ]
        },
    ),
    "relations": (
        Contact(
            relations=(
                Relation("Bert", ("spouse",)),
                Relation("Cleo", ("domesticpartner",)),
                Relation("D", label="Coach"),
            )
        ),
        {
            "relations": [
                {"person": "Bert", "type": "spouse"},
                {"person": "Cleo", "type": "domesticPartner"},
                {"person": "D", "type": "Coach"},
            ]
        },
    ),
    "notes": (
        Contact(notes=(Text("a\nb"),)),
        {"biographies": [{"value": "a\nb", "contentType": "TEXT_PLAIN"}]},
    ),
    "gender": (
        Contact(gender="F", pronouns=(Text("she/her"),)),
        {"genders": [{"value": "female", "addressMeAs": "she/her"}]},
    ),
    "a gender in words": (Contact(gender=";agender"), {"genders": [{"value": "agender"}]}),
    "pronouns alone": (Contact(pronouns=(Text("they/them"),)), {"genders": [{"addressMeAs": "they/them"}]}),
    "languages": (
        Contact(languages=(Text("de"), Text("frr"))),
        {"locales": [{"value": "de"}, {"value": "frr"}]},
    ),
    "interests": (Contact(interests=(Text("rowing", ("interest",)),)), {"interests": [{"value": "rowing"}]}),
    "calendars": (
        Contact(calendars=(Url("https://c.example/f", ("fburl",)), Url("https://c.example/c", ("caluri",)))),
        {
            "calendarUrls": [
                {"url": "https://c.example/f", "type": "freeBusy"},
                {"url": "https://c.example/c"},
            ]
        },
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_written_and_read_are_one_pair(name):
    contact, person = PAIRS[name]
    assert write(contact) == person
    assert read(person) == contact


@pytest.mark.parametrize("name", PAIRS)
def test_what_only_the_server_writes_makes_no_difference(name):
    contact, person = PAIRS[name]
    source = {"primary": True, "source": {"type": "CONTACT", "id": "1"}}
    noise = {
        "metadata": source,
        "formattedType": "Zuhause",
        "canonicalForm": "+4930",
        "formattedProtocol": "Jabber",
    }
    shown = {field: [{**row, **noise} for row in rows] for field, rows in person.items()}
    assert read(shown) == contact
    assert changed(shown, contact, contact) == {}


@pytest.mark.parametrize("name", PAIRS)
def test_adding_and_taking_away_are_each_one_field(name):
    contact, person = PAIRS[name]
    assert changed({}, Contact(), contact) == person
    assert changed(person, contact, Contact()) == {field: [] for field in person}


def test_parts_that_are_lists_are_joined():
    name = Name(family=("Sommer",), given=("Anna", "Maria"), prefix=("Prof.", "Dr."))
    (entry,) = write(Contact(full_name="Anna", name=name))["names"]
    assert (entry["givenName"], entry["honorificPrefix"]) == ("Anna Maria", "Prof. Dr.")


def test_a_contact_without_a_name_but_with_a_firm_is_the_firm():
    firm = {"organizations": [{"name": "Café Sonne"}]}
    assert read(firm) == Contact(
        kind="org", full_name="Café Sonne", organizations=(Organization("Café Sonne"),)
    )
    assert write(read(firm)) == firm
    clerk = read({"organizations": [{"name": "Café Sonne", "title": "Baker"}]})
    assert (clerk.kind, clerk.full_name) == ("individual", "")


def test_two_notes_become_one():
    assert write(Contact(notes=(Text("a"), Text("b"))))["biographies"][0]["value"] == "a\nb"


def test_the_preferred_one_stands_first():
    emails = (Email("b@example.org"), Email("a@example.org", pref=1))
    assert [row["value"] for row in write(Contact(emails=emails))["emailAddresses"]] == [
        "a@example.org",
        "b@example.org",
    ]


def test_what_has_no_place_at_google_is_not_sent():
    contact = Contact(
        relations=(Relation("urn:uuid:1", ("friend",)),),
        dates=(Date("2020-01-01", ("death",)), Date("some day", label="x"), Date("2020-13-01", label="y")),
        profiles=(Profile("mastodon", "anna"),),
        interests=(Text("chess", ("hobby",)),),
        addresses=(PostalAddress(types=("home",)),),
        organizations=(Organization(types=("work",)),),
    )
    assert write(contact) == {}


def test_custom_fields_are_read_with_their_label_and_never_written():
    person = {"userDefined": [{"key": "Shoe; size", "value": "43, wide"}]}
    contact = read(person)
    assert contact.extras == (Extra("X-CUSTOM", "43\\, wide", label="Shoe; size"),)
    assert changed(person, contact, replace(contact, extras=())) == {}


def test_values_of_a_profile_are_not_the_contacts_own():
    rows = [{"value": "a", "metadata": {"source": {"type": "PROFILE"}}}, {"value": "b"}]
    assert own(rows) == [{"value": "b"}]


def test_a_birthday_changes_and_the_text_beside_it_goes():
    person = {"birthdays": [{"date": {"year": 1970, "month": 1, "day": 1}, "text": "01/01/1970"}]}
    after = replace(read(person), birthday=Date("1971-01-01"))
    assert changed(person, read(person), after) == {
        "birthdays": [{"date": {"year": 1971, "month": 1, "day": 1}}]
    }


def test_an_address_that_changes_loses_the_label_made_of_its_old_parts():
    old = {"streetAddress": "Am Ufer 3", "city": "Köln", "formattedValue": "Am Ufer 3\nKöln"}
    other = {"streetAddress": "Markt 1", "formattedValue": "Markt 1"}
    person = {"addresses": [old, other]}
    before = read(person)
    after = replace(before, addresses=(replace(before.addresses[0], locality=("Bonn",)), before.addresses[1]))
    assert changed(person, before, after) == {
        "addresses": [{"streetAddress": "Am Ufer 3", "city": "Bonn"}, other]
    }


def test_a_value_somebody_else_added_meanwhile_is_neither_doubled_nor_lost():
    person = {
        "emailAddresses": [{"value": "a@example.org"}, {"value": "b@example.org"}, {"value": "c@example.org"}]
    }
    before = Contact(emails=(Email("a@example.org"),))
    after = Contact(emails=(Email("a@example.org"), Email("b@example.org"), Email("d@example.org")))
    rows = changed(person, before, after)["emailAddresses"]
    assert [row["value"][0] for row in rows] == ["a", "b", "c", "d"]


def test_equal_values_twice_survive_a_change_beside_them():
    twice = {"value": "+49 30 23125001", "type": "home"}
    person = {"phoneNumbers": [twice, dict(twice)]}
    after = replace(read(person), phones=(*read(person).phones, Phone("+49 30 23125002")))
    assert changed(person, read(person), after)["phoneNumbers"] == [
        twice,
        twice,
        {"value": "+49 30 23125002"},
    ]


def test_revision_and_time_come_from_the_contact_source():
    sources = [
        {"type": "PROFILE", "etag": "p"},
        {"type": "CONTACT", "etag": "#c", "updateTime": "2026-01-01T00:00:00.5Z"},
    ]
    person = {"etag": "%masked", "metadata": {"sources": sources}}
    assert etag(person) == "#c"
    assert modified(person) == 1767225600.5
    assert (etag({"etag": "%only"}), modified({})) == ("%only", 0.0)


def test_marks_are_read_by_key():
    person = {"clientData": [{"key": "other", "value": "x"}, {"key": "kith", "value": "uid-1"}]}
    assert mark(person, "kith") == "uid-1"
    assert read(person).uid == "uid-1"


def test_the_mask_names_only_fields_the_api_knows():
    from servers.people_schema import methods

    listing = next(row for row in methods() if row.name == "people.connections.list")
    known = listing.spec["parameters"]["personFields"]["description"]
    assert all(f"* {field}" in known for field in FIELDS)
    assert MASK.split(",") == sorted(FIELDS)


def test_bare_leaves_what_is_the_owners():
    assert bare({"value": "a", "type": "home", "metadata": {}, "formattedType": "x"}) == {
        "value": "a",
        "type": "home",
    }


@pytest.mark.parametrize("text", ["2023-02-29", "2023-13-01", "--02-30", "2023-00-10", "0000", "--13"])
def test_a_date_that_is_none_is_a_text_for_a_birthday_and_no_event(text):
    assert write(Contact(birthday=Date(text))) == {"birthdays": [{"text": text}]}
    assert write(Contact(dates=(Date(text, label="x"),))) == {}


def test_a_date_with_a_time_is_its_day():
    assert write(Contact(birthday=Date("1971-03-04T10:00:00Z")))["birthdays"] == [
        {"date": {"year": 1971, "month": 3, "day": 4}}
    ]
