"""Settings, providers, and what `kith init` is told about them."""

import pytest
from pydantic import ValidationError

from kith.connector.registry import load
from kith_connectors.carddav import INFO
from kith_connectors.carddav.account import Account
from kith_connectors.carddav.providers import CAPABILITIES, PROVIDERS
from kith_connectors.carddav.settings import CardDavSettings


def test_the_connector_is_found_by_name():
    assert load("carddav") is INFO
    assert INFO.capabilities.writes
    assert INFO.settings is CardDavSettings


def test_the_password_is_never_shown():
    settings = CardDavSettings(url="https://dav.example.org", username="anna", password="Kanarienvogel")
    assert "Kanarienvogel" not in repr(settings) + str(settings)
    assert settings.password.reveal() == "Kanarienvogel"


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"auth": "ntlm"}, {"pasword": "x"}, {"timeout": 10_000}])
def test_mistakes_are_refused(wrong):
    with pytest.raises(ValidationError):
        CardDavSettings(url="https://dav.example.org", **wrong)


def test_every_provider_can_be_used_or_says_why_not():
    for name, provider in PROVIDERS.items():
        assert provider.title
        assert INFO.presets[name]["advice"] or not (provider.advice or provider.refused)
        if not provider.refused:
            assert provider.url.startswith("https://") or not provider.url
            assert provider.capabilities.writes
        assert provider.capabilities.photo_bytes <= CAPABILITIES.photo_bytes


def test_the_cursor_belongs_to_the_settings_that_choose_the_books():
    def origin(**more):
        return Account(CardDavSettings(url="https://dav.example.org", **more)).origin

    assert origin() == origin(timeout=5, password="x")
    assert (
        len({origin(), origin(username="a"), origin(address_books=["x"]), origin(address_books=["x", "y"])})
        == 4
    )
