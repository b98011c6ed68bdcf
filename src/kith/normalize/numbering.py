"""Short ways through Google's numbering plans for numbers in their usual forms (benchmarks/phones.py tells what they save).
Each gives the answer of `phonenumbers`, or none: then the library is asked."""

import re
from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberType

_INTERNATIONAL = re.compile(r"\+[1-9](?:[ -]?[0-9]){6,14}")
_NATIONAL = re.compile(r"0[ /-]?[1-9](?:[ /-]?[0-9]){5,13}")
_SEPARATORS = str.maketrans("", "", " /-")

_IN_ORDER = (
    ("premium_rate", PhoneNumberType.PREMIUM_RATE),
    ("toll_free", PhoneNumberType.TOLL_FREE),
    ("shared_cost", PhoneNumberType.SHARED_COST),
    ("voip", PhoneNumberType.VOIP),
    ("personal_number", PhoneNumberType.PERSONAL_NUMBER),
    ("pager", PhoneNumberType.PAGER),
    ("uan", PhoneNumberType.UAN),
    ("voicemail", PhoneNumberType.VOICEMAIL),
)
"""The types of numbers in the order in which the library tries them, before landlines and mobiles."""


class _Form(NamedTuple):
    """What the numbers of one type look like; `lengths` in digits, empty for any."""

    pattern: re.Pattern[str]
    lengths: Collection[int]

    def fits(self, national: str) -> bool:
        if self.lengths and len(national) not in self.lengths:
            return False
        return self.pattern.fullmatch(national) is not None


def _form(description: Any) -> _Form | None:
    if description is None or not description.national_number_pattern:
        return None
    return _Form(re.compile(description.national_number_pattern), frozenset(description.possible_length))


class _Plan(NamedTuple):
    """One country's plan: the form of all its numbers, and those of the types in order; `rare`: the patterns of all
    special types in one, since hardly any number is of one."""

    whole: _Form
    rare: re.Pattern[str]
    special: tuple[tuple[int, _Form], ...]
    fixed: _Form | None
    mobile: _Form | None
    alike: bool

    def type(self, national: str) -> int:
        if not self.whole.fits(national):
            return PhoneNumberType.UNKNOWN
        if self.rare.fullmatch(national) is not None:
            for kind, form in self.special:
                if form.fits(national):
                    return kind
        mobile = not self.alike and self.mobile is not None and self.mobile.fits(national)
        if self.fixed is not None and self.fixed.fits(national):
            return (
                PhoneNumberType.FIXED_LINE_OR_MOBILE if self.alike or mobile else PhoneNumberType.FIXED_LINE
            )
        return PhoneNumberType.MOBILE if mobile else PhoneNumberType.UNKNOWN


@cache
def _plan(code: int) -> _Plan | None:
    """The plan behind a country code; None where several countries share the code."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    if len(regions) != 1:
        return None
    data = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
    if data is None or (whole := _form(data.general_desc)) is None:
        return None
    forms = ((kind, _form(getattr(data, name))) for name, kind in _IN_ORDER)
    special = tuple((kind, form) for kind, form in forms if form is not None)
    return _Plan(
        whole=whole,
        rare=re.compile("|".join(f"(?:{form.pattern.pattern})" for _, form in special) or r"(?!)"),
        special=special,
        fixed=_form(data.fixed_line),
        mobile=_form(data.mobile),
        alike=bool(data.same_mobile_and_fixed_line_pattern),
    )


def number_type(number: PhoneNumber) -> int:
    """As `phonenumbers.number_type`."""
    plan = _plan(number.country_code)
    if plan is None:
        kind: int = phonenumbers.number_type(number)
        return kind
    if number.italian_leading_zero:
        return plan.type(phonenumbers.national_significant_number(number))
    return plan.type(str(number.national_number))


def fits(number: PhoneNumber) -> bool:
    """Whether the country's plan has such numbers: then it is possible in the eyes of the library."""
    plan = _plan(number.country_code)
    if plan is None or number.italian_leading_zero or not plan.whole.lengths:
        return False
    return plan.whole.fits(str(number.national_number))


def international(text: str) -> PhoneNumber | None:
    """What `phonenumbers.parse` makes of a number with a plus, digits, blanks and hyphens; None for any other text, and
    where the country's plan may take a prefix off the number."""
    if _INTERNATIONAL.fullmatch(text) is None:
        return None
    digits = text[1:].translate(_SEPARATORS)
    for length in (1, 2, 3):
        code = int(digits[:length])
        if prefix := _prefix(code):
            break
    else:
        return None
    national = digits[length:]
    if len(national) < 3 or national[0] == "0" or not prefix.isdigit() or national.startswith(prefix):
        return None
    return PhoneNumber(country_code=code, national_number=int(national))


@cache
def _prefix(code: int) -> str:
    """The prefix of the country's own numbers, a pattern; "" where no country has the code."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code)
    data = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0]) if regions else None
    return (data.national_prefix_for_parsing or "0") if data is not None else ""


class _Home(NamedTuple):
    """A region whose numbers are dialled with a 0 in front within it; `abroad`: what is dialled for other countries."""

    code: int
    whole: _Form
    abroad: re.Pattern[str]


@cache
def _home(region: str) -> _Home | None:
    data = PhoneMetadata.metadata_for_region(region.upper(), None) if region else None
    if data is None or data.national_prefix_for_parsing != "0" or data.national_prefix_transform_rule:
        return None
    whole = _form(data.general_desc)
    if whole is None or not whole.lengths or not data.country_code or not data.international_prefix:
        return None
    return _Home(data.country_code, whole, re.compile(data.international_prefix))


def national(text: str, region: str) -> PhoneNumber | None:
    """What `phonenumbers.parse` makes of a number as it is dialled within its region: one 0, then digits, blanks, hyphens
    and slashes; None for any other text, for what the region's plan does not know, and where another prefix is dialled."""
    home = _home(region)
    if home is None or _NATIONAL.fullmatch(text) is None:
        return None
    digits = text.translate(_SEPARATORS)
    if home.abroad.match(digits) or not home.whole.fits(digits[1:]):
        return None
    return PhoneNumber(country_code=home.code, national_number=int(digits[1:]))
