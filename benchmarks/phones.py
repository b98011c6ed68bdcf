"""What telling a telephone number's class costs, as a share of what `phonenumbers` alone takes for the same numbers.

    python benchmarks/phones.py

Both parse the text, tell the type and write E.164; each text is read once, so that nothing is remembered. Three rounds,
the best processor time of each.
"""

import time
from collections.abc import Callable, Iterable

import phonenumbers

from kith.normalize.phones import classify

FORMS = (("+49 171 39{:05d}", "DE"), ("030 23{:06d}", "DE"), ("+1 202 55{:05d}", "US"))
"""Invented numbers: German mobiles with a plus, German landlines as they are dialled there, American ones."""
EACH, ROUNDS = 8_000, 3


def library(text: str, region: str) -> tuple[int, str]:
    """The same by the library alone."""
    found = phonenumbers.parse(text, region)
    return phonenumbers.number_type(found), phonenumbers.format_number(
        found, phonenumbers.PhoneNumberFormat.E164
    )


def seconds(read: Callable[[str, str], object], numbers: Iterable[int]) -> float:
    texts = [(form.format(number), region) for number in numbers for form, region in FORMS]
    begun = time.process_time()
    for text, region in texts:
        read(text, region)
    return time.process_time() - begun


def main() -> None:
    rounds = [range(start * EACH, (start + 1) * EACH) for start in range(ROUNDS)]
    ours = min(seconds(classify, numbers) for numbers in rounds)
    theirs = min(seconds(library, numbers) for numbers in rounds)
    count = EACH * len(FORMS)
    print(
        f"kith {ours / count * 1e6:.1f} microseconds a number, phonenumbers alone {theirs / count * 1e6:.1f}:"
        f" {theirs / ours:.1f} x"
    )


if __name__ == "__main__":
    main()
