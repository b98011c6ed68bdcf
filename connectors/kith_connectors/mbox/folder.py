"""What mail on the disk has in common, whatever its layout: a path, and what goes wrong with it."""

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path

from kith.connector.errors import BadSource, ConnectorError
from kith.connector.info import Opening
from kith.connector.mail.account import MailAccount
from kith.connector.mail.pull import Reading
from kith_connectors.mbox.settings import MaildirSettings, MboxSettings

PROGRESS = 2000
"""Messages after which a reading tells that it goes on."""


class DiskMail(MailAccount):
    """A mail account under one path. `layout` names how the mail lies there: a cursor of another layout is of no use."""

    layout = ""

    def __init__(self, settings: MboxSettings | MaildirSettings, opening: Opening) -> None:
        super().__init__(settings, opening)
        self.path = Path(settings.path).expanduser()

    @property
    def setup(self) -> str:
        return f"{self.layout}:{self.path}"

    @abstractmethod
    def _read(self, reading: Reading) -> Iterator[None]:
        """Read what is new."""

    def read(self, reading: Reading) -> Iterator[None]:
        try:
            yield from self._read(reading)
        except FileNotFoundError as error:
            raise self._problem(
                f"{error.filename or self.path} is not there (any more)",
                "check the path; is the disk mounted? Nothing was changed in kith",
            ) from error
        except OSError as error:
            raise self._problem(
                f"{error.filename or self.path} cannot be read ({error.strerror})",
                "let the user that kith runs as read it",
            ) from error
        except BadSource as error:
            raise self._problem(error.message, error.remedy) from error

    def _problem(self, message: str, remedy: str) -> ConnectorError:
        return BadSource(f'the mail of account "{self.account}": {message}', remedy)
