"""Each connector has a page of its own that a person can set it up with, and an example that the config takes."""

import re
import tomllib
from pathlib import Path

import pytest

from kith.connector import registry
from kith.connector.info import ConnectorInfo

CONNECTORS = sorted(set(registry.available()) - {"memory"})
PACKAGES = Path(__file__).parents[3] / "connectors" / "kith_connectors"
PAGE = {"maildir": "mbox", "xing": "csv"}
PARTS = {
    "set-up": r"^## .*(set-?up|setting it up|mbox)",
    "what is lost": r"^## .*(lost|not taken over|stays in kith)",
    "quirks": r"^## .*(quirks|how it reads|good to know|told apart|who becomes)",
}
HIDDEN = {"api_endpoint", "token_uri", "auth_uri"}


@pytest.mark.parametrize("name", CONNECTORS)
def test_a_page_of_its_own(name: str) -> None:
    text = (PACKAGES / PAGE.get(name, name) / "README.md").read_text("utf-8")
    for part, pattern in PARTS.items():
        assert re.search(pattern, text, re.IGNORECASE | re.MULTILINE), part
    assert f'connector = "{name}"' in text
    assert "kith doctor" in text
    keys = set(registry.load(name).settings.model_fields) - HIDDEN
    told = text + (PACKAGES / "imap" / "README.md").read_text("utf-8") * (name in ("mbox", "maildir"))
    assert not {key for key in keys if not re.search(rf"\b{key}\b", told)}


@pytest.mark.parametrize("name", CONNECTORS)
def test_every_example_in_the_page_is_a_config(name: str) -> None:
    text = (PACKAGES / PAGE.get(name, name) / "README.md").read_text("utf-8")
    found = [
        (table, keys)
        for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
        for table, keys in tomllib.loads(block).get("accounts", {}).items()
    ]
    assert found
    for table, keys in found:
        valid(registry.load(keys["connector"]), table, keys)


@pytest.mark.parametrize("name", CONNECTORS)
def test_the_example_that_init_and_the_reference_show(name: str) -> None:
    info = registry.load(name)
    parsed = tomllib.loads(info.example)
    ((table, keys),) = parsed["accounts"].items() if "accounts" in parsed else [(name, parsed)]
    valid(info, table, keys)


def valid(info: ConnectorInfo, table: str, keys: dict[str, object]) -> None:
    common = {"connector", "mode", "role", "every", "region", "filter"}
    own = {key: value for key, value in keys.items() if key not in common}
    made = info.settings.model_validate(own)
    assert set(own) <= set(type(made).model_fields), table
