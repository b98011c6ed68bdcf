"""What is written is read back, field by field."""

from dataclasses import fields, replace

import pytest
from hypothesis import HealthCheck, given, settings

from card_strategies import contacts
from kith.model.contact import Contact
from kith.model.record import RecordKey
from kith.vcard.patch import patch
from kith.vcard.read import read
from kith.vcard.write import write

KEY = RecordKey("phone", "", "1")
SLOW = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def differences(one: Contact, other: Contact) -> dict[str, tuple[object, object]]:
    names = [row.name for row in fields(Contact) if row.name not in ("uid", "revised", "product")]
    return {
        name: (getattr(one, name), getattr(other, name))
        for name in names
        if getattr(one, name) != getattr(other, name)
    }


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@given(case=contacts())
@SLOW
def test_every_field_survives(version, case):
    contact, media = case
    card = write(contact, media, version)
    record = read(card, KEY)
    assert differences(record.contact, contact) == {}
    assert record.media == media
    assert record.grade == "accept", record.problems
    assert record.contact.uid == contact.uid


@given(case=contacts())
@SLOW
def test_a_card_of_3_survives_4(case):
    contact, media = case
    there = read(write(contact, media, "4.0"), KEY)
    back = read(write(there.contact, there.media, "3.0"), KEY)
    assert differences(back.contact, contact) == {}


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@given(first=contacts(), second=contacts())
@SLOW
def test_a_patch_says_what_was_asked(version, first, second):
    contact, media = first
    wanted, more = second
    base = write(contact, media, version)
    card = patch(base, wanted, more)
    got = read(card, KEY).contact
    assert differences(sets(got), sets(wanted)) == {}


@given(case=contacts())
@SLOW
def test_an_unchanged_contact_is_the_same_bytes(case):
    contact, media = case
    base = write(contact, media)
    assert patch(base, read(base, KEY).contact, media) is base


def sets(contact: Contact) -> Contact:
    """Order carries no meaning: neither inside a field nor among the parameters of a value (RFC 6350 section 5)."""
    rows = {row.name: getattr(contact, row.name) for row in fields(Contact)}
    return replace(
        contact,
        **{
            name: tuple(sorted(map(unordered, held), key=repr))
            if isinstance(held, tuple)
            else unordered(held)
            for name, held in rows.items()
        },
    )


def unordered(value: object) -> object:
    params = getattr(value, "params", ())
    return replace(value, params=tuple(sorted(params))) if params else value
