"""Cards about people, homes, companies, role addresses and relays, as five kinds of source would hold them."""

from dataclasses import dataclass
from random import Random

from benchmarks.matching import names
from benchmarks.matching.population import Company, Home, Job, Person, plain
from benchmarks.matching.rates import Rates
from benchmarks.matching.writing import Writer

from kith.model.contact import Contact, Date, Email, Name, Organization, Phone, PostalAddress, Profile, Url


@dataclass(frozen=True, slots=True)
class Card:
    """One invented card: its content, the true owner, what was done to it, and the numbers and addresses on it.

    `own`: identifiers that are this owner's alone. `common`: identifiers that others have, too.
    """

    source: str
    remote_id: str
    owner: str
    contact: Contact
    tags: frozenset[str]
    own: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()


def spoken(rng: Random, national: str, extension: str = "") -> str:
    """A German number as people write it; `national` begins with 0."""
    area = next(
        (city.split(":")[1] for city in names.CITIES if national.startswith(city.split(":")[1])), national[:4]
    )
    head, tail = area, national[len(area) :]
    style = rng.randint(0, 5)
    dash = f"-{extension}" if extension and rng.random() < 0.5 else extension
    if style == 0:
        return f"{head} {tail}{dash}"
    if style == 1:
        return f"{head}/{tail}{dash}"
    if style == 2:
        return f"{head}{tail}{extension}"
    if style == 3:
        return f"+49 {head[1:]} {tail}{dash}"
    if style == 4:
        return f"+49{head[1:]}{tail}{extension}"
    return f"+49 (0){head[1:]} {tail}{dash}"


