"""One run: pull, decide, accept, apply, close. `kith sync`, the daemon and the timer all come through here; a dry run is
the same line cut before `accept`, on a private copy of the store."""

import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kith.config.settings import AccountSettings, Settings
from kith.connector.api import Target, is_target
from kith.connector.errors import AuthenticationFailed, ConnectorError
from kith.model.account import Account
from kith.model.facts import Facts, Rules
from kith.model.plan import Plan
from kith.plan.guard import ANY
from kith.store import journal, staging, terms
from kith.store.cards import plan_again
from kith.store.database import Database, opened
from kith.store.journal import Ledger
from kith.store.rename import arrived, enter, follow
from kith.store.retention import back_up_daily, prune
from kith.sync.accounts import OpenAccount, describe, opening, state_folder
from kith.sync.collector import resting, seldom
from kith.sync.patience import Interrupted, Patience, retry_at
from kith.sync.pull import Pulled, Pulling, pull_all
from kith.sync.request import AccountResult, Request, Result, answerable, summary

# What decides and writes is loaded where there is something to decide: most runs find nothing.
if TYPE_CHECKING:
    from kith.store.accept import Queued
    from kith.store.undo import Inverse
    from kith.sync.apply import Applied, Writing

ROUNDS = 2
"""A write that found the card changed is planned anew once in the same run."""


def sync(settings: Settings, store: Path, request: Request) -> Result:
    """Carry out one run. Raises StoreError, Locked, ConnectorError only where nothing could be done at all."""
    with opened(store, request.dry_run) as db, seldom(), closing(Run(settings, db, store, request)) as run:
        return run.go()


