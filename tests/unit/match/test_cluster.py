"""Who is joined, who is asked about, who stays apart: the traps of real address books, one by one."""

from dataclasses import replace

import pytest

from kith.match.cluster import Clustering, Constraints, Policy, cluster
from kith.match.member import Member
from kith.match.statistics import Statistics, survey
from kith.model.contact import Contact, Date, Email, Name, Organization, Phone, PostalAddress, Profile
from kith.model.record import RecordKey
from kith.normalize.features import features

MOBILE = "+49 171 3920012"
LANDLINE = "+49 30 23125123"


def person(given: str, family: str, *values: str, **more: object) -> Contact:
    """A card; values with @ are mailboxes, others numbers."""
    return Contact(
        full_name=f"{given} {family}".strip(),
        name=Name(given=(given,) if given else (), family=(family,) if family else ()),
        emails=tuple(Email(value) for value in values if "@" in value),
        phones=tuple(Phone(value) for value in values if "@" not in value),
        **more,  # type: ignore[arg-type]
    )


def member(place: str, contact: Contact, person: str | None = None, curated: bool = True) -> Member:
    account, remote = place.split("/")
    return Member(
        RecordKey(account, "", remote), features(contact, "DE"), person, curated=curated, uid=contact.uid
    )


def judge(
    *members: Member,
    same: tuple[tuple[str, str], ...] = (),
    apart: tuple[tuple[str, str], ...] = (),
    policy: Policy | None = None,
    crowd: int = 3000,
) -> Clustering:
    """Clusters members, those with a person as established, in a store of `crowd` further cards."""
    counted = survey(item.features for item in members)
    statistics = Statistics(counted.total + crowd, counted.frequency)
    return cluster(
        [item for item in members if item.person is None],
        [item for item in members if item.person is not None],
        Constraints(frozenset(same), frozenset(apart)),
        statistics,
        policy or Policy(),
    )


def groups(found: Clustering) -> list[set[str]]:
    """The clusters with more than one record."""
    return sorted(
        ({str(key) for key in row.members} for row in found.clusters if len(row.members) > 1), key=sorted
    )


def asked(found: Clustering) -> set[frozenset[str]]:
    return {frozenset((str(row.a), str(row.b))) for row in found.questions}


def test_one_personal_mailbox_and_forms_of_one_name_are_one_person() -> None:
    found = judge(
        member("phone/1", person("Bob", "Miller", "bob@example.org", MOBILE)),
        member("google/1", person("Robert", "Miller", "bob@example.org")),
    )
    assert groups(found) == [{"phone/1", "google/1"}]
    assert found.clusters[0].joins[0].by == "rule"
    assert found.clusters[0].joins[0].evidence.verdict == "same"


def test_father_and_son_on_one_landline_are_asked_about() -> None:
    found = judge(
        member("phone/1", person("Heinz", "Krause", LANDLINE)),
        member("phone/2", person("Heinz", "Krause", LANDLINE, MOBILE)),
        member("google/1", person("Heinz", "Krause", "heinz.krause@example.org")),
    )
    assert groups(found) == []
    assert asked(found)


def test_generation_marks_never_join_but_are_not_lost() -> None:
    senior = person("Robert", "Miller", MOBILE)
    junior = replace(senior, name=replace(senior.name, suffix=("Jr.",)))
    elder = replace(senior, name=replace(senior.name, suffix=("Sr.",)))
    assert groups(judge(member("phone/1", junior), member("google/1", elder))) == []


def test_an_unmarked_card_does_not_bridge_jr_and_sr() -> None:
    plain = person("Robert", "Miller", MOBILE)
    junior = replace(plain, name=replace(plain.name, suffix=("Jr.",)))
    elder = replace(plain, name=replace(plain.name, suffix=("Sr.",)))
    found = judge(member("a/1", junior), member("b/1", plain), member("c/1", elder))
    assert all(not {"a/1", "c/1"} <= group for group in groups(found))


def test_twins_on_one_landline_with_one_birthday_stay_apart() -> None:
    home = PostalAddress(street=("Lindenstraße 12",), postal_code=("10969",), locality=("Berlin",))
    twins = [
        person(name, "Sommer", LANDLINE, birthday=Date("1990-05-06"), addresses=(home,))
        for name in ("Lena", "Nora")
    ]
    assert groups(judge(member("phone/1", twins[0]), member("google/1", twins[1]))) == []


def test_namesakes_with_different_employers_are_asked_about() -> None:
    found = judge(
        member("phone/1", person("Michael", "Müller", MOBILE, organizations=(Organization("Nordwind AG"),))),
        member("linkedin/1", person("Michael", "Müller", organizations=(Organization("Südstern GmbH"),))),
    )
    assert groups(found) == []
    assert asked(found) == {frozenset(("phone/1", "linkedin/1"))}


