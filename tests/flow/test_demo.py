"""`kith demo`: the whole job on invented data, and nothing of the user's in its way."""

from pathlib import Path

import pytest

from flow.house import House


def test_the_second_run_of_the_demo_changes_nothing(tmp_path: Path) -> None:
    (told,) = House(tmp_path).kith("demo", "--json").only("demo")
    assert told["planned"] == sum(told["first"].values()) > 0
    assert set(told["second"].values()) == {0}


@pytest.mark.parametrize("kept", ["radicale/books/mine.vcf", "config.toml", "google.csv"])
def test_the_demo_refuses_a_folder_that_holds_anything(tmp_path: Path, kept: str) -> None:
    mine = tmp_path / "folder" / kept
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", "utf-8")
    ran = House(tmp_path).kith("demo", "--keep", str(tmp_path / "folder"), code=2)
    assert "is not empty" in ran.err
    assert [path for path in (tmp_path / "folder").rglob("*") if path.is_file()] == [mine]
    assert mine.read_text("utf-8") == "mine"


def test_what_the_demo_made_can_be_kept(tmp_path: Path) -> None:
    kept = tmp_path / "new"
    House(tmp_path).kith("demo", "--keep", "new")
    config = (kept / "config.toml").read_text("utf-8")
    assert config.count(f'path = "{kept}/') == 4, "it can be looked at from any folder"
    assert {"config.toml", "google.csv", "linkedin.zip", "mail", "radicale", "state"} <= {
        path.name for path in kept.iterdir()
    }
