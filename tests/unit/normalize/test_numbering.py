"""The short ways through the numbering plans lead where the long ones do."""

from collections.abc import Iterator
from random import Random

import phonenumbers
import pytest
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from kith.normalize import numbering

TYPES = sorted(set(PhoneNumberType.values()) - {PhoneNumberType.UNKNOWN})


def examples() -> Iterator[tuple[str, PhoneNumber]]:
    """(region, number) for each kind of number of each country."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in TYPES:
            found = phonenumbers.example_number_for_type(region, kind)
            if found is not None:
                yield region, found


def near(number: PhoneNumber) -> Iterator[PhoneNumber]:
    """The number, and numbers that its plan may not know: a digit more, one less, others."""
    plain, zero = number.national_number or 0, number.italian_leading_zero
    rng = Random(plain)
    others = (plain * 10 + 1, plain // 10, *(rng.randrange(10 ** len(str(plain))) for _ in range(3)))
    for value in (plain, *others):
        yield PhoneNumber(
            country_code=number.country_code, national_number=value, italian_leading_zero=zero or None
        )


@pytest.mark.parametrize("form", [PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL])
def test_an_international_number(form: int) -> None:
    short = 0
    for _, example in examples():
        written = phonenumbers.format_number(example, form)
        for text in (written, written + "0", written[:-1]):
            found = numbering.international(text)
            short += found is not None
            assert found is None or found == phonenumbers.parse(text, None), text
    assert short > 2000
    assert numbering.international("+49 (0)30 23125000") is None
    assert numbering.international("+49 030 23125000") is None
    assert numbering.international("+999 23125000") is None


def test_a_national_number() -> None:
    short = 0
    for region, example in examples():
        plain = str(example.national_number)
        for text in (
            phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL),
            f"0{plain}",
            f"0{plain[:2]}/{plain[2:]}",
            f"0 {plain[:3]} {plain[3:-2]}-{plain[-2:]}",
            f"0{plain}0",
            f"0{plain[:-1]}",
            f"0{plain[1:]}",
        ):
            found = numbering.national(text, region)
            short += found is not None
            assert found is None or found == phonenumbers.parse(text, region), (text, region)
    assert short > 1000
    assert numbering.national("00 49 30 23125000", "DE") is None
    assert numbering.national("030 23125000", "") is None
    assert numbering.national("030 23125000 ext. 7", "DE") is None
    assert numbering.national("8 495 1234567", "RU") is None


def test_the_type_of_a_number() -> None:
    found = set()
    for _, example in examples():
        for number in near(example):
            kind = numbering.number_type(number)
            found.add(kind)
            assert kind == phonenumbers.number_type(number), number
            reason = phonenumbers.is_possible_number_with_reason(number)
            assert reason == ValidationResult.IS_POSSIBLE or not numbering.fits(number), number
    assert found == set(PhoneNumberType.values())
