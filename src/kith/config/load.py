"""config.toml -> Settings. All mistakes at once, each with file, line, key, and what to write instead."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from kith.config.settings import (
    TABLES,
    AccountSettings,
    AccountTable,
    MatchTable,
    MergeTable,
    MeTable,
    Settings,
    StoreTable,
    SyncTable,
)
from kith.connector import registry
from kith.connector.info import ConnectorInfo
from kith.connector.secrets import readable_by_others
from kith.model.fields import BY_NAME


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it stands (line 0 where that is not known), what is wrong, what to write instead."""

    line: int
    key: str
    what: str
    remedy: str = ""


class ConfigError(Exception):
    """The configuration cannot be used. `mistakes` lists everything that is wrong with it."""

    def __init__(self, file: Path | None, mistakes: Iterable[Mistake]) -> None:
        self.file, self.mistakes = file, tuple(mistakes)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """One line each: FILE:LINE: KEY: what; remedy. Without what is not known."""
        return [self._line(item) for item in self.mistakes]

    def _line(self, item: Mistake) -> str:
        place = f"{self.file}:{item.line}" if self.file and item.line else str(self.file or "")
        where = [part for part in (place, item.key) if part]
        return ": ".join([*where, item.what]) + (f"; {item.remedy}" if item.remedy else "")


def places(environment: Mapping[str, str] = os.environ) -> list[Path]:
    """Where config.toml is looked for, in order."""
    home = environment.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
    found = []
    if environment.get("KITH_CONFIG"):
        found.append(Path(environment["KITH_CONFIG"]))
    if environment.get("CONFIGURATION_DIRECTORY"):
        found.append(Path(environment["CONFIGURATION_DIRECTORY"].split(":")[0]) / "config.toml")
    return [*found, Path(home) / "kith" / "config.toml", Path("/etc/kith/config.toml")]


def find(given: Path | None = None) -> Path:
    """The config file to use. Raises ConfigError where there is none."""
    named = given or (Path(os.environ["KITH_CONFIG"]) if os.environ.get("KITH_CONFIG") else None)
    if named is not None:  # never another one than the user means
        if named.exists():
            return named
        raise ConfigError(
            named, [Mistake(0, "", "there is no such config file", "kith init writes a first one")]
        )
    for place in places():
        if place.exists():
            return place
    listed = " and ".join(map(str, places()))
    what = f"there is no config file yet (looked for {listed})"
    raise ConfigError(None, [Mistake(0, "", what, "kith init asks a few questions and writes one")])


def load(file: Path) -> Settings:
    """Read and check a config file. Raises ConfigError with every mistake."""
    try:
        text = file.read_text(encoding="utf-8-sig")  # with the mark that editors on Windows put in front
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            file, [Mistake(0, "", f"cannot be read ({_reason(error)})", _readable(error))]
        ) from None
    return parse(text, file)


def parse(text: str, file: Path | None = None) -> Settings:
    """Check the text of a config file. Raises ConfigError with every mistake."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        number = int(at[1]) if at else 0
        line = text.splitlines()[number - 1] if number else ""
        raise ConfigError(file, [Mistake(number, "toml", *_broken(str(error), line))]) from None
    if file is not None:
        _from_here(tables, file.absolute().parent)
    return _Reader(file, text).read(tables)


PATHS = ("path", "ca_file", "client_file", "inbox")
"""The keys that name a file or a folder, in whatever table."""


def _from_here(tables: dict[str, Any], folder: Path) -> None:
    """Files are named from the config file's folder, not from wherever a command, a timer or the daemon was started."""
    named = tables.get("accounts")
    accounts = named.values() if isinstance(named, dict) else ()
    for table in (tables.get("store"), tables.get("sync"), *accounts):
        if not isinstance(table, dict):
            continue
        secrets = [held for held in table.values() if isinstance(held, dict) and held.keys() == {"file"}]
        for place, key in [*((table, key) for key in PATHS), *((held, "file") for held in secrets)]:
            value = place.get(key)
            if isinstance(value, str) and value and not value.startswith("~"):
                place[key] = str(folder / value)


def _broken(said: str, line: str) -> tuple[str, str]:
    """What is wrong with a line that is no TOML, and what to write instead."""
    if said.startswith("Cannot declare"):
        return "this table is there twice", "keep one of the two, or give the second account another name"
    if said.startswith("Cannot overwrite"):
        return "this key is there twice in one table", "keep one of the two"
    if re.search("[“”„‘’«»]", line):
        return "curly quotes are no quotes here", 'write "..." with plain quotes'
    if "\\" in line:
        return (
            "a backslash means something else here",
            "write a path with / or between single quotes, such as 'C:\\Users\\anna'",
        )
    return said, "is a quote or a bracket missing?"


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return str(error.strerror if isinstance(error, OSError) else "it is not text in UTF-8")


