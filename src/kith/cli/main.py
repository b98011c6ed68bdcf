"""The command `kith`. Each subcommand is imported when it is called: --help must not pay for what it does not use."""

import gc
import importlib
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from kith import __version__
from kith.cli.exits import DONE, INTERRUPTED, USAGE

JSON_HELP = "One JSON object a line on standard output."

COMMANDS = {
    "init": ("init", "asks for the provider, tests the login, writes the first config"),
    "doctor": ("doctor", "checks config, logins, store, disk and clock, and says what to do"),
    "sync": ("sync", "one run: read, find who is the same person, bring every account up to date"),
    "apply": ("sync", "applies a saved plan"),
    "undo": ("undo", "takes a run back"),
    "restore": ("undo", "brings one account back to a date, as a plan"),
    "approve": ("holds", "carries out what a guard holds"),
    "reject": ("holds", "puts back what a guard holds"),
    "forget": ("holds", "drops the links of an account that left the config"),
    "log": ("history", "runs, operations, before and after"),
    "status": ("history", "accounts, last run, what is held back, what needs you"),
    "review": ("review", "the queue of doubtful matches"),
    "why": ("people", "the evidence for and against two cards being one person"),
    "how": ("people", "how a person came to be, value by value"),
    "people": ("people", "the people kith knows"),
    "show": ("people", "one person with all cards"),
    "edit": ("edit", "changes a person's values"),
    "join": ("review", "two people are one"),
    "split": ("review", "takes cards out of a person"),
    "export": ("transfer", "everything out, as JSON, vCards or CSV"),
    "import": ("transfer", "files and folders in, once"),
    "auth": ("setup", "OAuth login for accounts that need one"),
    "match": ("tuning", "tune: learns match weights from your decisions"),
    "config": ("setup", "check, show, example"),
    "health": ("history", "for HEALTHCHECK: exit code 0 when all is well"),
    "install-service": ("service", "writes the systemd units"),
    "daemon": ("daemon", "runs on a schedule"),
    "demo": ("demo", "the whole job on invented data, offline, in a temporary folder"),
    "completion": ("setup", "shell completion for bash, zsh or fish"),
}
"""{command: (module in kith.cli, one line of help)}."""


def with_shared_options(command: click.Command) -> click.Command:
    """Accept the options of `kith` itself after the command, too: `kith sync --json` is `kith --json sync`."""
    own = {name for item in command.params for name in item.opts}
    command.params += [option for option in _shared_options() if not own.intersection(option.opts)]
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        with_shared_options(inner)
    return command


def _shared_options() -> list[click.Option]:
    path = click.Path(path_type=Path)
    common: dict[str, Any] = {"expose_value": False, "callback": _said_after}
    return [
        click.Option(["--json", "as_json"], is_flag=True, help=JSON_HELP, **common),
        click.Option(["--config"], type=path, hidden=True, **common),
        click.Option(["--store", "store_file"], type=path, hidden=True, **common),
        click.Option(["-v", "--verbose"], count=True, hidden=True, **common),
        click.Option(["-q", "--quiet"], is_flag=True, hidden=True, **common),
    ]


def _said_after(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    """An option of `kith` that stands after the command: the session learns of it before the command runs."""
    if not value or ctx.obj is None:
        return
    if option.name in ("verbose", "quiet"):
        ctx.obj.volume += int(value) if option.name == "verbose" else -1
    else:
        setattr(ctx.obj, str(option.name), value)


NO_ANSWER = (
    "stopped: there was a question and nobody to answer it; options answer it beforehand (--help shows them)"
)


class LazyGroup(click.Group):
    """Lists commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"kith.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_") + "_command")
        return with_shared_options(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise click.UsageError(f'There is no command "{args[0]}".{hint}') from None


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, "--version", prog_name="kith")
@click.option("--config", type=click.Path(path_type=Path), help="The config file.")
@click.option("--store", type=click.Path(path_type=Path), help="The store file.")
@click.option("--json", "as_json", is_flag=True, help=JSON_HELP)
@click.option("-v", "--verbose", count=True, help="Say more.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what needs you.")
@click.pass_context
def cli(ctx: click.Context, /, config: Path | None, store: Path | None, as_json: bool, **volume: int) -> None:
    """One address book, everywhere, that you can trust.

    Begin with `kith demo` (invented data, nothing of yours is touched), then `kith init`.

    Example: kith sync --dry-run
    """
    from kith.cli.session import Session

    ctx.obj = Session(config, store, as_json, int(volume["verbose"]) - int(volume["quiet"]))


GENERATIONS = (10_000, 20, 50)
"""How many objects are made before cycles are looked for: contacts are many and have none. A first sync spends a twelfth
of its time looking otherwise."""


def main() -> None:
    """Entry point: every error ends in a sentence with a remedy and a documented exit code, never in a traceback."""
    gc.set_threshold(*GENERATIONS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal cannot show must not end the command
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Carry out a command line; returns the exit code."""
    # No other package's plugin looks at settings, and none is searched for in every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        code = cli.main(arguments, prog_name="kith", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort as error:
        from kith.cli.exits import tell

        by_user = sys.stdin.isatty() or isinstance(error.__cause__, KeyboardInterrupt)
        said = "stopped; nothing is lost, run the command again to go on" if by_user else NO_ANSWER
        return tell([said], INTERRUPTED, arguments)
    except click.ClickException as error:
        return _usage(error, arguments)
    except BrokenPipeError:
        return DONE
    except Exception as error:
        from kith.cli.exits import explain

        return explain(error, arguments)
    return code if isinstance(code, int) else DONE


def _usage(error: click.ClickException, arguments: list[str]) -> int:
    """A word of the command line that kith does not understand; with --json an object says so, too."""
    from kith.cli.exits import emit_error
    from kith.cli.words import printable

    ctx = error.ctx if isinstance(error, click.UsageError) else None
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return USAGE
    message = error.format_message().replace("\n\t", " ")
    extra = re.fullmatch(r"Got unexpected extra arguments? \((\S+)\)", message)
    if extra and ctx is not None and any(f"--{extra[1]}" in item.opts for item in ctx.command.params):
        message += f'. Did you mean "--{extra[1]}"?'
    click.echo(f"kith: {printable(message)}", err=True)
    if (ctx is not None and type(error) is not click.UsageError) or extra:
        click.echo(f"      {ctx.command_path if ctx else 'kith'} --help shows what it takes", err=True)
    emit_error([message], USAGE, arguments)
    return USAGE
