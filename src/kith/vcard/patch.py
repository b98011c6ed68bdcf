"""The target's own card, edited in place: only lines whose canonical value changed are touched."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kith.model.contact import Contact, Extra, Name, Phone
from kith.model.fields import FIELDS, Field
from kith.vcard.blocks import LISTS, Block, Form, Property, emit
from kith.vcard.claims import READERS
from kith.vcard.edits import EditedLine, Sheet
from kith.vcard.raw import Line
from kith.vcard.read import Interpreted, as_card, derived_full_name, interpret
from kith.vcard.reading import Claim, Reading, built_in
from kith.vcard.text import pieces
from kith.vcard.write import block_lines, list_blocks


def patch(base: bytes, after: Contact, media: Mapping[str, bytes], before: Contact | None = None) -> bytes:
    """`base` with the difference between `before` (default: what `base` says) and `after` written into it.

    Version, dialect, line ends and order of the card stay; a label goes with its property; a value that stands on the
    card already is not written twice. Returns `base` itself where there is nothing to write. REV is left as it is,
    unless `after.revised` differs from `before.revised` and the card has one. `media` holds the picture's bytes by
    sha256; a picture without bytes leaves PHOTO as it is. Raises ValueError where `base` is no vCard.
    """
    card = as_card(base)
    if not card.lines:
        raise ValueError("this is not a vCard that can be edited")
    found = interpret(card)
    edit = _Edit(found, media)
    edit.run(before or found.contact, after)
    if not edit.sheet.touched:
        return base
    return card.before + edit.sheet.to_bytes() + base[len(card.before) + len(card.raw) :]


def bare(value: Any) -> Any:
    """Without what serves comparison alone."""
    return replace(value, e164="") if isinstance(value, Phone) and value.e164 else value


class _Edit:
    """One patch in progress."""

    def __init__(self, found: Interpreted, media: Mapping[str, bytes]) -> None:
        self.found = found
        self.form = Form(found.version, "", {**found.media, **media})
        self.sheet = Sheet(found.card, found.version)
        self.by_field: dict[str, list[Claim]] = {}
        for claim in found.claims:
            self.by_field.setdefault(claim.field, []).append(claim)
        self._grouped: set[bool] = set()
        self._keys: dict[str, dict[str, list[Claim]]] = {}

    def run(self, before: Contact, after: Contact) -> None:
        self._list_name(before, after)
        for row in FIELDS:
            old, new = getattr(before, row.name), getattr(after, row.name)
            if old == new:
                continue
            if row.name in LISTS:
                self._list(row, old, new)
            elif row.many:
                self._many(row, tuple(map(bare, old)), tuple(map(bare, new)))
            else:
                self._single(row.name, new, after)
        if self.sheet.touched and after.revised and after.revised != before.revised:
            index = next((i for i, line in enumerate(self.sheet.lines) if line.name == "REV"), None)
            if index is not None:
                self.sheet.edit(index).set_value(after.revised, ())

    def _list_name(self, before: Contact, after: Contact) -> None:
        """Apple repeats the name of a list in N, which reading leaves out: it follows FN."""
        if (before.kind == "group") != (after.kind == "group"):
            self._single("name", after.name, after)
        elif after.kind == "group" and before.full_name != after.full_name:
            for claim in self.by_field.get("name", ()):
                if claim.value == Name((before.full_name,)):
                    self._rewrite(claim, Name((after.full_name,)))

    # many values, a line or more each

    def _many(self, row: Field, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
        known = {row.key(value): value for value in reversed(old)}
        wanted = {row.key(value): value for value in reversed(new)}
        gone = [
            claim for key, value in known.items() if key not in wanted for claim in self._find(row, value)
        ]
        fresh = [value for key, value in wanted.items() if key not in known and not self._find(row, value)]
        moved = _moves(gone, fresh)
        for at, claim in enumerate(gone):
            if at in moved:
                self._rewrite(claim, moved[at])
            else:
                self._remove(claim)
        placed = {row.key(value) for value in moved.values()}
        for key in dict.fromkeys(row.key(value) for value in new):
            value = wanted[key]
            if known.get(key) == value or key in placed:
                continue
            claims = self._find(row, known.get(key, value)) or self._find(row, value)
            if claims:
                self._rewrite(claims[0], value)
            else:
                self._add(row.name, value, len(new) > 1)

    def _find(self, row: Field, value: Any) -> list[Claim]:
        """The claims of a value: written the same, else the same by its normal form."""
        keys = self._keys.get(row.name)
        if keys is None:
            keys = self._keys[row.name] = {}
            for claim in self.by_field.get(row.name, ()):
                keys.setdefault(row.key(claim.value), []).append(claim)
        return sorted(keys.get(row.key(value), ()), key=lambda claim: claim.value != value)

    def _remove(self, claim: Claim) -> None:
        for index in claim.lines:
            self.sheet.remove(index)

    def _add(self, name: str, value: Any, several: bool = False) -> bool:
        """Write a value on lines of its own; False where this card has no form for it."""
        block = emit(name, value, self.form)
        if not block.properties:
            return False
        several = several and name == "organizations"
        if several:
            self._group_organizations(everywhere=not (value.name or value.units))
        grouped = block.label or block.country or block.grouped or several
        group = self.sheet.free_group() if grouped else ""
        names = {
            self._line(index).name for claim in self.by_field.get(name, ())[-8:] for index in claim.lines
        }
        texts = block_lines(block, group, self.form.version)
        self.sheet.append(texts, names | {block.properties[0].name.upper()})
        return True

    def _group_organizations(self, everywhere: bool) -> None:
        """A title without a firm must not be taken for that of another organization: groups keep them apart."""
        if everywhere in self._grouped:
            return
        self._grouped |= {False, everywhere}
        for claim in self.by_field.get("organizations", ()):
            if not everywhere and (claim.value.name or claim.value.units):
                continue
            if not any(self.sheet.group(index) for index in claim.lines):
                group = self.sheet.free_group()
                for index in claim.lines:
                    self.sheet.edit(index).group = group

    def _line(self, index: int) -> Line:
        return self.sheet.lines[index]

    # one value

    def _single(self, name: str, new: Any, after: Contact) -> None:
        if name == "full_name":
            new = new or derived_full_name(after)
        claims = self.by_field.get(name, [])
        claim = next((claim for claim in claims if claim.value is not None), None)
        if name == "sort_as" and self._sort_as(claim, new):
            return
        empty = not new or (name == "kind" and new == "individual")
        if claim is None:
            if not empty and self._add(name, new):
                for damaged in claims:
                    self._remove(damaged)
        elif empty and name != "name":
            if name != "full_name":
                self._remove(claim)
        elif claim.value != new:
            self._rewrite(claim, new)

    def _sort_as(self, claim: Claim | None, new: str) -> bool:
        """In 4.0 it is a parameter of N. True where that settled it."""
        on_name = claim is not None and self._line(claim.lines[0]).name == "N"
        if not on_name and (claim is not None or self.form.version != "4.0"):
            return False
        index = next((i for i, line in enumerate(self.sheet.lines) if line.name == "N"), None)
        if index is None:
            return False
        old = (("SORT-AS", claim.value),) if claim else ()
        fresh = (("SORT-AS", new),) if new else ()
        self.sheet.edit(index).retype(
            Property("N", "", params=old), Property("N", "", params=fresh), self.form.version
        )
        return True

    # changing a value in place

    def _rewrite(self, claim: Claim, new: Any) -> None:
        if claim.value == new:
            return
        before, block = emit(claim.field, claim.value, self.form), emit(claim.field, new, self.form)
        if not block.properties:
            return
        if len(claim.lines) == 1 == len(block.properties) and len(before.properties) == 1:
            self._edit_line(claim, claim.lines[0], (before.properties[0], block.properties[0]), new)
        else:
            self._edit_lines(claim, before, block)
        self._annotate(claim, before, block)

    def _edit_line(self, claim: Claim, index: int, pair: tuple[Property, Property], new: Any) -> None:
        old, fresh = pair
        line = self.sheet.edit(index)
        self._change(line, old, fresh)
        if line.name.upper() != fresh.name.upper() and not self._reads_as(claim, line, new):
            self._replace(line, fresh)

    def _change(self, line: EditedLine, old: Property, fresh: Property) -> None:
        if old.value != fresh.value or _coding(old) != _coding(fresh):
            structured = fresh.name in ("N", "ADR", "ORG")
            line.set_value(_like(fresh.value, line.value) if structured else fresh.value, fresh.params)
        line.retype(old, fresh, self.form.version)

    def _reads_as(self, claim: Claim, line: EditedLine, new: Any) -> bool:
        """Whether the line under its own name (X-SPOUSE, X-AIM) says the new value."""
        probe = Reading([Line(b"", 0, *_cut(line.text(self.form.version)))], self.form.version)
        reader = READERS.get(probe.lines[0].name)
        if reader is None:
            return False
        reader(probe, probe.lines[0], 0)
        plain = replace(new, label="") if hasattr(new, "label") else new
        return any(found.field == claim.field and found.value == plain for found in probe.claims)

    def _replace(self, line: EditedLine, fresh: Property) -> None:
        head, value = _cut(block_lines(Block((fresh,)), line.group, self.form.version)[0])
        built = EditedLine(Line(b"", 0, head, value))
        line.name, line.params, line.value = built.name, built.params, built.value

    def _edit_lines(self, claim: Claim, before: Block, block: Block) -> None:
        """Values on several lines (ORG with TITLE and ROLE, ADR with LABEL): line by line, by property name."""
        lines = {self._line(index).name: index for index in reversed(claim.lines)}
        older = {row.name.upper(): row for row in before.properties}
        group = next((self.sheet.group(index) for index in claim.lines if self.sheet.group(index)), "")
        alone = len(self.by_field[claim.field]) == 1
        if (
            not group
            and (block.grouped or not alone)
            and any(row.name.upper() not in lines for row in block.properties)
        ):
            group = self.sheet.free_group()
            for index in claim.lines:
                self.sheet.edit(index).group = group
        for row in block.properties:
            index = lines.pop(row.name.upper(), -1)
            if index < 0:
                at = claim.lines[-1]
                self.sheet.added.setdefault(at, []).extend(
                    block_lines(Block((row,)), group, self.form.version)
                )
            elif older.get(row.name.upper()) != row:
                self._change(
                    self.sheet.edit(index), older.get(row.name.upper(), Property(row.name, "\0")), row
                )
        for index in lines.values():
            self.sheet.removed.add(index)

    # labels and countries

    def _annotate(self, claim: Claim, before: Block, block: Block) -> None:
        index = next((i for i in claim.lines if i not in self.sheet.removed), claim.lines[0])
        mate = self.sheet.mate(self.sheet.group(index), "X-ABLABEL") if self.sheet.group(index) else None
        token = built_in(self._text(mate)) if mate is not None else ""
        gone = bool(token) and token not in {kind for row in block.properties for kind in row.types}
        if before.label != block.label or (gone and built_in(block.label) != token):
            self._set_mate(index, "X-ABLabel", block.label)
        old, new = getattr(claim.value, "country_code", ""), block.country
        if old.lower() != new and (self.form.version != "4.0" or not new):
            self._set_mate(index, "X-ABADR", new)

    def _text(self, index: int) -> str:
        return self.sheet.lines[index].value

    def _set_mate(self, index: int, name: str, text: str) -> None:
        group = self.sheet.group(index)
        mate = self.sheet.mate(group, name.upper()) if group else None
        if mate is not None:
            if text:
                self.sheet.edit(mate).set_value(self.form.text(text), ())
            else:
                self.sheet.removed.add(mate)
        elif text:
            if not group:
                group = self.sheet.free_group()
                self.sheet.edit(index).group = group
            self.sheet.added.setdefault(index, []).append(f"{group}.{name}:{self.form.text(text)}")

    # lists: several values on a line

    def _list(self, row: Field, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
        was, will = set(old), set(new)
        gone, fresh = [v for v in old if v not in will], [v for v in new if v not in was]
        keys = {row.key(value) for value in gone}
        rewritten = {row.key(value) for value in fresh} & keys
        lines: dict[int, list[Any]] = {}
        for claim in self.by_field.get(row.name, ()):
            lines.setdefault(claim.lines[0], []).append(claim.value)
        kept = {index: [v for v in held if row.key(v) not in keys] for index, held in lines.items()}
        standing = {row.key(value) for held in kept.values() for value in held}
        for value in fresh:
            if row.key(value) not in standing or row.key(value) in rewritten:
                standing.add(row.key(value))
                self._place(row, value, kept)
        for index, held in kept.items():
            if held == lines.get(index):
                continue
            if not held:
                self.sheet.remove(index)
                continue
            texts = [emit(row.name, value, self.form).properties[0].value for value in held]
            self.sheet.edit(index).set_value(",".join(texts), ())

    def _place(self, row: Field, value: Any, kept: dict[int, list[Any]]) -> None:
        """Put a value on a line of its kind, else on a new one."""
        for held in kept.values():
            if held and (isinstance(value, str) or replace(value, value="") == replace(held[0], value="")):
                held.append(value)
                return
        for block in list_blocks(row.name, (value,), self.form):
            group = self.sheet.free_group() if block.label else ""
            self.sheet.append(block_lines(block, group, self.form.version), {block.properties[0].name})


def _moves(gone: list[Claim], fresh: list[Any]) -> dict[int, Any]:
    """Removed claims (by index) and the added values that take their lines: a changed number keeps its label and what
    else hangs on its line. Values of equal types and label belong together; what is left over, by order if it is one."""
    moved: dict[int, Any] = {}
    filed: dict[tuple[Any, ...], list[Any]] = {}
    for value in fresh:
        filed.setdefault(_hung(value), []).append(value)
    for at, claim in enumerate(gone):
        alike = filed.get(_hung(claim.value))
        if alike:
            mate = max(range(min(len(alike), 20)), key=lambda place: _likeness(alike[place], claim.value))
            moved[at] = alike.pop(mate)
    if len(gone) == 1 == len(fresh) and not moved and type(gone[0].value) is not Extra:
        moved[0] = fresh[0]
    return moved


def _likeness(one: Any, other: Any) -> int:
    """How many attributes two values share."""
    names = getattr(one, "__dataclass_fields__", ())
    return sum(getattr(one, name) == getattr(other, name) for name in names)


def _hung(value: Any) -> tuple[Any, ...]:
    """What a value is filed under."""
    if isinstance(value, Extra):
        return (value.name, value.params, value.label)
    return () if isinstance(value, str) else (value.types, value.label)


def _coding(row: Property) -> set[tuple[str, str]]:
    return {pair for pair in row.params if pair[0] in ("VALUE", "ENCODING", "X-APPLE-OMIT-YEAR")}


def _like(value: str, old: str) -> str:
    """A structured value without empty components at the end that the old one did not have."""
    count = len(pieces(old, ";"))
    while value.endswith(";") and not value.endswith("\\;") and len(pieces(value, ";")) > count:
        value = value[:-1]
    return value


def _cut(text: str) -> tuple[str, str]:
    head, _, value = text.partition(":")
    return head, value
