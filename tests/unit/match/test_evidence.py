"""Evidence: what a comparison weighs, how rare values weigh more, and how it is put into words."""

from kith.match.blocking import KEYS, keys, tokens
from kith.match.compare import compare
from kith.match.explain import change_of_mind, explain, strength
from kith.match.levels import numbered
from kith.match.names import given_level
from kith.match.statistics import Statistics, survey
from kith.match.weights import RIVALS, default, parse
from kith.model.contact import Contact, Date, Email, Name, Organization, Phone
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


def levels(one: Features, two: Features, statistics: Statistics | None = None) -> dict[str, str]:
    found = compare(one, two, statistics or Statistics(3000))
    return {item.comparison: item.level for item in found.items}


def works(given: str, family: str, *values: str, firm: str = "Nordwind AG", title: str = "") -> Features:
    return card(given, family, *values, organizations=(Organization(firm, title=title),))


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


def test_what_agrees_already_is_not_named_as_what_would_join_them() -> None:
    """Twins, perhaps: one birthday, two given names that resemble each other."""
    one = card("Anna", "Becker", birthday=Date("1990-05-05"))
    two = card("Anja", "Becker", birthday=Date("1990-05-05"))
    found = compare(one, two, Statistics(3000))
    assert ("birthday", "twins") in {(item.comparison, item.level) for item in found.items}
    assert "birthday" not in change_of_mind(found)


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


def test_the_employer_of_a_large_part_of_the_book_says_little_about_two_of_one_name() -> None:
    one = works("Veronika", "Abendroth")
    small = survey([one, one, *(card(f"Name{n}", f"Family{n}") for n in range(900))])
    large = survey([one, one, *(works(f"Name{n}", f"Family{n}") for n in range(900))])
    assert compare(one, one, small).verdict == "same"
    assert compare(one, one, large).verdict == "ask"


def test_one_position_at_one_employer_speaks_for_one_person_and_two_against() -> None:
    one = works("Veronika", "Abendroth", title="Leiterin Einkauf")
    same, other = (works("Veronika", "Abendroth", title=title) for title in ("Leiterin", "Schlosserin"))
    plain = works("Veronika", "Abendroth")
    weights = [compare(one, two, Statistics(3000)).weight for two in (same, plain, other)]
    assert weights[0] > weights[1] > weights[2]
    assert levels(one, same)["position"] == "same"
    elsewhere = works("Veronika", "Abendroth", firm="Südstern GmbH", title="Leiterin")
    assert "position" not in levels(one, elsewhere)


def test_a_numbered_mailbox_at_an_employer_tells_of_a_namesake() -> None:
    one = works("Andreas", "Kalkring")
    plain = card("Andreas", "Kalkring", "a.kalkring@nordwind.example")
    second = card("Andreas", "Kalkring", "a.kalkring2@nordwind.example")
    home = card("Andreas", "Kalkring", "a.kalkring2@post.example")
    assert compare(one, plain, Statistics(3000)).verdict == "same"
    found = compare(one, second, Statistics(3000))
    assert found.verdict == "ask"
    assert any("somebody else" in line for line in explain(found))
    assert "numbered" not in levels(one, home)
    assert "numbered" not in levels(second, second)
    reached = works("Andreas", "Kalkring", "+49 171 3920012")
    both = card("Andreas", "Kalkring", "+49 171 3920012", "a.kalkring2@nordwind.example")
    assert "numbered" not in levels(reached, both)


def test_of_several_numbered_mailboxes_the_first_is_named() -> None:
    boxes = [f"anna.weber{number}@nordwind.example" for number in range(2, 12)]
    one, two = works("Anna", "Weber", *boxes), works("Anna", "Weber", "anna.weber@nordwind.example")
    assert numbered(one, two) == numbered(two, one) == boxes[0]


