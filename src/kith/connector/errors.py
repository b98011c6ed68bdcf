"""Errors answer two questions: *again?* and *how much stops?*

ConnectorError
  Unreachable            later, with back-off          this account
  RateLimited            later, when the server says   this account
  AuthenticationFailed   not until the user acts       this account, one notification
  WrongPlace             not until the user acts       this account (login page, other principal, book gone)
  RevisionMismatch       once more after re-reading    this operation
  Rejected               never with this content       this operation
  BadReply               next run                      this record or book
  CursorExpired          now, with a full pull         nothing
  BadSource              not until the user acts       this account (wrong zip, unreadable file)
"""


class ConnectorError(Exception):
    """A failure at one account. `message` says what happened, `remedy` what the user can do about it."""

    again = "later"  # now, later, never
    stops = "account"  # nothing, operation, record, account

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    @property
    def in_doubt(self) -> bool:
        """Whether a write that ended so may have arrived all the same: no answer said that nothing was done."""
        return self.again == "later" and not isinstance(self, RateLimited)


class Unreachable(ConnectorError):
    """No answer, a reset or cut connection, a server error: nothing is known about what was sent."""


class RateLimited(ConnectorError):
    """The server asks to wait: `retry_after` in seconds, None where it does not say how long."""

    def __init__(self, message: str, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, remedy)
        self.retry_after = retry_after


class AuthenticationFailed(ConnectorError):
    """The login was refused."""

    again = "never"


class WrongPlace(ConnectorError):
    """Something answered, but it is not the address book that was configured."""

    again = "never"


class RevisionMismatch(ConnectorError):
    """The card is no longer at the expected revision (HTTP 412, a stale etag), or is gone, or exists already."""

    again = "now"
    stops = "operation"


class Rejected(ConnectorError):
    """The server refuses this card (HTTP 400, 403, 413, 507); the same content will be refused again."""

    again = "never"
    stops = "operation"


class BadReply(ConnectorError):
    """An answer that cannot be understood (ill-formed XML, rows missing). Never read as "fewer contacts"."""

    stops = "account"


class CursorExpired(ConnectorError):
    """The cursor is not accepted any more: pull again without it."""

    again = "now"
    stops = "nothing"


class BadSource(ConnectorError):
    """A file or folder that is not what the account says it is."""

    again = "never"
