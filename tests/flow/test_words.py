"""Slips of a careful person: wrong words, names that several people have, empty strings, a file in the way. Each ends
with a documented exit code and a sentence that says what to do; nothing is changed."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from flow.house import House, file_account, folder_of_cards
from servers.wire import card

LONG = "Maximiliane " * 30 + "Long"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two folders, synced: two Annas, an emoji, a name of 365 letters, two forms of Bert on one landline."""
    house = House(tmp_path_factory.mktemp("words"))
    phone = folder_of_cards(
        house.folder / "phone",
        anna=card("a1", "Anna Berg", "EMAIL:anna@berg.example"),
        anna2=card("a2", "Anna Berg", "TEL:+49 30 23125001"),
        emoji=card("e1", "🦊 Fuchs 🎉", "EMAIL:fox@example.org"),
        long=card("l1", LONG),
        bert=card("b1", "Bert O. Lang", "TEL:+49 30 23125009"),
    )
    tablet = folder_of_cards(
        house.folder / "tablet",
        bert=card("b2", "Bertram Lang", "TEL:+49 30 23125009"),
        anna=card("a3", "Anna Berg", "EMAIL:anna@berg.example", "BDAY:1980-01-02"),
    )
    house.write_config(file_account("phone", "vcf", phone, "two-way"), file_account("tablet", "vcf", tablet))
    house.kith("sync")
    (house.folder / "plan.json").write_text('{"kith_plan": 1}', "utf-8")
    return house


SLIPS: dict[str, tuple[tuple[str, ...], int, tuple[str, ...]]] = {
    "command mistyped": (("statsu",), 2, ('no command "statsu"', '"status"')),
    "option mistyped": (("sync", "--dryrun"), 2, ("--dry-run", "kith sync --help")),
    "option without its dashes": (("sync", "dry-run"), 2, ('Did you mean "--dry-run"',)),
    "account mistyped": (("sync", "--account", "phnoe"), 2, ('no account "phnoe"', 'did you mean "phone"?')),
    "account empty": (("sync", "--account", ""), 2, ('no account ""', "phone, tablet")),
    "less than nothing": (("sync", "--max-delete", "-1"), 2, ("--max-delete",)),
    "a plan that is a config": (("apply", "config.toml"), 2, ("is no plan", "kith sync --out")),
    "a plan that is a card": (("apply", "phone/anna.vcf"), 2, ("is no plan", "kith sync --out")),
    "a plan without a plan": (("apply", "plan.json"), 2, ("is no plan", "kith sync --out")),
    "a plan over another file": (("sync", "--out", "config.toml"), 2, ("there already", "another name")),
    "a run that never was": (("undo", "nothing"), 2, ("no run", "kith log")),
    "an empty run": (("undo", ""), 2, ("empty", "kith log")),
    "a log of an empty run": (("log", ""), 2, ("empty", "kith log")),
    "no date": (("restore", "phone", "--to", "yesterday"), 2, ("no date", "2026-11-20")),
    "a date to come": (("restore", "phone", "--to", "2099-01-01"), 2, ("in the future",)),
    "before kith": (("restore", "phone", "--to", "2020-01-01"), 1, ("did not know phone", "kith log")),
    "nothing is held": (("approve", "phone"), 2, ("nothing is held at phone",)),
    "still in use": (("forget", "phone"), 2, ("still in the config",)),
    "several Annas": (("show", "Anna"), 2, ("names 2 people", "anna@berg.example", "phone/anna2.vcf")),
    "no name": (("show", ""), 2, ("name is empty", "kith people")),
    "a stranger": (("how", "Zacharias"), 2, ("names nobody", "kith people")),
    "one card twice": (("why", "phone/bert.vcf", "phone/bert.vcf"), 2, ("one and the same card",)),
    "someone twice": (("join", "Bertram", "Bertram"), 1, ("one person already",)),
    "every card": (("split", "Bertram", "tablet/bert.vcf"), 1, ("cards on both sides",)),
    "a card of someone else": (("split", "Bertram", "phone/emoji.vcf"), 2, ("no card of Bertram",)),
    "an edit of nothing": (("edit", "Fuchs"), 2, ("nothing to change", "--add")),
    "a part of a name": (("edit", "Fuch", "--note", "x"), 2, ("only a part of a name", "Fuchs")),
    "a part of a name kept apart": (
        ("review", "apart", "Fuch", "phone/bert.vcf"),
        2,
        ("only a part of a name", "Fuchs"),
    ),
    "a contact discarded": (
        ("edit", "Fuchs", "--discard"),
        2,
        ("does not wait in the inbox", "delete it on"),
    ),
    "one card kept apart from itself": (
        ("review", "apart", "phone/emoji.vcf", "Fuchs"),
        2,
        ("one and the same card",),
    ),
    "one person kept apart": (
        ("review", "apart", "phone/anna.vcf", "tablet/anna.vcf"),
        2,
        ("cards of one person", "kith split"),
    ),
    "bytes that are no text": (("edit", "Fuchs", "--note", "J\udcfcrgen"), 2, ("not written in UTF-8",)),
    "no birthday": (("edit", "Fuchs", "--birthday", "1.2.1990"), 2, ("no day", "1990-02-01")),
    "no such day": (("edit", "Fuchs", "--birthday", "1990-02-30"), 2, ("no day",)),
    "no number": (("edit", "Fuchs", "--add", "phones=home"), 2, ("no phone number",)),
    "no address": (("edit", "Fuchs", "--add", "emails=fox"), 2, ("no e-mail address",)),
    "nothing to remove": (("edit", "Fuchs", "--remove", "emails=a@b.example"), 2, ("has no emails",)),
    "no field": (("edit", "Fuchs", "--add", "colour=red"), 2, ("FIELD=VALUE", "emails")),
    "an export over the config": (("export", "--out", "config.toml"), 2, ("there already", "--force")),
    "an export to nowhere": (("export", "--out", "nowhere/x.json"), 1, ("nowhere",)),
    "an import of nothing": (("import", "gone.vcf"), 2, ("gone.vcf",)),
    "an import of a config": (("import", "config.toml"), 1, ("config.toml", "recognizes")),
    "a login that is none": (("auth", "phone"), 2, ("needs no such login",)),
    "a shell that is none": (("completion", "tcsh"), 2, ("bash",)),
    "no shell at all": (("completion",), 2, ("Choose from: bash, zsh, fish",)),
    "a folder for the store": (("--store", ".", "status"), 1, ("is a folder", "kith.db")),
}


