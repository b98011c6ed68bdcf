"""The sources in a real sync: what a run without news asks of them, and what happens when one of them fails."""

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flow.house import House, file_account, folder_of_cards, linkedin_zip
from kith.connector.info import Opening
from kith_connectors.google.auth import store_token
from letters import ME, NOON, deliver, letter, mbox
from servers.dovecot import PASSWORD, Dovecot, Mailbox, dovecot
from servers.people import PeopleServer
from servers.people_account import google_settings
from servers.portability import TOKEN, LinkedIn, person, serving
from servers.process import free_port
from servers.wire import card

__all__ = ["dovecot"]
OWNER = f'[me]\nemails = ["{ME}"]\n'
LEO = ("Leo", "Blum", "https://www.linkedin.com/in/leo-blum", "leo@blum.example", "Blum", "Chef")
OUTLOOK = "First Name,Last Name,E-mail Address,Company\nIngo,Grün,ingo@gruen.example,Grün\n"


def table(name: str, connector: str, **keys: object) -> str:
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
    return "\n".join([f"[accounts.{name}]", f'connector = "{connector}"', *lines, ""])


def imap(box: Mailbox, name: str = "ill", password: str = PASSWORD, **more: object) -> str:
    keys = {"host": "127.0.0.1", "port": box.server.port, "security": "none", "username": box.user}
    return table(name, "imap", **keys, password=password, **more)


def google(house: House, people: PeopleServer, name: str = "ill", mode: str = "two-way") -> str:
    """The account's table, with a login in its place."""
    settings = google_settings(people)
    folder = house.state / "accounts" / name
    folder.mkdir(parents=True, mode=0o700)
    store_token(Opening(name, "DE", folder), "refresh-1", "client-1", settings.scopes)
    hidden = {"api_endpoint": people.endpoint, "token_uri": people.token_uri, "auth_uri": people.auth_uri}
    client = {"username": "anna@gmail.example", "client_id": "client-1", "client_secret": "a-secret"}
    return table(name, "google", mode=mode, **client, **hidden)


@pytest.fixture
def people() -> Iterator[PeopleServer]:
    with PeopleServer() as server:
        yield server


@pytest.fixture
def linkedin() -> Iterator[LinkedIn]:
    with serving() as service:
        yield service


class Neighbours:
    """Two healthy accounts beside the one that is ill: in every run somebody new goes from the first to the second."""

    def __init__(self, house: House) -> None:
        self.desk, self.backup = house.folder / "desk", house.folder / "backup"
        folder_of_cards(self.desk)
        self.backup.mkdir()
        self.count = 0
        self.tables = [
            file_account("desk", "vcf", self.desk),
            file_account("backup", "vcf", self.backup, "two-way", filter='"list:Desk"'),
        ]

    def somebody_new(self) -> None:
        self.count += 1
        text = card(f"n{self.count}", f"Neighbour No{self.count}", "CATEGORIES:Desk")
        (self.desk / f"{self.count}.vcf").write_bytes(text)

    def are_well(self) -> bool:
        return len(list(self.backup.glob("*.vcf"))) == self.count


def told(house: House, beside: Neighbours, code: int, *words: str) -> str:
    """A sync with an account that fails: exit code, one line that names the account and says what is wrong, a remedy, and
    the others are done. Returns what was said."""
    beside.somebody_new()
    ran = house.kith("sync", code=code)
    lines = ran.err.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("! ill:")]
    said = f"{lines[at]}\n{lines[at + 1]}"
    assert lines[at + 1].startswith("  ") and len(lines[at + 1]) > 12, "a remedy follows"
    for word in words:
        assert word in said, said
    assert beside.are_well(), "the others are synced"
    return said


def test_a_run_without_news_asks_each_source_as_little_as_can_be(
    house: House, people: PeopleServer, linkedin: LinkedIn, dovecot: Dovecot
) -> None:
    box = dovecot.mailbox()
    box.put("INBOX", letter("Eva Roth <eva@roth.example>", to=ME))
    box.put("Sent", letter(to="Eva Roth <eva@roth.example>"))
    people.book.add(names=[{"givenName": "Anna", "familyName": "Sommer"}])
    files = house.folder / "files"
    files.mkdir()
    (files / "outlook.csv").write_text(OUTLOOK)
    (files / "old.mbox").write_bytes(mbox(letter(to="Bo Berg <bo@x.example>")))
    deliver(files / "Maildir", "1.x:2,S", letter(to="Cem Ay <cem@x.example>", when=NOON + 9))
    house.write_config(
        OWNER,
        google(house, people, "google"),
        imap(box, "mail"),
        table("portability", "linkedin", token=TOKEN, api_endpoint=linkedin.url),
        file_account("export", "linkedin", linkedin_zip(files / "export.zip", LEO)),
        file_account("table", "csv", files / "outlook.csv"),
        file_account("oldmail", "mbox", files / "old.mbox"),
        file_account("maildir", "maildir", files / "Maildir"),
    )
    house.kith("sync")
    assert set(house.people()) >= {"Anna Sommer", "Eva Roth", "Leo Blum", "Ingo Grün", "Bo Berg", "Cem Ay"}
    house.kith("sync")  # what Google answers to our own writes is read back here
    people.reset_counts()
    linkedin.asked.clear()
    box.watch()
    assert house.kith("sync", "--json").written == (0, 0, 0)
    assert dict(people.calls) == {"people.connections.list": 1}
    assert people.mutations == 0
    asked = [line.split()[0] for line in box.commands()]
    assert sorted(asked) == ["EXAMINE", "EXAMINE", "LIST", "LOGOUT", "NAMESPACE"]
    assert linkedin.asked == [("/rest/memberSnapshotData", "CONNECTIONS")] * 3, "it has no cheaper question"


