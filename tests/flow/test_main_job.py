"""The main job from empty, word for word: two CardDAV servers with overlapping people, a folder of vCards, a LinkedIn zip."""

import json
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flow.house import DavBook, House, file_account, folder_of_cards, linkedin_zip
from servers.wire import card

MOBILE = "TEL;TYPE=CELL:+49 171 3920012"


class Job:
    """The four accounts of the main job: vera is on both servers, jonas only on the phone, ..."""

    def __init__(self, house: House, phone: DavBook, tablet: DavBook) -> None:
        self.house, self.phone, self.tablet = house, phone, tablet
        phone.put("vera.vcf", "vera-1", "Vera Sommer", MOBILE, "EMAIL:vera@sommer.example")
        phone.put("jonas.vcf", "jonas-1", "Jonas Winter", "TEL;TYPE=HOME:+49 30 23125001")
        phone.put(
            "mia.vcf", "mia-1", "Mia Herbst", "EMAIL;TYPE=HOME:mia@herbst.example", "X-SKYPE:mia.herbst"
        )
        tablet.put("v.vcf", "vera-2", "Vera Sommer", MOBILE, "BDAY:1980-04-01", "NOTE:sings alto")
        tablet.put("l.vcf", "leo-2", "Leo Frühling", "EMAIL:leo@fruehling.example")
        self.archive = folder_of_cards(
            house.folder / "archive",
            mia=card("mia-3", "Mia Herbst", "EMAIL:mia@herbst.example", "TEL;TYPE=WORK:+49 30 23125002"),
            ida=card("ida-3", "Ida Lenz", "EMAIL:ida@lenz.example"),
        )
        self.linkedin = linkedin_zip(
            house.folder / "linkedin.zip",
            ("Leo", "Frühling", "https://www.linkedin.com/in/leo-f", "leo@fruehling.example", "Blum", "Chef"),
            ("Otto", "Fremd", "https://www.linkedin.com/in/otto-f", "", "Fremd AG", "Clerk"),
        )
        self.configure()

    def configure(self, sync: str = "") -> None:
        self.house.write_config(
            self.phone.table("phone"),
            self.tablet.table("tablet"),
            file_account("archive", "vcf", self.archive, "two-way"),
            file_account("linkedin", "linkedin", self.linkedin),
            sync=sync,
        )

    def watch(self) -> None:
        self.phone.watch()
        self.tablet.watch()

    def sync(self, *words: str, code: int = 0) -> Any:
        return self.house.kith("--json", "sync", *words, code=code)

    def everywhere(self) -> dict[str, dict[str, str]]:
        """{account: {name: card}} of the three writable accounts as their owner's programs see them."""
        files = [path.read_text("utf-8") for path in self.archive.glob("*.vcf")]
        archive = {
            next(line[3:] for line in text.splitlines() if line.startswith("FN:")): text for text in files
        }
        assert len(archive) == len(files)
        return {"phone": self.phone.cards(), "tablet": self.tablet.cards(), "archive": archive}


@pytest.fixture
def job(house: House, phone: DavBook, tablet: DavBook) -> Job:
    return Job(house, phone, tablet)


def operations(events: list[dict[str, Any]]) -> dict[str, list[tuple[str, str, str]]]:
    """{account: (action, title, fields)} of a run, as a plan names it."""
    found = defaultdict(list)
    for event in events:
        if event["event"] == "operation":
            fields = json.dumps(event["fields"], sort_keys=True, ensure_ascii=False)
            found[event["account"]].append((event["action"], event["title"], event["reason"] + fields))
    return {name: sorted(rows) for name, rows in found.items()}


ALL = {"Vera Sommer", "Jonas Winter", "Mia Herbst", "Leo Frühling", "Ida Lenz"}


