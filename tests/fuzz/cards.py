"""Coverage-guided fuzzing of the vCard codec.

    python tests/fuzz/cards.py -seed=1 -runs=6000     # the same inputs each time, as in CI
    python tests/fuzz/cards.py -max_total_time=3600 CORPUS_DIR

Whatever the bytes: nothing is raised, the cards joined are the input, an unchanged contact changes no byte, and what was
read can be written, read again and edited.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kith.vcard", "kith.model"]):
    from kith.model.contact import Phone
    from kith.model.record import RecordKey, SourceRecord
    from kith.vcard.patch import patch
    from kith.vcard.raw import split
    from kith.vcard.read import read
    from kith.vcard.view import CardView
    from kith.vcard.write import write

KEY = RecordKey("fuzz", "", "1")
SEEDS = Path(__file__).parents[1] / "cards"


def one(data: bytes) -> None:
    """One input."""
    cards = split(data)
    if b"".join(card.before + card.raw + card.after for card in cards) != data:
        raise AssertionError("bytes were lost in splitting")
    for card in cards[:3]:
        record = read(card, KEY)
        CardView(card).values()
        if not card.lines:
            continue
        if patch(card.raw, record.contact, record.media) is not card.raw:
            raise AssertionError("an unchanged contact changed the card")
        for version in ("3.0", "4.0"):
            written = read(write(record.contact, record.media, version), KEY)
            if written.grade == "quarantine" or numbers(written) != numbers(record):
                raise AssertionError(f"what was read did not survive {version}")
        wanted = (*record.contact.phones, Phone("+1 202 555 0177"))
        edited = patch(card.raw, replace(record.contact, phones=wanted), record.media)
        if "+1 202 555 0177" not in numbers(read(edited, KEY)):
            raise AssertionError("an added number is not on the card")


def numbers(record: SourceRecord) -> list[str]:
    return [phone.value for phone in record.contact.phones]


def main() -> None:
    """libFuzzer writes what it finds to the first folder and reads seeds from the others."""
    arguments = [*sys.argv, "-max_len=4096"]
    if not [word for word in sys.argv[1:] if not word.startswith("-")]:
        own = tempfile.mkdtemp(prefix="kith-fuzz-")
        arguments += [own, str(SEEDS), f"-artifact_prefix={own}/"]
    atheris.Setup(arguments, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
