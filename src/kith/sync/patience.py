"""Retries, back-off and the circuit breaker: once, around the verbs of every connector."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from kith.connector.errors import ConnectorError, RateLimited, Unreachable

T = TypeVar("T")

TRIES = 3
FIRST_WAIT = 0.5
LONGEST_WAIT = 20.0
REFUSALS = 3
"""How often an account may say "too many requests" in one run before it is left alone until the next."""


class Interrupted(Exception):
    """The user or the system asked to stop; everything begun was finished or is in the outbox."""


@dataclass
class Patience:
    """How one account is treated when it is slow, busy or away. `stop` ends waiting at once."""

    stop: threading.Event = field(default_factory=threading.Event)
    tries: int = TRIES
    refused: int = 0

    def call(self, verb: Callable[[], T], repeatable: bool = True) -> T:
        """Carry out a verb; a failure that may pass is tried again after a while. Raises the last ConnectorError.

        A verb that is not `repeatable` (a write whose answer was lost) is never repeated blindly: only a refusal that
        says that nothing was done is.
        """
        for attempt in range(1, self.tries + 1):
            if self.stop.is_set():
                raise Interrupted
            try:
                return verb()
            except RateLimited as error:
                self.refused += 1
                if (
                    self.refused >= REFUSALS
                    or attempt == self.tries
                    or (error.retry_after or 0) > LONGEST_WAIT
                ):
                    raise
                self._wait(error.retry_after if error.retry_after is not None else self._pause(attempt))
            except Unreachable:
                if not repeatable or attempt == self.tries:
                    raise
                self._wait(self._pause(attempt))
        raise AssertionError("unreachable: the loop returns or raises")

    def _pause(self, attempt: int) -> float:
        """Exponential, with jitter, so that many clients do not come back together."""
        return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1)) * (0.5 + random.random() / 2))

    def _wait(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise Interrupted


def retry_at(error: ConnectorError, fails: int, every: float) -> float:
    """When an account that failed is worth another try: what it said, else doubling from a minute up to its interval."""
    if isinstance(error, RateLimited) and error.retry_after:
        return time.time() + error.retry_after
    return time.time() + min(max(every, 60.0), 60.0 * float(2 ** min(fails, 10)))
