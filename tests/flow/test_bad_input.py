"""Whatever is wrong with one account: the others are synced, nothing is lost, and the message says what to do."""

import json
import os
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from flow.house import KITH, DavBook, House, file_account, folder_of_cards, linkedin_zip
from servers.faultproxy import FaultProxy
from servers.hostile import HostileServer
from servers.process import free_port
from servers.wire import card

ROSA = card("rosa-1", "Rosa Dorn", "EMAIL:rosa@dorn.example")


@pytest.fixture
def good(house: House) -> Path:
    """Two healthy accounts beside the one that is ill: what is new in the first must reach the second."""
    folder_of_cards(house.folder / "desk", rosa=ROSA)
    backup = house.folder / "backup"
    backup.mkdir()
    return backup


def others(house: House) -> list[str]:
    return [
        file_account("desk", "vcf", house.folder / "desk"),
        file_account("backup", "vcf", house.folder / "backup", "two-way"),
    ]


def dav_table(url: str, password: str = "correct horse", **more: str) -> str:
    lines = ["[accounts.ill]", 'connector = "carddav"', 'mode = "two-way"', f'url = "{url}"']
    lines += ['username = "alice"', f'password = "{password}"', *(f"{k} = {v}" for k, v in more.items())]
    return "\n".join([*lines, ""])


def names_in(folder: Path) -> list[str]:
    return sorted(
        line[3:]
        for path in folder.glob("*.vcf")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("FN:")
    )


def ill(house: House, backup: Path, table: str, code: int = 3) -> str:
    """Sync with one account ill; returns what was said. The others are done and the second run asks for nothing."""
    house.write_config(table, *others(house))
    ran = house.kith("sync", code=code)
    assert names_in(backup) == ["Rosa Dorn"], "the healthy accounts are synced"
    (line,) = [line for line in ran.err.splitlines() if line.startswith("! ill:")]
    remedy = ran.err.splitlines()[ran.err.splitlines().index(line) + 1]
    assert remedy.startswith("  ") and len(remedy) > 10, "a remedy follows"
    again = house.kith("sync", "--json", code=code)
    assert again.written == (0, 0, 0)
    account = again.summary["accounts"]["ill"]
    assert account["status"] in ("failed", "login") and account["problem"] and account["remedy"]
    return f"{line}\n{remedy}"


def test_a_server_that_is_not_there(house: House, good: Path) -> None:
    said = ill(house, good, dav_table(f"http://127.0.0.1:{free_port()}/"))
    assert "127.0.0.1" in said and "reach" in said.lower()


def test_a_wrong_password(house: House, good: Path) -> None:
    with HostileServer() as server:
        said = ill(house, good, dav_table(server.book_url(), "wrong"), code=12)
    assert "login" in said.lower() or "password" in said.lower()
    assert "wrong" not in said, "never the password itself"


def test_a_certificate_that_nobody_vouches_for(house: House, good: Path, tmp_path: Path) -> None:
    import ipaddress
    import ssl
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now - timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "cert.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with HostileServer(tls=context) as server:
        unknown = ill(house, good, dav_table(server.book_url()))
        assert "certificate" in unknown and "ca_file" in unknown
        expired = ill(house, good, dav_table(server.book_url(), ca_file=f'"{pem}"'))
    assert "certificate" in expired and "expired" in expired


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("login_page", ("web page instead of an address book", "CardDAV address")),
        ("broken_xml", ("cut off or damaged", "tries again")),
        ("cut", ("broke off", "tries again")),
    ],
)
def test_answers_that_are_no_answers(house: House, good: Path, kind: str, words: tuple[str, str]) -> None:
    with HostileServer() as server:
        server.books["contacts"].put("ida.vcf", card("ida-1", "Ida Lenz"))
        house.write_config(dav_table(server.book_url()), *others(house))
        house.kith("sync")
        assert names_in(good) == ["Ida Lenz", "Rosa Dorn"]
        server.fault("*" if kind == "login_page" else "REPORT", kind)
        server.fault("PROPFIND", kind)
        ran = house.kith("sync", code=3)
        assert "! ill: " in ran.err and "http://127.0.0.1:" in ran.err, ran.err
        assert all(word in ran.err for word in words), ran.err
        assert names_in(good) == ["Ida Lenz", "Rosa Dorn"], "never read as fewer contacts"
        server.clear()
        assert house.kith("sync", "--json").written == (0, 0, 0)
        assert set(server.books["contacts"].cards) >= {"ida.vcf"}


