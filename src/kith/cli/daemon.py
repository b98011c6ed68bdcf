"""`kith daemon`."""

import json
import logging
import os
import sys

import click

from kith.cli.session import Session
from kith.config.load import find, load

PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
"""Levels of the journal (sd-daemon(3))."""


class JournalFormat(logging.Formatter):
    """Lines with the journal's priority prefix where systemd reads them, plain ones elsewhere."""

    def __init__(self, prefixed: bool) -> None:
        super().__init__("%(message)s" if prefixed else "%(asctime)s %(levelname)s %(message)s")
        self.prefixed = prefixed

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return f"<{PRIORITIES.get(record.levelno, 6)}>{text}" if self.prefixed else text


class JsonFormat(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        event = {"at": record.created, "level": record.levelname.lower(), "message": record.getMessage()}
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False)


@click.command("daemon")
@click.option(
    "--log-format", type=click.Choice(["auto", "json"]), default="auto", help="json: one object a line."
)
@click.pass_obj
def daemon_command(session: Session, log_format: str) -> int:
    """Run on a schedule until stopped. SIGUSR1: sync now; SIGHUP: read the config anew; SIGTERM: stop at the next card.

    Example: systemctl start kith; systemctl kill -s USR1 kith
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormat() if log_format == "json" else JournalFormat("JOURNAL_STREAM" in os.environ)
    )
    logger = logging.getLogger("kith")
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG if session.volume > 0 else logging.INFO)
    logger.propagate = False
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    from kith.daemon.service import Daemon

    file = find(session.config)
    store = session.store
    return Daemon(lambda: load(file), store).serve()
