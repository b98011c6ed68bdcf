"""Editing a card in place: what changed is written, what did not keeps its bytes."""

from dataclasses import replace

import pytest

from card_strategies import photo, png
from kith.model.contact import Contact, Date, Extra, Name, Organization, Phone, Relation, Text
from kith.model.record import RecordKey
from kith.vcard.patch import patch
from kith.vcard.read import read

KEY = RecordKey("phone", "", "1")


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> bytes:
    head = ["BEGIN:VCARD", f"VERSION:{version}", "UID:u1", "FN:Ada Example", "N:Example;Ada;;;"]
    return "".join(line + end for line in (*head, *lines, "END:VCARD")).encode()


def contact(base: bytes) -> Contact:
    return read(base, KEY).contact


def diff(base: bytes, edited: bytes) -> tuple[list[str], list[str]]:
    """Lines gone and lines new."""
    old, new = base.decode().splitlines(), edited.decode().splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def edit(base: bytes, media=None, **changes) -> tuple[list[str], list[str]]:
    before = contact(base)
    edited = patch(base, replace(before, **changes), media or {})
    got = contact(edited)
    for name, value in changes.items():
        assert getattr(got, name) == value
    assert patch(edited, got, {}) is edited
    return diff(base, edited)


def test_a_changed_number_keeps_its_line():
    base = card(
        "item3.TEL;type=CELL;X-SLOT=4;type=pref:+49 171 39200 01",
        "item3.X-ABLabel:Boot",
        "TEL;TYPE=HOME:1234",
    )
    phones = contact(base).phones
    gone, new = edit(base, phones=(replace(phones[0], value="+49 171 39200 02"), phones[1]))
    assert gone == ["item3.TEL;type=CELL;X-SLOT=4;type=pref:+49 171 39200 01"]
    assert new == ["item3.TEL;type=CELL;X-SLOT=4;type=pref:+49 171 39200 02"]


def test_the_form_for_comparison_is_not_written():
    base = card("TEL:0171 3920001")
    before = replace(contact(base), phones=(Phone("0171 3920001", e164="+491713920001"),))
    assert patch(base, before, {}, before) is base
    after = replace(before, phones=(Phone("+49 171 3920001", e164="+491713920001"),))
    assert diff(base, patch(base, after, {}, before)) == (["TEL:0171 3920001"], ["TEL:+49 171 3920001"])


def test_a_removed_value_takes_its_label_along():
    base = card("item1.TEL:1111", "item1.X-ABLabel:Boot", "item2.TEL:2222", "item2.X-ABLabel:Haus")
    gone, new = edit(base, phones=(contact(base).phones[1],))
    assert (gone, new) == (["item1.TEL:1111", "item1.X-ABLabel:Boot"], [])


def test_a_group_with_another_property_keeps_its_label():
    base = card("item1.TEL:1111", "item1.X-THING:x", "item1.X-ABLabel:Boot")
    gone, _ = edit(base, phones=())
    assert gone == ["item1.TEL:1111"]


def test_a_new_label_gets_a_free_group():
    base = card("ITEM7.EMAIL:a@example.org", "ITEM7.X-ABLabel:x", "TEL;TYPE=CELL:1111")
    gone, new = edit(base, phones=(Phone("1111", ("cell",), "Segelclub"),))
    assert (gone, new) == (["TEL;TYPE=CELL:1111"], ["item8.TEL;TYPE=CELL:1111", "item8.X-ABLabel:Segelclub"])


def test_a_label_is_changed_and_removed_in_place():
    base = card("item1.TEL:1111", "item1.X-ABLABEL:Boot")
    assert edit(base, phones=(Phone("1111", (), "Kanu"),)) == (
        ["item1.X-ABLABEL:Boot"],
        ["item1.X-ABLABEL:Kanu"],
    )
    assert edit(base, phones=(Phone("1111"),)) == (["item1.X-ABLABEL:Boot"], [])


def test_a_built_in_label_that_no_longer_holds_goes():
    base = card("item1.TEL:1111", "item1.X-ABLabel:_$!<Home>!$_")
    assert contact(base).phones == (Phone("1111", ("home",)),)
    gone, new = edit(base, phones=(Phone("1111", ("work",)),))
    assert gone == ["item1.TEL:1111", "item1.X-ABLabel:_$!<Home>!$_"]
    assert new == ["item1.TEL;TYPE=WORK:1111"]


