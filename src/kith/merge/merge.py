"""One person out of many cards. Every value remembers who says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from kith.merge.delta import Change, absent, kept, keyed, note_text
from kith.merge.first import as_notes, first_told, is_unheard_of
from kith.merge.spelling import carried, spelled_alike
from kith.merge.survivorship import PARTIAL, Relation, contains, relation
from kith.merge.text import merge_text, union_text
from kith.model.contact import Contact, Text
from kith.model.fields import BY_NAME, FIELDS, Field, contents
from kith.model.person import USER, Person, Sourced
from kith.model.plan import Conflict, Event
from kith.model.record import RecordKey

RANK_UNKNOWN = 1_000_000


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one card brings: `joins` with all it says (it was just linked), or the `changes` its owner made.

    `rank` is the account's place in the config; `device` whether the account is one that the user writes on (two-way):
    only there is a missing value a removal for all. `modified` is the server's own time, 0 where it states none.
    """

    key: RecordKey
    rank: int
    device: bool
    contact: Contact
    joins: bool = False
    changes: tuple[Change, ...] = ()
    modified: float = 0.0


@dataclass(frozen=True, slots=True)
class Merged:
    """The person after the merge. `respelled` are (field, key) of values that someone wrote anew in the same normal
    form: they are carried although they compare as equal."""

    person: Person
    conflicts: tuple[Conflict, ...] = ()
    events: tuple[Event, ...] = ()
    respelled: frozenset[tuple[str, str]] = frozenset()


@dataclass
class _Draft:
    """A person while being merged."""

    person: Person
    now: float
    ranks: Mapping[RecordKey, int]
    prefer: Mapping[str, Sequence[str]]
    fields: dict[str, Any] = field(default_factory=dict)
    sources: dict[tuple[str, str], Sourced] = field(default_factory=dict)
    removed: set[tuple[str, str]] = field(default_factory=set)
    conflicts: list[Conflict] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    respelled: set[tuple[str, str]] = field(default_factory=set)
    last: tuple[RecordKey, ...] = ()

    def place(self, name: str, key: RecordKey | None) -> tuple[int, int]:
        """The rank of a source for a field: the user, then `[merge] prefer`, then the order of the config."""
        if key is None:
            return (2, RANK_UNKNOWN)
        if key == USER:
            return (0, 0)
        preferred = list(self.prefer.get(name, ()))
        if key.account in preferred:
            return (1, preferred.index(key.account))
        return (2, self.ranks.get(key, RANK_UNKNOWN))

    def assert_value(self, name: str, value_key: str, source: RecordKey, rule: str) -> None:
        """Note one more source of a value."""
        slot = (name, value_key)
        present = self.sources.get(slot)
        if present is None:
            self.sources[slot] = Sourced(name, value_key, self.alone(source), self.now, rule)
        elif source not in present.sources:
            self.sources[slot] = replace(present, sources=(*present.sources, source))

    def alone(self, source: RecordKey) -> tuple[RecordKey, ...]:
        """The source of values that nobody else has: one tuple for the values of a card."""
        if not self.last or self.last[0] is not source:
            self.last = (source,)
        return self.last

    def source_of(self, name: str) -> RecordKey | None:
        present = self.sources.get((name, ""))
        return present.sources[0] if present and present.sources else None


def merge(
    person: Person,
    contributions: Iterable[Contribution],
    now: float,
    prefer: Mapping[str, Sequence[str]] | None = None,
    ranks: Mapping[RecordKey, int] | None = None,
) -> Merged:
    """Put what cards bring onto a person. The order of the contributions does not matter.

    `ranks` are the places of cards that are no contribution now but are named as sources.
    """
    ordered = sorted(contributions, key=lambda item: (item.rank, item.key))
    if len(ordered) == 1 and ordered[0].joins and is_unheard_of(person):
        return Merged(first_told(person, ordered[0].key, ordered[0].contact, now))
    places = {**(ranks or {}), **{item.key: item.rank for item in ordered}}
    draft = _Draft(person, now, places, prefer or {})
    draft.sources = {(item.field, item.key): item for item in person.sourced}
    draft.removed = set(person.removed)
    edits = [item for item in ordered if not item.joins]
    joins = [item for item in ordered if item.joins]
    for row in _spoken_of(person, edits, joins):
        if row.name == "notes":
            _merge_notes(draft, edits, joins)
        elif row.many:
            _merge_many(draft, row, edits, joins)
        else:
            _merge_single(draft, row, edits, joins)
    uid = person.uid or next((item.contact.uid for item in joins if item.contact.uid), "")
    merged = Person(
        person.id,
        uid,
        person.state,
        person.contact.but(**draft.fields),
        tuple(sorted(draft.sources.values(), key=_SLOT)),
        tuple(sorted(draft.removed)),
        person.kept_out,
        person.edited,
        person.generation,
    )
    return Merged(merged, tuple(draft.conflicts), tuple(draft.events), frozenset(draft.respelled))


