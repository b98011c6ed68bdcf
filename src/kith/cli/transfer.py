"""`kith export` and `kith import`."""

import contextlib
import io
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from kith.cli import render
from kith.cli.exits import DONE, FAILED, PARTLY, worst
from kith.cli.session import Session
from kith.cli.sync import exit_code, report
from kith.cli.words import count, cut
from kith.store.database import Database
from kith.sync.request import Result


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "vcf", "csv"]),
    default="json",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; default: standard output."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--version", "vcard", type=click.Choice(["3.0", "4.0"]), default="3.0", help="vCard version.")
@click.pass_obj
def export_command(session: Session, form: str, out: Path | None, vcard: str, force: bool) -> None:
    """Everything out, at any time: JSON (with provenance ids), vCards, or CSV for a spreadsheet.

    Example: kith export --format vcf --out contacts.vcf
    """
    if out is not None and out.exists() and not force:
        raise click.UsageError(f"{out} is there already; choose another name, or replace it with --force")
    with session.reading() as db:
        if out is None:
            _write(db, form, vcard, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        _write_whole(out, lambda target: _write(db, form, vcard, target))
    session.hint(f"written to {out}")


def _write_whole(out: Path, write: Callable[[BinaryIO], None]) -> None:
    """A file for its owner alone, that takes its name only when it is whole: an older one stays until then."""
    fresh = out.with_name(f".{out.name}.part")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target:
            os.fchmod(handle, 0o600)
            write(target)
        fresh.replace(out)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out)) from None
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def _write(db: Database, form: str, vcard: str, target: BinaryIO) -> None:
    from kith.sync.exported import as_json, as_vcards, people

    if form == "json":
        for text in as_json(db):
            target.write(text.encode())
    elif form == "vcf":
        for card in as_vcards(db, vcard):
            target.write(card)
    else:
        from kith.connector.tables import write_contacts

        table = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
        write_contacts([person.contact for person in people(db, ("active",))], table)
        table.detach()  # standard output stays open


@click.command("import")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--as-owner",
    is_flag=True,
    help="Also take network and mail exports as address books: everyone becomes a contact.",
)
@click.option("--dry-run", is_flag=True, help="Show what would come of it; write nothing.")
@click.pass_obj
def import_command(session: Session, paths: tuple[Path, ...], as_owner: bool, dry_run: bool) -> int:
    """Files and folders in, once: each is recognized by its content (vCards, LinkedIn, Google, Outlook, XING, mbox).

    Example: kith import ~/Downloads/contacts.vcf ~/Downloads/Basic_LinkedInDataExport.zip
    """
    from kith.sync.imports import import_paths

    result, failed = import_paths(
        session.settings_or_none(), session.store, paths, as_owner=as_owner, dry_run=dry_run
    )
    for path, why in failed:
        session.hint(f"! {path}: {why}")
        session.emit({"event": "failed", "path": str(path), "why": why})
    if result is None:
        return FAILED
    for name, item in result.accounts.items():
        if item.status == "ok":
            what = "to read" if dry_run else "read"
            session.say(f"{name.removeprefix('import:')}: {count(item.cards, 'card')} {what}")
            session.emit({"event": "imported", "account": name, "cards": item.cards})
    if dry_run:
        _tell_who(session, result)
    report(session, result, False)
    if result.joined:
        what = "would be joined" if dry_run else "joined"
        session.hint(f"{what} with people you know, or with each other: {count(result.joined, 'card')}")
    if not dry_run:
        _tell_next(session, list(result.accounts))
    return worst((exit_code(result, False), PARTLY if failed else DONE))


STATES = {"active": "a new contact", "inbox": "would wait in the inbox"}
"""What would become of someone whom only an import knows."""


def _tell_who(session: Session, result: Result) -> None:
    """Whom the cards of an import would be of, by name."""
    known = {person.id: person for person in result.facts.persons}
    people = known | {person.id: person for person in result.plan.persons}
    met = (people[one] for one in {link.person for link in result.plan.links})
    found = sorted(met, key=lambda person: (person.contact.full_name.casefold(), person.id))
    for person in found:
        name = person.contact.full_name
        session.emit({"event": "person", "id": person.id, "name": name, "state": person.state})
    for person in found[: render.LONG]:
        sign, what = ("~", "you know already") if person.id in known else ("+", STATES[person.state])
        session.say(f"  {sign} {cut(person.contact.full_name) or '(no name)'}   ({what})")
    if len(found) > render.LONG:
        session.say(f"  ... and {len(found) - render.LONG} more")


def _tell_next(session: Session, names: list[str]) -> None:
    """What becomes of the people of an import: contacts go to the accounts, those of networks and mail wait."""
    with session.reading() as db:
        query = (
            "SELECT person.id, state FROM card JOIN person ON person.id = card.person WHERE card.account = ?"
        )
        states = Counter(dict(tuple(row) for name in names for row in db.rows(query, (name,))).values())
    if states["inbox"]:
        session.hint(
            f"in the inbox, and sent nowhere: {count(states['inbox'], 'person', 'people')}; kith people --inbox shows them, kith "
            "edit NAME --keep makes one a contact"
        )
    if states["active"]:
        who = "the others" if states["inbox"] else "them"
        session.hint(f"the next kith sync brings {who} to your accounts")
    session.hint("kith undo takes the import back")
