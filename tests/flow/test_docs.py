"""The pages tell what the program does: every command, option, setting, reason and exit code, and what a connector can."""

import re
from pathlib import Path

import click
import pytest

import kith.cli as cli_package
from flow.house import House
from kith.cli import exits
from kith.cli.main import COMMANDS, cli
from kith.cli.reference import commands, configuration
from kith.cli.render import REASONS
from kith.config.example import HIDDEN
from kith.config.settings import TABLES, AccountTable
from kith.connector import registry
from kith.model.operation import Reason

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = DOCS / "reference"
HELP = "run: python -m kith.cli.reference {0} > docs/reference/{0}.md"


def test_the_pages_are_what_the_program_says() -> None:
    assert (REFERENCE / "commands.md").read_text("utf-8") == commands(), HELP.format("commands")
    assert (REFERENCE / "configuration.md").read_text("utf-8") == configuration(), HELP.format(
        "configuration"
    )


def all_commands() -> list[tuple[str, click.Command]]:
    context, found = click.Context(cli), []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {inner}", one) for inner, one in command.commands.items()]
    return found


def test_every_command_and_option_is_in_the_page() -> None:
    page = (REFERENCE / "commands.md").read_text("utf-8")
    for path, command in all_commands():
        section = page.split(f"## kith {path}", 1)[1].split("\n## ", 1)[0]
        for item in command.params:
            if isinstance(item, click.Option) and not item.hidden and item.name != "as_json":
                assert item.opts[0] in section, (path, item.opts)
                assert item.help, f"kith {path} {item.opts[0]} says nothing about itself"


def test_every_command_has_an_example() -> None:
    for path, command in all_commands():
        if " " not in path:
            assert "Example: " in (command.help or ""), path


def test_every_setting_is_in_the_page_and_explained() -> None:
    page = (REFERENCE / "configuration.md").read_text("utf-8")
    tables = [*TABLES.values(), AccountTable, *(registry.load(name).settings for name in CONNECTORS)]
    for table in tables:
        for key, field in table.model_fields.items():
            if key not in HIDDEN:
                assert f"| `{key}` |" in page and field.description, (table, key)


def test_every_reason_is_told() -> None:
    page = (REFERENCE / "json.md").read_text("utf-8")
    told = re.search(r"`reason` is one of: ([^.]*)\.", page)
    assert told and set(re.split(r",\s+", told[1])) == {str(reason) for reason in Reason} == set(REASONS)


def test_every_event_is_told() -> None:
    page = (REFERENCE / "json.md").read_text("utf-8")
    sources = (Path(cli_package.__file__).parent).glob("*.py")
    emitted = {
        name for path in sources for name in re.findall(r'"event": "([a-z_]+)"', path.read_text("utf-8"))
    }
    told = set(re.findall(r"^\| `([a-z_]+)`", page, re.MULTILINE))
    assert len(emitted) > 25 and emitted <= told, emitted - told
    assert told - emitted == {"store", "sync", "match", "merge", "me"}, "the tables of kith config show"


def test_every_exit_code_is_told() -> None:
    page = (REFERENCE / "exit-codes.md").read_text("utf-8")
    told = {int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert told == set(exits.FIRST)
    assert ", ".join(map(str, exits.FIRST)) in page, "the order where several apply"


CONNECTORS = sorted(set(registry.available()) - {"memory"})
LISTS = {"categories": "on the card", "labels": "labels", "none": "no", "cards": "group cards"}


def rows() -> dict[str, dict[str, str]]:
    """{connector: {column: cell}} of docs/connectors.md."""
    lines = [
        line for line in (DOCS / "connectors.md").read_text("utf-8").splitlines() if line.startswith("|")
    ]
    head, _, *body = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip("`"): dict(zip(head, row, strict=True)) for row in body}


def test_the_table_of_connectors_is_what_they_state() -> None:
    table = rows()
    assert sorted(table) == CONNECTORS
    for name, row in table.items():
        info = registry.load(name)
        able = info.capabilities
        for column, value in {
            "reads": able.reads,
            "writes": able.writes,
            "deletes": able.deletes,
            "incremental": able.deltas,
        }.items():
            assert row[column] == ("yes" if value else "no"), (name, column)
        if able.writes:
            assert row["photos"] == ("yes" if able.limit("photo") is not None else "no"), name
        if able.writes or able.groups == "none":
            assert row["lists"] == LISTS[able.groups], name
        assert row["role"] == info.role and row["tested against"], name
        assert re.fullmatch(r"2\d{3}-\d\d-\d\d", row["last verified"]), name


def test_completion_is_loaded_by_bash(house: House) -> None:
    import subprocess

    script = house.folder / "kith.bash"
    script.write_text(house.kith("completion", "bash").out)
    ran = subprocess.run(
        ["bash", "-c", f"source {script} && complete -p kith"], capture_output=True, text=True, check=True
    )
    assert "kith" in ran.stdout and ran.stderr == ""


@pytest.mark.parametrize("words", [["--user"], ["--system"], ["--user", "--timer"]])
def test_units_are_printed_and_nothing_is_written(house: House, words: list[str]) -> None:
    before = house.files()
    told = house.kith("install-service", "--print", *words).out
    assert "ExecStart=" in told and "/usr/local/bin/kith" not in told
    assert told.count("WantedBy=") == 1, "each unit is wanted once"
    assert house.files() == before
