"""Who becomes a contact, under which name, and that counting twice changes nothing."""

import json
import random

import pytest

from kith.connector.mail.folders import OTHER, SENT
from kith.connector.mail.headers import read
from kith.connector.mail.ledger import KEPT, Ledger, Traffic, revision
from kith.connector.mail.settings import MailSettings
from letters import ME, NOON, letter


def ledger(*letters, me=(ME,), **rules):
    """A ledger of (message, folder kind) pairs; a bare message lies in a folder of no kind."""
    book = Ledger(MailSettings(**rules), me, NOON + 10_000_000)
    for item in letters:
        message, kind = item if isinstance(item, tuple) else (item, OTHER)
        book.add(read(message), kind)
    return book


def names(book):
    return {address: book.contact(address).full_name for address in book.correspondents()}


ANNA = "Anna Schmidt <anna@x.example>"


def test_whoever_i_wrote_to_is_a_contact_and_a_sender_is_not():
    book = ledger(
        letter(to=f"{ANNA}, bo@x.example", cc="Cy <cy@x.example>", bcc="di@x.example"),
        letter("Eve <e@x.example>"),
    )
    assert names(book) == {
        "anna@x.example": "Anna Schmidt",
        "bo@x.example": "",
        "cy@x.example": "Cy",
        "di@x.example": "",
    }


def test_mail_in_sent_is_mine_whatever_address_it_is_from():
    book = ledger((letter("Jo <alias@y.example>", to=ANNA), SENT))
    assert list(book.correspondents()) == ["anna@x.example"]


def test_own_addresses_are_learnt_from_sent_and_leave_the_contacts():
    others = [(letter("Jo <alias@y.example>", to="bo@x.example", when=NOON + n), SENT) for n in range(3)]
    book = ledger(letter(to="alias@y.example"))
    assert names(book) == {"alias@y.example": ""}
    for message, kind in others:
        book.add(read(message), kind)
    assert list(book.correspondents()) == ["bo@x.example"]
    book.add(read(letter("Jo <alias@y.example>", to=ANNA)), OTHER)
    assert list(book.correspondents()) == ["anna@x.example", "bo@x.example"]


def test_one_misfiled_mail_in_sent_does_not_make_its_sender_me():
    book = ledger((letter(ANNA, to=ME), SENT), letter(to=ANNA))
    assert list(book.correspondents()) == ["anna@x.example"]
    assert book.mine == {ME}


def test_without_any_stated_address_the_usual_sender_of_sent_is_me():
    book = ledger((letter(to=ANNA), SENT), (letter(to=ME, when=NOON + 5), SENT), me=())
    assert list(book.correspondents()) == ["anna@x.example"]


def test_the_name_they_use_beats_the_name_i_typed():
    typed = letter(to="Annalein Mausi <anna@x.example>", when=NOON + 900)
    assert names(ledger(typed, letter(ANNA, to=ME))) == {"anna@x.example": "Anna Schmidt"}
    assert names(ledger(typed)) == {"anna@x.example": "Annalein Mausi"}


def test_the_fuller_name_wins_and_among_equals_the_newest():
    me = letter(to="anna@x.example")
    fuller = ledger(me, letter(ANNA, when=NOON), letter("Anna <anna@x.example>", when=NOON + 9))
    assert names(fuller) == {"anna@x.example": "Anna Schmidt"}
    married = ledger(me, letter(ANNA, when=NOON), letter("Anna Weber <anna@x.example>", when=NOON + 9))
    assert names(married) == {"anna@x.example": "Anna Weber"}


def test_family_name_first_becomes_a_structured_name():
    book = ledger(letter(to='"Müller, Bernd" <b@x.example>'))
    card = book.contact("b@x.example")
    assert (card.full_name, card.name.family, card.name.given) == ("Bernd Müller", ("Müller",), ("Bernd",))


@pytest.mark.parametrize(
    "fields",
    [
        {"list_id": "<f.lists.example>"},
        {"precedence": "bulk"},
        {"auto_submitted": "auto-replied"},
        {"return_path": "<>"},
    ],
)
def test_bulk_mail_counts_for_nobody_in_either_direction(fields):
    received = [letter(ANNA, when=NOON + n, **fields) for n in range(3)]
    assert names(ledger(*received, letter(to=ANNA, **fields), include_received=True)) == {}


@pytest.mark.parametrize(
    "address", ["no-reply@x.example", "reply+1@x.example", "jo=y.example@x.example", "a@groups.io"]
)
def test_machines_are_never_contacts(address):
    assert names(ledger(letter(to=address), include_roles=True)) == {}


def test_role_addresses_only_when_asked_for_and_then_as_organisations():
    message = letter(to='"Schmidt, Anna" <info@x.example>')
    assert names(ledger(message)) == {}
    card = ledger(message, include_roles=True).contact("info@x.example")
    assert (card.kind, card.full_name, bool(card.name)) == ("org", "Anna Schmidt", False)


