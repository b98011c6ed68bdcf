"""Every variant of the export gives exactly the people in it."""

import os
import zipfile
from pathlib import Path

import pytest

from kith.connector.api import PullRequest
from kith.connector.info import Opening
from kith.connector.testing import gather, known_of
from kith.model.contact import Organization
from kith_connectors.linkedin import INFO
from kith_connectors.linkedin.settings import LinkedInSettings

FILES = Path(__file__).parents[3] / "files" / "linkedin"


def account(path: Path, me: frozenset[str] = frozenset()):
    return INFO.open(LinkedInSettings(path=str(path)), Opening("linkedin", region="DE", me=me))


def archive(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def connections() -> bytes:
    return (FILES / "connections.csv").read_bytes()


def test_connections_with_preamble_in_a_zip(tmp_path):
    path = archive(tmp_path / "x.bin", {"Connections.csv": connections(), "Profile.csv": "First Name\nMe\n"})
    records, pages = gather(account(path))
    people = {key.remote_id: record.contact for key, record in records.items()}
    assert list(people) == [
        "https://www.linkedin.com/in/anna-müller-1a2b3c",
        "https://www.linkedin.com/in/bernd-weiss",
        "https://www.linkedin.com/in/li-ma",
    ]
    anna, bernd, li = people.values()
    assert anna.full_name == "Anna Müller"
    assert [email.value for email in anna.emails] == ["anna@example.org"]
    assert anna.organizations == (Organization("Beispiel GmbH", title="Chefin"),)
    assert [(row.service, row.url) for row in anna.profiles] == [
        ("linkedin", "https://www.linkedin.com/in/anna-m%C3%BCller-1a2b3c")
    ]
    assert [(row.name, row.value) for row in anna.extras] == [("X-LINKEDIN-CONNECTED-ON", "2024-03-05")]
    assert anna.dates == (), "a day of connection is no anniversary"
    assert (bernd.name.prefix, bernd.name.given, bernd.name.family, bernd.name.suffix) == (
        ("Dr.",),
        ("Bernd",),
        ("Weiß",),
        ("MBA",),
    )
    assert bernd.organizations == (Organization("Weiß & Söhne, Köln", title='Head of "Everything"'),)
    assert [row.value for row in bernd.extras if row.name == "X-LINKEDIN-NAME"] == [
        "Dr. Bernd 🚀 Weiß, MBA (er/ihm)"
    ]
    assert (li.full_name, li.organizations) == ("Li Ma", ())
    assert pages[-1].listed == {"": frozenset(people)}
    assert pages[-1].skipped == (
        "Connections.csv: 1 rows with only a date (closed LinkedIn accounts) were left out",
    )


@pytest.mark.parametrize(
    ("name", "connected"),
    [
        ("connections.csv", "2024-03-05"),
        ("connections-crlf-bom.csv", "2022-02-07"),
        ("connections-old.csv", "2017-11-03"),
        ("connections-de.csv", "2024-03-05"),
    ],
)
def test_bare_tables_of_all_ages(name, connected):
    records, _ = gather(account(FILES / name))
    anna = next(iter(records.values())).contact
    assert (anna.full_name, anna.organizations[0].name) == ("Anna Müller", "Beispiel GmbH")
    assert anna.extras[0].value == connected


def test_rows_without_profile_address_keep_their_id_when_a_job_changes(tmp_path):
    path = tmp_path / "Connections.csv"
    old = (FILES / "connections-old.csv").read_text()
    path.write_text(old)
    before, _ = gather(account(path))
    path.write_text(old.replace("Firma AG,Bote", "Andere AG,Leiter"))
    after, _ = gather(account(path))
    assert set(before) == set(after)
    assert [key for key in before if before[key].revision != after[key].revision] == [
        key for key in before if before[key].contact.full_name == "Bernd Weiß"
    ]


def test_a_newer_export_is_a_snapshot(tmp_path):
    archive(tmp_path / "old.zip", {"Connections.csv": connections()})
    source = account(tmp_path)
    records, pages = gather(source)
    newer = (
        connections()
        .replace(b"Chefin", b"Direktorin")
        .replace(b"Li,Ma", b"Lia,Neu")
        .replace(b"/li-ma", b"/lia")
    )
    archive(tmp_path / "new.zip", {"Connections.csv": newer})
    os.utime(tmp_path / "old.zip", (1, 1))
    again, more = gather(source, PullRequest(pages[-1].cursor, known_of(records)))
    assert sorted(record.contact.full_name for record in again.values()) == ["Anna Müller", "Lia Neu"]
    assert [page.gone for page in more if page.gone] == [], "a row that vanished is nobody's deletion"
    assert len(more[-1].listed[""]) == 3


def test_the_same_list_downloaded_again_is_no_change(tmp_path):
    path = archive(tmp_path / "a.zip", {"Connections.csv": connections()})
    _, pages = gather(account(path))
    archive(path, {"Connections.csv": connections(), "Invitations.csv": "From,To\n"})
    again, more = gather(account(path), PullRequest(pages[-1].cursor))
    assert again == {}
    assert more[-1].listed == {}
    assert more[-1].cursor != pages[-1].cursor


def test_an_unchanged_file_is_not_opened(tmp_path):
    path = archive(tmp_path / "a.zip", {"Connections.csv": connections()})
    _, pages = gather(account(path))
    stamp = path.stat()
    path.write_bytes(b"\0" * stamp.st_size)  # reading it now would raise
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    records, more = gather(account(path), PullRequest(pages[-1].cursor))
    assert (records, more[-1].cursor) == ({}, pages[-1].cursor)


def test_imported_contacts_are_a_book_of_their_own_and_never_the_owner(tmp_path):
    path = archive(
        tmp_path / "Complete.zip",
        {
            "Connections.csv": connections(),
            "ImportedContacts.csv": (FILES / "imported.csv").read_bytes(),
            "Email Addresses.csv": "Email Address,Confirmed,Primary,Updated On\nMia@example.org,Yes,Yes,\n",
            "Profile.csv": "First Name,Last Name\nMia,Muster\n",
            "PhoneNumbers.csv": "Extension,Number,Type\n,+49 171 3920009,Mobile\n",
        },
    )
    source = account(path)
    records, pages = gather(source)
    held = [record.contact for key, record in records.items() if key.book == "imported"]
    assert [person.full_name for person in held] == ["Nils Lindqvist"]
    assert [email.value for email in held[0].emails] == ["nils@example.org", "n.lindqvist@firma.example"]
    assert [phone.value for phone in held[0].phones] == ["+49 171 3920006", "030 23125106"]
    assert len(pages[-1].listed["imported"]) == 1
    assert source.check()[0].endswith("3 connections, 1 imported contacts, exported by Mia Muster")


def test_the_owner_named_in_the_config_is_left_out_too(tmp_path):
    path = archive(tmp_path / "a.zip", {"ImportedContacts.csv": (FILES / "imported.csv").read_bytes()})
    records, _ = gather(account(path, frozenset({"Nils@Example.org"})))
    assert [record.contact.full_name for record in records.values()] == ["Mia Muster"]


def test_the_bare_table_of_imported_contacts(tmp_path):
    source = account(FILES / "imported.csv")
    records, pages = gather(source)
    assert [(key.book, record.contact.full_name) for key, record in records.items()] == [
        ("imported", "Nils Lindqvist"),
        ("imported", "Mia Muster"),
    ]
    assert list(pages[-1].listed) == ["imported"], "nothing is said about connections"
    assert INFO.recognizes(FILES / "imported.csv")


@pytest.mark.parametrize("row", ["A,B,https://www.linkedin.com/in/ab,,X,Y,1 Jan 2020\n"])
def test_a_person_listed_twice_is_one(tmp_path, row):
    path = tmp_path / "c.csv"
    path.write_text("First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" + row * 2)
    records, pages = gather(account(path))
    assert len(records) == 1
    assert "1 rows that repeat a person" in pages[-1].skipped[0]
