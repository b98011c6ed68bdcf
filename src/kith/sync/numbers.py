"""The international form of phone numbers, put on when a card comes in and taken off when one goes out."""

from kith.model.contact import NOTHING, Contact, Phone
from kith.model.record import SourceRecord


def with_numbers(record: SourceRecord, region: str, known: Contact = NOTHING) -> SourceRecord:
    """The record with E.164 forms in the region of its account. A number with its plus is the same in every region: what
    `known` says of it counts."""
    if not record.contact.phones:
        return record
    forms = {phone.value: phone for phone in known.phones if phone.value[:1] == "+" and not phone.params}
    phones = tuple([_numbered(phone, region, forms.get(phone.value)) for phone in record.contact.phones])
    return record.saying(record.contact.but(phones=phones))


def _numbered(phone: Phone, region: str, known: Phone | None) -> Phone:
    if known is None or phone.params or not known.e164:
        from kith.normalize.phones import e164  # the numbering plans are loaded with the first number

        return _in_form(phone, e164(_dialled(phone), region))
    alike = (phone.types, phone.label, phone.pref) == (known.types, known.label, known.pref)
    return known if alike else _in_form(phone, known.e164)


def _dialled(phone: Phone) -> str:
    """What to dial: cards shared by WhatsApp carry the international number, without its plus, in a parameter."""
    if not phone.params:
        return phone.value
    ids = [value for name, value in phone.params if name.upper() == "WAID" and value.isdigit()]
    return f"+{ids[0]}" if ids else phone.value


def without_numbers(contact: Contact) -> Contact:
    """The contact as connectors know it."""
    if not any(phone.e164 for phone in contact.phones):
        return contact
    return contact.but(phones=tuple(_in_form(phone, "") for phone in contact.phones))


def _in_form(phone: Phone, number: str) -> Phone:
    return Phone(phone.value, phone.types, phone.label, phone.pref, phone.params, number)