class Run:
    """One run over an open store."""

    def __init__(self, settings: Settings, db: Database, store: Path, request: Request) -> None:
        self.settings, self.db, self.store, self.request = settings, db, store, request
        self.now = request.clock()
        self.id = request.id or uuid.uuid4().hex[:12]
        self.ledger = Ledger(db, self.id, self.now)
        self.open: dict[str, OpenAccount] = {}
        self.patience: dict[str, Patience] = {}
        self.results: dict[str, AccountResult] = {}
        self.warnings: list[str] = []
        self.places = {name: item.identity for name, item in settings.accounts.items()}
        self.whole: frozenset[str] = frozenset()  # accounts whose last pull listed every address book
        self.stopped: set[str] = set()  # held, or failed while written: no second round in this run

    def close(self) -> None:
        for item in self.open.values():
            item.close()

    def go(self) -> Result:
        """Open, recover, pull, decide; then, unless it is a dry run, accept, apply and close."""
        _check_clock(self.db, self.now, self.warnings)
        journal.start(self.db, self.id, self.now, self.request.command)
        staging.begin(self.db)
        self._open()
        self._recover()
        self._pull(self.request.full)
        self.warnings += terms.away(self.db, self.open)
        terms.compare(self.db, self.accounts(), self._sources())
        undo = self.request.prepare(self.ledger, self.accounts()) if self.request.prepare else None
        result = Result(
            self.id, self.request.dry_run, *self._decide(undo), self.results, warnings=self.warnings
        )
        plan = result.plan
        self._count(result)
        for hold in plan.holds:
            self.results[hold.account].status = "held"
            self.results[hold.account].problem, self.results[hold.account].remedy = hold.why, hold.remedy
        if self.request.dry_run:
            return result
        if not self.request.confirm(plan):
            result.declined = True
            journal.end(self.db, self.id, time.time(), "declined", {})
            return result
        try:
            self._carry_out(result)
        except Interrupted:
            result.interrupted = True
        result.interrupted |= self.request.stop.is_set() and any(item.left for item in result.applied)
        self._finish(result)
        return result

    # opening and reading

    def _open(self) -> None:
        self.warnings += follow(self.db, self.places)
        moved = enter(self.db, self.places)
        for name, item in self.settings.accounts.items():
            self.results[name] = AccountResult(name)
            self.patience[name] = Patience(self.request.stop)
            self.open[name] = self._open_one(item)
        if not moved.isdisjoint(
            self._sources()
        ):  # every address book is listed: those of before may not be there
            self.request = replace(self.request, full=True)

    def _open_one(self, item: AccountSettings) -> OpenAccount:
        account = describe(self.settings, item)
        if self.request.accounts and item.name not in self.request.accounts:
            return OpenAccount(item, account)
        folder = state_folder(self.store, item.name)
        try:
            source = item.info.open(item.own, opening(self.settings, item, folder))
        except ConnectorError as error:
            self._fail(item.name, error)
            return OpenAccount(item, account, None, error.message, error.remedy)
        return OpenAccount(item, describe(self.settings, item, source), source)

    def _fail(self, name: str, error: ConnectorError) -> None:
        status = "login" if isinstance(error, AuthenticationFailed) else "failed"
        found = self.results[name]
        found.status, found.problem, found.remedy = status, error.message, error.remedy
        fails = int(self.db.value("SELECT fails FROM account WHERE name = ?", (name,)) or 0)
        every = self.settings.accounts[name].common.every or self.settings.sync.every
        self.db.execute(
            "UPDATE account SET status = ?, problem = ?, remedy = ?, fails = fails + 1, retry_at = ? WHERE name = ?",
            (status, error.message, error.remedy, retry_at(error, fails, every), name),
        )

    def _recover(self) -> None:
        """Ask what became of writes whose answer was lost: a dry run, too, or it would take them for edits."""
        doubtful = {
            row[0] for row in self.db.rows("SELECT DISTINCT account FROM outbox WHERE state = 'sent'")
        }
        for name, item in self._sources().items():
            if name not in doubtful or not is_target(item.source):  # type: ignore[arg-type]
                continue
            from kith.sync.apply import recover

            try:
                said = recover(self._writing(name, []))
            except ConnectorError as error:
                self._fail(name, error)
                item.close()
                continue
            self.warnings += [f"{name}: settled after an interrupted run: {line}" for line in said]

    def _sources(self) -> dict[str, OpenAccount]:
        return {name: item for name, item in self.open.items() if item.source is not None}

    def _awake(self) -> frozenset[str]:
        return frozenset(self._sources()) - self.stopped

    def _pull(self, full: bool, only: set[str] | None = None) -> None:
        """Read all accounts, or only some, side by side."""
        self.whole = frozenset(self._sources()) if full else frozenset()
        jobs = [
            self._pulling(name, item, full)
            for name, item in self._sources().items()
            if only is None or name in only
        ]
        for pulled in pull_all(jobs, self.request.in_turn):
            self._pulled(pulled)

    def _pulling(self, name: str, item: OpenAccount, full: bool) -> Pulling:
        assert item.source is not None
        return Pulling(
            self.db,
            name,
            item.source,
            item.account.region,
            self.patience[name],
            full,
            lambda account, count: self.request.progress("pull", account, count),
        )

    def _pulled(self, pulled: Pulled) -> None:
        name = pulled.account
        self.results[name].seconds = pulled.seconds
        self.warnings += [f"{name}: {line}" for line in pulled.warnings]
        if pulled.error is not None:
            self._fail(name, pulled.error)
            self.open[name].close()
            return
        item = self.open[name]
        item.account = describe(self.settings, item.settings, item.source)
        self.db.execute(
            "UPDATE account SET status = 'ok', problem = '', remedy = '', fails = 0, retry_at = 0, last_at = ?, full_at ="
            " CASE WHEN ? THEN ? ELSE full_at END WHERE name = ?",
            (self.now, self.request.full, self.now, name),
        )

    # deciding

    def accounts(self) -> list[Account]:
        return [item.account for item in self.open.values()]

    def _decide(self, undo: "Inverse | None" = None) -> tuple[Plan, Facts]:
        awake = self._awake()
        if not self.request.full and self.request.prepare is None and staging.nothing_new(self.db, awake):
            asleep = frozenset(self.open) - awake
            return Plan(), Facts(self.now, tuple(self.accounts()), rules=self.rules(), asleep=asleep)
        from kith.decide import decide

        with resting():
            lost = staging.lost_books(self.db, self.whole)
            facts = replace(self._facts(undo), lost=lost)
            plan = decide(facts)
        return replace(plan, holds=tuple(answerable(hold, self.request) for hold in plan.holds)), facts

    def _facts(self, undo: "Inverse | None") -> Facts:
        from kith.store.facts import gather

        if undo is None:
            return gather(self.db, self.now, self.accounts(), self._awake(), self.rules())
        plan_again(self.db, undo.unwanted, dirty=1)
        facts = gather(self.db, self.now, self.accounts(), self._awake(), self.rules())
        return replace(facts, unwanted=frozenset(undo.unwanted), restored=frozenset(undo.restored))

    def rules(self) -> Rules:
        """What config, command line and `kith approve` say about deciding."""
        allowed: dict[str, int] = {}
        rejected = set()
        for row in self.db.rows("SELECT name, allowed, rejected FROM account"):
            if row["allowed"] is not None:
                allowed[row["name"]] = row["allowed"]
            if row["rejected"]:
                rejected.add(row["name"])
        if self.request.max_delete is not None:
            allowed = dict.fromkeys(self.settings.accounts, self.request.max_delete) | {
                name: count for name, count in allowed.items() if count == ANY
            }
        return Rules(
            automatic=self.settings.match.auto,
            timid=self.request.timid,
            full=self.request.full,
            prefer=dict(self.settings.merge.prefer),
            me=frozenset(address.casefold() for address in self.settings.me.emails),
            allowed=allowed,
            rejected=frozenset(rejected),
            region=self.settings.sync.region,
            undoing=self.request.prepare is not None,
        )

    # writing

    def _accept(self, facts: Facts, plan: Plan) -> "list[Queued]":
        if plan == Plan() and not facts.pulled:
            with self.db.transaction():
                self.db.execute("DELETE FROM outbox WHERE state = 'planned'")
                staging.close(self.db, facts, plan.holds)
            return []
        from kith.store.accept import accept

        return accept(self.ledger, facts, plan)

    def _carry_out(self, result: Result) -> None:
        plan = result.plan
        queued = self._accept(result.facts, plan)
        # the rest is in the store by now; writing needs the room
        result.facts = Facts(self.now, result.facts.accounts)
        for round_ in range(ROUNDS):
            applied = self._apply(queued)
            result.applied += applied
            self._close_push(applied)
            self.stopped |= {hold.account for hold in plan.holds}
            self.stopped |= {item.account for item in applied if item.error is not None}
            again = [
                (item.account, *pair) for item in applied if item.error is None for pair in item.superseded
            ]
            if not again or self.request.stop.is_set():
                break
            if round_ == ROUNDS - 1:
                self.warnings += [
                    f"{account}: {operation.title or operation.key.remote_id} waits for the next run: {why}"
                    for account, operation, why in again
                ]
                break
            self._pull(False, only={account for account, _, _ in again})
            plan, facts = self._decide()
            queued = self._accept(facts, plan)

    def _apply(self, queued: "Sequence[Queued]") -> "list[Applied]":
        jobs = []
        for name in self._sources():
            own = [item for item in queued if item.operation.key.account == name]
            if own:
                jobs.append(self._writing(name, own))
        if not jobs:
            return []
        from kith.sync.apply import apply_all

        applied = apply_all(jobs, self.request.in_turn)
        for item in applied:
            found = self.results[item.account]
            found.created += item.created
            found.updated += item.updated
            found.deleted += item.deleted
            if item.error is not None:
                self._fail(item.account, item.error)
        return applied

    def _writing(self, name: str, queued: "list[Queued]") -> "Writing":
        from kith.sync.apply import Writing

        item = self.open[name]
        target: Target = item.source  # type: ignore[assignment]
        return Writing(
            self.ledger,
            name,
            target,
            item.account.region,
            queued,
            self.patience[name],
            lambda account, count: self.request.progress("apply", account, count),
        )

    def _close_push(self, applied: "Sequence[Applied]") -> None:
        """Read back what was written, so that the next run starts from what the servers made of it. A change by
        someone else that shows up here stays staged: the cursor then does not move, and the next run finds it."""
        for item in applied:
            source = self.open[item.account].source
            if source is None or not item.done or item.error is not None:
                continue
            pulled = pull_all([self._pulling(item.account, self.open[item.account], False)])[0]
            if pulled.error is not None:
                self.warnings.append(
                    f"{item.account}: written, but not read back yet ({pulled.error.message})"
                )
            elif not pulled.changed and not pulled.gone:
                self.db.execute(
                    "UPDATE account SET cursor = coalesce(next_cursor, cursor), next_cursor = NULL WHERE name = ?",
                    (item.account,),
                )

    def _finish(self, result: Result) -> None:
        failed = any(item.status != "ok" for item in self.results.values())
        outcome = "interrupted" if result.interrupted else "partly" if failed else "done"
        for name in self.results:
            count = self.db.value("SELECT count(*) FROM card WHERE account = ?", (name,))
            self.results[name].cards = int(count)
        result.review = int(self.db.value("SELECT count(*) FROM question"))
        if not result.interrupted:
            unsettled = terms.unsettled(self.db)
            terms.settle(self.db, [name for name in unsettled if self._ended_well(name)])
            arrived(self.db, {name: own for name, own in self.places.items() if self._ended_well(name)})
        prune(self.db, self.now, self.settings.sync.keep_history)
        journal.end(self.db, self.id, time.time(), outcome, summary(result))
        self.warnings += back_up_daily(self.db, self.now)

    def _ended_well(self, name: str) -> bool:
        return name in self.results and name in self._sources() and self.results[name].status == "ok"

    def _count(self, result: Result) -> None:
        """Figures of the plan, for a dry run as for a real one."""
        people = {link.person for link in result.plan.links}
        known = {person.id for person in result.facts.persons}
        result.joined = len(result.plan.links) - len(people - known)
        result.review = int(self.db.value("SELECT count(*) FROM question")) + len(result.plan.questions)
        for name in self.results:
            held = int(self.db.value("SELECT count(*) FROM card WHERE account = ?", (name,)))
            new = sum(1 for link in result.plan.links if link.key.account == name)
            self.results[name].cards = held + new
        if self.request.dry_run:
            for operation in result.plan.operations:
                found = self.results[operation.key.account]
                name = {"create": "created", "update": "updated", "delete": "deleted"}[operation.action]
                setattr(found, name, getattr(found, name) + 1)


def _check_clock(db: Database, now: float, warnings: list[str]) -> None:
    last = db.value("SELECT started FROM run ORDER BY rowid DESC LIMIT 1")
    if last is not None and now < last - 60:
        warnings.append(
            "the clock of this machine stands before the last run; times in history may be out of order (check NTP)"
        )
