"""The rules of docs/semantics.md, run by run over accounts in memory."""

import time
from dataclasses import replace

import pytest

from kith.model.contact import Contact, Date, Email, Organization, Phone, Text
from kith.store.database import open_reading
from kith.store.journal import runs
from kith.store.undo import last_run
from kith.sync.request import Request
from world import World, person

MOBILE = "+49 171 3920012"


@pytest.fixture
def two(tmp_path):
    """Two devices that agree about Anna and Max."""
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("anna", person("Anna", "Huber", email="anna@example.org", phone=MOBILE))
    world.shelves["phone"].put("max", person("Max", "Kern", email="max@example.org"))
    world.sync()
    return world


def card(world, account, name):
    return next(item for item in world.cards(account) if item.full_name == name)


def crowd(world, account, count):
    for number in range(count):
        contact = person(f"Given{number}", f"Unlike{number}x", email=f"p{number}@example.org")
        world.shelves[account].put(f"c{number}", contact)


def quiet(world):
    result = world.sync()
    return result.plan.operations == () and not result.plan.holds


def test_a_removed_number_is_removed_everywhere_and_no_read_only_source_brings_it_back(tmp_path):
    world = World(tmp_path, phone={}, cloud={}, archive={"mode": "read"})
    anna = person("Anna", "Huber", email="anna@example.org", phone=MOBILE)
    world.shelves["phone"].put("a", anna)
    world.shelves["archive"].put("b", anna)
    world.sync()
    world.edit("phone", "Anna Huber", phones=())
    world.sync()
    assert card(world, "cloud", "Anna Huber").phones == ()
    world.shelves["archive"].put("b", replace(anna, notes=(Text("touched"),)))
    world.sync()
    assert card(world, "phone", "Anna Huber").phones == ()
    assert quiet(world)


def test_a_later_addition_lifts_the_removal(two):
    two.edit("phone", "Anna Huber", phones=())
    two.sync()
    two.edit("cloud", "Anna Huber", phones=(Phone(MOBILE, ("cell",)),))
    two.sync()
    assert card(two, "phone", "Anna Huber").phones


def test_a_deleted_contact_is_deleted_everywhere(two):
    two.drop("cloud", "Max Kern")
    two.sync()
    assert two.names("phone") == ["Anna Huber"]
    assert quiet(two)


def test_an_edit_beats_a_deletion(two):
    two.drop("cloud", "Max Kern")
    two.edit("phone", "Max Kern", notes=(Text("still needed"),))
    two.sync()
    assert card(two, "cloud", "Max Kern").notes == (Text("still needed"),)
    assert quiet(two)


def test_disjoint_edits_merge_without_a_question(two):
    two.edit("phone", "Anna Huber", birthday=Date("1971-03-04"))
    two.edit("cloud", "Anna Huber", organizations=(Organization("Firma"),))
    result = two.sync()
    assert result.plan.conflicts == ()
    for account in ("phone", "cloud"):
        found = card(two, account, "Anna Huber")
        assert (found.birthday, found.organizations) == (Date("1971-03-04"), (Organization("Firma"),))
    assert quiet(two)


def test_two_edits_of_one_single_value_are_a_conflict_that_the_higher_account_wins(two):
    two.edit("phone", "Anna Huber", birthday=Date("1971-03-04"))
    two.edit("cloud", "Anna Huber", birthday=Date("1982-01-01"))
    result = two.sync()
    [conflict] = result.plan.conflicts
    assert (conflict.kept, conflict.other, conflict.kept_from.account) == (
        "1971-03-04",
        "1982-01-01",
        "phone",
    )
    assert card(two, "cloud", "Anna Huber").birthday == Date("1971-03-04")
    assert quiet(two)


def test_a_richer_value_is_no_conflict(two):
    two.edit("phone", "Anna Huber", birthday=Date("--03-04"))
    two.edit("cloud", "Anna Huber", birthday=Date("1971-03-04"))
    result = two.sync()
    assert result.plan.conflicts == ()
    assert card(two, "phone", "Anna Huber").birthday == Date("1971-03-04")


