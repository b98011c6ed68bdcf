"""From settings to a place on the network: login, trust, provider, address books."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from kith.connector.errors import WrongPlace
from kith_connectors.carddav.books import Book, Places
from kith_connectors.carddav.discovery import Search, announced, start_url
from kith_connectors.carddav.http import HttpTransport, Wire
from kith_connectors.carddav.login import Login
from kith_connectors.carddav.providers import Provider, provider_of
from kith_connectors.carddav.settings import CardDavSettings
from kith_connectors.carddav.transport import DavTransport
from kith_connectors.carddav.trust import Trust, shown


@dataclass
class Account:
    """One account's settings, put to use."""

    settings: CardDavSettings

    @cached_property
    def provider(self) -> Provider:
        text = self.settings.url.strip()
        host = urlsplit(text if "://" in text else "//" + text.rpartition("@")[2]).hostname or ""
        found = provider_of(self.settings.provider, host)
        if found.refused:
            raise WrongPlace(f"kith does not use CardDAV of {found.title}", found.refused)
        return found

    @cached_property
    def start(self) -> str:
        """Where discovery starts; asks no network."""
        return start_url(self.settings.url, self.provider)

    @property
    def shown(self) -> str:
        return shown(self.start)

    @property
    def origin(self) -> str:
        """What a cursor belongs to: the settings that decide which books there are."""
        chosen = self.settings
        text = "\n".join((chosen.url, chosen.provider, chosen.username, *chosen.address_books))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def transport(self) -> DavTransport:
        chosen = self.settings
        trust = Trust(self.start, self.provider.hosts, chosen.insecure_http)
        login = Login(self.username, self.password, chosen.auth)
        return HttpTransport(login, trust, Wire(chosen.timeout, chosen.ca_file))

    @property
    def username(self) -> str:
        """The user name; without one, the mail address that was given as url."""
        url = self.settings.url
        return self.settings.username or (url if "@" in url and "://" not in url else "")

    @property
    def password(self) -> Callable[[], str]:
        secret = self.settings.password
        return secret.reveal if secret else lambda: ""

    def find(self, transport: DavTransport) -> Places:
        """The account's address books, by discovery. Raises ConnectorError."""
        search = Search(transport, self.provider, self.username)
        said = announced(self.settings.url) if not self.provider.url else ""
        books = search.books(said or self.start)
        return Places(self.origin, self._chosen(books))

    def _chosen(self, books: list[Book]) -> list[Book]:
        """The books the user named, in that order; else all."""
        names = self.settings.address_books
        if not names:
            return books
        chosen = []
        for name in names:
            found = [book for book in books if book.answers_to(name) and book not in chosen]
            if not found:
                offered = ", ".join(f'"{book.name or book.key}"' for book in books)
                raise WrongPlace(
                    f'there is no address book "{name}" at {self.shown}', f"there are: {offered}"
                )
            chosen += found
        return chosen
