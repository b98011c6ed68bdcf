"""`kith people`, `show`, `why`, `how`."""

import json
from collections.abc import Iterable
from typing import Any

import click

from kith.cli import render
from kith.cli.asking import the_person, two_cards
from kith.cli.past import LINKED, because, differences, done, event, when
from kith.cli.session import Session
from kith.cli.words import count, cut, safe
from kith.match.evidence import Evidence
from kith.match.explain import before_all, explain
from kith.merge.merge import say
from kith.model.fields import BY_NAME, FIELDS, values
from kith.model.person import USER, Person, Sourced
from kith.store.cards import card_row, owner, person, words
from kith.store.database import Database
from kith.store.lookup import search
from kith.store.pairs import key_text
from kith.store.people import cards_of
from kith.sync.judge import judge, judge_people


@click.command("people")
@click.argument("query", default="")
@click.option("--inbox", is_flag=True, help="Those who wait in the inbox: known only from networks and mail.")
@click.pass_obj
def people_command(session: Session, query: str, inbox: bool) -> None:
    """The people kith knows; QUERY is part of a name or an e-mail address.

    Example: kith people müller
    """
    with session.reading() as db:
        found = search(db, query, state="inbox" if inbox else None)
        rows = []
        for identity, title in found:
            cards = db.value("SELECT count(*) FROM card WHERE person = ?", (identity,))
            state = db.value("SELECT state FROM person WHERE id = ?", (identity,))
            session.emit({"event": "person", "id": identity, "name": title, "state": state, "cards": cards})
            rows.append(
                (
                    identity[:8],
                    cut(title or "(no name)", 40),
                    count(cards, "card"),
                    "" if state == "active" else state,
                )
            )
    for line in render.table(rows):
        session.say(line)
    session.hint(count(len(rows), "person", "people"))


@click.command("show")
@click.argument("who", metavar="PERSON")
@click.option("--history", is_flag=True, help="Every card before and after, run by run.")
@click.pass_obj
def show_command(session: Session, who: str, history: bool) -> None:
    """One person: what all devices shall show, and the cards it stands on.

    Example: kith show "Renée Müller" --history
    """
    with session.reading() as db:
        identity = the_person(db, who)
        found = person(db, identity)
        assert found is not None
        session.say(f"{found.contact.full_name or '(no name)'}   {identity}   {found.state}")
        for name, value in _values(found):
            session.say(f"  {name.replace('_', ' ')}: {cut(say(value), 100)}{_kinds(value)}")
        cards = cards_of(db, identity)
        for item in cards:
            session.say(f"  card {item.key}   ({LINKED.get(item.linked_by, item.linked_by)})")
        shown = [
            {
                "account": c.key.account,
                "address_book": c.key.book,
                "remote_id": c.key.remote_id,
                "uid": c.held.uid,
            }
            for c in cards
        ]
        session.emit(
            {
                "event": "person",
                "id": identity,
                "state": found.state,
                "contact": _plain(found),
                "cards": shown,
            }
        )
        if history:
            _history(session, db, identity)


def _plain(found: Person) -> Any:
    from kith.sync.exported import contact_object

    return contact_object(found.contact)


def _values(found: Person) -> Iterable[tuple[str, Any]]:
    for row in FIELDS:
        for value in values(found.contact, row):
            if not (row.name == "kind" and value == "individual") and not (
                row.name == "name" and found.contact.full_name
            ):
                yield row.name, value


def _kinds(value: Any) -> str:
    marks = [*getattr(value, "types", ()), *([value.label] if getattr(value, "label", "") else [])]
    return f"  ({', '.join(marks)})" if marks else ""


def _history(session: Session, db: Database, identity: str) -> None:
    for row in db.rows("SELECT * FROM card_history WHERE person = ? ORDER BY id", (identity,)):
        session.say(f"  {when(row['at'])}  run {row['run']}  {row['account']}: {done(row)}")
        for line in differences(row):
            session.say(line)
        session.emit(
            {"event": "history", "at": row["at"], "run": row["run"], "account": row["account"], "remote_id": row["remote_id"],
             "action": row["action"], "by": row["by"], "reason": row["reason"],
             "before": json.loads(row["before"]) if row["before"] else None,
             "after": json.loads(row["after"]) if row["after"] else None}
        )  # fmt: skip
    for row in db.rows("SELECT * FROM event WHERE person = ? ORDER BY id", (identity,)):
        session.say(f"  {when(row['at'])}  run {row['run']}  {event(row)}")


