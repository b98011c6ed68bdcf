"""A card in its comparable form: what it stands for, and what can be compared."""

import pytest
from pydantic import TypeAdapter

from kith.model.contact import Contact, Date, Email, Name, Organization, Phone, Profile
from kith.normalize.features import Features, features


@pytest.mark.parametrize(
    ("contact", "kind"),
    [
        (Contact(full_name="Anna Weber"), "person"),
        (Contact(full_name="Stefanie Reimann"), "person"),
        (Contact(full_name="ACME GmbH"), "organisation"),
        (Contact(kind="org", full_name="Acme"), "organisation"),
        (Contact(full_name="Acme", organizations=(Organization("ACME AG"),)), "organisation"),
        (Contact(organizations=(Organization("ACME AG"),)), "organisation"),
        (Contact(full_name="Solaris Design", emails=(Email("info@solaris-design.example"),)), "organisation"),
        (Contact(full_name="Familie Müller"), "household"),
        (Contact(full_name="Peter & Anna Müller"), "household"),
        (Contact(full_name="Peter und Anna Müller"), "household"),
        (Contact(full_name="The Millers"), "household"),
        (Contact(emails=(Email("info@example.org"),)), "role"),
        (Contact(full_name="Support", emails=(Email("help@example.org"),)), "role"),
        (Contact(emails=(Email("no-reply@example.org"),)), "relay"),
        (Contact(full_name="Jane Doe via Acme", emails=(Email("notifications@example.org"),)), "relay"),
        (Contact(kind="group", full_name="Choir"), "group"),
        (Contact(full_name="Javier Pérez (Fokus Logistik)"), "person"),
        (Contact(emails=(Email("jane.doe@example.org"),)), "person"),
        (Contact(), "person"),
    ],
)
def test_what_a_card_stands_for(contact: Contact, kind: str) -> None:
    assert features(contact, "DE").kind == kind


def test_all_that_can_be_compared() -> None:
    found = features(
        Contact(
            name=Name(given=("Anna",), family=("Müller",)),
            emails=(Email("Anna.Mueller82@example.org"), Email("info@acme.example")),
            phones=(Phone("0171 3920012"), Phone("030 23125123"), Phone("030 23125199", types=("fax",))),
            organizations=(Organization("ACME GmbH"),),
            profiles=(Profile("linkedin", url="https://www.linkedin.com/in/anna-m"),),
            birthday=Date("1982-03-04"),
        ),
        "DE",
    )
    assert found.mobile == ("+491713920012",)
    assert found.fixed == ("+493023125123",)
    assert found.personal == ("anna.mueller82@example.org",)
    assert found.role == ("info@acme.example",)
    assert found.firms == ("acme",)
    assert found.profiles == ("linkedin:anna-m",)
    assert found.birthday == "1982-03-04"


def test_the_number_as_it_was_pulled_wins_over_the_region() -> None:
    found = features(Contact(phones=(Phone("030 23125123", e164="+43302312512"),)), "DE")
    assert found.fixed == ("+43302312512",)


def test_an_initial_is_completed_from_profile_and_mailbox() -> None:
    by_profile = features(
        Contact(full_name="Sabine J.", profiles=(Profile("xing", "sabine-jung-0e2"),)), "DE"
    )
    by_mail = features(Contact(full_name="Georg", emails=(Email("georg_beck@example.org"),)), "DE")
    assert (by_profile.family, by_profile.guessed) == (("jung",), True)
    assert (by_mail.family, by_mail.guessed) == (("beck",), True)


def test_another_one_s_mailbox_completes_nothing() -> None:
    found = features(Contact(full_name="Luise", emails=(Email("peter.meier@example.org"),)), "DE")
    assert (found.family, found.guessed) == ((), False)


def test_ten_thousand_values_cost_no_more_than_a_few() -> None:
    card = Contact(full_name="A B", emails=tuple(Email(f"a{number}@example.org") for number in range(10_000)))
    assert len(features(card, "DE").personal) <= 24


def test_features_survive_json() -> None:
    codec = TypeAdapter(Features)
    found = features(Contact(full_name="Anna Weber", emails=(Email("anna@example.org"),)), "DE")
    assert codec.validate_json(codec.dump_json(found)) == found
