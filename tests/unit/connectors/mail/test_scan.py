"""Where messages begin and headers end in an mbox."""

import io

import pytest

from kith_connectors.mbox import scan
from kith_connectors.mbox.scan import begins_like_mbox, blocks
from letters import letter, mbox

FROM = b"From - Tue Nov 14 22:13:20 2023\n"


def found(data, offset=0):
    return [(block.offset, block.headers, block.complete) for block in blocks(io.BytesIO(data), offset)]


class Dribble(io.BytesIO):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def read(self, size=-1):
        return super().read(7)


@pytest.mark.parametrize("eol", [b"\n", b"\r\n"])
@pytest.mark.parametrize("stream", [io.BytesIO, Dribble])
def test_every_message_with_its_offset(eol, stream):
    data = mbox(
        letter(to="a@x.example"),
        letter(to="b@x.example", body="x\n" * 5000),
        letter(to="c@x.example"),
        eol=eol,
    )
    rows = list(blocks(stream(data)))
    assert [
        b"To: %s@x.example" % name in row.headers for name, row in zip((b"a", b"b", b"c"), rows, strict=True)
    ] == [True] * 3
    assert all(row.complete and b"Hello" not in row.headers for row in rows)
    assert all(data[row.offset :].startswith(b"From - ") for row in rows)


@pytest.mark.parametrize(
    "line",
    [
        b"From jo@example.org Tue Nov 14 22:13:20 2023",
        b"From 1782345@xxx Tue Nov 14 22:13:20 +0000 2023",  # Google Takeout
        b"From - Tue Nov 14 22:13:20 2023",
        b"From jo@example.org Tue Nov 14 22:13 CET 2023",
        b"From ",  # newer Thunderbird
        b"From -",
        b"From jo@example.org  14 Nov 2023 22:13:20",
    ],
)
def test_separators(line):
    data = FROM + b"From: a\n\nbody\n\n" + line + b"\nFrom: b\n\nbody\n"
    assert len(found(data)) == 2
    assert begins_like_mbox(line + b"\nFrom: b\n")


@pytest.mark.parametrize(
    "body",
    [
        b"\nFrom here on all is text: yes\nmore: text\n",
        b"\nFrom Tue 10:00 2023 we meet\nand then we eat\n",
        b"text\nFrom \nX: y\n",
        b"\n>From - Tue Nov 14 22:13:20 2023\nX: y\n",
    ],
)
def test_text_that_only_looks_like_a_separator(body):
    assert len(found(FROM + b"From: a\n\n" + body + b"\n" + FROM + b"From: b\n\n")) == 2


def test_messages_without_body_or_empty_line():
    data = FROM + b"From: a\n\n" + FROM + b"From: b\n" + FROM + b"From: c\n\n"
    assert [row[1].split(b"\n")[1] for row in found(data)] == [b"From: a", b"From: b", b"From: c"]
    assert [row[0] for row in found(data)] == [0, data.index(FROM, 1), data.rindex(FROM)]


def test_a_file_cut_inside_headers_says_so():
    assert [row[2] for row in found(mbox(letter()) + FROM + b"From: a@x.exam")] == [True, False]


def test_offsets_count_from_where_the_stream_stands():
    data = mbox(letter(to="a@x.example"), letter(to="b@x.example"))
    start = data.index(FROM[:5], 5)
    assert [row[0] for row in found(data[start:], start)] == [start]


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>From - Tue Nov 14 22:13:20 2023", b"\x00" * 5000, b"From the start\n", b"PK\x03\x04"],
)
def test_no_mbox(data):
    assert found(data) == []
    assert not begins_like_mbox(data)


def test_a_byte_order_mark_and_blank_lines_before_the_first_message():
    assert found(b"\xef\xbb\xbf\n\r\n" + FROM + b"From: a\n\n")[0][0] == 6


def test_memory_does_not_grow_with_a_body_or_a_header_without_end():
    endless = FROM + b"From: a\nX: " + b"y" * (3 * scan.CHUNK)
    rows = found(endless + b"\n\n" + FROM + b"From: b\n\n")
    assert len(rows) == 2
    assert len(rows[0][1]) == scan.LONGEST_HEADER


@pytest.mark.parametrize("shift", range(-60, 10, 3))
def test_a_separator_at_the_edge_of_a_chunk(shift):
    first = FROM + b"From: a\n\n"
    data = first + b"x" * (scan.CHUNK - len(first) + shift) + b"\n\n" + FROM + b"From: b\n\n"
    assert [row[0] for row in found(data)] == [0, data.rindex(FROM)]


def test_text_like_a_separator_inside_headers():
    data = FROM + b"From: a\nX-Quote: see\nFrom here on\nTo: b\n\nbody\n"
    assert [row[1].endswith(b"To: b\n") for row in found(data)] == [True]
