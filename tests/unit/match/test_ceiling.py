"""What is never compared in full, and what always is."""

from kith.match.ceiling import Ceiling, most
from kith.match.compare import name_levels
from kith.match.scale import Scale
from kith.match.sketch import Sketch
from kith.match.statistics import Statistics
from kith.match.verdict import ASK_BITS
from kith.match.weights import default
from kith.model.contact import Contact, Date, Email, Name, Organization, Phone
from kith.normalize.features import features

CEILING = Ceiling(Scale(Statistics(50_000, {})), ASK_BITS)


def sketch(given: str, family: str, **more: object) -> Sketch:
    name = Name((family,) if family else (), (given,) if given else ())
    return Sketch(features(Contact(name=name, **more), "DE"))  # type: ignore[arg-type]


def reachable(a: Sketch, b: Sketch) -> bool:
    return CEILING.reachable(a, b, name_levels(a.features, b.features))


def test_namesakes_of_the_family_alone_are_out_of_reach() -> None:
    assert not reachable(sketch("Anna", "Krause"), sketch("Peter", "Krause"))
    assert not reachable(sketch("Anna", "Krause"), sketch("Anna", "Wiesner"))


def test_one_name_is_within_reach() -> None:
    assert reachable(sketch("Anna", "Krause"), sketch("Anna", "Krause"))
    assert reachable(sketch("Anna", "Krause"), sketch("Krause", "Anna"))


def test_an_identifier_in_common_is_always_compared() -> None:
    number = (Phone("+49 171 3920012"),)
    assert reachable(sketch("Anna", "Krause", phones=number), sketch("Peter", "Wiesner", phones=number))


def test_circumstances_bring_a_married_name_within_reach() -> None:
    told = {"birthday": Date("1984-02-29"), "organizations": (Organization("Nordwind GmbH"),)}
    assert reachable(sketch("Anna", "Krause", **told), sketch("Anna", "Wiesner", **told))
    other = told | {"birthday": Date("1971-11-03")}
    assert not reachable(sketch("Anna", "Krause", **told), sketch("Anna", "Wiesner", **other))


def test_a_name_in_a_mailbox_is_compared() -> None:
    nameless = Sketch(features(Contact(emails=(Email("4711@example.org"),)), "DE"))
    assert reachable(nameless, sketch("Anna", "Krause"))


def test_the_most_is_at_least_what_any_level_has() -> None:
    weights = default()
    for comparison in ("given", "firm", "birthday"):
        for level in weights.levels[comparison]:
            row = weights.bits(comparison, level, 5.0)
            assert all(high >= bits for high, bits in zip(most(weights, comparison), row, strict=True))
