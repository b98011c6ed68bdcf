"""What a user installs: the wheel and the source archive, made and looked into."""

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "src", "connectors", "packaging")
UNITS = ("kith.service", "kith-sync.service", "kith-sync.timer")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    from hatchling.builders.sdist import SdistBuilder
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("dist")
    list(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    list(SdistBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    return folder


@pytest.fixture(scope="module")
def wheel(made: Path) -> set[str]:
    with zipfile.ZipFile(next(made.glob("*.whl"))) as opened:
        return set(opened.namelist())


def packaged() -> set[str]:
    """Every file of the two packages, as it lies in the wheel."""
    roots = (ROOT / "src", ROOT / "connectors")
    return {
        str(path.relative_to(root))
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != ".gitignore"
    }


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    assert packaged() <= wheel
    assert any(name.startswith("kith/normalize/data/") for name in wheel), "the nickname tables"
    assert {"kith/py.typed", "kith/match/weights.json"} <= wheel


def test_the_wheel_holds_the_units_and_no_test(wheel):
    assert {f"kith/systemd/{name}" for name in UNITS} <= wheel
    assert not [name for name in wheel if name.startswith(("tests", "benchmarks")) or "__pycache__" in name]


def test_the_source_archive_is_enough_to_build_and_test(made):
    with tarfile.open(next(made.glob("*.tar.gz"))) as opened:
        names = {name.split("/", 1)[1] for name in opened.getnames() if "/" in name}
    for wanted in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "Dockerfile",
        "config.example.toml",
        "tests/world.py",
    ):
        assert wanted in names, wanted
    assert {f"packaging/systemd/{name}" for name in UNITS} <= names


def test_the_installed_wheel_finds_its_commands_connectors_and_data(made, tmp_path):
    """In an environment of its own: what an editable installation would find beside the sources has to be inside."""
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    python = tmp_path / "env" / "bin" / "python"
    site = next((tmp_path / "env" / "lib").glob("python3*")) / "site-packages"
    with zipfile.ZipFile(next(made.glob("*.whl"))) as opened:
        opened.extractall(site)
    program = """
from importlib.metadata import distribution
from importlib.resources import files
found = distribution("kith-contacts")
points = {point.name for point in found.entry_points if point.group == "kith.connectors"}
assert {"carddav", "vcf", "linkedin", "google", "imap", "mbox", "maildir", "csv", "xing", "memory"} <= points, points
assert [p.value for p in found.entry_points if p.group == "console_scripts"] == ["kith.cli.main:main"]
assert (files("kith") / "systemd" / "kith.service").is_file()
assert (files("kith") / "match" / "weights.json").is_file()
assert any(one.is_file() for one in (files("kith") / "normalize" / "data").iterdir())
import kith, kith_connectors
print(kith.__file__)
"""
    done = subprocess.run([str(python), "-I", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stdout


def test_this_interpreter_is_one_that_the_package_allows():
    assert sys.version_info >= (3, 11)
