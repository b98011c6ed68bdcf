"""Files in, once: `kith import` and the drop folder, as a person uses them."""

import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flow.house import House, file_account, linkedin_zip
from servers.wire import card

ANNA = card("anna-1", "Anna Beck", "EMAIL:anna@beck.example")
BERND = card("bernd-1", "Bernd Kurz", "EMAIL:bernd@kurz.example")
LEO = ("Leo", "Blum", "https://www.linkedin.com/in/leo-blum", "leo@blum.example", "Blum", "Chef")
OLGA = ("Olga", "Stein", "https://www.linkedin.com/in/olga-stein", "", "Stein", "Chef")
GOOGLE = (
    "First Name,Middle Name,Last Name,E-mail 1 - Label,E-mail 1 - Value\nTim,,Falk,* Home,tim@falk.example\n"
)
LETTER = (
    "From - Tue Nov 14 22:13:20 2023\nFrom: Jo <jo@example.org>\nTo: Eva Roth <eva@roth.example>\n"
    "Date: Tue, 14 Nov 2023 22:13:20 +0000\nMessage-ID: <1@x.example>\n\nHello\n\n"
)
ME = '[me]\nemails = ["jo@example.org"]\n'
SLOWLY = """
import sys, time
with open(sys.argv[1], "ab", buffering=0) as file:
    for _ in range(60_000):
        file.write(b" ")
        time.sleep(0.001)
"""


@pytest.fixture
def drop(house: House) -> Path:
    """The drop folder of a house with one healthy account that takes what is new."""
    folder = house.folder / "drop"
    folder.mkdir()
    backup = house.folder / "backup"
    backup.mkdir()
    house.write_config(file_account("backup", "vcf", backup, "two-way"), ME, sync=f'inbox = "{folder}"')
    return folder


def names(house: House) -> set[str]:
    return set(house.people())


def runs(house: House) -> int:
    return len(house.kith("log", "--json").events)


