"""How a name gets onto a card: the many ways people and programs write the same one."""

from dataclasses import dataclass
from random import Random

from benchmarks.matching import names
from benchmarks.matching.population import Person, Spelling, plain
from benchmarks.matching.rates import Rates

from kith.model.contact import Name, Parts

SHORT: dict[str, list[str]] = {
    full: forms.split(",") for full, _, forms in (row.partition(":") for row in names.SHORT_FORMS)
}
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U"})
_MARKED = frozenset("äöüßÄÖÜéèêëçñáíóúłńśźżşğıİøåō")
_ORDER = ("zh", "ja", "ko")


@dataclass(frozen=True, slots=True)
class Written:
    """A name as one card has it, with the names of what was done to it."""

    full: str
    name: Name
    tags: frozenset[str]


def _slip(rng: Random, word: str) -> str:
    """One typing error: a letter lost, doubled, swapped with its neighbour, or hit beside."""
    if len(word) < 4:
        return word
    spot = rng.randint(1, len(word) - 2)
    kind = rng.randint(0, 3)
    if kind == 0:
        return word[:spot] + word[spot + 1 :]
    if kind == 1:
        return word[:spot] + word[spot] + word[spot:]
    if kind == 2 and word[spot] != word[spot + 1]:
        return word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    return word[:spot] + rng.choice("aeinrst") + word[spot + 1 :]


def _one(part: str) -> Parts:
    return (part,) if part else ()


class Writer:
    """Writes names of people for one source after another; all chance comes from `rng`."""

    def __init__(self, rng: Random, rates: Rates) -> None:
        self.rng = rng
        self.rates = rates

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def write(self, person: Person, source: str) -> Written:
        """One card's name. Several changes may meet on one card, as they do in life."""
        shares = self.rates.writing[source]
        if self.chance(shares.get("none", 0.0)):
            return Written("", Name(), frozenset({"no_name"}))
        if source == "phone" and self.chance(self.rates.label):
            return self._label(person)
        if source == "phone" and person.jobs and self.chance(self.rates.firm_as_surname):
            word = person.jobs[-1].company.short.split()[0]
            return self._flat(f"{self._forms(person.given, shares, set())} {word}", {"firm_as_surname"})
        tags: set[str] = set()
        if (person.given.native or person.family.native) and self.chance(shares.get("native", 0.0)):
            return self._native(person)
        family = self._family(person, shares, tags)
        given = self._given(person, shares, tags)
        family = self._worn(family, shares, tags)
        return self._arrange(person, source, (given, family), tags)

    # --- parts ----------------------------------------------------------------------------------------------------
    def _forms(self, name: Spelling, shares: dict[str, float], tags: set[str]) -> str:
        if len(name.latin) > 1 and self.chance(shares.get("translit", 0.0)):
            chosen = self.rng.choice(name.latin[1:])
            tags.add("translit")
            return chosen
        return str(name)

    def _family(self, person: Person, shares: dict[str, float], tags: set[str]) -> str:
        current = self._forms(person.family, shares, tags)
        if person.birth_family is None:
            return current
        if self.chance(self.rates.birth_name_written):
            tags.add("married_name")
            return str(person.birth_family)
        if self.chance(self.rates.double_surname_written):
            tags.add("double_surname")
            return f"{current}-{person.birth_family}"
        return current

    def _given(self, person: Person, shares: dict[str, float], tags: set[str]) -> str:
        full = self._forms(person.given, shares, tags)
        short = SHORT.get(str(person.given)) or SHORT.get(str(person.given).split("-")[0])
        if short and self.chance(shares.get("nickname", 0.0)):
            tags.add("nickname")
            return self.rng.choice(short)
        if "-" in full and self.chance(0.25):
            tags.add("half_given")
            return full.split("-")[0]
        if "-" in full and self.chance(0.3):
            return full.replace("-", " ")
        if self.chance(shares.get("given_initial", 0.0)):
            tags.add("given_initial")
            return f"{full[0]}."
        if self.chance(shares.get("typo", 0.0) / 2):
            tags.add("typo")
            return _slip(self.rng, full)
        return full

    def _worn(self, family: str, shares: dict[str, float], tags: set[str]) -> str:
        if self.chance(shares.get("surname_initial", 0.0)):
            tags.add("surname_initial")
            return f"{family[0]}."
        if self.chance(shares.get("typo", 0.0)):
            tags.add("typo")
            return _slip(self.rng, family)
        return family

    def _umlaut(self, text: str, shares: dict[str, float], tags: set[str]) -> str:
        if not _MARKED & set(text) or not self.chance(shares.get("umlaut", 0.0)):
            return text
        tags.add("umlaut")
        return plain(text) if self.chance(0.65) else plain(text.translate(_BARE))

    # --- whole names ----------------------------------------------------------------------------------------------
    def _arrange(self, person: Person, source: str, pair: tuple[str, str], tags: set[str]) -> Written:
        shares = self.rates.writing[source]
        given, family = (self._umlaut(part, shares, tags) for part in pair)
        if self.chance(shares.get("caps", 0.0)):
            family = family.upper()
            tags.add("caps")
        if not tags and self.chance(shares.get("given_only", 0.0)):
            return Written(given, Name(given=(given,)), frozenset({"given_only"}))
        middle = person.middle if self.chance(0.35) else ""
        title = person.title if self.chance(0.4) else ""
        mark = person.mark if self.chance(0.75) else ""
        if not tags & {"given_initial"} and middle and self.chance(0.5):
            middle = f"{middle[0]}."
        if source == "mail" and not title:
            return self._display(person, (given, middle, family, mark), tags)
        full = " ".join(part for part in (title, given, middle, family, mark) if part)
        if self.chance(shares.get("last_first", 0.0)):
            full = f"{family}, {given}"
            tags.add("last_first")
        name = Name(_one(family), _one(given), _one(middle), _one(title), _one(mark))
        return Written(full, Name() if self.chance(0.06) else name, frozenset(tags))

    def _display(self, person: Person, parts: tuple[str, ...], tags: set[str]) -> Written:
        """A mail header's display name: one string and nothing else."""
        given, middle, family, mark = parts
        full = " ".join(part for part in parts if part)
        if self.chance(self.rates.writing["mail"]["last_first"]):
            tags.add("last_first")
            full = f"{family}, {' '.join(part for part in (given, middle) if part)}" + (
                f" {mark}" if mark else ""
            )
        elif person.jobs and self.chance(0.05):
            full = f"{full} ({person.jobs[-1].company.short})"
        return Written(full, Name(), frozenset(tags))

    def _native(self, person: Person) -> Written:
        given, family = (part.native or str(part) for part in (person.given, person.family))
        full = f"{family}{given}" if person.language in _ORDER else f"{given} {family}"
        return Written(full, Name(family=(family,), given=(given,)), frozenset({"native_script"}))

    def _flat(self, text: str, tags: set[str]) -> Written:
        first, _, rest = text.partition(" ")
        return Written(text, Name(given=(first,), family=(rest,) if rest else ()), frozenset(tags))

    def _label(self, person: Person) -> Written:
        if self.chance(0.5):
            return self._flat(self.rng.choice(names.KINSHIP), {"label"})
        return self._flat(f"{person.given} {self.rng.choice(names.HINTS)}", {"label"})
