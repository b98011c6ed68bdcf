"""The table that `kith export --format csv` writes."""

import csv
import io
from dataclasses import replace

import pytest

from kith.connector.info import Opening
from kith.connector.tables import harmless, write_contacts
from kith.connector.testing import gather, sample
from kith.model.contact import Contact, Date, Email, Name, Organization, Phone, Profile, Text, Url
from kith_connectors.csv import INFO
from kith_connectors.csv.settings import CsvSettings


def table(*contacts: Contact) -> str:
    file = io.StringIO(newline="")
    write_contacts(contacts, file)
    return file.getvalue()


def read_back(tmp_path, *contacts: Contact) -> list[Contact]:
    path = tmp_path / "out.csv"
    path.write_bytes(table(*contacts).encode())
    source = INFO.open(CsvSettings(path=str(path)), Opening("back"))
    return [record.contact for record in gather(source)[0].values()]


def test_what_is_written_is_read_back(tmp_path):
    rich = replace(
        sample(3),
        full_name="Zoë Müller-Łukasz, 3",
        urls=(Url("https://zoe.example", label="Blog"),),
        dates=(Date("2001-02-03", ("anniversary",)),),
        birthday=Date("--03-04"),
    )
    plain = Contact(
        full_name="Bernd", name=Name(given=("Bernd",)), phones=(Phone("0171 3920001", ("cell",)),)
    )
    assert read_back(tmp_path, rich, plain) == [rich, plain]


def test_the_header_is_that_of_google(tmp_path):
    with_page = replace(sample(), profiles=(Profile("linkedin", "", "https://www.linkedin.com/in/zoe"),))
    header, row = list(csv.reader(io.StringIO(table(with_page), newline="")))
    assert header[:3] == ["First Name", "Middle Name", "Last Name"]
    assert "E-mail 2 - Label" in header
    assert row[header.index("Website 1 - Value")] == "https://www.linkedin.com/in/zoe"
    assert len(header) == len(row)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("https://evil.example")', '\'=HYPERLINK("https://evil.example")'),
        ("@SUM(1)", "'@SUM(1)"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("\tx", "'\tx"),
        ("+49 (0)30 23125-100", "+49 (0)30 23125-100"),
        ("+49 30 23125100;ext=5", "'+49 30 23125100;ext=5"),
        ("Anna = Bernd", "Anna = Bernd"),
        ("", ""),
    ],
)
def test_cells_that_a_spreadsheet_would_run(cell, written):
    assert harmless(cell) == written


def test_a_formula_in_a_name_comes_back_as_it_was(tmp_path):
    odd = Contact(
        full_name="=1+1", name=Name(given=("=1+1",)), notes=(Text("@me"),), emails=(Email("a@example.org"),)
    )
    assert "'=1+1" in table(odd)
    assert read_back(tmp_path, odd) == [odd]


def test_a_firm_and_a_name_without_parts(tmp_path):
    firm = Contact(kind="org", full_name="Müller KG", organizations=(Organization("Müller KG"),))
    bare = Contact(full_name="Anna Müller", emails=(Email("a@example.org"),))
    back = read_back(tmp_path, firm, bare)
    assert back[0] == firm
    assert back[1].full_name == "Anna Müller"


def test_nobody():
    assert table().startswith("First Name,")
