"""Logging in with OAuth, on a machine with or without a browser, and the token that stays."""

import contextlib
import json
import secrets
import socket
import threading
import warnings
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kith.connector.errors import AuthenticationFailed, ConnectorError, Unreachable
from kith.connector.info import Opening
from kith.connector.reasons import reason
from kith_connectors.google.calls import missing_library
from kith_connectors.google.pictures import write_private
from kith_connectors.google.settings import GoogleSettings

Say = Callable[[str], None]
Ask = Callable[[str], str]

HOST = "127.0.0.1"
WAIT = 600.0
"""Seconds that the login waits for the browser to come back."""

PAGE = b"<!doctype html><meta charset=utf-8><title>kith</title><p>kith is logged in. You can close this page."
PERMISSIONS = "https://myaccount.google.com/connections"


def token_file(opening: Opening) -> Path:
    return opening.state_dir / f"google-{opening.account}.json"


def login(settings: GoogleSettings, opening: Opening, ask: Ask, show: Say, paste: bool = False) -> None:
    """Get the right to read (and write) the contacts, and keep it in the account's private folder (mode 0600).

    Without `paste` the browser comes back to this machine on a loopback port; over ssh that needs a tunnel, whose
    command is shown. With `paste` the user opens the page anywhere and pastes the address that the browser ends at.
    `show` tells the user something, `ask` also waits for an answer. Raises ConnectorError, and then keeps the old token.
    """
    client_id, client_secret = settings.client()
    with contextlib.ExitStack() as open_things:
        listener = None if paste else open_things.enter_context(_Listener())
        flow = _flow(settings, client_id, client_secret, listener.port if listener else _free_port())
        open_things.enter_context(contextlib.closing(flow.oauth2session))
        # Both are needed for a refresh token: Google sends it on the first consent only, unless it is asked again.
        url, state = flow.authorization_url(
            access_type="offline",
            prompt="consent",
            login_hint=settings.username,
            state=secrets.token_urlsafe(24),
        )
        if listener:
            show(_directions(url, settings.username, listener.port))
            answer = listener.wait()
        else:
            show(_directions_to_paste(url, settings.username))
            answer = ask("The address the browser ended at").strip()
        _finish(flow, _checked(answer, state, opening.account), settings, opening)
    show(f"{opening.account}: logged in; the login is kept in {token_file(opening)}")


def _flow(settings: GoogleSettings, client_id: str, client_secret: str, port: int) -> Any:
    try:
        from google_auth_oauthlib.flow import Flow
    except ImportError:
        raise missing_library() from None
    client = {
        "client_id": client_id,
        "client_secret": client_secret,
        "auth_uri": settings.auth_uri,
        "token_uri": settings.token_uri,
    }
    flow = Flow.from_client_config({"installed": client}, settings.scopes, autogenerate_code_verifier=True)
    flow.redirect_uri = f"http://{HOST}:{port}/"
    return flow


def _directions(url: str, who: str, port: int) -> str:
    return (
        f"Open this page in a browser on this machine, choose the Google account {who}, and agree:\n\n  {url}\n\n"
        f"Does the browser run on another machine? Then first run there, and leave it running:\n\n"
        f"  ssh -L {port}:{HOST}:{port} USER@THIS-MACHINE\n\n"
        "Or start again with --paste, which needs no tunnel."
    )


def _directions_to_paste(url: str, who: str) -> str:
    return (
        f"Open this page in any browser, choose the Google account {who}, and agree:\n\n  {url}\n\n"
        f"The browser then ends at a page that cannot be shown, at http://{HOST}:... That is as it should be.\n"
        "Copy that whole address from the browser's address line and paste it here."
    )


def _checked(answer: str, state: str, account: str) -> str:
    """The redirect's address, if it answers our question and says yes."""
    query = {key: values[0] for key, values in parse_qs(urlsplit(answer).query).items()}
    again = f"run again: kith auth {account}"
    if query.get("error"):
        raise AuthenticationFailed(f"Google did not grant access ({query['error']})", again)
    if not query.get("code"):
        raise AuthenticationFailed("the address has no code in it", f"copy the whole address; {again}")
    if not secrets.compare_digest(query.get("state", "").encode(), state.encode()):
        raise AuthenticationFailed("the address belongs to another login", again)
    return str(query["code"])


