"""What is never compared in full, and what always is."""

from dataclasses import replace

from kith.match.ceiling import most
from kith.match.compare import compare
from kith.match.judge import Bench, by_name, judge
from kith.match.member import Member
from kith.match.statistics import Statistics, survey
from kith.match.verdict import Policy
from kith.match.weights import default
from kith.model.contact import Contact, Date, Email, Name, Organization, Phone
from kith.model.record import RecordKey
from kith.normalize.features import features


def card(given: str, family: str, **more: object) -> Contact:
    name = Name((family,) if family else (), (given,) if given else ())
    return Contact(name=name, **more)  # type: ignore[arg-type]


def reachable(*cards: Contact) -> bool:
    """Whether two cards of a large book, each of another source, are compared in full."""
    members = [
        Member(RecordKey(f"a{number}", "", "1"), features(card, "DE")) for number, card in enumerate(cards)
    ]
    return list(Bench(by_name(members), Statistics(50_000, {}), Policy()).within_reach(1, [0])) == [0]


def test_namesakes_of_the_family_alone_are_out_of_reach() -> None:
    assert not reachable(card("Anna", "Krause"), card("Peter", "Krause"))
    assert not reachable(card("Anna", "Krause"), card("Anna", "Wiesner"))


def test_one_name_is_within_reach() -> None:
    assert reachable(card("Anna", "Krause"), card("Anna", "Krause"))
    assert reachable(card("Anna", "Krause"), card("Krause", "Anna"))


def test_an_identifier_in_common_is_always_compared() -> None:
    number = (Phone("+49 171 3920012"),)
    assert reachable(card("Anna", "Krause", phones=number), card("Peter", "Wiesner", phones=number))


def test_circumstances_bring_a_married_name_within_reach() -> None:
    told = {"birthday": Date("1984-02-29"), "organizations": (Organization("Nordwind GmbH"),)}
    assert reachable(card("Anna", "Krause", **told), card("Anna", "Wiesner", **told))
    assert not reachable(card("Anna", "Krause", **told), card("Anna", "Wiesner"))


def test_a_name_in_a_mailbox_is_compared() -> None:
    nameless = Contact(emails=(Email("4711@example.org"),))
    assert reachable(nameless, card("Anna", "Krause"))


def test_the_most_is_at_least_what_any_level_has() -> None:
    weights = default()
    for comparison in ("given", "firm", "birthday"):
        for level in weights.levels[comparison]:
            row = weights.bits(comparison, level, 5.0)
            assert all(high >= bits for high, bits in zip(most(weights, comparison), row, strict=True))


def test_what_two_cards_may_have_in_common_is_always_looked_at() -> None:
    firm = card("Anna", "Krause", organizations=(Organization("Nordwind GmbH"),))
    mail = card("Anna", "Wiesner", emails=(Email("a.wiesner@nordwind.example"),))
    assert reachable(firm, mail)
    word = (Email("sonne699@example.org"),), (Email("sonne699@nordwind.example"),)
    assert reachable(card("Anna", "Krause", emails=word[0]), card("Peter", "Wiesner", emails=word[1]))


def test_a_mailbox_that_its_own_name_explains_brings_nobody_near() -> None:
    name = (Email("krause@example.org"),), (Email("krause@nordwind.example"),)
    assert not reachable(card("Anna", "Krause", emails=name[0]), card("Peter", "Krause", emails=name[1]))


def test_employers_written_in_two_ways_are_one() -> None:
    told = (Organization("Nordwind Logistik"),), (Organization("Nordwind Logistic"),)
    found = [
        features(card("Anna", "Krause", organizations=firms), "DE")
        for firms in (*told, (Organization("Abc"),))
    ]
    members = [Member(RecordKey(f"a{number}", "", "1"), f) for number, f in enumerate(found)]
    edges = judge(members, {member.id for member in members}, survey(found), Policy(ask=6.0))
    assert [(edge.a, edge.b) for edge in edges.values()] == [(members[0].id, members[1].id)]


def test_a_user_for_whom_two_employers_are_no_doubt_is_asked() -> None:
    """What tune may teach: two cards of one person name different employers as a rule."""
    born = Date("1985-03-01")
    cards = (
        card("Anna", "Krause", birthday=born, organizations=(Organization("Nordwind GmbH"),)),
        card("Peter", "Krause", birthday=born, organizations=(Organization("Sonnenhof AG"),)),
    )
    members = [
        Member(RecordKey(f"a{number}", "", "1"), features(card, "DE")) for number, card in enumerate(cards)
    ]
    taught = replace(default(), learned={"firm": {"other": 4.0}})
    counted = Statistics(50_000, survey(member.features for member in members).frequency, taught)
    found = judge(members, {member.id for member in members}, counted, Policy())
    weight = compare(members[0].features, members[1].features, counted).weight
    assert [round(edge.weight, 3) for edge in found.values()] == [weight] and weight > Policy().ask
