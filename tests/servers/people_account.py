"""Opens a Google account at the emulator, logged in."""

from pathlib import Path
from typing import Any

from kith.connector.info import Opening
from kith_connectors.google import INFO
from kith_connectors.google.auth import store_token
from kith_connectors.google.settings import GoogleSettings
from servers.people import PeopleServer


def google_settings(people: PeopleServer, **more: Any) -> GoogleSettings:
    """Settings whose every address is the emulator's."""
    client = {"username": "anna@gmail.example", "client_id": "client-1", "client_secret": "a-secret"}
    hidden = {"api_endpoint": people.endpoint, "token_uri": people.token_uri, "auth_uri": people.auth_uri}
    return GoogleSettings.model_validate({**client, **hidden, **more})


def open_google(people: PeopleServer, state_dir: Path, account: str = "google", **more: Any) -> Any:
    """The account as kith opens it, with a login in `state_dir`."""
    settings = google_settings(people, **more)
    opening = Opening(account, "DE", state_dir)
    store_token(opening, "refresh-1", "client-1", settings.scopes)
    return INFO.open(settings, opening)
