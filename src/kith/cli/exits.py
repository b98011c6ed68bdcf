"""Exit codes (a contract, see docs/reference/exit-codes.md) and how an error ends."""

import json
import sys
from collections.abc import Iterable

DONE, FAILED, USAGE, PARTLY, STOPPED, CHANGES, LOCKED, LOGIN = 0, 1, 2, 3, 4, 10, 11, 12
INTERRUPTED = 1

FIRST = (USAGE, LOCKED, FAILED, STOPPED, LOGIN, PARTLY, CHANGES, DONE)
"""Where several apply, the first of these."""


def worst(codes: Iterable[int]) -> int:
    """The exit code to return where several apply."""
    found = set(codes)
    return next((code for code in FIRST if code in found), DONE)


def explain(error: Exception, arguments: list[str]) -> int:
    """Say what went wrong and what to do; returns the exit code. With --json the error is an object, too."""
    from kith.config.load import ConfigError
    from kith.connector.errors import ConnectorError
    from kith.store.database import Locked, StoreError

    if isinstance(error, ConfigError):
        return _say(error.lines(), USAGE, arguments)
    if isinstance(error, Locked):
        return _say([_sentence(error.message, error.remedy)], LOCKED, arguments)
    if isinstance(error, StoreError | ConnectorError):
        return _say([_sentence(error.message, error.remedy)], FAILED, arguments)
    if isinstance(error, OSError):
        return _say(
            [_sentence(f"{error.filename or 'a file'}: {error.strerror or error}", "")], FAILED, arguments
        )
    if "-v" in arguments or "--verbose" in arguments:
        raise error
    return _say(
        [
            f"kith failed unexpectedly ({type(error).__name__}); your accounts are as they were after the last finished write. "
            "Run again with -v and report what it prints."
        ],
        FAILED,
        arguments,
    )


def _sentence(message: str, remedy: str) -> str:
    return f"{message}: {remedy}" if remedy else message


def _say(lines: list[str], code: int, arguments: list[str]) -> int:
    for line in lines:
        print(f"kith: {line}", file=sys.stderr)
    if "--json" in arguments:
        print(json.dumps({"event": "error", "exit_code": code, "messages": lines}, ensure_ascii=False))
    return code
