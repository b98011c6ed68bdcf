"""What is shown is fit to be shown, true, and names what helps: hostile names, holds, runs cut short, causes, the past."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flow.house import DavBook, House, file_account, folder_of_cards
from servers.hostile import HostileServer
from servers.radicale import start_radicale
from servers.wire import card

ORDERS = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\r", "\b")
"""What must never reach a terminal from a card."""

EVIL = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:evil\r\nFN:Ev\x1b[31mil\u202e Na\x9b2Jme\x07\r\nN:Na\x9b2Jme;Ev\x1b[31mil\u202e;;;\r\n"
    "NICKNAME:=HYPERLINK(1)\r\nEMAIL:evil\u2066@example.org\r\nTEL:+49 171 3920001\r\nNOTE:@SUM(1)\x1b]0;pwn\x07\r\nEND:VCARD\r\n"
).encode()


@pytest.fixture
def two(house: House) -> House:
    """Two folders of thirty cards each, in sync."""
    cards = {
        f"p{n}": card(f"p-{n}", f"Person {n} Nummer{n}", f"TEL:+49 171 392{n:04d}") for n in range(1, 31)
    }
    folder_of_cards(house.folder / "phone", **cards)
    folder_of_cards(house.folder / "tablet", **cards)
    house.write_config(*tables(house))
    house.kith("sync")
    return house


def tables(house: House) -> list[str]:
    return [file_account(name, "vcf", house.folder / name, "two-way") for name in ("phone", "tablet")]


COMMANDS = [
    ["sync"], ["people"], ["people", "--inbox"], ["show", "evil@example.org"], ["show", "phone/evil.vcf", "--history"],
    ["how", "phone/evil.vcf"], ["why", "phone/evil.vcf", "tablet/other.vcf"], ["log"], ["status"], ["review"], ["doctor"],
    ["show", "\x1b[31m"], ["join", "\u202e", "x"], ["sync", "--account", "\x9b2J"], ["\x1b[2J"], ["undo", "--dry-run"],
]  # fmt: skip


def test_no_card_and_no_word_commands_the_terminal(house: House) -> None:
    folder_of_cards(house.folder / "phone", evil=EVIL)
    folder_of_cards(house.folder / "tablet", other=card("o", "Evil Name", "TEL:+49 171 3920001"))
    house.write_config(*tables(house))
    plan = run_freely(house, ["sync", "--dry-run"])
    assert "Ev" in plan
    for words in COMMANDS:
        for more in ([], ["--json"]):
            said = run_freely(house, [*words, *more])
            assert said
            assert not [ascii(order) for order in ORDERS if order in said], (words, more, ascii(said))
    run = house.kith("log", "--json").only("run")[-1]["run"]
    told = run_freely(house, ["log", run])
    assert "Ev" in told and not [ascii(order) for order in ORDERS if order in told]


def run_freely(house: House, words: list[str], **environment: str) -> str:
    """All that a command shows, byte for byte, whatever its exit code; never a traceback."""
    ran = subprocess.run(
        house.command(*words),
        capture_output=True,
        env={**house.environment, **environment},
        cwd=house.folder,
        check=False,
        timeout=90,
    )
    said = (ran.stdout + ran.stderr).decode("utf-8", "replace")
    assert "Traceback" not in said and "failed unexpectedly" not in said, said
    return said


def test_a_spreadsheet_is_given_no_formula(house: House) -> None:
    folder_of_cards(house.folder / "phone", evil=EVIL)
    house.write_config(*tables(house)[:1])
    house.kith("sync")
    row = house.kith("export", "--format", "csv").out.splitlines()[1].split(",")
    assert "'=HYPERLINK(1)" in row
    assert not [cell for cell in row if cell.startswith(("=", "@", "-", "\t"))]
    assert "+49 171 3920001" in row, "a number stays a number for the next program"


@pytest.mark.parametrize(
    "locale",
    [{"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "latin-1"}],
)
def test_a_terminal_without_utf_8_ends_no_command(two: House, locale: dict[str, str]) -> None:
    (two.folder / "phone" / "new.vcf").write_bytes(card("n", "Zoë Żółć 山田 🎉", "EMAIL:zoe@example.org"))
    assert "Zo" in run_freely(two, ["sync", "--all"], **locale)
    assert "Zo" in run_freely(two, ["show", "zoe@example.org"], **locale)
    ran = subprocess.run(
        two.command("people", "--json"),
        capture_output=True,
        env={**two.environment, **locale},
        check=True,
        cwd=two.folder,
    )
    assert b"Zo\\u00eb" in ran.stdout, "JSON stays JSON"


def test_a_hold_is_told_everywhere_with_the_commands_that_answer_it(two: House) -> None:
    for number in range(1, 11):
        (two.folder / "tablet" / f"p{number}.vcf").unlink()
    for words in (["sync"], ["-q", "sync"], ["status"], ["-q", "status"]):
        ran = two.kith(*words, code=4 if "sync" in words else 0)
        for word in ("tablet", "held", "10 of 30", "kith approve tablet", "kith reject tablet"):
            assert word in ran.text, (words, ran.text)
    checked = two.kith("doctor", code=1)
    assert "FAIL  tablet: held" in checked.out and "kith reject tablet" in checked.out
    assert "1 thing needs you" in checked.out
    (need,) = two.kith("status", "--json").only("status")[0]["needs"]
    assert need["account"] == "tablet" and "kith approve tablet" in need["remedy"]
    two.kith("reject", "tablet")
    assert "you rejected this: the next kith sync puts the cards back" in two.kith("status").out
    assert two.kith("sync", "--json").written == (10, 0, 0)
    assert two.kith("status", "--json").only("status")[0]["needs"] == []


def test_an_edit_against_a_deletion_names_both_sides_and_what_each_answer_does(two: House) -> None:
    def edited(number: int) -> None:
        path = two.folder / "phone" / f"p{number}.vcf"
        path.write_bytes(path.read_bytes().replace(b"END:", b"NOTE:moved\r\nEND:"))

    (two.folder / "tablet" / "p30.vcf").unlink()
    edited(30)
    told = "Person 30 Nummer30   (deleted on tablet, but edited on phone since: an edit beats a deletion)"
    assert told in two.kith("sync", "--dry-run").out
    assert told in two.kith("sync").out
    for number in range(1, 11):
        (two.folder / "tablet" / f"p{number}.vcf").unlink()
    edited(7)
    held = two.kith("sync", code=4).text
    assert "kith approve tablet (then these people are deleted on your other two-way accounts, too)" in held
    assert (
        "Person 7 Nummer7: missing there, but edited on phone since: an edit beats a deletion, so it comes back"
        in held
    )
    two.kith("approve", "tablet")
    two.kith("sync")
    for account in ("phone", "tablet"):
        left = {
            path.read_text().partition("FN:")[2].split("\n")[0]
            for path in (two.folder / account).glob("*.vcf")
        }
        assert left == {f"Person {n} Nummer{n}" for n in (7, *range(11, 31))}


def test_rejecting_a_write_that_was_never_made_is_explained_and_leaves_no_trace(two: House) -> None:
    for number in range(1, 30):
        (two.folder / "phone" / f"p{number}.vcf").write_bytes(
            card(f"p-{number}", f"Person {number} Nummer{number}", f"TEL:+49 171 392{number:04d}", "NOTE:x")
        )
    assert "would rewrite 29 of 30" in two.kith("sync", code=4).text
    told = two.kith("reject", "tablet", code=2).err
    assert "nothing is missing at tablet" in told and "kith restore" in told
    two.kith("approve", "tablet")
    two.kith("sync")
    for number in range(1, 4):  # deletions by their owner: never put back because of an old answer
        (two.folder / "tablet" / f"p{number}.vcf").unlink()
    two.kith("sync")
    assert len(list((two.folder / "tablet").glob("*.vcf"))) == 27
    assert len(list((two.folder / "phone").glob("*.vcf"))) == 27


def test_a_renamed_account_is_told_from_one_that_left(two: House) -> None:
    told = "tablet is called slate now"
    two.config.write_text(two.config.read_text("utf-8").replace("accounts.tablet", "accounts.slate"), "utf-8")
    assert told in two.kith("status").out
    assert told in two.kith("forget", "tablet", code=2).err
    assert told in two.kith("sync").err
    shown = two.kith("status").out
    assert "slate" in shown and "tablet" not in shown.replace("tablet/", "")
    two.config.write_text(two.config.read_text("utf-8").partition("[accounts.slate]")[0], "utf-8")
    gone = "slate is not in the config any more: nothing is deleted by that"
    assert gone in two.kith("status").out
    assert gone in two.kith("sync").err
    assert gone not in two.kith("sync").err
    two.kith("forget", "slate")


def test_what_is_shown_of_two_cards_of_one_book_is_what_was_weighed(house: House) -> None:
    """The same evidence that made kith ask: one address book speaks against one person, and every text fits its sign."""
    whole = card("a-1", "Anna Maria Schmidt", "ORG:Blum").replace(b"Anna Maria;;;", b"Anna;Maria;;")
    phone = folder_of_cards(house.folder / "phone", a=whole, b=card("b-1", "Anna Schmidt", "ORG:Blum"))
    house.write_config(file_account("phone", "vcf", phone))
    house.kith("sync")
    (asked,) = house.kith("review", "--json").only("review")
    items = {item["comparison"]: item for item in asked["evidence"]}
    assert items["book"]["for"] is False and items["book"]["weight"] < 0
    assert asked["weight"] == pytest.approx(sum(item["weight"] for item in items.values()), abs=0.1)
    start = items["prior"]
    assert start["for"] is ("one person is likelier than" in start["text"]), start
    assert (start["weight"] >= 0) is start["for"]
    told = house.kith("review").out
    assert "against: both stand in one address book" in told
    assert "would keep them apart" not in told, "they are apart: kith asks"
    (why,) = house.kith("why", asked["card_a"], asked["card_b"], "--json").only("why")
    assert why["evidence"] == asked["evidence"]


def test_problems_are_told_with_q_too(two: House) -> None:
    (two.folder / "phone").rename(two.folder / "elsewhere")
    ran = two.kith("-q", "sync", code=3)
    assert ran.out == "" and "! phone: " in ran.err and "check `path`" in ran.err
    shown = two.kith("status").out
    assert "failed" in shown and "! phone: " in shown and "check `path`" in shown


def test_one_is_not_called_many(house: House) -> None:
    house.write_config(
        file_account("phone", "vcf", folder_of_cards(house.folder / "phone", a=card("a", "Ada Adler")))
    )
    house.kith("sync")
    said = [house.kith(*words).text for words in (["status"], ["people"], ["doctor"], ["config", "check"])]
    for text, words in zip(said, ("1 person,", "1 person\n", "1 account\n", "1 account,"), strict=True):
        assert words in text, text
    assert "1 people" not in "".join(said) and "1 accounts" not in "".join(said)


def test_status_says_when_the_next_turn_is(two: House) -> None:
    (phone, tablet) = two.kith("status", "--json").only("account")
    assert phone["next"] == phone["last"] + 1800 == tablet["next"]
    assert "next turn" in two.kith("status").out.splitlines()[0]


def test_no_account_yet_is_said(house: House) -> None:
    house.write_config()
    for words, code in ((["sync"], 0), (["status"], 0), (["doctor"], 1)):
        if words == ["status"]:
            house.kith("sync")
        assert "kith init --add" in house.kith(*words, code=code).text


def test_the_cause_of_a_change_is_the_users_word_where_it_was(two: House) -> None:
    two.kith("join", "phone/p1.vcf", "phone/p2.vcf")
    told = two.kith("sync", "--dry-run").out
    assert "(joined with Person 2 Nummer2, by you)" in told and "agreed" not in told
    two.kith("edit", "phone/p7.vcf", "--note", "plays chess")
    told = two.kith("undo", "--dry-run").out
    assert "earlier run is taken back" not in told, "the join is not what is taken back here"
    assert "joined with Person 2 Nummer2, by you" in told
    operations = two.kith("sync", "--json").only("operation")
    assert {"joined with Person 2 Nummer2, by you", "edited note, by you"} <= {
        one["because"] for one in operations
    }
    assert "(an earlier run is taken back)" in two.kith("undo", "--dry-run").out


def test_the_past_is_told_before_and_after(two: House) -> None:
    path = two.folder / "phone" / "p1.vcf"
    path.write_bytes(path.read_bytes().replace(b"+49 171 3920001", b"+49 171 3929999"))
    run = two.kith("sync", "--json").summary["run"]
    for told in (two.kith("log", run).out, two.kith("show", "phone/p1.vcf", "--history").out):
        assert "phone: " in told and "changed there" in told
        assert "tablet: " in told and "changed by kith (was edited elsewhere)" in told
        assert told.count("phones: + +49 171 3929999") >= 2 and told.count("phones: - +49 171 3920001") >= 2
        assert '{"' not in told, "words, not JSON"


def test_a_run_that_was_killed_is_told_until_the_next_one_has_settled_it(house: House) -> None:
    folder_of_cards(house.folder / "desk", rosa=card("r", "Rosa Dorn", "EMAIL:rosa@dorn.example"))
    with HostileServer() as server:
        table = (
            f'[accounts.phone]\nconnector = "carddav"\nmode = "two-way"\nurl = "{server.book_url()}"\n'
            'username = "alice"\npassword = "correct horse"\n'
        )
        house.write_config(table, file_account("desk", "vcf", house.folder / "desk"))
        server.fault("PUT", "delay", seconds=20)
        running = subprocess.Popen(
            house.command("sync"), env=house.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for_sent(house.store)
        assert "cut short" not in house.kith("status").text, "it is at work"
        os.kill(running.pid, signal.SIGKILL)
        running.wait(60)
        server.clear()
        for words, code in ((["sync", "--dry-run"], 0), (["status"], 0), (["doctor"], 1)):
            told = house.kith(*words, code=code).text
            assert "1 card of phone" in told and "the next kith sync asks there first" in told, (words, told)
        house.kith("sync")
        assert "cut short" not in house.kith("status").text
        assert house.kith("sync", "--json").written == (0, 0, 0)
        assert len(server.books["contacts"].cards) == 1


def wait_for_sent(store: Path) -> None:
    """Until a write of the run at work is on its way."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with (
            contextlib.suppress(sqlite3.OperationalError),  # not made yet
            contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection,
        ):
            if connection.execute("SELECT 1 FROM outbox WHERE state = 'sent'").fetchone():
                return
        time.sleep(0.02)
    raise AssertionError("no write left")


