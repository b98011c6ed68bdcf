"""Bytes to lines: nothing lost, whatever the blocks they come in."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kith.model.contact import Contact, Phone, Text
from kith.model.record import RecordKey
from kith.vcard.raw import RawCard, split, stream
from kith.vcard.read import read
from kith.vcard.scan import Scanner
from kith.vcard.write import write

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nEND:VCARD\r\n"
PIECES = st.lists(
    st.sampled_from(
        [
            b"BEGIN:VCARD",
            b"END:VCARD",
            b"begin:vcard",
            b"AGENT:",
            b"\r\n",
            b"\n",
            b"\r",
            b" ",
            b"FN:a",
            b"N:b;c",
            b"\xff",
            b"=",
            b":VCARD",
        ]
    ),
    max_size=40,
).map(b"".join)


class Blocks(io.RawIOBase):
    """A file that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__()
        self.data, self.size = data, size

    def read(self, _size: int = -1) -> bytes:
        block, self.data = self.data[: self.size], self.data[self.size :]
        return block


def parts(cards: list[RawCard]) -> list[tuple[bytes, bytes, bytes, int]]:
    return [(card.before, card.raw, card.after, card.number) for card in cards]


ENCLOSED = PIECES.map(lambda inner: b"BEGIN:VCARD\r\n" + inner + b"\r\nEND:VCARD\r\n")
"""Mostly one card, which is not searched for its end; what is inside may begin or end others."""


@given(data=PIECES | ENCLOSED, size=st.integers(1, 80))
@settings(max_examples=200, deadline=None)
def test_blocks_make_no_difference(data, size):
    whole = split(data)
    assert parts(list(stream(Blocks(data, size)))) == parts(whole)
    assert b"".join(card.before + card.raw + card.after for card in whole) == data
    for card in whole:
        assert b"".join(card.physical()) in (card.raw, b"")


@given(data=PIECES)
@settings(max_examples=200, deadline=None)
def test_line_numbers_count_from_the_start_of_the_input(data):
    for card in split(data):
        for line in card.lines:
            start = len(data) - len(data[data.index(card.raw) :])
            assert 1 <= line.number <= 1 + data.count(b"\n") + data.count(b"\r")
            assert start >= 0


def test_a_scanner_holds_one_card():
    scanner, most = Scanner(), 0
    for _ in range(1000):
        assert len(list(scanner.feed(CARD))) <= 2
        most = max(most, len(scanner._data))
    assert most < 4 * len(CARD)


def test_a_line_taken_apart():
    (card,) = split(b'BEGIN:VCARD\r\nItem1.tel;TYPE="cell,home";X;pref=1:+1\r\n 23\r\nEND:VCARD\r\n')
    line = card.lines[1]
    assert (line.group, line.name, line.value, line.number) == ("Item1", "TEL", "+123", 2)
    assert line.params == (("TYPE", "cell,home"), ("", "X"), ("PREF", "1"))
    assert line.raw == b'Item1.tel;TYPE="cell,home";X;pref=1:+1\r\n 23\r\n'


@pytest.mark.parametrize(
    ("head", "params"),
    [
        (b'X;A="b:c;d"', (("A", "b:c;d"),)),
        (b'X;A="say \\"hi: you\\""', (("A", 'say \\"hi: you\\"'),)),
        (b'X;A="b","c"', (("A", '"b","c"'),)),
        (b"X;A=", (("A", ""),)),
        (b"X;;A=1", (("A", "1"),)),
    ],
)
def test_quoted_parameters(head, params):
    (card,) = split(b"BEGIN:VCARD\r\n" + head + b":value\r\nEND:VCARD\r\n")
    assert (card.lines[1].params, card.lines[1].value) == (params, "value")


def test_junk_around_cards_is_kept_and_told():
    data = b"hello\r\n" + CARD + b"\r\n\r\n" + CARD + b"bye"
    first, second, rest = split(data)
    assert (first.before, first.number, second.number) == (b"hello\r\n", 2, 8)
    assert [note.text for note in first.diagnostics] == ["text in front of the card was left out"]
    assert (second.diagnostics, rest.after) == ([], b"bye")


def test_a_card_without_end_does_not_swallow_the_next():
    first, second = split(CARD.replace(b"END:VCARD\r\n", b"") + CARD)
    assert [note.code for note in first.diagnostics] == ["no-end"]
    assert second.raw == CARD


def test_an_inner_card_is_part_of_its_agent():
    (card,) = split(CARD.replace(b"END:", b"AGENT:\r\n" + CARD + b"TEL:1\r\nEND:"))
    agent, phone = card.lines[3], card.lines[4]
    assert (agent.name, phone.name) == ("AGENT", "TEL")
    assert agent.value == "BEGIN:VCARD\\nVERSION:3.0\\nFN:Ada\\nEND:VCARD"


@pytest.mark.parametrize("mark", ["BEGIN:VCARD", "END:VCARD", "begin:vcard"])
@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_a_mark_that_begins_a_folded_line_is_text(version, mark):
    contact = Contact(
        uid="u", full_name="Ada", notes=(Text("x" * 70 + mark),), phones=(Phone("+1 202 555 0177"),)
    )
    written = write(contact, {}, version)
    assert f"\r\n {mark}\r\n".encode() in written
    (card,) = split(written + CARD)[:-1]
    assert card.raw == written
    record = read(card, RecordKey("phone", "", "1"))
    assert (record.contact.notes, record.contact.phones, record.grade) == (
        contact.notes,
        contact.phones,
        "accept",
    )


def test_an_indented_card_is_an_agents_where_one_is_open():
    (card,) = split(
        CARD.replace(b"END:", b"AGENT:\r\n BEGIN:VCARD\r\n FN:Bob\r\n END:VCARD\r\nTEL:1\r\nEND:")
    )
    assert [line.name for line in card.lines][3:] == ["AGENT", "TEL", "END"]


def test_a_mark_counts_at_the_beginning_of_a_line_only():
    (card,) = split(b"BEGIN:VCARD\r\nNOTE:a END:VCARD\r\nX:\0END:VCARD\r\nTEL:1\r\nEND:VCARD\r\n")
    assert [line.name for line in card.lines] == ["BEGIN", "NOTE", "X", "TEL", "END"]