def lying(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_each_file_is_known_by_its_content_and_not_by_its_name(house: House, drop: Path) -> None:
    (drop / "one.dat").write_bytes(ANNA)
    linkedin_zip(drop / "two.vcf", LEO)
    (drop / "three.txt").write_text(GOOGLE)
    (drop / "four.csv").write_text(LETTER)
    ran = house.kith("sync")
    assert ran.out.count("read from the drop folder: ") == 4
    people = house.people()
    states = {name: one["state"] for name, one in people.items()}
    assert states == {"Anna Beck": "active", "Tim Falk": "active", "Leo Blum": "inbox", "Eva Roth": "inbox"}
    assert people["Leo Blum"]["contact"]["organizations"][0]["name"] == "Blum"
    assert people["Eva Roth"]["contact"]["emails"][0]["value"] == "eva@roth.example"
    assert lying(drop) == ["done/four.csv", "done/one.dat", "done/three.txt", "done/two.vcf"]
    assert len(list((house.folder / "backup").glob("*.vcf"))) == 2, "owners' people go on, strangers wait"
    assert house.kith("sync", "--json").written == (0, 0, 0)


def test_a_file_is_read_once_whatever_it_is_called(house: House, drop: Path) -> None:
    (drop / "a.vcf").write_bytes(ANNA)
    (drop / "same.vcf").write_bytes(ANNA)
    house.kith("sync")
    before = runs(house)
    (drop / "again.vcf").write_bytes(ANNA)
    (drop / "a.vcf").write_bytes(ANNA)
    house.kith("sync")
    assert runs(house) == before + 1, "a run of the accounts, none for the files"
    assert lying(drop) == ["done/a-1.vcf", "done/a.vcf", "done/again.vcf", "done/same.vcf"]
    assert names(house) == {"Anna Beck"}


def bank(path: Path) -> None:
    path.write_text("Booking;Amount;Balance\n2026-01-01;3,50;20,00\n")


def cut_off(path: Path) -> None:
    whole = linkedin_zip(path.with_name("whole"), LEO)
    path.write_bytes(whole.read_bytes()[:-60])
    whole.unlink()


def foreign_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("holiday.jpg", b"\xff\xd8\xff")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(
            "Connections.csv", "First Name,Last Name,URL,Company,Position\nA,B,,,\n" + " " * 60_000_000
        )


UNREADABLE = {
    "web page": (lambda path: path.write_text("<html><body>Sign in</body></html>"), "choose vCard or CSV"),
    "empty": (lambda path: path.write_bytes(b""), "is empty; copy or download it again"),
    "cut off": (cut_off, "not a complete zip file"),
    "another zip": (foreign_zip, "holiday.jpg"),
    "bomb": (bomb, "unpacks to far more"),
    "another table": (bank, "no row of column titles that kith knows; it begins with"),
    "a table of something": (
        lambda path: path.write_text("Vorname,Nachname,Punkte\nTim,Falk,3\n"),
        'connector = "csv"',
    ),
    "a million columns": (
        lambda path: path.write_text("First Name," + ",".join(map(str, range(1_000_000))) + "\nA,B\n"),
        "columns",
    ),
    "noise": (lambda path: path.write_bytes(bytes(range(256)) * 9), "nothing that kith recognizes"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_put_aside_with_the_reason(house: House, drop: Path, case: str) -> None:
    make, words = UNREADABLE[case]
    make(drop / "odd.dat")
    (drop / "good.vcf").write_bytes(ANNA)
    ran = house.kith("sync", code=3)
    (line,) = [line for line in ran.err.splitlines() if line.startswith("! drop folder: odd.dat: ")]
    assert words in line
    assert words in (drop / "failed" / "odd.dat.why.txt").read_text()
    assert lying(drop) == ["done/good.vcf", "failed/odd.dat", "failed/odd.dat.why.txt"]
    assert names(house) == {"Anna Beck"}, "the others are read, nothing of this one is"
    assert house.kith("sync", "--json").written == (0, 0, 0)
    told = house.kith("import", str(drop / "failed" / "odd.dat"), code=1)
    assert words in told.err, "the same by hand"


def test_a_file_that_is_still_being_written_stays(house: House, drop: Path) -> None:
    (drop / "contacts.vcf.part").write_bytes(ANNA[:40])
    (drop / "slow.zip").write_bytes(b"PK\x03\x04")
    with subprocess.Popen([sys.executable, "-c", SLOWLY, str(drop / "slow.zip")]) as writing:
        house.kith("sync")
        house.kith("sync")
        assert lying(drop) == ["contacts.vcf.part", "slow.zip"], "neither done nor failed"
        writing.kill()
    (drop / "contacts.vcf.part").rename(drop / "contacts.vcf")
    (drop / "contacts.vcf").write_bytes(ANNA)
    (drop / "slow.zip").unlink()
    house.kith("sync")
    assert lying(drop) == ["done/contacts.vcf"]


def test_a_folder_in_the_drop_folder_is_told(house: House, drop: Path) -> None:
    (drop / "Takeout").mkdir()
    (drop / "Takeout" / "contacts.vcf").write_bytes(ANNA)
    (drop / "b.vcf").write_bytes(BERND)
    for words in (["sync", "--dry-run"], ["sync"]):
        told = house.kith(*words).err
        assert (
            f"the folder Takeout in it is not read: put the files themselves there, or kith import {drop}/Takeout"
            in told
        )
        assert "done" not in told
    assert names(house) == {"Bernd Kurz"}
    house.kith("import", str(drop / "Takeout"))
    assert names(house) == {"Anna Beck", "Bernd Kurz"}


def takeout(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Takeout/Contacts/All Contacts/All Contacts.vcf", ANNA)
        made.writestr("Takeout/Contacts/All Contacts/All Contacts.csv", GOOGLE)
        made.writestr("Takeout/Mail/All mail Including Spam and Trash.mbox", LETTER)
    return path


def test_a_zip_of_contacts_and_mail_is_read_as_both(house: House, drop: Path) -> None:
    takeout(drop / "takeout.zip")
    house.kith("sync")
    people = house.people()
    assert {name: one["state"] for name, one in people.items()} == {
        "Anna Beck": "active",
        "Eva Roth": "inbox",
    }
    assert lying(drop) == ["done/takeout.zip"]
    again = house.kith("import", str(takeout(house.folder / "takeout.zip")))
    assert again.out.count("1 card read") == 2
    assert {name: len(one["cards"]) for name, one in house.people().items()} == {
        "Anna Beck": 2,
        "Eva Roth": 1,
    }


def test_two_phones_with_one_file_name_lose_nobody(house: House, drop: Path) -> None:
    for owner, text in (("hers", ANNA), ("his", BERND)):
        (house.folder / owner).mkdir()
        (house.folder / owner / "contacts.vcf").write_bytes(text)
    paths = [str(house.folder / owner / "contacts.vcf") for owner in ("hers", "his")]
    house.kith("import", *paths)
    assert {name: len(one["cards"]) for name, one in house.people().items()} == {
        "Anna Beck": 1,
        "Bernd Kurz": 1,
    }
    house.kith("import", *paths)
    assert {name: len(one["cards"]) for name, one in house.people().items()} == {
        "Anna Beck": 1,
        "Bernd Kurz": 1,
    }


def test_two_files_of_one_name_one_after_the_other_lose_nobody(house: House, drop: Path) -> None:
    (drop / "contacts.vcf").write_bytes(ANNA)
    house.kith("sync")
    (drop / "contacts.vcf").write_bytes(BERND)
    house.kith("sync")
    (drop / "contacts.vcf").write_text(GOOGLE)
    house.kith("sync")
    people = house.people()
    places = {name: {held["account"] for held in one["cards"]} for name, one in people.items()}
    assert places == {
        "Anna Beck": {"backup", "import:contacts"},
        "Bernd Kurz": {"backup", "import:contacts-2"},
        "Tim Falk": {"backup", "import:contacts-3"},
    }


def test_a_newer_export_of_the_same_list_takes_the_place_of_the_older(house: House, drop: Path) -> None:
    linkedin_zip(drop / "Basic_LinkedInDataExport_01.zip", LEO, OLGA)
    house.kith("sync")
    linkedin_zip(drop / "Basic_LinkedInDataExport_02.zip", (*LEO[:4], "Stern AG", "Chef"))
    house.kith("sync")
    people = house.people()
    assert people["Leo Blum"]["contact"]["organizations"][0]["name"] == "Stern AG"
    assert len(people["Leo Blum"]["cards"]) == 1, "one account, not one for each file"
    assert "Olga Stein" in people, "who is no longer listed is not deleted"


def test_a_folder_is_read_by_what_is_in_it(house: House, drop: Path) -> None:
    top = house.folder / "export"
    for name in ("cards", "mail/cur", "mail/new", "mail/tmp", "tables", "empty"):
        (top / name).mkdir(parents=True)
    (top / "cards" / "a.vcf").write_bytes(ANNA)
    (top / "cards" / "b.vcf").write_bytes(BERND)
    (top / "mail" / "cur" / "1:2,S").write_text(LETTER.split("\n", 1)[1])
    (top / "tables" / "google.csv").write_text(GOOGLE)
    (top / "tables" / "notes.txt").write_text("nothing of interest")
    house.kith("import", "--dry-run", str(top))
    assert not house.store.exists(), "a dry run writes nothing"
    house.kith("import", str(top))
    assert names(house) == {"Anna Beck", "Bernd Kurz", "Eva Roth", "Tim Falk"}
    told = house.kith("import", str(top / "empty"), code=1)
    assert "without any file that kith recognizes" in told.err


def test_a_store_that_was_only_begun_is_no_obstacle(house: House, drop: Path) -> None:
    house.state.mkdir(mode=0o700)
    sqlite3.connect(house.store).close()
    house.store.touch(mode=0o600)
    (house.folder / "contacts.vcf").write_bytes(ANNA)
    house.kith("import", "--dry-run", str(house.folder / "contacts.vcf"))
    house.kith("import", str(house.folder / "contacts.vcf"))
    assert names(house) == {"Anna Beck"}


def test_a_file_that_was_imported_and_becomes_an_account_is_the_same_file(house: House, drop: Path) -> None:
    path = house.folder / "table.csv"
    path.write_text("First Name,Last Name,Phone\nTim,Falk,\nIda,Kern,\n")
    house.kith("import", str(path))
    house.write_config(file_account("club", "csv", path))
    house.kith("sync")
    people = house.people()
    places = {name: [held["account"] for held in one["cards"]] for name, one in people.items()}
    assert places == {"Tim Falk": ["club"], "Ida Kern": ["club"]}


def test_an_import_tells_who_waits_and_who_is_brought(house: House) -> None:
    phone = house.folder / "phone"
    phone.mkdir()
    (phone / "anna.vcf").write_bytes(ANNA)
    house.write_config(file_account("phone", "vcf", phone, "two-way"))
    house.kith("sync")
    (house.folder / "more.vcf").write_bytes(ANNA.replace(b"anna-1", b"anna-2") + BERND)
    tried = house.kith("import", "more.vcf", "--dry-run").text
    assert "would be joined with people you know, or with each other: 1 card" in tried
    assert "  ~ Anna Beck   (you know already)" in tried and "  + Bernd Kurz   (a new contact)" in tried
    assert "the next kith sync brings them to your accounts" in house.kith("import", "more.vcf").text
    house.kith("undo")
    again = house.kith("import", "more.vcf").text
    assert "in the inbox, and sent nowhere: 2 people" in again, "the undo keeps the two Annas apart"


def test_the_dry_run_of_an_import_names_everybody(house: House) -> None:
    linkedin_zip(house.folder / "links.zip", LEO)
    crowd = [card(f"u-{n}", f"Nora {n:02}", f"EMAIL:nora{n}@n.example") for n in range(45)]
    (house.folder / "many.vcf").write_bytes(b"".join(crowd))
    house.write_config()
    tried = house.kith("import", "--dry-run", "--json", "links.zip", "many.vcf")
    told = {one["name"]: one["state"] for one in tried.only("person")}
    assert told == {"Leo Blum": "inbox"} | {f"Nora {n:02}": "active" for n in range(45)}
    assert "  + Leo Blum   (would wait in the inbox)" in tried.err and "  ... and 6 more" in tried.err
    assert not house.store.exists()
    house.kith("import", "links.zip", "many.vcf")
    assert names(house) == set(told)
    assert house.kith("import", "--dry-run", "--json", "links.zip", "many.vcf").only("person") == []


def test_an_import_counts_a_person_of_two_files_once(house: House) -> None:
    linkedin_zip(house.folder / "links.zip", LEO)
    (house.folder / "mail").write_text(LETTER.replace("Eva Roth <eva@roth.", "Leo Blum <leo@blum."))
    house.write_config(ME)
    assert "sent nowhere: 1 person;" in house.kith("import", "links.zip", "mail").text