def _spoken_of(person: Person, edits: list[Contribution], joins: list[Contribution]) -> list[Field]:
    """The fields that anybody says something about; the parts of a name come after all others, for the whole decides
    about them."""
    sides = zip(*map(contents, (person.contact, *(item.contact for item in joins))), strict=True)
    changed = {change.field for item in edits for change in item.changes}
    found = [
        row
        for row, side in zip(FIELDS, sides, strict=True)
        if row is not _NAME and (any(side) or row.name in changed)
    ]
    return [*found, _NAME]


_NAME = BY_NAME["name"]
_SLOT = attrgetter("field", "key")


def _changes(edits: Iterable[Contribution], name: str) -> list[tuple[Contribution, Change]]:
    return [(item, change) for item in edits for change in item.changes if change.field == name]


def _merge_single(draft: _Draft, row: Field, edits: list[Contribution], joins: list[Contribution]) -> None:
    present = getattr(draft.person.contact, row.name)
    changed = _changes(edits, row.name) if edits else []
    if changed:
        winner, change = _pick(draft, row, changed)
        _note_overtaken(draft, row, winner, change)
        present = change.after if change.after is not None else absent(row.name)
        draft.sources.pop((row.name, ""), None)
        if change.after is not None:
            draft.assert_value(row.name, "", winner.key, "edited")
    for item in joins:
        new = getattr(item.contact, row.name)
        if new and row.key(new) and not (row.name == "kind" and new == "individual"):
            present = _join_single(draft, row, present, item, edited=bool(changed))
    draft.fields[row.name] = present


def _note_overtaken(draft: _Draft, row: Field, winner: Contribution, change: Change) -> None:
    """An edit made on what the account knew, while another's had been taken already: a conflict like any other."""
    present, source = getattr(draft.person.contact, row.name), draft.source_of(row.name)
    key = row.key(present) if present else ""
    known = row.key(change.before) if change.before else ""
    if not key or key == known or change.after is None or source is None or source == winner.key:
        return
    if relation(row.name, present, change.after) is Relation.CONTRADICTS:
        draft.conflicts.append(
            Conflict(draft.person.id, row.name, say(change.after), winner.key, say(present), source)
        )


def _pick(
    draft: _Draft, row: Field, changed: list[tuple[Contribution, Change]]
) -> tuple[Contribution, Change]:
    """The edit that stands: one that says something before a removal, the richer, the newer, the higher account."""
    saying = [pair for pair in changed if pair[1].after is not None]
    if not saying:
        return changed[0]
    timed = all(item.modified for item, _ in saying)
    best = saying[0]
    for pair in saying[1:]:
        how = relation(row.name, best[1].after, pair[1].after)
        newer = timed and pair[0].modified > best[0].modified
        higher = draft.place(row.name, pair[0].key) < draft.place(row.name, best[0].key)
        if how is Relation.RICHER or (
            how is Relation.CONTRADICTS
            and (newer if timed and pair[0].modified != best[0].modified else higher)
        ):
            best = pair
    for item, change in saying:
        if relation(row.name, best[1].after, change.after) is Relation.CONTRADICTS:
            draft.conflicts.append(
                Conflict(
                    draft.person.id,
                    row.name,
                    say(best[1].after),
                    best[0].key,
                    say(change.after),
                    item.key,
                )
            )
    return best


def _join_single(draft: _Draft, row: Field, present: Any, item: Contribution, edited: bool) -> Any:
    new = getattr(item.contact, row.name)
    if not present or not row.key(present) or (row.name == "kind" and present == "individual"):
        draft.assert_value(row.name, "", item.key, "only")
        return new
    how = relation(row.name, present, new)
    if how is Relation.SAME:
        draft.assert_value(row.name, "", item.key, "agreed")
        return present
    holder = draft.source_of(row.name)
    fixed = edited or holder == USER
    if row.name == "name" and not fixed and draft.source_of("full_name") == item.key:
        # the parts of a name come from the card that gave the whole
        takes = how is not Relation.POORER
    else:
        higher = draft.place(row.name, item.key) < draft.place(row.name, holder)
        takes = not fixed and (how is Relation.RICHER or (how is Relation.CONTRADICTS and higher))
    if takes:
        draft.sources.pop((row.name, ""), None)
        draft.assert_value(row.name, "", item.key, "richer" if how is Relation.RICHER else "higher account")
    if how is Relation.CONTRADICTS:
        loser = present if takes else new
        detail = f"{row.name}: {say(loser)}"
        draft.events.append(Event(draft.person.id, "set aside", item.key, detail))
    return new if takes else present


