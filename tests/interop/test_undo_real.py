"""`kith undo` between Radicale and Xandikos: whatever a run did, every touched card is as it was before, property by
property; an undo of the undo does it all again; and then there is nothing left to write.

Compared are the cards as another device reads them: all properties in the normal form of `fidelity` (a program of its own,
not kith's reader), what an account cannot say about itself aside (PRODID, REV, order, folding), and the UID by itself: a card
that was deleted and comes back has the UID that it had, under a new address."""

import base64
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fidelity import properties
from kith.cli.main import run
from kith.store.database import open_reading
from servers.household import Household
from servers.places import Place, real_place
from servers.process import Server
from servers.rewrites import value_of
from servers.wire import card

pytestmark = pytest.mark.interop

Picture = dict[str, Counter[Any]]
Change = Callable[["Home"], object]


def portrait(shade: int) -> str:
    """A property with a small picture."""
    data = io.BytesIO()
    Image.new("RGB", (16, 16), (shade, 40, 90)).save(data, "JPEG")
    return f"PHOTO;ENCODING=b;TYPE=JPEG:{base64.b64encode(data.getvalue()).decode()}"


def differences(found: Picture, wanted: Picture) -> list[str]:
    """What is not as it should be, in words."""
    told = []
    for account in wanted:
        lacking, extra = (
            list((wanted[account] - found[account]).elements()),
            list((found[account] - wanted[account]).elements()),
        )
        for uid, lines in lacking:
            others = [one for one in extra if named(one[1]) == named(lines)]
            if not others:
                told.append(f"{account}: {named(lines)} ({uid}) is not there")
                continue
            extra.remove(others[0])
            told.append(
                f"{account}: {named(lines)}: UID {uid} is {others[0][0]}, lost {sorted(lines - others[0][1], key=repr)}, new"
                f" {sorted(others[0][1] - lines, key=repr)}"
            )
        told += [f"{account}: {named(lines)} ({uid}) should not be there" for uid, lines in extra]
    return told


def named(lines: frozenset[Any]) -> str:
    return next(prop[1] for prop, _ in lines if prop[0] == "FN")


@dataclass
class Home:
    """Two accounts and the command line over them."""

    house: Household
    folder: Path

    def place(self, name: str) -> Place:
        return self.house.places[name]

    def kith(self, *words: str, code: int = 0) -> None:
        """Carry out a command; the record of requests starts anew."""
        for place in self.house.places.values():
            place.requests.clear()
        ended = run(["--config", str(self.house.config), "--store", str(self.house.store), *words])
        assert ended == code, words

    def picture(self) -> Picture:
        """{account: all its cards, each as its UID and its properties}."""
        return {
            name: Counter(
                (value_of(text, "UID"), frozenset(properties(text).items()))
                for text in place.phone.cards().values()
            )
            for name, place in self.house.places.items()
        }

    def last(self) -> str:
        """The id of the run that was the last one."""
        db = open_reading(self.house.store)
        try:
            return str(db.value("SELECT id FROM run ORDER BY rowid DESC LIMIT 1"))
        finally:
            db.close()

    def quiet(self) -> None:
        """A run, and a full one, that ask nobody to change anything."""
        for words in (("sync",), ("sync", "--full")):
            self.kith(*words)
            assert self.house.writes() == {"phone": [], "home": []}

    def edit(self, account: str, name: str, change: Callable[[bytes], bytes]) -> None:
        """The owner edits a card on a device."""
        phone = self.place(account).phone
        file, text = next(
            (file, text) for file, text in phone.cards().items() if value_of(text, "FN") == name
        )
        edited = change(text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        assert edited != text
        phone.put(file, edited)

    def add(self, account: str, name: str, *lines: str) -> None:
        """The owner adds properties on a device."""
        more = "".join(f"{line}\r\n" for line in lines).encode()
        self.edit(account, name, lambda text: text.replace(b"END:VCARD", more + b"END:VCARD"))

    def drop(self, account: str, name: str, start: str) -> None:
        """The owner removes properties on a device: those whose line starts so, with the lines that go on after it."""
        self.edit(account, name, lambda text: without(text, start))

    def delete(self, account: str, name: str) -> None:
        """The owner deletes a card on a device."""
        phone = self.place(account).phone
        phone.delete(next(file for file, text in phone.cards().items() if value_of(text, "FN") == name))


def without(text: bytes, start: str) -> bytes:
    lines = text.replace(b"\r\n ", b"").split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith(start.encode()))


