"""Invented people for estimating weights: who they are, with whom they live and work, and what sources say of them.

Not the benchmark's generator and without its name tables: given names come from kith's nickname table, family names
are made of syllables, so that nothing the benchmark measures was learnt from it.
"""

from dataclasses import dataclass
from random import Random

from kith.model.contact import Contact, Date, Email, Name, Organization, Phone, PostalAddress
from kith.normalize.tables import lines

SYLLABLES = ("al", "ber", "dor", "en", "fel", "gar", "hol", "im", "kra", "len", "mor", "nie", "ost", "pel", "rau", "sen", "tor", "ul", "wes", "zim")  # fmt: skip
ENDINGS = ("mann", "ski", "er", "berg", "feld", "ing", "ov", "ez", "etti", "son", "hardt", "eau")
STREETS = (
    "Birkenweg",
    "Marktstraße",
    "Am Anger",
    "Rue Neuve",
    "Mill Lane",
    "Via Nuova",
    "Seestraße",
    "Bergweg",
)


@dataclass(frozen=True)
class Person:
    """One human being; `home` and `firm` are numbers of households and employers."""

    given: str
    forms: tuple[str, ...]
    family: str
    birth: str
    home: int
    firm: int
    former: int
    born: str
    mobile: str
    mails: tuple[str, ...]


class World:
    """`size` people in households and firms, drawn from one seed."""

    def __init__(self, size: int, seed: int) -> None:
        self.rng = Random(seed)
        self.names = [self._forms(line) for line in lines("nicknames") if ":" in line]
        self.families = [
            "".join(self.rng.sample(SYLLABLES, 2)).title() + self.rng.choice(ENDINGS) for _ in range(size)
        ]
        self.people: list[Person] = []
        while len(self.people) < size:
            self._household()

    @staticmethod
    def _forms(line: str) -> tuple[str, ...]:
        root, _, forms = line.partition(":")
        return (root.strip(), *(form.strip() for form in forms.split(",") if form.strip()))

    def _family(self) -> str:
        return self.families[int(len(self.families) * self.rng.random() ** 1.7)]

    def _household(self) -> None:
        home, family = len(self.people), self._family()
        father: Person | None = None
        for number in range(self.rng.choice((1, 1, 2, 2, 3, 4))):
            other = self._family() if number == 1 and self.rng.random() < 0.25 else family
            namesake = father if number == 2 and self.rng.random() < 0.03 else None
            person = self._person(home, other, family, namesake)
            father = father or person
            self.people.append(person)

    def _person(self, home: int, family: str, married: str, namesake: Person | None) -> Person:
        rng = self.rng
        forms = namesake.forms if namesake else self.names[int(len(self.names) * rng.random() ** 1.5)]
        number = len(self.people)
        box = f"{forms[0]}.{family}".lower().replace(" ", "")
        mails = (
            f"{box}{number}@post{number % 9}.example",
            f"{forms[0][0]}.{family}@firm{number % 97}.example".lower(),
        )
        born = f"{rng.randint(1940, 2008)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        size = max(len(self.people), 30)
        return Person(
            forms[0], forms, family, married, home, rng.randrange(size // 8 + 1), rng.randrange(size // 8 + 1), born,
            f"+49171{3000000 + number}", mails,
        )  # fmt: skip

    def card(self, person: Person) -> Contact:
        """What one source says of a person: parts of the truth, with the usual variations."""
        rng = self.rng
        given = self._spelt(rng.choice(person.forms) if rng.random() < 0.12 else person.given)
        given = given[:1] + "." if rng.random() < 0.03 else given
        family = person.birth if rng.random() < 0.02 else self._spelt(person.family)
        return Contact(
            full_name=f"{given} {family}",
            name=Name(given=(given,), family=(family,)),
            emails=tuple(Email(mail) for mail in person.mails if rng.random() < 0.4),
            phones=self._phones(person),
            organizations=self._firms(person),
            birthday=Date(self._birthday(person)) if rng.random() < 0.35 else None,
            addresses=self._addresses(person),
        )

    def _spelt(self, name: str) -> str:
        if self.rng.random() > 0.03 or len(name) < 5:
            return name
        at = self.rng.randrange(1, len(name) - 1)
        return name[:at] + self.rng.choice(("", name[at] * 2, "e")) + name[at + 1 :]

    def _birthday(self, person: Person) -> str:
        luck = self.rng.random()
        if luck < 0.02:
            return f"{person.born[:8]}{self.rng.randint(10, 28)}"
        return "--" + person.born[5:] if luck < 0.2 else person.born

    def _phones(self, person: Person) -> tuple[Phone, ...]:
        rng = self.rng
        found = [person.mobile] if rng.random() < 0.5 else []
        found += [f"+4930{2000000 + person.home}"] if rng.random() < 0.3 else []
        found += [f"+4940{4000000 + person.firm}"] if rng.random() < 0.1 else []
        mates = [other.mobile for other in self.people[-4:] if other.home == person.home]
        found += [rng.choice(mates)] if mates and rng.random() < 0.015 else []
        return tuple(Phone(number) for number in found)

    def _firms(self, person: Person) -> tuple[Organization, ...]:
        luck = self.rng.random()
        if luck > 0.4:
            return ()
        number = person.former if luck < 0.05 else person.firm
        return (Organization(f"{self.families[number % len(self.families)]} {number} GmbH"),)

    def _addresses(self, person: Person) -> tuple[PostalAddress, ...]:
        if self.rng.random() > 0.25:
            return ()
        home = person.home if self.rng.random() > 0.07 else self.rng.randrange(len(self.people) + 1)
        street = f"{STREETS[home % len(STREETS)]} {home % 97 + 1}"
        return (PostalAddress(street=(street,), postal_code=(f"{10000 + home % 900}",)),)