def _readable(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, IsADirectoryError):
        return "name the file, not the folder"
    return "check its rights" if isinstance(error, OSError) else "save it as UTF-8"


NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""What an account may be called."""

SECRET_LINE = re.compile(r"\s*(?:\w+_)?(?:password|secret|token)\s*=\s*[\"']")
"""A line that gives a secret as a plain string."""


class _Reader:
    """Checks one file's tables, gathering mistakes."""

    def __init__(self, file: Path | None, text: str) -> None:
        self.file, self.lines = file, text.splitlines()
        self.mistakes: list[Mistake] = []

    def read(self, tables: dict[str, Any]) -> Settings:
        for name in tables:
            if name not in TABLES and name != "accounts":
                self._mistake((name,), "unknown table", _near(name, [*TABLES, "accounts"]))
        parts = {name: self._table((name,), kind, tables.get(name, {})) for name, kind in TABLES.items()}
        named = tables.get("accounts", {})
        accounts = self._accounts(named)
        merge = parts["merge"]
        if isinstance(merge, MergeTable) and isinstance(named, dict):
            self._check_prefer(merge, named)
        self._check_twice(accounts)
        warnings = self._open_secrets()
        if self.mistakes:
            raise ConfigError(self.file, sorted(self.mistakes, key=lambda item: item.line))
        return Settings(
            self.file,
            _as(parts["store"], StoreTable),
            _as(parts["sync"], SyncTable),
            _as(parts["match"], MatchTable),
            _as(merge, MergeTable),
            _as(parts["me"], MeTable),
            accounts,
            warnings,
        )

    def _table(self, path: tuple[str, ...], kind: type[BaseModel], value: Any) -> BaseModel | None:
        if not isinstance(value, dict):
            self._mistake(path, "must be a table", f"write [{'.'.join(path)}]")
            return None
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self._explain(path, kind, error)
            return None

    def _accounts(self, tables: Any) -> dict[str, AccountSettings]:
        accounts: dict[str, AccountSettings] = {}
        if not isinstance(tables, dict):
            self._mistake(("accounts",), "must hold tables", "write [accounts.NAME]")
            return accounts
        for rank, (name, table) in enumerate(tables.items()):
            found = self._account(name, table, rank)
            if found is not None:
                accounts[name] = found
        return accounts

    def _account(self, name: str, table: Any, rank: int) -> AccountSettings | None:
        path = ("accounts", name)
        if not isinstance(table, dict) or not isinstance(table.get("connector"), str):
            self._mistake(path, *_no_connector(table))
            return None
        if not NAME.fullmatch(name) or name == "kith":
            self._mistake(path, "is no usable name", "use letters, digits, - and _")
        info = self._connector((*path, "connector"), table["connector"])
        shared = {key: value for key, value in table.items() if key in AccountTable.model_fields}
        own = {key: value for key, value in table.items() if key not in shared}
        common = self._table(path, AccountTable, shared)
        if info is None:
            return None
        special = self._own(path, info.settings, own)
        if table.get("mode") == "two-way" and not info.capabilities.writes:
            self._mistake((*path, "mode"), f"{info.title} cannot be written", 'write mode = "read"')
        if not isinstance(common, AccountTable) or special is None:
            return None
        return AccountSettings(name, common, info, special, rank)  # type: ignore[arg-type]

    def _connector(self, path: tuple[str, ...], name: str) -> ConnectorInfo | None:
        """The connector of that name; of a misspelt one that which is meant, so that the rest can be checked as well."""
        for meant in dict.fromkeys((name, *difflib.get_close_matches(name, registry.available(), n=1))):
            try:
                return registry.load(meant)
            except registry.UnknownConnector as error:
                if meant == name:
                    self._mistake(path, error.message, error.remedy)
        return None

    def _own(self, path: tuple[str, ...], kind: type[BaseModel], value: dict[str, Any]) -> BaseModel | None:
        """Like `_table`, but a near key may also be one of those that all accounts share."""
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self._explain(path, kind, error, extra=list(AccountTable.model_fields))
            return None

    def _explain(
        self, path: tuple[str, ...], kind: type[BaseModel], error: ValidationError, extra: Iterable[str] = ()
    ) -> None:
        keys = [*kind.model_fields, *extra]
        for item in error.errors(include_url=False, include_input=False):
            where = tuple(str(part) for part in item["loc"] if not str(part).startswith("function-"))
            if item["type"] == "extra_forbidden":
                self._mistake((*path, *where), "unknown key", _near(where[-1], keys))
            elif item["type"] == "missing":
                self._mistake((*path, *where), "is missing", f"add {where[-1]} = ...")
            else:
                self._mistake((*path, *where), _plain(item["msg"]))

    def _check_prefer(self, merge: MergeTable, accounts: Iterable[str]) -> None:
        for field, names in merge.prefer.items():
            if field not in BY_NAME:
                self._mistake(("merge", "prefer"), f'"{field}" is no field', _near(field, list(BY_NAME)))
            for name in names:
                if name not in accounts:
                    self._mistake(
                        ("merge", "prefer"), f'there is no account "{name}"', _near(name, list(accounts))
                    )

    def _check_twice(self, accounts: Mapping[str, AccountSettings]) -> None:
        """Two accounts that are one place: each would take the other's writes for edits of its owner."""
        seen: dict[str, AccountSettings] = {}
        for name, item in accounts.items():
            other = seen.setdefault(item.place, item)
            if other is not item and item.overlaps(other):
                self._mistake(
                    ("accounts", name),
                    f'is the same place as the account "{other.name}"',
                    "take one of the two out, or give each its own address_books",
                )

    def _open_secrets(self) -> tuple[str, ...]:
        """A literal password is accepted with a warning, and refused where others may read the file."""
        found = [number for number, line in enumerate(self.lines, 1) if SECRET_LINE.match(line)]
        if not found or self.file is None:
            return ()
        if readable_by_others(self.file):
            for number in found:
                self.mistakes.append(
                    Mistake(
                        number,
                        "password",
                        "stands in a file that other users of this machine can read",
                        f"chmod 600 {self.file}, or use password.command, .file, .env or .credential",
                    )
                )
            return ()
        return tuple(
            f"{self.file}:{number}: a password stands in the config; password.command is safer"
            for number in found
        )

    def _mistake(self, path: tuple[str, ...], what: str, remedy: str = "") -> None:
        self.mistakes.append(Mistake(self._line(path), ".".join(path), what, remedy))

    def _line(self, path: tuple[str, ...]) -> int:
        """The line of a key: the last one that names it after its table's header; 0 where it is not found."""
        for depth in range(len(path), 0, -1):
            header = re.compile(
                r"\s*\[\s*" + r"\s*\.\s*".join(re.escape(part) for part in path[:depth]) + r"\s*\]"
            )
            start = next((number for number, line in enumerate(self.lines) if header.match(line)), None)
            if start is None:
                continue
            for key in path[depth:]:
                named = re.compile(r'\s*"?' + re.escape(key) + r'"?\s*[.=]')
                for number in range(start + 1, len(self.lines)):
                    if re.match(r"\s*\[", self.lines[number]):
                        break
                    if named.match(self.lines[number]):
                        return number + 1
            return start + 1
        return 0


