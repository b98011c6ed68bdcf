"""What hangs on TITLE and ROLE beside an ORG, and a messenger whose name has a space."""

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
