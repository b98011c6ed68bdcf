"""Runs the command `kith` in processes of its own, each a fork of this one, so that hundreds of runs cost little.

One order a line on standard input, as JSON: `arguments` of the command line, `out` the file for its output, `commit`
the store's commit point at which the run kills itself with SIGKILL (0: none), `after` whether just after that commit
or just before it. For each order two lines come back: the process id, upon which "go" must be sent, and in the end
the wait status with the number of commits.

Production code knows nothing of this: the connection that `kith.store.database` opens is wrapped here.
"""

import json
import os
import signal
import sqlite3
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import kith_connectors.carddav.connector  # noqa: F401 -- imported once for all runs
from kith.cli.main import run
from kith.store import database
from servers.wire import card

LOCK = threading.Lock()
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "COMMIT", "END")


class Counting:
    """A connection that counts what it makes durable, and can die on the way."""

    number = 0
    last = 0
    after = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        return self._do(sql, lambda: self._connection.execute(sql, values))

    def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
        return self._do(sql, lambda: self._connection.executemany(sql, rows))

    def executescript(self, sql: str) -> sqlite3.Cursor:
        return self._do("COMMIT", lambda: self._connection.executescript(sql))

    def _do(self, sql: str, verb: Any) -> Any:
        word = sql.split(None, 1)[0].upper()
        ends = word == "COMMIT" or (word in WRITES and not self._connection.in_transaction)
        if not ends:
            return verb()
        with LOCK:  # two accounts are written side by side
            Counting.number += 1
            here = Counting.number == Counting.last
        if here and not Counting.after:
            os.kill(os.getpid(), signal.SIGKILL)
        done = verb()
        if here:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


def child(order: dict[str, Any], go: int, told: int) -> None:
    """The run itself; never returns."""
    os.read(go, 1)
    out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    Counting.number, Counting.last, Counting.after = 0, order["commit"], order["after"]
    code = 99
    try:
        code = run(order["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(told, str(Counting.number).encode())
    finally:
        os._exit(code)


def warm_up() -> None:
    """One run over a folder of cards, so that all modules and tables are loaded before the first fork."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cards").mkdir()
        (folder / "cards" / "a.vcf").write_bytes(
            card("a", "Ada Example", "TEL:030 23125001", "EMAIL:a@example.org")
        )
        config = f'[sync]\nregion = "DE"\n[accounts.here]\nconnector = "vcf"\npath = "{folder}/cards"\n'
        (folder / "config.toml").write_text(config, "utf-8")
        code = run(["-q", "--config", f"{folder}/config.toml", "--store", f"{folder}/kith.db", "sync"])
        assert code == 0, code


def main() -> None:
    connect = database._connect
    database._connect = lambda path, stack: Counting(connect(path, stack))  # type: ignore[assignment,return-value]
    warm_up()
    for line in sys.stdin:
        order = json.loads(line)
        (ready, go), (said, told) = os.pipe(), os.pipe()
        pid = os.fork()
        if not pid:
            child(order, ready, told)
        os.close(ready)
        os.close(told)
        print(json.dumps({"pid": pid}), flush=True)
        sys.stdin.readline()
        os.write(go, b"x")
        os.close(go)
        _, status = os.waitpid(pid, 0)
        commits = os.read(said, 20).decode() or "0"
        os.close(said)
        print(json.dumps({"status": status, "commits": int(commits)}), flush=True)


if __name__ == "__main__":
    main()
