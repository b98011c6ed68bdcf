"""The daemon as a user runs it: a process of its own, a notify socket, real files and loopback servers."""

import re
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from flow.daemonry import Manager, Running, until
from flow.house import House, file_account
from kith.daemon.systemd import notify
from kith.store.database import StoreError, open_database, open_reading
from servers.hostile import HostileServer
from servers.loopback import Loopback, Reply
from servers.wire import card

SOON = 'every = "1 hour"'
PASSWORD = "sesame-canary-5512"


class Home:
    """A house with two folders of cards and a daemon."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.a, self.b = folder / "a", folder / "b"
        self.a.mkdir()
        self.b.mkdir()
        (self.a / "anna.vcf").write_bytes(
            card("u-anna", "Anna Canary", "EMAIL:anna@canary.example", "TEL:+49 171 3920012")
        )
        self.configure()

    def configure(self, *tables: str, sync: str = SOON) -> None:
        own = [file_account(name, "vcf", getattr(self, name), "two-way") for name in ("a", "b")]
        self.house.write_config(*own, *tables, sync=sync)

    def files(self, name: str) -> set[str]:
        return {
            line[3:]
            for path in getattr(self, name).glob("*.vcf")
            for line in path.read_text("utf-8").splitlines()
            if line.startswith("FN:")
        }

    def value(self, sql: str, *values: object) -> object:
        """One value of the store, None as long as the daemon has not made it."""
        try:
            db = open_reading(self.house.store)
        except StoreError:
            return None
        try:
            return db.value(sql, values)
        finally:
            db.close()

    def put_back(self, sql: str) -> None:
        """Change the store behind the daemon's back, to make time pass."""
        db = open_database(self.house.store)
        try:
            db.execute(sql)
        finally:
            db.close()

    def runs(self, outcome: str = "done") -> int:
        found = self.value("SELECT count(*) FROM run WHERE command = 'daemon' AND outcome = ?", outcome)
        return int(str(found or 0))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def run(home: Home) -> Iterator[Callable[..., Running]]:
    """Start daemons; none outlives the test."""
    started: list[Running] = []

    def start(manager: Manager | str = "", watchdog: float = 0.0, **pace: float) -> Running:
        address = manager if isinstance(manager, str) else manager.address
        started.append(Running(home.house, address, pace, watchdog).start())
        return started[-1]

    yield start
    for one in started:
        one.kill()