def test_dry_run_tells_per_account_person_and_field_and_writes_nothing(job: Job) -> None:
    job.watch()
    before = job.house.files()
    told = job.house.kith("sync", "--dry-run").out
    assert job.house.files() == before, "not even local state"
    assert job.phone.writes() == job.tablet.writes() == []
    blocks = told.split("\n")
    phone = told[told.index("phone:") : told.index("tablet:")]
    assert "~ Vera Sommer" in phone and "birthday: + 1980-04-01" in phone and "notes: + sings alto" in phone
    assert "+ Leo Frühling" in phone and "emails: + leo@fruehling.example" in phone
    assert "+ Ida Lenz" in phone
    tablet = told[told.index("tablet:") : told.index("archive:")]
    assert "emails: + vera@sommer.example" in tablet and "+ Jonas Winter" in tablet
    assert "Otto Fremd" not in told, "a stranger from a network waits in the inbox"
    assert blocks[-2] == "8 to add, 5 to change, 0 to remove, 0 to review"


def test_sync_does_exactly_what_the_dry_run_said_and_then_nothing(job: Job) -> None:
    planned = job.sync("--dry-run")
    job.watch()
    done = job.sync()
    assert operations(done.events) == operations(planned.events)
    assert done.written == planned.written == (8, 5, 0)
    assert done.summary["dry_run"] is False and planned.summary["dry_run"] is True
    writes = [one.method for one in (*job.phone.writes(), *job.tablet.writes())]
    remote = [event for event in done.only("operation") if event["account"] != "archive"]
    assert writes == ["PUT"] * len(remote)
    held = job.everywhere()
    assert {name: set(cards) for name, cards in held.items()} == dict.fromkeys(held, ALL)
    for account in held:
        assert "BDAY:1980-04-01" in held[account]["Vera Sommer"], account
        assert "vera@sommer.example" in held[account]["Vera Sommer"], account
    assert "X-SKYPE:mia.herbst" in held["phone"]["Mia Herbst"], "what kith does not know stays"
    job.watch()
    files = {path: path.stat().st_mtime_ns for path in job.archive.iterdir()}
    again = job.sync()
    assert again.written == (0, 0, 0) and again.only("operation") == []
    assert job.phone.writes() == job.tablet.writes() == []
    assert {path: path.stat().st_mtime_ns for path in job.archive.iterdir()} == files


def test_edits_removals_and_deletions_travel(job: Job) -> None:
    job.sync()
    # an edit planted between the runs, on one side
    job.tablet.put("l.vcf", "leo-2", "Leo Frühling", "EMAIL:leo@fruehling.example", "BDAY:1975-12-24")
    # a phone number is removed on the phone
    vera = job.phone.cards()["Vera Sommer"]
    assert "3920012" in vera
    kept = "".join(line + "\r\n" for line in vera.splitlines() if not line.startswith("TEL"))
    job.phone.server.put(job.phone.url, "vera.vcf", kept)
    done = job.sync()
    held = job.everywhere()
    for account, cards in held.items():
        assert "BDAY:1975-12-24" in cards["Leo Frühling"], account
        assert "3920012" not in cards["Vera Sommer"], account
    assert done.written[0] == done.written[2] == 0
    # a contact is deleted on the phone: deleted everywhere
    assert job.phone.server.send("DELETE", job.phone.url + "jonas.vcf")[0] in (200, 204)
    done = job.sync()
    assert done.written == (0, 0, 2)
    assert {event["reason"] for event in done.only("operation")} == {"deleted"}
    assert all(set(cards) == ALL - {"Jonas Winter"} for cards in job.everywhere().values())
    assert job.sync().written == (0, 0, 0)


def test_an_edit_in_kith_reaches_every_device(job: Job) -> None:
    job.sync()
    job.house.kith("edit", "Ida Lenz", "--birthday", "1990-02-03", "--add", "phones=+49 171 3920055")
    job.sync()
    for account, cards in job.everywhere().items():
        assert "1990-02-03" in cards["Ida Lenz"], account
        assert "3920055" in cards["Ida Lenz"].replace(" ", ""), account
    assert job.sync().written == (0, 0, 0)


def test_undo_and_undo_of_undo_property_for_property(job: Job) -> None:
    before = job.everywhere()
    job.sync()
    after = job.everywhere()
    shown = job.house.kith("undo", "--dry-run")
    assert job.everywhere() == after and "8 to remove" in shown.out, shown.text
    assert "held back" not in shown.out
    job.house.kith("undo", "--max-delete", "8")
    assert alike(job.everywhere(), before)
    job.house.kith("undo", "--max-delete", "8")
    assert alike(job.everywhere(), after)


