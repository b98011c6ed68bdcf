"""`kith install-service`: the systemd units, made for this installation."""

import shutil
import sys
from importlib.resources import files
from pathlib import Path

import click

from kith.cli.session import Session


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
