"""Column titles as programs and their versions write them, each with what it must become."""

import csv
import io

import pytest

from kith.connector.info import Opening
from kith.connector.testing import gather
from kith.model.contact import Date, Email, Organization, Phone, PostalAddress, Relation, Text, Url
from kith_connectors.csv import INFO
from kith_connectors.csv.settings import CsvSettings

WORK, HOME = ("work",), ("home",)
TITLES = [
    ("outlook", "Telefon geschäftlich", "030 23125101", "phones", Phone("030 23125101", WORK)),
    ("outlook", "Telefon (geschäftlich)", "030 23125101", "phones", Phone("030 23125101", WORK)),
    ("outlook", "Telefon privat", "030 23125101", "phones", Phone("030 23125101", HOME)),
    ("outlook", "Telefon (privat)", "030 23125101", "phones", Phone("030 23125101", HOME)),
    ("outlook", "Mobiltelefon", "0171 3920001", "phones", Phone("0171 3920001", ("cell",))),
    ("outlook", "Mobiltelefonnummer", "0171 3920001", "phones", Phone("0171 3920001", ("cell",))),
    ("outlook", "Fax geschäftlich", "030 23125101", "phones", Phone("030 23125101", ("fax", "work"))),
    ("outlook", "Business Phone 2", "030 23125101", "phones", Phone("030 23125101", WORK)),
    ("outlook", "Home Fax", "030 23125101", "phones", Phone("030 23125101", ("fax", "home"))),
    ("outlook", "E-Mail-Adresse", "a@x.example", "emails", Email("a@x.example")),
    ("outlook", "E-Mail 2: Adresse", "a@x.example", "emails", Email("a@x.example")),
    ("outlook", "E-mail 3 Address", "a@x.example", "emails", Email("a@x.example")),
    ("outlook", "E-mail Address", "/o=Firm/ou=Exchange/cn=Recipients/cn=a", "emails", None),
    ("outlook", "Geburtstag", "0.0.00", "birthday", None),
    ("outlook", "Geburtstag", "24.12.1980", "birthday", Date("1980-12-24")),
    ("outlook", "Birthday", "0/0/00", "birthday", None),
    ("outlook", "Firma", "Beispiel", "organizations", Organization("Beispiel")),
    ("outlook", "Webseite", "https://a.example", "urls", Url("https://a.example")),
    ("outlook", "Partner", "Max", "relations", Relation("Max", ("spouse",))),
    ("outlook", "Spouse", "Max", "relations", Relation("Max", ("spouse",))),
    ("outlook", "Notizen", "Zeile 1\nZeile 2", "notes", Text("Zeile 1\nZeile 2")),
    ("outlook", "Land geschäftlich", "AT", "addresses", PostalAddress(country=("AT",), types=WORK)),
    ("outlook", "Land/Region geschäftlich", "AT", "addresses", PostalAddress(country=("AT",), types=WORK)),
    (
        "outlook",
        "Postleitzahl privat",
        "50667",
        "addresses",
        PostalAddress(postal_code=("50667",), types=HOME),
    ),
    ("google", "E-mail 7 - Value", "a@x.example", "emails", Email("a@x.example")),
    ("google", "Website 2 - Value", "https://a.example", "urls", Url("https://a.example")),
    ("google", "Notes", "x", "notes", Text("x")),
    ("google", "Birthday", " --12-24", "birthday", Date("--12-24")),
]


@pytest.mark.parametrize("row", TITLES, ids=lambda row: " ".join(row[1:3]))
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_title(tmp_path, row, encoding):
    layout, title, cell, field, expected = row
    names = ("Vorname", "Nachname") if any(word in title for word in GERMAN) else ("First Name", "Last Name")
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[*names, title], ["Änne", "Öz", cell]])
    path = tmp_path / "t.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    source = INFO.open(CsvSettings(path=str(path), format=layout), Opening("table"))
    (person,) = (record.contact for record in gather(source)[0].values())
    assert person.full_name == "Änne Öz"
    found = getattr(person, field)
    assert found == (expected if field == "birthday" else (expected,) if expected else ())
    assert person.extras == (), "a column that is known is not kept aside"


GERMAN = (
    *(
        "Telefon ",
        "Telefon (",
        "Mobiltelefon",
        "Fax geschäftlich",
        "E-Mail-Adresse",
        "E-Mail 2: Adresse",
        "Geburtstag",
    ),
    *("Firma", "Webseite", "Partner", "Notizen", "Land", "Postleitzahl"),
)
