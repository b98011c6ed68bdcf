"""E-mail addresses: one mailbox written in several ways, and what kind of mailbox it is."""

import re
from functools import lru_cache

from kith.normalize.spelling import word
from kith.normalize.tables import section

_DOTLESS = frozenset({"gmail.com", "googlemail.com"})
_ADDRESS = re.compile(r"[^\s@<>\"]{1,120}@[^\s@<>\",]{3,180}")
_SPLIT = re.compile(r"[._\-\d]+")
_DIGITS = re.compile(r"[0-9]+")
_UNREAD = re.compile(r"noreply|no-reply|donotreply|bounce|=")
"""What nobody reads: senders of machines, and addresses with another written into them."""


@lru_cache(maxsize=2048)
def canonical(address: str) -> str:
    """One spelling per mailbox: lower case, no `+tag`, Gmail's dots removed; "" when there is no address in it.

    Only Google ignores dots (support.google.com/mail/answer/7436150); plus-tags are RFC 5233 subaddressing,
    honoured by the large providers.

    >>> canonical("Mailto:Jane.Doe+news@GoogleMail.com")
    'janedoe@gmail.com'
    """
    found = _ADDRESS.search(address[:400].strip())
    if not found:
        return ""
    local, _, domain = found.group().casefold().removeprefix("mailto:").rpartition("@")
    domain = domain.rstrip(".")
    if not domain.isascii():
        domain = _punycode(domain)
    local = local.split("+", 1)[0] or local
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    if not local or "." not in domain:
        return ""
    plain = f"{local}@{domain}"
    return address if plain == address else plain  # most are written so: one copy is enough


def _punycode(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


@lru_cache(maxsize=2048)
def classify(address: str) -> str:
    """`relay` (mail of others passes through: notifications, list rewrites), `role` (info@, office@) or `personal`."""
    local, _, domain = canonical(address).partition("@")
    if not local:
        return ""
    heads = {local, *(_SPLIT.split(local, 1)[:1])}
    if _relays(domain) or not heads.isdisjoint(section("mailboxes", "relay")):
        return "relay"
    if len(local) > 60 or _UNREAD.search(local):
        return "relay"
    return "personal" if heads.isdisjoint(section("mailboxes", "role")) else "role"


@lru_cache(maxsize=2048)
def _relays(domain: str) -> bool:
    return _ends(domain, section("mailboxes", "relay domains"))


@lru_cache(maxsize=2048)
def _provides(domain: str) -> bool:
    return _ends(domain, section("mailboxes", "providers"))


def _ends(domain: str, listed: frozenset[str]) -> bool:
    parts = domain.split(".")
    return any(".".join(parts[start:]) in listed for start in range(len(parts) - 1))


@lru_cache(maxsize=2048)
def firm_domain(address: str) -> str:
    """The domain when it tells an employer: "" for mailbox providers (gmail.com, web.de) and relays."""
    domain = canonical(address).partition("@")[2]
    if not domain or _provides(domain) or classify(address) == "relay":
        return ""
    return domain


@lru_cache(maxsize=2048)
def local_words(address: str) -> tuple[str, ...]:
    """The words of the part before the @, folded, then its digits: `jane.doe82@x.example` gives (`jane`, `doe`, `82`)."""
    local = canonical(address).partition("@")[0]
    found = [part for piece in _SPLIT.split(local) if (part := word(piece))][:4]
    digits = "".join(_DIGITS.findall(local))[:12]
    return (*found, digits) if digits else tuple(found)


@lru_cache(maxsize=8192)
def stem(domain: str) -> str:
    """The name in a domain, letters only: `kronen-immobilien24.example` gives `kronenimmobilien`."""
    labels = domain.split(".")
    middle = (
        labels[-3] if len(labels) > 2 and len(labels[-2]) < 4 else labels[-2] if len(labels) > 1 else domain
    )
    return word(_DIGITS.sub("", middle))
