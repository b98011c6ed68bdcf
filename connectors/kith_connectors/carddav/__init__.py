"""Address books on a server that speaks CardDAV (RFC 6352)."""

from kith.connector.api import Target
from kith.connector.info import ConnectorInfo, Opening
from kith_connectors.carddav.providers import CAPABILITIES, PROVIDERS
from kith_connectors.carddav.settings import CardDavSettings


def open_account(settings: CardDavSettings, opening: Opening) -> Target:
    """An account; nothing is asked of the network yet. The HTTP library is loaded here and not earlier."""
    from kith_connectors.carddav.account import Account
    from kith_connectors.carddav.connector import CardDavAccount

    return CardDavAccount(Account(settings), opening)


INFO = ConnectorInfo(
    name="carddav",
    title="CardDAV",
    settings=CardDavSettings,
    capabilities=CAPABILITIES,
    open=open_account,
    example='url = "https://dav.example.org"\nusername = "anna"\npassword.command = ["pass", "show", "dav"]',
    presets={
        name: {
            "title": provider.title,
            "url": provider.url,
            "advice": provider.refused or provider.advice,
            "refused": "yes" if provider.refused else "",
        }
        for name, provider in PROVIDERS.items()
    },
)
