"""Three owners' devices and three servers, all of them at work while requests fail at random. When the weather clears,
everyone agrees: nobody is lost, nobody is doubled, nobody who was deleted has come back."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from servers.household import Household
from servers.loopback import Request
from servers.places import Place, hostile_place
from servers.rewrites import name_of, unfold, value_of
from servers.wire import card

SERVERS = (
    "default",
    "like-sabre4",
    "like-davical",
    "like-sogo",
    "no-sync-report",
    "rewrite-sort",
    "etag-counter",
    "etag-not-told",
    "multiget-404",
    "paged",
    "absolute-hrefs",
    "like-lossy",
    "rewrite-drop_categories",
)
GIVEN = (
    "Agnes",
    "Boris",
    "Chiara",
    "Dora",
    "Emil",
    "Farida",
    "Gustav",
    "Hedwig",
    "Ivo",
    "Jasmin",
    "Kemal",
    "Luise",
)
FAMILY = ("Weber", "Kowalski", "Yilmaz", "Rossi", "Andersen", "Okafor")
WEATHER = (
    "reset_before",
    "reset_after",
    "reset_in_body",
    "cut",
    "broken_xml",
    "status",
    "login_page",
    "empty_body",
)
ROUNDS = 5
MOST_DELETIONS = 4  # fewer than the guard stops


class Chaos:
    """What the owners did, and what must be true in the end."""

    def __init__(self, seed: int, house: Household) -> None:
        self.dice = random.Random(seed)
        self.house = house
        self.names = [f"{given} {family}" for given in GIVEN for family in FAMILY]
        self.dice.shuffle(self.names)
        self.links: dict[str, set[str]] = {}
        self.friends: set[str] = set()
        self.dead: set[str] = set()

    def add(self, place: Place) -> None:
        """A new person on one device."""
        name = self.names.pop()
        mail = f"EMAIL;TYPE=home:{name.replace(' ', '.').lower()}@example.org"
        text = card(f"u{len(self.names)}", name, mail, "CATEGORIES:Friends")
        place.phone.put(f"new{len(self.names)}.vcf", text)
        self.links[name] = set()
        if "drop_categories" not in place.habits:
            self.friends.add(name)

    def link(self, place: Place, name: str) -> None:
        """A web address more for one person, on one device that has her."""
        for file in place.phone.names():
            text = place.phone.get(file) or b""
            if value_of(text, "FN") == name:
                url = f"https://{self.dice.randrange(10**9)}.example"
                place.phone.put(file, text.replace(b"END:VCARD", f"URL:{url}\r\nEND:VCARD".encode()))
                self.links[name].add(url)
                return

    def delete(self, name: str) -> None:
        """A person goes, on the device that she came from: a card that kith made may be in doubt, and is then made anew."""
        for place in self.house.places.values():
            for file in place.phone.names():
                if file.startswith("new") and value_of(place.phone.get(file) or b"", "FN") == name:
                    place.phone.delete(file)
                    self.dead.add(name)
                    return

    def day(self) -> None:
        """Every device changes something. Who is deleted was never edited: an edit that is still on its way would win."""
        people = sorted(self.links.keys() - self.dead)
        self.dice.shuffle(people)
        for place in self.house.places.values():
            self.add(place)
            if people:
                self.link(place, people.pop())
        never_edited = [name for name in people if not self.links[name]]
        if never_edited and len(self.dead) < MOST_DELETIONS:
            self.delete(never_edited.pop())

    def storm(self) -> None:
        """From now on every seventh request or so fails. Each account has dice of its own: they work in threads."""
        for place in self.house.places.values():
            dice = random.Random(self.dice.random())
            for kind in WEATHER:
                status = dice.choice((500, 502, 503, 429, 412))
                place.traffic.fault(sometimes(dice), kind, status=status)

    def clear(self) -> None:
        for place in self.house.places.values():
            place.traffic.clear()


def sometimes(dice: random.Random) -> Callable[[Request], bool]:
    return lambda _request: dice.random() < 0.15 / len(WEATHER)


@pytest.fixture
def chaos(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chaos]:
    dice = random.Random(request.param)
    with ExitStack() as opened:
        places = {name: opened.enter_context(hostile_place(dice.choice(SERVERS))) for name in ("a", "b", "c")}
        for place in places.values():
            place.settings["timeout"] = 1.0
        yield Chaos(request.param, Household(tmp_path, **places))


def weather(chaos: Chaos) -> None:
    """Five days with a storm each, then fair weather: see the module's first lines."""
    house = chaos.house
    chaos.day()
    house.sync()
    for _ in range(ROUNDS):
        chaos.day()
        chaos.storm()
        house.sync()
        chaos.clear()
    for _ in range(4):
        result = house.sync()
    kinds = [place.name for place in house.places.values()]
    assert (house.problems(result), result.plan.holds, result.plan.held_back) == ([], (), ()), kinds
    assert result.plan.operations == (), kinds
    assert all(written == [] for written in house.writes().values())
    alive = chaos.links.keys() - chaos.dead
    for name, place in house.places.items():
        texts = [place.phone.get(file) or b"" for file in place.phone.names()]
        found = sorted(value_of(text, "FN") for text in texts)
        assert found == sorted(alive), (name, kinds)
        for text in texts:
            if "drop_categories" not in place.habits and value_of(text, "FN") in chaos.friends:
                assert value_of(text, "CATEGORIES") == "Friends", (name, kinds, value_of(text, "FN"))
            urls = {line.partition(":")[2] for line in unfold(text) if name_of(line) == "URL"}
            assert urls == chaos.links[value_of(text, "FN")], (name, kinds, value_of(text, "FN"))


@pytest.mark.parametrize("chaos", range(6), indirect=True)
def test_everyone_agrees_after_the_storm(chaos: Chaos) -> None:
    weather(chaos)


@pytest.mark.soak
@pytest.mark.parametrize("chaos", range(6, 106), indirect=True)
def test_everyone_agrees_after_many_storms(chaos: Chaos) -> None:
    weather(chaos)
