"""What a card stands for: a person, a firm, a household, a mailbox of a role, a relay, or a group."""

import re
from functools import cache, lru_cache

from kith.model.contact import Contact
from kith.normalize import emails, organizations
from kith.normalize.spelling import words
from kith.normalize.tables import section

PERSON, ORGANISATION, HOUSEHOLD, ROLE, RELAY, GROUP, OTHER = (
    "person", "organisation", "household", "role", "relay", "group", "other",
)  # fmt: skip

_STATED = {
    "org": ORGANISATION, "group": GROUP, "location": OTHER, "application": OTHER, "device": OTHER,
    "household": HOUSEHOLD,
}  # fmt: skip
_COUPLE = re.compile(
    r"^\s*[^\W\d_]{2,}(?:\s*[&+]\s*|\s+(?:und|and|et|i|ve)\s+)[^\W\d_]{2,}(?:\s+[^\W\d_]{2,})+\s*$",
    re.IGNORECASE,
)
"""Two given names and a family name: `Peter & Anna Müller`, `Anna i Piotr Kowalscy`, `Ayşe ve Mehmet Yılmaz`."""
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_FAMILY = re.compile(r"^the\s+\w+s$", re.IGNORECASE)


def kind(contact: Contact) -> str:
    """One of the kinds of this module; never joined across. Judged by what is stated, then by the name, then by
    what identifiers there are."""
    if contact.kind in _STATED:
        return _STATED[contact.kind]
    name = contact.full_name[:200].strip()
    if "(" in name or "[" in name:
        name = _BRACKETS.sub(" ", name).strip()
    structured = " ".join((*contact.name.given, *contact.name.family))[:200].strip()
    shown = name or structured
    if shown and "@" not in shown:
        return _by_name(contact, shown, structured)
    return _by_mail(contact) or (ORGANISATION if not structured and contact.organizations else PERSON)


@cache
def _telling() -> frozenset[str]:
    """The words of which a name has at least one unless it is a person's."""
    listed = (
        section("names", "family words"),
        section("mailboxes", "role"),
        section("organizations", "sure forms"),
        section("organizations", "firm words"),
    )
    return frozenset({"the", "und", "and", "et", "i", "ve"}).union(*listed)


@lru_cache(maxsize=8192)
def _tells(name: str) -> bool:
    """Whether one of those words is in it."""
    return not _telling().isdisjoint(words(name))


def _by_name(contact: Contact, shown: str, structured: str) -> str:
    both = bool(contact.name.given and contact.name.family)
    parts = (*contact.name.given, *contact.name.family) if shown == structured else (shown,)
    if "&" not in shown and "+" not in shown and not any(map(_tells, parts)):
        if not both and (_employer(contact, shown) or _site(contact, words(shown))):
            return ORGANISATION
        return PERSON if not _only_relay(contact) else RELAY
    found = words(shown)
    legal = organizations.has_legal_form(shown)
    if not legal and _household(shown, found):
        return HOUSEHOLD
    if legal or (not both and _employer(contact, shown)):
        return ORGANISATION
    if found and set(found) <= section("mailboxes", "role"):
        return ROLE
    if not both and _site(contact, found):
        return ORGANISATION
    if organizations.has_firm_word(shown):
        return ORGANISATION if not structured or not both or len(found) > 2 else PERSON
    return PERSON if not _only_relay(contact) else RELAY


def _employer(contact: Contact, shown: str) -> bool:
    """Whether the name is that of the employer on the card."""
    firms = [organizations.core(firm.name) for firm in contact.organizations if firm.name]
    return bool(firms) and organizations.core(shown) in firms


def _site(contact: Contact, found: tuple[str, ...]) -> bool:
    """Whether the name is that of the mail domain: `Solaris Design` at info@solaris-design.example, and no mailbox
    of a person."""
    if any(emails.classify(mail.value) == "personal" for mail in contact.emails[:5]):
        return False
    core = organizations.core(" ".join(found)).replace(" ", "")
    return any(
        core == emails.stem(emails.canonical(mail.value).partition("@")[2]) for mail in contact.emails[:5]
    )


def _household(shown: str, found: tuple[str, ...]) -> bool:
    family = section("names", "family words")
    if found and (found[0] in family or (len(found) > 1 and found[-1] in family)):
        return True
    return bool(_FAMILY.match(shown) or _COUPLE.match(shown))


def _only_relay(contact: Contact) -> bool:
    if not contact.emails or contact.phones:
        return False
    return all(emails.classify(mail.value) == "relay" for mail in contact.emails[:5])


def _by_mail(contact: Contact) -> str:
    """A card without a name: what its mailboxes are, if it has nothing else."""
    kinds = {emails.classify(mail.value) for mail in contact.emails[:10]} - {""}
    if kinds == {"relay"}:
        return RELAY
    return ROLE if kinds and kinds <= {"role", "relay"} else ""
