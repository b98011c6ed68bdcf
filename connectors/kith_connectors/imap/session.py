"""Connecting, logging in, and what each failure means to the user. IMAPClient is loaded here, and only when needed."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kith.connector.errors import (
    AuthenticationFailed,
    BadReply,
    ConnectorError,
    RateLimited,
    Unreachable,
    WrongPlace,
)
from kith.connector.reasons import reason
from kith_connectors.imap.settings import ImapSettings

# Response codes of RFC 5530 (and LIMIT of RFC 9738) that mean "not now" and not "wrong password".
_NOT_NOW = ("[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]", "[LIMIT]", "[THROTTLED]", "too many", "rate limit")


def library() -> Any:
    """The module imapclient. Raises ConnectorError when it is not installed."""
    try:
        import imapclient
    except ImportError as error:
        raise WrongPlace(
            "the library for IMAP is not installed", "pip install 'kith-contacts[imap]'"
        ) from error
    return imapclient


def connect(account: str, settings: ImapSettings) -> Any:
    """A logged-in IMAPClient. Raises ConnectorError."""
    with explained(account, settings):
        client = _connection(account, settings)
        try:
            if settings.security == "starttls":
                client.starttls(_trust(account, settings))
            _log_in(client, settings)
        except BaseException:
            hang_up(client)
            raise
    return client


def hang_up(client: Any) -> None:
    """Close the connection without a word; it may be broken already."""
    with suppress(OSError):
        client.shutdown()


def _connection(account: str, settings: ImapSettings) -> Any:
    host, port = settings.address
    tls = settings.security == "tls"
    context = _trust(account, settings) if tls else None
    try:
        return library().IMAPClient(host, port, ssl=tls, ssl_context=context, timeout=settings.timeout)
    except imaplib.IMAP4.error as error:
        # imaplib takes a greeting that is none for a broken connection, and one of BYE for an error.
        busy = "BYE" in str(error)
        if busy or (isinstance(error, imaplib.IMAP4.abort) and "unexpected" not in str(error)):
            raise imaplib.IMAP4.abort(str(error)) from error
        raise WrongPlace(
            f'account "{account}": what answers at {host} port {port} is no IMAP server',
            'check host and port; for port 143 set security = "starttls"',
        ) from error


def _trust(account: str, settings: ImapSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:
        raise WrongPlace(
            f'account "{account}": the certificate file {settings.ca_file} cannot be read ({error.strerror})',
            "check the path in ca_file; it must be a PEM file",
        ) from error


def _log_in(client: Any, settings: ImapSettings) -> None:
    secret = settings.password.reveal()
    if settings.auth == "xoauth2":
        client.oauth2_login(settings.username, secret)
    elif b"AUTH=PLAIN" in client.capabilities():
        client.plain_login(settings.username, secret)  # carries any character; LOGIN would need ASCII
    elif secret.isascii() and settings.username.isascii():
        client.login(settings.username, secret)
    else:
        raise library().exceptions.LoginError("this server takes letters of the English alphabet only")


@contextmanager
def explained(account: str, settings: ImapSettings, doing: str = "") -> Iterator[None]:
    """Turn what IMAPClient, imaplib and the network raise into ConnectorErrors that name account, item and remedy."""
    host, port = settings.address
    where = f'account "{account}" ({host} port {port})' + (f", {doing}" if doing else "")
    try:
        yield
    except ConnectorError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise WrongPlace(
            f"{where}: the server's certificate is not trusted ({error.verify_message})",
            "check the host name; for a server of your own put its certificate into ca_file",
        ) from error
    except ssl.SSLError as error:
        raise WrongPlace(
            f"{where}: no encrypted connection could be made ({error.reason})",
            'check the port; for port 143 set security = "starttls"',
        ) from error
    except (imaplib.IMAP4.abort, OSError, EOFError) as error:
        raise Unreachable(
            f"{where}: the server does not answer or broke off ({_short(error)})",
            "kith tries again later; nothing was changed",
        ) from error
    except (imaplib.IMAP4.error, ValueError) as error:
        raise _refusal(where, error, settings) from error


def _refusal(where: str, error: Exception, settings: ImapSettings) -> ConnectorError:
    said = _short(error)
    known = library().exceptions
    if any(mark.casefold() in said.casefold() for mark in _NOT_NOW):
        return RateLimited(f"{where}: the server asks to wait ({said})", "kith tries again later")
    if isinstance(error, known.LoginError):
        return AuthenticationFailed(
            f"{where}: the login of {settings.username} was refused ({said})", _login_remedy(settings)
        )
    if isinstance(error, known.CapabilityError):
        return WrongPlace(f"{where}: {said}", 'set security = "tls", or choose another auth')
    return BadReply(
        f"{where}: an answer that kith does not understand ({said})", "nothing was changed; try again later"
    )


def _login_remedy(settings: ImapSettings) -> str:
    if settings.auth == "xoauth2":
        return (
            "the access token is expired or for another service: get a new one with the command in password"
        )
    return (
        "check username and password; Google, Apple, Yahoo, Fastmail and many others want an app password, "
        "made in the security settings of your account there"
    )


def _short(error: Exception) -> str:
    text = " ".join(str(error).split()) or reason(error)
    return text[:200]
