"""Phone numbers in E.164, by Google's numbering plans (`phonenumbers`, Apache-2.0)."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    ValidationResult,
)

from kith.normalize.numbering import fits, international, national, number_type

MOBILE_DIGITS = 8
"""Digits behind the country code from which on a number may be an international one."""

_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_SHARED = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}


@lru_cache(maxsize=256)
def _parsed(text: str, region: str) -> PhoneNumber | None:
    plain = _TRUNK_ZERO.sub("", unicodedata.normalize("NFKC", text[:200]).strip().removeprefix("tel:"))
    try:
        number = national(plain, region)
        if number is not None:
            return number
        number = international(plain)
        if number is None:
            number = phonenumbers.parse(plain, region.upper() or None)
            number = _with_lost_plus(plain, region, number)
    except NumberParseException:
        return None
    if fits(number):
        return number
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if possible else None


def _with_lost_plus(plain: str, region: str, number: PhoneNumber) -> PhoneNumber:
    """An international number that lost its plus, as messengers write it (`491713920012`): read with a region it would
    become another number of that country, and a valid one. Where the digits begin with the region's own country code, not
    with its trunk zero, and make a valid number behind a plus, that is the number."""
    if plain.startswith("+"):
        return number
    digits = re.sub(r"\D", "", plain)
    code = str(phonenumbers.country_code_for_region(region.upper()))
    if not digits.startswith(code) or len(digits) < len(code) + MOBILE_DIGITS:
        return number
    international: PhoneNumber = phonenumbers.parse(f"+{digits}", None)
    return international if phonenumbers.is_valid_number(international) else number


@lru_cache(maxsize=1024)
def e164(text: str, region: str) -> str:
    """The number as `+49302312500`, without its extension; "" when it is not dialable from `region` (ISO 3166, "" =
    unknown: then only international numbers can be read).

    >>> e164("030 23125 123", "DE"), e164("112", "DE")
    ('+493023125123', '')
    """
    number = _parsed(text, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else ""


@lru_cache(maxsize=512)
def phone_key(text: str, region: str) -> str:
    """What makes two written numbers one number: E.164 with `;ext=` where there is an extension, else the digits."""
    number = _parsed(text, region)
    if number is None:
        digits = "".join(re.findall(r"[\d*#]", unicodedata.normalize("NFKC", text[:200])))
        return digits or " ".join(text[:200].casefold().split())
    plain: str = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if number.extension:
        return f"{plain};ext={number.extension}"
    return text if plain == text else plain


def _type(number: PhoneNumber) -> int:
    """The plan's type; a number that is one digit short or long for its plan is of the type of its neighbours."""
    kind = number_type(number)
    if kind != PhoneNumberType.UNKNOWN:
        return kind
    written = number.national_number or 0
    for near in (written * 10 + 1, written // 10, written * 100 + 12):
        other = PhoneNumber(country_code=number.country_code, national_number=near)
        if number_type(other) == PhoneNumberType.MOBILE:
            return PhoneNumberType.MOBILE
    return kind


@lru_cache(maxsize=1024)
def classify(text: str, region: str) -> tuple[str, str]:
    """(class, key) for comparing holders: class `mobile`, `fixed`, `shared` (service numbers) or `` (unusable).

    A number that no plan can place is `fixed` with its digits in the name space of its region, if it has at
    least seven.
    """
    number = _parsed(text, region)
    if number is None:
        digits = "".join(re.findall(r"\d", unicodedata.normalize("NFKC", text[:200])))
        return ("fixed", f"{region.upper()}{digits}") if 7 <= len(digits) <= 18 else ("", "")
    kind = _type(number)
    key = phone_key(text, region)
    if kind in _SHARED:
        return "shared", key
    return ("mobile", key) if kind == PhoneNumberType.MOBILE else ("fixed", key)
