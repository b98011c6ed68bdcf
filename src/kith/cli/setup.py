"""`kith doctor`, `config`, `auth`, `completion`, `install-service`."""

import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from kith.cli.attention import Need, books_of, cut_short, holds, one_book_twice
from kith.cli.session import Session, no_account
from kith.cli.words import count
from kith.config.example import HIDDEN, SPANS_OF, span
from kith.config.load import ConfigError, store_path
from kith.config.settings import TABLES, AccountSettings, Settings
from kith.connector.errors import ConnectorError
from kith.connector.secrets import MASK, Secret, readable_by_others
from kith.store.database import StoreError, at_work, lock_file
from kith.sync.accounts import opening, state_folder
from kith.sync.checkup import check_store


def look(session: Session, settings: Any, item: AccountSettings) -> list[str]:
    """Log in and look around; what was found, in words. Raises ConnectorError."""
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
    try:
        settings = session.settings
    except ConfigError as error:
        for line in error.lines():
            _tell(session, Check("config", False, line))
        return 2
    bad = 0
    for check in _checks(session, settings):
        bad += not check.ok
        _tell(session, check)
    session.say("all well" if not bad else f"{count(bad, 'thing')} {'needs' if bad == 1 else 'need'} you")
    return 1 if bad else 0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, what was found, and what helps where it is not well."""

    what: str
    ok: bool
    said: str
    remedy: str = ""


def _tell(session: Session, check: Check) -> None:
    more = f"\n      {check.remedy}" if check.remedy else ""
    session.say(f"{'ok   ' if check.ok else 'FAIL '} {check.what}: {check.said}{more}")
    event = {"event": "check", "what": check.what, "ok": check.ok, "said": check.said}
    session.emit({**event, "remedy": check.remedy} if check.remedy else event)


def _checks(session: Session, settings: Settings) -> Iterator[Check]:
    """Config, secrets, lock, store, disk, clock, last run, what waits; then each account, which takes longest."""
    number = len(settings.accounts)
    empty = "" if number else "kith init --add adds one"
    yield Check("config", bool(number), f"{settings.file}: {count(number, 'account')}", empty)
    for name, item in settings.accounts.items():
        for path in _open_passwords(item):
            what = f"the password file {path} can be read by others"
            yield Check(name, False, what, f"chmod 600 {shlex.quote(str(path))}")
    yield Check("lock", *_lock(session.store))
    for finding in check_store(session.store, settings.sync.every):
        remedy = "" if finding.ok else REMEDIES.get(finding.what, "")
        yield Check(finding.what, finding.ok, finding.said, remedy)
    for need in _waiting(session, settings):
        yield Check(need.account or "last run", False, need.what, need.remedy)
    for name, item in settings.accounts.items():
        try:
            yield Check(name, True, "; ".join(look(session, settings, item)))
        except ConnectorError as error:
            yield Check(name, False, error.message, error.remedy)


REMEDIES = {
    "disk": "make room there: kith needs space for its store and a copy of it; until then nothing is lost",
    "clock": "set the clock of this machine (NTP): the order of events in the history goes by it",
}
"""What helps where the finding does not say it itself."""


def _open_passwords(item: AccountSettings) -> Iterator[Path]:
    """The password files of an account that other users of this machine can read."""
    for _, value in item.own:
        if isinstance(value, Secret) and value.file:
            path = Path(value.file).expanduser()
            if path.exists() and readable_by_others(path):
                yield path


def _lock(store: Path) -> tuple[bool, str, str]:
    """Whether the store can be locked: (yes, what was found, remedy)."""
    lock = lock_file(store)
    folder = next(place for place in (store.parent, *store.parent.parents) if place.exists())
    if lock.exists() and not lock.is_file():
        return False, f"{lock} is in the way", "move it away: kith makes a file of that name there"
    try:
        tempfile.TemporaryFile(dir=folder).close()
        writable = not lock.exists() or os.access(lock, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        remedy = "check its owner and rights, or set [store] path in the config to another place"
        return False, f"{folder} cannot be written", remedy
    return True, "a run is at work now" if at_work(store) else "free", ""


def _waiting(session: Session, settings: Settings) -> list[Need]:
    """What the store says that waits for the user; nothing where it cannot be read, which `check_store` has told."""
    if not session.store.exists():
        return []
    try:
        with session.reading() as db:
            twice = one_book_twice(settings, books_of(db))
            return [*holds(db, settings.accounts), *twice, *cut_short(db, session.store)]
    except StoreError:
        return []


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
    texts = {key: str(value) for key, value in said.items()}
    session.emit({"event": "account", "name": account, **texts} if account else {"event": kind, **texts})


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
        session.emit({"event": "written", "path": str(folder / name)})
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