def test_an_undo_that_is_held_names_the_way_that_works(house: House) -> None:
    cards = {f"p{n}": card(f"p-{n}", f"Person {n} Nummer{n}") for n in range(1, 13)}
    folder_of_cards(house.folder / "phone", **cards)
    tablet = folder_of_cards(house.folder / "tablet")
    house.write_config(*tables(house))
    run = house.kith("sync", "--json").summary["run"]
    told = house.kith("undo", code=4).text
    assert f"taking back run {run}, sync of " in told
    assert f"kith approve tablet, then kith undo {run}" in told
    assert len(list(tablet.glob("*.vcf"))) == 12
    assert f"kith approve tablet, then kith undo {run}" in house.kith("status").out
    assert f"kith undo {run} carries out what is held" in house.kith("approve", "tablet").out
    assert f"you approved this: kith undo {run} carries it out" in house.kith("status").out
    house.kith("undo", run)
    assert list(tablet.glob("*.vcf")) == []
    assert len(list((house.folder / "phone").glob("*.vcf"))) == 12


def test_undo_twice_is_said_to_bring_back_what_was_taken_back(two: House) -> None:
    path = two.folder / "phone" / "p1.vcf"
    path.write_bytes(path.read_bytes().replace(b"+49 171 3920001", b"+49 171 3929999"))
    two.kith("sync")
    assert "was an undo itself" not in two.kith("undo").out
    assert b"3920001" in path.read_bytes()
    assert "that was an undo itself: what it took back comes again" in two.kith("undo", "--dry-run").out


