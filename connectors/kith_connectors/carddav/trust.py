"""Where requests, and with them the password, may go."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from kith.connector.errors import WrongPlace
from kith_connectors.carddav.places import loopback, registrable


@dataclass(frozen=True, slots=True)
class Trust:
    """The configured server and the hosts of its provider's preset.

    `hosts` are names or, with a leading dot, everything below a name. `insecure`: plain http was asked for.
    """

    home: str
    hosts: tuple[str, ...] = ()
    insecure: bool = False

    def check(self, url: str) -> None:
        """Raises WrongPlace where a request to `url` must not be sent."""
        target, home = urlsplit(url), urlsplit(self.home)
        host, own = (target.hostname or "").casefold(), (home.hostname or "").casefold()
        if target.scheme not in {"http", "https"} or not host or target.username is not None:
            raise WrongPlace(f"the server points to {shown(url)}, which is not a web address kith can use")
        if target.scheme == "http" and not loopback(host) and not self._plain_allowed(home.scheme):
            raise WrongPlace(
                f"{shown(url)} is not encrypted: the password would travel in the clear",
                "use an https address; only in a network of your own, set insecure_http = true",
            )
        if not self._ours(host, own):
            raise WrongPlace(
                f"{shown(self.home)} points to another place, {shown(url)}; nothing was sent there",
                f'if that is your provider\'s server, set url = "{target.scheme}://{target.netloc}/"',
            )

    def _plain_allowed(self, home_scheme: str) -> bool:
        return self.insecure and home_scheme == "http"

    def _ours(self, host: str, own: str) -> bool:
        if host == own or (loopback(host) and loopback(own)):
            return True
        if loopback(host) or loopback(own):
            return False
        named = any(host.endswith(name) if name.startswith(".") else host == name for name in self.hosts)
        return named or registrable(host) == registrable(own)


def shown(url: str) -> str:
    """A URL fit for a message: without user, password, query and fragment."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
