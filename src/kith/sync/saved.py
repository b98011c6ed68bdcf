"""A plan kept in a file: shown to someone, applied later, refused when a card has moved since."""

import json
from pathlib import Path

from kith.model.operation import Operation
from kith.model.plan import Plan
from kith.store.codec import load, plain
from kith.store.database import StoreError

FORMAT = 1


def write_plan(path: Path, plan: Plan) -> None:
    """Save a plan, readable by its owner alone: it holds contacts. Raises StoreError rather than replace another file."""
    check_free(path)
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    path.write_text(
        json.dumps({"kith_plan": FORMAT, "plan": plain(plan)}, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def check_free(path: Path) -> None:
    """Raises StoreError where a file stands in the way that is no plan."""
    try:
        if path.exists() and path.stat().st_size:
            read_plan(path)
    except (StoreError, OSError):
        raise StoreError(f"{path} is there already and is no plan", "choose another name") from None


def read_plan(path: Path) -> Plan:
    """Read a saved plan. Raises StoreError where the file is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or found.get("kith_plan") != FORMAT:
            raise ValueError("another format")
        return load(Plan, json.dumps(found["plan"]))
    except (ValueError, KeyError) as error:
        raise StoreError(
            f"{path} is no plan of this kith version", "make one with kith sync --out PLAN"
        ) from error


def same_as(saved: Plan, now: Plan) -> list[str]:
    """What differs between a saved plan and the plan of this moment, in words; empty where they are the same."""
    before = {_name(item): _content(item) for item in saved.operations}
    after = {_name(item): _content(item) for item in now.operations}
    lines = [f"no longer needed: {name}" for name in before if name not in after]
    lines += [f"new since: {name}" for name in after if name not in before]
    lines += [f"changed since: {name}" for name in before if name in after and before[name] != after[name]]
    lines += [f"{hold.account} is held: {hold.why}" for hold in now.holds if hold not in saved.holds]
    return lines


def _name(item: Operation) -> str:
    return f"{item.action} {item.title or item.key.remote_id} in {item.key.account} ({item.key.remote_id})"


def _content(item: Operation) -> str:
    return f"{item.expected}|{item.before!r}|{item.after!r}"
