"""Generated cards between two accounts: everything portable arrives, and a further run has nothing to do."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from card_strategies import contacts
from kith.merge.delta import delta
from kith.plan.shape import shape
from world import World

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
CARDS = contacts(most=6).filter(lambda drawn: drawn[0].kind != "group")


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@settings(max_examples=6, deadline=None)
@given(drawn=st.lists(CARDS, min_size=1, max_size=3))
def test_all_that_may_travel_arrives_and_then_it_is_quiet(version, drawn):
    able = {"writes": True, "deletes": True, "deltas": True, "vcard_version": version}
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        world = World(
            Path(folder), phone={"abilities": able, "duplicates": "keep"}, cloud={"abilities": dict(able)}
        )
        own = {}
        for number, (contact, media) in enumerate(drawn):
            own[contact.uid] = contact = replace(
                contact, full_name=f"{contact.full_name} {number}", members=()
            )
            world.shelves["phone"].media.update(media)
            world.shelves["phone"].put(str(number), contact)
        world.sync(auto=False)
        arrived = {contact.uid: contact for contact in world.cards("cloud")}
        assert arrived.keys() == own.keys()
        for uid, contact in own.items():
            wanted = shape(contact, world.abilities["cloud"])
            assert delta(arrived[uid], wanted, spelling=True) == ()
        for full in (False, True):
            assert world.sync(auto=False, full=full).plan.operations == ()
        assert {contact.uid: contact for contact in world.cards("phone")} == own