class Basket:
    """Collects what one card holds while it is filled."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.emails: list[Email] = []
        self.phones: list[Phone] = []
        self.own: set[str] = set()
        self.common: set[str] = set()
        self.tags: set[str] = set()

    def mail(self, address: str, kind: str, common: bool = False) -> None:
        if any(address == held.value.lower() for held in self.emails):
            return
        shown = address.title() if self.rng.random() < 0.03 else address
        self.emails.append(Email(shown, types=(kind,)))
        (self.common if common else self.own).add(address)

    def phone(self, national: str, kind: str, common: bool = False, extension: str = "") -> None:
        self.phones.append(Phone(spoken(self.rng, national, extension), types=(kind,)))
        (self.common if common else self.own).add(national + extension)


class Cards:
    """Writes the cards of a population. The order of the calls is part of what the seed determines."""

    def __init__(self, rng: Random, rates: Rates) -> None:
        self.rng = rng
        self.rates = rates
        self.writer = Writer(rng, rates)
        self.cards: list[Card] = []
        self.mates: dict[str, list[Person]] = {}  # people by home
        self.senders: set[str] = set()
        self.lists = [f"rundbrief@verein{number}.example" for number in range(6)]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def add(self, source: str, owner: str, contact: Contact, basket: Basket, remote_id: str = "") -> None:
        number = len(self.cards)
        remote_id = remote_id or {"phone": f"{number:06x}.vcf", "google": f"people/c{number}"}.get(
            source, f"{source}-{number}"
        )
        self.cards.append(
            Card(
                source,
                remote_id,
                owner,
                contact,
                frozenset(basket.tags),
                frozenset(basket.own),
                frozenset(basket.common),
            )
        )

    # --- people ---------------------------------------------------------------------------------------------------
    def person(self, person: Person) -> None:
        """All cards of one human being; everybody is somewhere."""
        shares = dict(self.rates.sources)
        held = [
            source
            for source, share in shares.items()
            if self.chance(share) and (source not in {"linkedin", "xing"} or person.jobs)
        ]
        held = held or [self.rng.choices(("phone", "google", "mail"), (4, 3, 2))[0]]
        again = dict(self.rates.duplicate)
        for source in held:
            copies = 2 if self.chance(again[source]) else 1
            if source == "mail":
                self.headers(person, copies)
                continue
            for copy in range(copies):
                self.entry(person, source, copy)
        if self.chance(self.rates.relay):
            self.relay(person)

    def entry(self, person: Person, source: str, copy: int) -> None:
        """A card in an address book or a network export; `copy` > 0 is a second card about the same person there."""
        basket = Basket(self.rng)
        written = self.writer.write(person, source)
        basket.tags |= written.tags
        if copy:
            basket.tags.add("duplicate")
        self.identifiers(person, source, basket)
        holds = self.rates.holds[source]
        firm = bool(person.jobs) and self.chance(holds[7])
        organizations = (self.job(person, source, basket),) if firm else ()
        address = self.chance(holds[5])
        birthday = self.chance(holds[6])
        maiden = str(person.birth_family) if person.birth_family and self.chance(0.08) else ""
        profile = self.profile(person, source, len(self.cards))
        contact = Contact(
            uid=f"{source}-{len(self.cards)}" if source == "phone" else "",
            full_name=written.full,
            name=written.name,
            maiden_name=maiden,
            emails=tuple(basket.emails),
            phones=tuple(basket.phones),
            addresses=(self.address(person.home),) if address else (),
            organizations=organizations,
            birthday=self.birthday(person, source) if birthday else None,
            profiles=profile[0],
            urls=profile[1],
        )
        self.add(source, person.id, contact, basket, profile[1][0].value if profile[1] else "")

    def identifiers(self, person: Person, source: str, basket: Basket) -> None:
        """Puts numbers and addresses into the basket; a card of an address book has at least one."""
        mobile, landline, private, work, desk, *_ = self.rates.holds[source]
        if self.chance(mobile):
            basket.phone(self.rng.choice(person.mobiles), "cell")
        if person.home.landline and self.chance(landline):
            basket.phone(person.home.landline, "home", common=True)
        if self.chance(private):
            self.private(person, basket)
        if person.jobs and self.chance(work):
            self.work_mail(person, basket)
        if person.jobs and self.chance(desk):
            self.desk(person, basket)
        self.strangers(person, source, basket)
        if source in {"phone", "google"} and not (basket.phones or basket.emails):
            self.something(person, source, basket)

    def strangers(self, person: Person, source: str, basket: Basket) -> None:
        """Numbers and addresses on the card that are somebody else's."""
        others = [mate for mate in self.mates.get(person.home.id, ()) if mate is not person]
        if others and source in {"phone", "google"} and self.chance(self.rates.mobile_of_relative):
            basket.phone(self.rng.choice(others).mobiles[0], "home", common=True)
            basket.tags.add("mobile_of_relative")
        if source == "google" and self.chance(self.rates.list_mail):
            basket.mail(self.rng.choice(self.lists), "other", common=True)
            basket.tags.add("list_mail")

    def something(self, person: Person, source: str, basket: Basket) -> None:
        """Nobody keeps a card without a number or an address."""
        if person.home.landline and self.chance(0.2):
            basket.phone(person.home.landline, "home", common=True)
        elif source == "phone":
            basket.phone(person.mobiles[0], "cell")
        else:
            basket.mail(person.mails[0], "home")

    def private(self, person: Person, basket: Basket) -> None:
        if person.home.mail and self.chance(self.rates.family_mail_used * 3):
            basket.mail(person.home.mail, "home", common=True)
            basket.tags.add("family_mail")
        else:
            basket.mail(self.rng.choice(person.mails), "home")

    def work_mail(self, person: Person, basket: Basket) -> None:
        job = self.known_job(person, basket)
        if self.chance(self.rates.info_mail):
            basket.mail(f"info@{job.company.domain}", "work", common=True)
            basket.tags.add("info_mail")
        else:
            basket.mail(job.mail, "work")

    def desk(self, person: Person, basket: Basket) -> None:
        job = self.known_job(person, basket)
        if self.chance(self.rates.switchboard / (self.rates.switchboard + self.rates.own_extension)):
            basket.phone(job.company.switchboard, "work", common=True, extension="0")
            basket.tags.add("switchboard")
        else:
            basket.phone(job.company.switchboard, "work", extension=job.extension)

    def known_job(self, person: Person, basket: Basket) -> Job:
        """The job an address book knows of: for a job changer it may be the old one."""
        if len(person.jobs) > 1 and self.chance(0.5):
            basket.tags.add("old_job")
            return person.jobs[0]
        return person.jobs[-1]

    def job(self, person: Person, source: str, basket: Basket) -> Organization:
        job = person.jobs[-1] if source == "linkedin" else self.known_job(person, basket)
        name = job.company.name if self.chance(0.55) else job.company.short
        return Organization(
            name=name, title=job.title if source in {"linkedin", "xing"} or self.chance(0.3) else ""
        )

    def profile(
        self, person: Person, source: str, number: int
    ) -> tuple[tuple[Profile, ...], tuple[Url, ...]]:
        if source not in {"linkedin", "xing"}:
            return (), ()
        slug = "-".join(plain(f"{person.given} {person.family}").lower().replace("'", "").split())
        handle = f"{slug}-{number:05x}"
        url = f"https://www.{source}.example/in/{handle}"
        return (Profile(source, handle, url),), (Url(url),)

    def address(self, home: Home) -> PostalAddress:
        street = home.street.replace("straße", "str.") if self.chance(0.4) else home.street
        country = ("Deutschland",) if self.chance(0.5) else ()
        return PostalAddress(
            street=(street,),
            postal_code=(home.code,),
            locality=(home.city,),
            country=country,
            types=("home",),
        )

    def birthday(self, person: Person, source: str) -> Date:
        if source == "xing" or self.chance(0.25):
            return Date(f"--{person.born[5:]}")
        return Date(person.born)

    def headers(self, person: Person, copies: int) -> None:
        """Mail headers: one entry for each address that wrote."""
        for _ in range(copies):
            basket = Basket(self.rng)
            written = self.writer.write(person, "mail")
            basket.tags |= written.tags
            if person.home.mail and self.chance(self.rates.family_mail_used):
                address = person.home.mail
                basket.tags.add("family_mail")
            elif person.jobs and self.chance(0.38):
                address = self.known_job(person, basket).mail
            else:
                address = self.rng.choice(person.mails)
            if address in self.senders:
                continue
            self.senders.add(address)
            basket.mail(address, "other", common=address == person.home.mail)
            contact = Contact(full_name=written.full, name=written.name, emails=tuple(basket.emails))
            self.add("mail", person.id, contact, basket, address)

    def relay(self, person: Person) -> None:
        """A service wrote in the person's name: the address is the service's, not the person's."""
        service = self.rng.choice(names.RELAY_SERVICES)
        basket = Basket(self.rng)
        local = self.rng.choice(
            (
                f"reply+{self.rng.getrandbits(48):012x}",
                f"no-reply-{self.rng.getrandbits(24):06x}",
                f"notifications+{self.rng.getrandbits(32):08x}",
            )
        )
        address = f"{local}@{service.lower()}.example"
        basket.mail(address, "other")
        basket.tags.add("relay")
        full = f"{person.given} {person.family} {self.rng.choice(('via', '(via'))} {service}"
        full += ")" if "(" in full else ""
        self.add(
            "mail",
            f"relay-{person.id}",
            Contact(full_name=full, emails=tuple(basket.emails)),
            basket,
            address,
        )

    # --- everything that is not one human being -------------------------------------------------------------------
    def household(self, home: Home, members: list[Person]) -> None:
        """A card for the whole home: "Familie Müller", or both given names."""
        family = str(members[0].family)
        full = (
            f"Familie {family}"
            if self.chance(0.6) or len(members) < 2
            else f"{members[0].given} & {members[1].given} {family}"
        )
        for source in self.rng.sample(("phone", "google"), self.rng.choice((1, 1, 2))):
            basket = Basket(self.rng)
            basket.tags.add("household_card")
            if home.landline:
                basket.phone(home.landline, "home")
            if home.mail:
                basket.mail(home.mail, "home")
            name = Name(family=(full,)) if self.chance(0.5) else Name()
            contact = Contact(
                full_name=full, name=name, phones=tuple(basket.phones), emails=tuple(basket.emails),
                addresses=(self.address(home),) if self.chance(0.7) or not (home.landline or home.mail) else (),
            )  # fmt: skip
            self.add(source, home.id, contact, basket)

    def company(self, company: Company) -> None:
        """The company as a contact, marked as one only by some programs."""
        for source in self.rng.sample(("phone", "google", "mail"), self.rng.choice((1, 1, 2))):
            basket = Basket(self.rng)
            basket.tags.add("organisation")
            full = company.name if self.chance(0.5) else company.short
            if source == "mail":
                basket.mail(f"info@{company.domain}", "other")
                contact = Contact(full_name=full, emails=tuple(basket.emails))
                self.add(source, company.id, contact, basket, f"info@{company.domain}")
                continue
            basket.phone(company.switchboard, "work", extension="0")
            if self.chance(0.5):
                basket.mail(f"info@{company.domain}", "work")
            marked = self.chance(0.4)
            contact = Contact(
                kind="org" if marked else "individual", full_name=full,
                name=Name() if marked or self.chance(0.5) else Name(given=(full,)),
                organizations=(Organization(full),) if marked or self.chance(0.5) else (),
                phones=tuple(basket.phones), emails=tuple(basket.emails),
            )  # fmt: skip
            self.add(source, company.id, contact, basket)

    def role(self, company: Company) -> None:
        """A role address wrote a mail: its name is the role, the company, or both."""
        local = self.rng.choice(names.ROLES)
        basket = Basket(self.rng)
        basket.tags.add("role")
        address = f"{local}@{company.domain}"
        basket.mail(address, "other")
        full = self.rng.choice((local.title(), f"{company.short} {local.title()}", company.short, ""))
        contact = Contact(full_name=full, emails=tuple(basket.emails))
        self.add("mail", f"{company.id}-{local}", contact, basket, address)
