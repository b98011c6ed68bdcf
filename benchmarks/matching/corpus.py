"""Invented address books with known truth: which cards are the same human being, and why it is hard to see.

Everything is drawn from `random.Random(seed)`: the same seed gives the same books, byte for byte. Numbers and names
are invented; a number may exist by accident, so no corpus is written to the repository.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from random import Random

from benchmarks.matching.cards import Card, Cards
from benchmarks.matching.population import Company, Person, Population
from benchmarks.matching.rates import Rates

from kith.model.record import RecordKey, SourceRecord

REGION = "DE"
SOURCES = ("phone", "google", "mail", "linkedin", "xing")
CURATED = frozenset({"phone", "google"})

# What makes a true pair hard, hardest first: a pair is counted under the first that one of its cards has.
_HARD = ("label", "firm_as_surname", "no_name", "given_only", "surname_initial", "native_script", "married_name",
         "given_initial", "double_surname", "typo", "nickname", "half_given", "translit", "umlaut", "old_job",
         "duplicate", "last_first", "caps")  # fmt: skip
_KINDS = {"p": "person", "h": "household", "c": "organisation", "r": "relay"}


@dataclass(frozen=True)
class Corpus:
    """Cards, the truth about them, and the population behind them. Read-only after `generate`."""

    records: tuple[SourceRecord, ...]
    truth: dict[RecordKey, str]
    cards: dict[RecordKey, Card]
    people: dict[str, Person]

    @cached_property
    def owners(self) -> dict[str, list[RecordKey]]:
        """The cards of each true owner."""
        found: dict[str, list[RecordKey]] = defaultdict(list)
        for key, owner in self.truth.items():
            found[owner].append(key)
        return dict(found)

    @property
    def joins(self) -> int:
        """How many joins lead from single cards to the truth."""
        return len(self.records) - len(self.owners)

    def trap(self, left: RecordKey, right: RecordKey) -> str:
        """The class of a pair: what makes a true one hard to see, or a false one easy to believe."""
        if self.truth[left] == self.truth[right]:
            return self._difficulty(left, right)
        return self._danger(left, right)

    def evidence(self, left: RecordKey, right: RecordKey) -> str:
        """What a pair has in common, by the generator's knowledge: personal identifier, common identifier, nothing."""
        one, two = self.cards[left], self.cards[right]
        if one.own & two.own:
            return "personal identifier"
        return "common identifier" if (one.own | one.common) & (two.own | two.common) else "name and the rest"

    def kind(self, key: RecordKey) -> str:
        """What the owner is: person, household, organisation, role, relay."""
        owner = self.truth[key]
        return "role" if owner[0] == "c" and "-" in owner else _KINDS[owner[0]]

    def marked_apart(self, left: RecordKey, right: RecordKey) -> bool:
        """Whether the two cards are of two people of whom each carries another generation mark."""
        marks = {self.people[self.truth[key]].mark for key in (left, right) if self.kind(key) == "person"}
        return self.truth[left] != self.truth[right] and len(marks - {""}) > 1

    def _difficulty(self, left: RecordKey, right: RecordKey) -> str:
        tags = self.cards[left].tags | self.cards[right].tags
        if self.kind(left) != "person":
            return self.kind(left)
        return next((tag for tag in _HARD if tag in tags), "plain")

    def _danger(self, left: RecordKey, right: RecordKey) -> str:
        kinds = {self.kind(left), self.kind(right)}
        if kinds != {"person"}:
            others = kinds - {"person"}
            return f"{sorted(others)[0]} and person" if "person" in kinds else "not people"
        one, two = (self.people[self.truth[key]] for key in (left, right))
        same_name = (one.given, one.family) == (two.given, two.family)
        if one.home.id == two.home.id:
            if same_name:
                return "father and son"
            return "twins" if one.born == two.born else "household"
        if same_name:
            return "homonyms"
        return self._at_work(left, right)

    def _at_work(self, left: RecordKey, right: RecordKey) -> str:
        one, two = self.cards[left], self.cards[right]
        common = one.common & two.common
        for tag, name in (
            ("list_mail", "shared list address"),
            ("info_mail", "shared info@"),
            ("switchboard", "switchboard"),
        ):
            if common and tag in one.tags & two.tags:
                return name
        firms = [{job.company.id for job in self.people[self.truth[key]].jobs} for key in (left, right)]
        return "colleagues" if firms[0] & firms[1] else "others"


def _entities(population: Population, cards: Cards) -> None:
    """Cards of homes and companies, after those of people."""
    rates = cards.rates
    for home in population.homes:
        members = cards.mates.get(home.id, [])
        if len(members) > 1 and cards.chance(rates.household_card):
            cards.household(home, members)
    companies: list[Company] = population.companies
    for company in companies:
        if cards.chance(rates.company_card):
            cards.company(company)
        if cards.chance(rates.role_address):
            cards.role(company)


def generate(people: int, seed: int, rates: Rates | None = None) -> Corpus:
    """`people` invented human beings and the cards that five sources hold about them (about 2.7 each).

    Accounts are named `phone`, `google`, `mail`, `linkedin`, `xing`; all numbers are German, so the region of every
    account is `REGION`. Raises ValueError when `people` is not positive.
    """
    if people < 1:
        raise ValueError("at least one person is needed")
    rng = Random(seed)
    table = rates or Rates()
    population = Population(rng, table)
    population.grow(people)
    writer = Cards(rng, table)
    for person in population.people:
        writer.mates.setdefault(person.home.id, []).append(person)
    for person in population.people:
        writer.person(person)
    _entities(population, writer)
    rng.shuffle(writer.cards)
    keyed = {RecordKey(card.source, "", card.remote_id): card for card in writer.cards}
    if len(keyed) != len(writer.cards):
        raise AssertionError("two cards of one source carry one id")
    records = tuple(SourceRecord(key, "1", card.contact) for key, card in keyed.items())
    truth = {key: card.owner for key, card in keyed.items()}
    return Corpus(records, truth, keyed, {person.id: person for person in population.people})
