"""A write that arrived and could not be looked at afterwards, on a card that its owner edits before the next run."""

from pathlib import Path

import pytest

from servers.household import Household
from servers.places import hostile_place
from servers.wire import card


@pytest.mark.parametrize(
    "name", ["default", "like-davical", "etag-not-told", "like-lossy", "rewrite-drop_categories"]
)
def test_an_edit_meets_a_write_that_could_not_be_read_back(tmp_path: Path, name: str) -> None:
    """Our write arrives, looking at it fails, and before the next run its owner edits the card: the edit is an edit, and
    what the server dropped from our write is no removal."""
    with hostile_place(name) as phone, hostile_place("default") as home:
        house = Household(tmp_path, phone=phone, home=home)
        lines = ("EMAIL;TYPE=home:dora@example.org", "EMAIL;TYPE=work:d@firm.example", "CATEGORIES:Friends")
        home.phone.put("d.vcf", card("u-dora", "Dora Home", *lines))
        phone.traffic.fault(
            lambda one: one.method in {"REPORT", "GET"} and bool(phone.writes()), "reset_before"
        )
        house.sync()
        phone.traffic.clear()
        (name_of_card,) = phone.phone.names()
        text = phone.phone.get(name_of_card) or b""
        phone.phone.put(name_of_card, text.replace(b"END:VCARD", b"NICKNAME:Dori\r\nEND:VCARD"))
        house.sync()
        house.sync()
        held = (home.phone.get("d.vcf") or b"").decode()
        assert "NICKNAME:Dori" in held
        assert [line for line in lines if line not in held] == []