@pytest.fixture(params=["path", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "notify") if request.param == "path" else f"@kith-{uuid.uuid4().hex}"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    with closing(Manager(str(tmp_path / "notify"))) as made:
        yield made


def dav(name: str, url: str, *more: str) -> str:
    lines = [f"[accounts.{name}]", 'connector = "carddav"', 'mode = "two-way"', f'url = "{url}"']
    return "\n".join([*lines, 'username = "alice"', f'password = "{PASSWORD}"', *more, ""])


@pytest.fixture
def silence() -> Iterator[Loopback]:
    """A server that takes requests and never answers."""
    with Loopback(lambda _request: Reply(silent=True, wait=60.0)) as server:
        yield server


def test_ready_status_watchdog_stopping(home, run, address):
    with closing(Manager(address)) as manager:
        _listens(home, run, manager)


def _listens(home: Home, run: Callable[..., Running], manager: Manager) -> None:
    daemon = run(manager, watchdog=0.4)
    until(lambda: manager.said("STATUS=next run") >= 2)
    assert manager.said("READY=1") == 1
    assert home.files("b") == {"Anna Canary"}
    idle = time.monotonic()
    until(lambda: manager.pings_since(idle) >= 4)
    assert time.monotonic() - idle < 4.0
    code, _ = daemon.stop()
    assert code == 0, daemon.log
    assert manager.said("STOPPING=1") == 1
    assert manager.listen().index("READY=1") < manager.listen().index("STOPPING=1")


def test_a_stuck_run_silences_the_watchdog_and_does_not_hold_up_a_stop(home, run, manager, silence):
    home.configure(dav("deaf", silence.url + "/"))
    daemon = run(manager, watchdog=0.2, stuck_after=1.0, leave_after=0.5)
    until(lambda: silence.requests, why=daemon.log)
    began = time.monotonic()
    until(lambda: manager.pings_since(began) >= 3)
    until(lambda: time.monotonic() - began > 1.5)
    mark = time.monotonic()
    time.sleep(0.8)
    assert manager.pings_since(mark) == 0
    code, seconds = daemon.stop()
    assert code == 0
    assert seconds < 5.0
    assert "the next run settles" in daemon.log


def test_pings_go_on_while_a_run_works(home, run, manager):
    with HostileServer() as server:
        server.password = PASSWORD
        server.fault("PUT", "delay", seconds=0.15)
        for number in range(12):
            (home.a / f"{number}.vcf").write_bytes(card(f"u{number}", f"Nr{number} Canary"))
        home.configure(dav("slow", server.book_url()))
        run(manager, watchdog=1.0, stuck_after=1.5)
        until(lambda: server.count("PUT") == 13)
        until(lambda: home.runs() == 1)
    assert manager.longest_silence() < 1.0


def test_sigterm_in_mid_run_stops_at_a_card_and_the_next_run_goes_on(home, run):
    with HostileServer() as server:
        server.password = PASSWORD
        server.fault("PUT", "delay", seconds=0.15)
        for number in range(20):
            (home.a / f"{number}.vcf").write_bytes(card(f"u{number}", f"Nr{number} Canary"))
        home.configure(dav("slow", server.book_url()))
        daemon = run()
        until(lambda: server.count("PUT") >= 3)
        code, seconds = daemon.stop()
        assert code == 0, daemon.log
        assert seconds < 10.0
        written = server.count("PUT")
        assert 3 <= written < 21
        assert len(server.books["contacts"].cards) == written
        server.faults.clear()
        daemon = run()
        until(lambda: len(server.books["contacts"].cards) == 21, why=daemon.log)
        until(lambda: home.runs() >= 1)
        assert server.count("PUT") == 21
        assert daemon.stop()[0] == 0


def test_asked_during_a_run_it_runs_exactly_once_more(home, run):
    with HostileServer() as server:
        server.password = PASSWORD
        server.fault("PUT", "delay", seconds=1.0)
        home.configure(dav("slow", server.book_url()))
        daemon = run()
        until(lambda: server.count("PUT") >= 1)
        for _ in range(3):
            daemon.send(signal.SIGUSR1)
            time.sleep(0.05)
        until(lambda: home.runs() == 2, why=daemon.log)
        time.sleep(0.7)
        assert home.runs() == 2
        daemon.send(signal.SIGUSR1)
        until(lambda: home.runs() == 3)


def test_a_changed_config_is_read_on_sighup_and_a_broken_one_is_not(home, run, manager):
    home.house.write_config(file_account("a", "vcf", home.a, "two-way"), sync=SOON)
    daemon = run(manager)
    until(lambda: manager.said("STATUS=next run") >= 2)
    good = home.house.config.read_text("utf-8")
    home.house.config.write_text(good + "\n[accounts.b]\nconector = 1\n", "utf-8")
    daemon.send(signal.SIGHUP)
    until(lambda: "the old one holds" in daemon.log)
    assert "config.toml:13: accounts.b" in daemon.log
    (home.b / "berta.vcf").write_bytes(card("u-berta", "Berta Canary"))
    home.configure()
    daemon.send(signal.SIGHUP)
    until(lambda: "Berta Canary" in home.files("a"), why=daemon.log)
    assert daemon.stop()[0] == 0


def test_restarts_do_not_postpone_what_is_due(home, run):
    for life in range(3):
        daemon = run()
        until(lambda life=life, daemon=daemon: daemon.log.count("started") == life + 1)
        until(lambda: home.runs() == 1)
        assert daemon.stop()[0] == 0
    assert home.runs() == 1, "nothing was due"
    home.put_back("UPDATE account SET last_at = last_at - 3600")
    daemon = run()
    until(lambda: home.runs() == 2, why=daemon.log)


def test_a_failing_account_waits_while_the_others_go_on(home, run, manager):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    home.configure(dav("away", f"http://127.0.0.1:{port}/"), sync='every = "1 second"')
    daemon = run(manager)
    until(lambda: home.runs() + home.runs("partly") >= 4, why=daemon.log)
    assert home.runs("partly") == 1
    assert home.value("SELECT fails FROM account WHERE name = 'away'") == 1
    retry, last = (
        float(str(home.value(f"SELECT max({key}) FROM account"))) for key in ("retry_at", "last_at")
    )
    assert 40 < retry - last < 61
    assert daemon.log.count("account=away") == 1, "said once, not at every turn"
    assert any("away: failed" in line for line in manager.listen())
    (home.a / "ben.vcf").write_bytes(card("u-ben", "Ben Canary"))
    until(lambda: "Ben Canary" in home.files("b"))


def test_another_run_holds_the_lock(home, run):
    home.house.kith("sync")
    home.put_back("UPDATE account SET last_at = 1")
    other = open_database(home.house.store)
    try:
        daemon = run(busy_again=0.3)
        until(lambda: daemon.log.count("another run is at work") >= 2)
        status = home.house.kith("status")
        assert "a " in status.text
        assert "last read" in home.house.kith("health", code=1).text
    finally:
        other.close()
    until(lambda: home.runs() == 1)
    assert home.house.kith("health").text.strip() == "all well"


def test_a_manager_that_does_not_read_never_freezes_it(home, run, tmp_path):
    deaf = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    deaf.bind(str(tmp_path / "deaf"))
    while notify("fill", {"NOTIFY_SOCKET": str(tmp_path / "deaf")}):
        pass
    deaf.setblocking(True)
    daemon = run(str(tmp_path / "deaf"), watchdog=0.1)
    try:
        until(lambda: home.files("b") == {"Anna Canary"}, why=daemon.log)
        assert daemon.stop()[0] == 0
    finally:
        deaf.close()


def test_mistakes_in_the_config_end_the_start_with_code_2(home):
    home.house.config.write_text('[accounts.a]\nconnector = "vfc"\n\n[sync]\nevry = "1 hour"\n', "utf-8")
    ran = home.house.kith("daemon", code=2)
    assert "vfc" in ran.err
    assert '"every"' in ran.err


def test_the_drop_folder_is_emptied_and_a_broken_one_stops_nothing(home, run):
    drop = home.house.folder / "drop"
    sync = f'every = "1 second"\ninbox = "{drop}"'
    home.configure(sync=sync)
    drop.mkdir()
    (drop / "failed").symlink_to(home.house.folder / "nowhere")
    (drop / "Dan Canary.html").write_text("<html><body>no export</body></html>", "utf-8")
    daemon = run()
    until(lambda: home.files("b") == {"Anna Canary"}, why=daemon.log)
    assert "drop folder" in daemon.log
    (drop / "failed").unlink()
    until(lambda: "drop folder well again" in daemon.log)
    (drop / "Carla Canary.vcf").write_bytes(card("u-carla", "Carla Canary", "EMAIL:carla@canary.example"))
    until((drop / "done" / "Carla Canary.vcf").exists, why=daemon.log)
    until((drop / "failed" / "Dan Canary.html.why.txt").exists)
    until(lambda: not [path for path in drop.iterdir() if path.is_file()])
    until(lambda: "unreadable=1" in daemon.log)
    (drop / "Ella Canary").mkdir()
    until(lambda: "drop folder folders in it=1: only files are read there" in daemon.log)
    assert "Canary" not in daemon.log


def test_the_audit_reads_everything_once_a_day(home, run):
    daemon = run()
    until(lambda: home.runs() == 1)
    assert daemon.stop()[0] == 0
    assert home.value("SELECT full_at FROM account WHERE name = 'a'") is None
    home.put_back("UPDATE account SET first_at = first_at - 86400, last_at = last_at - 3600")
    daemon = run()
    until(lambda: home.value("SELECT full_at FROM account WHERE name = 'a'"), why=daemon.log)


def test_the_journal_names_nobody(home, run):
    with HostileServer() as server:
        server.password = PASSWORD
        server.books["contacts"].store("x.vcf", card("u-x", "Xaver Canary", "TEL:+49 30 23125077"))
        server.books["contacts"].store("bad.vcf", b"this is no card of Yvonne Canary")
        home.configure(dav("phone", server.book_url()))
        daemon = run()
        until(lambda: "Xaver Canary" in home.files("b"), why=daemon.log)
        until(lambda: home.runs() + home.runs("partly") == 1)
        assert daemon.stop()[0] == 0
    assert re.search(r"account=b created=\d", daemon.log), "it does say what it did"
    for secret in ("Canary", "canary", "3920012", "23125077", PASSWORD, "Traceback"):
        assert secret not in daemon.log


def test_the_json_journal_is_one_object_a_line(home):
    import json

    process = subprocess.Popen(
        home.house.command("daemon", "--log-format", "json"),
        stderr=subprocess.PIPE,
        env=home.house.environment,
        text=True,
    )
    try:
        until(lambda: home.files("b") == {"Anna Canary"})
        process.terminate()
        _, err = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    assert {json.loads(line)["level"] for line in err.splitlines()} == {"info"}
