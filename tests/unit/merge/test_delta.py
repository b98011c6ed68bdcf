"""Differences, and how they are said in the words of an account that rewrites what it is given."""

from dataclasses import replace

from kith.merge.delta import Change, delta, patch, translate
from kith.model.contact import Contact, Date, Email, Extra, Organization, Phone, Photo, Text

ANNA = Contact(
    full_name="Anna Huber",
    emails=(Email("anna@example.org", ("home",)), Email("a@firm.example", ("work",), pref=1)),
    phones=(Phone("+49 30 23125 001", ("home",), "Boat", params=(("X-ONE", "1"),)),),
)


def test_no_difference_is_no_change():
    assert delta(ANNA, replace(ANNA, uid="other", revised="now", product="p")) == ()


def test_each_kind_of_edit_is_a_change():
    phone = ANNA.phones[0]
    for edited in (
        replace(phone, types=("cell",)),
        replace(phone, label="Ship"),
        replace(phone, pref=2),
        replace(phone, value="+49 30 23125-001"),
    ):
        assert delta(ANNA, replace(ANNA, phones=(edited,))) == (
            Change("phones", "+493023125001", phone, edited),
        )


def test_the_second_choice_becomes_the_first():
    first, second = (replace(mail, pref=number) for number, mail in enumerate(ANNA.emails, 1))
    before = replace(ANNA, emails=(first, second))
    after = replace(ANNA, emails=(replace(first, pref=2), replace(second, pref=1)))
    assert [change.field for change in delta(before, after, spelling=False)] == ["emails", "emails"]


def test_a_patch_touches_what_the_change_names_and_nothing_else():
    phone = ANNA.phones[0]
    seen = replace(phone, label="", params=())
    changes = (Change("phones", "+493023125001", seen, replace(seen, types=("cell",))),)
    assert patch(ANNA, changes) == replace(ANNA, phones=(replace(phone, types=("cell",)),))


def test_private_marks_of_a_server_are_no_change():
    marks = (Extra("X-RADICALE-NAME", "a.vcf"), Extra("CLIENTPIDMAP", "1;urn:uuid:1"), Extra("SOURCE", "x"))
    assert delta(ANNA, replace(ANNA, extras=marks)) == ()


def test_a_label_on_a_rewritten_value_keeps_the_value_that_was_agreed():
    agreed = replace(ANNA, dates=(Date("2001-02-03", ("anniversary",)),))
    held = replace(ANNA, dates=(Date("2001-02-03"),))
    edited = replace(held, dates=(Date("2001-02-03", pref=1),))
    meant = translate(delta(held, edited), held, agreed)
    assert patch(agreed, meant).dates == (Date("2001-02-03", ("anniversary",), pref=1),)


def test_a_removal_of_a_rewritten_value_removes_what_it_stands_for():
    agreed = replace(ANNA, phones=(Phone("112;ext=5"),))
    held = replace(ANNA, phones=(Phone("112 ext 5"),))
    meant = translate(delta(held, replace(held, phones=())), held, agreed)
    assert patch(agreed, meant).phones == ()


def test_an_edit_of_a_cut_note_is_put_onto_the_whole():
    agreed, held = (replace(ANNA, notes=(Text(text),)) for text in ("one two three four", "one two th"))
    edited = replace(held, notes=(Text("one two th\nfive"),))
    meant = translate(delta(held, edited), held, agreed)
    assert patch(agreed, meant).notes == (Text("one two three four\nfive"),)
    gone = translate(delta(held, replace(held, notes=())), held, agreed)
    assert patch(agreed, gone).notes == ()


def test_a_note_edited_elsewhere_is_sent_whole_to_the_account_that_cuts():
    agreed, held = (replace(ANNA, notes=(Text(text),)) for text in ("one two three four", "one two th"))
    wanted = replace(agreed, notes=(Text("zero one two three four"),))
    sent = patch(held, translate(delta(agreed, wanted), agreed, held))
    assert sent.notes == wanted.notes


def test_a_firm_written_in_capitals_is_one_value():
    before = replace(ANNA, organizations=(Organization("Acme", title="CTO"),))
    after = replace(ANNA, organizations=(Organization("ACME", title="CTO"),))
    assert [change.field for change in delta(before, after)] == ["organizations"]
    assert delta(before, after, spelling=False) == ()


def test_another_picture_is_a_change_whatever_its_size():
    before = replace(ANNA, photo=Photo("a" * 64, 9000, width=90, height=90))
    after = replace(ANNA, photo=Photo("b" * 64, 10, width=9, height=9))
    assert delta(before, after) == (Change("photo", "", before.photo, after.photo),)
