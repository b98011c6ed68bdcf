"""A card that comes back after kith wrote it: what the server made of it, and what its owner changed since."""

from collections.abc import Iterable

from kith.merge.delta import Change, delta, patch
from kith.merge.survivorship import Relation, relation
from kith.model.contact import Contact
from kith.model.fields import BY_NAME


def without_edits(sent: Contact, found: Contact) -> tuple[Contact, bool]:
    """What the server holds of `sent` without its owner's edits, and whether there are any.

    Nobody can tell for sure who did what. So what the card has more than was sent is its owner's, and what it has less,
    or poorer, is the server's doing: an edit may be taken for granted twice, but nothing is ever removed by mistake.
    """
    changes = delta(sent, found, spelling=False)
    own = [change for change in changes if not _of_server(change)]
    return patch(sent, _rest(changes, own)), bool(own)


def _rest(changes: Iterable[Change], own: list[Change]) -> list[Change]:
    return [change for change in changes if change not in own]


def _of_server(change: Change) -> bool:
    if change.after is None or change.field == "photo":
        return True
    if change.before is None:
        return False
    if change.field == "notes":
        return str(change.before).startswith(str(change.after).rstrip())
    if BY_NAME[change.field].many:
        return True
    return relation(change.field, change.before, change.after) is Relation.POORER
