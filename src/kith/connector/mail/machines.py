"""Mail that no person wrote to another, and addresses behind which no single person sits."""

import re
from functools import lru_cache

from kith.connector.mail.headers import Headers


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BULK_FIELDS = frozenset({"LIST-ID", "LIST-UNSUBSCRIBE", "LIST-POST", "FEEDBACK-ID", "X-GITHUB-REASON"})
_BULK_PRECEDENCE = frozenset({"bulk", "list", "junk", "auto_reply"})
_MAILTO = re.compile(r"<mailto:([^?>\s]+)", re.IGNORECASE)

_MACHINE = re.compile(
    r"""^(?:
        .*(?:no|not|non|nicht)[-_.]?(?:to[-_.]?)?repl(?:y|ies).* | .*do[-_.]?not[-_.]?(?:reply|respond).*
      | .*(?:nicht|keine)[-_.]?antwort.* | .*ne[-_.]?pas[-_.]?repondre.* | .*no[-_.]?responder.*
      | .*mailer[-_.]?daemon.* | postmaster | .*bounces?(?:[-_.+].*)? | owner-.* | .*-(?:owner|request|subscribe|unsubscribe|bounces)
      | (?:un)?subscribe.* | (?:auto)?[-_.]?notifications? | notify | alerts? | news(?:letter)? | mailings? | digest
      | auto[-_.]?(?:mail|confirm|reply|responder).* | mail[-_.]?list | listserv | majordomo | mailman
      | daemon | root | nobody | cron | www-data | system | robot | bot | undisclosed.* | imceaex-.* | reply[-+_.].*
    )$""",
    re.VERBOSE,
)
_ROLES = _words(
    """abuse accounting accounts admin administrator anfrage anfragen anmeldung auftrag bestellung bestellungen
    bewerbung bewerbungen billing booking bookings buchhaltung buero career careers contact customerservice dataprotection
    datenschutz disposition empfang enquiries events feedback finance helpdesk help hilfe hostmaster hr impressum info
    infos inquiries invoice invoices it jobs karriere kasse kontakt kundendienst kundenservice legal leitung marketing
    office order orders praxis presse press privacy recht rechnung rechnungen redaktion reception reservation
    reservations reservierung sales security sekretariat service services shop spam support team termin termine
    vertrieb verkauf versand verwaltung webmaster zentrale welcome rezeption orga vorstand"""
)
_RELAY_LABELS = _words(
    """reply replies bounce bounces noreply no-reply relay mailer notification notifications notify inbound lists list
    listserv mailman newsletter"""
)
_RELAYS = (
    "privaterelay.appleid.com",
    "users.noreply.github.com",
    "mozmail.com",
    "googlegroups.com",
    "groups.io",
    "docs.google.com",
    "guest.booking.com",
    "property.booking.com",
    "mail.kleinanzeigen.de",
    "groups.facebook.com",
    "facebookmail.com",
    "craigslist.org",
)
_RELAY_PATTERN = re.compile(r"(?:^|\.)(?:marketplace\.amazon|members\.ebay|reply\.airbnb)\.[a-z.]+$")
_TOKEN = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")


def is_bulk(headers: Headers) -> bool:
    """Whether a program or a list sent the message (RFC 2369, RFC 2919, RFC 3834, and the customs beside them)."""
    if not _BULK_FIELDS.isdisjoint(headers):
        return True
    if headers.get("PRECEDENCE", "").casefold() in _BULK_PRECEDENCE:
        return True
    if headers.get("AUTO-SUBMITTED", "no").partition(";")[0].strip().casefold() not in ("no", ""):
        return True
    return headers.get("RETURN-PATH", "-").strip() in ("<>", "")


def list_addresses(headers: Headers) -> tuple[str, ...]:
    """The posting addresses that a list names in List-Post."""
    return tuple(_MAILTO.findall(headers["LIST-POST"])) if "LIST-POST" in headers else ()


@lru_cache(maxsize=65536)
def nature(address: str) -> str:
    """What sits behind an address by its look: "person", "role" (info@), or "machine" (no-reply, VERP, relay, list).

    `address` in lower case.
    """
    local, _, host = address.rpartition("@")
    if _MACHINE.match(local) or _is_verp(local, host) or _is_relay(host):
        return "machine"
    if local in _ROLES or local.rstrip("0123456789") in _ROLES:
        return "role"
    return "person"


def _is_verp(local: str, host: str) -> bool:
    if "=" in local or _TOKEN.search(local):
        return True
    bare = local.partition("+")[0]
    # A token of a ticket or reply system: long, without a separator, letters and digits mixed.
    digits = sum(char.isdigit() for char in bare)
    return len(bare) >= 20 and digits >= 5 and not re.search(r"[._-]", bare) and "." in host


def _is_relay(host: str) -> bool:
    if host.split(".", 1)[0] in _RELAY_LABELS or _RELAY_PATTERN.search(host):
        return True
    return any(host == relay or host.endswith("." + relay) for relay in _RELAYS)
