"""The cleaned flat table that general record-linkage engines are given: the preparation a careful user would do.

It is independent of `kith.normalize`. Phones are E.164 where they parse, mail is lower-case, names are romanised and
folded (ä as ae, then plain), titles and hints in parentheses are dropped, `Last, First` is turned round, and role addresses
and values on more than `CROWD` cards (switchboards, lists) are left out of the lists that are compared.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import phonenumbers
from anyascii import anyascii

from kith.model.contact import Contact
from kith.model.record import SourceRecord

CROWD = 5
_UMLAUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_TITLES = re.compile(r"\b(prof|dr|dipl\.?-?ing)\b\.?", re.IGNORECASE)
_LEGAL = re.compile(r"\b(gmbh|ag|kg|co|e\.? ?k|se|ug|haftungsbeschraenkt|partner)\b|[.&()]")
_ROLE = re.compile(
    r"^(info|support|service|jobs|no-?reply|reply|notifications|newsletter|presse|kundenservice|it-support)([-+.].*)?@"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One card as columns; "" and () stand for unknown."""

    number: int
    source: str
    given: str
    family: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    company: str
    birthday: str
    street: str
    code: str
    local: str
    all_emails: tuple[str, ...] = ()
    all_phones: tuple[str, ...] = ()

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.given, self.family) if part)


def fold(text: str) -> str:
    text = anyascii(text.translate(_UMLAUT)).lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


@lru_cache(maxsize=100_000)
def e164(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _name(contact: Contact) -> tuple[str, str]:
    given, family = " ".join(contact.name.given), " ".join(contact.name.family)
    if not (given and family):
        shown = re.sub(r"\(.*?\)", "", _TITLES.sub("", contact.full_name))
        last, comma, first = shown.partition(",")
        words = shown.split()
        given, family = (first, last) if comma else (" ".join(words[:1]), " ".join(words[1:]))
    given, family = fold(given), re.sub(r"\b(jr|sr)\b", "", fold(family)).strip()
    return given.split(" ")[0] if given else "", family.split(" ")[-1] if family else ""


def row(number: int, record: SourceRecord, region: str) -> Row:
    """The columns of one card."""
    contact = record.contact
    given, family = _name(contact)
    emails = tuple(dict.fromkeys(mail.value.strip().lower() for mail in contact.emails))
    phones = tuple(dict.fromkeys(filter(None, (e164(phone.value, region) for phone in contact.phones))))
    place = contact.addresses[0] if contact.addresses else None
    firm = contact.organizations[0].name if contact.organizations else ""
    return Row(
        number=number,
        source=record.key.account,
        given=given,
        family=family,
        emails=tuple(mail for mail in emails if not _ROLE.match(mail)),
        phones=phones,
        company=" ".join(_LEGAL.sub(" ", fold(firm)).split()),
        birthday=contact.birthday.value[-5:] if contact.birthday else "",
        street=re.sub(r"str(asse)?\b", "str", fold(" ".join(place.street))) if place else "",
        code=" ".join(place.postal_code) if place else "",
        local=re.sub(r"[^a-z]", "", emails[0].partition("@")[0]) if emails else "",
        all_emails=emails,
        all_phones=phones,
    )


def table(records: Iterable[SourceRecord], region: str) -> list[Row]:
    """All cards as rows, in order; values of a crowd are taken out of `emails` and `phones`."""
    rows = [row(number, record, region) for number, record in enumerate(records)]
    held = Counter(value for found in rows for value in (*found.emails, *found.phones))
    return [
        replace(
            found,
            emails=tuple(value for value in found.emails if held[value] <= CROWD),
            phones=tuple(value for value in found.phones if held[value] <= CROWD),
        )
        for found in rows
    ]
