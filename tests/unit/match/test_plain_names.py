"""Two plain names are compared by their words alone: the answer is that of the full comparison."""

from itertools import product

from kith.match.compare import name_levels
from kith.match.names import family, given, moved
from kith.match.sketch import Naming
from kith.normalize.features import Features

GIVEN = (
    "anna",
    "anne",
    "hanna",
    "bob",
    "robert",
    "robrt",
    "a",
    "sergey",
    "sergei",
    "katarzyna",
    "weber",
    "li",
)
FAMILY = ("weber", "webber", "ivanov", "ivanova", "kim", "gim", "w", "krause", "gutierrez", "gutirez", "anna")


def test_plain_names_reach_the_levels_of_the_full_comparison() -> None:
    cards = [Features(given=(first,), family=(last,)) for first, last in product(GIVEN, FAMILY)]
    for a, b in product(cards, repeat=2):
        x, y = Naming(a), Naming(b)
        assert x.lone and y.lone
        crossed = moved(a, b, False)
        assert name_levels(x, y) == (crossed if crossed[0] else (given(a, b), family(a, b)))


def test_what_stands_beside_a_name_is_compared_too() -> None:
    plain = Features(given=("anna",), family=("weber",))
    for further in (
        {"middle": ("maria",)},
        {"nick": ("annie",)},
        {"birth": ("krause",)},
        {"script": "abjad"},
    ):
        told = Features(given=("maria",), family=("krause",), **further)  # type: ignore[arg-type]
        assert not Naming(told).lone
        assert name_levels(Naming(plain), Naming(told)) == (given(plain, told), family(plain, told))
    marked = Features(given=("anna",), family=("weber",), generation="jr")
    assert not Naming(marked).lone and Naming(plain).lone
