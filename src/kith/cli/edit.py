"""`kith edit`: what the user types about a person."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import click

from kith.cli.asking import deciding, the_person
from kith.cli.session import Session
from kith.cli.words import cut
from kith.merge.merge import say
from kith.model.contact import Contact, Date, Email, Name, Phone, Text, Url
from kith.model.fields import BY_NAME
from kith.model.person import USER, Person, Sourced
from kith.store.cards import person
from kith.store.people import change, set_state

_EDITS: dict[str, Any] = {"emails": Email, "phones": Phone, "urls": Url, "nicknames": Text}


@click.command("edit")
@click.argument("who", metavar="PERSON")
@click.option("--name", help="The full name, as GIVEN FAMILY.")
@click.option("--birthday", metavar="DATE", help="YYYY-MM-DD or --MM-DD.")
@click.option("--note", help="Replaces the note.")
@click.option(
    "--add", "added", multiple=True, metavar="FIELD=VALUE", help="emails, phones, urls, nicknames or groups."
)
@click.option("--remove", "removed", multiple=True, metavar="FIELD=VALUE", help="The same, away.")
@click.option("--keep", "state", flag_value="active", help="Take the person out of the inbox.")
@click.option("--discard", "state", flag_value="discarded", help="Never show this inbox person again.")
@click.pass_obj
def edit_command(session: Session, /, who: str, state: str | None, **changes: Any) -> None:
    """Change a person; the next sync brings it to every device.

    Example: kith edit "Renée Müller" --add phones="+49 171 3920012" --remove groups=Kunden
    """
    if state is None and not any(changes.values()) and changes.get("note") is None:
        raise click.UsageError("nothing to change: say what, such as --add phones=... or --birthday ...")
    with deciding(session, "edit") as word:
        identity = the_person(word.ledger.db, who, whole=True)
        before = person(word.ledger.db, identity)
        assert before is not None
        if state is not None:
            _check_waits(before, state)
            before = set_state(word, identity, state)
        after, told = _edited(before, changes)
        if told:
            change(word, before, after, "; ".join(told))
    kept = {"active": "kept: a contact from now on", "discarded": "discarded: never shown again"}
    said = [*([kept[state]] if state is not None else []), *told]
    session.say(
        f"{cut(after.contact.full_name) or identity}: {'; '.join(said)}: the next sync carries it out"
    )
    session.emit({"event": "edited", "person": identity, "changes": said})


def _check_waits(before: Person, state: str) -> None:
    """Refuse to keep or discard whoever does not wait in the inbox: a contact without a state would be synced no more."""
    if before.state in ("inbox", "discarded"):
        return
    name = cut(before.contact.full_name) or before.id
    remedy = "nothing to do" if state == "active" else "to delete a contact, delete it on one of your devices"
    raise click.UsageError(f"{name} is a contact and does not wait in the inbox; {remedy}")


def _edited(before: Person, changes: dict[str, Any]) -> tuple[Person, list[str]]:
    contact, told = before.contact, []
    touched: list[tuple[str, str]] = []
    if changes.get("name"):
        given, _, family = changes["name"].rpartition(" ")
        name = Name(family=(family,), given=(given,)) if given else Name(given=(family,))
        contact = replace(contact, full_name=changes["name"], name=name)
        touched += [("full_name", ""), ("name", "")]
        told.append(f"name: {changes['name']}")
    if changes.get("birthday"):
        contact = replace(contact, birthday=Date(_date(changes["birthday"])))
        touched.append(("birthday", ""))
        told.append(f"birthday: {changes['birthday']}")
    if changes.get("note") is not None:
        contact = replace(contact, notes=(Text(changes["note"]),) if changes["note"] else ())
        touched.append(("notes", ""))
        told.append("note")
    removed = set(before.removed)
    for sign, texts in (("+", changes.get("added", ())), ("-", changes.get("removed", ()))):
        for text in texts:
            field, value = _assignment(text)
            key = BY_NAME[field].key(value)
            held = any(BY_NAME[field].key(item) == key for item in getattr(contact, field))
            if sign == "-" and not held:
                raise click.UsageError(f'{contact.full_name or "this person"} has no {field} "{say(value)}"')
            rest = tuple(item for item in getattr(contact, field) if BY_NAME[field].key(item) != key)
            contact = _with(contact, field, (*rest, value) if sign == "+" else rest)
            removed = removed - {(field, key)} if sign == "+" else removed | {(field, key)}
            touched.append((field, key))
            told.append(f"{sign} {field} {say(value)}")
    kept = [item for item in before.sourced if (item.field, item.key) not in touched]
    mine = [
        Sourced(field, key, (USER,), 0.0, "edited") for field, key in touched if (field, key) not in removed
    ]
    sourced = tuple(sorted((*kept, *mine), key=lambda item: (item.field, item.key)))
    return replace(
        before, contact=contact, sourced=sourced, removed=tuple(sorted(removed)), edited=True
    ), told


def _with(contact: Contact, field: str, value: Any) -> Contact:
    changes: dict[str, Any] = {field: value}
    return replace(contact, **changes)


def _assignment(text: str) -> tuple[str, Any]:
    field, equals, value = text.partition("=")
    if field == "groups" and equals and value:
        return field, value
    if field not in _EDITS or not equals or not value:
        raise click.UsageError(
            f'"{text}": write FIELD=VALUE with FIELD one of {", ".join([*_EDITS, "groups"])}'
        )
    wrong = _ODD[field](value) if field in _ODD else ""
    if wrong:
        raise click.UsageError(f'"{value}" is no {wrong}')
    return field, _EDITS[field](value)


_ODD: dict[str, Callable[[str], str]] = {
    "emails": lambda text: "" if re.fullmatch(r"[^@\s]+@[^@\s]+", text) else "e-mail address",
    "phones": lambda text: "" if sum(map(str.isdigit, text)) >= 3 else "phone number",
    "urls": lambda text: "" if re.fullmatch(r"\S+\.\S+", text) else "web address",
}
"""What a value must look like to be taken from a command line: a slip must not reach every device."""


def _date(text: str) -> str:
    """A birthday as the user wrote it. Raises UsageError where there is no such day."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            date.fromisoformat(text)
            return text
        if re.fullmatch(r"--\d{2}-\d{2}", text):
            date.fromisoformat(f"2000-{text[2:]}")
            return text
    except ValueError:
        pass
    raise click.UsageError(f'"{text}" is no day; write 1990-02-01, or --02-01 without the year')
