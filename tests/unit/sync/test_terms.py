"""An account is first read, then written: switching it on brings everyone there, without a change anywhere."""

from world import World, person

MOBILE = "+49 171 3920012"


def test_an_account_that_turns_writable_gets_everyone(tmp_path):
    world = World(tmp_path, phone={}, cloud={"mode": "read"})
    world.shelves["phone"].put("a", person("Anna", "Huber", email="anna@example.org", phone=MOBILE))
    world.shelves["cloud"].put("b", person("Max", "Kern", email="max@example.org"))
    world.sync()
    assert (world.names("phone"), world.names("cloud")) == (["Anna Huber", "Max Kern"], ["Max Kern"])
    world.tables["cloud"]["mode"] = "two-way"
    assert len(world.sync(dry_run=True).plan.operations) == 1
    assert world.names("cloud") == ["Max Kern"]
    world.sync()
    assert world.names("cloud") == ["Anna Huber", "Max Kern"]
    for full in (False, True):
        assert world.sync(full=full).plan.operations == ()


def test_another_filter_is_noticed(tmp_path):
    world = World(tmp_path, phone={}, cloud={"filter": "list:A"})
    world.shelves["phone"].put("a", person("Anna", "Huber", groups=("B",)))
    world.sync()
    assert world.names("cloud") == []
    world.tables["cloud"]["filter"] = "list:B"
    world.sync()
    assert world.names("cloud") == ["Anna Huber"]
