"""Secrets by reference: resolved when they are used, never stored, never shown."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from kith.connector.errors import ConnectorError

COMMAND_TIMEOUT = 60.0
MASK = "********"


class SecretMissing(ConnectorError):
    """A secret could not be read from where the config says it is."""

    again = "never"


class Secret(BaseModel):
    """A reference to a secret. Exactly one of its keys is set.

    `command`: its first output line (no shell). `file`: the first line of a file. `env`: an environment variable.
    `credential`: a systemd credential (LoadCredential=). `keyring`: a service name in the system keyring (extra).
    A plain string in the config becomes `plain`; config loading warns about it and refuses a world-readable file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    command: tuple[str, ...] | None = None
    file: str | None = None
    env: str | None = None
    credential: str | None = None
    keyring: str | None = None
    plain: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "Secret":
        if len(self.model_fields_set) != 1:
            raise ValueError("give exactly one of command, file, env, credential, keyring")
        if self.command is not None and not any(self.command):
            raise ValueError('name a program and its words, such as ["pass", "show", "dav"]')
        return self

    def __repr__(self) -> str:
        shown = next(iter(self.model_fields_set))
        return f"Secret({shown}={MASK if shown == 'plain' else getattr(self, shown)!r})"

    __str__ = __repr__

    def reveal(self) -> str:
        """The secret itself, without a trailing newline. Raises SecretMissing with a remedy."""
        readers: dict[str, Callable[[], str]] = {
            "command": self._from_command,
            "file": self._from_file,
            "env": self._from_env,
            "credential": self._from_credential,
            "keyring": self._from_keyring,
            "plain": lambda: self.plain or "",
        }
        return readers[next(iter(self.model_fields_set))]()

    def _from_command(self) -> str:
        command = list(self.command or ())
        try:
            done = subprocess.run(command, capture_output=True, timeout=COMMAND_TIMEOUT, check=False)
        except (OSError, subprocess.TimeoutExpired, ValueError) as error:
            raise SecretMissing(
                f"the command for the password did not run: {' '.join(command)} ({_why(error)})",
                "run the command by hand and see that it prints the password",
            ) from None
        first = done.stdout.decode("utf-8", "replace").splitlines()[:1]
        if done.returncode or not first:
            raise SecretMissing(
                f"the command for the password ended with {done.returncode} and no password: {' '.join(command)}",
                "run the command by hand; is the password store unlocked?",
            )
        return first[0]

    def _from_file(self) -> str:
        path = Path(self.file or "").expanduser()
        try:
            return _first_line(path)
        except OSError as error:
            raise SecretMissing(
                f"the password file {path} cannot be read ({error.strerror})", "check its path and its owner"
            ) from None
        except UnicodeDecodeError:
            raise SecretMissing(
                f"the password file {path} is no text in UTF-8",
                "write the password alone into it, as plain text",
            ) from None

    def _from_env(self) -> str:
        value = os.environ.get(self.env or "")
        if not value:
            raise SecretMissing(
                f"the environment variable {self.env} is not set", f"set {self.env} where kith is started"
            )
        return value

    def _from_credential(self) -> str:
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        if not folder:
            raise SecretMissing(
                f"the systemd credential {self.credential} is not there: kith does not run as a systemd unit",
                f"add LoadCredential={self.credential}:/path to the unit, or use password.file",
            )
        try:
            return _first_line(Path(folder) / Path(self.credential or "").name)
        except OSError:
            raise SecretMissing(
                f"the systemd credential {self.credential} is not there",
                f"add LoadCredential={self.credential}:/path to the unit",
            ) from None

    def _from_keyring(self) -> str:
        try:
            import keyring
        except ImportError:
            raise SecretMissing(
                "the keyring library is not installed", "pip install 'kith-contacts[keyring]'"
            ) from None
        try:
            value = keyring.get_password(self.keyring or "", "kith")
        except keyring.errors.KeyringError as error:
            raise SecretMissing(
                f"the system keyring cannot be read ({_locked(error)})",
                "on a machine without a desktop use password.command, .file or .credential",
            ) from None
        if not value:
            raise SecretMissing(
                f"the keyring has no entry {self.keyring!r}", f"keyring set {self.keyring} kith"
            )
        return str(value)


def _why(error: OSError | subprocess.TimeoutExpired | ValueError) -> str:
    """Why a command did not run."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it did not end within {COMMAND_TIMEOUT} seconds"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "no program can be called so"


def _locked(error: Exception) -> str:
    """Why a keyring cannot be read; its library has a class for each reason."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return "it is locked" if "KeyringLocked" in kinds else "there is none that kith can open here"


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return lines.readline().rstrip("\r\n")


def readable_by_others(path: Path) -> bool:
    """Whether group or world may read a file that holds a secret."""
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _reference(value: Any) -> Any:
    return {"plain": value} if isinstance(value, str) else value


SecretRef = Annotated[Secret, BeforeValidator(_reference)]
"""The type of a secret in a connector's settings: a string or a reference."""