def test_google_revoked_and_out_of_quota(house: House, people: PeopleServer) -> None:
    beside = Neighbours(house)
    people.book.add(names=[{"givenName": "Anna", "familyName": "Sommer"}])
    house.write_config(google(house, people, mode="read"), *beside.tables)
    house.kith("sync")
    assert "Anna Sommer" in house.people()
    people.faults.revoked = True
    told(house, beside, 12, "Google", "kith auth ill")
    people.faults.revoked = False
    people.faults.quota(times=9, retry_after="600")
    told(house, beside, 3, "Google")
    people.faults.planned.clear()
    assert "Anna Sommer" in house.people(), "never an empty address book"
    house.kith("sync", "--account", "ill")
    assert "Anna Sommer" in house.people()


def test_a_password_that_changed_and_a_server_that_is_gone(house: House, dovecot: Dovecot) -> None:
    beside = Neighbours(house)
    box = dovecot.mailbox()
    box.put("Sent", letter(to="Eva Roth <eva@roth.example>"))
    house.write_config(OWNER, imap(box), *beside.tables)
    house.kith("sync")
    house.write_config(OWNER, imap(box, password="mistaken"), *beside.tables)
    said = told(house, beside, 12, box.user)
    assert "mistaken" not in said and "password" in said.lower()
    house.write_config(
        OWNER, imap(box).replace(f"port = {box.server.port}", f"port = {free_port()}"), *beside.tables
    )
    told(house, beside, 3, "127.0.0.1")
    assert "Eva Roth" in house.people()


def test_a_mail_folder_that_vanishes(house: House, dovecot: Dovecot) -> None:
    beside = Neighbours(house)
    box = dovecot.mailbox()
    box.put("Friends", letter(to="Eva Roth <eva@roth.example>"))
    house.write_config(OWNER, imap(box, folders=["Friends"]), *beside.tables)
    house.kith("sync")
    assert "Eva Roth" in house.people()
    box.delete("Friends")
    told(house, beside, 3, "Friends")
    assert "Eva Roth" in house.people()


def test_linkedins_interface_with_a_token_that_ran_out_and_out_of_quota(
    house: House, linkedin: LinkedIn
) -> None:
    beside = Neighbours(house)
    house.write_config(table("ill", "linkedin", token=TOKEN, api_endpoint=linkedin.url), *beside.tables)
    house.kith("sync")
    linkedin.fault = (401, b"{}", {})
    said = told(house, beside, 12, "LinkedIn", "token")
    assert TOKEN not in said
    linkedin.fault = (429, b"{}", {"Retry-After": "600"})
    told(house, beside, 3, "LinkedIn")
    linkedin.fault, linkedin.pages = None, [[person("Anna")]]
    assert {"Anna Beispiel", "Bernd Beispiel", "Cem Beispiel"} <= set(house.people())


def cut_zip(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-60])


