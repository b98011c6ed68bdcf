"""What is no table of contacts is refused whole, with the file, the reason and what to do."""

import io
import zipfile

import pytest
from pydantic import ValidationError

from kith.connector.api import PullRequest
from kith.connector.errors import BadSource
from kith.connector.info import Opening
from kith_connectors.csv import INFO
from kith_connectors.csv.settings import CsvSettings

HEADER = "Name,E-mail Address,Phone\n"
ROW = "Anna,anna@example.org,1\n"


def workbook() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        made.writestr("xl/workbook.xml", "<workbook/>")
    return data.getvalue()


CASES = {
    "html": ("<html><table><tr><td>Name</td></tr></table>", "web page", "choose CSV"),
    "workbook": (workbook, "zip file or a workbook", "save the table as CSV"),
    "other table": ("Datum,Betrag\n1.1.2020,3\n", "begins with ['Datum,Betrag']", "columns ="),
    "empty": ("", "no row of column titles", "columns ="),
    "a million columns": ("Name,Email," + "x," * 1_000_000, "columns", "not a list of contacts"),
    "a million columns below": (
        HEADER + ROW * 20 + "," * 2_000_000 + "\n" + ROW * 9,
        "characters long",
        "not a list",
    ),
    "too many lines": (HEADER + "\n" * 1_000_001, "more than 1000000 lines", "not a list of contacts"),
    "too many cells": (
        HEADER + ("," * 999 + "\n") * 5_006,
        "more than 5000000 cells",
        "not a list of contacts",
    ),
    "a giant cell": (
        HEADER + 'Anna,"' + "x" * 3_000_000 + '",1\n',
        "characters long",
        "not a list of contacts",
    ),
    "a giant cell of many lines": (
        HEADER + 'Anna,"' + "x\n" * 90_000 + '",1\n',
        "cannot be read",
        "export the file",
    ),
    "cut off": (HEADER + ROW + 'Bernd,"bernd@exa', "cut off inside a quoted cell", "export the file again"),
    "binary": (b"Name,Email\nA\0\1\2,a@example.org\n", "not a text file", "export the file again"),
    "only separators": ("," * 30 + "\n" + ";" * 30, "no row of column titles", "columns ="),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_with_reason_and_remedy(tmp_path, case):
    content, message, remedy = CASES[case]
    content = content() if callable(content) else content
    path = tmp_path / "contacts.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    pulled = INFO.open(CsvSettings(path=str(path)), Opening("table")).pull(PullRequest())
    with pytest.raises(BadSource) as raised:
        next(pulled)
    assert str(path) in raised.value.message
    assert message in raised.value.message
    assert remedy in raised.value.remedy


def test_a_mapped_column_that_is_not_there(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(HEADER + ROW)
    source = INFO.open(CsvSettings(path=str(path), columns={"Vorname": "given"}), Opening("table"))
    with pytest.raises(BadSource, match="has no column 'Vorname'; it has Name, E-mail Address, Phone"):
        source.check()


def test_a_mapping_is_checked_when_the_config_is_read():
    with pytest.raises(ValidationError, match=r"column 'Tel': 'phone\.wrok' .* did you mean 'phone\.work'"):
        CsvSettings(path="x", columns={"Tel": "phone.wrok"})


def test_rows_that_name_nobody_are_counted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(HEADER + ROW + ",,\n , ,\nBernd,,\n")
    pages = list(INFO.open(CsvSettings(path=str(path)), Opening("table")).pull(PullRequest()))
    assert [record.contact.full_name for record in pages[0].records] == ["Anna", "Bernd"]
    assert pages[-1].skipped == ("a.csv: 2 rows without name, address or number were left out",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value\n", True),
        ("Vorname;Nachname;E-Mail-Adresse;Telefon privat\n", True),
        ("sep=;\nVorname;Nachname;Mobil\n", True),
        ("First Name,Last Name,URL,Email Address,Company,Position,Connected On\n", False),
        ("Account address,Show boosts,Notify on new posts,Languages\n", False),
        ("Date,Name,Amount,Currency,Reference\n", False),
        ("Name,Email,Order,Total,Shipping,Coupon,Status,Paid,Warehouse\n", False),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nEND:VCARD\n", False),
        ("<!doctype html><title>Name,Email</title>", False),
    ],
)
def test_recognized_by_header_under_any_name(tmp_path, text, expected):
    path = tmp_path / "download"
    path.write_text(text)
    assert INFO.recognizes(path) is expected
