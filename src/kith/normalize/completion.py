"""Names completed from what else a card tells: `Sabine J.` whose profile is `sabine-jung-12` is Sabine Jung."""

from collections.abc import Iterator

from kith.model.contact import Contact
from kith.normalize import emails, profiles
from kith.normalize.names import PersonName
from kith.normalize.nicknames import alike
from kith.normalize.spelling import word


def complete(name: PersonName, contact: Contact) -> tuple[PersonName, bool]:
    """(name, whether a part of it was read from a mailbox or a profile). Only missing parts and initials are filled in,
    and only where the other part agrees."""
    whole = len("".join(name.given)) > 1 and len("".join(name.family)) > 1
    if whole or name.kin:
        return name, False
    for found in _spelled(contact):
        better = _filled(name, found)
        if better is not None:
            return better, True
    return name, False


def _spelled(contact: Contact) -> Iterator[tuple[str, ...]]:
    """Words of profile handles, then of personal mailboxes, digits dropped."""
    for row in contact.profiles[:4]:
        key = profiles.key(row.service, row.handle[:200], row.url[:400])
        service, _, handle = key.partition(":")
        if service in {"linkedin", "xing"}:
            pieces = (word(piece) for piece in handle.replace("_", "-").replace(".", "-").split("-"))
            yield tuple(piece for piece in pieces if piece.isalpha())[:4]
    for mail in contact.emails[:6]:
        if emails.classify(mail.value) == "personal":
            yield tuple(part for part in emails.local_words(mail.value) if part.isalpha())


def _filled(name: PersonName, found: tuple[str, ...]) -> PersonName | None:
    if len(found) != 2 or min(map(len, found)) < 2:
        return None
    for given, family in (found, found[::-1]):
        if (
            _fits_given(name.given, given)
            and _fits_family(name.family, family)
            and (name.given or name.family)
        ):
            own = name.given if len("".join(name.given)) > 1 else (given,)
            return name._replace(given=own, family=(family,))
    if not name.given and not name.family and not name.nick:
        return name._replace(given=found[:1], family=found[1:])
    return None


def _fits_given(own: tuple[str, ...], read: str) -> bool:
    return not own or (own[0] == read[:1] if len(own[0]) == 1 else alike(own[0], read))


def _fits_family(own: tuple[str, ...], read: str) -> bool:
    return not own or (own[-1] == read[:1] if len(own[-1]) == 1 else own[-1] == read)
