"""What needs the user and what the user decided, read from the store: for `kith status`, `kith doctor` and plans."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kith.cli.words import count, cut
from kith.config.settings import Settings
from kith.store.database import Database, at_work


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that needs the user: the account (or ""), what is the matter, and what helps."""

    account: str
    what: str
    remedy: str = ""

    def lines(self) -> Iterator[str]:
        """For a terminal."""
        yield f"! {self.account}: {self.what}" if self.account else f"! {self.what}"
        if self.remedy:
            yield f"  {self.remedy}"


def holds(db: Database, names: Iterable[str]) -> Iterator[Need]:
    """The accounts that a guard holds, and what the user answered."""
    for name in names:
        row = db.row(
            "SELECT hold, hold_remedy, hold_command, allowed, rejected FROM account WHERE name = ?", (name,)
        )
        if row is None or not row["hold"]:
            continue
        if row["allowed"] is not None:
            remedy = f"you approved this: {next_one(row['hold_command'])} carries it out"
        elif row["rejected"]:
            remedy = "you rejected this: the next kith sync puts the cards back"
        else:
            remedy = row["hold_remedy"]
        yield Need(name, f"held: {row['hold']}", remedy)


def next_one(command: str) -> str:
    """The command in a sentence: a plain sync comes by itself where the daemon or a timer is on."""
    return f"the next {command}" if command == "kith sync" else command


def failures(db: Database, names: Iterable[str]) -> Iterator[Need]:
    """The accounts that could not be read or written in their last run."""
    for name in names:
        row = db.row("SELECT problem, remedy FROM account WHERE name = ?", (name,))
        if row is not None and row["problem"]:
            yield Need(name, row["problem"], row["remedy"])


def cards(db: Database, names: Collection[str]) -> Iterator[Need]:
    """Cards that kith leaves alone, and those that one of these accounts refuses."""
    for row in db.rows("SELECT account, remote_id, problems FROM card WHERE grade = 'quarantine'"):
        said = "; ".join(json.loads(row["problems"]))
        yield Need("", f"{row['account']}/{row['remote_id']} cannot be read and is left alone: {said}")
    for row in db.rows("SELECT account, title, why FROM refused"):
        if row["account"] in names:
            yield Need(row["account"], f"refuses the card of {cut(row['title'])}: {row['why']}")


def cut_short(db: Database, store: Path) -> Iterator[Need]:
    """Writes that may or may not have arrived, because a run ended in their midst; none while a run is at work."""
    doubtful = db.rows(
        "SELECT account, count(*) FROM outbox WHERE state = 'sent' GROUP BY account ORDER BY account"
    )
    if doubtful and not at_work(store):
        said = ", ".join(f"{count(number, 'card')} of {account}" for account, number in doubtful)
        yield Need(
            "",
            f"a run was cut short while it wrote; of {said} kith does not know yet whether that arrived",
            "nothing is lost: the next kith sync asks there first, then goes on",
        )


def said_by_user(db: Database, people: Iterable[str], run: str) -> dict[str, str]:
    """{person: what the user decided about it} where nothing was written for this person since; `run` itself does not
    count."""
    found = {}
    for identity in people:
        row = db.row(
            "SELECT what, detail FROM event WHERE person = ?1 AND account = '' AND run <> ?2 AND what IN"
            " ('joined', 'split', 'edited', 'kept') AND at > coalesce((SELECT max(at) FROM card_history WHERE person = ?1"
            " AND by = 'kith' AND run <> ?2), 0) ORDER BY id DESC LIMIT 1",
            (identity, run),
        )
        if row is not None:
            found[identity] = (
                f"{row['what']} {row['detail']}".removesuffix(" by you").rstrip(",") + ", by you"
            )
    return found


def one_book_twice(settings: Settings, books: Iterable[tuple[str, str]]) -> Iterator[Need]:
    """Accounts of one server that hold the same address book, by (account, book): the config cannot show it where one
    names the server and the other the book."""
    seen: dict[tuple[str, str], str] = {}
    for name, book in sorted(set(books)):
        item = settings.accounts.get(name)
        host = urlsplit(str(getattr(item.own, "url", ""))).netloc if item is not None else ""
        if not host or not book:
            continue
        other = seen.setdefault((host, book), name)
        if other != name:
            yield Need(
                name,
                f"holds the same address book as {other}: {book}",
                "take one of the two accounts out of the config, or give each its own address_books; nothing is deleted by that",
            )


def books_of(db: Database) -> list[tuple[str, str]]:
    """(account, book) of every card."""
    return [(row[0], row[1]) for row in db.rows("SELECT DISTINCT account, book FROM card")]
