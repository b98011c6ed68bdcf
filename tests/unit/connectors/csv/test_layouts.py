"""Each layout gives exactly the people in it."""

import csv
from pathlib import Path

import pytest

from kith.connector.api import PullRequest
from kith.connector.info import Opening
from kith.connector.testing import gather, known_of
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
from kith_connectors.csv import INFO, XING
from kith_connectors.csv.settings import CsvSettings, XingSettings

FILES = Path(__file__).parents[3] / "files" / "csv"


def people(name: str, **settings) -> list[Contact]:
    source = INFO.open(CsvSettings(path=str(FILES / name), **settings), Opening("table"))
    return [record.contact for record in gather(source)[0].values()]


@pytest.mark.parametrize("layout", ["auto", "google"])
def test_google_new(layout):
    assert people("google-new.csv", format=layout) == [
        Contact(
            full_name="Dr. Anna Maria Müller",
            name=Name(("Müller",), ("Anna",), ("Maria",), ("Dr.",)),
            nicknames=(Text("Anni"),),
            emails=(
                Email("anna@example.org", ("home",), pref=1),
                Email("a.mueller@example.org", ("home",)),
                Email("ferien@example.org", label="Ferien"),
            ),
            phones=(Phone("+49 171 3920001", ("cell",)), Phone("030 23125100", ("fax", "work"))),
            addresses=(
                PostalAddress(
                    street=("Weg 1",),
                    locality=("Köln",),
                    region=("NRW",),
                    postal_code=("50667",),
                    country=("DE",),
                    text="Weg 1\n50667 Köln",
                    types=("home",),
                ),
            ),
            organizations=(Organization("Beispiel GmbH", ("Vertrieb",), "Chefin"),),
            urls=(Url("https://anna.example", label="Blog"),),
            birthday=Date("--03-04"),
            dates=(Date("2001-02-03", ("anniversary",)),),
            relations=(Relation("Max Müller", ("spouse",)),),
            notes=(Text("Zeile eins\nZeile zwei"),),
            groups=("Freunde", "Verein, Köln"),
            extras=(Extra("X-KITH-COLUMN-CUSTOM", "43", label="Schuhgröße"),),
        ),
        Contact(
            kind="org",
            full_name="Müller & Söhne KG",
            organizations=(Organization("Müller & Söhne KG"),),
            phones=(Phone("+49 30 23125101", ("work",)),),
        ),
    ]


def test_addresses_that_google_collected_are_not_contacts():
    source = INFO.open(CsvSettings(path=str(FILES / "google-new.csv")), Opening("table"))
    _, pages = gather(source)
    assert pages[-1].skipped == (
        'google-new.csv: 1 addresses that Google collected by itself ("Other contacts") were left out',
    )


def test_google_old_in_utf_16():
    assert people("google-old.csv") == [
        Contact(
            full_name="Bernd Weiß",
            name=Name(("Weiß",), ("Bernd",)),
            emails=(Email("bernd@firma.example", ("work",), pref=1),),
            phones=(Phone("030 23125102", ("home",)),),
            organizations=(Organization("Firma AG", title="Bote"),),
            handles=(Handle("jabber:bernd@chat.example", ("home",)),),
            birthday=Date("1980-12-24"),
            gender="M",
            interests=(Text("Rudern", ("hobby",)),),
            groups=("Verein",),
        )
    ]


def test_outlook_german_in_windows_1252():
    assert people("outlook-de.csv") == [
        Contact(
            full_name="Cagla Öztürk",
            name=Name(("Öztürk",), ("Cagla",), (), ("Frau",)),
            emails=(Email("cagla@example.org"),),
            phones=(Phone("+49 30 23125103", ("work",)), Phone("0171 3920003", ("cell",))),
            addresses=(
                PostalAddress(
                    street=("Weg 1\nHinterhaus",),
                    locality=("Köln",),
                    postal_code=("50667",),
                    country=("Deutschland",),
                    types=("work",),
                ),
            ),
            organizations=(Organization("Beispiel GmbH", ("Einkauf",), "Leiterin"),),
            birthday=Date("1971-03-04"),
            relations=(Relation("Deniz", ("spouse",)),),
            notes=(Text("Erste Zeile\nzweite; mit Semikolon"),),
            groups=("Freunde", "Verein"),
            extras=(Extra("X-KITH-COLUMN-BENUTZER1", "Kunde 7"),),
        ),
        Contact(
            kind="org",
            full_name="Nur Firma KG",
            organizations=(Organization("Nur Firma KG"),),
            phones=(Phone("+49 30 23125104", ("work",)),),
        ),
    ]


