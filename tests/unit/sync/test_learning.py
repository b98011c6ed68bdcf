"""Decisions teach the weights: explicit, reported, taken back."""

from kith.store.cards import key_of
from kith.store.database import open_database
from kith.store.journal import Ledger
from kith.store.people import decide_pair
from kith.sync.judge import judge
from kith.sync.learning import drop, keep, learn
from world import World, person


def test_decisions_shift_weights_and_are_forgotten_again(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    for number in range(8):
        mobile = f"+49 171 39201{number:02d}"
        world.shelves["phone"].put(f"a{number}", person(f"Given{number}", f"Unlike{number}", phone=mobile))
        world.shelves["cloud"].put(f"b{number}", person(f"Given{number}", "", phone=mobile))
    world.sync(auto=False)
    db = open_database(world.store)
    keys = {account: sorted(db.rows("SELECT account, book, remote_id FROM card WHERE account = ?", (account,)), key=tuple)
            for account in ("phone", "cloud")}  # fmt: skip
    ledger = Ledger(db, "test", 0.0)
    for a, b in zip(keys["phone"], keys["cloud"], strict=True):
        decide_pair(ledger, key_of(a), key_of(b), same=False)
    found = learn(db, {"phone": "DE", "cloud": "DE"})
    assert found.labels == 8
    shifts = {(change.comparison, change.level): (change.before, change.after) for change in found.changes}
    before, after = shifts["mobile", "same"]
    assert before == 0.0
    assert after < -1.0
    evidence = judge(db, key_of(keys["phone"][0]), key_of(keys["cloud"][0]), {"phone": "DE", "cloud": "DE"})
    keep(db, found.weights)
    wiser = judge(db, key_of(keys["phone"][0]), key_of(keys["cloud"][0]), {"phone": "DE", "cloud": "DE"})
    assert wiser.weight < evidence.weight - 1.0
    drop(db)
    assert (
        judge(db, key_of(keys["phone"][0]), key_of(keys["cloud"][0]), {"phone": "DE", "cloud": "DE"})
        == evidence
    )
    db.close()
