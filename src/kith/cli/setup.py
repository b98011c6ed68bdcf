"""`kith init`, `doctor`, `config`, `auth`, `completion`, `install-service`."""

import difflib
import json
import os
import re
import shlex
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from kith.cli.session import Session, no_account
from kith.config.load import ConfigError, load, places, store_path
from kith.config.settings import AccountSettings
from kith.connector.errors import ConnectorError
from kith.connector.registry import load as load_connector
from kith.sync.accounts import opening, state_folder

FIRST_CONFIG = """\
# written by kith init; every key is in config.example.toml
[sync]
region = "{region}"

"""


@click.command("init")
@click.option("--add", is_flag=True, help="Add an account to the config that is there.")
@click.option("--provider", help="icloud, fastmail, nextcloud, ...; asked for otherwise.")
@click.option("--username", help="The login name; asked for otherwise.")
@click.option("--url", help="The server, where the provider does not say it.")
@click.option("--password-command", help="A command that prints the password, e.g. 'pass show dav'.")
@click.option("--name", default="", help="What to call the account.")
@click.option("--region", default="", help="Two letters, for phone numbers without +CC.")
@click.pass_obj
def init_command(session: Session, /, add: bool, **given: str | None) -> int:
    """Ask for the provider, test the login, and write the first config. The account starts read-only: look at the plan
    first, then write mode = "two-way".

    Example: kith init; kith init --add
    """
    file = session.config or places()[0]
    if file.exists() and not add:
        raise click.UsageError(f"{file} exists already; kith init --add adds an account to it")
    info = load_connector("carddav")
    provider = _provider(given["provider"], [*info.presets, "other"])
    name = given["name"] or re.sub(r"[^a-z0-9]+", "-", provider.lower()).strip("-")
    _check_new(file, name)
    preset = info.presets.get(provider, {})
    if preset.get("advice"):
        session.say(preset["advice"])
    if preset.get("refused"):
        return 2
    url = given["url"] or preset.get("url") or click.prompt("Server, address book, or your mail address")
    username = given["username"] or click.prompt("User name")
    command = given["password_command"] or click.prompt(
        "A command that prints the password (empty: type it, it goes into a file of mode 0600)",
        default="",
        show_default=False,
    )
    region = (
        given["region"]
        or ("" if add else click.prompt("Country of your phone numbers, two letters", default="DE"))
    ).upper()
    secret = _secret(file, name, command)
    table = _table(name, url, username, secret, provider if provider in info.presets else "")
    problem = _try_login(session, file, table, name)
    if problem:
        session.hint(f"kith: {problem}")
        if not session.interactive or not click.confirm("Write the config all the same?", default=False):
            session.hint("nothing is written")
            return 1
    _append(file, table if add else FIRST_CONFIG.format(region=region) + table)
    session.say(
        f'written to {file}. Next: kith sync --dry-run, look at it, then set mode = "two-way" for {name}'
    )
    return 0


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
    """Refuse a name that an account has already, before anything is asked or written."""
    if file.exists() and name in load(file).accounts:
        raise click.UsageError(f'there is an account "{name}" already in {file}; choose another with --name')


def _secret(file: Path, name: str, command: str) -> str:
    if command:
        return f"password.command = {json.dumps(shlex.split(command), ensure_ascii=False)}"
    secret = file.parent / f"{name}.password"
    text = click.prompt("Password", hide_input=True)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text + "\n")
    return f"password.file = {json.dumps(str(secret), ensure_ascii=False)}"


def _table(name: str, url: str, username: str, secret: str, provider: str) -> str:
    lines = [
        f"[accounts.{name}]",
        'connector = "carddav"',
        'mode = "read"          # "two-way" once you have seen the plan',
    ]
    lines += [f'provider = "{provider}"'] if provider else []
    said = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in (("url", url), ("username", username))
    ]
    return "\n".join([*lines, *said, secret, ""])


def _try_login(session: Session, file: Path, table: str, name: str) -> str:
    """Test the account before it is accepted; returns what is wrong, "" where nothing is."""
    trial = file.with_name(file.name + ".new")
    _append(trial, table)
    try:
        settings = load(trial)
        for line in _look(session, settings, settings.accounts[name]):
            session.say(f"  {line}")
    except ConfigError as error:
        return "\n".join(error.lines())
    except ConnectorError as error:
        return f"{error.message}; {error.remedy}"
    finally:
        trial.unlink(missing_ok=True)
    return ""