def test_notes_merge_line_by_line(two):
    two.edit("phone", "Anna Huber", notes=(Text("first\nsecond"),))
    two.sync()
    two.edit("phone", "Anna Huber", notes=(Text("zero\nfirst\nsecond"),))
    two.edit("cloud", "Anna Huber", notes=(Text("first\nsecond\nthird"),))
    two.sync()
    assert card(two, "phone", "Anna Huber").notes == (Text("zero\nfirst\nsecond\nthird"),)
    assert quiet(two)


@pytest.mark.parametrize("left", [0, 1, 20])
def test_an_emptied_or_decimated_book_is_held_and_nothing_is_carried(tmp_path, left):
    world = World(tmp_path, phone={}, cloud={}, third={})
    crowd(world, "phone", 40)
    world.sync()
    for key in list(world.shelves["phone"].cards)[left:]:
        world.shelves["phone"].drop(key)
    world.edit("cloud", "Given0 Unlike0x", notes=(Text("meanwhile"),))
    result = world.sync()
    assert [hold.account for hold in result.plan.holds] == ["phone"]
    assert "kith approve phone" in result.plan.holds[0].remedy
    assert (len(world.cards("cloud")), len(world.cards("phone"))) == (40, left)
    assert card(world, "third", "Given0 Unlike0x").notes == (Text("meanwhile"),), "the others go on"