@pytest.fixture
def home(radicale: Server, xandikos: Server, tmp_path: Path) -> Iterator[Home]:
    """Five people on the phone, five at home, one of them on both with other details on either side."""
    with ExitStack() as opened:
        phone = opened.enter_context(real_place("phone", radicale))
        other = opened.enter_context(real_place("home", xandikos))
        made = Home(Household(tmp_path, phone=phone, home=other), tmp_path)
        shared = ("EMAIL;TYPE=HOME:vera@sommer.example", "TEL;TYPE=CELL:+49 171 39200 12")
        phone.phone.put(
            "v.vcf", card("u-vera-1", "Vera Sommer", *shared, "NOTE:Sings alto", "X-SHOE-SIZE:39")
        )
        other.phone.put(
            "v2.vcf", card("u-vera-2", "Vera Sommer", *shared, "BDAY:1980-02-03", "CATEGORIES:Choir")
        )
        phone.phone.put(
            "j.vcf",
            card(
                "u-jonas",
                "Jonas Winter",
                "EMAIL;TYPE=HOME:jonas@winter.example",
                "EMAIL;TYPE=WORK:j.winter@firm.example",
                "TEL;TYPE=CELL:+49 171 39200 13",
                "TEL;TYPE=WORK:+49 30 23125 001",
                "ADR;TYPE=HOME:;;Weg 1;Köln;;50667;Germany",
                "ORG:Firm GmbH;Research",
                "TITLE:Chemist",
                "NICKNAME:Joni",
                "URL:https://jonas.example",
                "item1.X-ABDATE;VALUE=date:2001-05-06",
                "item1.X-ABLabel:First met",
                "X-COLOUR:green",
                portrait(10),
            ),
        )
        other.phone.put(
            "l.vcf",
            card("u-leo", "Leo Lenz", "EMAIL:leo@lenz.example", "BDAY:1971-03-04", portrait(200)),
        )
        phone.phone.put(
            "a.vcf",
            card(
                "u-ann",
                "Ann Berg",
                "EMAIL;TYPE=HOME:ann@berg.example",
                "NOTE:From the choir",
                "X-COLOUR:blue",
            ),
        )
        other.phone.put(
            "t.vcf",
            card("u-tal", "Annette Tal", "TEL;TYPE=HOME:+49 30 23125 002", "TITLE:Baker", "X-COLOUR:red"),
        )
        for number in range(3):
            phone.phone.put(
                f"p{number}.vcf", card(f"u-p{number}", f"Paula{number} Post", f"EMAIL:p{number}@post.example")
            )
            other.phone.put(
                f"q{number}.vcf",
                card(f"u-q{number}", f"Quirin{number} Quast", f"EMAIL:q{number}@quast.example"),
            )
        yield made


def edit_one(home: Home) -> None:
    home.add("phone", "Jonas Winter", "TEL;TYPE=HOME:+49 30 23125 003", "NOTE:Moved in May")


def edit_both(home: Home) -> None:
    """The same person in two fields, and one person on either side."""
    home.add("phone", "Vera Sommer", "NICKNAME:Countess")
    home.add("home", "Vera Sommer", "TITLE:Mathematician")
    home.add("home", "Jonas Winter", "EMAIL;TYPE=HOME:joni@winter.example")
    home.add("phone", "Leo Lenz", "ORG:Firm GmbH")


