"""The comparable form of a record: small, plain, and the only thing that `kith.match` looks at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kith.model.contact import Contact
from kith.normalize import addresses, dates, emails, kinds, organizations, phones, profiles
from kith.normalize.completion import complete
from kith.normalize.names import read_name
from kith.normalize.spelling import words

_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{3,60})[)\]]")

VALUES = 24
"""Values read of each kind: a hostile card with 10 000 numbers costs no more than one with a few."""


@dataclass(frozen=True, slots=True)
class Features:
    """A record as words and keys: all folded, so that equal means equal. Empty stands for "not told".

    `kind`: see `kith.normalize.kinds`. Names as in `kith.normalize.names.PersonName`; `guessed`: a part of it
    was read out of a mailbox or a profile. `title` is the whole name of what is not a person. `mobile`, `fixed`, `shared`: phone keys (E.164). `personal`, `role`: mailboxes. `locals`:
    words of the personal mailboxes' local parts, joined by blanks, with their digits at the end. `domains`: employers' mail domains.
    `firms`: names without legal form. `positions`: what the person does there, as words. `streets`, `towns`, `codes`: addresses. `birthday`: YYYY-MM-DD or --MM-DD.
    `profiles`: network profiles and handles.
    """

    kind: str = "person"
    given: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    birth: tuple[str, ...] = ()
    nick: tuple[str, ...] = ()
    generation: str = ""
    sex: str = ""
    kin: str = ""
    sure: bool = False
    script: str = ""
    guessed: bool = False
    title: str = ""
    mobile: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    locals: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    birthday: str = ""
    profiles: tuple[str, ...] = ()


def _unique(values: Sequence[str]) -> tuple[str, ...]:
    if len(values) < 2:
        return tuple(values) if values and values[0] else ()
    found = dict.fromkeys(values)
    found.pop("", None)
    return tuple(found)


class _Numbers(NamedTuple):
    mobile: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


class _Mailboxes(NamedTuple):
    personal: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    locals: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class _Places(NamedTuple):
    streets: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def _numbers(contact: Contact, region: str) -> _Numbers:
    found: dict[str, list[str]] = {"mobile": [], "fixed": [], "shared": []}
    for phone in contact.phones[:VALUES]:
        kind, key = phones.classify((phone.e164 or phone.value)[:200], region)
        if kind:
            found["shared" if "fax" in phone.types else kind].append(key)
    return _Numbers(*[_unique(keys) if keys else () for keys in found.values()])


def _mailboxes(contact: Contact) -> _Mailboxes:
    found: dict[str, list[str]] = {"personal": [], "role": [], "relay": [], "": []}
    domains = []
    for written in contact.emails[:VALUES]:
        mail = emails.canonical(written.value)
        found[emails.classify(written.value)].append(mail)
        domains.append(emails.firm_domain(mail))
    personal = _unique(found["personal"])
    local = _unique([" ".join(emails.local_words(mail)) for mail in personal]) if personal else ()
    return _Mailboxes(personal, _unique(found["role"]), local, _unique(domains))


def _places(contact: Contact) -> _Places:
    places = contact.addresses[:8]
    return _Places(
        streets=_unique([addresses.street(place) for place in places]),
        towns=_unique([addresses.town(place) for place in places]),
        codes=_unique([addresses.place(place) for place in places]),
    )


def features(contact: Contact, region: str) -> Features:
    """What can be compared of a card; `region` is the ISO 3166 region of its account's local phone numbers."""
    name, guessed = complete(read_name(contact), contact)
    kind = kinds.kind(contact)
    numbers = _numbers(contact, region) if contact.phones else _Numbers()
    mailboxes = _mailboxes(contact) if contact.emails else _Mailboxes()
    places = _places(contact) if contact.addresses else _Places()
    return Features(
        kind=kind,
        given=name.given,
        middle=name.middle,
        family=name.family,
        birth=name.birth,
        nick=name.nick,
        generation=name.generation,
        sex=name.sex,
        kin=name.kin,
        sure=name.sure,
        script=name.script,
        guessed=guessed,
        title="" if kind == kinds.PERSON else _title(contact),
        mobile=numbers.mobile,
        fixed=numbers.fixed,
        shared=numbers.shared,
        personal=mailboxes.personal,
        role=mailboxes.role,
        locals=mailboxes.locals,
        domains=mailboxes.domains,
        firms=_firms(contact),
        positions=_positions(contact) if contact.organizations else (),
        streets=places.streets,
        towns=places.towns,
        codes=places.codes,
        birthday=dates.birthday(contact.birthday.value) if contact.birthday else "",
        profiles=_profiles(contact),
    )


def _firms(contact: Contact) -> tuple[str, ...]:
    """Employers by their field, and from a name such as `Javier Pérez (Fokus Logistik)`."""
    stated = [organizations.core(firm.name) for firm in contact.organizations[:8] if firm.name]
    written = contact.full_name[:200]
    bracketed = _IN_BRACKETS.findall(written) if "(" in written or "[" in written else ()
    for inner in bracketed:
        if organizations.has_legal_form(inner) or organizations.has_firm_word(inner):
            stated.append(organizations.core(inner))
    return _unique(stated)


def _positions(contact: Contact) -> tuple[str, ...]:
    return _unique([" ".join(words(firm.title[:200])) for firm in contact.organizations[:8] if firm.title])


def _title(contact: Contact) -> str:
    written = contact.full_name or " ".join((*contact.name.given, *contact.name.family))
    firm = contact.organizations[0].name if contact.organizations else ""
    return organizations.core(written or firm)


def _profiles(contact: Contact) -> tuple[str, ...]:
    if not (contact.profiles or contact.urls or contact.handles):
        return ()
    named = [profiles.key(row.service, row.handle[:200], row.url[:400]) for row in contact.profiles[:VALUES]]
    linked = [profiles.from_url(url.value[:400]) for url in contact.urls[:VALUES]]
    handles = [profiles.from_handle(handle.value[:300]) for handle in contact.handles[:VALUES]]
    return _unique([*named, *linked, *handles])
