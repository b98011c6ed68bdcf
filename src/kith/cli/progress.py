"""How far a run has come: a line for each account on a terminal, a plain line every ten seconds elsewhere."""

import time
from types import TracebackType
from typing import Any

from kith.cli.session import Session

WORDS = {"pull": "reading", "apply": "writing"}
EVERY = 10.0
"""Seconds between two plain lines."""


class Progress:
    """A context manager; `tell` is what a run calls."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.bars: Any = _bars() if session.interactive and session.volume >= 0 else None
        self.tasks: dict[str, Any] = {}
        self.last = time.monotonic()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pause()

    def pause(self) -> None:
        """Clear the terminal for text or a question; the next `tell` goes on."""
        if self.bars is not None:
            self.bars.stop()

    def tell(self, stage: str, account: str, count: int) -> None:
        """`count` cards of `account` are through this stage."""
        text = f"{account}: {WORDS[stage]}, {count} cards"
        if self.bars is not None:
            self.bars.start()
            if account not in self.tasks:
                self.tasks[account] = self.bars.add_task(text, total=None)
            self.bars.update(self.tasks[account], description=text)
        elif time.monotonic() - self.last >= EVERY:
            self.last = time.monotonic()
            self.session.hint(f"{text} so far")


def _bars() -> Any:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Bars(*columns, console=Console(stderr=True), transient=True)