@click.command("why")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.pass_obj
def why_command(session: Session, first: str, second: str) -> None:
    """The evidence for and against two cards or people being one person, also if they were never compared.

    Example: kith why phone/4711.vcf "R. Müller"
    """
    with session.reading() as db:
        regions = regions_of(session)
        a, b = two_cards(db, first, second)
        one, two = owner(db, a), owner(db, b)
        if "/" not in first and "/" not in second and one and two and one != two:
            a, b, evidence = judge_people(db, one, two, regions)
        else:
            evidence = judge(db, a, b, regions)
        told = db.value(
            "SELECT same FROM decision WHERE a IN (?1, ?2) AND b IN (?1, ?2)",
            (key_text(a), key_text(b)),
        )
    session.say(f"{a}  and  {b}:")
    if told is not None:
        session.say(
            "  You said: "
            + ("one person." if told else "not the same person.")
            + " That outranks the evidence."
        )
    elif one is not None and one == two:
        session.say("  They are one person here.")
    for line in explain(evidence):
        session.say(f"  {safe(line)}")
    session.emit({"event": "why", "a": str(a), "b": str(b), "decision": told, **evidence_object(evidence)})


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    """Evidence as `kith review --json` and `kith why --json` print it."""
    items = [
        {
            "comparison": item.comparison,
            "level": item.level,
            "for": item.for_,
            "weight": round(item.weight, 2),
            "text": before_all(evidence.rival, item.weight) if item.comparison == "prior" else item.text,
        }
        for item in evidence.items
    ]
    return {"weight": round(evidence.weight, 2), "verdict": evidence.verdict, "evidence": items}


def regions_of(session: Session) -> dict[str, str]:
    settings = session.settings
    return {name: item.common.region or settings.sync.region for name, item in settings.accounts.items()}


@click.command("how")
@click.argument("who", metavar="PERSON")
@click.pass_obj
def how_command(session: Session, who: str) -> None:
    """How a person came to be: which card was joined when and why, and where every value comes from.

    Example: kith how "Renée Müller"
    """
    with session.reading() as db:
        identity = the_person(db, who)
        found = person(db, identity)
        assert found is not None
        session.say(f"{found.contact.full_name or '(no name)'}   {identity}")
        for item in cards_of(db, identity):
            row = card_row(db, item.key)
            assert row is not None
            session.say(
                f"  {when(item.linked_at / 1e6)}  {item.key}: {_linked(row['linked_by'], row['linked_from'], words(row, 'because'))}"
            )
            session.emit(
                {
                    "event": "link",
                    "card": str(item.key),
                    "by": row["linked_by"],
                    "because": list(words(row, "because")),
                }
            )
        for name, value in _values(found):
            source = _source(found, name, value)
            session.say(f"  {name.replace('_', ' ')}: {cut(say(value))}   {_sourced(source)}")
            session.emit(
                {"event": "value", "field": name, "value": say(value), "rule": source.rule if source else "",
                 "sources": [str(key) for key in source.sources] if source else []}
            )  # fmt: skip


def _linked(by: str, other: str, reasons: tuple[str, ...]) -> str:
    told = LINKED.get(by, by)
    with_whom = f" with {other.partition(chr(31))[0]}" if other else ""
    return told + with_whom + (": " + because(reasons) if reasons else "")


def _source(found: Person, name: str, value: Any) -> Sourced | None:
    key = BY_NAME[name].key(value) if BY_NAME[name].many and name != "notes" else ""
    return next((item for item in found.sourced if item.field == name and item.key == key), None)


def _sourced(source: Sourced | None) -> str:
    if source is None:
        return ""
    names = ["you" if key == USER else key.account for key in source.sources]
    return f"from {', '.join(dict.fromkeys(names))} ({source.rule}, {when(source.since)})"
