"""`mode = "read"` is a promise: whatever is done, the server sees no write."""

from datetime import UTC, datetime

from flow.house import DavBook, House, file_account, folder_of_cards
from servers.wire import card


def test_an_account_that_is_read_sees_no_write(house: House, phone: DavBook) -> None:
    phone.put("rosa.vcf", "r", "Rosa Dorn", "TEL:+49 171 3920001")
    phone.put("rosa2.vcf", "r2", "Rosa Dorn", "TEL:+49 171 3920001", "EMAIL:rosa@dorn.example")
    phone.put("bert.vcf", "b", "Bert Lang", "EMAIL:bert@lang.example")
    desk = folder_of_cards(
        house.folder / "desk",
        rosa=card("x", "Rosa Dorn", "TEL:+49 171 3920001", "NOTE:plays chess"),
        ida=card("i", "Ida Lenz"),
    )
    house.write_config(phone.table("phone", mode="read"), file_account("desk", "vcf", desk, "two-way"))
    phone.watch()
    house.kith("doctor")
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    run = house.kith("sync", "--json").summary["run"]
    assert len(list(desk.glob("*.vcf"))) == 3, "what is read goes to the others"
    house.kith("edit", "Bert Lang", "--add", "phones=+49 171 3920002")
    house.kith("join", "Bert Lang", "Ida Lenz")
    (desk / "rosa.vcf").unlink()
    house.kith("sync", "--yes")
    house.kith("undo")
    house.kith("sync", "--full", "--max-delete", "9")
    house.kith("undo", run, "--max-delete", "9")
    house.kith("sync", "--full")
    assert phone.writes() == []
    phone.server.send("DELETE", phone.url + "bert.vcf")
    phone.watch()
    house.kith("sync", "--max-delete", "9")
    told = house.kith("restore", "phone", "--to", moment, code=2).err
    assert 'phone is mode = "read": kith never writes there' in told and "kith export" in told
    assert phone.writes() == []
