"""docs/reference/commands.md and configuration.md, generated from the commands and the settings: tests keep them equal.

python -m kith.cli.reference commands > docs/reference/commands.md
"""

import inspect
import sys
from collections.abc import Iterator

import click
from pydantic import BaseModel

from kith.cli.main import COMMANDS, cli
from kith.config.example import HIDDEN, SKIPPED, value_of
from kith.config.settings import TABLES, AccountTable
from kith.connector import registry

COMMANDS_HEAD = """\
# Commands

`kith [--config FILE] [--store FILE] [--json] [-v|-q] COMMAND`; these options may also stand after the command. PERSON, CARD, A
and B are an id, the beginning of one, `account/remote_id`, or a name that is unique. What the codes at the end mean:
[exit-codes.md](exit-codes.md); what `--json` prints: [json.md](json.md).
"""

CONFIGURATION_HEAD = """\
# Configuration

`config.toml` is looked for at `--config FILE`, `$KITH_CONFIG`, `$CONFIGURATION_DIRECTORY/config.toml` (systemd),
`$XDG_CONFIG_HOME/kith/config.toml`, `/etc/kith/config.toml`. A mistake is reported with file, line, key and what to write instead, all
mistakes at once; unknown keys are errors. Times are written as "30 minutes", "4 hours", "90 days". A password is a reference:
`password.command = ["pass", "show", "dav"]`, `.file`, `.env`, `.credential` (systemd) or `.keyring`; a plain string works in a
file that nobody else can read. A relative file or folder is meant from the folder of the config file.
"""


def commands() -> str:
    """The page of all commands with their options and an example each."""
    return "\n".join([COMMANDS_HEAD, *_groups(), ""])


def _groups() -> Iterator[str]:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield from _command(f"kith {name}", command)


def _command(path: str, command: click.Command) -> Iterator[str]:
    arguments = [
        item.make_metavar(click.Context(command))
        for item in command.params
        if isinstance(item, click.Argument)
    ]
    yield f"## {' '.join([path, *arguments])}\n"
    text, _, example = inspect.cleandoc(command.help or "").partition("Example: ")
    yield " ".join(text.split()) + "\n"
    if example:
        yield f"```console\n{example.strip()}\n```\n"
    rows = [row for row in map(_option, command.params) if row]
    if rows:
        yield "\n".join(["| option | does |", "| --- | --- |", *rows]) + "\n"
    for name, inner in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _command(f"{path} {name}", inner)


def _option(item: click.Parameter) -> str:
    if not isinstance(item, click.Option) or item.hidden or item.name == "as_json":
        return ""
    kind = "" if item.is_flag else f" {item.metavar or item.type.name.upper()}"
    if isinstance(item.type, click.Choice):
        kind = " " + "\\|".join(map(str, item.type.choices))
    return f"| `{', '.join(item.opts)}{kind}` | {(item.help or '').rstrip('.')} |"


def configuration() -> str:
    """The page of all settings with their defaults."""
    return "\n".join([CONFIGURATION_HEAD, *_tables(), ""])


def _tables() -> Iterator[str]:
    for name, table in TABLES.items():
        yield from _table(f"[{name}]", table)
    yield from _table("[accounts.NAME]: every account", AccountTable)
    for name in sorted(set(registry.available()) - SKIPPED):
        info = registry.load(name)
        yield from _table(f'connector = "{name}": {info.title}', info.settings)


def _table(title: str, table: type[BaseModel]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| key | default | means |\n| --- | --- | --- |"
    for key, field in table.model_fields.items():
        if key not in HIDDEN:
            default = "required" if field.is_required() else f"`{value_of(key, field)}`"
            shown = "" if default == '`"..."`' else default
            yield f"| `{key}` | {shown} | {(field.description or '').replace('|', chr(92) + '|')} |"
    yield ""


if __name__ == "__main__":
    print(configuration() if sys.argv[1:] == ["configuration"] else commands(), end="")