def test_types_are_changed_without_touching_others():
    base = card('TEL;type="HOME,VOICE";type=pref:1111', version="3.0")
    _, new = edit(base, phones=(Phone("1111", ("voice", "work"), "", 1),))
    assert new == ["TEL;type=VOICE,WORK;type=pref:1111"]


def test_bare_types_of_21():
    base = card("TEL;HOME;VOICE:1111", "TEL;CELL:2222", version="2.1")
    phones = contact(base).phones
    _, new = edit(base, phones=(replace(phones[0], types=("voice", "work")), phones[1]))
    assert new == ["TEL;VOICE;WORK:1111"]


def test_21_writes_quoted_printable():
    base = card("NOTE:short", version="2.1")
    note = "zwei\nZeilen über viele Wörter, damit die Zeile länger wird als fünfundsiebzig Zeichen; noch mehr"
    _, new = edit(base, notes=(Text(note),))
    assert new[0].startswith("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:zwei=0D=0AZeilen =C3=BCber")


def test_categories_share_a_line():
    base = card("CATEGORIES:Freunde,A\\, B", "CATEGORIES:Chor")
    assert edit(base, groups=("Freunde", "Chor")) == (["CATEGORIES:Freunde,A\\, B"], ["CATEGORIES:Freunde"])
    assert edit(base, groups=("Freunde", "A, B")) == (["CATEGORIES:Chor"], [])
    gone, new = edit(base, groups=("Freunde", "A, B", "x, y", "Chor"))
    assert (gone, new) == (["CATEGORIES:Freunde,A\\, B"], ["CATEGORIES:Freunde,A\\, B,x\\, y"])


def test_nicknames_share_a_line():
    base = card("NICKNAME;TYPE=work:Addie,Ace")
    assert edit(base, nicknames=(Text("Ace", ("work",)),))[1] == ["NICKNAME;TYPE=work:Ace"]
    gone, new = edit(base, nicknames=(*contact(base).nicknames, Text("Lu")))
    assert (gone, new) == ([], ["NICKNAME:Lu"])


def test_name_in_place():
    base = card()
    gone, new = edit(base, name=Name(("Example",), ("Ada",), ("Mary",)), full_name="Ada Mary Example")
    assert gone == ["FN:Ada Example", "N:Example;Ada;;;"]
    assert new == ["FN:Ada Mary Example", "N:Example;Ada;Mary;;"]


def test_a_title_joins_its_organization():
    base = card("ORG:Mill;Looms", "TITLE:Weaver")
    (work,) = contact(base).organizations
    assert edit(base, organizations=(replace(work, title="Head"),)) == (["TITLE:Weaver"], ["TITLE:Head"])
    assert edit(base, organizations=(replace(work, role="Cloth"),)) == ([], ["ROLE:Cloth"])
    assert edit(base, organizations=(replace(work, title=""),)) == (["TITLE:Weaver"], [])


def test_a_second_job_is_told_apart():
    base = card("ORG:Mill", "TITLE:Weaver")
    (work,) = contact(base).organizations
    gone, new = edit(base, organizations=(work, Organization("Choir", (), "Alto")))
    assert (gone, new) == ([], ["item1.ORG:Choir", "item1.TITLE:Alto"])


def test_a_title_without_a_firm_stays_one():
    base = card("TITLE:Weaver")
    (work,) = contact(base).organizations
    edit(base, organizations=(work, Organization("Choir")))
    edit(card("ORG:Choir"), organizations=(Organization("Choir"), Organization("", (), "Weaver")))


def test_birthday_in_the_form_of_the_version():
    base = card("BDAY;VALUE=date:1979-11-30")
    assert edit(base, birthday=Date("--02-29"))[1] == ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29"]
    assert edit(base, birthday=Date("um 1900"))[1] == ["BDAY;VALUE=text:um 1900"]
    new = card("BDAY:19791130", version="4.0")
    assert edit(new, birthday=Date("--02-29"))[1] == ["BDAY:--0229"]
    omitted = card("BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29")
    assert edit(omitted, birthday=Date("1984-02-29"))[1] == ["BDAY:1984-02-29"]


def test_a_picture_is_replaced_and_removed():
    first, second = png(3, 4), png(5, 6)
    one, two = photo(first, "image/png", 3, 4), photo(second, "image/png", 5, 6)
    base = patch(card(), replace(contact(card()), photo=one), {one.sha256: first})
    assert contact(base).photo == one
    edited = patch(base, replace(contact(base), photo=two), {two.sha256: second})
    assert contact(edited).photo == two
    assert edited.count(b"PHOTO") == 1
    assert patch(base, replace(contact(base), photo=two), {}) is base
    assert patch(edited, replace(contact(edited), photo=None), {}) == card()