def alike(now: dict[str, dict[str, str]], then: dict[str, dict[str, str]]) -> bool:
    """Every property the same, whatever the order of the lines and what every card of its kind carries."""
    assert {name: set(cards) for name, cards in now.items()} == {
        name: set(cards) for name, cards in then.items()
    }
    for account, cards in now.items():
        for name, text in cards.items():
            assert properties(text) == properties(then[account][name]), (account, name)
    return True


def properties(text: str) -> list[str]:
    return sorted(
        line.replace("TYPE=INTERNET,", "TYPE=")
        .replace(";TYPE=INTERNET", "")
        .replace("X-SKYPE:", "IMPP:skype:")
        for line in text.replace("\r\n ", "").splitlines()
        if line and not line.startswith(("REV", "PRODID"))
    )


def many(book: DavBook, count: int) -> None:
    for number in range(count):
        book.put(
            f"p{number:02}.vcf",
            f"uid-{number:02}",
            f"Person {chr(65 + number)}berg",
            f"EMAIL:p{number}@berg.example",
        )


@pytest.mark.parametrize(
    ("left", "why"), [(1, "lacks 11 of 12 cards"), (6, "lacks 6 of 12 cards"), (0, "is empty now")]
)
def test_a_book_that_lost_much_is_held_and_nothing_is_carried(
    house: House, phone: DavBook, tablet: DavBook, left: int, why: str
) -> None:
    many(phone, 12)
    house.write_config(phone.table("phone"), tablet.table("tablet"))
    assert house.kith("sync", "--json").written == (12, 0, 0)
    for number in range(left, 12):
        phone.server.send("DELETE", f"{phone.url}p{number:02}.vcf")
    tablet.watch()
    ran = house.kith("sync", "--json", code=4)
    assert ran.written == (0, 0, 0) and tablet.writes() == []
    assert ran.summary["accounts"]["phone"]["status"] == "held"
    hold = ran.only("hold")[0]
    assert hold["account"] == "phone" and why in hold["why"]
    assert "kith approve phone" in hold["remedy"] and "kith reject phone" in hold["remedy"]
    assert len(tablet.cards()) == 12
    if left == 6:
        house.kith("reject", "phone")
        assert house.kith("sync", "--json").written == (6, 0, 0)
        assert len(phone.cards()) == 12 and len(tablet.cards()) == 12
    else:
        house.kith("approve", "phone")
        assert house.kith("sync", "--json").written == (0, 0, 12 - left)
        assert len(tablet.cards()) == left
    assert house.kith("sync", "--json").written == (0, 0, 0)


def test_a_saved_plan_is_applied_as_it_is_or_refused(job: Job) -> None:
    plan = job.house.folder / "plan.json"
    job.watch()
    job.house.kith("sync", "--out", str(plan))
    assert job.phone.writes() == [] and not job.house.store.exists()
    assert plan.stat().st_mode & 0o777 == 0o600
    job.phone.put("jonas.vcf", "jonas-1", "Jonas Winter", "TEL;TYPE=HOME:+49 30 23125999")
    job.watch()
    stale = job.house.kith("apply", str(plan), code=4)
    assert "stale" in stale.err and "Jonas Winter" in stale.err and "kith sync --out" in stale.err
    assert job.phone.writes() == job.tablet.writes() == []
    job.house.kith("sync", "--out", str(plan))
    done = job.house.kith("apply", str(plan), "--json")
    assert done.written == (8, 5, 0)
    assert all(set(cards) == ALL for cards in job.everywhere().values())


def test_detailed_exitcode(job: Job) -> None:
    job.house.kith("sync", "--dry-run", "--detailed-exitcode", code=10)
    job.house.kith("sync", "--detailed-exitcode")
    job.house.kith("sync", "--dry-run", "--detailed-exitcode")


def _end_of_this_second() -> str:
    """The time as a person reads it from `kith log`, once that second is over: it means the whole second."""
    shown = datetime.now().astimezone().strftime("%Y-%m-%dT%H:%M:%S")
    while datetime.now().astimezone().strftime("%Y-%m-%dT%H:%M:%S") == shown:
        time.sleep(0.02)
    return shown