def _append(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as out:
        out.write(("\n" if out.tell() else "") + text)


def _look(session: Session, settings: Any, item: AccountSettings) -> list[str]:
    folder = state_folder(session.store_file or store_path(settings), item.name)
    source = item.info.open(item.own, opening(settings, item, folder))
    try:
        return source.check()
    finally:
        source.close()


@click.command("doctor")
@click.pass_obj
def doctor_command(session: Session) -> int:
    """Check config, secrets, logins, rights, store, lock, disk, clock and the age of the last run; say what to do.

    Example: kith doctor
    """
    from kith.sync.checkup import check_store

    bad = 0
    try:
        settings = session.settings
        told = (
            f"{settings.file}: {len(settings.accounts)} account{'s' if len(settings.accounts) != 1 else ''}"
        )
        session.say(f"ok    config {told}")
        session.emit({"event": "check", "what": "config", "ok": True, "said": told})
    except ConfigError as error:
        for line in error.lines():
            session.say(f"FAIL  {line}")
            session.emit({"event": "check", "what": "config", "ok": False, "said": line})
        return 2
    for finding in check_store(session.store, settings.sync.every):
        bad += not finding.ok
        session.say(f"{'ok   ' if finding.ok else 'FAIL '} {finding.what}: {finding.said}")
        session.emit({"event": "check", "what": finding.what, "ok": finding.ok, "said": finding.said})
    for name, item in settings.accounts.items():
        try:
            said = "; ".join(_look(session, settings, item))
            session.say(f"ok    {name}: {said}")
            session.emit({"event": "check", "what": name, "ok": True, "said": said})
        except ConnectorError as error:
            bad += 1
            session.say(f"FAIL  {name}: {error.message}\n      {error.remedy}")
            session.emit(
                {"event": "check", "what": name, "ok": False, "said": error.message, "remedy": error.remedy}
            )
    session.say("all well" if not bad else f"{bad} things need you")
    return 1 if bad else 0


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
    session.say(f"{settings.file}: {len(settings.accounts)} accounts, no mistakes")
    session.emit({"event": "config", "file": str(settings.file), "accounts": list(settings.accounts)})


@config_command.command("show")
@click.pass_obj
def config_show(session: Session) -> None:
    """The config as kith understands it, secrets masked."""
    settings = session.settings
    for name, item in settings.accounts.items():
        shown = {**item.common.model_dump(mode="json", exclude_defaults=True), "role": item.role}
        shown |= {key: _masked(value) for key, value in item.own if value not in (None, "", ())}
        session.say(f"[accounts.{name}]")
        for key, value in shown.items():
            session.say(f"  {key} = {value}")
        session.emit({"event": "account", "name": name, **{key: str(value) for key, value in shown.items()}})


def _masked(value: object) -> object:
    return repr(value) if type(value).__name__ == "Secret" else value


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


@click.command("install-service")
@click.option("--system", "scope", flag_value="system", help="For the whole machine, in /etc/systemd/system.")
@click.option("--user", "scope", flag_value="user", default="user", help="For you alone (default).")
@click.option("--timer", is_flag=True, help="A timer that runs kith sync, not the daemon.")
@click.option("--print", "only_print", is_flag=True, help="Print the units, write nothing.")
@click.pass_obj
def install_service_command(session: Session, scope: str, timer: bool, only_print: bool) -> None:
    """Write the systemd units, with this installation's path in them.

    Example: kith install-service --user
    """
    names = ["kith-sync.service", "kith-sync.timer"] if timer else ["kith.service"]
    folder = Path("/etc/systemd/system") if scope == "system" else Path("~/.config/systemd/user").expanduser()
    program = _program()
    for name in names:
        text = _unit(name).replace("/usr/local/bin/kith", program)
        if scope == "user":
            text = _for_user(text)
        if only_print:
            click.echo(f"# {folder / name}\n{text}")
            continue
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        session.say(f"written: {folder / name}")
    if not only_print:
        control = "systemctl" if scope == "system" else "systemctl --user"
        session.say(f"next: {control} daemon-reload && {control} enable --now {names[-1]}")


def _program() -> str:
    """The `kith` of this very installation, as an absolute path: systemd takes no other, and PATH may find another one."""
    beside = Path(sys.executable).with_name("kith")
    return str(beside) if beside.exists() else shutil.which("kith") or str(Path(sys.argv[0]).resolve())


def _unit(name: str) -> str:
    """A unit as shipped: in the package, or beside the sources of an editable installation."""
    packed = files("kith") / "systemd" / name
    if packed.is_file():
        return packed.read_text(encoding="utf-8")
    return (Path(str(files("kith"))).parents[1] / "packaging" / "systemd" / name).read_text(encoding="utf-8")


NOT_FOR_USERS = ("DynamicUser", "ProtectHome", "PrivateUsers", "CapabilityBoundingSet", "AmbientCapabilities", "ProtectClock",
                 "ProtectKernelLogs", "ProtectKernelModules", "PrivateDevices", "ProtectHostname", "ProcSubset", "ProtectProc",
                 "DevicePolicy", "PrivateIPC", "RemoveIPC", "ConfigurationDirectory", "StateDirectory", "CacheDirectory",
                 "ProtectSystem", "WantedBy=multi-user")  # fmt: skip


def _for_user(text: str) -> str:
    """A user manager cannot drop what it does not have; it needs the home where config and store are."""
    kept = [line for line in text.splitlines() if not line.startswith(NOT_FOR_USERS)]
    wanted = "" if any(line.startswith("WantedBy=") for line in kept) else "\nWantedBy=default.target"
    return "\n".join(kept).replace("[Install]", f"[Install]{wanted}") + "\n"