def test_the_config_is_shown_whole_without_a_secret(house: House) -> None:
    house.write_config(
        '[accounts.phone]\nconnector = "carddav"\nurl = "https://anna:hunter2@dav.example.org/"\nusername = "anna"\n'
        'password = "hunter3"\nevery = "2 hours"\ninsecure_http = true\naddress_books = ["A", "B"]\ntimeout = 5\n',
        '[accounts.google]\nconnector = "google"\nusername = "a@gmail.example"\n'
        'client_secret.command = ["pass", "show", "google"]\n',
        '[me]\nemails = ["anna@example.org"]\n',
    )
    ran = house.kith("config", "show", "--json")
    assert "hunter" not in ran.text
    for line in (
        'emails = ["anna@example.org"]',
        'every = "2 hours"',
        'region = "DE"',
        "********@dav.example.org",
    ):
        assert line in ran.err, ran.err
    assert {one["event"] for one in ran.events} == {"store", "sync", "match", "merge", "me", "account"}
    assert "api_endpoint" not in ran.text
    phone = ran.only("account")[0]
    assert (phone["insecure_http"], phone["address_books"], phone["timeout"]) == (True, ["A", "B"], 5)


def test_an_import_says_what_it_read_and_its_undo_sends_nobody_anywhere(two: House) -> None:
    folder_of_cards(
        two.folder / "old",
        ida=card("i", "Ida Lenz", "EMAIL:ida@lenz.example"),
        p1=card("x", "Person 1 Nummer1", "TEL:+49 171 3920001", "NOTE:plays chess"),
    )
    before = {name: sorted((two.folder / name).glob("*.vcf")) for name in ("phone", "tablet")}
    ran = two.kith("import", "old")
    assert "2 cards read" in ran.out and "the next kith sync" in ran.err.lower() and "kith undo" in ran.err
    assert "inbox" in two.kith("undo").err
    assert two.kith("sync", "--json").written == (0, 0, 0)
    assert {name: sorted((two.folder / name).glob("*.vcf")) for name in before} == before
    assert "Ida Lenz" in two.kith("people", "--inbox").out
    assert "Ida Lenz" not in two.kith("export", "--format", "vcf").out


