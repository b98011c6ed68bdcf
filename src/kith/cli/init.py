"""`kith init`: a few questions, a login that is tried at once, and a config that starts read-only."""

import difflib
import json
import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kith.cli.doctor import look
from kith.cli.session import Session
from kith.config.load import NAME, ConfigError, find, load, parse, places
from kith.connector.errors import ConnectorError
from kith.connector.registry import load as load_connector

FIRST_CONFIG = """\
# written by kith init; every key is in config.example.toml
[sync]
region = "{region}"

"""

FILES = {
    "vcf": "The .vcf file, or the folder of them",
    "linkedin": "The zip that LinkedIn sent you (or the folder it lies in)",
    "xing": "The .csv file",
    "csv": "The .csv file",
    "mbox": "The mbox file, a Google Takeout archive, or a folder of mbox files",
    "maildir": "The Maildir",
}
"""{connector that reads files: how to ask for `path`}."""

GOOGLE = (
    "Google lets programs in only through a client of your own: free, ten minutes, the steps are in\n"
    "connectors/kith_connectors/google/README.md. You get a file client_secret_….json from it."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The account to be: its table without the password, and the password where there is one."""

    name: str
    lines: tuple[str, ...]
    command: str = ""
    password: str = ""
    login: str = ""
    """The command that logs in, where the password does not."""

    def table(self, secret: str) -> str:
        return "\n".join([f"[accounts.{self.name}]", *self.lines, *([secret] if secret else []), ""])


@click.command("init")
@click.option("--add", is_flag=True, help="Add an account to the config that is there.")
@click.option("--provider", help="icloud, nextcloud, google, linkedin, vcf, ...; asked for otherwise.")
@click.option("--username", help="The login name; asked for otherwise.")
@click.option("--url", help="The server, where the provider does not say it; of files: where they are.")
@click.option("--password-command", help="A command that prints the password, e.g. 'pass show dav'.")
@click.option("--name", default="", help="What to call the account.")
@click.option("--region", default="", help="Two letters, for phone numbers without +CC.")
@click.pass_obj
def init_command(session: Session, /, add: bool, **given: str | None) -> int:
    """Ask for the provider, test the login, and write the first config. The account starts read-only: look at the plan
    first, then write mode = "two-way".

    Example: kith init; kith init --add
    """
    file = _file(session, add)
    info = load_connector("carddav")
    provider = _provider(given["provider"], [*info.presets, "imap", *FILES, "other"])
    name = given["name"] or re.sub(r"[^a-z0-9]+", "-", provider.lower()).strip("-")
    _check_new(file, name)
    region = _country(given["region"] or "") if given["region"] else ""
    preset: dict[str, str] = info.presets.get(provider, {})
    if preset.get("refused") and provider != "google":
        session.say(preset["advice"])
        return 2
    wanted = _ask(session, provider, name, preset, given)
    if not file.exists() and not region:
        question = "Country of your phone numbers, two letters"
        region = click.prompt(question, default="DE", value_proc=_country)
    head = "" if file.exists() else FIRST_CONFIG.format(region=region)
    before = f"{file.read_text('utf-8-sig')}\n" if file.exists() else head
    if not _accepted(session, before, wanted):
        session.warn("nothing is written")
        return 1
    _append(file, head + wanted.table(_kept_secret(file, wanted)))
    session.emit({"event": "written", "path": str(file), "account": name})
    first = f"{wanted.login}, then " if wanted.login else ""
    session.say(
        f"written to {file}. Next: {first}kith sync --dry-run: nothing is written by that, look at the plan"
        + ("" if provider in READ_ONLY else f'. When you like it, set mode = "two-way" for {name}')
    )
    return 0


READ_ONLY = {*FILES, "imap"} - {"vcf"}


def _file(session: Session, add: bool) -> Path:
    """The config to write: the one that is used, or the first place where one is looked for."""
    file = session.config or places()[0]
    if add and not file.exists():
        try:
            file = find(session.config)
        except ConfigError:
            return file
    if file.exists() and not add:
        raise click.UsageError(f"{file} exists already; kith init --add adds an account to it")
    return file


def _provider(given: str | None, known: list[str]) -> str:
    """The provider that was named, or is asked for."""
    if given is None:
        return str(click.prompt("Provider", type=click.Choice(known), default="other"))
    if given.lower() not in known:
        near = difflib.get_close_matches(given.lower(), known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else "any other server: --provider other --url ..."
        raise click.UsageError(f'kith knows no provider "{given}"; {hint} There are: {", ".join(known)}')
    return given.lower()


def _check_new(file: Path, name: str) -> None:
    """Refuse a name that an account has already or cannot have, before anything is asked or written."""
    if not NAME.fullmatch(name) or name == "kith":
        raise click.UsageError(f'"{name}" cannot be the name of an account; use letters, digits, - and _')
    if file.exists() and name in load(file).accounts:
        raise click.UsageError(f'there is an account "{name}" already in {file}; choose another with --name')


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text.strip()):
        raise click.UsageError(f'"{text}" is no country; write its two letters, such as DE')
    return text.strip().upper()


def _ask(session: Session, provider: str, name: str, preset: dict[str, str], given: dict[str, Any]) -> Wanted:
    """Ask for what the account needs and the command line did not say."""
    if provider in FILES:
        path = given["url"] or click.prompt(FILES[provider])
        return Wanted(name, _lines(provider, path=str(Path(path).expanduser().absolute())))
    if provider == "google":
        session.say(GOOGLE)
        username = given["username"] or click.prompt("Your Google address")
        client = given["url"] or click.prompt("Where that file is", default="", show_default=False)
        client = str(Path(client).expanduser().absolute()) if client else ""
        lines = _lines("google", username=username, client_file=client)
        return Wanted(name, lines, login=f"kith auth {name}")
    if preset.get("advice"):
        session.say(preset["advice"])
    mail = provider == "imap"
    place = given["url"] or preset.get("url")
    place = place or click.prompt("Mail server" if mail else "Server, address book, or your mail address")
    username = given["username"] or click.prompt("User name")
    command, password = _password(given["password_command"])
    own = {"host": place} if mail else {"provider": provider if preset else "", "url": place}
    lines = _lines("imap" if mail else "carddav", **own, username=username)
    return Wanted(name, lines, command, password)


def _lines(connector: str, **keys: str) -> tuple[str, ...]:
    """The table's lines; a key without a value is left out."""
    mode = (
        () if connector in READ_ONLY else ('mode = "read"          # "two-way" once you have seen the plan',)
    )
    said = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items() if value]
    return (f'connector = "{connector}"', *mode, *said)


