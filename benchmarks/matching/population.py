"""Invented people, homes and companies: what is true, before any card is written about it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.matching import names
from benchmarks.matching.rates import Rates

_ASCII = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ı": "i", "İ": "I", "ş": "s",
     "Ş": "S", "ğ": "g", "ç": "c", "Ç": "C", "ł": "l", "Ł": "L", "ń": "n", "ó": "o", "ś": "s", "Ś": "S", "ź": "z",
     "ż": "z", "ę": "e", "ą": "a", "é": "e", "É": "E", "è": "e", "ê": "e", "ï": "i", "î": "i", "ë": "e",
     "í": "i", "Í": "I", "á": "a", "Á": "A", "ú": "u", "ñ": "n", "ô": "o", "å": "a", "Å": "A", "ø": "o", "ō": "o",
     "ū": "u", "ò": "o", "ù": "u", "ć": "c", "à": "a"}
)  # fmt: skip


def plain(text: str) -> str:
    """Latin letters without marks, German way: what a mail address or a careless writer makes of a name."""
    return text.translate(_ASCII)


@dataclass(frozen=True, slots=True)
class Spelling:
    """One name in its forms: `latin` (default first) and the native script, "" where it is Latin."""

    latin: tuple[str, ...]
    native: str = ""

    def __str__(self) -> str:
        return self.latin[0]


def spelling(text: str) -> Spelling:
    native, sep, latin = text.rpartition("=")
    return Spelling(tuple(latin.replace("_", " ").split("/")), native if sep else "")


@dataclass(frozen=True, slots=True)
class Company:
    """An employer. `switchboard` is the head of its numbers without extension, in national form."""

    id: str
    name: str
    short: str
    domain: str
    switchboard: str
    street: str
    code: str
    city: str


@dataclass(frozen=True, slots=True)
class Job:
    company: Company
    title: str
    mail: str
    extension: str


@dataclass(frozen=True, slots=True)
class Home:
    """One address; `landline` and `mail` are "" where the household has none in common."""

    id: str
    landline: str
    street: str
    code: str
    city: str
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One human being. `birth_family` is the surname before a marriage; `mark` Sr. or Jr.; the last job is current."""

    id: str
    language: str
    female: bool
    given: Spelling
    family: Spelling
    home: Home
    born: str
    middle: str = ""
    birth_family: Spelling | None = None
    mark: str = ""
    title: str = ""
    mobiles: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    jobs: tuple[Job, ...] = ()


def compound(head: str, tail: str) -> Spelling:
    """A surname of two parts, each in all its forms."""
    one, two = spelling(head), spelling(tail)
    forms = dict.fromkeys(left + right for left in one.latin for right in two.latin)
    return Spelling(tuple(forms), one.native + two.native)


def gendered(name: Spelling, language: str, female: bool) -> Spelling:
    """The surname as a woman bears it in Russian and Polish: Iwanow -> Iwanowa, Kowalski -> Kowalska."""
    if not female or language not in {"ru", "pl"}:
        return name
    if language == "pl":
        return Spelling(tuple(form[:-1] + "a" if form.endswith("ski") else form for form in name.latin))
    if name.native.endswith("ский"):
        return Spelling(tuple(form.rstrip("ijy") + "aja" for form in name.latin), name.native[:-2] + "ая")
    if not name.native.endswith(("в", "н")):
        return name
    return Spelling(tuple(form + "a" for form in name.latin), name.native + "а")


class Zipf:
    """Draws from a list whose first entries are the frequent ones: weight 1 / rank ** exponent."""

    def __init__(self, entries: Sequence[str], exponent: float) -> None:
        self.entries = entries
        self.cumulative = list(itertools.accumulate((rank + 1) ** -exponent for rank in range(len(entries))))

    def draw(self, rng: Random) -> str:
        return rng.choices(self.entries, cum_weights=self.cumulative)[0]


