"""What the pages promise can be followed: links lead somewhere, the config of the README loads,
commands are those that there are."""

import re
import tomllib
from pathlib import Path

import pytest

from flow.house import House
from kith.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "connectors").rglob("*.md"),
                 *(ROOT / "benchmarks").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
    if "node_modules" not in path.parts
)  # fmt: skip
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{link}: no such heading"


def test_the_readme_has_links_to_be_checked() -> None:
    assert len(LINK.findall((ROOT / "README.md").read_text("utf-8"))) > 10


def test_the_config_of_the_readme_loads(house: House) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    house.config.write_text(text)
    house.config.chmod(0o600)
    number = len(tomllib.loads(text)["accounts"])
    assert f"{number} accounts, no mistakes" in house.kith("config", "check").out


def test_every_command_that_a_page_names_is_there() -> None:
    named = 0
    for page in PAGES:
        text = page.read_text("utf-8")
        blocks = "\n".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL))
        for name in re.findall(r"`kith ([a-z][a-z-]+)", text) + re.findall(
            r"^(?:\$ )?kith ([a-z][a-z-]+)", blocks, re.MULTILINE
        ):
            assert name in COMMANDS, f"{page.relative_to(ROOT)}: kith {name}"
            named += 1
    assert named > 50
