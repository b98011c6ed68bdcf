"""Evidence: what a comparison weighs, how rare values weigh more, and how it is put into words."""

from kith.match.blocking import KEYS, keys, tokens
from kith.match.compare import compare
from kith.match.explain import explain
from kith.match.statistics import Statistics, survey
from kith.match.weights import RIVALS, default, parse
from kith.model.contact import Contact, Date, Email, Name, Phone
from kith.normalize.features import Features, features


def card(given: str, family: str, *values: str, **more: object) -> Features:
    contact = Contact(
        full_name=f"{given} {family}".strip(),
        name=Name(given=(given,), family=(family,)),
        emails=tuple(Email(value) for value in values if "@" in value),
        phones=tuple(Phone(value) for value in values if "@" not in value),
        **more,  # type: ignore[arg-type]
    )
    return features(contact, "DE")


def test_a_rare_family_name_is_worth_more() -> None:
    crowd = [card(f"Name{number}", "Müller") for number in range(200)]
    rare, common = (card("Anna", "Abendroth"), card("Anna", "Müller"))
    statistics = survey([*crowd, rare, rare, common, common])
    weights = [
        next(item.weight for item in compare(one, one, statistics).items if item.comparison == "prior")
        + compare(one, one, statistics).weight
        for one in (rare, common)
    ]
    assert weights[0] > weights[1] + 3


def test_a_number_on_many_people_s_cards_proves_little() -> None:
    number = "+49 30 23125123"
    one = card("Anna", "Weber", number)
    few = survey([one, one])
    many = survey([one, one, *(card(f"Name{n}", "Weber", number) for n in range(6))])
    alone, shared = (
        next(i.weight for i in compare(one, one, s).items if i.comparison == "fixed") for s in (few, many)
    )
    assert shared <= alone


def test_different_birthdays_and_marks_speak_against() -> None:
    one = card("Anna", "Weber", "anna@example.org", birthday=Date("1960-01-02"))
    two = card("Anna", "Weber", "anna@example.org", birthday=Date("1990-03-04"))
    found = compare(one, two, Statistics(3000))
    item = next(item for item in found.items if item.comparison == "birthday")
    assert (item.for_, item.level) == (False, "other")
    assert found.verdict != "same"


def test_a_birthday_without_a_year_agrees_with_a_full_one() -> None:
    one = card("Anna", "Weber", birthday=Date("1960-01-02"))
    two = card("Anna", "Weber", birthday=Date("--01-02"))
    levels = {item.comparison: item.level for item in compare(one, two, Statistics(3000)).items}
    assert levels["birthday"] == "day"


def test_the_sum_of_the_items_is_the_weight() -> None:
    one, two = card("Anna", "Weber", "a@example.org"), card("Anna", "Weber", "a@example.org")
    found = compare(one, two, Statistics(3000))
    assert abs(sum(item.weight for item in found.items) - found.weight) < 0.05


def test_any_two_records_can_be_compared() -> None:
    blank = features(Contact(), "DE")
    firm = features(Contact(full_name="ACME GmbH"), "DE")
    for other in (blank, firm, card("Anna", "Weber")):
        for one in (blank, firm):
            assert compare(one, other, Statistics()).verdict in {"same", "ask", "different"}
    assert compare(firm, card("Anna", "Weber"), Statistics()).barred == "kind"


def test_words_name_what_agrees_how_rare_it_is_and_what_would_change_it() -> None:
    one, two = card("Anna", "Abendroth"), card("Anna", "Abendroth")
    text = explain(compare(one, two, survey([one, two, card("Anna", "Weber")])))
    assert any("same family name “abendroth” (on 2 of 3 cards)" in line for line in text)
    assert any(line.startswith("for: ") for line in text)
    assert text[-1].endswith(("would join them.", "keep them apart."))


def test_words_say_why_two_kinds_are_never_joined() -> None:
    firm = features(Contact(full_name="Abendroth GmbH"), "DE")
    assert "never joined" in explain(compare(firm, card("Anna", "Abendroth"), Statistics()))[0]


def test_keys_and_tokens_are_few_and_plain() -> None:
    many = Contact(
        full_name="Anna Maria Weber-Lang",
        emails=tuple(Email(f"a{number}@example.org") for number in range(10_000)),
    )
    found = features(many, "DE")
    assert len(keys(found)) <= KEYS
    assert len(tokens(found)) < 120
    assert keys(features(Contact(), "DE")) == ()


def test_forms_of_one_name_meet_in_a_block() -> None:
    for one, two in [
        (card("Bob", "Miller"), card("Robert", "Miller")),
        (card("Jürgen", "Müller"), card("Juergen", "Mueller")),
        (card("Юрий", "Щербаков"), card("Yuri", "Shcherbakov")),
        (card("Anna", "Weber"), card("A.", "Weber")),
        (card("철수", "김"), card("Cheolsu", "Kim")),
    ]:
        assert set(keys(one)) & set(keys(two))


def test_shipped_weights_are_whole() -> None:
    weights = default()
    assert all(len(row) == len(RIVALS) for rows in weights.levels.values() for row in rows.values())
    assert len(weights.priors) == len(RIVALS)
    for name in ("given", "family", "mobile", "personal", "birthday"):
        assert weights.bits(name, "same", 10.0) > weights.bits(name, "other")


def test_weights_with_what_was_learnt_add_it() -> None:
    data = {"rivals": dict.fromkeys(RIVALS, 0.0), "rarity": {}, "levels": {"sex": {"other": [-1, -1, -1]}}}
    assert parse({**data, "learned": {"sex": {"other": 0.5}}}).bits("sex", "other") == (-0.5, -0.5, -0.5)
    assert parse(data).bits("sex", "nothing") == (0.0, 0.0, 0.0)


def test_the_domain_of_a_shared_mailbox_is_no_second_witness() -> None:
    one, two = card("Anna", "Weber", "anna@nordwind.example"), card("Anna", "Weber", "anna@nordwind.example")
    assert "firm" not in {item.comparison for item in compare(one, two, Statistics(3000)).items}


def test_a_mailbox_named_after_the_family_is_known_in_both_genders() -> None:
    one, two = card("Olga", "Petrowa", "petrows@example.org"), card("Olga", "Petrowa", "petrows@example.org")
    levels = {item.comparison: item.level for item in compare(one, two, Statistics(3000)).items}
    assert levels["personal"] == "family"


def test_two_frequent_family_names_are_not_a_slip_of_each_other() -> None:
    crowd = [card(f"Name{number}", name) for number in range(8) for name in ("Schmid", "Schmidt")]
    one, two = card("Renate", "Schmid"), card("Renate", "Schmidt")
    levels = {item.comparison: item.level for item in compare(one, two, survey([*crowd, one, two])).items}
    assert levels["family"] == "similar"
    assert {i.comparison: i.level for i in compare(one, two, survey([one, two])).items}[
        "family"
    ] == "spelling"
