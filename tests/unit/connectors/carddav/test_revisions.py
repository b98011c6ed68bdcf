"""What tells one state of a card from another."""

import pytest

from kith_connectors.carddav.revisions import counts, current, etag_of, revision, strong

COUNTERS = ['"gcs00000000"', '"17"', "17", 'W/"3"', '"1700000000"']
DIGESTS = [
    '"9e107d9d372bb6826bd81d3542a419d6"',
    '"C=17@U=6f1c3a52"',
    '"abcdef"',
    '"2026-11-22"',
    "x",
    '""',
    "",
]


@pytest.mark.parametrize("etag", COUNTERS)
def test_a_counter_is_told_apart_by_content(etag):
    assert counts(etag)
    assert revision(etag, b"one") != revision(etag, b"other")
    assert revision(etag, b"one") == revision(etag, b"one")
    assert etag_of(revision(etag, b"one")) == etag
    assert not current(revision(etag, b"one"), etag)


@pytest.mark.parametrize("etag", DIGESTS)
def test_a_digest_is_the_revision(etag):
    assert not counts(etag)
    assert revision(etag, b"one") == etag_of(etag) == etag
    assert current(etag, etag) is bool(etag)


def test_a_digest_that_looks_marked_stays_whole():
    assert etag_of('"abc"#12345678') == '"abc"#12345678'


def test_strong():
    assert (strong('W/"1"'), strong('"1"')) == ('"1"', '"1"')