def test_names_that_twins_have_are_no_pet_forms() -> None:
    born = {"birthday": Date("1990-05-06")}
    twins = card("Anna", "Sommer", **born), card("Anja", "Sommer", **born)
    assert compare(*twins, Statistics(3000)).verdict == "ask"
    one = card("Katharina", "Sommer", **born), card("Kathi", "Sommer", **born)
    assert compare(*one, Statistics(3000)).verdict == "same"


def test_two_double_names_with_one_half_in_common_are_two_names() -> None:
    cano = card("José", "Díaz Cano", organizations=(Organization("Nordwind AG"),))
    castillo = card("José", "Díaz Castillo", organizations=(Organization("Nordwind AG"),))
    assert levels(cano, castillo)["family"] == "cross"
    assert compare(cano, castillo, Statistics(3000)).verdict != "same"
    assert levels(cano, card("José", "Díaz"))["family"] == "part"


def test_a_family_s_mailbox_is_known_in_another_romanisation() -> None:
    one, two = card("Marija", "Yudina", "judins@example.org"), card("", "", "judins@example.org")
    assert levels(one, two)["personal"] == "family"
    assert compare(one, two, Statistics(3000)).verdict != "same"
    own = card("Marija", "Yudina", "marija.judina@example.org")
    assert levels(own, own)["personal"] == "same"


def test_a_family_s_mailbox_does_not_join_father_and_son() -> None:
    one = card("Alexander", "Holzländer", "die-holzlaenders@example.org")
    assert compare(one, one, Statistics(3000)).verdict == "ask"


def test_why_speaks_of_strength_and_odds_and_not_of_bits() -> None:
    one, two = card("Anna", "Abendroth", "+49 171 3920012"), card("Anna", "Abendroth", "+49 171 3920012")
    other = card("Berta", "Abendroth", birthday=Date("1960-01-02"))
    lines = explain(compare(one, two, Statistics(3000)))
    assert not any("bits" in line for line in lines)
    assert any(line.endswith("(strong)") for line in lines)
    assert any("One person is more than 1000 times as likely." in line for line in lines)
    assert any("as likely as one person." in line for line in explain(compare(one, other, Statistics(3000))))
    assert [strength(bits) for bits in (-9.0, 3.5, -1.0, 0.2)] == ["very strong", "strong", "fair", "weak"]


def test_given_and_family_name_in_each_other_s_place_are_one_name_also_with_a_slip() -> None:
    born = {"birthday": Date("1990-05-06")}
    one, turned = card("Nicholas", "Leslie", **born), card("Leslie", "Nichllas", **born)
    assert {levels(one, turned)[name] for name in ("given", "family")} == {"same", "spelling"}
    assert compare(one, turned, Statistics(3000)).verdict == "same"
    lone = features(Contact(name=Name(given=("Lungershausen",)), birthday=Date("1990-05-06")), "DE")
    whole = card("Connor", "Lungershausen", **born)
    assert {name: levels(whole, lone)[name] for name in ("given", "family")} == {
        "given": "missing",
        "family": "same",
    }
    assert compare(lone, whole, Statistics(3000)).verdict == "same"
    paul = features(Contact(name=Name(given=("Paul",)), birthday=Date("1990-05-06")), "DE")
    assert levels(card("Anna", "Paul", **born), paul)["given"] != "missing"


def test_two_slips_in_a_name_are_a_name_that_resembles_little() -> None:
    assert given_level("patrick", "patrvrck") == given_level("wil", "wio") == "distant"
    assert given_level("callum", "tarau") == "unlike"
    assert given_level("anna", "hanna") == "other"
    born = {"birthday": Date("1990-05-06")}
    one, two = card("Patrick", "George", **born), card("Patrvrck", "George", **born)
    assert compare(one, two, Statistics(3000)).verdict == "same"
    assert compare(card("Patrick", "George"), card("Patrvrck", "George"), Statistics(3000)).verdict != "same"


def test_one_whole_birthday_makes_two_cards_meet_whatever_their_names_are() -> None:
    born = {"birthday": Date("1990-05-06")}
    assert set(keys(card("Nicholas", "Leslie", **born))) & set(keys(card("Veronika", "Abendroth", **born)))
