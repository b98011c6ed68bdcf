"""Basic and Digest: which one, and when it may be sent unasked."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from kith_connectors.carddav.places import loopback


class Login:
    """A user's name and password; the password is asked for once, when it is needed.

    `scheme` is basic, digest or auto: Basic at once over https and to this machine, Digest where a server offers
    nothing else; over plain http nothing is sent unasked, and Digest is preferred.
    """

    def __init__(self, username: str, password: Callable[[], str], scheme: str = "auto") -> None:
        self._username, self._password, self._scheme = username, password, scheme
        self._chosen: dict[str, httpx.Auth] = {}

    def method(self, url: str) -> httpx.Auth | None:
        """How to authenticate a request to `url`, None for not (yet)."""
        if not self._username:
            return None
        place = _origin(url)
        if place not in self._chosen:
            if self._scheme == "digest":
                self._chosen[place] = self._digest()
            elif _private(url):
                self._chosen[place] = self._basic()
        return self._chosen.get(place)

    def learn(self, url: str, challenges: list[str]) -> bool:
        """Take a 401's challenges in; True when another try makes sense."""
        if not self._username:
            return False
        offered = {
            word.casefold()
            for line in challenges
            for word in re.findall(r"(?:^|,\s*)(basic|digest)\b", line, re.I)
        }
        order = ("basic", "digest") if _private(url) else ("digest", "basic")
        wanted = [name for name in order if name in offered and self._scheme in {"auto", name}]
        current = self._chosen.get(_origin(url))
        for name in wanted[:1]:
            chosen = self._basic() if name == "basic" else self._digest()
            if type(chosen) is type(current):
                return False
            self._chosen[_origin(url)] = chosen
            return True
        return False

    def _basic(self) -> httpx.Auth:
        return httpx.BasicAuth(self._username, self._password())

    def _digest(self) -> httpx.Auth:
        return httpx.DigestAuth(self._username, self._password())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _private(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or loopback(parts.hostname or "")
