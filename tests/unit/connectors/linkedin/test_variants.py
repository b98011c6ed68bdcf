"""Connections.csv in every spelling that is known: always exactly the same people."""

import csv
import io
import zipfile

import pytest

from kith.connector.info import Opening
from kith.connector.testing import gather
from kith_connectors.linkedin import INFO
from kith_connectors.linkedin.settings import LinkedInSettings

NOTES = 'Notes:\n"When exporting your connection data, you may notice that ""some"" are missing."\n\n'
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
GERMAN = "Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am"
ROWS = """\
Anna,Müller,https://www.linkedin.com/in/anna-m%C3%BCller,anna@example.org,Beispiel GmbH,Chefin,{day}
"Çağla, MBA",Öz,https://www.linkedin.com/in/caglaoez,,"Öz & Töchter, Köln",,{day}
,,,,,,{day}
Li,Ma,https://www.linkedin.com/in/li-ma,,,Buchhalter,{day}
"""
PEOPLE = [
    (
        "https://www.linkedin.com/in/anna-müller",
        "Anna Müller",
        ["anna@example.org"],
        [("Beispiel GmbH", "Chefin")],
    ),
    ("https://www.linkedin.com/in/caglaoez", "Çağla Öz, MBA", [], [("Öz & Töchter, Köln", "")]),
    ("https://www.linkedin.com/in/li-ma", "Li Ma", [], [("", "Buchhalter")]),
]


def rows(day="05 Mar 2024"):
    return ROWS.format(day=f'"{day}"' if "," in day else day)


def table(day="05 Mar 2024", header=HEADER, notes=NOTES):
    return f"{notes}{header}\n{rows(day)}"


def reordered():
    """The columns the other way round, as a program that sorted them would leave them."""

    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        row[::-1] for row in csv.reader(io.StringIO(table(notes="")))
    )
    return out.getvalue()


def from_excel():
    """Opened and saved by a German Excel: semicolons, Windows-1252, no letters beyond it."""

    text = table().replace("Çağla", "Çagla")
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue().encode("cp1252")


VARIANTS = {
    "as LinkedIn writes it": table().encode(),
    "without notes": table(notes="").encode(),
    "one line of notes": table(notes="Notes:\n").encode(),
    "notes of four lines": table(notes="Notes:\nOne\nTwo\n\n").encode(),
    "byte order mark": table().encode("utf-8-sig"),
    "Windows line ends": table().replace("\n", "\r\n").encode(),
    "old Mac line ends": table().replace("\n", "\r").encode(),
    "UTF-16": table().encode("utf-16"),
    "German titles": table("5. März 2024", GERMAN).encode(),
    "titles in capitals": table(header=HEADER.upper()).encode(),
    "columns reordered": reordered().encode(),
    "a column more": table(header=HEADER + ",Tags").encode(),
    "no line end at the end": table().rstrip("\n").encode(),
    "short month": table("5-Mar-24").encode(),
    "American date and time": table("3/5/24, 3:02 PM").encode(),
    "American date": table("03/05/2024").encode(),
    "ISO date": table("2024-03-05").encode(),
}


def read(path):
    settings = LinkedInSettings(path=str(path))
    records, pages = gather(INFO.open(settings, Opening("linkedin")))
    found = [
        (
            key.remote_id,
            record.contact.full_name,
            [email.value for email in record.contact.emails],
            [(job.name, job.title) for job in record.contact.organizations],
        )
        for key, record in records.items()
    ]
    days = {
        row.value for record in records.values() for row in record.contact.extras if "CONNECTED" in row.name
    }
    return found, days, pages[-1].skipped


CLOSED = ("Connections.csv: 1 rows with only a date (closed LinkedIn accounts) were left out",)


@pytest.mark.parametrize("case", VARIANTS)
def test_a_bare_table(tmp_path, case):
    path = tmp_path / "whatever.txt"
    path.write_bytes(VARIANTS[case])
    assert INFO.recognizes(path)
    assert read(path) == (PEOPLE, {"2024-03-05"}, CLOSED)


def test_a_detour_through_excel(tmp_path):
    path = tmp_path / "Connections.csv"
    path.write_bytes(from_excel())
    expected = [(*row[:1], row[1].replace("ğ", "g"), *row[2:]) for row in PEOPLE]
    assert read(path) == (expected, {"2024-03-05"}, CLOSED)


@pytest.mark.parametrize("url", [True, False])
def test_before_2018_there_was_no_url(tmp_path, url):
    """Without the column a person is known by name and day; the people are the same."""

    out = io.StringIO()
    for row in csv.reader(io.StringIO(table(notes=""))):
        csv.writer(out, lineterminator="\n").writerow(row if url else row[:2] + row[3:])
    path = tmp_path / "Connections.csv"
    path.write_text(out.getvalue(), "utf-8")
    found, days, skipped = read(path)
    assert [row[1:] for row in found] == [row[1:] for row in PEOPLE]
    assert all(row[0].startswith("https:" if url else "row:") for row in found)
    assert (days, skipped) == ({"2024-03-05"}, CLOSED)


@pytest.mark.parametrize(
    "members",
    [
        ["Connections.csv"],
        ["connections.csv", "Profile.csv"],
        [
            "Basic_LinkedInDataExport_11-21-2026/Connections.csv",
            "Basic_LinkedInDataExport_11-21-2026/Rich_Media.csv",
        ],
        [
            "Connections.csv",
            "messages.csv",
            "Invitations.csv",
            "Jobs/Job Applications.csv",
            "Ad_Targeting.csv",
        ],
        ["Connections.csv", "old/Connections.csv", "__MACOSX/._Connections.csv"],
    ],
    ids=["Basic", "Basic with profile", "packed with its folder", "Complete", "others of that name below"],
)
def test_in_a_zip(tmp_path, members):
    path = tmp_path / "export.bin"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for number, name in enumerate(members):
            nearest = number == 0
            made.writestr(
                name, table() if nearest else "First Name,Last Name,Company,Position\nNobody,Else,x,y\n"
            )
    assert INFO.recognizes(path)
    assert read(path) == (PEOPLE, {"2024-03-05"}, CLOSED)
