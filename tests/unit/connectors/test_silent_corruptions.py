"""Three mistakes that corrupt contacts without a word: none of them may happen."""

import pytest
import zxingcpp

from kith.model.contact import Contact, Phone
from kith.model.record import RecordKey, SourceRecord
from kith.normalize.phones import e164
from kith.sync.numbers import with_numbers
from kith.vcard.read import read, read_all

KEY = RecordKey("test", "", "card")


@pytest.mark.parametrize(
    "written", ["491713920012", "49 171 3920012", "+49 171 3920012", "0171 3920012", "00491713920012"]
)
def test_a_messenger_id_without_its_plus_is_not_another_number_of_the_region(written):
    assert e164(written, "DE") == "+491713920012"


def test_a_number_that_only_looks_like_one_stays_what_it_is():
    assert e164("0491 3920012", "DE") == "+494913920012", (
        "an area code that equals the country code, with its zero"
    )
    assert e164("030 23125001", "DE") == "+493023125001"


def test_the_id_on_a_shared_card_is_dialled_with_its_plus():
    """A foreign number: no region could have completed it."""
    phone = Phone("33 6 39 98 00 12", params=(("WAID", "33639980012"),))
    record = with_numbers(SourceRecord(KEY, "1", Contact(phones=(phone,))), "DE")
    assert record.contact.phones[0].e164 == "+33639980012"
    assert record.contact.phones[0].value == phone.value, "what was written stays as it was"


def test_umlauts_in_a_qr_code_come_out_as_they_went_in():
    """The reader that kith names for QR codes; others guess a Japanese charset and decode every umlaut wrongly."""
    text = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jürgen Weiß-Łukasz\r\nN:Weiß-Łukasz;Jürgen;;;\r\nEND:VCARD\r\n"
    picture = zxingcpp.write_barcode_to_image(
        zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode), scale=4
    )
    [found] = zxingcpp.read_barcodes(picture)
    assert read(found.text.encode(), KEY).contact.full_name == "Jürgen Weiß-Łukasz"


def test_an_android_file_with_broken_lines_loses_nothing():
    """Soft line breaks in quoted-printable and a bare parameter: a well-known reader gives up the whole file or drops lines."""
    data = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;;\r\n"
        b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen=\r\n=20M=C3=BCller\r\nTEL;CELL:0171 3920012\r\n"
        b"EMAIL;HOME;PR\xc4F:juergen@example.org\r\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Stra=C3=9Fe =\r\n5, hinten\r\n"
        b"END:VCARD\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN:Huber;Anna;;;\r\nTEL;HOME:030 23125001\r\nEND:VCARD\r\n"
    )
    first, second = read_all(data, "test")
    assert first.contact.full_name == "Jürgen Müller"
    assert [email.value for email in first.contact.emails] == ["juergen@example.org"]
    assert [note.value for note in first.contact.notes] == ["Straße 5, hinten"]
    assert second.contact.phones[0].value == "030 23125001"
