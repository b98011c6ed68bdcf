"""Header blocks: folding, 8-bit text, dates."""

import pytest

from kith.connector.mail.headers import UNDATED, people, read, stamp
from letters import NOON

NOW = NOON + 1000


def test_a_block_is_unfolded_and_other_fields_are_not_kept():
    block = b"From: Anna\r\n  <a@x.example>\r\nsubject: secret\r\nTO : b@x.example,\r\n\tc@x.example\r\n"
    assert read(block) == {"FROM": "Anna <a@x.example>", "TO": "b@x.example, c@x.example"}


def test_repeated_address_fields_add_up_and_others_keep_the_first():
    headers = read(b"To: a@x.example\nTo: b@x.example\nDate: first\nDate: second\n")
    assert [box.address for box in people(headers, "TO", "CC")] == ["a@x.example", "b@x.example"]
    assert headers["DATE"] == "first"


def test_lines_of_different_encodings_in_one_field():
    raw = b"To: " + "Müller <a@x.example>,\n ".encode() + "Jürgen <b@x.example>\n".encode("latin-1")
    assert [box.name for box in people(read(raw), "TO")] == ["Müller", "Jürgen"]


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 14 Nov 2023 22:13:20 +0000",
        "14 Nov 2023 23:13:20 +0100",
        "Tue, 14 Nov 2023 17:13:20 -0500 (EST)",
        "Tue, 14 Nov 2023 22:13:20 GMT",
        "14-nov-2023 22:13:20 +0000",
        "Tue Nov 14 22:13:20 2023",
    ],
)
def test_dates(text):
    assert stamp({"DATE": text}, NOW) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "14 Nov 2087 12:00:00 +0000",
        "31 Feb 2020 12:00:00 +0000",
        "soon",
        "99 Nov 99999 99:99:99 +9999",
        "Mon, 0 Jan 0000 00:00:00",
    ],
)
def test_a_useless_date_gives_a_stamp_that_says_no_time_but_counts_once(text):
    one = stamp({"DATE": text, "MESSAGE-ID": "<1@x>"}, NOW)
    assert 0 <= one < UNDATED
    assert one == stamp({"DATE": text, "MESSAGE-ID": "<1@x>"}, NOW + 5000)
    assert one != stamp({"DATE": text, "MESSAGE-ID": "<2@x>"}, NOW)


def test_without_a_message_id_the_headers_identify_the_message():
    assert stamp({"FROM": "a@x.example"}, NOW) != stamp({"FROM": "b@x.example"}, NOW)