def test_a_hold_lifts_by_itself_when_the_cards_are_back(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    crowd(world, "phone", 40)
    world.sync()
    kept = dict(world.shelves["phone"].cards)
    for key in kept:
        world.shelves["phone"].drop(key)
    assert world.sync().plan.holds
    for key, (_, contact) in kept.items():
        world.shelves["phone"].put(key, contact)
    assert world.sync().plan.holds == ()
    assert len(world.cards("phone")) == len(world.cards("cloud")) == 40
    assert quiet(world)


def test_approved_deletions_are_carried_out_once(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    crowd(world, "phone", 40)
    world.sync()
    for key in list(world.shelves["phone"].cards)[10:]:
        world.shelves["phone"].drop(key)
    assert world.sync().plan.holds
    world.sync(Request(max_delete=30))
    assert len(world.cards("cloud")) == 10
    assert quiet(world)


def test_cards_of_networks_wait_in_the_inbox_until_an_owner_has_them(tmp_path):
    world = World(tmp_path, phone={}, net={"mode": "read", "role": "enrich"})
    world.shelves["net"].put("n", person("Nora", "Selten", email="nora@example.org"))
    world.sync()
    assert world.cards("phone") == []
    world.shelves["phone"].put("own", person("Nora", "Selten", email="nora@example.org", phone=MOBILE))
    result = world.sync()
    assert result.joined == 1
    assert len(world.cards("phone")) == 1
    db = open_reading(world.store)
    assert [row[0] for row in db.rows("SELECT state FROM person")] == ["active"]
    db.close()


def test_a_doubt_never_doubles_a_phone_book(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("a", person("Michael", "Müller", phone=MOBILE))
    world.shelves["cloud"].put("b", person("Michael", "Müller", email="mm@example.org"))
    result = world.sync()
    assert result.joined == 0
    assert len(result.plan.questions) == 1
    assert len(world.cards("phone")) == len(world.cards("cloud")) == 1
    assert {item.account for item in result.plan.held_back} == {"phone", "cloud"}
    assert quiet(world)


def test_an_account_that_keeps_less_takes_nothing_away(tmp_path):
    poor = {
        "abilities": {"writes": True, "deletes": True, "deltas": True, "groups": "none", "extras": "drop"}
    }
    world = World(tmp_path, phone={}, poor=poor)
    rich = replace(
        person("Anna", "Huber", phone=MOBILE),
        groups=("A",),
        emails=(Email("a@example.org"), Email("b@example.org")),
    )
    world.shelves["phone"].put("a", rich)
    for _ in range(4):
        world.sync()
    assert card(world, "phone", "Anna Huber") == rich
    assert card(world, "poor", "Anna Huber").groups == ()
    assert len(world.shelves["poor"].changes) == 1


def test_two_cards_of_one_person_in_one_book_become_one(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("a", replace(person("Anna", "Huber", email="anna@example.org", phone=MOBILE)))
    world.shelves["phone"].put(
        "b",
        replace(person("Anna", "Huber", email="anna@example.org", phone=MOBILE), birthday=Date("1971-03-04")),
    )
    world.sync()
    [left] = world.cards("phone")
    assert left.birthday == Date("1971-03-04")
    assert len(world.cards("cloud")) == 1
    assert quiet(world)


def test_both_stay_where_duplicates_are_kept(tmp_path):
    world = World(tmp_path, phone={"duplicates": "keep"}, cloud={})
    for key in ("a", "b"):
        world.shelves["phone"].put(key, person("Anna", "Huber", email="anna@example.org", phone=MOBILE))
    world.sync()
    assert len(world.cards("phone")) == 2
    assert quiet(world)


def test_a_filter_decides_for_whom_cards_are_made(tmp_path):
    world = World(tmp_path, phone={}, shared={"filter": "list:Family"})
    world.shelves["phone"].put("a", replace(person("Anna", "Huber"), groups=("Family",)))
    world.shelves["phone"].put("b", person("Max", "Kern"))
    world.sync()
    assert world.names("shared") == ["Anna Huber"]
    world.drop("shared", "Anna Huber")
    world.sync()
    assert (world.names("shared"), world.names("phone")) == ([], ["Anna Huber", "Max Kern"]), (
        "deleted there stays elsewhere"
    )
    assert quiet(world)


def test_cards_outside_the_filter_go_where_that_is_wanted(tmp_path):
    world = World(tmp_path, phone={}, shared={"filter": "list:Family", "outside": "remove"})
    world.shelves["phone"].put("a", replace(person("Anna", "Huber"), groups=("Family",)))
    world.sync()
    world.edit("phone", "Anna Huber", groups=())
    world.sync()
    assert world.names("shared") == []
    assert quiet(world)


def test_deletes_never_puts_the_card_back(tmp_path):
    world = World(tmp_path, phone={"deletes": "never"}, cloud={})
    world.shelves["phone"].put("a", person("Anna", "Huber"))
    world.sync()
    world.drop("phone", "Anna Huber")
    world.sync()
    assert world.names("phone") == ["Anna Huber"]
    assert quiet(world)


def test_a_dry_run_leaves_no_trace(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("a", person("Anna", "Huber"))
    result = world.sync(Request(dry_run=True))
    assert len(result.plan.operations) == 1
    assert world.cards("cloud") == []
    assert list(tmp_path.rglob("*")) == []


def test_the_dry_run_is_the_truth(two):
    two.edit("phone", "Anna Huber", birthday=Date("1971-03-04"), phones=())
    two.shelves["cloud"].put("new", person("Neu", "Ling"))
    planned = two.sync(Request(dry_run=True))
    done = two.sync()
    assert planned.plan.operations == done.plan.operations
    assert len(done.plan.operations) == 2


def test_the_owner_is_no_contact_of_a_network(tmp_path):
    world = World(tmp_path, phone={}, net={"mode": "read", "role": "enrich"})
    world.shelves["net"].put("me", person("Ich", "Selbst", email="me@example.org"))
    settings = world.settings()
    mine = replace(settings, me=settings.me.model_copy(update={"emails": ("Me@example.org",)}))
    world.settings = lambda **_: mine
    world.sync()
    db = open_reading(world.store)
    assert db.value("SELECT count(*) FROM person") == 0
    db.close()


def test_a_value_that_goes_back_and_forth_is_frozen_and_reported(two):
    """Some other program carries old values between the accounts: without a stop, the two would write for ever."""
    warned = []
    for turn in range(12):
        account = ("phone", "cloud")[turn % 2]
        two.edit(account, "Anna Huber", birthday=Date(("1971-03-04", "1982-01-01")[turn % 2]))
        warned += two.sync().plan.warnings
    assert any("back and forth" in line for line in warned)
    before = [len(two.shelves[name].changes) for name in ("phone", "cloud")]
    two.edit("phone", "Anna Huber", birthday=Date("1971-03-04"))
    two.sync()
    assert [len(two.shelves[name].changes) for name in ("phone", "cloud")] == [before[0] + 1, before[1]]


def test_the_last_edit_of_a_value_that_was_frozen_is_carried_when_it_has_been_quiet(two):
    """What was typed while kith left the value alone is nowhere overwritten by what had stood in kith before."""
    now = time.time()
    for turn in range(12):
        account = ("phone", "cloud")[turn % 2]
        two.edit(account, "Anna Huber", birthday=Date(("1971-03-04", "1982-01-01")[turn % 2]))
        two.sync(clock=lambda: now)
    two.edit("phone", "Anna Huber", birthday=Date("1990-09-09"))
    two.sync(clock=lambda: now)
    two.edit("cloud", "Anna Huber", notes=(Text("sings"),))
    two.sync(clock=lambda: now + 3600)
    assert not two.sync(clock=lambda: now + 7200, full=True).plan.operations
    assert [card(two, name, "Anna Huber").birthday.value for name in ("phone", "cloud")] == [
        "1990-09-09",
        "1982-01-01",
    ]
    two.sync(clock=lambda: now + 90_000)
    assert [card(two, name, "Anna Huber").birthday.value for name in ("phone", "cloud")] == ["1990-09-09"] * 2
    assert not two.sync(clock=lambda: now + 90_000, full=True).plan.operations


def test_an_account_that_is_only_renamed_keeps_everything(tmp_path):
    world = World(tmp_path, phone={}, cloud={})
    world.shelves["phone"].put("a", person("Anna", "Huber"))
    world.sync()
    settings = world.settings()
    renamed = {}
    for name, item in settings.accounts.items():
        new = "handy" if name == "phone" else name
        renamed[new] = replace(item, name=new)
    world.shelves["handy"], world.abilities["handy"] = world.shelves["phone"], world.abilities["phone"]
    after = replace(settings, accounts=renamed)
    world.settings = lambda **_: after
    result = world.sync()
    assert result.plan.operations == ()
    assert len(world.cards("cloud")) == 1
    assert result.warnings == ["phone is called handy now: its cards, decisions and history moved along"]
    assert world.sync().warnings == []


def under(world: World, **places: str) -> None:
    """From now on the config names the places otherwise: {new name: name of today}."""
    settings = world.settings()
    shelves, abilities = dict(world.shelves), dict(world.abilities)
    world.shelves = {new: shelves[old] for new, old in places.items()}
    world.abilities = {new: abilities[old] for new, old in places.items()}
    accounts = {
        new: replace(settings.accounts[old], name=new, rank=n) for n, (new, old) in enumerate(places.items())
    }
    world.settings = lambda **_: replace(settings, accounts=accounts)


def owners(world: World) -> dict[str, set[str]]:
    """{account: names on the cards that kith holds of it}."""
    db = open_reading(world.store)
    rows = db.rows("SELECT account, json_extract(held, '$.full_name') AS title FROM card")
    db.close()
    return {
        name: {row["title"] for row in rows if row["account"] == name} for name in {row[0] for row in rows}
    }


def two_places(tmp_path) -> World:
    """Two books that hold different people under equal ids."""
    world = World(tmp_path, phone={"mode": "read"}, cloud={"mode": "read"})
    for number in range(3):
        world.shelves["phone"].put(f"c{number}", person(f"Phone{number}", f"Alt{number}"))
        world.shelves["cloud"].put(f"c{number}", person(f"Cloud{number}", f"Neu{number}"))
    world.sync()
    return world


def test_two_accounts_that_swap_their_names_keep_their_own_cards(tmp_path):
    world = two_places(tmp_path)
    before = owners(world)
    under(world, cloud="phone", phone="cloud")
    result = world.sync()
    assert result.joined == 0
    assert owners(world) == {"cloud": before["phone"], "phone": before["cloud"]}
    assert sorted(line.partition(":")[0] for line in result.warnings) == [
        "cloud is called phone now", "phone is called cloud now",
    ]  # fmt: skip


def test_an_account_under_the_name_of_one_that_left_does_not_become_one_with_it(tmp_path):
    world = two_places(tmp_path)
    before = owners(world)
    under(world, phone="cloud")
    result = world.sync()
    assert owners(world) == {"phone": before["cloud"], "phone-former1": before["phone"]}
    assert any("kept as phone-former1" in line for line in result.warnings)
    assert any(
        "phone-former1 is not in the config any more: nothing is deleted" in line for line in result.warnings
    )


def test_a_run_with_a_wrong_clock_is_the_last_one_only_until_the_next(two):
    now = time.time()
    two.edit("phone", "Max Kern", notes=(Text("future"),))
    two.sync(clock=lambda: now + 3 * 365 * 86400)
    two.edit("phone", "Anna Huber", notes=(Text("today"),))
    told = two.sync(clock=lambda: now)
    assert any("clock of this machine" in line for line in told.warnings)
    assert two.sync(clock=lambda: now + 60).warnings == []
    db = open_reading(two.store)
    assert last_run(db) == told.run
    assert [row["id"] for row in runs(db, 2)][1] == told.run
    db.close()


def test_an_account_that_leaves_the_config_is_told_once(tmp_path):
    world = two_places(tmp_path)
    under(world, cloud="cloud")
    assert [line.partition(":")[0] for line in world.sync().warnings] == [
        "phone is not in the config any more"
    ]
    assert world.sync().warnings == []
    assert owners(world)["phone"] == {"Phone0 Alt0", "Phone1 Alt1", "Phone2 Alt2"}


def test_one_broken_account_does_not_stop_the_others(tmp_path):
    from kith.connector.errors import Unreachable
    from kith_connectors.memory.connector import MemoryAccount

    class Down(MemoryAccount):
        def pull(self, request):
            if self.account == "cloud":
                raise Unreachable("nobody answers", "is the server on?")
            return super().pull(request)

    world = World(tmp_path, phone={}, cloud={}, third={})
    world.shelves["phone"].put("a", person("Anna", "Huber"))
    world.wrap = Down
    from kith.sync import patience

    waits, patience.FIRST_WAIT = patience.FIRST_WAIT, 0.001
    try:
        result = world.sync()
    finally:
        patience.FIRST_WAIT = waits
    assert result.accounts["cloud"].status == "failed"
    assert world.names("third") == ["Anna Huber"]
    world.wrap = MemoryAccount
    world.sync()
    assert world.names("cloud") == ["Anna Huber"], "what waited is carried out"
    assert quiet(world)


def test_an_unreadable_card_is_left_alone(tmp_path):
    from kith.model.record import SourceRecord
    from kith_connectors.memory.connector import MemoryAccount

    class Odd(MemoryAccount):
        def _record(self, remote_id):
            record = super()._record(remote_id)
            grade = "quarantine" if remote_id == "bad" else "accept"
            return SourceRecord(
                record.key, record.revision, record.contact, grade=grade, problems=("line 3: no end",)
            )

    world = World(tmp_path, phone={}, cloud={})
    world.wrap = Odd
    world.shelves["phone"].put("bad", Contact())
    world.shelves["phone"].put("good", person("Anna", "Huber"))
    world.sync()
    assert world.names("cloud") == ["Anna Huber"]
    assert set(world.shelves["phone"].cards) == {"bad", "good"}
    assert quiet(world)


def test_a_card_that_is_put_back_after_its_deletion_is_someone_new_and_stays(tmp_path):
    """The same place, the same text, the same revision: it must not be taken for the person who was deleted."""
    from kith_connectors.memory.connector import MemoryAccount

    class ByContent(MemoryAccount):
        """Revisions follow from the content, as Xandikos makes them."""

        def _record(self, remote_id):
            record = super()._record(remote_id)
            return replace(record, revision=str(hash(repr(replace(record.contact, uid="")))))

        def _expect(self, key, revision):
            pass

    world = World(tmp_path, phone={}, cloud={}, net={"mode": "read", "role": "enrich"})
    world.wrap = ByContent
    anna = person("Anna", "Huber", email="anna@example.org")
    world.shelves["phone"].put("a", anna)
    world.shelves["net"].put("n", anna)
    world.sync()
    world.shelves["phone"].drop("a")
    world.sync()
    assert world.names("cloud") == []
    world.shelves["phone"].put("a", anna)
    world.sync()
    assert world.names("phone") == world.names("cloud") == ["Anna Huber"]
    assert quiet(world)


def test_a_newer_export_that_lacks_rows_is_neither_held_nor_takes_anything_away(tmp_path):
    world = World(tmp_path, phone={}, net={"mode": "read", "role": "enrich"})
    crowd(world, "phone", 30)
    crowd(world, "net", 30)
    world.sync()
    for key in list(world.shelves["net"].cards)[2:]:
        world.shelves["net"].drop(key)
    result = world.sync()
    assert result.plan.holds == ()
    assert len(world.cards("phone")) == 30


def test_an_account_that_is_to_hold_some_fields_gets_those_and_loses_nothing(tmp_path):
    world = World(tmp_path, phone={}, car={"fields": ("phones",)})
    anna = replace(person("Anna", "Huber", email="anna@example.org", phone=MOBILE), notes=(Text("secret"),))
    world.shelves["phone"].put("a", anna)
    world.sync()
    found = card(world, "car", "Anna Huber")
    assert (found.phones[0].value, found.emails, found.notes) == (MOBILE, (), ())
    world.edit("car", "Anna Huber", notes=(Text("parks left"),))
    world.sync()
    assert card(world, "phone", "Anna Huber").notes == (Text("secret\nparks left"),)
    assert card(world, "phone", "Anna Huber").emails == anna.emails
    assert quiet(world)


def test_a_card_that_is_put_back_waits_for_no_review(tmp_path):
    """People who may be one another, all in one book: who was deleted there by mistake goes back, doubt or not."""
    world = World(tmp_path, phone={"deletes": "never"}, cloud={})
    for number in range(12):
        contact = person("Person", f"{chr(65 + number)}berg", email=f"p{number}@berg.example")
        world.shelves["phone"].put(f"p{number}", contact)
    world.sync()
    for number in range(6, 12):
        world.shelves["phone"].drop(f"p{number}")
    world.sync(Request(max_delete=12))
    assert len(world.cards("phone")) == 12
    assert quiet(world)


def test_what_kith_wrote_on_a_second_card_is_no_evidence_that_it_is_one(tmp_path):
    """Two cards joined by name and birthday alone: the number that kith carries from one to the other deletes neither."""
    world = World(tmp_path, phone={}, cloud={})
    card = person("Anne", "Huber", birthday=Date("1971-03-04"))
    world.shelves["phone"].put("p1", card)
    world.shelves["phone"].put("p2", replace(card, phones=(Phone("+49 171 3920012", ("cell",)),)))
    world.sync()
    assert [len(found.phones) for found in world.cards("phone")] == [1, 1]
    assert world.names("cloud") == ["Anne Huber"], "they are one person"
    for full in (False, True):
        assert world.sync(full=full).plan.operations == ()
    assert world.names("phone") == ["Anne Huber", "Anne Huber"]
