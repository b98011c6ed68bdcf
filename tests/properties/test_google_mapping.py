"""Whatever two contacts look like, the fields that kith sends to Google lead from the one to the other."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kith.connector.testing import sample
from kith.merge.delta import delta
from kith.model.contact import Contact, Email, Name, Phone, Relation, Text, Url
from kith.plan.shape import shape
from kith_connectors.google.abilities import CAPABILITIES
from kith_connectors.google.mapping import changed, read, write

WORDS = st.text("abcäöß;,/\\:\n ", min_size=1, max_size=12).map(str.strip).filter(bool)
TYPES = st.lists(st.sampled_from(["home", "work", "cell", "fax", "voice", "pref", "other"]), max_size=3)


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    def values(kind: Any) -> Any:
        build = st.builds(
            kind, WORDS, TYPES.map(lambda row: tuple(sorted(set(row)))), st.one_of(st.just(""), WORDS)
        )
        return tuple(draw(st.lists(build, max_size=3, unique_by=lambda row: row.value)))

    base = draw(st.sampled_from([Contact(), sample(), Contact(kind="org", full_name="Firm")]))
    return replace(
        base,
        emails=values(Email),
        phones=values(Phone),
        urls=values(Url),
        relations=values(Relation),
        notes=values(Text)[:1],
        name=Name(
            given=tuple(draw(st.lists(WORDS, max_size=1))), family=tuple(draw(st.lists(WORDS, max_size=1)))
        ),
        nicknames=values(Text),
    )


@settings(deadline=None, max_examples=60)
@given(contacts(), contacts())
def test_a_change_written_onto_the_held_person_gives_what_was_wanted(before, after):
    """Whatever is on the server: after the fields of `changed` are replaced there, the wanted contact is read back."""
    person = write(before)
    before = read(person)
    after = read(write(after))
    patched = {**person, **changed(person, before, after)}
    found, wanted = shape(read(patched), CAPABILITIES), shape(after, CAPABILITIES)
    if after.name or after.full_name != before.full_name:
        assert delta(found, wanted) == ()
    assert changed(patched, after, after) == {}


@settings(deadline=None, max_examples=60)
@given(contacts())
def test_reading_what_was_written_is_a_fixed_point(contact):
    once = read(write(contact))
    assert read(write(once)) == once
