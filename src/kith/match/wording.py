"""Evidence in words."""

from kith.match.statistics import Statistics

_WORDS = {
    ("prior", "prior"): "before any comparison: two cards are rarely one person",
    ("given", "same"): "same given name “{value}”",
    ("given", "variant"): "given names are forms of one name (“{value}” and a nickname or other spelling)",
    ("given", "second"): "one's given name is a further given name of the other",
    ("given", "cousin"): "given names may be two pet forms of one name",
    ("given", "spelling"): "given names differ by spelling only",
    ("given", "initial"): "given name fits the other's initial",
    ("given", "missing"): "one of them has no given name",
    ("given", "short"): "one given name looks like a pet form of the other",
    ("given", "distant"): "given names resemble each other a little",
    ("given", "unlike"): "given names do not resemble each other",
    ("given", "other"): "different given names",
    ("family", "same"): "same family name “{value}”",
    ("family", "part"): "family names share a part (double name or birth name)",
    ("family", "spelling"): "family names differ by spelling only",
    ("family", "similar"): "family names differ little, but both are carried by others here",
    ("family", "cross"): "double names with one half in common and another besides",
    ("family", "moved"): "the family name of one stands where the other has its given name",
    ("family", "initial"): "family name fits the other's initial",
    ("family", "missing"): "one of them has no family name",
    ("family", "other"): "different family names",
    ("middle", "same"): "same further given name",
    ("middle", "initial"): "further given name fits the other's initial",
    ("middle", "other"): "different further given names",
    ("generation", "same"): "same generation mark",
    ("generation", "one"): "only one of them is marked {value}",
    ("generation", "other"): "different generation marks (such as Jr and Sr)",
    ("sex", "other"): "addressed as a woman in one and as a man in the other",
    ("mobile", "same"): "same mobile number {value}",
    ("mobile", "some"): "one mobile number in common ({value}), others differ",
    ("mobile", "other"): "no mobile number in common though both have one",
    ("fixed", "same"): "same landline number {value}",
    ("fixed", "other"): "no landline number in common though both have one",
    ("personal", "same"): "same personal e-mail address {value}",
    ("personal", "other"): "no e-mail address in common though both have one",
    ("personal", "family"): "same family mailbox {value}",
    ("role", "same"): "same shared mailbox {value}",
    ("local", "same"): "the e-mail addresses have “{value}” before the @",
    ("local", "name"): "the name before the @ of one is the other's name",
    ("local", "short"): "the name before the @ of one fits the other's name",
    ("profile", "same"): "same profile {value}",
    ("profile", "other"): "two different profiles on one network",
    ("firm", "same"): "same employer",
    ("firm", "domain"): "e-mail addresses of the same employer",
    ("firm", "other"): "different employers",
    ("position", "same"): "same position there",
    ("position", "other"): "different positions there",
    ("numbered", "firm"): "{value} is numbered: somebody else at this employer has the name",
    ("address", "same"): "same postal address",
    ("address", "town"): "same town",
    ("address", "other"): "different towns",
    ("birthday", "same"): "same birthday {value}",
    ("birthday", "twins"): "same birthday {value}, but two given names that twins may have",
    ("birthday", "day"): "same day and month of birth",
    ("birthday", "slip"): "birthdays differ by a slip",
    ("birthday", "coeval"): "different birthdays, but too near for parent and child",
    ("birthday", "other"): "different birthdays",
    ("book", "curated"): "both stand in one address book, where one entry is usually one person",
    ("book", "heap"): "both come from one source",
    ("guess", "guess"): "a part of the name was read out of a mailbox or profile",
    ("namesakes", "several"): "the address book itself holds several people of this name",
    ("namesakes", "employed"): "several people here have this name, but these two have one employer",
    ("namesakes", "lent"): "several people here have this name, and a card shows only a part of it",
    ("namesakes", "contested"): "another card of the same address book fits as well",
    ("namesakes", "shared"): "what they have in common is carried by two people",
    ("place title", "same"): "same name “{value}”",
    ("place title", "near"): "names differ little",
    ("place title", "other"): "different names",
    ("place number", "same"): "same number {value}",
    ("place number", "other"): "different numbers",
    ("place mailbox", "same"): "same mailbox {value}",
    ("place mailbox", "other"): "different mailboxes",
    ("place domain", "same"): "same mail domain {value}",
    ("place domain", "other"): "different mail domains",
    ("place address", "same"): "same postal address",
    ("place address", "town"): "same town",
    ("place address", "other"): "different towns",
    ("decision", "same"): "you said that they are one person",
    ("uid", "same"): "same UID in two accounts: one card, copied",
}

_TOKENS = {
    "given": "given:{}", "family": "family:{}", "mobile": "tel:{}", "fixed": "tel:{}", "personal": "mail:{}",
    "role": "mail:{}", "firm": "{}",
}  # fmt: skip


def wording(comparison: str, level: str, value: str, statistics: Statistics) -> str:
    """One comparison's outcome as a clause, with how many cards carry the value."""
    text = _WORDS.get((comparison, level), f"{comparison}: {level}").format(value=value)
    pattern = _TOKENS.get(comparison)
    if level not in {"same", "some", "domain"} or not pattern or not value:
        return text
    held = statistics.count(pattern.format(value))
    if not held:
        return text
    return f"{text} (on {held} of {statistics.total} cards)"
