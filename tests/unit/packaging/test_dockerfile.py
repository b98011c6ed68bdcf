"""The image, as far as its recipe tells: no engine is needed here."""

import json
import re
from itertools import pairwise
from pathlib import Path

from click.testing import CliRunner

from kith.cli.main import cli

ROOT = Path(__file__).parents[3]


def instructions() -> list[tuple[str, str]]:
    """(keyword, rest) of every instruction, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line and line[0] != "#"]


def stages() -> list[list[tuple[str, str]]]:
    found = instructions()
    starts = [place for place, (word, _) in enumerate(found) if word == "FROM"]
    return [found[begin:end] for begin, end in pairwise([*starts, len(found)])]


def of(stage: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for keyword, rest in stage if keyword == word]


def test_two_stages_and_only_the_finished_environment_goes_into_the_second():
    build, final = stages()
    assert re.fullmatch(r"python:3\.1\d-slim\S* AS build", build[0][1])
    assert of(final, "COPY") == ["--from=build /opt/kith /opt/kith"]
    assert not any("pip" in rest or "apt" in rest for rest in of(final, "RUN"))


def test_it_does_not_run_as_root():
    final = stages()[-1]
    users = of(final, "USER")
    assert users == ["kith"]
    assert any(
        "useradd" in rest and "--uid 1000" in rest and rest.find("kith") > 0 for rest in of(final, "RUN")
    )
    words = [word for word, _ in final]
    assert words.index("USER") < words.index("ENTRYPOINT")


def test_everything_copied_is_there_and_enough_to_build():
    copied = [name for rest in of(stages()[0], "COPY") for name in rest.split()[:-1]]
    for name in copied:
        assert (ROOT / name).exists(), name
    # what pyproject.toml takes from outside the packages has to be copied as well
    assert {"pyproject.toml", "src", "connectors", "packaging", "README.md", "LICENSE"} <= set(copied)


def test_no_secret_is_baked_in():
    for word, rest in instructions():
        assert word not in {"ARG", "ADD"}
        assert not re.search(r"pass(word)?|secret|token|key\b", rest, re.I), rest


def test_health_entry_point_and_command_are_words_of_kith():
    final = stages()[-1]
    check = of(final, "HEALTHCHECK")[0]
    assert "--interval=" in check
    assert "--timeout=" in check
    asked = json.loads(check.split("CMD ", 1)[1])
    assert asked[0] == "kith"
    assert of(final, "ENTRYPOINT") == ['["kith"]']
    for words in (asked[1:], json.loads(of(final, "CMD")[0])):
        assert CliRunner().invoke(cli, [*words, "--help"]).exit_code == 0


def test_config_and_store_are_the_two_volumes():
    final = stages()[-1]
    assert json.loads(of(final, "VOLUME")[0]) == ["/config", "/data"]
    environment = " ".join(of(final, "ENV"))
    assert "KITH_CONFIG=/config/config.toml" in environment
    assert "STATE_DIRECTORY=/data" in environment