def test_a_card_that_is_no_vcard_is_left_alone_and_named(house: House, good: Path) -> None:
    folder = folder_of_cards(
        house.folder / "ill", ida=card("ida-1", "Ida Lenz"), broken=b"this is a shopping list, not a card\r\n"
    )
    house.write_config(file_account("ill", "vcf", folder, "two-way"), *others(house))
    ran = house.kith("sync")
    for word in ("ill: ", "broken.vcf", "is not a vCard file", "take it out of the folder"):
        assert word in ran.err, ran.text
    assert names_in(good) == ["Ida Lenz", "Rosa Dorn"]
    assert (folder / "broken.vcf").read_bytes() == b"this is a shopping list, not a card\r\n"
    assert "Rosa Dorn" in names_in(folder)


def zip_without_connections(path: Path) -> str:
    with zipfile.ZipFile(path / "export.zip", "w") as made:
        made.writestr("messages.csv", "a,b\n")
    return file_account("ill", "linkedin", path / "export.zip")


def csv_of_another_shape(path: Path) -> str:
    (path / "bank.csv").write_text("Booking;Amount;Balance\n2026-01-01;3,50;20,00\n")
    return file_account("ill", "csv", path / "bank.csv")


def html_export(path: Path) -> str:
    with zipfile.ZipFile(path / "export.zip", "w") as made:
        made.writestr("index.html", "<html><body>Your connections</body></html>")
    return file_account("ill", "linkedin", path / "export.zip")


def truncated(path: Path) -> str:
    whole = linkedin_zip(
        path / "whole.zip", ("Leo", "Blum", "https://www.linkedin.com/in/l", "", "Blum", "Chef")
    )
    (path / "export.zip").write_bytes(whole.read_bytes()[:-60])
    return file_account("ill", "linkedin", path / "export.zip")


