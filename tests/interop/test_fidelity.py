"""The whole corpus through real servers: server A -> kith -> server B, property by property.

What counts: a property of a card as A gives it back to a plain GET. A loss is kith's unless the server did it: what A made
of the card that was PUT, and what B made of the card that kith sent, is printed under the server's name.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fidelity import Property, compare, properties, values
from kith.store.database import open_reading
from kith.vcard.read import read_all
from servers.household import Household
from servers.places import Place, real_place

pytestmark = pytest.mark.interop

CARDS = Path(__file__).parent.parent / "cards"
PAIRS = (("radicale", "xandikos"), ("xandikos", "radicale"), ("cyrus", "sabre"), ("sabre", "cyrus"))
BAR = 0.995
WHOLE = ("TEL", "EMAIL", "ADR", "N", "FN", "PHOTO", "BDAY", "NOTE", "CATEGORIES")
ONCE = ("N", "BDAY", "PHOTO")
"""What a contact has once: a second one stays on the card where it was found, and in the store."""
PRIVATE = {
    *("SOURCE", "NAME", "CLIENTPIDMAP", "AGENT", "X-ABUID", "X-RADICALE-NAME", "X-COUCHDB-REV", "X-NC-SCOPE"),
    *("X-EVOLUTION-UI-SLOT", "X-LOTUS-CHARSET", "X-LOTUS-CHILD-UID", "X-LOTUS-UNID", "X-IRMC-LUID"),
    *("X-FRITZBOX-CATEGORY", "X-FRITZBOX-QUICKDIAL", "X-DCM-HMN-MODE", "X-APPLE-STRUCTURED-LOCATION"),
}
"""Marks that a program or server keeps for itself: they stay where they are."""


@dataclass
class Journey:
    """One corpus on its way. Cards by file name on A: as PUT, as A holds them, as kith sent them, as B holds them."""

    pair: tuple[str, str]
    put: dict[str, bytes] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    on_a: dict[str, bytes] = field(default_factory=dict)
    sent: dict[str, bytes] = field(default_factory=dict)
    on_b: dict[str, bytes] = field(default_factory=dict)
    writes: list[dict[str, list[str]]] = field(default_factory=list)
    lists: dict[str, bytes] = field(default_factory=dict)

    def stays(self, name: str) -> Counter[Property]:
        """What of a card on A is not meant to travel: private marks, second values of what there is once, and what the
        server made up."""
        own = properties(self.on_a[name])
        found = Counter({row: count for row, count in own.items() if row[0] in PRIVATE})
        for once in ONCE:
            several = [row for row in own if row[0] == once]
            if len(several) > 1:
                there = properties(self.on_b[name])
                found.update(row for row in several if row not in there)
                assert any(row in there for row in several), f"{name}: no {once} arrived"
        return found + Counter(compare(self.on_a[name], self.put[name]))

    def lost(self, name: str) -> list[Property]:
        """What kith lost: what should travel and was not sent. Several notes become one, line by line."""
        missing = Counter(compare(self.on_a[name], self.sent[name])) - self.stays(name)
        lines = {line for _, text in values(self.sent[name], "NOTE") for line in text.split("\n")}
        return [row for row in missing.elements() if row[0] != "NOTE" or set(row[1].split("\n")) - lines]

    def travelling(self, name: str) -> int:
        return (properties(self.on_a[name]) - self.stays(name)).total()


def accepted() -> Iterator[tuple[str, bytes]]:
    """The corpus: every card that is accepted as it is."""
    for path in sorted(CARDS.glob("*.vcf")):
        data = path.read_bytes()
        found = list(read_all(data, "corpus"))
        for number, record in enumerate(found):
            if record.grade == "accept":
                yield f"{path.stem}-{number}.vcf", data if len(found) == 1 else record.raw or b""


def load(place: Place, journey: Journey) -> None:
    for name, card in accepted():
        try:
            place.phone.put(name, card)
        except AssertionError:
            journey.refused.append(name)
        else:
            journey.put[name] = card


def look(house: Household, a: Place, b: Place, journey: Journey) -> None:
    """The cards of both sides, put together by the people that kith says they belong to."""
    db = open_reading(house.store)
    rows = [tuple(row) for row in db.rows("SELECT account, remote_id, coalesce(person, '') FROM card")]
    db.close()
    there = {
        person: remote_id.rpartition("/")[2] for name, remote_id, person in rows if name == "b" and person
    }
    for account, remote_id, person in rows:
        name = remote_id.rpartition("/")[2]
        if account != "a" or name not in journey.put:
            continue
        held = a.phone.get(name) or b""
        if person:
            journey.on_a[name] = held
            journey.sent[name] = journey.sent[there[person]]
            journey.on_b[name] = b.phone.get(there[person]) or b""
        else:
            journey.lists[name] = held


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def journey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Five runs between two real servers."""
    found = Journey(request.param)
    with ExitStack() as stack:
        a, b = (stack.enter_context(real_place(name, request.getfixturevalue(name))) for name in found.pair)
        for place in (a, b):
            place.settings["duplicates"] = "keep"
        load(a, found)
        house = Household(tmp_path_factory.mktemp("fidelity"), a=a, b=b)
        for _ in range(5):
            result = house.sync()
            assert house.problems(result) == []
            found.writes.append(house.writes())
            found.sent |= {one.path.rpartition("/")[2]: one.body for one in b.writes() if one.method == "PUT"}
        look(house, a, b, found)
        yield found


