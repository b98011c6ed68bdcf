"""`kith restore` as a user meets it: in place where it can be, asked for, guarded, in the log, and taken back."""

import time
from datetime import UTC, datetime

from flow.house import DavBook, House, file_account, folder_of_cards
from servers.wire import card

NUMBER = "TEL;TYPE=CELL:+49 171 3920012"


def _a_moment() -> str:
    """The second that is over when this returns."""
    shown = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    time.sleep(1.1)
    return shown


def test_a_card_that_another_program_replaced_is_changed_in_place(house: House, phone: DavBook) -> None:
    """The server takes no second card of one UID: who was removed to make room would be gone."""
    archive = folder_of_cards(house.folder / "archive", ida=card("u-ida", "Ida Lenz"))
    house.write_config(phone.table("phone"), file_account("archive", "vcf", archive, "two-way"))
    phone.put("anna.vcf", "u-anna", "Anna Alt", "EMAIL:anna@alt.example")
    house.kith("sync")
    moment = _a_moment()
    phone.server.send("DELETE", phone.url + "anna.vcf")
    phone.put("anna-2.vcf", "u-anna", "Anna Alt", "EMAIL:anna@alt.example", NUMBER)
    house.kith("sync")
    phone.watch()
    planned = house.kith("restore", "phone", "--to", moment, "--dry-run").out
    assert planned.splitlines() == [
        "  ~ Anna Alt   (was replaced since, is as before again)",
        "1 card to put back, 0 to remove",
    ]
    assert phone.writes() == []
    done = house.kith("restore", "phone", "--to", moment).out
    assert done == planned.replace("to put back", "put back").replace("to remove", "removed")
    assert [one.method for one in phone.writes()] == ["PUT"]
    assert "3920012" not in phone.cards()["Anna Alt"]
    assert f"restore phone --to {moment}  done  1 updated" in house.kith("log").out
    told = house.kith("undo")
    assert "~ Anna Alt   (is as before that again)" in told.out, told.text
    assert "3920012" in phone.cards()["Anna Alt"].replace(" ", "")
    house.kith("undo")
    house.kith("sync")
    files = [path.read_text("utf-8") for path in archive.glob("*.vcf")]
    assert len(files) == 2 and not any("3920012" in text.replace(" ", "") for text in files)
    assert set(phone.cards()) == {"Anna Alt", "Ida Lenz"}


def test_cards_that_no_sync_had_read_are_not_lost(house: House) -> None:
    phone = folder_of_cards(
        house.folder / "phone", ida=card("u-ida", "Ida Lenz"), leo=card("u-leo", "Leo Lenz")
    )
    house.write_config(file_account("phone", "vcf", phone, "two-way"))
    house.kith("sync")
    moment = _a_moment().replace("T", " ")
    for number in range(6):
        (phone / f"new-{number}.vcf").write_bytes(
            card(f"n-{number}", f"Nora {number}", f"X-ONLY-HERE:{number}")
        )
    before = {path.name: path.read_bytes() for path in phone.glob("*.vcf")}
    words = ("restore", "phone", "--to", moment)
    house.kith(*words, "--dry-run", code=4)
    held = house.kith(*words, "--yes", code=4)
    assert "- Nora 3   (was made since, is removed)" in held.out
    assert "this would remove 6 of 8 cards" in held.err
    assert f"kith restore phone --to '{moment}' --max-delete 6" in held.err
    unasked = house.kith(*words, "--max-delete", "6", code=2)
    assert "this removes 6 cards from phone" in unasked.err and "--yes" in unasked.err
    assert {path.name: path.read_bytes() for path in phone.glob("*.vcf")} == before
    assert "restore" not in house.kith("log").out, "nothing was written, nothing is in the log"
    assert "0 cards put back, 6 removed" in house.kith(*words, "--max-delete", "6", "--yes").out
    assert len(list(phone.glob("*.vcf"))) == 2
    run = house.kith("log", "--count", "1").out.split()[0]
    shown = house.kith("log", run).out
    assert "Nora 3" in shown and "deleted by kith" in shown
    told = house.kith("undo", run, "--json")
    assert {event["action"] for event in told.only("operation")} == {"create"}
    assert told.summary == {"event": "summary", "dry_run": False, "steps": 6, "failed": 0}
    assert sorted(path.read_bytes() for path in phone.glob("*.vcf")) == sorted(before.values())