def test_a_mailing_list_i_posted_to_is_no_contact_once_it_shows_itself():
    book = ledger(letter(to="Freunde <freunde@x.example>"))
    assert list(book.correspondents()) == ["freunde@x.example"]
    book.add(read(letter(ANNA, to="freunde@x.example", list_post="<mailto:freunde@x.example>")))
    assert list(book.correspondents()) == []


def test_via_a_list_the_person_is_in_reply_to():
    via = letter('"Anna Schmidt via Freunde" <freunde@x.example>', reply_to="anna@x.example", list_id="<f.x>")
    book = ledger(via, letter(to="anna@x.example"), letter(to="freunde@x.example", list_id="<f.x>"))
    assert names(book) == {"anna@x.example": "Anna Schmidt"}


def test_via_a_service_without_reply_to_names_nobody():
    book = ledger(letter("Anna via Dienst <dienst@x.example>"), letter(to="dienst@x.example"))
    assert names(book) == {"dienst@x.example": ""}


def test_a_circular_counts_for_nobody():
    crowd = ", ".join(f"p{n}@x.example" for n in range(13))
    assert names(ledger(letter(to=crowd))) == {}
    assert len(names(ledger(letter(to=crowd), max_recipients=13))) == 13
    twice = [letter(ANNA, to=crowd, when=NOON + n) for n in range(3)]
    assert names(ledger(*twice, include_received=True)) == {}


def test_include_received_takes_who_wrote_twice():
    book = ledger(
        letter(ANNA, when=NOON), letter(ANNA, when=NOON + 9), letter("e@x.example"), include_received=True
    )
    assert names(book) == {"anna@x.example": "Anna Schmidt"}


def test_min_messages():
    messages = [letter(to=ANNA), letter(ANNA, to=ME, when=NOON + 5), letter(to="bo@x.example")]
    assert list(names(ledger(*messages, min_messages=2))) == ["anna@x.example"]
    assert names(ledger(*messages, min_messages=3)) == {}


def test_tags_fold_into_one_correspondent_and_the_written_address_is_kept():
    book = ledger(letter(to="anna+club@x.example"))
    assert [email.value for email in book.contact("anna@x.example").emails] == ["anna+club@x.example"]
    book.add(read(letter(to="Anna@X.example", when=NOON + 1)))
    assert [email.value for email in book.contact("anna@x.example").emails] == ["anna@x.example"]


def test_counting_is_idempotent_and_independent_of_order():
    rng = random.Random(7)
    messages = [
        (letter(to=f"p{n % 5}@x.example", when=NOON + n * 60), SENT) if n % 2
        else (letter(f"P {n % 7} <p{n % 5}@x.example>", to=ME, when="" if n % 11 == 0 else NOON + n * 60), OTHER)
        for n in range(300)
    ]  # fmt: skip
    once = ledger(*messages)
    for _ in range(3):
        again = messages * 2
        rng.shuffle(again)
        twice = ledger(*again)
        assert twice.dump()["people"] == once.dump()["people"]


def test_traffic_tells_counts_and_dates():
    book = ledger(
        letter(to=ANNA, when=NOON), letter(to=ANNA, when=NOON + 50), letter(ANNA, when=NOON + 20),
        letter(ANNA, when="14 Nov 2087 12:00:00 +0000"),
    )  # fmt: skip
    assert book.traffic("anna@x.example") == Traffic(2, 2, NOON, NOON + 50, NOON + 20)
    assert book.traffic("nobody@x.example") == Traffic(0, 0, 0, 0, 0)


def test_state_is_bounded_per_person_and_survives_a_round_trip():
    book = ledger(*(letter(to=f"N {n} <a@x.example>", when=NOON + n) for n in range(300)))
    state = json.loads(json.dumps(book.dump()))
    assert len(json.dumps(state)) < 1500
    again = ledger()
    again.load(state)
    assert again.records("a@x.example") == book.records("a@x.example") != {}
    assert again.traffic("a@x.example").sent == KEPT
    again.add(read(letter(to="a@x.example", when=NOON + 299)))
    assert again.dump() == book.dump()


def test_more_mail_alone_does_not_change_the_revision():
    book = ledger(letter(to=ANNA))
    before = revision(book.contact("anna@x.example"))
    book.add(read(letter(to=ANNA, when=NOON + 86_400)))
    assert revision(book.contact("anna@x.example")) == before
    book.add(read(letter("Anna Maria Schmidt <anna@x.example>", when=NOON + 86_401)))
    assert revision(book.contact("anna@x.example")) != before


@pytest.mark.parametrize(
    "state",
    [{}, {"people": [], "lists": [], "senders": {}}, {"people": {"a": [1]}, "lists": 1, "senders": {}}],
)
def test_a_foreign_state_is_refused(state):
    with pytest.raises((TypeError, KeyError, ValueError)):
        ledger().load(state)
