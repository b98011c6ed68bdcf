"""Which cards a server is believed to keep as sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith_connectors.carddav.trial import LONGEST, Trust, sample, traits


def card(*lines):
    return "".join(f"{line}\r\n" for line in ("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD")).encode()


BASE = card("FN:Zoë Müller", "N:Müller;Zoë;;;", "TEL;TYPE=CELL:+49 171 3920011", "EMAIL:zoe@example.org")


def proven(card, marks):
    return Trust().covers(traits(card), tuple(marks))


def sampled(card):
    return sample('"1"', card, traits(card))


def test_what_came_back_before_is_believed():
    assert proven(
        card("FN:Zoé Müllar", "N:Müllar;Zoé;;;", "TEL;TYPE=CELL:+49 171 3920012", "EMAIL:zoa@example.org"),
        traits(BASE),
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["FN:Zoë Müller", "N:Müller;Zoë;;;", "NICKNAME:Zo"],
        ["FN:Zoë Müller", "N:Müller;Zoë;;;", "TEL;TYPE=HOME:+49 171 3920011"],
        [
            "FN:Zoë Müller",
            "N:Müller;Zoë;;;",
            "TEL;TYPE=CELL:+49 171 3920011",
            "TEL;TYPE=CELL:+49 171 3920012",
        ],
        ["FN:Zoë Müller", "N:Müller;Zoë;;;", "EMAIL:" + "zoe" * 30 + "@example.org"],
        ["FN:Zoë Müller", "N:Müller;Zoë;;;", "EMAIL:zo\\,e@example.org"],
        ["FN:Zoë Müller", "N:Müller;Zoë;;;", "item1.EMAIL:zoe@example.org"],
        ["FN:Zoe 🎉 Müller", "N:Müller;Zoë;;;"],
    ],
    ids=["name", "parameter", "count", "size", "escape", "group", "emoji"],
)
def test_everything_new_about_a_line_is_not(lines):
    assert not proven(card(*lines), traits(BASE))


def test_a_photo_is_never_believed():
    long = card("FN:Zo", "PHOTO;ENCODING=b:" + "A" * LONGEST)
    assert traits(long) == frozenset()
    assert not proven(long, traits(BASE))


def test_order_and_folding_do_not_matter_and_everything_else_does():
    sent = sampled(BASE)
    turned = card(
        "EMAIL:zoe@example.org", "TEL;TYPE=CELL:+49 171 39\r\n 20011", "N:Müller;Zoë;;;", "FN:Zoë Müller"
    )
    assert sent.intact(turned)
    assert not sent.intact(BASE.replace(b"TEL;TYPE=CELL", b"TEL;type=CELL"))
    assert not sent.intact(BASE.replace(b"END:", b"REV:20261122T120000Z\r\nEND:"))
    assert not sent.intact(BASE.replace(b"EMAIL:zoe@example.org\r\n", b""))


@given(st.binary(max_size=400))
def test_any_bytes_are_looked_at(data):
    if traits(data):
        assert proven(data, traits(data))
        assert sampled(data).intact(data)


def test_trust_grows_with_what_is_known():
    trust = Trust()
    known = tuple(traits(BASE))
    assert not trust.covers(traits(BASE), ())
    assert trust.covers(traits(BASE), known)
    more = card("FN:Zoë Müller", "N:Müller;Zoë;;;", "NICKNAME:Zo")
    assert not trust.covers(traits(more), known)
    assert trust.covers(traits(more), (*known, *traits(more)))
