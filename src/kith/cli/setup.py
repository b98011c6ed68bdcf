"""`kith config`, `auth` and `completion`."""

import json
import re
from pathlib import Path

import click

from kith.cli.session import Session, no_account
from kith.cli.words import count
from kith.config.example import HIDDEN, SPANS_OF, span
from kith.config.settings import TABLES
from kith.connector.secrets import MASK, Secret
from kith.sync.accounts import opening, state_folder


@click.group("config")
def config_command() -> None:
    """Check, show, or print an example of the configuration.

    Example: kith config check
    """


@config_command.command("check")
@click.pass_obj
def config_check(session: Session) -> None:
    """Read the config and report every mistake at once."""
    settings = session.settings
    session.say(f"{settings.file}: {count(len(settings.accounts), 'account')}, no mistakes")
    session.emit({"event": "config", "file": str(settings.file), "accounts": list(settings.accounts)})


@config_command.command("show")
@click.pass_obj
def config_show(session: Session) -> None:
    """The config as kith understands it, secrets masked."""
    settings = session.settings
    session.say(f"# {settings.file}; the store is {session.store}")
    for name in TABLES:
        _show_table(session, name, dict(getattr(settings, name)))
    for name, item in settings.accounts.items():
        shown = {**item.common.model_dump(exclude_defaults=True), "mode": item.common.mode, "role": item.role}
        shown |= {key: value for key, value in item.own if key not in HIDDEN}
        _show_table(session, f"accounts.{name}", shown)


def _show_table(session: Session, name: str, table: dict[str, object]) -> None:
    said = dict(_masked(key, value) for key, value in table.items() if value not in (None, "", (), {}))
    session.say(f"[{name}]")
    for key, value in said.items():
        session.say(f"  {key} = {json.dumps(value, ensure_ascii=False)}")
    kind, _, account = name.partition(".")
    session.emit({"event": "account", "name": account, **said} if account else {"event": kind, **said})


def _masked(key: str, value: object) -> tuple[str, object]:
    """A key and its value to be shown: of a secret only where it is kept, of a URL no password."""
    if isinstance(value, Secret):
        kept = next(iter(value.model_fields_set))
        return (key, MASK) if kept == "plain" else (f"{key}.{kept}", getattr(value, kept))
    if isinstance(value, float) and key in SPANS_OF:
        return key, span(value)
    if isinstance(value, str | Path):
        return key, re.sub(r"(//[^/@:]*):[^/@]*@", rf"\1:{MASK}@", str(value))
    return key, list(value) if isinstance(value, tuple) else value


@config_command.command("example")
def config_example() -> None:
    """Print config.example.toml."""
    from kith.config.example import example

    click.echo(example(), nl=False)


@click.command("auth")
@click.argument("account")
@click.option(
    "--paste",
    is_flag=True,
    help="For a machine without a browser: open the page anywhere, paste its address back.",
)
@click.pass_obj
def auth_command(session: Session, account: str, paste: bool) -> None:
    """Log in where a provider wants OAuth (Google). On a headless machine use --paste, or the ssh tunnel that is shown.

    Example: kith auth google --paste
    """
    settings = session.settings
    if account not in settings.accounts:
        raise no_account(account, settings.accounts)
    item = settings.accounts[account]
    if item.info.login is None:
        raise click.UsageError(f"{item.info.title} needs no such login; its password stands in the config")
    folder = state_folder(session.store, account)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    item.info.login(item.own, opening(settings, item, folder), click.prompt, session.say, paste)
    session.say(f"{account} is logged in; next: kith sync --dry-run --account {account}")
    session.emit({"event": "login", "account": account})


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the completion script for a shell.

    Example: kith completion bash > ~/.local/share/bash-completion/completions/kith
    """
    from click.shell_completion import get_completion_class

    from kith.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "kith", "_KITH_COMPLETE").source())