def stored(house: House) -> list[str]:
    """All that the store holds."""
    with closing(sqlite3.connect(house.store)) as db:
        return list(db.iterdump())


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_ends_in_a_sentence(home: House, slip: str) -> None:
    words, code, said = SLIPS[slip]
    config, kept = home.config.read_bytes(), stored(home)
    ran = home.kith(*words, "--json", code=code)
    for word in said:
        assert word in ran.err, ran.text
    (event,) = [one for one in ran.events if one["event"] in ("error", "failed")]
    assert event.get("exit_code", code) == code
    assert home.config.read_bytes() == config and stored(home) == kept
    assert max(map(len, ran.err.splitlines())) < 400


def test_a_person_is_found_by_part_of_the_name_an_emoji_and_an_id(home: House) -> None:
    whole = home.kith("show", "fuchs", "--json").events[0]
    assert whole["contact"]["full_name"] == "🦊 Fuchs 🎉"
    for words in ("🦊", whole["id"][:6], "phone/emoji.vcf", whole["id"]):
        assert home.kith("show", words, "--json").events[0]["id"] == whole["id"]


def test_long_names_leave_tables_readable(home: House) -> None:
    assert max(map(len, home.kith("people").out.splitlines())) < 100


def test_an_export_is_for_its_owner_alone(home: House) -> None:
    out = home.folder / "out.vcf"
    home.kith("export", "--format", "vcf", "--out", str(out))
    assert out.stat().st_mode & 0o777 == 0o600
    out.chmod(0o644)
    home.kith("export", "--format", "vcf", "--out", str(out), "--force")
    assert out.stat().st_mode & 0o777 == 0o600 and out.read_bytes().count(b"BEGIN:VCARD") >= 5


