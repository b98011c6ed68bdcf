"""What a column can be: the names used in `columns = {...}` and in the tables of synonyms.

A target is a word, for some with types after dots: `given`, `email.work`, `phone.fax.home`, `address.home.street`,
`profile.xing`, `relation.spouse`, `date.anniversary`, `ignore`.
"""

import difflib
from dataclasses import dataclass

SINGLE = (
    "full_name",
    "given",
    "family",
    "additional",
    "prefix",
    "suffix",
    "phonetic_given",
    "phonetic_family",
    "maiden_name",
    "gender",
    "birthday",
    "organization",
    "department",
    "title",
    "role",
)
"""Targets that stand alone; a second column for one of them is used where the first is empty."""
MANY = ("nickname", "note", "groups", "hobby", "language")
"""Targets of which every column counts."""
TYPED = ("email", "phone", "url")
"""Targets that may have types after the dot."""
LABELLED = ("profile", "relation", "date", "im")
"""Targets with a name after the dot: of a network, a relation, an occasion, a messenger."""
PARTS = ("street", "extended", "po_box", "city", "region", "postal_code", "country", "text")
TYPES = ("home", "work", "cell", "fax", "pager", "car", "isdn", "main", "other")


@dataclass(frozen=True, slots=True)
class Target:
    """One column's meaning. `part` is `value` for plain ones; `slot` joins the columns of one value (the columns of an
    address, a value and its label)."""

    field: str
    part: str = "value"
    types: tuple[str, ...] = ()
    label: str = ""
    slot: str = ""


IGNORED = Target("ignore")


def parse_target(text: str) -> Target:
    """Read a target. Raises ValueError with what to write instead."""
    words = text.strip().casefold().replace("-", "_").split(".")
    head, tail = words[0], words[1:]
    if head == "ignore" and not tail:
        return IGNORED
    if head in SINGLE + MANY and not tail:
        return Target(head)
    if head == "address" and tail and tail[-1] in PARTS:
        return Target(head, tail[-1], tuple(tail[:-1]), slot=".".join(tail[:-1]))
    if head in TYPED and set(tail) <= set(TYPES):
        return Target(head, types=tuple(sorted(kind for kind in tail if kind != "other")))
    if head in LABELLED and len(tail) == 1:
        return Target(head, label=tail[0])
    near = difflib.get_close_matches(text.casefold(), examples(), n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{text!r} is not something a column can be{hint}")


def examples() -> list[str]:
    """Targets for messages and documentation."""
    typed = [
        "email",
        "email.home",
        "email.work",
        "phone",
        "phone.cell",
        "phone.home",
        "phone.work",
        "phone.fax.work",
    ]
    address = [f"address.home.{part}" for part in PARTS]
    return [
        *SINGLE, *MANY, *typed, *address, "url", "profile.xing", "relation.spouse", "date.anniversary", "im.xmpp", "ignore",
    ]  # fmt: skip