def _finish(flow: Any, code: str, settings: GoogleSettings, opening: Opening) -> None:
    credentials = _exchange(flow, code, opening.account)
    granted = set(credentials.granted_scopes or credentials.scopes or ())
    if granted and not granted >= set(settings.scopes):
        raise AuthenticationFailed(
            "the right to the contacts was not granted",
            f"run again: kith auth {opening.account}, and tick the box for the contacts",
        )
    if not credentials.refresh_token:
        raise AuthenticationFailed(
            "Google sent no refresh token, so the login would end within the hour",
            f"remove kith at {PERMISSIONS}, then run again: kith auth {opening.account}",
        )
    store_token(opening, credentials.refresh_token, credentials.client_id, settings.scopes)


def _exchange(flow: Any, code: str, account: str) -> Any:
    import requests
    from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # oauthlib warns where fewer scopes were granted; _finish looks itself
            flow.oauth2session.scope = None  # and raises on it, where it knows what was asked for
            flow.fetch_token(code=code)
    except OAuth2Error as error:
        raise AuthenticationFailed(
            f"Google refused the login ({error.error}: {error.description})",
            f"check the OAuth client, then run again: kith auth {account}",
        ) from error
    except requests.RequestException as error:
        raise Unreachable(f"no answer from Google's login server ({reason(error)})") from error
    return flow.credentials


def store_token(opening: Opening, refresh_token: str, client_id: str, scopes: list[str]) -> None:
    """Keep a refresh token: mode 0600, replaced whole."""
    rows = {"refresh_token": refresh_token, "client_id": client_id, "scopes": scopes}
    write_private(token_file(opening), json.dumps(rows))


def credentials(settings: GoogleSettings, opening: Opening) -> Any:
    """google.oauth2 Credentials of an account that has been logged in. Raises AuthenticationFailed with what to do."""
    try:
        from google.oauth2.credentials import Credentials
    except ImportError:
        raise missing_library() from None
    client_id, client_secret = settings.client()
    held = _held(opening)
    remedy = f"run: kith auth {opening.account}"
    if held.get("client_id") != client_id:
        raise AuthenticationFailed("the login belongs to another OAuth client", remedy)
    if not set(held.get("scopes", ())) >= set(settings.scopes):
        raise AuthenticationFailed("the login does not cover what the settings ask for", remedy)
    return Credentials(
        token=None,
        refresh_token=held["refresh_token"],
        token_uri=settings.token_uri,
        client_id=client_id,
        client_secret=client_secret,
    )


def _held(opening: Opening) -> dict[str, Any]:
    path = token_file(opening)
    remedy = f"run: kith auth {opening.account}"
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AuthenticationFailed("not logged in to Google yet", remedy) from None
    except (OSError, ValueError) as error:
        raise AuthenticationFailed(f"the login in {path} cannot be read ({error})", remedy) from None
    if not isinstance(held, dict) or not held.get("refresh_token"):
        raise AuthenticationFailed(f"the login in {path} is not complete", remedy)
    return held


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class NoAnswer(ConnectorError):
    """The browser did not come back in time."""

    again = "never"


class _Listener:
    """Waits on a loopback port for the browser to come back with the code. Each connection has a thread of its own:
    browsers open some ahead and send nothing on them."""

    def __init__(self) -> None:
        self._answer = ""
        self._arrived = threading.Event()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(PAGE)))
                self.end_headers()
                self.wfile.write(PAGE)
                if urlsplit(self.path).query:  # not the icon that browsers ask for as well
                    listener._answer = f"http://{HOST}{self.path}"
                    listener._arrived.set()

            def log_message(self, *args: Any) -> None:
                """The code in the address must not appear in any log."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def __enter__(self) -> "_Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> str:
        """The address that the browser was sent to. Raises NoAnswer."""
        if not self._arrived.wait(WAIT):
            raise NoAnswer("the browser did not come back", "start again, or use --paste")
        return self._answer