def test_a_switchboard_joins_nobody() -> None:
    firm = (Organization("Nordwind AG"),)
    people = [
        ("Anna", "Weber"),
        ("Jonas", "Lehmann"),
        ("Mehmet", "Kaya"),
        ("Olga", "Iwanowa"),
        ("Kim", "Park"),
    ]
    cards = [
        member(f"book{number}/1", person(*name, LANDLINE, organizations=firm))
        for number, name in enumerate(people)
    ]
    assert groups(judge(*cards)) == []


def test_info_addresses_join_nobody() -> None:
    found = judge(
        member("phone/1", person("Anna", "Weber", "info@nordwind.example")),
        member("google/1", person("Jonas", "Lehmann", "info@nordwind.example")),
        member("mail/1", person("Nordwind", "", "info@nordwind.example")),
    )
    assert groups(found) == []


@pytest.mark.parametrize(
    "other",
    [
        Contact(full_name="Weber GmbH", phones=(Phone(LANDLINE),)),
        Contact(
            kind="org", full_name="Anna Weber", phones=(Phone(LANDLINE),), emails=(Email("anna@example.org"),)
        ),
        Contact(full_name="Familie Weber", phones=(Phone(LANDLINE),), emails=(Email("anna@example.org"),)),
        Contact(kind="group", full_name="Anna Weber", emails=(Email("anna@example.org"),)),
    ],
)
def test_kinds_never_join(other: Contact) -> None:
    card = person("Anna", "Weber", LANDLINE, "anna@example.org")
    assert groups(judge(member("phone/1", card), member("google/1", other))) == []


def test_a_personal_mailbox_finds_its_person_without_a_name() -> None:
    found = judge(
        member("phone/1", person("Anna", "Weber", "sonnenblume77@example.org")),
        member("mail/1", Contact(emails=(Email("sonnenblume77@example.org"),)), curated=False),
    )
    assert groups(found) == [{"phone/1", "mail/1"}]


def test_a_name_and_a_landline_could_be_father_and_son() -> None:
    cards = [person("Anna", "Kowalczyk", LANDLINE), person("Anna", "Kowalczyk", LANDLINE, "anna@example.org")]
    found = judge(member("phone/1", cards[0]), member("google/1", cards[1]))
    assert groups(found) == []
    assert asked(found) == {frozenset(("phone/1", "google/1"))}


def test_a_family_mailbox_does_not_prove_a_person() -> None:
    found = judge(
        member("phone/1", person("Claudia", "Schmidt", "schmidts@example.org")),
        member("mail/1", Contact(emails=(Email("schmidts@example.org"),))),
    )
    assert groups(found) == []


def test_a_number_that_two_people_carry_joins_neither() -> None:
    """The father's card holds the son's number, too; a third card with it may be either's."""
    found = judge(
        member("phone/1", person("Hagen", "Torow", MOBILE, "+49 170 5263734")),
        member("phone/2", person("Hagen", "Torow", MOBILE)),
        member("google/1", person("Hagen", "Torow", MOBILE, "h.torow64@example.org")),
    )
    assert all(not {"phone/1", "phone/2"} <= group for group in groups(found))
    assert all("google/1" not in group for group in groups(found))
    assert asked(found)


def test_no_chain_joins_what_contradicts() -> None:
    found = judge(
        member("a/1", person("Anna", "Weber", "box@example.org", birthday=Date("1960-01-02"))),
        member("b/1", person("", "", "box@example.org", MOBILE)),
        member("c/1", person("Nora", "Weber", MOBILE, birthday=Date("1990-03-04"))),
    )
    assert all(not {"a/1", "c/1"} <= group for group in groups(found))


def test_two_birthdays_speak_against_one_mailbox() -> None:
    found = judge(
        member("a/1", person("Anna", "Weber", "a.weber@example.org", birthday=Date("1960-01-02"))),
        member("b/1", person("Anna", "Weber", "a.weber@example.org", birthday=Date("1990-03-04"))),
    )
    assert groups(found) == []


def test_two_cards_in_one_curated_book_need_more_than_between_accounts() -> None:
    firm = (Organization("Nordwind Logistik GmbH"),)
    cards = [
        person("Anna", "Kowalczyk", organizations=firm),
        person("Anna", "Kowalczyk", MOBILE, organizations=firm),
    ]
    apart = judge(member("phone/1", cards[0]), member("phone/2", cards[1]))
    between = judge(member("phone/1", cards[0]), member("google/1", cards[1]))
    assert groups(apart) == []
    assert asked(apart) == {frozenset(("phone/1", "phone/2"))}
    assert groups(between) == [{"phone/1", "google/1"}]


