"""What must change where for one person: wanted against agreed, in each account's own shape."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kith.merge.delta import Change, delta, keyed, patch, translate
from kith.merge.merge import say
from kith.merge.spelling import alike, in_words_of, spelled_alike
from kith.model.account import Account
from kith.model.capabilities import Capabilities
from kith.model.contact import NOTHING, Contact
from kith.model.fields import BY_NAME, FIELDS, contents, values
from kith.model.holding import Holding
from kith.model.identity import remote_id
from kith.model.operation import Action, FieldChange, Operation, Reason
from kith.model.person import Person, Sourced
from kith.model.plan import HeldBack
from kith.model.record import RecordKey
from kith.plan.filter import parse
from kith.plan.shape import chooses, display_name, shape, unheld


@dataclass(frozen=True, slots=True)
class Wish:
    """A person as it shall be, with all that its planning depends on.

    `holdings` are its cards after this run's pull; `reasons` why cards of an account may differ ({account: reason}; ""
    for all others); `because` the same in words; `respelled` values to carry although they compare as equal;
    `waiting` accounts that hold a card of someone whom a question asks about; `generation` counts the cards that kith
    made for this person before, so that a new one never takes a deleted one's place.
    """

    person: Person
    holdings: tuple[Holding, ...] = ()
    reason: Reason = Reason.DRIFTED
    because: str = ""
    respelled: frozenset[tuple[str, str]] = frozenset()
    waiting: frozenset[str] = frozenset()
    restored: frozenset[str] = frozenset()
    unwanted: frozenset[RecordKey] = frozenset()
    frozen: frozenset[str] = frozenset()
    generation: str = ""


@dataclass
class Draft:
    """What planning one person gave. `unheld`: (account, field) of what of the person stays in kith only; `frozen`: whether
    something is not sent yet since it goes back and forth."""

    operations: list[Operation] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    unheld: list[tuple[str, str]] = field(default_factory=list)
    shapes: dict[int, Contact] = field(default_factory=dict)
    frozen: bool = False

    def shape(self, contact: Contact, abilities: Capabilities, held: Contact | None = None) -> Contact:
        """The person's contact in the shape of an account, made once for all accounts of these abilities."""
        if held is not None and chooses(abilities):
            return shape(contact, abilities, held)
        known = self.shapes.get(id(abilities))
        if known is None:
            known = self.shapes[id(abilities)] = shape(contact, abilities)
        return known


def plan_person(wish: Wish, accounts: Iterable[Account]) -> Draft:
    """All operations for one person at the given accounts, which are writable. Accounts of equal abilities should have
    the same `Capabilities`: the shape of the person is made once for all of them."""
    draft = Draft()
    for account in accounts:
        live = [item for item in wish.holdings if item.key.account == account.name]
        if wish.unwanted:
            draft.operations += [
                _delete(item, wish, Reason.UNDONE) for item in live if item.key in wish.unwanted
            ]
        whole = [item for item in live if item.grade != "quarantine" and item.key not in wish.unwanted]
        if wish.person.state == "deleted":
            draft.operations += [_delete(item, wish, Reason.DELETED) for item in whole]
        elif whole:
            _keep_up(draft, wish, account, whole)
        elif any(item.key not in wish.unwanted for item in live):
            draft.held_back.append(
                _held_back(wish, account, "its card there cannot be read; kith leaves it alone")
            )
        elif not live:
            _create(draft, wish, account)
        if wish.person.state == "active":
            contact, abilities = wish.person.contact, account.capabilities
            stays = unheld(contact, abilities, draft.shape(contact, abilities))
            draft.unheld += [(account.name, name) for name in stays]
    return draft


def _held_back(wish: Wish, account: Account, why: str) -> HeldBack:
    return HeldBack(account.name, wish.person.id, why, display_name(wish.person.contact))


def _create(draft: Draft, wish: Wish, account: Account) -> None:
    person = wish.person
    if person.state != "active" or account.name in person.kept_out:
        return
    if account.role == "enrich" and not account.filter:
        return
    if account.filter and not parse(account.filter)(person.contact):
        return
    if account.name in wish.waiting and account.name not in wish.restored:
        draft.held_back.append(
            _held_back(
                wish, account, "waits for review: it may be someone who is there already (kith review)"
            )
        )
        return
    wanted = draft.shape(person.contact, account.capabilities)
    token = remote_id(person.id, account.name, account.create_in, wish.generation)
    reason = Reason.RESTORED if account.name in wish.restored else Reason.MISSING
    draft.operations.append(
        Operation(
            Action.CREATE,
            RecordKey(account.name, account.create_in, token),
            person.id,
            reason,
            uid=person.uid or f"urn:uuid:{token}",
            after=wanted,
            because=wish.because,
            title=display_name(person.contact),
        )
    )


def _keep_up(draft: Draft, wish: Wish, account: Account, live: list[Holding]) -> None:
    if wish.person.state != "active":
        return  # who waits in the inbox is never written anywhere
    if account.outside == "remove" and account.filter and not parse(account.filter)(wish.person.contact):
        draft.operations += [_delete(item, wish, Reason.OUTSIDE) for item in live]
        return
    spare: list[tuple[Holding, Holding]] = []
    if account.duplicates == "consolidate":
        live, spare = _consolidated(live, wish.person.sourced)
    changed = set()
    for item in live:
        operation = _update(draft, item, wish, account)
        if operation is not None:
            draft.operations.append(operation)
            changed.add(item.key)
    for item, survivor in spare:
        needs = survivor.key if survivor.key in changed else None
        draft.operations.append(_delete(item, wish, Reason.CONSOLIDATED, needs))


