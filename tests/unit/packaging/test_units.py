"""The systemd units, as shipped and as `kith install-service` writes them, under systemd's own eyes."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from kith.cli.main import cli
from servers.program import required

ROOT = Path(__file__).parents[3]
UNITS = ROOT / "packaging" / "systemd"
PROGRAM = "/bin/true"
"""systemd-analyze wants to see the program; where kith will be installed, it is not yet."""


def analyze(*words: str) -> str:
    """Run systemd-analyze; fails where it complains."""
    program = "systemd-analyze"
    required("systemd", "" if shutil.which(program) else program)
    with tempfile.TemporaryDirectory() as runtime:  # what a login gives a user, and a build machine does not
        environment = {**os.environ, "XDG_RUNTIME_DIR": runtime}
        done = subprocess.run([program, *words], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def placed(folder: Path, texts: dict[str, str]) -> list[str]:
    """Write units into a folder, with a program that is there; their paths."""
    found = []
    for name, text in texts.items():
        (folder / name).write_text(
            re.sub(r"^(ExecStart=)\S*kith\b", rf"\1{PROGRAM}", text, flags=re.M), "utf-8"
        )
        found.append(str(folder / name))
    return found


def shipped() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(UNITS.iterdir())}


def printed(*words: str) -> dict[str, str]:
    """{file name: text} of `kith install-service --print`."""
    ran = CliRunner().invoke(cli, ["install-service", *words, "--print"])
    assert ran.exit_code == 0, ran.output
    parts = re.split(r"^# (/\S+\.(?:service|timer))$", ran.output, flags=re.M)[1:]
    return {Path(name).name: text for name, text in zip(parts[::2], parts[1::2], strict=True)}


def options(text: str) -> dict[str, str]:
    """{key: value} of a unit."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


def test_the_shipped_units_are_valid(tmp_path):
    assert analyze("verify", "--man=no", *placed(tmp_path, shipped())).strip() == ""


@pytest.mark.parametrize("name", ["kith.service", "kith-sync.service"])
def test_the_services_are_hardened(name, tmp_path):
    told = analyze("security", "--offline=true", "--no-pager", *placed(tmp_path, {name: shipped()[name]}))
    exposure = re.search(rf"exposure level for {re.escape(name)}: ([\d.]+)", told)
    assert exposure is not None, told
    assert float(exposure[1]) <= 1.5


@pytest.mark.parametrize(
    "words", [("--system",), ("--user",), ("--system", "--timer"), ("--user", "--timer")]
)
def test_the_printed_units_are_valid(words, tmp_path):
    units = printed(*words)
    assert sorted(units) == (
        ["kith-sync.service", "kith-sync.timer"] if "--timer" in words else ["kith.service"]
    )
    manager = "--user" if "--user" in words else "--system"
    assert analyze("verify", "--man=no", manager, *placed(tmp_path, units)).strip() == ""


@pytest.mark.parametrize("words", [("--user",), ("--user", "--timer")])
def test_units_of_a_user_run_as_that_user_with_their_home(words):
    text = next(text for name, text in printed(*words).items() if name.endswith(".service"))
    for key in ("DynamicUser", "User", "ProtectHome", "StateDirectory", "WantedBy=multi-user"):
        assert not re.search(rf"^{key}", text, flags=re.M), key
    assert "NoNewPrivileges=yes" in text


def test_the_printed_units_start_this_installation():
    assert f"ExecStart={Path(sys.executable).with_name('kith')} daemon\n" in printed("--user")["kith.service"]


def test_the_daemon_is_watched_and_a_wrong_config_is_not_tried_again():
    daemon = options(shipped()["kith.service"])
    assert daemon["Type"] == "notify"
    assert daemon["NotifyAccess"] == "main"
    assert int(daemon["WatchdogSec"]) > 60
    assert daemon["RestartPreventExitStatus"] == "2"
    assert int(daemon["TimeoutStopSec"]) > 10


def test_the_timer_makes_up_for_missed_runs_and_does_not_call_with_everybody_else():
    timer = options(shipped()["kith-sync.timer"])
    assert timer["Persistent"] == "true"
    assert timer["RandomizedDelaySec"] == "10m"
    assert timer["WantedBy"] == "timers.target"
