"""The real servers, started when the first test wants them."""

from servers.debian import cyrus, sabre
from servers.fixtures import radicale, xandikos

__all__ = ["cyrus", "radicale", "sabre", "xandikos"]