def _update(draft: Draft, item: Holding, wish: Wish, account: Account) -> Operation | None:
    if contents(item.baseline) == contents(wish.person.contact):
        return None  # as it is with all whom one card alone speaks of
    baseline = shape(item.baseline, account.capabilities, item.baseline)
    wanted = draft.shape(wish.person.contact, account.capabilities, item.baseline)
    changes = [_own_spelling(change, wish.respelled) for change in delta(baseline, wanted, spelling=False)]
    draft.frozen = draft.frozen or any(change.field in wish.frozen for change in changes)
    changes = _inheriting([change for change in changes if change.field not in wish.frozen])
    changes += _respelled(wish, baseline, wanted, {(change.field, change.key) for change in changes})
    if not changes:
        return None
    reason = wish.reason
    return Operation(
        Action.UPDATE,
        item.key,
        wish.person.id,
        reason,
        expected=item.revision,
        uid=item.held.uid,
        before=item.held,
        after=patch(item.held, translate(changes, item.baseline, item.held)),
        agreed=patch(item.baseline, changes),
        fields=_spoken(changes),
        because=wish.because,
        title=display_name(wish.person.contact),
    )


def _own_spelling(change: Change, respelled: frozenset[tuple[str, str]]) -> Change:
    """A value that only gets another type or label keeps the spelling it has in this account."""
    if change.before is None or change.after is None or not change.key:
        return change
    if (change.field, change.key) in respelled:
        return change
    return replace(change, after=in_words_of(change.before, change.after))


def _inheriting(changes: list[Change]) -> list[Change]:
    """A value that takes the place of another keeps what only this account hangs on it: parameters, and the country code
    of an address in the same country."""
    gone = [change for change in changes if change.before is not None and change.after is None]
    return [_inherited(change, gone) if change.before is None else change for change in changes]


def _inherited(change: Change, gone: list[Change]) -> Change:
    new = change.after
    if not hasattr(new, "params"):
        return change
    old = next((item.before for item in gone if item.field == change.field and alike(item.before, new)), None)
    if old is None:
        return change
    kept = {} if new.params else {"params": old.params}
    if getattr(old, "country_code", "") and old.country == new.country and not new.country_code:
        kept["country_code"] = old.country_code
    return replace(change, after=replace(new, **kept))


def _respelled(wish: Wish, baseline: Contact, wanted: Contact, known: set[tuple[str, str]]) -> list[Change]:
    changes = []
    for name, key in sorted(wish.respelled - known):
        row = BY_NAME[name]
        old, new = keyed(baseline, row).get(key), keyed(wanted, row).get(key)
        if old is not None and new is not None and not spelled_alike(old, new):
            changes.append(Change(name, key, old, new))
    return changes


def _delete(item: Holding, wish: Wish, reason: Reason, needs: RecordKey | None = None) -> Operation:
    return Operation(
        Action.DELETE,
        item.key,
        wish.person.id,
        reason,
        expected=item.revision,
        uid=item.held.uid,
        before=item.held,
        because=wish.because,
        needs=needs,
        title=display_name(item.held),
    )


def _consolidated(
    live: list[Holding], sourced: Sequence[Sourced]
) -> tuple[list[Holding], list[tuple[Holding, Holding]]]:
    """The cards that stay, and (card, survivor) of those whose content goes into another card of the same book."""
    if len(live) == 1:
        return live, []
    stay: list[Holding] = []
    spare: list[tuple[Holding, Holding]] = []
    for item in sorted(live, key=lambda held: (held.linked_at, -_wealth(held.held), held.key)):
        survivor = next((other for other in stay if _same_beyond_doubt(item, other, sourced)), None)
        if survivor is None:
            stay.append(item)
        else:
            spare.append((item, survivor))
    return stay, spare


def _wealth(contact: Contact) -> int:
    return sum(len(values(contact, row)) for row in FIELDS)


def _same_beyond_doubt(item: Holding, other: Holding, sourced: Sequence[Sourced]) -> bool:
    """One book, and a personal identifier, one UID or the user's word. What kith itself wrote on a card is no evidence:
    an identifier counts where both cards' owners say it; a card that kith made stands for the person's other cards."""
    if item.key.book != other.key.book:
        return False
    if "user" in (item.linked_by, other.linked_by):
        return True
    if item.held.uid and item.held.uid == other.held.uid:
        return True
    made = {card.key for card in (item, other) if card.linked_by == "creation"}
    if len(made) == 2:
        return True
    own = {item.key, other.key} - made
    identifiers = [set(value.sources) for value in sourced if value.field in ("emails", "phones")]
    return any(own <= sources and len(sources) > 1 for sources in identifiers)


def told(operation: Operation) -> tuple[FieldChange, ...]:
    """What an operation changes, value by value, in words."""
    if operation.fields or operation.action is Action.UPDATE:
        return operation.fields
    return _spoken(delta(operation.before or NOTHING, operation.after or NOTHING))


def _spoken(changes: Sequence[Change]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(change.field, say(change.before), say(change.after)) for change in changes)
