"""A card that was deleted comes back as it was, byte for byte: by an undo, and by a restore."""

import time
from pathlib import Path

import pytest

from kith.config.load import load
from kith.store.database import open_reading
from kith.store.undo import invert, last_run
from kith.sync.request import Request, Result
from kith.sync.restore import restore, take_back
from kith.sync.run import sync

HOUR = 3600.0
CARD = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%b\r\nFN:%b Lenz\r\nN:Lenz;%b;;;\r\nX-COLOUR;X-SHADE=dark:green\r\n"
    b"item3.TEL;type=pref:+49 171 39200 13\r\nitem3.X-ABLabel:_$!<Boat>!$_\r\nEMAIL;TYPE=INTERNET:%b@lenz.example\r\n"
    b"END:VCARD\r\n"
)


class Folders:
    """Two folders of cards in one config."""

    def __init__(self, home: Path) -> None:
        self.config, self.store = home / "config.toml", home / "kith.db"
        self.folders = {name: home / name for name in ("one", "two")}
        text = '[sync]\nregion = "DE"\n'
        for name, folder in self.folders.items():
            folder.mkdir()
            text += f'[accounts.{name}]\nconnector = "vcf"\nmode = "two-way"\npath = "{folder}"\n'
        self.config.write_text(text, "utf-8")

    def sync(self, **wishes: object) -> Result:
        return sync(load(self.config), self.store, Request(**wishes))  # type: ignore[arg-type]

    def last_run(self) -> str:
        db = open_reading(self.store)
        run = last_run(db)
        db.close()
        assert run
        return run

    def undo(self) -> None:
        run = self.last_run()
        self.sync(
            command=f"undo {run}",
            prepare=lambda ledger, accounts: invert(ledger, run, accounts),
        )

    def card(self, account: str, name: str) -> bytes | None:
        """The text of the one card with that name; None where there is none."""
        wanted = f"FN:{name} Lenz".encode()
        found = [file.read_bytes() for file in self.folders[account].iterdir() if wanted in file.read_bytes()]
        assert len(found) < 2
        return found[0] if found else None


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Three people on both sides since an hour ago, each as its side spells it."""
    made = Folders(tmp_path)
    for name in (b"Vera", b"Leo", b"Ida"):
        (made.folders["one"] / f"{name.decode()}.vcf").write_bytes(CARD % (name, name, name, name.lower()))
    (made.folders["two"] / "leo.vcf").write_bytes(
        (CARD % (b"leo-2", b"Leo", b"Leo", b"leo")).replace(b"green", b"red")
    )
    made.sync(clock=lambda: time.time() - HOUR)
    made.sync(clock=lambda: time.time() - HOUR + 1)
    return made


def test_an_undo_brings_back_the_text_of_both_cards(folders: Folders) -> None:
    """The UID is that of the card in its account, not that of the person elsewhere."""
    before = {name: folders.card(name, "Leo") for name in folders.folders}
    (folders.folders["one"] / "Leo.vcf").unlink()
    folders.sync()
    folders.sync(full=True)
    assert [folders.card(name, "Leo") for name in before] == [None, None]
    folders.undo()
    assert {name: folders.card(name, "Leo") for name in before} == before
    assert not folders.sync(full=True).plan.operations


def test_a_restore_brings_back_the_text(folders: Folders) -> None:
    before = folders.card("two", "Leo")
    (folders.folders["two"] / "leo.vcf").unlink()
    folders.sync()
    folders.sync(full=True)
    assert folders.card("two", "Leo") is None
    found = restore(load(folders.config), folders.store, "two", time.time() - HOUR / 2)
    assert (len(found.steps), found.failed) == (1, [])
    assert folders.card("two", "Leo") == before


def test_a_restore_leaves_alone_what_kith_could_not_read(folders: Folders) -> None:
    """Nobody knows what such a card said at that time, also where its owner has mended it since."""
    two = folders.folders["two"]
    for name in ("before", "mended"):
        (two / f"{name}.vcf").write_bytes(b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n")
    folders.sync()
    (two / "after.vcf").write_bytes((two / "before.vcf").read_bytes())
    (two / "mended.vcf").write_bytes(CARD % (b"otto", b"Otto", b"Otto", b"otto"))
    found = restore(load(folders.config), folders.store, "two", time.time() - HOUR / 2)
    assert found.steps == []
    assert all((two / f"{name}.vcf").exists() for name in ("before", "mended", "after"))


def test_what_a_restore_removed_comes_back_with_its_text(folders: Folders) -> None:
    """Also where no sync had ever read it."""
    (folders.folders["two"] / "new.vcf").write_bytes(CARD % (b"nora", b"Nora", b"Nora", b"nora"))
    before = folders.card("two", "Nora")
    restore(load(folders.config), folders.store, "two", time.time() - HOUR / 2)
    assert folders.card("two", "Nora") is None
    take_back(load(folders.config), folders.store, folders.last_run())
    assert folders.card("two", "Nora") == before


@pytest.mark.parametrize(("there", "book"), [(True, "family"), (False, "")])
def test_a_card_comes_back_into_its_own_address_book(folders: Folders, there: bool, book: str) -> None:
    """And where new cards go if its own is not there any more."""
    one = folders.folders["one"]
    (one / "family").mkdir()
    (one / "family" / "nora.vcf").write_bytes(CARD % (b"nora", b"Nora", b"Nora", b"nora"))
    folders.sync()
    (one / "family" / "nora.vcf").unlink()
    if not there:
        (one / "family").rmdir()
    folders.sync()
    folders.sync(full=True)
    assert folders.card("two", "Nora") is None
    folders.undo()
    found = [file for file in one.rglob("*.vcf") if b"FN:Nora" in file.read_bytes()]
    assert [file.parent for file in found] == [one / book]
    assert not folders.sync(full=True).plan.operations