def told(rows: list[Property]) -> str:
    return "; ".join(f"{name}:{value[:40]}" for name, value, _ in rows)


def test_nearly_every_property_arrives_and_what_is_lost_is_named(journey: Journey) -> None:
    a, b = journey.pair
    print(f"\n{a} -> kith -> {b}: {len(journey.put)} cards; {a} refuses {', '.join(journey.refused)}")
    lost = 0
    for name in journey.on_a:
        for who, rows in (
            (a, compare(journey.put[name], journey.on_a[name])),
            ("kith", journey.lost(name)),
            (b, compare(journey.sent[name], journey.on_b[name])),
        ):
            if rows:
                print(f"  {who} drops of {name}: {told(rows)}")
        lost += len(journey.lost(name))
    total = sum(map(journey.travelling, journey.on_a))
    stay = sum(journey.stays(name).total() for name in journey.on_a)
    print(
        f"  {total - lost} of {total} properties kept: {1 - lost / total:.4%}; {stay} are private, a second value, or of {a}'s own making"
    )
    assert len(journey.on_a) + len(journey.lists) == len(journey.put) >= 20
    assert total >= 180
    assert 1 - lost / total >= BAR


@pytest.mark.parametrize("kind", WHOLE)
def test_every_value_that_people_look_for_arrives(journey: Journey, kind: str) -> None:
    seen = 0
    for name in journey.on_a:
        wanted = Counter(
            (row[0], row[1]) for row in (properties(journey.on_a[name]) - journey.stays(name)).elements()
        )
        wanted = Counter({row: count for row, count in wanted.items() if row[0] == kind})
        seen += wanted.total()
        missing = set(wanted) - set(values(journey.sent[name], kind))
        lines = {line for _, text in values(journey.sent[name], "NOTE") for line in text.split("\n")}
        assert {row for row in missing if kind != "NOTE" or set(row[1].split("\n")) - lines} == set(), name
    assert seen


def test_what_is_private_stays_and_what_a_person_typed_travels(journey: Journey) -> None:
    seen = set()
    for name, card in journey.sent.items():
        names = {row[0] for row in properties(card)}
        assert names.isdisjoint(PRIVATE - {"X-RADICALE-NAME"}), name
        assert b";PID=" not in card
        seen |= names
    assert {"X-SOCIALPROFILE", "SOCIALPROFILE"} & seen and {"IMPP", "RELATED", "X-MS-MANAGER"} <= seen


def test_lists_reach_their_members(journey: Journey) -> None:
    assert set(journey.lists) == {"group-40-0.vcf", "icloud-group-0.vcf"} & set(journey.put)
    if "icloud-group-0.vcf" in journey.lists:
        for name in {"ios-iphone-0.vcf", "macos-contacts-0.vcf"} & set(journey.on_b):
            assert ("CATEGORIES", "Ruderclub, Donnerstag") in values(journey.on_b[name], "CATEGORIES")


def test_cards_are_written_in_a_version_that_every_program_reads_with_names(journey: Journey) -> None:
    for name, card in journey.sent.items():
        names = [row[0] for row in properties(card)]
        assert b"VERSION:2.1" not in card, name
        assert "FN" in names, name
        assert "N" in names or {row[1] for row in properties(card) if row[0] == "FN"}, name


def test_further_runs_write_nothing(journey: Journey) -> None:
    assert journey.writes[0]["b"]
    assert journey.writes[1:] == [{"a": [], "b": []}] * 4
