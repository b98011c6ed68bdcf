"""Ids that follow from what they name, so that a dry run and the run after it speak of the same things."""

import uuid

NAMESPACE = uuid.UUID("6f0a7f0e-5d0c-5c39-9d38-3b1f9d6b6b17")


def person_id(record: str, revision: str) -> str:
    """The id of the person whose first card is `record` at `revision`."""
    return uuid.uuid5(NAMESPACE, f"person\0{record}\0{revision}").hex[:20]


def remote_id(person: str, account: str, book: str, generation: str) -> str:
    """The id under which a card of a person is created in a book: the same again after a lost answer, another one
    after the card was deleted."""
    return str(uuid.uuid5(NAMESPACE, f"card\0{person}\0{account}\0{book}\0{generation}"))