def test_outlook_german_after_excel_has_semicolons(tmp_path):
    path = tmp_path / "o.csv"
    with (FILES / "outlook-de.csv").open(encoding="cp1252", newline="") as old:
        rows = list(csv.reader(old))
    with path.open("w", encoding="utf-8-sig", newline="") as new:
        csv.writer(new, delimiter=";").writerows(rows)
    assert people(str(path)) == people("outlook-de.csv")


def test_outlook_english():
    ann, bob = people("outlook-en.csv")
    assert (ann.full_name, ann.name.prefix, ann.name.suffix) == ("Dr. Ann Example, Jr.", ("Dr.",), ("Jr.",))
    assert ann.organizations == (Organization("Example Inc", title="CEO"),)
    assert [(phone.value, phone.types) for phone in ann.phones] == [
        ("+1 202 555 0101", ("home",)),
        ("+1 202 555 0102", ("cell",)),
    ]
    assert ann.dates == (), "0/0/00 is Outlook's word for no date"
    assert ann.birthday == Date("1971-03-04"), "12/24 elsewhere in the column: the month comes first"
    assert bob.birthday == Date("1980-12-24")
    assert ann.urls == (Url("https://ann.example"),)


def test_xing_old_export_is_known_by_profile_address():
    source = XING.open(XingSettings(path=str(FILES / "xing-old.csv")), Opening("xing"))
    records, _ = gather(source)
    assert [(key.remote_id, record.contact) for key, record in records.items()] == [
        (
            "https://www.xing.com/profile/Doerte_Brandt",
            Contact(
                full_name="Dörte Brandt",
                name=Name(("Brandt",), ("Dörte",)),
                emails=(Email("doerte@firma.example", ("work",)),),
                phones=(Phone("+49 30 23125105", ("work",)),),
                organizations=(Organization("Beispiel AG", title="Architektin"),),
                profiles=(Profile("xing", "", "https://www.xing.com/profile/Doerte_Brandt"),),
                birthday=Date("1975-05-01"),
            ),
        )
    ]
    assert XING.role == "enrich"


def test_generic_table_with_a_mapping(tmp_path):
    path = tmp_path / "verein.txt"
    path.write_text("Kdnr|Rufname|Name|Tel. dienstl.|Mail\n7|Anni|Müller|030 23125101|anna@example.org\n")
    mapping = {"Rufname": "given", "Name": "family", "Tel. dienstl.": "phone.work", "Kdnr": "ignore"}
    assert people(str(path), columns=mapping) == [
        Contact(
            full_name="Anni Müller",
            name=Name(("Müller",), ("Anni",)),
            emails=(Email("anna@example.org"),),
            phones=(Phone("030 23125101", ("work",)),),
        )
    ]


def test_a_mapping_may_make_an_address(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Wer,Wo,Plz\nAnna Müller,Weg 1,50667\n")
    mapping = {"Wer": "full_name", "Wo": "address.home.street", "Plz": "address.home.postal_code"}
    (anna,) = people(str(path), columns=mapping)
    assert anna.addresses == (PostalAddress(street=("Weg 1",), postal_code=("50667",), types=("home",)),)


def test_ids_stay_when_other_cells_change_and_differ_for_namesakes(tmp_path):
    path = tmp_path / "a.csv"
    source = INFO.open(CsvSettings(path=str(path)), Opening("table"))
    path.write_text("Name,Email,Phone\nAnna,a@example.org,1\nAnna,b@example.org,2\nAnna,b@example.org,3\n")
    before, _ = gather(source)
    path.write_text("Name,Email,Phone\nAnna,a@example.org,9999\nAnna,b@example.org,2\nAnna,b@example.org,3\n")
    after, _ = gather(source)
    assert list(before) == list(after)
    assert len(before) == 3
    assert [before[key].revision == after[key].revision for key in before] == [False, True, True]


def test_other_settings_read_an_unchanged_file_anew(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Name,Mail\nAnna,a@example.org\n")
    records, pages = gather(INFO.open(CsvSettings(path=str(path)), Opening("t")))
    again, _ = gather(
        INFO.open(CsvSettings(path=str(path), columns={"Name": "family"}), Opening("t")),
        PullRequest(pages[-1].cursor, known_of(records)),
    )
    assert [record.contact.name.family for record in again.values()] == [("Anna",)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("a@example.org", 1), ("/o=Firm/ou=x/cn=a", 0), ("a (at) example.org", 0)],
)
def test_what_is_an_address(tmp_path, cell, expected):
    path = tmp_path / "a.csv"
    path.write_text(f"Name,E-mail Address\nAnna,{cell}\n")
    (anna,) = people(str(path))
    assert len(anna.emails) == expected
