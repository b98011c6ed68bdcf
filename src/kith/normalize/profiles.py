"""Profiles on networks and instant-messaging handles as `service:handle`."""

import re
from functools import lru_cache
from urllib.parse import unquote

_SCHEME = re.compile(r"^[a-z]+://")
_LANGUAGE = re.compile(r"[a-z]{2}_[a-z]{2}")
_HOSTS = {
    "linkedin.com": "linkedin", "xing.com": "xing", "xing.to": "xing", "github.com": "github",
    "gitlab.com": "gitlab", "facebook.com": "facebook", "fb.com": "facebook", "twitter.com": "x",
    "x.com": "x", "instagram.com": "instagram", "t.me": "telegram", "orcid.org": "orcid",
    "bsky.app": "bluesky", "youtube.com": "youtube", "threads.net": "threads", "tiktok.com": "tiktok",
}  # fmt: skip
_SKIP = frozenset(
    {"in", "pub", "profile", "profiles", "people", "company", "user", "users", "u", "mwlite", "www"}
)
_FIRMS = frozenset({"company", "companies", "school", "groups", "pages", "pub/dir"})


def _service(host: str) -> str:
    """The network that a host or the domain above it belongs to, "" for none."""
    while host and host not in _HOSTS:
        host = host.partition(".")[2]
    return _HOSTS.get(host, "")


@lru_cache(maxsize=1024)
def from_url(url: str) -> str:
    """`linkedin:jane-doe-123` for a profile's address on a known network, else "" (also for firms' pages).

    >>> from_url("https://de.linkedin.com/in/Jane-Doe-123/?trk=x"), from_url("https://www.linkedin.com/company/acme")
    ('linkedin:jane-doe-123', '')
    """
    plain = _SCHEME.sub("", url.strip()[:400].casefold()).split("?", 1)[0].split("#", 1)[0]
    host, _, path = plain.partition("/")
    service = _service(host)
    parts = [unquote(part).lstrip("@") for part in path.split("/") if part]
    if service and parts and parts[0] not in _FIRMS:
        kept = [part for part in parts if part not in _SKIP and not _LANGUAGE.fullmatch(part)]
        return f"{service}:{kept[0]}" if kept else ""
    if not service and len(parts) == 1 and path.startswith("@") and "." in host:
        return f"fediverse:{parts[0]}@{host}"
    return ""


@lru_cache(maxsize=1024)
def key(service: str, handle: str, url: str) -> str:
    """The profile's identity from what the card tells: its address first, else service and handle."""
    known = from_url(url) if url else ""
    if known:
        return known
    name = re.sub(r"\W+", "", service.casefold())
    name = {"twitter": "x"}.get(name, name)
    if handle and name:
        return from_url(handle) or f"{name}:{handle.strip().lstrip('@').casefold()[:120]}"
    return ""


@lru_cache(maxsize=1024)
def from_handle(uri: str) -> str:
    """An instant-messaging or SIP address: `xmpp:jane@example.org`, case and resource removed."""
    scheme, sep, rest = uri.strip()[:300].casefold().partition(":")
    rest = rest.strip("/").split("?", 1)[0].split("/", 1)[0]
    return f"{scheme}:{rest}" if sep and rest and scheme not in {"http", "https", "tel", "mailto"} else ""