def change_value(home: Home) -> None:
    home.edit(
        "home",
        "Jonas Winter",
        lambda text: text.replace(b"joni", b"Jo").replace(b"NICKNAME:Joni", b"NICKNAME:Jo"),
    )


def remove_values(home: Home) -> None:
    home.drop("home", "Jonas Winter", "ADR")
    home.drop("home", "Jonas Winter", "X-COLOUR")
    home.drop("phone", "Vera Sommer", "NOTE")


def delete_here(home: Home) -> None:
    home.delete("phone", "Jonas Winter")


def delete_there(home: Home) -> None:
    home.delete("home", "Jonas Winter")
    home.delete("phone", "Leo Lenz")


def delete_two_cards(home: Home) -> None:
    """Whoever has a card with a UID and with properties of its own on either side."""
    home.delete("phone", "Vera Sommer")


def join_two(home: Home) -> None:
    home.kith("join", "Ann Berg", "Annette Tal")


def split_one(home: Home) -> None:
    file = next(
        file for file, text in home.place("home").phone.cards().items() if value_of(text, "UID") == "u-vera-2"
    )
    db = open_reading(home.house.store)
    key = db.value("SELECT remote_id FROM card WHERE remote_id LIKE ?", (f"%/{file}",))
    db.close()
    home.kith("split", "Vera Sommer", f"home/{key}")


def import_network(home: Home) -> None:
    path = home.folder / "export.zip"
    rows = "Jonas,Winter,https://www.linkedin.com/in/jonas-winter,jonas@winter.example,Other AG,Head Chemist,04 Mar 2024\n"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(
            "Connections.csv",
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" + rows,
        )
    home.kith("import", str(path))


def import_cards(home: Home) -> None:
    path = home.folder / "more.vcf"
    path.write_bytes(
        card("u-x", "Jonas Winter", "EMAIL:jonas@winter.example", "TEL;TYPE=HOME:+49 30 23125 009")
        + card("u-y", "Ida Kern", "EMAIL:ida@kern.example")
    )
    home.kith("import", str(path))


def change_lists(home: Home) -> None:
    home.edit(
        "home", "Vera Sommer", lambda text: text.replace(b"CATEGORIES:Choir", b"CATEGORIES:Choir,Rowing")
    )
    home.add("phone", "Leo Lenz", "CATEGORIES:Rowing")


def change_photo(home: Home) -> None:
    home.drop("phone", "Jonas Winter", "PHOTO")
    home.add("phone", "Jonas Winter", portrait(99))


def remove_photo(home: Home) -> None:
    home.drop("home", "Leo Lenz", "PHOTO")


def change_label(home: Home) -> None:
    home.edit(
        "phone",
        "Jonas Winter",
        lambda text: text.replace(b"X-ABLabel:First met", b"X-ABLabel:Engaged").replace(
            b"X-ABLABEL:First met", b"X-ABLABEL:Engaged"
        ),
    )


CHANGES = [
    edit_one, edit_both, change_value, remove_values, delete_here, delete_there, delete_two_cards, join_two, split_one, import_network,
    import_cards, change_lists, change_photo, remove_photo, change_label,
]  # fmt: skip


def there_and_back(home: Home, before: Picture, by_owner: Picture) -> None:
    """The run that is due, its undo, and the undo of that."""
    home.kith("sync", "--yes")
    after = home.picture()
    assert after != by_owner, "the run carried nothing"
    home.quiet()
    home.kith("undo")
    undone = home.last()
    assert differences(home.picture(), before) == []
    home.quiet()
    home.kith("undo", undone)
    assert differences(home.picture(), after) == []
    home.quiet()


def test_a_first_sync(home: Home) -> None:
    """What was made goes, what was added to cards goes: both books are as before kith came."""
    before = home.picture()
    there_and_back(home, before, before)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_a_run_carried(home: Home, change: Change) -> None:
    """What the owner did on one device goes back as well: the run is what made it known."""
    home.kith("sync", "--yes")
    home.quiet()
    before = home.picture()
    change(home)
    there_and_back(home, before, home.picture())
