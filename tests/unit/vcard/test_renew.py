"""A card that comes back has the text that it had."""

import pytest

from kith.model.contact import Phone
from kith.model.record import RecordKey
from kith.vcard.read import read
from kith.vcard.renew import renew

KEY = RecordKey("phone", "", "a")
OLD = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nX-COLOUR;X-SHADE=dark:green\r\nUID:u-1\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\n"
    b"item7.TEL;type=pref:+49 171 39200 13\r\nitem7.X-ABLabel:_$!<Boat>!$_\r\nEMAIL;TYPE=INTERNET:ada@example.org\r\n"
    b"END:VCARD\r\n"
)
SAID = read(OLD, KEY).contact


def test_what_says_the_same_has_the_same_bytes() -> None:
    assert renew(OLD, SAID, SAID, {}, "u-1") == OLD


def test_a_new_uid_and_a_new_value_are_all_that_differs() -> None:
    after = SAID.but(phones=(*SAID.phones, Phone("+49 30 23125001", ("home",))))
    lines = set(renew(OLD, SAID, after, {}, "u-2").splitlines())
    assert set(OLD.splitlines()) - lines == {b"UID:u-1"}
    assert lines - set(OLD.splitlines()) == {b"UID:u-2", b"TEL;TYPE=HOME:+49 30 23125001"}


def test_a_card_without_uid_gets_one() -> None:
    old = OLD.replace(b"UID:u-1\r\n", b"")
    made = renew(old, read(old, KEY).contact, SAID, {}, "u-3")
    assert read(made, KEY).contact.uid == "u-3"
    assert made.replace(b"UID:u-3\r\n", b"") == old


def test_what_is_no_card_cannot_be_written_again() -> None:
    with pytest.raises(ValueError, match="not a vCard"):
        renew(b"hello", SAID, SAID, {}, "u-1")