def zip_bomb(path: Path) -> str:
    with zipfile.ZipFile(path / "export.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("Connections.csv", "First Name,Last Name,URL\n" + "A,B,\n" + " " * 400_000_000)
    return file_account("ill", "linkedin", path / "export.zip")


def million_columns(path: Path) -> str:
    (path / "wide.csv").write_text("First Name," + ",".join(f"c{n}" for n in range(1_000_000)) + "\nA,B\n")
    return file_account("ill", "csv", path / "wide.csv")


def vanished_mailbox(path: Path) -> str:
    return file_account("ill", "mbox", path / "gone.mbox")


def folder_for_file(path: Path) -> str:
    (path / "empty").mkdir()
    return file_account("ill", "linkedin", path / "empty")


FILES = {
    "zip without connections": (zip_without_connections, ("messages.csv", "Connections")),
    "csv of another shape": (csv_of_another_shape, ("bank.csv", "column")),
    "html export": (html_export, ("index.html",)),
    "truncated": (truncated, ("export.zip", "download")),
    "zip bomb": (zip_bomb, ("export.zip",)),
    "a million columns": (million_columns, ("wide.csv", "columns")),
    "mailbox that vanished": (vanished_mailbox, ("gone.mbox",)),
    "empty folder": (folder_for_file, ("empty",)),
}


@pytest.mark.parametrize("case", FILES)
def test_files_that_are_not_what_they_should_be(house: House, good: Path, case: str) -> None:
    make, words = FILES[case]
    said = ill(house, good, make(house.folder))
    for word in words:
        assert word.lower() in said.lower(), said
    people = house.people()
    assert set(people) == {"Rosa Dorn"}, "nothing half-imported"


def test_mixed_encodings_in_one_file_lose_nobody(house: House, good: Path) -> None:
    folder = folder_of_cards(
        house.folder / "ill",
        mixed=card("a", "Jürgen Groß") + card("b", "Anna Grün").decode().encode("cp1252"),
    )
    house.write_config(file_account("ill", "vcf", folder), *others(house))
    house.kith("sync")
    assert names_in(good) == ["Anna Grün", "Jürgen Groß", "Rosa Dorn"]


def test_a_revoked_google_login(house: House, good: Path) -> None:
    from kith.connector.info import Opening
    from kith_connectors.google.auth import store_token
    from servers.people import PeopleServer
    from servers.people_account import google_settings

    with PeopleServer() as people:
        hidden = {"api_endpoint": people.endpoint, "token_uri": people.token_uri, "auth_uri": people.auth_uri}
        keys = {
            "username": "anna@gmail.example",
            "client_id": "client-1",
            "client_secret": "a-secret",
            **hidden,
        }
        table = "\n".join(
            ["[accounts.ill]", 'connector = "google"', 'mode = "two-way"']
            + [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        )
        said = ill(house, good, table + "\n", code=12)
        assert "kith auth ill" in said, "never logged in"
        state = house.state / "accounts" / "ill"
        folder = next((path for path in house.state.rglob("ill") if path.is_dir()), state)
        folder.mkdir(parents=True, exist_ok=True)
        store_token(Opening("ill", "DE", folder), "refresh-1", "client-1", google_settings(people).scopes)
        house.kith("sync")
        people.faults.revoked = True
        said = ill(house, good, table + "\n", code=12)
        assert "kith auth ill" in said
        people.faults.revoked = False
        people.faults.quota(times=9, retry_after="600")
        ran = house.kith("sync", code=3)
        assert "! ill:" in ran.err and "google" in ran.err.lower(), ran.err


def test_a_book_over_quota_refuses_one_card_and_the_rest_goes_on(house: House, good: Path) -> None:
    with HostileServer() as server:
        server.fault("PUT", "status", status=507)
        house.write_config(dav_table(server.book_url()), *others(house))
        ran = house.kith("sync")
        assert "! ill refuses the card of Rosa Dorn" in ran.err, ran.text
        assert "full" in ran.err or "space" in ran.err or "quota" in ran.err
        server.clear()
        assert "Rosa Dorn" in house.kith("status").out


def test_five_mistakes_in_the_config_at_once(house: House) -> None:
    house.config.write_text(
        '[syncc]\nregion = "DE"\n\n[sync]\nevery = "soon"\n\n[accounts.phone]\nconnector = "carddave"\n'
        'url = "dav.example.org"\n[accounts.li]\nconnector = "linkedin"\nmode = "two-way"\npath = "x.zip"\n\n[accounts.book]\n'
        'connector = "carddav"\nusrname = "anna"\n'
    )
    house.config.chmod(0o600)
    ran = house.kith("sync", code=2)
    lines = ran.err.splitlines()
    assert len(lines) == 5 and all(str(house.config) in line for line in lines), ran.err
    for number, words in {1: "syncc", 5: "30 minutes", 8: "carddav", 12: "read", 17: "username"}.items():
        assert any(f":{number}: " in line and words in line for line in lines), (number, ran.err)
    told = house.kith("sync", "--json", code=2).only("error")[0]
    assert len(told["messages"]) == 5 and told["exit_code"] == 2


def test_no_config_at_all(house: House) -> None:
    for words in (["sync"], ["status"], ["doctor"], ["daemon"], ["config", "check"]):
        ran = house.kith(*words, code=2)
        assert "kith init" in ran.text and str(house.config) in ran.text, ran.text
    environment = {**house.environment, "XDG_CONFIG_HOME": str(house.folder)}
    for command in ("people", "export"):
        ran = subprocess.run([KITH, command], env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 1 and "kith init sets kith up" in ran.stderr, ran.stderr


@pytest.mark.parametrize("how", ["file in the way", "no rights"])
def test_a_store_folder_that_cannot_be_written(house: House, good: Path, how: str) -> None:
    house.write_config(*others(house))
    if how == "file in the way":
        house.state.write_text("a file where the folder should be")
    else:
        house.state.symlink_to("/proc/1/nowhere")
    ran = house.kith("sync", code=1)
    assert str(house.state) in ran.err and "[store] path" in ran.err
    assert names_in(good) == []


def test_ctrl_c_in_mid_run_stops_at_a_card_and_the_next_run_goes_on(house: House, good: Path) -> None:
    with HostileServer() as server:
        for number in range(40):
            (house.folder / "desk" / f"p{number}.vcf").write_bytes(card(f"p-{number}", f"Person {number}"))
        server.fault("PUT", "delay", seconds=0.1)
        house.write_config(dav_table(server.book_url()), *others(house))
        running = subprocess.Popen(
            house.command("sync", "--yes"),
            env=house.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 60
        while server.count("PUT") < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=60)
        assert running.returncode == 1, out + err
        assert "stopping" in err and "Traceback" not in err
        assert "run kith sync again" in err
        server.faults.clear()
        begun = len(server.books["contacts"].cards)
        assert 3 <= begun < 41
        house.kith("sync")
        assert len(server.books["contacts"].cards) == 41, "everybody once"
        assert house.kith("sync", "--json").written == (0, 0, 0)


def test_a_connection_that_dies_in_the_middle(house: House, good: Path, phone: DavBook) -> None:
    with FaultProxy(phone.url) as proxy:
        house.write_config(dav_table(proxy.url), *others(house))
        proxy.fault("PUT", "reset_after", times=1)
        house.kith("sync", code=3)
        house.kith("sync")
        assert set(phone.cards()) == {"Rosa Dorn"}
        assert house.kith("sync", "--json").written == (0, 0, 0)