class Population:
    """Grows people household by household. One instance makes one population; all chance comes from `rng`."""

    def __init__(self, rng: Random, rates: Rates) -> None:
        self.rng = rng
        self.rates = rates
        rare = [stem + ending for stem in names.FAMILY_STEMS for ending in names.FAMILY_ENDINGS]
        Random(7).shuffle(rare)  # the same rare names are the more frequent ones in every population
        self.frequent = Zipf(names.GERMAN_FAMILY, rates.frequent_exponent)
        self.rare = Zipf(rare, rates.rare_exponent)
        self.german = {
            True: Zipf(names.GERMAN_FEMALE, rates.given_exponent),
            False: Zipf(names.GERMAN_MALE, rates.given_exponent),
        }
        self.people: list[Person] = []
        self.companies: list[Company] = []
        self.homes: list[Home] = []
        self._mail_names: dict[str, int] = {}

    # --- parts ----------------------------------------------------------------------------------------------------
    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def digits(self, count: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def family(self, language: str) -> Spelling:
        if language == "de":
            table = self.frequent if self.chance(self.rates.frequent_family) else self.rare
            return spelling(table.draw(self.rng))
        if language in names.COMPOUNDS and self.chance(self.rates.compound_family):
            return compound(*(self.rng.choice(part) for part in names.COMPOUNDS[language]))
        entries = (names.LATIN.get(language) or names.NATIVE[language])[2]
        return spelling(Zipf(entries, 0.5).draw(self.rng))

    def given(self, language: str, female: bool) -> Spelling:
        if language == "de":
            first = self.german[female].draw(self.rng)
            if self.chance(self.rates.double_given) and "-" not in first:
                first = f"{first}-{self.german[female].draw(self.rng)}"
            return spelling(first)
        entries = (names.LATIN.get(language) or names.NATIVE[language])[1 if female else 0]
        return spelling(Zipf(entries, 0.3).draw(self.rng))

    def place(self) -> tuple[str, str, str, str]:
        """Street, postal code, city and area code."""
        city, area, code = self.rng.choice(names.CITIES).split(":")
        street = f"{self.rng.choice(names.STREETS)}straße {self.rng.randint(1, 140)}"
        return street, code + self.digits(3), city, area

    def company(self, owner: Spelling) -> Company:
        """A new employer; one in three bears the surname of the first person known there."""
        number = len(self.companies)
        street, code, city, area = self.place()
        if self.chance(0.35):
            short = self.rng.choice(names.FAMILY_FIRMS).format(owner)
            name = short
        else:
            short = f"{self.rng.choice(names.FIRM_WORDS)} {self.rng.choice(names.FIRM_TRADES)}"
            name = f"{short} {self.rng.choice(names.LEGAL_FORMS)}"
        label = "-".join(plain(short).lower().replace(".", "").replace("&", "und").split())
        found = Company(
            f"c{number}", name, short, f"{label}{number or ''}.example", area + self.rng.choice("23456789") + self.digits(4),
            street, code, city,
        )  # fmt: skip
        self.companies.append(found)
        return found

    def mobile(self) -> str:
        return self.rng.choice(
            ("0151", "0152", "0157", "0160", "0162", "0170", "0171", "0172", "0175", "0176", "0179")
        ) + (self.rng.choice("23456789") + self.digits(6))

    def private_mail(self, given: Spelling, family: Spelling, born: str) -> str:
        first, last = (plain(str(name)).lower().replace(" ", "").replace("'", "") for name in (given, family))
        pattern = self.rng.choices(
            ("{f}.{l}", "{f}{l}", "{f[0]}.{l}", "{l}.{f}", "{f}_{l}", "{f}", "odd"), (40, 12, 12, 6, 6, 6, 10)
        )[0]
        if pattern == "odd":
            local = self.rng.choice(
                ("sonne", "tiger", "luna", "stern", "kicker", "biker", "maus", "wolke")
            ) + self.digits(3)
        else:
            local = pattern.format(f=first, l=last)
        if self.chance(0.3):
            local += self.rng.choice((born[:4], born[2:4], self.digits(2)))
        host = Zipf(names.MAIL_HOSTS, 0.7).draw(self.rng)
        return self.unique(local, f"{host}.example")

    def unique(self, local: str, domain: str) -> str:
        """An address nobody has: a number is added as a provider would ask for it."""
        taken = self._mail_names.get(f"{local}@{domain}", 0)
        self._mail_names[f"{local}@{domain}"] = taken + 1
        return self.unique(f"{local}{taken + 1}", domain) if taken else f"{local}@{domain}"

    # --- people ---------------------------------------------------------------------------------------------------
    def job(self, given: Spelling, family: Spelling, openings: int) -> Job:
        known = len(self.companies)
        if known < openings or not known:
            company = self.company(family)
        else:  # a few large employers, many small ones
            company = self.companies[int(known * self.rng.random() ** 2)]
        first, last = (plain(str(name)).lower().replace(" ", "").replace("'", "") for name in (given, family))
        style = ("{f}.{l}", "{f[0]}.{l}", "{l}")[int(company.id[1:]) % 3]
        mail = self.unique(style.format(f=first, l=last), company.domain)
        return Job(company, self.rng.choice(names.POSITIONS), mail, str(self.rng.randint(10, 999)))

    def complete(self, person: Person, openings: int) -> Person:
        """Adds what a person has alone: numbers, mail addresses, jobs."""
        rng, rates = self.rng, self.rates
        person = replace(person, family=gendered(person.family, person.language, person.female))
        mobiles = tuple(self.mobile() for _ in range(2 if self.chance(rates.second_mobile) else 1))
        count = 2 if self.chance(rates.second_mail) else 1
        mail_family = person.birth_family if person.birth_family and self.chance(0.4) else person.family
        mails = tuple(self.private_mail(person.given, mail_family, person.born) for _ in range(count))
        jobs: list[Job] = []
        if int(person.born[:4]) <= 2003 and self.chance(rates.employed):
            jobs = [self.job(person.given, person.family, openings)]
            if self.chance(rates.job_changer):
                jobs.append(self.job(person.given, person.family, openings + 1))
        middle = str(self.given(person.language, person.female)) if self.chance(rates.middle_name) else ""
        title = rng.choice(("Dr.", "Dr.", "Prof. Dr.", "Dipl.-Ing.")) if self.chance(rates.title) else ""
        return replace(person, mobiles=mobiles, mails=mails, jobs=tuple(jobs), middle=middle, title=title)

    def home(self, family: Spelling, members: int) -> Home:
        street, code, city, area = self.place()
        landline = (
            area + self.rng.choice("23456789") + self.digits(6) if self.chance(self.rates.landline) else ""
        )
        mail = ""
        if members > 1 and self.chance(self.rates.family_mail):
            local = self.rng.choice(("familie.{}", "{}s", "die-{}s", "familie-{}")).format(
                plain(str(family)).lower().replace(" ", "").replace("'", "")
            )
            mail = self.unique(local, f"{self.rng.choice(names.MAIL_HOSTS)}.example")
        found = Home(f"h{len(self.homes)}", landline, street, code, city, mail)
        self.homes.append(found)
        return found

    def birthday(self, first: int, last: int) -> str:
        return f"{self.rng.randint(first, last)}-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}"

    def household(self) -> list[Person]:
        """The people of one home: alone, a couple, or a family."""
        rng, rates = self.rng, self.rates
        language = rng.choices([row[0] for row in rates.languages], [row[1] for row in rates.languages])[0]
        draw = rng.random()
        size = 1 if draw >= rates.couple + rates.family else 2 if draw >= rates.family else rng.randint(3, 5)
        family = self.family(language)
        home = self.home(family, size)
        female = self.chance(0.5) if size == 1 else False
        given = self.given(language, female)
        if size == 1 and self.people and self.chance(rates.homonym):
            twin = rng.choice(self.people)  # a namesake elsewhere
            language, female, given, family = twin.language, twin.female, twin.given, twin.family
        first = Person("", language, female, given, family, home, self.birthday(1944, 1996))
        members = [first]
        if size > 1:
            members.append(self.partner(first))
        if size > 2:
            members += self.children(first, size - 2)
        return members

    def partner(self, first: Person) -> Person:
        own = self.family(first.language)
        shared = self.chance(self.rates.same_surname)
        known = shared and self.chance(self.rates.birth_name_known)
        born = int(first.born[:4])
        return Person(
            "", first.language, not first.female, self.given(first.language, not first.female),
            first.family if shared else own, first.home, self.birthday(born - 5, born + 6),
            birth_family=own if known else None,
        )  # fmt: skip

    def children(self, father: Person, count: int) -> list[Person]:
        rng, rates = self.rng, self.rates
        year = int(father.born[:4]) + 24
        found: list[Person] = []
        for _ in range(count):
            female = self.chance(0.5)
            given = self.given(father.language, female)
            while any(str(given) == str(other.given) for other in found):
                given = self.given(father.language, female)
            found.append(
                Person(
                    "",
                    father.language,
                    female,
                    given,
                    father.family,
                    father.home,
                    self.birthday(year, year + 12),
                )
            )
        sons = [place for place, child in enumerate(found) if not child.female]
        if sons and self.chance(rates.father_son):
            mark = "Jr." if self.chance(rates.generation_mark) else ""
            found[sons[0]] = replace(found[sons[0]], given=father.given, mark=mark)
        elif count >= 2 and self.chance(rates.twins):
            pair = rng.choice(names.TWIN_NAMES).split(":")
            for place, name in enumerate(pair):
                found[place] = replace(
                    found[place], given=spelling(name), born=found[0].born, female=name in names.GERMAN_FEMALE
                )
        return found

    def grow(self, count: int) -> None:
        """Adds households until there are `count` people."""
        while len(self.people) < count:
            members = self.household()[: count - len(self.people)]
            if any(member.mark == "Jr." for member in members):
                members[0] = replace(members[0], mark="Sr.")
            openings = 1 + int(len(self.people) * self.rates.employed / self.rates.colleagues)
            for member in members:
                done = self.complete(member, openings)
                self.people.append(replace(done, id=f"p{len(self.people)}"))
