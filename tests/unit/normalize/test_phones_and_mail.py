"""Phone numbers in E.164 and mailboxes in one spelling."""

import pytest

from kith.normalize import emails, phones


@pytest.mark.parametrize(
    "text", ["+49 30 23125 123", "+49 (0)30 23125-123", "030/23125123", "0049 30 23125123", "(030) 23125 123", "tel:+493023125123"]
)  # fmt: skip
def test_one_number_in_many_spellings(text: str) -> None:
    assert phones.e164(text, "DE") == "+493023125123"


@pytest.mark.parametrize(
    ("text", "region"), [("112", "DE"), ("", "DE"), ("call me", "DE"), ("030 23125123", "")]
)
def test_what_cannot_be_dialled_has_no_international_form(text: str, region: str) -> None:
    assert phones.e164(text, region) == ""


def test_the_extension_belongs_to_the_key_but_not_to_e164() -> None:
    assert phones.e164("+1 202 555 0143 ext. 12", "US") == "+12025550143"
    assert phones.phone_key("+1 202 555 0143 ext. 12", "US") == "+12025550143;ext=12"
    assert phones.phone_key("*21#", "DE") == "*21#"


@pytest.mark.parametrize(
    ("text", "kind"), [("+49 171 3920012", "mobile"), ("+49 30 23125123", "fixed"), ("0800 1234567", "shared"), ("12", "")]
)  # fmt: skip
def test_classes_of_numbers(text: str, kind: str) -> None:
    assert phones.classify(text, "DE")[0] == kind


def test_a_mobile_number_one_digit_short_is_still_mobile() -> None:
    assert phones.classify("+49 151 6239497", "DE")[0] == "mobile"


@pytest.mark.parametrize(
    "text", ["Jane.Doe+news@GoogleMail.com", "mailto:janedoe@gmail.com", "Jane <jane.doe@gmail.com>", " j.a.n.e.d.o.e@gmail.com"]
)  # fmt: skip
def test_one_google_mailbox(text: str) -> None:
    assert emails.canonical(text) == "janedoe@gmail.com"


def test_dots_count_elsewhere() -> None:
    assert emails.canonical("jane.doe@example.org") != emails.canonical("janedoe@example.org")


@pytest.mark.parametrize(
    ("address", "kind"),
    [("info@example.org", "role"), ("info-berlin@example.org", "role"), ("no-reply@example.org", "relay"),
     ("notifications@example.org", "relay"), ("x.hit-reply@linkedin.com", "relay"), ("jane@example.org", "personal"),
     ("not an address", "")],
)  # fmt: skip
def test_kinds_of_mailboxes(address: str, kind: str) -> None:
    assert emails.classify(address) == kind


def test_the_domain_of_an_employer() -> None:
    assert emails.firm_domain("jane@acme-works.example") == "acme-works.example"
    assert emails.firm_domain("jane@gmail.com") == ""
    assert emails.stem("acme-works24.co.uk") == "acmeworks"


def test_a_role_word_inside_a_name_is_no_role() -> None:
    assert emails.classify("infanta@example.org") == "personal"