def test_a_damaged_picture_gives_way():
    base = card("PHOTO;ENCODING=b;TYPE=JPEG:%%%")
    data = png(3, 4)
    one = photo(data, "image/png", 3, 4)
    edited = patch(base, replace(contact(base), photo=one), {one.sha256: data})
    assert edited.count(b"PHOTO") == 1
    assert contact(edited).photo == one


def test_a_relation_keeps_the_dialect_of_its_card():
    base = card("X-EVOLUTION-SPOUSE:Bo")
    assert edit(base, relations=(Relation("Kim", ("spouse",)),))[1] == ["X-EVOLUTION-SPOUSE:Kim"]
    base = card("item1.X-ABRELATEDNAMES:Bo", "item1.X-ABLabel:_$!<Spouse>!$_")
    assert edit(base, relations=(Relation("Bo", ("friend",)),))[1] == ["item1.X-ABLabel:_$!<Friend>!$_"]


def test_what_the_account_cannot_hold_stays():
    base = card("TEL:1111", "TEL:2222", "NOTE:kept", "X-FOO:bar")
    shaped = Contact(
        uid="u1", full_name="Ada Example", name=Name(("Example",), ("Ada",)), phones=(Phone("1111"),)
    )
    after = replace(shaped, phones=(Phone("1111"), Phone("2222"), Phone("3333")))
    assert diff(base, patch(base, after, {}, shaped)) == ([], ["TEL:3333"])


def test_extras():
    base = card("X-FOO;X-P=1:bar\\, baz", "X-FOO:second")
    one, two = contact(base).extras
    gone, new = edit(base, extras=(one,))
    assert (gone, new) == (["X-FOO:second"], [])
    gone, new = edit(base, extras=(one, two, Extra("X-NEW", "v\\;w", (), "Etikett")))
    assert (gone, new) == ([], ["item1.X-NEW:v\\;w", "item1.X-ABLabel:Etikett"])


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends_of_the_card_stay(end):
    base = card("TEL:1111", end=end)
    edited = patch(base, replace(contact(base), phones=(Phone("2222"),)), {})
    assert edited == base.replace(b"1111", b"2222")


def test_utf16_stays_utf16():
    base = card("TEL:1111").decode().encode("utf-16")
    edited = patch(base, replace(contact(base), phones=(Phone("2222"),)), {})
    assert edited.decode("utf-16") == card("TEL:2222").decode()


def test_revision_is_the_callers():
    base = card("REV:20200101T000000Z", "TEL:1111")
    before = contact(base)
    after = replace(before, phones=(Phone("2222"),))
    assert b"REV:20200101T000000Z" in patch(base, after, {})
    stamped = replace(after, revised="20260101T000000Z")
    assert b"REV:20260101T000000Z" in patch(base, stamped, {})
    assert patch(base, replace(before, revised="20260101T000000Z"), {}) is base


def test_a_list_is_renamed_in_its_own_dialect():
    base = (
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:g1\r\nN:Rudern\r\nFN:Rudern\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"
        b"X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:A-1\r\nEND:VCARD\r\n"
    )
    before = contact(base)
    assert (before.kind, before.full_name, before.members) == ("group", "Rudern", ("A-1",))
    edited = patch(base, replace(before, full_name="Segeln, oft", members=("A-1", "B-2")), {})
    assert diff(base, edited) == (
        ["N:Rudern", "FN:Rudern"],
        ["N:Segeln\\, oft", "FN:Segeln\\, oft", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:B-2"],
    )


def test_what_is_no_card_is_refused():
    with pytest.raises(ValueError, match="not a vCard"):
        patch(b"<html>", Contact(full_name="x"), {})


def test_a_long_value_is_folded_between_characters():
    base = card("NOTE:kurz")
    edited = patch(base, replace(contact(base), notes=(Text("ü" * 100),)), {})
    assert all(len(line) <= 75 for line in edited.split(b"\r\n"))
    assert [line.decode() for line in edited.split(b"\r\n")]


def test_a_label_on_a_quoted_printable_line():
    base = card("TITLE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:K=C3=B6chin", version="2.1")
    (work,) = contact(base).organizations
    _, new = edit(base, organizations=(replace(work, label="Kanal"),))
    assert new == ["item1.TITLE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:K=C3=B6chin", "item1.X-ABLabel:Kanal"]
