"""What holds for every address book: no order, no lost card, no forbidden join, no second thoughts."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from kith.match.candidates import candidates
from kith.match.cluster import Clustering, Constraints, Policy, cluster
from kith.match.compare import barred, compare, totals
from kith.match.edges import findings
from kith.match.judge import Bench, by_name, judge
from kith.match.member import Member
from kith.match.statistics import Statistics, survey
from kith.match.weights import default
from kith.model.contact import Contact, Date, Email, Name, Organization, Phone
from kith.model.record import RecordKey
from kith.normalize.features import features

GIVEN = st.sampled_from(["Anna", "Ann", "Bob", "Robert", "Heinz", "H.", "Юрий", "Juri", ""])
FAMILY = st.sampled_from(["Müller", "Mueller", "Abendroth", "Weber", "Weber-Lang", "Schtscherbakow", ""])
SUFFIX = st.sampled_from(["", "", "", "Jr.", "Sr."])
MAIL = st.sampled_from(
    ["", "", "anna@example.org", "box@example.org", "info@example.org", "mueller@example.org"]
)
NUMBER = st.sampled_from(["", "", "+49 171 3920012", "+49 30 23125123", "+49 171 3920099"])
BORN = st.sampled_from(["", "", "1960-01-02", "1990-03-04", "--01-02"])
FIRM = st.sampled_from(["", "", "Nordwind GmbH", "Südstern AG"])
KIND = st.sampled_from(["individual", "individual", "individual", "org"])


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    first, last, mark = draw(GIVEN), draw(FAMILY), draw(SUFFIX)
    mail, number, born, firm = draw(MAIL), draw(NUMBER), draw(BORN), draw(FIRM)
    return Contact(
        uid=draw(st.sampled_from(["", "", "u1"])),
        kind=draw(KIND),
        full_name=f"{first} {last} {mark}".strip(),
        name=Name((last,) if last else (), (first,) if first else (), suffix=(mark,) if mark else ()),
        emails=(Email(mail),) if mail else (),
        phones=(Phone(number),) if number else (),
        birthday=Date(born) if born else None,
        organizations=(Organization(firm),) if firm else (),
    )


@st.composite
def books(draw: st.DrawFn) -> list[Member]:
    cards = draw(st.lists(contacts(), max_size=12))
    found = []
    for number, contact in enumerate(cards):
        account = draw(st.sampled_from(["phone", "google", "mail"]))
        person = draw(st.sampled_from([None, None, None, "p1", "p2"]))
        key = RecordKey(account, "", str(number))
        found.append(Member(key, features(contact, "DE"), person, account != "mail", uid=contact.uid))
    return found


def run(members: list[Member], constraints: Constraints) -> Clustering:
    new = [member for member in members if member.person is None]
    old = [member for member in members if member.person is not None]
    return cluster(new, old, constraints, statistics(members), Policy())


def statistics(members: list[Member]) -> Statistics:
    counted = survey(member.features for member in members)
    return Statistics(counted.total + 2000, counted.frequency)


@st.composite
def words(draw: st.DrawFn, members: list[Member]) -> Constraints:
    ids = [member.id for member in members]
    if len(ids) < 2:
        return Constraints()
    pairs = st.frozensets(st.sampled_from(list(combinations(ids, 2))), max_size=3)
    return Constraints(draw(pairs), draw(pairs))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_result_does_not_depend_on_the_order(data: st.DataObject) -> None:
    members = data.draw(books())
    constraints = data.draw(words(members))
    assert run(members, constraints) == run(data.draw(st.permutations(members)), constraints)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_newcomer_is_placed_once_and_nothing_forbidden_is_joined(data: st.DataObject) -> None:
    members = data.draw(books())
    constraints = data.draw(words(members))
    found = run(members, constraints)
    placed = sorted(key for row in found.clusters for key in row.members)
    assert placed == sorted(member.key for member in members if member.person is None)
    by_key = {member.key: member for member in members}
    told = {member_id for pair in constraints.same for member_id in pair}
    for row in found.clusters:
        inside = [by_key[key] for key in row.members]
        inside += [member for member in members if row.person is not None and member.person == row.person]
        for a, b in combinations(inside, 2):
            linked = a.person is not None and a.person == b.person
            assert linked or not {(a.id, b.id), (b.id, a.id)} & constraints.apart
            if not linked and not told:
                assert a.features.kind == b.features.kind or a.person or b.person
                marks = {a.features.generation, b.features.generation} - {""}
                assert len(marks) < 2 or a.person or b.person


@settings(max_examples=100, deadline=None)
@given(books())
def test_a_full_run_over_the_links_it_made_changes_nothing(members: list[Member]) -> None:
    new = [member for member in members if member.person is None]
    found = run(new, Constraints())
    person = {key: f"q{number}" for number, row in enumerate(found.clusters) for key in row.members}
    linked = [
        Member(member.key, member.features, person[member.key], member.curated, member.edited, member.uid)
        for member in new
    ]
    again = cluster([], linked, Constraints(), statistics(linked), Policy())
    assert (again.clusters, again.questions) == ((), ())
    once_more = cluster(linked, [], Constraints(), statistics(linked), Policy())
    for row in once_more.clusters:
        assert {person[key] for key in row.members} == {row.person}


@settings(max_examples=100, deadline=None)
@given(contacts(), contacts())
def test_comparing_is_symmetric(one: Contact, two: Contact) -> None:
    a, b = features(one, "DE"), features(two, "DE")
    counted = survey([a, b])
    assert compare(a, b, counted).weight == compare(b, a, counted).weight


TAUGHT: list[dict[str, dict[str, float]]] = [
    {},
    {"mobile": {"other": 4.0}},
    {"book": {"curated": 4.0}},
    {"firm": {"other": 4.0}},
]


@settings(max_examples=400, deadline=None)
@given(books(), st.sampled_from([0, 500, 50_000]), st.sampled_from(TAUGHT))
def test_a_pair_that_is_not_compared_could_not_have_reached_the_threshold(
    book: list[Member], crowd: int, taught: dict[str, dict[str, float]]
) -> None:
    counted = survey(member.features for member in book)
    weights = replace(default(), learned=taught)
    statistics = Statistics(counted.total + crowd, counted.frequency, weights)
    bench = Bench(by_name(book), statistics, Policy())
    for place, left in enumerate(bench.members):
        near = set(bench.within_reach(place, range(place)))
        for other, right in enumerate(bench.members[:place]):
            a, b = left.features, right.features
            if not barred(a, b) and min(totals(findings(left, right, statistics))) >= Policy().ask:
                assert other in near


@settings(max_examples=200, deadline=None)
@given(books(), st.sampled_from(TAUGHT))
def test_an_edge_weighs_what_is_found_when_it_is_explained_and_no_other_pair_weighs_as_much(
    book: list[Member], taught: dict[str, dict[str, float]]
) -> None:
    members = sorted(book, key=lambda member: member.id)
    everybody = {member.id for member in members}
    counted = replace(statistics(members), weights=replace(default(), learned=taught))
    edges = judge(members, everybody, counted, Policy())
    for place, others in candidates(members, everybody):
        for left, right in ((members[other], members[place]) for other in others):
            sums = totals(findings(left, right, counted))
            edge = edges.get((left.id, right.id))
            if edge is not None:
                assert edge.sums == sums
            else:
                assert min(sums) < Policy().ask or barred(left.features, right.features)
