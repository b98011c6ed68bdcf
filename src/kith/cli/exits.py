"""Exit codes (a contract, see docs/reference/exit-codes.md) and how an error ends."""

import errno
import sys
from collections.abc import Iterable

from kith.cli.words import as_json, printable

DONE, FAILED, USAGE, PARTLY, STOPPED, CHANGES, LOCKED, LOGIN = 0, 1, 2, 3, 4, 10, 11, 12
INTERRUPTED = 1

OS_REMEDIES = {
    errno.ENOSPC: "the disk is full; make room there and run this again",
    errno.EDQUOT: "the disk is full; make room there and run this again",
    errno.ENOENT: "is there no such folder?",
    errno.EACCES: "check owner and rights",
    errno.EROFS: "this place cannot be written; name another one",
}
"""What helps where the system refuses something."""

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
    from kith.sync.patience import Interrupted

    if isinstance(error, Interrupted):
        return tell(
            ["stopped; what was begun is finished or written down, and the next run goes on"],
            INTERRUPTED,
            arguments,
        )
    if isinstance(error, ConfigError):
        return tell(error.lines(), USAGE, arguments)
    if isinstance(error, Locked):
        return tell([_sentence(error.message, error.remedy)], LOCKED, arguments)
    if isinstance(error, StoreError | ConnectorError):
        return tell([_sentence(error.message, error.remedy)], FAILED, arguments)
    if isinstance(error, OSError):
        what = f"{error.filename or 'a file'}: {error.strerror or error}"
        return tell([_sentence(what, OS_REMEDIES.get(error.errno or 0, ""))], FAILED, arguments)
    for word in arguments:
        if not _is_text(word):
            return tell([f"{word} is not written in UTF-8, and kith keeps no other text"], USAGE, arguments)
    if "-v" in arguments or "--verbose" in arguments:
        raise error
    return tell(
        [
            f"kith failed unexpectedly ({type(error).__name__}); your accounts are as they were after the last finished write. "
            "Run again with -v and report what it prints."
        ],
        FAILED,
        arguments,
    )


def _is_text(word: str) -> bool:
    """Whether a word of the command line is text: bytes that are none come as lone surrogates (PEP 383)."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sentence(message: str, remedy: str) -> str:
    return f"{message}: {remedy}" if remedy else message


def tell(lines: list[str], code: int, arguments: list[str]) -> int:
    """Print what went wrong, for people on standard error, with --json as an object, too; returns `code`."""
    for line in lines:
        print(f"kith: {printable(line)}", file=sys.stderr)
    emit_error(lines, code, arguments)
    return code


def emit_error(lines: list[str], code: int, arguments: list[str]) -> None:
    """With --json: an error is an object on standard output, whatever went wrong and wherever --json stands."""
    if "--json" in arguments:
        event = {"event": "error", "exit_code": code, "messages": lines}
        print(as_json(event))
