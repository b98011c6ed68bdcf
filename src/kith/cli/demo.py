"""`kith demo`: the whole job on invented data, offline, in a temporary folder."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, closing
from pathlib import Path

import click

from kith.cli import demo_data, render
from kith.cli.past import because
from kith.cli.session import Session
from kith.cli.words import count, safe
from kith.config.load import load
from kith.config.settings import Settings
from kith.connector.errors import ConnectorError
from kith.match.explain import explain
from kith.store.cards import words
from kith.store.database import Database, open_reading
from kith.store.lookup import Unclear, find_person
from kith.sync.judge import judge_people
from kith.sync.request import Request, Result
from kith.sync.run import sync

PATIENCE = 15.0


@click.command("demo")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep everything in this folder, which must be new or empty.",
)
@click.option("--all", "show_all", is_flag=True, help="Print the plan whole.")
@click.pass_obj
def demo_command(session: Session, keep: Path | None, show_all: bool) -> int:
    """The whole job on invented data: a phone behind a real local CardDAV server, a Google export, a mailbox, a LinkedIn
    zip. Nothing of yours is read or written; no network is used.

    Example: kith demo --keep /tmp/kith-demo
    """
    began = time.monotonic()
    with ExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kith-demo-")))
        else:
            folder = _empty(keep)
        url = _server(folder, stack)
        people = demo_data.write(folder, url)
        settings = load(folder / "config.toml")
        session.say(
            f"{people} invented people: a phone (CardDAV at {url}), a Google export, a mailbox, a LinkedIn zip.\n"
        )
        return _show(session, settings, folder / "state" / "kith.db", show_all, began)


def _empty(folder: Path) -> Path:
    """The folder for all that the demo makes. One that holds anything is refused: its files could be the user's own."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty, and the demo overwrites nothing: name a new folder")
    return folder.resolve()


def _show(session: Session, settings: Settings, store: Path, show_all: bool, began: float) -> int:
    plan = sync(settings, store, Request(dry_run=True))
    session.say("The plan (kith sync --dry-run), nothing is written yet:\n")
    lines = list(render.plan_lines(plan.plan, show_all))
    for line in lines if show_all else lines[:60]:
        session.say(line)
    if len(lines) > 60 and not show_all:
        session.say(f"  ... {count(len(lines) - 60, 'more line')} (kith demo --all)")
    session.say(render.closing_line(plan) + "\n")
    done = sync(settings, store, Request())
    session.say("Applied (kith sync):  " + render.closing_line(done))
    again = sync(settings, store, Request())
    session.say("Second run:           " + render.closing_line(again) + "\n")
    with closing(open_reading(store)) as db:
        _why(session, settings, db)
        _inbox(session, db)
    for item in (done, again):
        for line in render.problem_lines(item):
            session.hint(line)
    session.say(
        f"Done in {time.monotonic() - began:.1f} s. Next: kith init (asks for your own accounts, starts read-only)."
    )
    session.emit(
        {
            "event": "demo",
            "first": _counts(done),
            "second": _counts(again),
            "planned": len(plan.plan.operations),
        }
    )
    same = [item.key for item in plan.plan.operations] == [item.key for item in done.plan.operations]
    quiet = not again.plan.operations and not any(_counts(again).values())
    return 0 if same and quiet and not done.failed else 1


def _counts(result: Result) -> dict[str, int]:
    accounts = result.accounts.values()
    return {name: sum(getattr(item, name) for item in accounts) for name in ("created", "updated", "deleted")}


def _why(session: Session, settings: Settings, db: Database) -> None:
    """Three pairs, explained: one that was joined, one that is asked about, one that stays apart."""
    regions = dict.fromkeys(settings.accounts, settings.sync.region)
    for title, first, second in demo_data.PAIRS:
        try:
            one, two = find_person(db, first), find_person(db, second)
        except Unclear:
            continue
        session.say(f"Why? {title}")
        if one == two:
            row = db.row("SELECT because FROM card WHERE person = ? AND because <> '[]'", (one,))
            session.say("  They are one person here.")
            if row is not None:
                session.say(f"  because: {because(words(row, 'because'))}")
        else:
            _, _, evidence = judge_people(db, one, two, regions)
            for line in explain(evidence)[:5]:
                session.say(f"  {safe(line)}")
        session.say()


def _inbox(session: Session, db: Database) -> None:
    waiting = db.value("SELECT count(*) FROM person WHERE state = 'inbox'")
    review = db.value("SELECT count(*) FROM question")
    session.say(
        f"{waiting} people known only from mail or LinkedIn wait in the inbox; {review} pairs wait for your word."
    )


def _server(folder: Path, stack: ExitStack) -> str:
    """A Radicale of our own on a loopback port; returns the address book's URL."""
    try:
        import radicale  # noqa: F401
    except ImportError:
        raise ConnectorError(
            "the demo runs a real CardDAV server and that is not installed",
            "pip install 'kith-contacts[demo]'",
        ) from None
    data = folder / "radicale"
    data.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (data / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[storage]\nfilesystem_folder = {data / 'books'}\n"
        "[web]\ntype = none\n[logging]\nlevel = error\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "radicale", "--config", str(data / "config")]
    log = stack.enter_context((data / "log").open("wb"))
    process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    _wait(port, process)
    return _make_book(f"http://127.0.0.1:{port}/demo/")


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise ConnectorError(
        "the local CardDAV server did not start", "run the demo again; --keep FOLDER keeps its log"
    )


def _make_book(home: str) -> str:
    url = home + "contacts/"
    body = (
        '<?xml version="1.0"?><mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype>'
        "<collection/><C:addressbook/></resourcetype><displayname>Contacts</displayname></prop></set></mkcol>"
    )
    try:
        for place, content in ((home, ""), (url, body)):
            request = urllib.request.Request(
                place, content.encode(), {"Content-Type": "application/xml"}, method="MKCOL"
            )
            urllib.request.urlopen(request, timeout=PATIENCE).close()
    except urllib.error.URLError as error:
        raise ConnectorError(f"the local CardDAV server refuses ({error})", "run the demo again") from error
    return url
