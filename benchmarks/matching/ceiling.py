"""What no engine can know: how many joins the cards prove by anything but a name, from the generator's own knowledge."""

from difflib import SequenceMatcher
from itertools import combinations

from benchmarks.matching.corpus import Corpus
from benchmarks.matching.measure import Joiner
from benchmarks.matching.public_data import Held

from kith.model.record import RecordKey, SourceRecord

Fact = tuple[str, str]


def told(corpus: Corpus) -> int:
    """How many joins hang on a fact that both cards show: an own number or address, an employer, a day of birth, a home.
    The others rest on a name alone, which namesakes share."""
    joiner = Joiner(corpus.truth)
    facts = {key: _facts(corpus, key) for key in corpus.truth}
    for keys in corpus.owners.values():
        for left, right in combinations(keys, 2):
            if facts[left] & facts[right]:
                joiner.join(left, right)
    return joiner.made


def _facts(corpus: Corpus, key: RecordKey) -> set[Fact]:
    card, person = corpus.cards[key], corpus.people.get(corpus.truth[key])
    if person is None:
        return {("owner", corpus.truth[key])}
    contact = card.contact
    found = {("own", value) for value in card.own}
    shown = {firm.name for firm in contact.organizations}
    hosts = {mail.value.lower().partition("@")[2] for mail in contact.emails}
    for firm in (job.company for job in person.jobs):
        if shown & {firm.name, firm.short} or firm.domain in hosts:
            found.add(("firm", firm.id))
    if contact.birthday:
        found.add(("born", person.born[5:]))
    if contact.addresses or person.home.landline in card.common:
        found.add(("home", person.home.id))
    return found


def provable(records: list[SourceRecord], truth: dict[RecordKey, str]) -> int:
    """FEBRL 4: pairs whose given names have something in common (or stand in the family name's place) and whose birthdays
    do not differ by more than a slip. Of the others the cards say what twins', or father's and son's, would say."""
    held: dict[str, list[Held]] = {}
    for record in records:
        held.setdefault(truth[record.key], []).append(Held.of(record.contact))
    return sum(_names(one, two) and _births(one, two) for one, two in held.values())


def _names(one: Held, two: Held) -> bool:
    if not one.given or not two.given:
        return True
    return _like(one.given, two.given) or _like(one.given, two.family) or _like(two.given, one.family)


def _births(one: Held, two: Held) -> bool:
    if not one.born or not two.born:
        return True
    left, right = one.born.replace("-", ""), two.born.replace("-", "")
    apart = [place for place, (x, y) in enumerate(zip(left, right, strict=True)) if x != y]
    if len(apart) < 2:
        return True
    neighbours = len(apart) == 2 and apart[1] - apart[0] == 1
    return sorted(left) == sorted(right) and (neighbours or left[:4] == right[:4])


def _like(one: str, two: str) -> bool:
    return SequenceMatcher(None, one, two).ratio() >= 0.6
