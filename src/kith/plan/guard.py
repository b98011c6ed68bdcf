"""Stops an account before harm is done, and says which command goes on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import floor

from kith.model.account import Account
from kith.model.facts import Book
from kith.model.operation import Action, Operation, Reason
from kith.model.plan import Hold

ALWAYS_ALLOWED = 5
"""Deletions in one run that no limit forbids."""

REWRITTEN_SHARE = 0.20
REWRITTEN_FLOOR = 20
"""A run that updates more than this share of a book (and more than the floor) is held after the first run."""

ANY = -1

AFTERWARDS = {
    "everywhere": "then these people are deleted on your other two-way accounts, too",
    "here": "then these people stay away there, and stay on the others",
    "never": "then they come back there: deletes is never",
}
"""What follows from an approved deletion, by the account's `deletes`."""


def limit(max_delete: str, cards: int) -> int:
    """How many of `cards` people may disappear in one run: `max_delete` is "7" or "10%"; 5 are always allowed."""
    text = max_delete.strip()
    share = floor(float(text[:-1]) / 100 * cards) if text.endswith("%") else int(text)
    return max(ALWAYS_ALLOWED, share)


def vanished(
    account: Account, books: Iterable[Book], gone: Mapping[str, int], allowed: int | None
) -> Hold | None:
    """A hold where more people vanished from a book than may: `gone` counts them by book, `allowed` is what the user
    allowed for this run (ANY, a number, or None)."""
    for book in books:
        count = gone.get(book.book, 0)
        if not count or allowed == ANY:
            continue
        permitted = limit(account.max_delete, book.cards) if allowed is None else allowed
        emptied = count >= book.cards and book.cards > 1 and allowed is None
        if count > permitted or emptied:
            what = "is empty now" if count >= book.cards else f"lacks {count} of {book.cards} cards"
            return Hold(
                account.name,
                f"the address book {book.book or account.name!r} {what}; kith does not carry such a loss to other devices by "
                f"itself (allowed in one run: {permitted})",
                f"if this was meant: kith approve {account.name} ({AFTERWARDS[account.deletes or 'everywhere']}); to put the cards back there: "
                f"kith reject {account.name}",
                missing=True,
            )
    return None


def lost(account: Account, book: str, cards: int, allowed: int | None) -> Hold | None:
    """A hold where a book with cards is not in the account any more: another place in the config, or taken away."""
    if allowed == ANY:
        return None
    return Hold(
        account.name,
        f"the address book {book or account.name!r}, where kith knows {cards} cards, is not in this account any more",
        f"check url, user name and address_books; if this was meant: kith approve {account.name}, then kith sync --full: nothing "
        f"is deleted by that, and whoever is missing in {account.name} is put into the address book that is there now",
        command="kith sync --full",
    )


def rewritten(
    account: Account,
    books: Mapping[str, Book],
    operations: Iterable[Operation],
    allowed: int | None,
    first: bool,
) -> Hold | None:
    """A hold where a plan would delete or rewrite too much of a book of this account. `allowed` as in `vanished`: a
    number of deletions permits no more than these, and ANY permits rewriting, too; `first`: some account is pulled for
    the first time, where many cards are enriched at once."""
    if allowed == ANY:
        return None
    deletes: Counter[str] = Counter()
    changes: Counter[str] = Counter()
    for operation in operations:
        if operation.action is Action.DELETE and operation.reason is not Reason.CONSOLIDATED:
            deletes[operation.key.book] += 1
        elif operation.action is not Action.CREATE:
            changes[operation.key.book] += 1
    for name, count in deletes.items():
        cards = books[name].cards if name in books else 0
        if count > (limit(account.max_delete, cards) if allowed is None else allowed):
            return Hold(
                account.name,
                f"this run would delete {count} of {cards} cards in {name or account.name!r}",
                f"look at the plan; if it is right: kith approve {account.name}, or kith sync --max-delete {count}",
            )
    for name, count in changes.items():
        cards = books[name].cards if name in books else 0
        if not first and count > max(REWRITTEN_FLOOR, REWRITTEN_SHARE * cards):
            return Hold(
                account.name,
                f"this run would rewrite {count} of {cards} cards in {name or account.name!r}",
                f"look at the plan (kith sync --dry-run); if it is right: kith approve {account.name}",
            )
    return None
