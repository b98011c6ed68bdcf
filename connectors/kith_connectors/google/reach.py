"""Ways to reach somebody: e-mail, phone, postal address, web pages and profiles, instant messaging, calendars."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from kith.model.contact import Contact, Email, Handle, Parts, Phone, PostalAddress, Profile, Text, Url
from kith_connectors.google.slots import Entry, Kinds, Slot, filled, kind, kinds

PLACES: Kinds = (("home", ("home",)), ("work", ("work",)), ("other", ("other",)))
PHONES: Kinds = (
    ("mobile", ("cell",)),
    ("pager", ("pager",)),
    ("otherFax", ("fax",)),
    ("work", ("work",)),
    ("home", ("home",)),
    ("main", ("main",)),
    ("other", ("other",)),
    ("workMobile", ("cell", "work")),
    ("homeFax", ("fax", "home")),
    ("workFax", ("fax", "work")),
    ("workPager", ("pager", "work")),
)
PAGES: Kinds = (
    *PLACES,
    ("homePage", ("homepage",)),
    ("blog", ("blog",)),
    ("ftp", ("ftp",)),
    ("reservations", ("reservations",)),
    ("appInstallPage", ("appinstallpage",)),
)
CALENDARS: Kinds = (
    ("freeBusy", ("fburl",)),
    ("caladruri", ("caladruri",)),
    ("", ("caluri",)),
    ("home", ("caluri", "home")),
    ("work", ("caluri", "work")),
)
PROTOCOLS = {
    "aim": "aim",
    "googleTalk": "xmpp",
    "icq": "icq",
    "jabber": "xmpp",
    "msn": "msnim",
    "netMeeting": "netmeeting",
    "qq": "qq",
    "skype": "skype",
    "yahoo": "ymsgr",
}
SCHEMES = {scheme: protocol for protocol, scheme in PROTOCOLS.items()}

ADDRESS_PARTS = (
    ("po_box", "poBox", ", "),
    ("extended", "extendedAddress", ", "),
    ("street", "streetAddress", "\n"),
    ("locality", "city", ", "),
    ("region", "region", ", "),
    ("postal_code", "postalCode", ", "),
    ("country", "country", ", "),
)


def preferred_first(values: Sequence[Any]) -> list[Any]:
    """Google knows no order of preference but the order itself."""
    return sorted(values, key=lambda value: value.pref or 101)


def _write_texts(values: Sequence[Text], key: str, table: Kinds) -> list[Entry]:
    return [
        filled(**{key: row.value, "type": kind(row.types, row.label, table)})
        for row in preferred_first(values)
        if row.value
    ]


def read_emails(entries: list[Entry]) -> dict[str, Any]:
    return {"emails": tuple(Email(row["value"], **kinds(row, PLACES)) for row in entries if row.get("value"))}


def write_emails(contact: Contact) -> list[Entry]:
    return _write_texts(contact.emails, "value", PLACES)


def read_phones(entries: list[Entry]) -> dict[str, Any]:
    return {"phones": tuple(Phone(row["value"], **kinds(row, PHONES)) for row in entries if row.get("value"))}


def write_phones(contact: Contact) -> list[Entry]:
    return _write_texts(contact.phones, "value", PHONES)


def read_addresses(entries: list[Entry]) -> dict[str, Any]:
    return {"addresses": tuple(_read_address(row) for row in entries)}


def _read_address(row: Entry) -> PostalAddress:
    parts: dict[str, Parts] = {name: (row[key],) for name, key, _ in ADDRESS_PARTS if row.get(key)}
    text = "" if parts else row.get("formattedValue", "")
    named: dict[str, Any] = {**parts, **kinds(row, PLACES)}
    return PostalAddress(text=text, country_code=row.get("countryCode", ""), **named)


def write_addresses(contact: Contact) -> list[Entry]:
    return [row for address in preferred_first(contact.addresses) if (row := _write_address(address))]


def _write_address(address: PostalAddress) -> Entry:
    parts = {
        key: gap.join(part for part in getattr(address, name) if part) for name, key, gap in ADDRESS_PARTS
    }
    place = filled(**parts)
    if not place and not address.text:
        return {}
    rest = filled(countryCode=address.country_code, type=kind(address.types, address.label, PLACES))
    return {**(place or {"formattedValue": address.text}), **rest}


def read_urls(entries: list[Entry]) -> dict[str, Any]:
    """Entries of type `profile` are profiles, all others web addresses."""
    rows = [row for row in entries if row.get("value")]
    return {
        "urls": tuple(Url(row["value"], **kinds(row, PAGES)) for row in rows if row.get("type") != "profile"),
        "profiles": tuple(_read_profile(row["value"]) for row in rows if row.get("type") == "profile"),
    }


def _read_profile(url: str) -> Profile:
    host = urlsplit(url).hostname or ""
    labels = host.removeprefix("www.").split(".")
    return Profile(service=labels[-2] if len(labels) > 1 else host, url=url)


def write_urls(contact: Contact) -> list[Entry]:
    pages = _write_texts(contact.urls, "value", PAGES)
    profiles = preferred_first(contact.profiles)
    return pages + [{"value": row.url, "type": "profile"} for row in profiles if row.url]


def read_messaging(entries: list[Entry]) -> dict[str, Any]:
    return {"handles": tuple(_read_handle(row) for row in entries if row.get("username"))}


def _read_handle(row: Entry) -> Handle:
    protocol = row.get("protocol", "")
    scheme = PROTOCOLS.get(protocol, protocol)
    return Handle(f"{scheme}:{row['username']}" if scheme else row["username"], **kinds(row, PLACES))


def write_messaging(contact: Contact) -> list[Entry]:
    return [_write_handle(row) for row in preferred_first(contact.handles) if not _is_sip(row)]


def _write_handle(row: Handle) -> Entry:
    scheme, colon, name = row.value.partition(":")
    protocol = SCHEMES.get(scheme.casefold(), scheme) if colon else ""
    username = name if colon else row.value
    return filled(protocol=protocol, username=username, type=kind(row.types, row.label, PLACES))


def _is_sip(row: Handle) -> bool:
    return row.value.casefold().startswith(("sip:", "sips:"))


def read_sip(entries: list[Entry]) -> dict[str, Any]:
    rows = [row for row in entries if row.get("value")]
    return {"handles": tuple(Handle(_sip_uri(row["value"]), **kinds(row, PLACES)) for row in rows)}


def _sip_uri(value: str) -> str:
    return value if value.casefold().startswith(("sip:", "sips:")) else f"sip:{value}"


def write_sip(contact: Contact) -> list[Entry]:
    return _write_texts([row for row in contact.handles if _is_sip(row)], "value", PLACES)


def read_calendars(entries: list[Entry]) -> dict[str, Any]:
    return {"calendars": tuple(_read_calendar(row) for row in entries if row.get("url"))}


def _read_calendar(row: Entry) -> Url:
    named = kinds({"type": row.get("type", "")}, CALENDARS)
    return Url(row["url"], **({"types": ("caluri",)} | named))


def write_calendars(contact: Contact) -> list[Entry]:
    return _write_texts(contact.calendars, "url", CALENDARS)


VALUE = ("value", "type")
SLOTS = (
    Slot("emailAddresses", VALUE, "value", read_emails, write_emails),
    Slot("phoneNumbers", VALUE, "value", read_phones, write_phones),
    Slot(
        "addresses",
        (*(key for _, key, _ in ADDRESS_PARTS), "countryCode", "type", "formattedValue"),
        "streetAddress",
        read_addresses,
        write_addresses,
    ),
    Slot("urls", VALUE, "value", read_urls, write_urls),
    Slot("imClients", ("protocol", "username", "type"), "username", read_messaging, write_messaging),
    Slot("sipAddresses", VALUE, "value", read_sip, write_sip),
    Slot("calendarUrls", ("url", "type"), "url", read_calendars, write_calendars),
)
