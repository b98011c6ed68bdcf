"""All rates of the invented address books in one table. Shares are per person, per card or per household, as named."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each thing happens. Chosen before the matcher existed; comparable to two thousand people with about
    5 400 cards and 3 200 joins."""

    # --- people -------------------------------------------------------------------------------------------------
    languages: tuple[tuple[str, float], ...] = (
        ("de", 0.73), ("tr", 0.045), ("ru", 0.04), ("en", 0.045), ("pl", 0.035), ("fr", 0.02), ("es", 0.02),
        ("it", 0.025), ("nl", 0.01), ("sv", 0.01), ("el", 0.006), ("ar", 0.006), ("zh", 0.004), ("ja", 0.002),
        ("ko", 0.002),
    )  # fmt: skip
    frequent_family: float = (
        0.34  # German surname from the list of frequent ones (Müller first), else a rare compound
    )
    frequent_exponent: float = 0.65  # Zipf exponent of the frequent surnames
    rare_exponent: float = 0.35  # Zipf exponent of the rare surnames
    compound_family: float = 0.6  # surname of another language from its rare ones
    given_exponent: float = 0.75  # Zipf exponent of given names
    middle_name: float = 0.14
    double_given: float = 0.03  # "Anna-Lena", written with hyphen or blank
    title: float = 0.06
    homonym: float = 0.08  # of people living alone: bears the full name of somebody in another household
    # --- households ---------------------------------------------------------------------------------------------
    couple: float = 0.26
    family: float = 0.20  # two to five members known
    landline: float = 0.55
    family_mail: float = 0.15  # one mailbox for all
    same_surname: float = 0.8  # of couples; one of them has a birth name
    birth_name_known: float = 0.25  # of those who changed: the old name is still on some cards
    father_son: float = 0.12  # of families with a son: he has his father's name
    generation_mark: float = 0.5  # of those: cards say Sr./Jr.
    twins: float = 0.06  # of families with two children
    household_card: float = 0.10  # of homes with two or more people: "Familie Müller"
    # --- work ---------------------------------------------------------------------------------------------------
    employed: float = 0.7
    colleagues: int = 6  # mean number of known people per company
    switchboard: float = 0.10  # of work cards: the company's main number instead of an own one
    own_extension: float = 0.25
    info_mail: float = 0.03  # of work cards: the company's info@ address
    job_changer: float = 0.22
    company_card: float = 0.30  # of companies: the company itself is a contact
    role_address: float = 0.20  # of companies: support@, jobs@ wrote a mail
    # --- who is where (share of people with a card there) -------------------------------------------------------
    sources: tuple[tuple[str, float], ...] = (
        ("phone", 0.74), ("google", 0.60), ("mail", 0.56), ("linkedin", 0.52), ("xing", 0.27),
    )  # fmt: skip
    duplicate: tuple[tuple[str, float], ...] = (
        ("phone", 0.06), ("google", 0.07), ("mail", 0.25), ("linkedin", 0.004), ("xing", 0.003),
    )  # fmt: skip
    relay: float = 0.02  # people who also wrote through a relay ("Anna Weber via Docs")
    list_mail: float = 0.008  # of Google cards: carries the address of a mailing list
    # --- identifiers: per source (mobile, landline, private mail, work mail, work phone, address, birthday, firm) --
    holds: dict[str, tuple[float, ...]] = field(
        default_factory=lambda: {
            "phone": (0.86, 0.30, 0.42, 0.10, 0.15, 0.16, 0.16, 0.24),
            "google": (0.58, 0.10, 0.72, 0.28, 0.08, 0.10, 0.16, 0.30),
            "mail": (0.0, 0.0, 0.68, 0.32, 0.0, 0.0, 0.0, 0.0),
            "linkedin": (0.0, 0.0, 0.05, 0.02, 0.0, 0.0, 0.0, 0.97),
            "xing": (0.14, 0.0, 0.20, 0.12, 0.12, 0.0, 0.25, 0.95),
        }
    )
    second_mobile: float = 0.16  # has had two numbers; a card may carry the older one
    second_mail: float = 0.35
    mobile_of_relative: float = (
        0.015  # of phone and Google cards: the number of somebody in the same home as well
    )
    family_mail_used: float = 0.10  # of mails of people whose home has a common mailbox
    # --- how names are written: per source, share of cards --------------------------------------------------------
    label: float = 0.02  # "Mama", "Peter Klempner": phone book only
    firm_as_surname: float = 0.015  # "Peter Nordstern": phone book only
    writing: dict[str, dict[str, float]] = field(
        default_factory=lambda: {
            "phone": {"given_only": 0.05, "surname_initial": 0.025, "given_initial": 0.03, "nickname": 0.17,
                      "typo": 0.035, "umlaut": 0.15, "translit": 0.40, "native": 0.25, "last_first": 0.06, "caps": 0.01},
            "google": {"given_only": 0.03, "surname_initial": 0.02, "given_initial": 0.03, "nickname": 0.11,
                       "typo": 0.025, "umlaut": 0.18, "translit": 0.45, "native": 0.15, "last_first": 0.06, "caps": 0.01},
            "mail": {"none": 0.09, "given_only": 0.06, "surname_initial": 0.01, "given_initial": 0.06,
                     "nickname": 0.12, "typo": 0.004, "umlaut": 0.35, "translit": 0.50, "native": 0.10,
                     "last_first": 0.15, "caps": 0.03},
            "linkedin": {"surname_initial": 0.03, "given_initial": 0.006, "nickname": 0.06, "typo": 0.002,
                         "umlaut": 0.15, "translit": 0.5, "native": 0.05},
            "xing": {"surname_initial": 0.02, "nickname": 0.04, "typo": 0.004, "umlaut": 0.05, "translit": 0.3},
        }
    )  # fmt: skip
    birth_name_written: float = 0.35  # of cards of people who changed their name
    double_surname_written: float = 0.10