def cut_table(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("Connections.csv", "First Name,Last Name,URL,Company,Position\nEve,Cut,,,\nIda,Cu")


def html_export(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("index.html", "<html><body>Your connections</body></html>")


def cut_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(mbox(letter(to="Eve Cut <eve@cut.example>")) * 99)[:-20])


def web_page(path: Path) -> None:
    path.write_text("<!doctype html><html><body>Sign in</body></html>")


LATER = {
    "zip cut off": ("linkedin", cut_zip, ("source", "download")),
    "table cut off inside a zip": ("linkedin", cut_table, ("Connections.csv", "cut off")),
    "zip of web pages": ("linkedin", html_export, ("source", "index.html", "web page")),
    "linkedin file gone": ("linkedin", Path.unlink, ("source", "path")),
    "csv becomes a web page": ("csv", web_page, ("source", "web page", "CSV")),
    "csv cut off": ("csv", lambda path: path.write_text(OUTLOOK + '"Eve'), ("source", "cut off")),
    "csv turns binary": ("csv", lambda path: path.write_bytes(b"\x00" * 99), ("source", "zero bytes")),
    "mbox gone": ("mbox", Path.unlink, ("source", "not there")),
    "mbox packed and cut off": ("mbox", cut_gzip, ("source", "damaged")),
    "mbox becomes a web page": ("mbox", web_page, ("source", "web page")),
}


@pytest.mark.parametrize("case", LATER)
def test_a_file_that_was_good_and_is_no_more(house: House, case: str) -> None:
    connector, spoil, words = LATER[case]
    beside = Neighbours(house)
    path = house.folder / "source"
    good: dict[str, Callable[[], object]] = {
        "linkedin": lambda: linkedin_zip(path, LEO),
        "csv": lambda: path.write_text(OUTLOOK),
        "mbox": lambda: path.write_bytes(mbox(letter(to="Eva Roth <eva@roth.example>"))),
    }
    good[connector]()
    house.write_config(OWNER, file_account("ill", connector, path), *beside.tables)
    beside.somebody_new()
    house.kith("sync")
    before = house.people()
    assert len(before) == 2
    spoil(path)
    told(house, beside, 3, *words)
    after = house.people()
    after.pop("Neighbour No2")
    assert after == before, "nothing half-imported, nobody lost"
    path.unlink(missing_ok=True)
    good[connector]()
    assert house.kith("sync", "--json").written == (0, 0, 0)
    assert len(house.people()) == 3


@pytest.mark.parametrize(("connector", "name"), [("csv", "Grün"), ("linkedin", "Groß")])
def test_lines_of_two_encodings_lose_no_umlaut_and_are_told(house: House, connector: str, name: str) -> None:
    first = "Ända,Über,anda@x.example,\n".encode()
    second = f"Ingo,{name},ingo@x.example,\n".encode("cp1252")
    header = b"First Name,Last Name,Email Address,Company,Position\n"
    path = house.folder / "Connections.csv"
    path.write_bytes(header + first + second)
    house.write_config(file_account("mixed", connector, path))
    ran = house.kith("sync")
    assert "mixed" in ran.err and "Windows-1252" in ran.err and "Connections.csv" in ran.err
    assert set(house.people()) == {"Ända Über", f"Ingo {name}"}


def test_doctor_looks_into_every_source(
    house: House, people: PeopleServer, linkedin: LinkedIn, dovecot: Dovecot
) -> None:
    box = dovecot.mailbox()
    box.put("Sent", letter(to="Eva Roth <eva@roth.example>"))
    people.book.add(names=[{"givenName": "Anna", "familyName": "Sommer"}])
    files = folder_of_cards(house.folder / "files", a=card("a", "Ada Lenz"))
    (files / "outlook.csv").write_text(OUTLOOK)
    (files / "old.mbox").write_bytes(mbox(letter(to="Bo Berg <bo@x.example>")))
    deliver(files / "Maildir", "1.x:2,S", letter(to="Cem Ay <cem@x.example>"))
    found = {
        "google": (google(house, people, "google"), "1 contact, 0 labels"),
        "mail": (imap(box, "mail"), "the mail you sent is in: Sent"),
        "portability": (
            table("portability", "linkedin", token=TOKEN, api_endpoint=linkedin.url),
            "3 connections",
        ),
        "export": (
            file_account("export", "linkedin", linkedin_zip(files / "export.zip", LEO)),
            "1 connections",
        ),
        "table": (file_account("table", "csv", files / "outlook.csv"), "4 of 4 columns known"),
        "oldmail": (file_account("oldmail", "mbox", files / "old.mbox"), "1 people you wrote to"),
        "maildir": (file_account("maildir", "maildir", files / "Maildir"), "1 people you wrote to"),
        "cards": (file_account("cards", "vcf", files / "a.vcf"), "1 cards"),
    }
    house.write_config(OWNER, *(one for one, _ in found.values()))
    before = house.files()
    told = house.kith("doctor").out
    for name, (_, fact) in found.items():
        assert any(f" {name}: " in line and fact in line for line in told.splitlines()), f"{name}:\n{told}"
    assert house.files() == before, "it only looks"
    people.faults.revoked = True
    linkedin.fault = (401, b"{}", {})
    for name in ("export.zip", "outlook.csv", "old.mbox", "a.vcf"):
        (files / name).unlink()
    box.delete("Sent")
    told = house.kith("doctor", code=1).out
    failed = {line.split(": ")[0].split()[-1] for line in told.splitlines() if line.startswith("FAIL")}
    assert failed >= {"google", "portability", "export", "table", "oldmail", "cards"}, told