def _no_connector(table: Any) -> tuple[str, str]:
    if not isinstance(table, dict):
        return "is no account", "accounts are tables with a name of yours: write [accounts.phone] above it"
    return "has no connector", 'write connector = "carddav" (or vcf, google, linkedin, ...)'


def _near(word: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(word, names, n=1)
    return (
        f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(sorted(names))}" if names else ""
    )


PLAIN = (
    (r"Input should be ('.*')", "write one of {0}"),
    (r"Input should be a valid tuple", 'write a list, such as ["A", "B"]'),
    (r"Input should be a valid boolean.*", "write true or false"),
    (r"Input should be a valid (?:integer|number).*", "write a number, without quotes"),
    (r"Input should be a valid string|Input is not a valid path", 'write a text between quotes, "..."'),
    (
        r"Input should be a valid dictionary or instance of Secret",
        'write the password between quotes, or password.command = ["pass", "show", "..."]',
    ),
    (r"Input should be a valid dictionary.*", "write a table, such as {{ a = ... }}"),
)
"""What pydantic says, in the words of a config file."""


def _plain(message: str) -> str:
    said = message.removeprefix("Value error, ")
    for pattern, words in PLAIN:
        if found := re.fullmatch(pattern, said):
            return words.format(*(group.replace("'", '"') for group in found.groups()))
    return said


def _as(value: BaseModel | None, kind: type[Any]) -> Any:
    assert isinstance(value, kind)
    return value


def store_path(
    settings: Settings | None, given: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Path:
    """Where the store is: --store, [store] path, $STATE_DIRECTORY, $XDG_DATA_HOME/kith."""
    if given is not None:
        return given
    if settings is not None and settings.store.path is not None:
        return settings.store.path.expanduser()
    if environment.get("STATE_DIRECTORY"):
        return Path(environment["STATE_DIRECTORY"].split(":")[0]) / "kith.db"
    home = environment.get("XDG_DATA_HOME") or str(Path("~/.local/share").expanduser())
    return Path(home) / "kith" / "kith.db"
