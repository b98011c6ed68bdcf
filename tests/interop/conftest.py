"""The real servers, started when the first test wants them, and accounts on hostile ones."""

from servers.connecting import connect, serve
from servers.debian import cyrus, sabre
from servers.fixtures import radicale, xandikos

__all__ = ["connect", "cyrus", "radicale", "sabre", "serve", "xandikos"]
