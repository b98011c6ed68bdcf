"""What the options before the command say: which config, which store, how to speak."""

import difflib
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from kith.cli.words import as_json, printable
from kith.config.load import ConfigError, find, load, store_path
from kith.config.settings import Settings
from kith.store.database import Database, StoreError, open_database, open_reading


def no_account(name: str, known: Iterable[str]) -> click.UsageError:
    """The error for an account that is not there, with the nearest name or all of them."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(names) or 'none yet'}"
    return click.UsageError(f'there is no account "{name}"; {hint}')


@dataclass
class Session:
    """One call of the command line. `volume`: -1 quiet, 0 normal, 1 and more verbose."""

    config: Path | None
    store_file: Path | None
    as_json: bool
    volume: int

    @cached_property
    def settings(self) -> Settings:
        """The config. Raises ConfigError."""
        found = load(find(self.config))
        for warning in found.warnings:
            self.hint(warning)
        return found

    @property
    def store(self) -> Path:
        """Where the store is; the config is asked only where --store does not say it."""
        found = self.store_file or store_path(self.settings_or_none())
        if found.is_dir():
            raise StoreError(
                f"the store {found} is a folder", f"name a file in it, such as {found / 'kith.db'}"
            )
        return found

    def database(self) -> AbstractContextManager[Database]:
        """The store, locked for this command. Raises StoreError."""
        return self._opened(open_database)

    def reading(self) -> AbstractContextManager[Database]:
        """The store for looking only, also while a run holds its lock. Raises StoreError."""
        return self._opened(open_reading)

    @contextmanager
    def _opened(self, opening: Callable[[Path], Database]) -> Iterator[Database]:
        store = self.store
        if not store.exists():
            begin = "" if self.settings_or_none() is not None else "kith init sets kith up; then "
            raise StoreError(f"there is no store {store} yet", f"{begin}run kith sync first")
        with closing(opening(store)) as db:
            yield db

    def settings_or_none(self) -> Settings | None:
        """The config where there is one; commands that work without use this."""
        if "settings" in self.__dict__:
            return self.settings
        try:
            found = find(self.config)
        except ConfigError:
            if self.config is not None:
                raise
            return None
        return load(found)

    def emit(self, event: dict[str, Any]) -> None:
        """One machine-readable line, with --json only."""
        if self.as_json:
            print(as_json(event), flush=True)

    def say(self, text: str = "") -> None:
        """A line for a person: standard output, or standard error with --json."""
        if self.volume >= 0:
            click.echo(printable(text), err=self.as_json)

    def hint(self, text: str) -> None:
        """A remark beside the result, on standard error."""
        if self.volume >= 0:
            click.echo(printable(text), err=True)

    def warn(self, text: str) -> None:
        """What needs the user, on standard error, also with -q."""
        click.echo(printable(text), err=True)

    @property
    def interactive(self) -> bool:
        """Whether a person sits there: a terminal on both ends and no --json."""
        return sys.stdin.isatty() and sys.stdout.isatty() and not self.as_json
