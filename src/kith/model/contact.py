"""One card's content in neutral form: what vCard, People API and CSV are read into and written from."""

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

Params = tuple[tuple[str, str], ...]
"""Parameters that no field of ours expresses, in card order: (NAME, value)."""

Parts = tuple[str, ...]
"""A component that may hold several values (RFC 6350 section 6.2.2: lists inside N and ADR)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A value with what vCard hangs on it.

    `types` are lower-case, sorted, without `pref`; `label` is the owner's own label (Apple's X-ABLabel, Google's
    free type) or ""; `pref` is 0 for none, else 1 (first choice) to 100 (RFC 6350 section 5.3).
    """

    value: str
    types: tuple[str, ...] = ()
    label: str = ""
    pref: int = 0
    params: Params = ()


@dataclass(frozen=True, slots=True)
class Email(Text):
    """An e-mail address as written by its source."""


@dataclass(frozen=True, slots=True)
class Phone(Text):
    """A phone number as written by its source; types such as cell, home, work, fax, pager.

    `e164` is its international form in the region of its account, filled in when a card is pulled ("" where there is
    none). It serves comparison alone: a connector neither reads nor writes it.
    """

    e164: str = ""


@dataclass(frozen=True, slots=True)
class Url(Text):
    """A web address."""


@dataclass(frozen=True, slots=True)
class Handle(Text):
    """An instant-messaging or SIP address as a URI: `xmpp:a@b`, `sip:a@b`, `aim:name` (RFC 4770)."""


@dataclass(frozen=True, slots=True)
class Relation(Text):
    """A related person by name or URI; types such as spouse, child, friend (RFC 6350 section 6.6.6)."""


@dataclass(frozen=True, slots=True)
class Date(Text):
    """A date: `value` is YYYY-MM-DD, YYYY-MM, YYYY, --MM-DD, --MM, a date-time, or free text as written.

    In `Contact.dates` the types `anniversary` and `death` have properties of their own; others carry a label.
    """


@dataclass(frozen=True, slots=True)
class Name:
    """A structured name (RFC 6350 section 6.2.2; `extra`: further components of RFC 9554)."""

    family: Parts = ()
    given: Parts = ()
    additional: Parts = ()
    prefix: Parts = ()
    suffix: Parts = ()
    extra: tuple[Parts, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.family or self.given or self.additional or self.prefix or self.suffix or self.extra)


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postal address (RFC 6350 section 6.3.1). `text` is the label printed on an envelope."""

    po_box: Parts = ()
    extended: Parts = ()
    street: Parts = ()
    locality: Parts = ()
    region: Parts = ()
    postal_code: Parts = ()
    country: Parts = ()
    extra: tuple[Parts, ...] = ()
    text: str = ""
    country_code: str = ""
    types: tuple[str, ...] = ()
    label: str = ""
    pref: int = 0
    params: Params = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """An employer or club with the title and role held there. A title without a firm has `name` ""."""

    name: str = ""
    units: tuple[str, ...] = ()
    title: str = ""
    role: str = ""
    types: tuple[str, ...] = ()
    label: str = ""
    pref: int = 0
    params: Params = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile on a network: `service` lower-case (linkedin, xing, mastodon), `handle` and `url` where known."""

    service: str = ""
    handle: str = ""
    url: str = ""
    types: tuple[str, ...] = ()
    label: str = ""
    pref: int = 0
    params: Params = ()


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture by content: the bytes live in the store under `sha256`. A remote picture has only `uri`.

    `size` is in bytes, `width` and `height` in pixels (0 where the header could not be read).
    """

    sha256: str = ""
    size: int = 0
    media_type: str = ""
    width: int = 0
    height: int = 0
    uri: str = ""
    params: Params = ()


@dataclass(frozen=True, slots=True)
class Extra:
    """A property that no field expresses, kept as read: `value` is the text after the colon, unfolded, decoded
    to str, escapes untouched; `label` is the X-ABLabel of its group. `name` is upper-case."""

    name: str
    value: str
    params: Params = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Everything one card says. Field names are those of `kith.model.fields` and of the JSON export.

    `uid`, `revised` and `product` identify the card, not the human being: they are never merged or compared.
    """

    uid: str = ""
    kind: str = "individual"  # individual, org, group, location, application, device
    full_name: str = ""
    name: Name = Name()
    phonetic: Name = Name()
    maiden_name: str = ""
    sort_as: str = ""
    nicknames: tuple[Text, ...] = ()
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    addresses: tuple[PostalAddress, ...] = ()
    organizations: tuple[Organization, ...] = ()
    urls: tuple[Url, ...] = ()
    profiles: tuple[Profile, ...] = ()
    handles: tuple[Handle, ...] = ()
    birthday: Date | None = None
    dates: tuple[Date, ...] = ()
    relations: tuple[Relation, ...] = ()
    notes: tuple[Text, ...] = ()
    groups: tuple[str, ...] = ()
    photo: Photo | None = None
    gender: str = ""
    languages: tuple[Text, ...] = ()
    places: tuple[Text, ...] = ()  # types: birth, death (RFC 6474)
    positions: tuple[Text, ...] = ()  # GEO, as "lat,lon" or geo: URI
    timezones: tuple[Text, ...] = ()
    calendars: tuple[Url, ...] = ()  # types: fburl, caluri, caladruri
    interests: tuple[Text, ...] = ()  # types: interest, hobby, expertise (RFC 6715)
    pronouns: tuple[Text, ...] = ()  # RFC 9554
    members: tuple[str, ...] = ()  # of a group: UIDs or URIs
    extras: tuple[Extra, ...] = ()
    revised: str = ""
    product: str = ""

    def but(self, **changes: Any) -> "Contact":
        """A copy with some fields changed; this very contact where each has that value already. Half the time of
        `dataclasses.replace`, and what is the same object everywhere is compared and kept once."""
        if all(getattr(self, name) is value for name, value in changes.items()):
            return self
        held = list(_ALL(self))
        for name, value in changes.items():
            held[_PLACES[name]] = value
        return Contact(*held)


NOTHING = Contact()
"""What says nothing."""

_NAMES = tuple(row.name for row in fields(Contact))
_ALL = attrgetter(*_NAMES)
_PLACES = {name: place for place, name in enumerate(_NAMES)}