def _password(command: str | None) -> tuple[str, str]:
    """(command, password): one of the two. What is typed is shown nowhere."""
    if not command:
        question = "Password (not shown, kept in a file that only you can read; Enter alone: name a command that prints it)"
        text = click.prompt(question, hide_input=sys.stdin.isatty(), default="", show_default=False)
        if text:
            return "", str(text)
        command = str(click.prompt("Command that prints the password, such as pass show dav"))
    try:
        shlex.split(command)
    except ValueError:
        raise click.UsageError(f"a quote is missing in the command: {command}") from None
    return command, ""


def _command(wanted: Wanted) -> str:
    return f"password.command = {json.dumps(shlex.split(wanted.command), ensure_ascii=False)}"


def _kept_secret(file: Path, wanted: Wanted) -> str:
    """The config's line for the password; one that was typed goes into a file of its own, never over one that is there."""
    if not wanted.password:
        return _command(wanted) if wanted.command else ""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 1
    while (secret := file.parent / f"{wanted.name}{'' if number == 1 else number}.password").exists():
        number += 1
    handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(wanted.password + "\n")
    return f"password.file = {json.dumps(str(secret.absolute()), ensure_ascii=False)}"


def _accepted(session: Session, before: str, wanted: Wanted) -> bool:
    """Test the account, below what the config says already. Nothing is written for it. Where only the login fails, the
    user may want the account all the same; never one that would spoil the config."""
    secret = _command(wanted) if wanted.command else ""
    if wanted.password:
        secret = f"password = {json.dumps(wanted.password, ensure_ascii=False)}"
    try:
        settings = parse(before + wanted.table(secret))
        for line in () if wanted.login else look(session, settings, settings.accounts[wanted.name]):
            session.say(f"  {line}")
    except ConfigError as error:
        for line in error.lines():
            session.warn(f"kith: {line}")
        return False
    except ConnectorError as error:
        session.warn(f"kith: {error.message}; {error.remedy}")
        return session.interactive and click.confirm("Write the config all the same?", default=False)
    return True


def _append(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as out:
        out.write(("\n" if out.tell() else "") + text)