def test_a_rare_name_at_one_firm_is_one_person() -> None:
    firm = (Organization("Nordwind Logistik GmbH"),)
    found = judge(
        member("phone/1", person("Swantje", "Abendroth", MOBILE, organizations=firm)),
        member(
            "linkedin/1", person("Swantje", "Abendroth", organizations=(Organization("Nordwind Logistik"),))
        ),
    )
    assert groups(found) == [{"phone/1", "linkedin/1"}]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("Юрий", "Щербаков"), ("Juri", "Schtscherbakow")),
        (("Jürgen", "Müller"), ("Juergen", "Mueller")),
        (("فاطمة", "منصور"), ("Fatima", "Mansour")),
        (("철수", "김"), ("Cheolsu", "Kim")),
        (("Anna", "Kowalczyk"), ("Anna", "Kowalczk")),
        (("Weber", "Anna"), ("Anna", "Weber")),
    ],
)
def test_spellings_of_one_name_with_one_mobile_number_are_one_person(
    one: tuple[str, str], two: tuple[str, str]
) -> None:
    found = judge(
        member("a/1", person(*one, MOBILE, "x@example.org")),
        member("b/1", person(*two, MOBILE, "x@example.org")),
    )
    assert groups(found) == [{"a/1", "b/1"}]


def test_a_newcomer_joins_the_established_person_it_fits() -> None:
    found = judge(
        member("phone/1", person("Anna", "Weber", "anna@example.org"), person="p1"),
        member("google/1", person("Anna", "Weber", "anna@example.org")),
    )
    assert found.clusters[0].person == "p1"
    assert [str(key) for key in found.clusters[0].members] == ["google/1"]


def test_a_bridge_between_two_established_people_is_a_question() -> None:
    found = judge(
        member("phone/1", person("Anna", "Weber", "anna@example.org"), person="p1"),
        member("google/1", person("Anna", "Weber", MOBILE), person="p2"),
        member("mail/1", person("Anna", "Weber", "anna@example.org", MOBILE)),
    )
    assert found.clusters[0].person in {"p1", "p2", None}
    assert len(found.clusters) == 1
    assert found.questions


def test_established_people_are_never_judged_among_themselves() -> None:
    found = judge(
        member("phone/1", person("Anna", "Weber", "anna@example.org"), person="p1"),
        member("google/1", person("Anna", "Weber", "anna@example.org"), person="p2"),
    )
    assert (found.clusters, found.questions) == ((), ())


def test_a_changed_card_keeps_its_person_and_asks_about_another() -> None:
    changed = member("phone/1", person("Anna", "Weber", "anna@example.org"), person="p1")
    other = member("google/1", person("Anna", "Weber", "anna@example.org"), person="p2")
    statistics = Statistics(3000, survey([changed.features, other.features]).frequency)
    found = cluster([changed], [other], Constraints(), statistics, Policy())
    assert found.clusters[0].person == "p1"
    assert asked(found) == {frozenset(("phone/1", "google/1"))}


def test_one_uid_in_two_accounts_is_one_person_even_without_automatic_joins() -> None:
    card = person("Anna", "Weber", uid="u-1")
    other = person("Anna", "Weber-Lang", uid="u-1")
    found = judge(member("phone/1", card), member("google/1", other), policy=Policy(automatic=False))
    assert groups(found) == [{"phone/1", "google/1"}]
    assert found.clusters[0].joins[0].by == "uid"


def test_one_uid_with_names_that_contradict_is_a_question() -> None:
    found = judge(
        member("phone/1", person("Anna", "Weber", uid="u-1")),
        member("google/1", person("Jonas", "Lehmann", uid="u-1")),
    )
    assert groups(found) == []
    assert asked(found) == {frozenset(("phone/1", "google/1"))}


@pytest.mark.parametrize("policy", [Policy(automatic=False), Policy(timid=True)])
def test_quiet_and_timid_ask_instead_of_joining(policy: Policy) -> None:
    cards = [member(f"{name}/1", person("Anna", "Weber", "anna@example.org", MOBILE)) for name in ("a", "b")]
    found = judge(*cards, policy=policy)
    assert groups(found) == []
    assert asked(found) == {frozenset(("a/1", "b/1"))}


def test_the_user_s_word_outranks_every_score() -> None:
    alike = [member(f"{name}/1", person("Anna", "Weber", "anna@example.org", MOBILE)) for name in ("a", "b")]
    unlike = [member("c/1", person("Jonas", "Lehmann")), member("d/1", person("Olga", "Iwanowa"))]
    found = judge(*alike, *unlike, apart=(("b/1", "a/1"),), same=(("d/1", "c/1"),))
    assert groups(found) == [{"c/1", "d/1"}]
    assert not asked(found)
    joined = next(row for row in found.clusters if row.joins)
    assert joined.joins[0].by == "user"