def test_two_stores_know_nothing_of_each_other(home: House, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    assert "run kith sync first" in home.kith("people", "--store", str(other), code=1).err
    assert not other.exists()
    home.kith("--store", str(other), "sync", "--dry-run")
    assert not other.exists()


COMMANDS_WITH_JSON = [
    ["status"], ["people"], ["people", "bert"], ["show", "Bertram"], ["show", "Bertram", "--history"], ["how", "Bertram"],
    ["why", "Bertram", "Bert O."], ["log"], ["review"], ["sync", "--dry-run"], ["undo", "--dry-run"], ["doctor"], ["health"],
    ["config", "check"], ["config", "show"], ["match", "tune"], ["restore", "phone", "--to", "2026-11-22T00:00", "--dry-run"],
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS_WITH_JSON, ids=" ".join)
def test_json_is_the_same_before_and_after_the_command(home: House, words: list[str]) -> None:
    code = 1 if words[0] == "restore" else 0
    after = home.kith(*words, "--json", code=code)
    assert after.events and all("event" in event for event in after.events)


@pytest.fixture
def plan_of(house: House) -> Callable[..., str]:
    def made(**sides: dict[str, bytes]) -> str:
        tables = [
            file_account(name, "vcf", folder_of_cards(house.folder / name, **cards), "two-way")
            for name, cards in sides.items()
        ]
        house.write_config(*tables)
        return house.kith("sync", "--dry-run").out

    return made


def test_a_plan_reads_well(plan_of: Callable[..., str]) -> None:
    told = plan_of(
        phone={"z": card("z", "Zoe Zahn", "EMAIL:zoe@zahn.example"), "a": card("a", "Ada Adler")},
        tablet={"z": card("z", "Zoe Zahn", "BDAY:1970-01-02")},
    )
    assert told.splitlines() == [
        "phone:",
        "  ~ Zoe Zahn   (another account adds to it)",
        "      birthday: + 1970-01-02",
        "tablet:",
        "  ~ Zoe Zahn   (another account adds to it: new on phone)",
        "      emails: + zoe@zahn.example",
        "  + Ada Adler   (is not there yet: new on phone)",
        "1 to add, 2 to change, 0 to remove, 0 to review",
    ]


def test_a_word_about_two_people_is_one_run_however_often_they_were_asked_about(house: House) -> None:
    phone = folder_of_cards(house.folder / "phone", k=card("k", "K. Ost", "TEL:+49 30 23125001"))
    whole = ("Katharina Ost", "TEL:+49 30 23125001", "EMAIL:katharina@ost.example")
    tablet = folder_of_cards(house.folder / "tablet", a=card("a", *whole))
    desk = folder_of_cards(house.folder / "desk")
    house.write_config(*(file_account(path.name, "vcf", path) for path in (phone, tablet, desk)))
    house.kith("sync")
    (desk / "b.vcf").write_bytes(card("b", *whole))
    house.kith("sync")
    assert len(house.kith("review", "--json").events) == 2 == len(house.people())
    told = house.kith("review", "apart", "K. Ost", "Katharina Ost", "--json").only("decided")
    assert len(told) == 2
    runs = [one["run"] for one in house.kith("log", "--json").events if one["command"] == "review apart"]
    assert len(runs) == 1
    house.kith("undo")
    assert len(house.kith("review", "--json").events) == 2 == len(house.people()), (
        "asked again, no sync undone"
    )
    pairs = [(one["card_a"], one["card_b"]) for one in told]
    assert said(house, pairs) == [None, None]
    house.kith("undo")
    assert house.kith("review", "--json").events == [], "the undo is undone, and not a sync"
    assert said(house, pairs) == [0, 0]
    house.kith("undo")
    assert len(house.kith("review", "--json").events) == 2 == len(house.people())
    assert said(house, pairs) == [None, None]


def said(house: House, pairs: Sequence[tuple[str, str]]) -> list[object]:
    """What the user said about these pairs of cards."""
    return [house.kith("why", *pair, "--json").events[0]["decision"] for pair in pairs]


def test_a_doubt_that_an_undo_brought_back_is_no_double_for_anybody(house: House) -> None:
    """The two stay two, and the next sync has nothing to do."""
    phone = folder_of_cards(house.folder / "phone", k=card("k", "K. Ost", "TEL:+49 30 23125001"))
    whole = card("a", "Katharina Ost", "TEL:+49 30 23125001", "EMAIL:katharina@ost.example")
    tablet = folder_of_cards(house.folder / "tablet", a=whole)
    house.write_config(*(file_account(path.name, "vcf", path, "two-way") for path in (phone, tablet)))
    house.kith("sync")
    house.kith("review", "apart", "phone/k.vcf", "tablet/a.vcf")
    house.kith("sync")
    assert len(list(phone.iterdir())) == 2 == len(list(tablet.iterdir()))
    house.kith("undo", "--dry-run")
    house.kith("sync")
    last = [one["run"] for one in house.kith("log", "--json").events if one["command"] == "review apart"]
    house.kith("undo", last[0])
    assert len(house.kith("review", "--json").events) == 1
    assert not house.kith("sync", "--json").only("operation")
    assert len(list(phone.iterdir())) == 2 == len(list(tablet.iterdir()))
    house.kith("review", "join", "phone/k.vcf", "tablet/a.vcf")
    house.kith("sync")
    assert len(list(phone.iterdir())) == 1 == len(list(tablet.iterdir()))