@pytest.fixture
def own_phone(tmp_path: Path) -> Iterator[DavBook]:
    """A book on a server without any other: one account names the server, and takes all books that are there."""
    server = start_radicale(tmp_path / "radicale")
    yield DavBook(server, server.book())
    server.stop()


def test_one_address_book_in_two_accounts_is_named(house: House, own_phone: DavBook) -> None:
    phone = own_phone
    phone.put("rosa.vcf", "r", "Rosa Dorn", "TEL:+49 171 3920001")
    server = DavBook(phone.server, phone.server.url)
    house.write_config(server.table("all"), phone.table("book"))
    for words in (["sync", "--dry-run"], ["sync"], ["status"]):
        told = house.kith(*words).text
        assert "! book: holds the same address book as all: " in told and "address_books" in told, told
    assert "FAIL  book: holds the same" in house.kith("doctor", code=1).out
    name = phone.url.rstrip("/").rpartition("/")[2]
    house.write_config(phone.table("book"))
    house.kith("forget", "all")
    assert name in phone.url and "same address book" not in house.kith("sync", "--full").text
    assert list(phone.cards()) == ["Rosa Dorn"]


def test_a_question_about_an_account_that_is_forgotten_is_no_question_any_more(house: House) -> None:
    phone = folder_of_cards(house.folder / "phone", a=card("a-1", "Anna Berg", "EMAIL:anna@berg.example"))
    tablet = folder_of_cards(house.folder / "tablet", a=card("a-2", "Anna Berg", "TEL:+49 30 23125001"))
    house.write_config(file_account("phone", "vcf", phone), file_account("tablet", "vcf", tablet))
    house.kith("sync")
    assert house.kith("status", "--json").only("status")[0]["review"] == 1
    house.write_config(file_account("phone", "vcf", phone))
    house.kith("forget", "tablet")
    assert house.kith("status", "--json").only("status")[0]["review"] == 0


def test_the_only_account_asked_for_is_the_only_one_that_counts(house: House) -> None:
    phone = folder_of_cards(house.folder / "phone", a=card("a-1", "Anna Berg"))
    house.write_config(
        file_account("phone", "vcf", phone), file_account("gone", "vcf", house.folder / "gone.vcf")
    )
    house.kith("sync", code=3)
    house.kith("sync", "--account", "gone", code=1)
    house.kith("sync", "--account", "gone", "--account", "gone", code=1)
    house.kith("sync", "--account", "phone")