def test_restore_brings_one_account_back(job: Job) -> None:
    job.sync()
    moment = _end_of_this_second()
    before = job.everywhere()
    job.phone.server.send("DELETE", job.phone.url + "mia.vcf")
    job.phone.put("vera.vcf", "vera-1", "Vera Sommer-Kraus", "EMAIL:v@kraus.example")
    job.sync()
    shown = job.house.kith("restore", "phone", "--to", moment, "--dry-run")
    assert "Mia Herbst" in shown.out and "Vera Sommer" in shown.out
    job.house.kith("restore", "phone", "--to", moment)
    assert alike({"phone": job.phone.cards()}, {"phone": before["phone"]})
    job.sync()
    held = job.everywhere()
    assert {name: set(cards) for name, cards in held.items()} == dict.fromkeys(held, ALL)
    for account, cards in held.items():
        assert "3920012" in cards["Vera Sommer"].replace(" ", ""), account


def test_json_objects_have_the_agreed_shapes(job: Job) -> None:
    ran = job.house.kith("sync", "--json")
    for event in ran.only("operation"):
        assert {"account", "action", "person", "remote_id", "reason", "fields"} <= event.keys()
        assert event["action"] in ("create", "update", "delete")
        assert all(set(row) == {"field", "before", "after"} for row in event["fields"])
    keys = {"event", "run", "dry_run", "created", "updated", "deleted", "joined", "review", "held_back"}
    assert keys | {"conflicts", "accounts"} == ran.summary.keys()
    for name in ("phone", "tablet", "archive", "linkedin"):
        account = ran.summary["accounts"][name]
        assert account.keys() == {"status", "cards", "created", "updated", "deleted"}
    assert ran.summary["accounts"]["phone"]["cards"] == 5
    people = job.house.people()
    vera = people["Vera Sommer"]
    assert set(vera) == {"id", "state", "contact", "cards"}
    assert vera["state"] == "active" and people["Otto Fremd"]["state"] == "inbox"
    assert {one["account"] for one in vera["cards"]} == {"phone", "tablet", "archive"}
    assert vera["contact"]["name"] == {"given": "Vera", "family": "Sommer"}
    assert vera["contact"]["phones"][0]["e164"] == "+491713920012"
    assert vera["contact"]["birthday"] == "1980-04-01" and vera["contact"]["photo"] is None
    leo = people["Leo Frühling"]
    assert "https://www.linkedin.com/in/leo-f" in {one["remote_id"] for one in leo["cards"]}
    assert leo["contact"]["organizations"][0]["name"] == "Blum"


INBOX = "inbox"


def test_sync_empties_the_drop_folder(job: Job) -> None:
    inbox = job.house.folder / INBOX
    inbox.mkdir()
    job.configure(f'inbox = "{inbox}"')
    (inbox / "new.vcf").write_bytes(card("rosa-9", "Rosa Dorn", "EMAIL:rosa@dorn.example"))
    (inbox / "page.html").write_text("<html><body>Sign in</body></html>")
    before = sorted(path.name for path in inbox.iterdir())
    dry = job.house.kith("sync", "--dry-run")
    assert sorted(path.name for path in inbox.iterdir()) == before and not job.house.store.exists()
    assert "new.vcf" in dry.err and "made without it" in dry.err
    ran = job.house.kith("sync", code=3)
    assert (inbox / "done" / "new.vcf").exists() and not (inbox / "new.vcf").exists()
    why = (inbox / "failed" / "page.html.why.txt").read_text()
    assert "HTML" in why and "page.html" in ran.err and "failed" in ran.err
    assert "Rosa Dorn" in job.phone.cards()
    assert job.house.kith("sync", "--json").written == (0, 0, 0)


def test_a_run_that_holds_the_lock_makes_others_wait(job: Job) -> None:
    import fcntl

    job.sync()
    with Path(f"{job.house.store}.lock").open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        ran = job.house.kith("sync", code=11)
        assert "another kith run" in ran.err and "wait" in ran.err
        assert job.house.kith("sync", "--json", code=11).events[0]["exit_code"] == 11
        job.house.kith("status")
        job.house.kith("people")
