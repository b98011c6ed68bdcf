"""What hangs on TITLE and ROLE beside an ORG, a messenger whose name has a space, a scheme that stands there twice."""

from dataclasses import replace

import pytest

from kith.model.contact import Handle
from kith.model.record import RecordKey
from kith.vcard.patch import patch
from kith.vcard.read import read
from kith.vcard.write import write

KEY = RecordKey("phone", "", "a")


def card(version: str, *lines: str) -> bytes:
    texts = ("BEGIN:VCARD", f"VERSION:{version}", "UID:a", "FN:Anna Huber", "N:Huber;Anna;;;", *lines)
    return "\r\n".join((*texts, "END:VCARD", "")).encode()


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_language_and_type_of_a_title_are_written_again(version):
    own = card(version, "ORG:Acme", "TITLE;LANGUAGE=fr;TYPE=work:Chef", "ROLE;ALTID=1:Cook")
    contact = read(own, KEY).contact
    fresh = write(contact, {}, version=version)
    assert read(fresh, KEY).contact.organizations == contact.organizations
    assert b"TITLE;TYPE=work;LANGUAGE=fr:Chef" in fresh and b"ROLE;ALTID=1:Cook" in fresh
    assert b"ORG:Acme\r\n" in fresh


def test_a_new_title_keeps_what_hangs_on_it():
    own = card("3.0", "ORG:Acme", "TITLE;LANGUAGE=fr:Chef")
    contact = read(own, KEY).contact
    (work,) = contact.organizations
    after = replace(contact, organizations=(replace(work, title="Directrice"),))
    assert patch(own, after, {}) == own.replace(b"Chef", b"Directrice")


def test_a_title_without_a_firm_keeps_its_parameters_once():
    own = card("4.0", "TITLE;LANGUAGE=fr:Chef")
    assert write(read(own, KEY).contact, {}, version="4.0").count(b"LANGUAGE=fr") == 1


def test_a_messenger_with_a_space_in_its_name():
    contact = read(card("3.0", "X-GOOGLE TALK:anna@chat.example"), KEY).contact
    assert contact.handles == (Handle("xmpp:anna@chat.example"),)


def test_a_quoted_printable_line_that_a_server_folded_inside_an_escape():
    head = "ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;Gr=C3=BCner Weg 3;K=C3=B"
    own = f"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Huber;Anna\r\n{head}\r\n 6ln;;50667;Deutschland\r\nEND:VCARD\r\n"
    (place,) = read(own.encode(), KEY).contact.addresses
    assert (place.street, place.locality) == (("Grüner Weg 3",), ("Köln",))


def test_a_space_after_a_soft_break_is_text():
    own = card("2.1", "NOTE;ENCODING=QUOTED-PRINTABLE:first=", " second")
    assert read(own, KEY).contact.notes[0].value == "first second"


@pytest.mark.parametrize("line", ["TEL;VALUE=uri:tel:tel:+49-30-23125", "TEL:TEL: tel:+49-30-23125"])
@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_scheme_that_was_put_in_front_twice_is_no_part_of_the_number(version, line):
    contact = read(card("4.0", line), KEY).contact
    assert [phone.value for phone in contact.phones] == ["+49-30-23125"]
    assert read(write(contact, {}, version), KEY).contact.phones == contact.phones


def test_a_scheme_that_was_put_in_front_twice_is_no_part_of_an_address_or_a_member():
    lines = ("KIND:group", "EMAIL:mailto:MAILTO:anna@example.org", "MEMBER:urn:uuid:urn:uuid:b")
    contact = read(card("4.0", *lines, "GEO:geo:geo:37.38,-122.08"), KEY).contact
    assert [email.value for email in contact.emails] == ["anna@example.org"]
    assert contact.members == ("b",)
    assert [position.value for position in contact.positions] == ["37.38,-122.08"]