def _merge_notes(draft: _Draft, edits: list[Contribution], joins: list[Contribution]) -> None:
    text = note_text(draft.person.contact)
    for item, change in _changes(edits, "notes"):
        text = merge_text(change.before or "", text, change.after or "")
        draft.assert_value("notes", "", item.key, "edited")
    for item in joins:
        added = note_text(item.contact)
        if added:
            text = union_text(text, added)
            draft.assert_value("notes", "", item.key, "only")
    draft.fields["notes"] = as_notes(text, [draft.person.contact, *(item.contact for item in joins)])


def _merge_many(draft: _Draft, row: Field, edits: list[Contribution], joins: list[Contribution]) -> None:
    found = keyed(draft.person.contact, row)
    if edits:
        _edit_many(draft, row, found, _changes(edits, row.name))
    for item in joins:
        own = keyed(item.contact, row)
        if not found and not draft.removed:  # the first to say anything
            found = dict(own)
            for key in own:
                draft.assert_value(row.name, key, item.key, "only")
            continue
        for key, value in own.items():
            _join_value(draft, row, found, item, (key, value, own))
    merged = tuple(found.values())
    for contact in (draft.person.contact, *(item.contact for item in joins)):
        merged = kept(getattr(contact, row.name), merged)
    draft.fields[row.name] = merged


def _edit_many(
    draft: _Draft, row: Field, found: dict[str, Any], changed: list[tuple[Contribution, Change]]
) -> None:
    said = {change.key for _, change in changed if change.after is not None}
    for item, change in changed:
        if change.after is None and change.key not in said:
            _remove(draft, row, found, item, change.key)
    for item, change in changed:
        if change.after is not None:
            _write(draft, row, found, item, change)


def _remove(draft: _Draft, row: Field, found: dict[str, Any], item: Contribution, key: str) -> None:
    slot = (row.name, key)
    present = draft.sources.get(slot)
    others = tuple(source for source in present.sources if source != item.key) if present else ()
    if not item.device and others and present:
        draft.sources[slot] = replace(present, sources=others)
        return
    draft.sources.pop(slot, None)
    found.pop(key, None)
    if item.device:
        draft.removed.add(slot)


def _write(draft: _Draft, row: Field, found: dict[str, Any], item: Contribution, change: Change) -> None:
    slot = (row.name, change.key)
    if slot in draft.removed:
        if not item.device and item.key != USER:
            return
        draft.removed.discard(slot)
    if change.before is not None and not spelled_alike(change.before, change.after):
        draft.respelled.add(slot)
    present = found.get(change.key)
    found[change.key] = change.after if present is None else carried(present, change.before, change.after)
    draft.assert_value(row.name, change.key, item.key, "edited")


def _join_value(
    draft: _Draft,
    row: Field,
    found: dict[str, Any],
    item: Contribution,
    said: tuple[str, Any, Mapping[str, Any]],
) -> None:
    key, value, own = said
    slot = (row.name, key)
    if slot in draft.removed:
        if not item.device:
            return
        draft.removed.discard(slot)
    if key in found:
        found[key] = _united(found[key], value)
        draft.assert_value(row.name, key, item.key, "agreed")
        return
    others = {k: v for k, v in found.items() if k not in own} if row.name in PARTIAL else {}
    richer = next((k for k, v in others.items() if contains(row.name, value, v)), None)
    if richer is not None:
        draft.assert_value(row.name, richer, item.key, "richer")
        return
    poorer = next((k for k, v in others.items() if contains(row.name, v, value)), None)
    if poorer is not None:
        found.pop(poorer)
        earlier = draft.sources.pop((row.name, poorer), None)
        for source in earlier.sources if earlier else ():
            draft.assert_value(row.name, key, source, "richer")
    found[key] = value
    draft.assert_value(row.name, key, item.key, "only")


def _united(present: Any, new: Any) -> Any:
    """One value from two cards: types, label, preference and international form of the first that states them."""
    if not hasattr(present, "types"):
        return present
    updates = {
        name: getattr(new, name)
        for name in ("types", "label", "pref", "e164", "text", "country_code")
        if hasattr(present, name) and not getattr(present, name) and getattr(new, name)
    }
    return replace(present, **updates) if updates else present


def say(value: Any) -> str:
    """A value in words, for plans, conflicts and history."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Text):
        return value.value
    spoken = getattr(value, "__dataclass_fields__", {})
    if "sha256" in spoken:
        return value.uri or f"picture of {value.size} bytes ({value.sha256[:8]})"
    parts: list[str] = []
    for name in spoken:
        if name not in ("types", "label", "pref", "params", "text", "country_code"):
            part = getattr(value, name)
            parts += [part] if isinstance(part, str) else [str(word) for word in part]
    return " ".join(part for part in parts if part)