def test_apart_outranks_same() -> None:
    cards = [member(f"{name}/1", person("Anna", "Weber")) for name in ("a", "b")]
    assert groups(judge(*cards, same=(("a/1", "b/1"),), apart=(("a/1", "b/1"),))) == []


def test_apart_holds_through_a_third_card() -> None:
    cards = [
        member(f"{name}/1", person("Anna", "Weber", "anna@example.org", MOBILE)) for name in ("a", "b", "c")
    ]
    found = judge(*cards, apart=(("a/1", "c/1"),))
    assert all(not {"a/1", "c/1"} <= group for group in groups(found))


def test_questions_are_ranked_by_gain_and_asked_once_per_pair_of_people() -> None:
    cards = [
        member(f"book{n}/1", person("Edgar", "Richter", "e.richter@example.org", MOBILE)) for n in range(3)
    ]
    doubt = member("xing/1", person("Edgar", "Richter"))
    small = [member("x/1", person("Lutz", "Amsel")), member("y/1", person("Lutz", "Amsel"))]
    found = judge(*cards, doubt, *small)
    pairs = [frozenset((str(row.a), str(row.b))) for row in found.questions]
    assert sum("xing/1" in pair for pair in pairs) == 1
    assert [row.gain for row in found.questions] == sorted(
        (row.gain for row in found.questions), reverse=True
    )


def test_firms_are_joined_as_firms() -> None:
    found = judge(
        member("phone/1", Contact(full_name="Zenit Technik AG", phones=(Phone("+49 551 935110"),))),
        member(
            "google/1",
            Contact(
                full_name="Zenit Technik",
                organizations=(Organization("Zenit Technik AG"),),
                phones=(Phone("0551 935110"),),
            ),
        ),
    )
    assert groups(found) == [{"phone/1", "google/1"}]


def test_a_profile_finds_its_person_under_a_married_name() -> None:
    profile = (Profile("linkedin", url="https://www.linkedin.com/in/anna-w-77"),)
    found = judge(
        member("phone/1", person("Anna", "Weber", profiles=profile)),
        member("google/1", person("Anna", "Sommer", profiles=profile)),
    )
    assert groups(found) == [{"phone/1", "google/1"}] or asked(found)


def test_a_number_beside_a_part_of_a_name_that_two_have_is_asked_about() -> None:
    son = person("Tobias", "Becker", "tobias@example.org", birthday=Date("2000-11-04"))
    found = judge(
        member("phone/1", person("Tobias", "Becker", MOBILE)),
        member("phone/2", son),
        member("google/1", person("Tobias", "B", MOBILE)),
    )
    assert groups(found) == []
    assert frozenset(("phone/1", "google/1")) in asked(found)
    alone = judge(
        member("phone/1", person("Tobias", "Becker", MOBILE)),
        member("google/1", person("Tobias", "B", MOBILE)),
    )
    assert groups(alone) == [{"phone/1", "google/1"}]


def test_namesakes_are_seen_where_only_one_card_spells_the_name() -> None:
    """The name that two carry stands on the second card of the pair, the first has a slip of it."""
    firm = (Organization("Nordwind AG"),)
    found = judge(
        member("a/1", person("Chrnstian", "Ackerbrunner", organizations=firm)),
        member("b/1", person("Christian", "Ackerbrunner", organizations=firm)),
        member("c/1", person("Christian", "Ackerbrunner", MOBILE)),
        member("c/2", person("Christian", "Ackerbrunner", "+49 171 3920013")),
        crowd=200,
    )
    rows = [*found.questions, *(join for row in found.clusters for join in row.joins)]
    pair = next(row for row in rows if {str(row.a), str(row.b)} == {"a/1", "b/1"})
    assert any(item.comparison == "namesakes" for item in pair.evidence.items)


def test_namesakes_with_one_employer_stay_a_question_however_frequent_name_and_employer_are() -> None:
    """The doubt takes the pair's weight below the threshold for questions, and is a question all the same."""
    firm = (Organization("Nordwind AG"),)
    crowd = [member(f"m/{n}", person("Anna", f"Familie{n}", organizations=firm)) for n in range(60)]
    crowd += [member(f"n/{n}", person(f"Name{n}", "Müller", organizations=firm)) for n in range(60)]
    found = judge(
        *crowd,
        member("a/1", person("Anna", "Müller", organizations=firm)),
        member("b/1", person("Anna", "Müller", organizations=firm)),
        member("c/1", person("Anna", "Müller", MOBILE)),
        member("c/2", person("Anna", "Müller", "+49 171 3920013")),
        crowd=0,
    )
    assert frozenset(("a/1", "b/1")) in asked(found)
