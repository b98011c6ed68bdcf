"""config.example.toml is what the settings models say."""

import tomllib
from pathlib import Path

from kith.config.example import example

FILE = Path(__file__).parents[3] / "config.example.toml"


def test_the_example_is_up_to_date():
    assert FILE.read_text(encoding="utf-8") == example(), "run: kith config example > config.example.toml"


def test_the_example_is_valid_toml_and_changes_nothing():
    assert tomllib.loads(FILE.read_text(encoding="utf-8")) == {
        "store": {},
        "sync": {},
        "match": {},
        "merge": {},
        "me": {},
    }
