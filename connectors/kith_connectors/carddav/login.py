"""Basic and Digest: which one, and when it may be sent unasked."""

import base64
from collections.abc import Callable
from functools import cached_property
from urllib.parse import urlsplit

from kith_connectors.carddav.digest import Digest, challenges, usable
from kith_connectors.carddav.places import loopback, origin_of


class Login:
    """A user's name and password; the password is asked for once, when it is needed.

    `scheme` is basic, digest or auto: Basic at once over https and to this machine, Digest where a server offers
    nothing else; over plain http nothing is sent unasked, and Digest is preferred.
    """

    def __init__(self, username: str, password: Callable[[], str], scheme: str = "auto") -> None:
        self._username, self._reveal, self._scheme = username, password, scheme
        self._digests: dict[str, Digest] = {}
        self._basic: dict[str, bool] = {}

    @cached_property
    def _password(self) -> str:
        return self._reveal()

    def header(self, method: str, url: str, target: str) -> str:
        """The Authorization header of a request, "" for none (yet). `target`: path and query as they are sent."""
        if not self._username:
            return ""
        place = origin_of(url)
        if place in self._digests:
            return self._digests[place].header(method, target)
        if place not in self._basic and _private(url) and self._scheme != "digest":
            self._basic[place] = True
        return self._token if self._basic.get(place) else ""

    @cached_property
    def _token(self) -> str:
        return "Basic " + base64.b64encode(f"{self._username}:{self._password}".encode()).decode()

    def accepted(self, url: str) -> None:
        """The server took the login: a later refusal means that the challenge is worn out, not that it was wrong."""
        digest = self._digests.get(origin_of(url))
        if digest:
            digest.worked = True

    def learn(self, url: str, lines: list[str]) -> bool:
        """Take a 401's challenges in; True when another try makes sense."""
        if not self._username:
            return False
        told = challenges(lines)
        order = ("basic", "digest") if _private(url) else ("digest", "basic")
        for name in order:
            if self._scheme in {"auto", name}:
                for scheme, parts in told:
                    if scheme == name:
                        return self._take(origin_of(url), scheme, parts)
        return False

    def _take(self, place: str, scheme: str, told: dict[str, str]) -> bool:
        if scheme == "basic":
            again = not self._basic.get(place, False)
            self._basic[place] = True
            return again
        old = self._digests.get(place)
        worn = old is None or old.worked or told.get("stale", "").casefold() == "true"
        if not usable(told) or not worn:
            return False
        self._digests[place] = Digest(self._username, self._password, told)
        return True


def _private(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or loopback(parts.hostname or "")
