"""Notes: three-way by lines, and edits of a note that a server shows only in part."""

import pytest

from kith.merge.text import merge_text, transfer, union_text

WHOLE = "met in Köln at the fair, likes tea\nhas a dog"
SHOWN = WHOLE[:20]


@pytest.mark.parametrize(
    ("edited", "whole"),
    [
        (SHOWN, WHOLE),
        (SHOWN + "\nlikes cake", WHOLE + "\nlikes cake"),
        ("met in Bonn at the f", "met in Bonn at the fair, likes tea\nhas a dog"),
        ("we met in Köln at the f", "we " + WHOLE),
        ("met in Köln", "met in Köln"),
        ("call back", "call back"),
        ("", ""),
    ],
)
def test_an_edit_of_the_part_that_is_shown_is_put_onto_the_whole(edited, whole):
    assert SHOWN == "met in Köln at the f"
    assert transfer(SHOWN, WHOLE, edited) == whole


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a\nb", "a\nb", "a", "a"),
        ("a\nb", "a", "a\nb", "a"),
        ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
        ("a", "b", "c", "b\nc"),
        ("", "mine", "theirs", "mine\ntheirs"),
        ("a\nb\nc\nd", "a\nc\nd", "a\nb\nc", "a\nc"),
    ],
)
def test_notes_merge_by_lines_and_both_stay_where_they_collide(base, mine, theirs, merged):
    assert merge_text(base, mine, theirs) == merged


def test_a_union_adds_only_new_lines():
    assert union_text("a\nb", " b\nc") == "a\nb\nc"
    assert union_text("", "c") == "c"
